"""The database's history, by Alembic: `upgrade()` brings any older database to the present tables.

Alembic itself is imported only when there is something to do: it takes longer to load than most answers.
"""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

HERE = Path(__file__).resolve().parent


def newest() -> str:
    """The revision of this code: the last file of `versions/`, which are numbered."""
    return max(path.name for path in (HERE / "versions").glob("[0-9]*.py"))[:4]


def upgrade(engine: Engine) -> None:
    """Create or bring up to date all tables."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether the database has the tables this code expects."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.scalar(text("SELECT version_num FROM alembic_version")) == newest()
