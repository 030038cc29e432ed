"""Asking units from the office's side: the letter form, and the mails that go out with it."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.db import db
from consult.base.mail import Mail
from consult.base.people import Unit
from tests.web.pages import forget, post

NEW = "/office/c/demo/letters/new"
ASK = {"letter_no": "河司函〔2026〕1号", "body": "请研究提出意见。", "due_at": ["2026-03-25", ""]}


def ask(client: FlaskClient, *units: Unit, **changes: object) -> TestResponse:
    """Send the letter form."""
    forget()
    return post(client, NEW, NEW, units=[str(unit.id) for unit in units], **{**ASK, **changes})


def mails() -> list[Mail]:
    """Everything in the outbox, oldest first."""
    return list(db.session.query(Mail).order_by(Mail.id))
