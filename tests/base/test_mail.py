"""Mails against a real mail server: never twice, tried again with growing pauses, addresses erased, crashes survived."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from flask import Flask

from consult.base import mail
from consult.base.audit import AuditEntry
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound
from consult.base.mail import Mail
from tests.factories.people import NOW, make_user
from tests.factories.servers import free_port

SENDER = "公开征求意见 <notice@office.example.cn>"
REFUSED = "nobody@example.cn"
BUSY = "busy@example.cn"


class Inbox:
    """What the server took, and what it refuses."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.recipients: list[str] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address == REFUSED:
            return "550 no such person"
        if address == BUSY:
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def inbox() -> Inbox:
    """What has arrived."""
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[str]:
    """A mail server on a free port; its address for CONSULT_SMTP_URL."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def post(keys: Keys, address: str = "li@example.cn", reference: str = "result:1:1:x") -> int:
    with transaction():
        return mail.post(
            NOW, keys, purpose="result", reference=reference, address=address, subject="采纳情况公布了：《照明办法》",
            body="您好：\n\n采纳情况已经公布。\n",
        ).id  # fmt: skip


def send(keys: Keys, url: str, now: datetime = NOW) -> tuple[int, int]:
    return mail.send_waiting(lambda: now, keys, url, SENDER)


def row(number: int) -> Mail:
    db.session.expire_all()
    return db.session.get_one(Mail, number)


def test_a_mail_goes_out_once_in_chinese_and_its_address_is_erased(
    app: Flask, keys: Keys, server: str, inbox: Inbox
) -> None:
    number = post(keys)
    assert b"li@example" not in (row(number).address_sealed or b"")
    assert send(keys, server) == (1, 0) and send(keys, server, NOW + timedelta(days=9)) == (0, 0)
    (message,) = inbox.taken
    assert inbox.recipients == ["li@example.cn"] and message["To"] == "li@example.cn"
    assert message["Subject"] == "采纳情况公布了：《照明办法》" and "采纳情况已经公布" in message.get_content()
    assert "公开征求意见" in message["From"] and message["Message-ID"].endswith("@office.example.cn>")
    one = row(number)
    assert one.sent_at == NOW and one.address_sealed is None and one.tries == 1


def test_the_same_reference_is_one_mail(app: Flask, keys: Keys, server: str, inbox: Inbox) -> None:
    first = post(keys)
    assert post(keys) == first and send(keys, server) == (1, 0)
    assert post(keys) == first and send(keys, server, NOW + timedelta(days=1)) == (0, 0)
    assert len(inbox.taken) == 1


def test_a_server_that_is_down_is_tried_again_later_and_given_up_after_eight(app: Flask, keys: Keys) -> None:
    number, now, nowhere = post(keys), NOW, "smtp://127.0.0.1:1"
    for count, pause in enumerate((*mail.PAUSES, timedelta(days=9)), 1):
        assert mail.has_due(now) and send(keys, nowhere, now) == (0, 1)
        assert row(number).tries == count and "连不上" in row(number).trouble
        assert not mail.has_due(now + pause - timedelta(seconds=1))
        now += pause
    assert count == mail.MOST_TRIES and row(number).given_up_at and not mail.has_due(now)
    assert [one.id for one in mail.waiting()] == [number]


def test_pauses_grow() -> None:
    assert len(mail.PAUSES) == mail.MOST_TRIES - 1 and list(mail.PAUSES) == sorted(set(mail.PAUSES))


def test_when_the_server_is_back_it_goes_out(app: Flask, keys: Keys, server: str, inbox: Inbox) -> None:
    post(keys)
    assert send(keys, "smtp://127.0.0.1:1") == (0, 1)
    assert send(keys, server) == (0, 0)
    assert send(keys, server, NOW + mail.PAUSES[0]) == (1, 0) and len(inbox.taken) == 1


def test_a_refused_recipient_stops_nobody_else(app: Flask, keys: Keys, server: str, inbox: Inbox) -> None:
    refused, busy = post(keys, REFUSED, "a"), post(keys, BUSY, "b")
    good = post(keys, reference="c")
    assert send(keys, server) == (1, 2)
    assert row(refused).given_up_at == NOW and "550" in row(refused).trouble and REFUSED not in row(refused).trouble
    assert row(busy).given_up_at is None and "451" in row(busy).trouble and row(good).sent_at == NOW
    assert inbox.recipients == ["li@example.cn"]


def test_a_crash_between_sending_and_noting_costs_at_most_one_more(
    app: Flask, keys: Keys, server: str, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_arguments: object) -> None:
        raise Died

    number, calls = post(keys), iter([transaction, die])
    with monkeypatch.context() as patch:
        patch.setattr(mail, "transaction", lambda: next(calls)())
        with pytest.raises(Died):
            send(keys, server)
    assert len(inbox.taken) == 1 and row(number).sent_at is None and row(number).tries == 1
    assert send(keys, server) == (0, 0)
    assert send(keys, server, NOW + mail.PAUSES[0]) == (1, 0)
    assert len(inbox.taken) == 2 and len({message["Message-ID"] for message in inbox.taken}) == 1
    assert send(keys, server, NOW + timedelta(days=9)) == (0, 0)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # on the machine itself nobody listens to the line
def test_user_and_password_of_the_address_are_used(
    app: Flask, keys: Keys, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 1)  # this server leaves the second way of logging in without an answer
    seen: list[tuple[bytes, bytes]] = []

    def check(_server: object, _session: object, _envelope: object, _mechanism: str, login: Any) -> AuthResult:
        seen.append((login.login, login.password))
        return AuthResult(success=login.password == b"p@ss word")

    controller = Controller(
        inbox, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        port = controller.port
        number = post(keys)
        assert send(keys, f"smtp://notice:wrong@127.0.0.1:{port}") == (0, 1)
        assert "用户名或者密码" in row(number).trouble
        later = NOW + mail.PAUSES[0]
        assert send(keys, f"smtp://notice:p%40ss%20word@127.0.0.1:{port}", later) == (1, 0)
        assert (b"notice", b"p@ss word") in seen
    finally:
        controller.stop()


def test_a_clerk_sees_an_address_on_record_and_forwards(app: Flask, keys: Keys) -> None:
    number, clerk, auditor = post(keys), make_user("office"), make_user("auditor")
    with pytest.raises(NotAllowed), transaction():
        mail.show_address(auditor, NOW, number, keys)
    with transaction():
        assert mail.show_address(clerk, NOW, number, keys) == "li@example.cn"
    with transaction():
        mail.forwarded(clerk, NOW, number)
    assert row(number).sent_at == NOW and row(number).address_sealed is None and mail.waiting() == []
    with pytest.raises(Conflict), transaction():
        mail.show_address(clerk, NOW, number, keys)
    with pytest.raises(NotFound), transaction():
        mail.forwarded(clerk, NOW, 99)
    entries = db.session.query(AuditEntry).filter(AuditEntry.subject == f"mail:{number}").order_by(AuditEntry.id)
    assert [(one.action, one.actor) for one in entries] == [("view_contact", clerk.ref), ("forward_mail", clerk.ref)]


def test_addresses_that_never_went_out_are_erased_in_time(app: Flask, keys: Keys) -> None:
    number = post(keys)
    with transaction():
        assert mail.erase_old(NOW - timedelta(seconds=1), NOW) == 0
    with transaction():
        assert mail.erase_old(NOW, NOW) == 1
    assert row(number).address_sealed is None and not mail.has_due(NOW) and mail.waiting() == []


def test_a_link_goes_out_whole_with_files_and_is_then_gone(app: Flask, keys: Keys, inbox: Inbox, server: str) -> None:
    with transaction():
        one = mail.post(
            NOW, keys, purpose="letter", reference="letter:7:letter:1", address="li@example.cn", subject="征求意见函",
            body=f"请打开 {mail.SECRET}\n", secret="https://a.example/agency/enter/topsecret",
        )  # fmt: skip
        number = one.id
    assert "topsecret" not in one.body
    assert "topsecret" in mail.words(one, keys)
    asked: list[str] = []

    def enclose(reference: str) -> list[mail.Enclosed]:
        asked.append(reference)
        return [mail.Enclosed("征求意见函.docx", "application/octet-stream", b"PK docx")]

    assert mail.send_waiting(lambda: NOW, keys, server, SENDER, enclose=enclose) == (1, 0)
    (taken,) = inbox.taken
    assert asked == ["letter:7:letter:1"]
    assert "https://a.example/agency/enter/topsecret" in taken.get_body().get_content()  # type: ignore[union-attr]
    (file,) = taken.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("征求意见函.docx", b"PK docx")
    assert row(number).address_sealed is None
    assert mail.SECRET in mail.words(row(number), keys)


def test_without_an_address_a_person_passes_it_on_and_a_later_one_takes_its_place(app: Flask, keys: Keys) -> None:
    def put(reference: str) -> int:
        with transaction():
            mail.supersede(NOW, "letter:7:")
            return mail.post(NOW, keys, purpose="letter", reference=reference, address="", subject="函", body=mail.SECRET,
                             secret="https://a.example/x").id  # fmt: skip

    first = put("letter:7:letter:1")
    assert not mail.has_due(NOW)
    assert [one.id for one in mail.waiting()] == [first]
    other = post(keys, reference="letter:71:letter:1")
    second = put("letter:7:remind:2")
    assert [one.id for one in mail.waiting()] == [other, second]
    assert row(first).trouble == mail.SUPERSEDED


@pytest.mark.parametrize("address", ["a@[b.c", "=?utf-8?q?x=0d=0aBcc:?=@b.c"])
def test_an_address_that_the_library_cannot_write_stops_nobody_else(
    app: Flask, keys: Keys, inbox: Inbox, server: str, address: str
) -> None:
    bad, _ = post(keys, address), post(keys, reference="result:1:2:x")
    assert send(keys, server) == (1, 1)
    assert inbox.recipients == ["li@example.cn"]
    assert (row(bad).given_up_at, row(bad).trouble) == (NOW, mail.UNUSABLE)
    assert send(keys, server, NOW + timedelta(hours=1)) == (0, 0)
    assert [one.id for one in mail.waiting()] == [bad]  # a clerk can still read it and pass it on
