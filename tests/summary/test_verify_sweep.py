"""Whatever is changed past the program, verify says so: one value of every column of every table, one after another."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    Numeric,
    Row,
    Table,
    and_,
    event,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from consult.base import audit
from consult.base.crypto import canonical, digest
from consult.base.db import Instant, db
from consult.base.people import User
from consult.intake.models import Submission
from consult.review.models import Group, Membership
from consult.summary import verify, verify_people
from consult.summary.restore_models import RestoredEntry
from tests.factories.empty import empty
from tests.factories.people import NOW
from tests.summary.everything import make_everything

OWN = "only tells rows of this table apart: nothing points to it and nothing is read by it"
REBUILT = "made anew from the rest at any time"
# what verify leaves alone, and why; a column that is neither here nor noticed fails the test
EXEMPT = {
    "basket": "not sent yet; gone after a day",
    "arrival": "a list of what still waits for the desk; a lost task is found by comparing",
    "job": "work of the machine and how far it is; what a job does has its own entries",
    "mail": "the outbox: what was sent to whom follows from rows that are sealed; erased when it has gone",
    "page_view": "counts visits, approximately",
    "topic": REBUILT,
    "sweep": REBUILT,
    "quality_hint": REBUILT,
    "role.description": "a caption out of ROLES, not shown",
    "stored_file.stored_at": "when it was uploaded; the verb that put it to use has its entry",
    "stored_file.stored_by": "who uploaded it; the verb that put it to use has its entry",
    "user_account.password": "a secret; logging in may renew the hash, and when it was set is compared",
    "user_account.fs_uniquifier": "ends the sessions of an account, nothing else",
    "submission.address_hash": "a keyed hash of an address, for warnings only; erased on schedule and not archived",
    "submission.source": "counts visits by the link that was followed",
    "clause_link.score": "how alike a machine found two clauses: a hint for the person who confirms",
    "clause_duty.id": OWN,
    "extension.id": OWN,
    "consultation_round.id": OWN,
    "table_approval.id": OWN,
    "unit_name.id": OWN,
    "reminder.id": OWN,
    "mask.id": OWN,
    "reading.id": OWN,
    "group_reading.id": OWN,
    "clause_link.id": OWN,
    "attachment.id": OWN,
    "addition_decision.id": OWN,
    "decision.id": "named by approvals and by bulks taken back, and compared there",
    "formal_opinion.id": OWN,
    "clause.id": "what points to it is compared by the key of the clause",
    "export_file.filter": "a file is made anew at any time; its hash, and who asked for which table, are compared",
    "export_file.filter_words": "as export_file.filter",
    "export_file.stamp": "as export_file.filter",
    "export_file.state": "as export_file.filter",
    "export_file.total": "as export_file.filter",
    "export_file.name": "as export_file.filter",
    "export_file.place": "as export_file.filter",
    "export_file.message": "as export_file.filter",
    "export_file.asked_name": "as export_file.filter",
    "export_file.made_at": "as export_file.filter",
    "export_file.expires_at": "as export_file.filter",
    "formal_opinion.edition": "counts savings, so that an older page does not overwrite a newer draft",
    "opinion_group.fingerprint": "compared where all say the same; of a group that others were joined to a left-over",
    "opinion_group.method": "how a machine found the members; that a person split it off is compared",
    "opinion_group.created_at": "when a machine first put it together; nothing is read by it",
    "membership.entry": "only its order against readings counts, and that is compared",
    "group_reading.entry": "only its order against members counts, and that is compared",
    "reminder.mail_reference": "where the mail lies in the outbox",
}


class World:
    """The prepared installation: its checks, cheapest first, and which of them read which table."""

    def __init__(self) -> None:
        self.checks = {what: lambda check=check: check(db.session(), None) for check, what in verify._CHECKS}
        self.checks |= {"numbers": lambda: verify.dangling(db.session())}
        self.checks |= {"chain": lambda: audit.faults(db.session()), "people": lambda: verify_people.faults(db.session())}
        self.readers: dict[str, list[str]] = defaultdict(list)
        cost: dict[str, float] = {}
        for what, check in self.checks.items():
            begun, said = perf_counter(), []
            event.listen(db.engine, "before_cursor_execute", heard := lambda _c, _u, statement, *_, said=said: said.append(statement))
            assert list(check()) == []
            event.remove(db.engine, "before_cursor_execute", heard)
            cost[what] = perf_counter() - begun
            for word in set(re.findall(r"\w+", " ".join(said))):
                self.readers[word].append(what)
        for table in db.metadata.sorted_tables:
            self.readers[table.name].append("numbers")
        for found in self.readers.values():
            found.sort(key=cost.__getitem__)

    def notices(self, table: Table) -> bool:
        """Whether any check that reads this table finds something now."""
        return any(next(verify._read(self.checks[what](), what), None) for what in self.readers[table.name])


@pytest.fixture(scope="module")
def world(sqlite_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One preparation for all tables; the checks are the same on both databases, so SQLite stands for both."""
    settings = sqlite_app.config["SETTINGS"]
    empty(sqlite_app, settings)
    sqlite_app.extensions["clock"] = lambda: NOW
    with sqlite_app.app_context():
        folder: Path = tmp_path_factory.mktemp("archive")
        make_everything(sqlite_app, folder)
        yield World()
        db.session.remove()


