"""The chain: every fact declared, every change of a stored entry found and named."""

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base import audit
from consult.base.audit import AuditEntry, record
from consult.base.db import db, transaction
from consult.base.people import SYSTEM
from tests.factories.people import NOW


def write(count: int) -> None:
    for number in range(count):
        with transaction():
            record(SYSTEM, "read", f"comment:{number}", NOW, reader="user:1")


def test_an_untouched_chain_has_no_fault(app: Flask) -> None:
    write(5)
    assert list(audit.faults(db.session)) == []
    assert audit.head(db.session)[0] == 5


def test_an_undeclared_fact_is_refused(app: Flask) -> None:
    with pytest.raises(KeyError), transaction():
        record(SYSTEM, "read", "comment:1", NOW, reader="user:1", name="王")
    assert audit.head(db.session) == (0, audit.GENESIS)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE audit_entry SET actor = 'user:9' WHERE id = 3", "第 3 条"),
        ("UPDATE audit_entry SET facts = '{}' WHERE id = 2", "第 2 条"),
        ("UPDATE audit_entry SET hash = 'x' WHERE id = 4", "第 4 条"),
        ("DELETE FROM audit_entry WHERE id = 3", "第 3 条"),
        ("DELETE FROM audit_entry WHERE id = 1", "第 1 条"),
    ],
)
def test_a_changed_entry_is_found(app: Flask, change: str, named: str) -> None:
    write(5)
    with transaction() as session:
        session.execute(text(change))
    assert named in next(iter(audit.faults(db.session)))


def test_a_rolled_back_act_leaves_no_entry(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        record(SYSTEM, "read", "comment:1", NOW, reader="user:1")
        raise ZeroDivisionError
    assert db.session.query(AuditEntry).count() == 0
