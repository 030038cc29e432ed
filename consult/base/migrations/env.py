"""How Alembic reaches the database: with the engine it is handed, batch mode for SQLite."""

from alembic import context

from consult.base.db import Base


def run() -> None:
    """Run the migrations inside one write transaction."""
    engine = context.config.attributes["engine"]
    with engine.connect().execution_options(consult_write=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="consult.base.db.",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