def another(column: Column[Any], value: Any, known: Sequence[Any]) -> Any:
    """A value that this column might well have: one of another row where there is one."""
    return next((one for one in known if one not in (None, "", [], {}, value)), None) or altered(column, value)


def altered(column: Column[Any], value: Any) -> Any:
    """The value, changed as little as may be."""
    kind = column.type
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Instant):
        return (value or datetime(2026, 3, 11, tzinfo=UTC)) + timedelta(seconds=1)
    if isinstance(kind, Date):
        return (value or date(2026, 3, 11)) + timedelta(days=1)
    if isinstance(kind, JSON):
        return value | {"x": 1} if isinstance(value, dict) else [*value, "x"]
    if isinstance(kind, LargeBinary):
        return (value or b"") + b"x"
    return (value or 0) + 1 if isinstance(kind, Numeric | Integer) else (value or "") + "x"


def rows_of(column: Column[Any], rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The first and the last that have a value, and the first that has none."""
    held = [row for row in rows if row._mapping[column] not in (None, "", [], {})]
    bare = [row for row in rows if row not in held]
    return [*held[:1], *held[1:][-1:], *bare[:1]]


def change(column: Column[Any], row: Row[Any], value: Any) -> None:
    """Plain SQL past the program, and past the rules of the database too."""
    where = and_(*(one == row._mapping[one] for one in column.table.primary_key.columns))
    connection = db.session.connection()
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    connection.execute(update(column.table).where(where).values({column: value}))  # type: ignore[arg-type]
    db.session.expire_all()


def known_values(column: Column[Any], rows: Sequence[Row[Any]]) -> list[Any]:
    """What it could say: the rows that it may point to, or what other rows say."""
    if column.foreign_keys:
        return list(db.session.scalars(select(next(iter(column.foreign_keys)).column)))
    return [row._mapping[column] for row in rows]


def passed_over(world: World, column: Column[Any], rows: Sequence[Row[Any]]) -> Iterator[str]:
    known = known_values(column, rows)
    for row in rows_of(column, rows):
        value = row._mapping[column]
        far = [value + 1000] if isinstance(value, int) else []
        for wanted in (another(column, value, known), altered(column, value), *far):
            try:
                change(column, row, wanted)
            except IntegrityError:  # unique: try a value that nobody has
                db.session.rollback()
                continue
            if not world.notices(column.table):  # type: ignore[arg-type]
                yield f"{column}: {value!r} -> {wanted!r}"
            db.session.rollback()
            break
        else:
            raise AssertionError(f"{column} could not be changed")


# groups that everybody has left say nothing any more; when contact data was erased elsewhere, nobody here knows
LIVING = {
    "opinion_group": [Group.id.in_(select(Membership.group_id))],
    "submission": [Submission.consultation_id.not_in(select(RestoredEntry.consultation_id))],
}
TABLES = {table.name: table for table in db.metadata.sorted_tables}


@pytest.mark.parametrize("name", [name for name in TABLES if name not in EXEMPT])
def test_no_value_is_changed_unseen(world: World, name: str) -> None:
    table = TABLES[name]
    rows = db.session.execute(select(table).where(*LIVING.get(name, ()))).all()
    assert rows, "everything.py must fill this table, or EXEMPT say why it need not"
    wanted = [column for column in table.columns if str(column) not in EXEMPT]
    found = [one for column in wanted for one in passed_over(world, column, rows)]
    assert found == []


def test_what_is_exempt_is_there() -> None:
    columns = {str(column) for table in TABLES.values() for column in table.columns}
    assert set(EXEMPT) <= columns | set(TABLES)


def test_nothing_was_kept(world: World) -> None:
    assert list(verify.faults(db.session())) == []


def test_a_chain_of_before_verifies_clean(world: World) -> None:
    """Entries as they were written before they sealed what stands beside: the database is not blamed for their silence."""
    previous = audit.GENESIS
    for row in db.session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.id)):
        facts = {name: value for name, value in json.loads(row.facts).items() if name != "also"}
        if row.action in ("add_user", "change_user"):
            facts["digest"] = digest(db.session.get_one(User, int(row.subject.partition(":")[2])).email)
        if row.action == "readdress":
            del facts["group"]
        row.facts, row.previous = canonical(facts), previous
        row.hash = audit.seal(row.id, row.at.isoformat(), row.actor, row.action, row.subject, row.facts, previous)
        previous = row.hash
    db.session.flush()
    assert list(verify.faults(db.session())) == []
    db.session.rollback()
