"""Verify and the wishes for a mail: every tampered row is noticed, and nothing else."""

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.people import CITIZEN
from consult.intake import find, wish
from consult.intake.contact import erase_due
from consult.intake.models import MailWish
from consult.intake.submit import Item, Sent
from consult.intake.withdraw import withdraw
from consult.summary import verify
from tests.factories.people import NOW, later, make_project, send


def faults() -> list[str]:
    db.session.rollback()
    return list(verify.faults(db.session()))


def want(sent: Sent, keys: Keys, email: str = "li@example.cn") -> None:
    with transaction():
        wish.want(CITIZEN, NOW, find.by_receipt(keys, sent.code), email, keys)


TAMPERED = (
    "UPDATE mail_wish SET wanted_at = '2026-03-01 00:00:00+00:00'",
    "UPDATE mail_wish SET email_sealed = CAST('x' AS {blob})",
    "UPDATE mail_wish SET email_sealed = NULL, mailed_at = wanted_at",
    "DELETE FROM mail_wish",
    "INSERT INTO mail_wish SELECT {other}, email_sealed, wanted_at, mailed_at FROM mail_wish",
)


@pytest.mark.parametrize("act", TAMPERED)
def test_verify_notices_every_tampered_wish(app: Flask, keys: Keys, act: str) -> None:
    project = make_project()
    sent, other = send(project, [Item("a3", text="一")]), send(project, [Item("a3", text="二")])
    want(sent, keys)
    assert faults() == []
    blob = "bytea" if app.config["SETTINGS"].database_url else "BLOB"
    with transaction():
        db.session.execute(text(act.format(blob=blob, other=other.submission_id)))
    assert len(faults()) == 1 and "邮件通知" in faults()[0]


def test_verify_is_content_with_a_wish_that_went_the_right_way(app: Flask, keys: Keys) -> None:
    project = make_project()
    for_withdrawal, for_erasure = send(project, [Item("a3", text="一")]), send(project, [Item("a3", text="二")])
    want(for_withdrawal, keys)
    want(for_erasure, keys, "zhang@example.cn")
    with transaction():
        withdraw(CITIZEN, later(hours=1), find.by_receipt(keys, for_withdrawal.code))
    with transaction():
        assert erase_due(later(days=400), {project.id: later(days=100)}, 180) == 1
    assert faults() == [] and db.session.query(MailWish).count() == 0
