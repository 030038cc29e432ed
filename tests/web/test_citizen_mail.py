"""The mail that somebody asks for: wished for, changed, dropped, and sent once when the result is out."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base import jobs, mail
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.jobs import Job
from consult.base.mail import Mail
from consult.base.people import CITIZEN
from consult.drafts import find as drafts
from consult.intake import find, wish
from consult.intake.submit import Item, Sent
from consult.intake.wish import want
from consult.summary import release
from tests.factories.people import NOW, later, make_project, make_user, send
from tests.summary.world import AFTER, APPROVER, OFFICE, make_world, rule_all, say_yes
from tests.web.pages import browser, post
from tests.web.sending import PAGE, act, code_of, say, work


def test_the_wish_for_a_mail_is_apart_from_the_wish_for_an_answer(client: FlaskClient, keys: Keys) -> None:
    make_project()
    page = client.get(PAGE).text
    assert not re.search(r'id="wish"[^>]*checked', page)
    bad = say(client, wish="y", wish_email="li@")
    assert bad.status_code == 422 and 'id="wish_email-wrong"' in bad.text and "路灯太稀了" in bad.text
    assert re.search(r'id="wish"[^>]*checked', bad.text)
    done = say(client, bad.text, wish="y", wish_email=" li@example.cn ")
    assert code_of(done) and "会给您填的邮箱发一封邮件" in done.text and wish.wanted(1)
    row = find.submission(1)
    assert row.contact_sealed is None and not row.wants_reply
    code_of(say(client, wish="y", email="zhao@example.cn"))
    assert wish.wanted(2)
    code_of(say(client))
    assert not wish.wanted(3)


def test_the_wish_is_added_changed_and_dropped_on_the_receipt_page(client: FlaskClient) -> None:
    sent = send(make_project(), [Item("a3", text="路灯太稀")])
    bad = act(client, "/receipt/mail", sent.code, wish_email="不是邮箱")
    assert bad.status_code == 422 and 'value="不是邮箱"' in bad.text and 'href="#wish_email"' in bad.text
    done = act(client, "/receipt/mail", sent.code, wish_email="li@example.cn")
    assert done.status_code == 200 and "已经登记" in done.text and "li@example.cn" not in done.text
    assert wish.wanted(sent.submission_id)
    gone = act(client, "/receipt/mail/drop", sent.code)
    assert "已经取消邮件通知" in gone.text and not wish.wanted(sent.submission_id)


@pytest.fixture
def told(app: Flask) -> Sent:
    """A project whose result is out, with one who wished to be told."""
    world = make_world(units=False)
    sent = send(drafts.by_slug("demo"), [Item("a3", text="请告诉我结果，路灯太稀。")], later(hours=30))
    with transaction():
        want(CITIZEN, NOW, find.submission(sent.submission_id), "li@example.cn", app.extensions["keys"])
    rule_all(world)
    for actor, verb in ((APPROVER, say_yes), (OFFICE, release.release)):
        with transaction():
            verb(actor, AFTER, drafts.by_slug("demo"))
    app.extensions["clock"] = lambda: AFTER
    return sent


def test_without_a_mail_server_the_result_waits_for_a_clerk(app: Flask, told: Sent) -> None:
    work(app)
    work(app)
    (one,) = db.session.query(Mail).all()
    assert not db.session.query(Job).filter_by(name=jobs.SEND_MAIL).count()
    assert db.session.query(Job).filter_by(name=jobs.TELL_RESULTS).count() == 1
    assert not wish.wanted(told.submission_id) and told.code not in one.body and "路灯太稀" not in one.body
    assert "采纳情况已经公布" in one.body and "查询回执" in one.body
    clerk = browser(app, make_user("office"))
    page = clerk.get("/office/outbox")
    assert "没有设置邮件服务器" in page.text and one.subject in page.text and "li@example.cn" not in page.text
    shown = post(clerk, "/office/outbox", f"/office/outbox/{one.id}/address")
    assert "li@example.cn" in shown.text and "采纳情况已经公布" in shown.text
    done = post(clerk, "/office/outbox", f"/office/outbox/{one.id}/forwarded")
    assert done.status_code == 303 and "没有等待发出的邮件" in clerk.get("/office/outbox").text
    assert post(clerk, "/office/outbox", f"/office/outbox/{one.id}/address").status_code == 409
    for role in ("reviewer", "approver", "sysadmin"):
        assert browser(app, make_user(role)).get("/office/outbox").status_code == 403


def test_after_the_result_no_mail_and_no_withdrawal_is_offered(client: FlaskClient, told: Sent) -> None:
    page = act(client, "/receipt", told.code).text
    assert "/receipt/mail" not in page and "/receipt/withdraw" not in page and "/receipt/file" in page
    assert act(client, "/receipt/mail", told.code, wish_email="a@b.cn").status_code == 409


def test_the_job_hands_the_mail_to_a_server_once(app: Flask, told: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"].__class__(
        **{**vars(app.config["SETTINGS"]), "smtp_url": "smtp://127.0.0.1:1", "mail_from": "a@b.cn",
           "public_url": "https://yj.example.cn"}
    )  # fmt: skip
    app.config["SETTINGS"] = settings
    work(app)
    (one,) = db.session.query(Mail).all()
    assert one.tries == 1 and one.sent_at is None and "https://yj.example.cn/receipt" in one.body
    work(app)
    assert db.session.query(Mail).one().tries == 1, "not due again yet"
    assert mail.has_due(AFTER + mail.PAUSES[0])
