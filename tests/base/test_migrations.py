"""The migrations lead to exactly the tables that the code declares."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from consult.base.db import db
from consult.base.migrations import is_current, upgrade


def test_upgrading_twice_is_upgrading_once(app: Flask) -> None:
    upgrade(db.engine)
    assert is_current(db.engine)


def test_tables_are_those_of_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_declared_check_is_in_the_database(app: Flask) -> None:
    inspector = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        stored = {check["name"] for check in inspector.get_check_constraints(table.name)}
        declared = {str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"}
        assert declared <= stored, table.name
