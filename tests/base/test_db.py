"""transaction(): one at a time, all or nothing, durable settings."""

import threading
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base.db import after_commit, db, driver, transaction
from consult.base.people import Unit


def test_it_does_not_nest(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError), transaction():
        pass


def test_after_commit_waits_and_is_forgotten_on_rollback(app: Flask) -> None:
    rung: list[str] = []
    with transaction():
        after_commit(lambda: rung.append("kept"))
        assert rung == []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: rung.append("lost"))
        raise ZeroDivisionError
    assert rung == ["kept"]


def test_a_naive_moment_never_reaches_the_database(app: Flask) -> None:
    with pytest.raises(Exception, match="naive"), transaction() as session:
        session.execute(text("SELECT 1"))
        from consult.base.jobs import Job

        session.add(Job(name="x", wanted="x", created_at=datetime(2026, 1, 1), reported_at=datetime(2026, 1, 1)))
        session.flush()


def test_sqlite_is_durable_and_strict(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), db.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_postgresql_plans_each_statement_for_its_values(app: Flask) -> None:
    if db.engine.dialect.name == "postgresql":
        said = [db.session.scalar(text(f"SHOW {name}")) for name in ("jit", "plan_cache_mode", "random_page_cost")]
        assert said == ["off", "force_custom_plan", "1.1"]


def test_many_threads_write_without_loss(app: Flask) -> None:
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with app.app_context():
                for count in range(5):
                    with transaction() as session:
                        session.add(Unit(name=f"{number}-{count}", short_name="", active=True))
                db.session.remove()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert db.session.query(Unit).count() == 40


def test_a_rollback_inside_gives_the_connection_back(app: Flask) -> None:
    """What the driver is handed afterwards belongs to the session's new transaction, never to the pool."""
    with transaction() as session:
        before = driver()[0]
        session.rollback()
        other = db.engine.connect()  # somebody else takes the connection that came free
        try:
            assert driver()[0] is session.connection().connection.driver_connection
            assert other.connection.driver_connection is not driver()[0]
        finally:
            other.close()
    assert before is not None
