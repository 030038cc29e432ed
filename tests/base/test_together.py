"""Many small writes in one transaction: one commit for all, a bad one hurts nobody, nothing is told before it is stored."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from consult.base import audit, together
from consult.base.audit import AuditEntry, record
from consult.base.db import after_commit, db, transaction
from consult.base.direct import run
from consult.base.people import SYSTEM, Unit
from tests.factories.people import NOW

Work = Callable[[], object]


def named(name: str) -> Work:
    """A work that stores a unit and notes it in the chain."""

    def work() -> str:
        db.session.add(Unit(name=name, short_name="", active=True))
        db.session.flush()
        record(SYSTEM, "add_unit", f"unit:{name}", NOW, digest=name)
        return name

    return work


def stored() -> list[str]:
    """The units that are on disk."""
    db.session.rollback()
    return sorted(one.name for one in db.session.query(Unit).all())


def chain() -> list[str]:
    """What the chain names, in order; broken links fail here."""
    assert list(audit.faults(db.session())) == []
    assert list(audit.end_faults(db.session(), audit.end_file())) == []
    return [one.subject for one in db.session.query(AuditEntry).order_by(AuditEntry.id)]


@contextmanager
def commits() -> Iterator[list[int]]:
    """One entry for each commit while the block runs."""
    seen: list[int] = []

    def note(_connection: object) -> None:
        seen.append(1)

    event.listen(db.engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "commit", note)


@contextmanager
def gathered(app: Flask, works: list[Work]) -> Iterator[list["Future[object]"]]:
    """The works stand in line, in order, while somebody else writes; with the end of the block they run together."""

    def run_one(work: Work) -> object:
        with app.app_context():
            return together.together(work)

    waiting = app.extensions.setdefault("together", together.Round())
    with ThreadPoolExecutor(len(works)) as pool, transaction():
        futures = []
        for number, work in enumerate(works, 1):
            futures.append(pool.submit(run_one, work))
            arrive(waiting, number)
        yield futures


def arrive(waiting: together.Round, number: int) -> None:
    """Wait until so many stand in line."""
    for _ in range(10_000):
        if waiting.gathered() >= number:
            return
        threading.Event().wait(0.001)
    raise AssertionError("nobody came")


def test_one_alone_is_stored_and_its_value_comes_back(app: Flask) -> None:
    assert together.together(named("甲")) == "甲"
    assert stored() == ["甲"] and chain() == ["unit:甲"]


def test_those_who_wait_are_stored_by_one_commit_in_order(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "LONGEST", 60.0)  # however busy this machine is
    names = [f"单位{number:02}" for number in range(12)]
    with commits() as seen:
        with gathered(app, [named(name) for name in names]) as futures:
            pass
        assert [one.result() for one in futures] == names
        assert len(seen) == 2, "the one who wrote before, and one for all who waited"
    assert stored() == names and chain() == [f"unit:{name}" for name in names]


def fail(name: str) -> Work:
    """A work that breaks after it has written."""

    def work() -> object:
        named(name)()
        after_commit(lambda: pytest.fail("rung for what was never stored"))
        raise ZeroDivisionError(name)

    return work


def clash() -> object:
    """A work that the database itself refuses: the name is taken."""
    named("甲")()
    return run("INSERT INTO unit (id, name, short_name, active) SELECT id, name, short_name, active FROM unit")


@pytest.mark.parametrize("bad", [fail("坏"), clash])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_one_hurts_nobody(app: Flask, bad: Work, place: int) -> None:
    works = [named("甲"), named("乙")] if bad is not clash else [named("丙"), named("乙")]
    works.insert(place, bad)
    with gathered(app, works) as futures:
        pass
    for number, future in enumerate(futures):
        if number == place:
            with pytest.raises((ZeroDivisionError, DBAPIError)):
                future.result()
        else:
            assert future.result()
    good = sorted("甲乙" if bad is not clash else "丙乙")
    assert stored() == good and sorted(chain()) == [f"unit:{name}" for name in good]


def test_a_long_round_ends_and_the_next_one_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "LONGEST", 0.0)
    names = [f"单位{number}" for number in range(5)]
    with commits() as seen:
        with gathered(app, [named(name) for name in names]) as futures:
            pass
        assert [one.result() for one in futures] == names and len(seen) == 1 + 5
    assert stored() == names and chain() == [f"unit:{name}" for name in names]


def test_where_the_commit_fails_nobody_is_told_of_success(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    with gathered(app, [named("甲"), named("乙"), fail("丙")]) as futures:
        monkeypatch.setattr(together, "run", lambda sql: broken() if "RELEASE" in sql else run(sql))
    for future in futures[:2]:
        with pytest.raises(OperationalError):
            future.result()
    monkeypatch.undo()
    assert stored() == [] and chain() == []
    assert together.together(named("丁")) == "丁", "the next one is served"


def test_many_threads_lose_nothing(app: Flask) -> None:
    def work(number: int) -> list[object]:
        with app.app_context():
            return [together.together(named(f"{number}-{count}")) for count in range(10)]

    with ThreadPoolExecutor(8) as pool:
        told = sorted(str(name) for names in pool.map(work, range(8)) for name in names)
    assert told == stored() and len(told) == 80
    assert sorted(chain()) == [f"unit:{name}" for name in told]


def test_it_does_not_nest(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="nest"), transaction():
        together.together(named("甲"))
    with pytest.raises(RuntimeError, match="nest"):
        together.together(lambda: together.together(named("乙")))
    assert stored() == []


def test_the_caller_reads_anew_afterwards(app: Flask) -> None:
    assert db.session.query(Unit).count() == 0
    together.together(named("甲"))
    assert db.session.query(Unit).count() == 1


def test_a_driver_error_comes_as_everywhere(app: Flask) -> None:
    with pytest.raises(DBAPIError), transaction():
        run("SELECT nothing FROM nowhere")
