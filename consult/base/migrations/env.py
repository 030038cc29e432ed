"""How Alembic reaches the database: with the engine it is handed, batch mode for SQLite."""

from alembic import context
from sqlalchemy import Connection, text

from consult.base.db import Base


def run() -> None:
    """Run the migrations inside one write transaction."""
    engine = context.config.attributes["engine"]
    with engine.connect().execution_options(consult_write=True) as connection:
        _foreign_keys(connection, False)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="consult.base.db.",
        )
        with context.begin_transaction():
            context.run_migrations()
            _require_whole(connection)
        connection.commit()
        _foreign_keys(connection, True)


def _foreign_keys(connection: Connection, on: bool) -> None:
    """SQLite makes a changed table anew and drops the old one: rows that point to it must not be in the way."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute(
                f"PRAGMA foreign_keys={'ON' if on else 'OFF'}"
            )  # outside the transaction, else it is ignored


def _require_whole(connection: Connection) -> None:
    """Raise where a migration has left a row that points nowhere."""
    if connection.dialect.name == "sqlite" and (stray := connection.execute(text("PRAGMA foreign_key_check")).first()):
        raise RuntimeError(f"the migration would leave a row without its parent: {stray}")


run()
