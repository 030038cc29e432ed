"""Taking back, contact data and baskets: what is hidden, what is erased, what stays counted."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base.audit import AuditEntry
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import CITIZEN
from consult.intake import basket, find
from consult.intake.contact import erase_due, view_contact
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw_submission
from tests.factories.people import NOW, make_project, make_user, send

WANG = Sender(kind="person", name="王小明", phone="13800138000", email="wang@example.cn", wants_reply=True)


def test_contact_data_is_never_stored_in_the_clear(app: Flask) -> None:
    send(make_project(), [Item("a3", text="路灯太稀")], sender=WANG)
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            shown = " ".join(
                bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                for value in row.values()
            )
            assert "小明" not in shown and "13800138000" not in shown and "wang@" not in shown, table.name


def test_it_is_shown_on_a_logged_request_only(app: Flask, keys: Keys) -> None:
    sent = send(make_project(), [Item("a3", text="路灯太稀")], sender=WANG)
    auditor = make_user("auditor")
    with pytest.raises(NotAllowed), transaction():
        view_contact(auditor, NOW, find.submission(sent.submission_id), keys)
    reviewer = make_user("reviewer")
    with transaction():
        facts = view_contact(reviewer, NOW, find.submission(sent.submission_id), keys)
    assert facts == {"name": "王小明", "phone": "13800138000", "email": "wang@example.cn"}
    entry = db.session.query(AuditEntry).filter_by(action="view_contact").one()
    assert entry.actor == reviewer.ref and "王" not in entry.facts
    assert find.submission(sent.submission_id).submitter_shown == "王**"


def test_withdrawing_hides_erases_and_keeps_the_count(app: Flask, keys: Keys) -> None:
    project = make_project()
    sent = send(project, [Item("a3", text="路灯太稀"), Item(None, "support")], sender=WANG)
    with transaction():
        assert withdraw_submission(CITIZEN, NOW, find.by_receipt(keys, sent.code)) == 2
    row = find.submission(sent.submission_id)
    assert row.contact_sealed is None and row.contact_erased_at == NOW and row.submitter_shown == ""
    assert find.received(project.id) == 2
    with pytest.raises(Conflict), transaction():
        withdraw_submission(CITIZEN, NOW, find.by_receipt(keys, sent.code))


def test_after_the_result_it_is_too_late(app: Flask, keys: Keys) -> None:
    sent = send(make_project(), [Item("a3", text="路灯太稀")])
    with pytest.raises(Conflict), transaction():
        withdraw_submission(CITIZEN, NOW, find.by_receipt(keys, sent.code), released=True)


def test_contact_data_is_erased_when_its_time_is_up(app: Flask) -> None:
    project = make_project()
    for _ in range(3):
        send(project, [Item("a3", text="路灯太稀")], sender=WANG)
    released = {project.id: NOW}
    for days, erased in ((179, 0), (180, 2), (180, 1), (180, 0)):
        with transaction():
            assert erase_due(NOW + timedelta(days=days), released, 180, limit=2) == erased
    assert db.session.scalar(text("SELECT count(*) FROM submission WHERE contact_sealed IS NOT NULL")) == 0


def test_a_basket_lasts_a_day_and_belongs_to_its_token(app: Flask, keys: Keys) -> None:
    number, token = make_project().id, basket.new_token()
    with transaction():
        basket.put(keys, token, number, NOW, Item("a3", text="一"))
        basket.put(keys, token, number, NOW, Item(None, text="二"))
    assert [item.text for item in basket.read(keys, token, number, NOW + timedelta(hours=23))] == ["一", "二"]
    assert basket.read(keys, basket.new_token(), number, NOW) == []
    assert basket.read(keys, token, number, NOW + timedelta(hours=24)) == []
    with transaction():
        assert [item.text for item in basket.take_out(keys, token, number, NOW, 0)] == ["二"]
    with pytest.raises(Refused), transaction():
        basket.put(keys, token, number, NOW, Item("a3", text="  "))
    with transaction():
        basket.sweep(NOW + timedelta(hours=25))
    assert db.session.scalar(text("SELECT count(*) FROM basket")) == 0
