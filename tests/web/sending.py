"""Sending opinions and looking receipts up, as a browser without JavaScript does."""

import io
import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.db import db
from consult.wiring import jobs as wired
from tests.web.pages import field, post

PAGE = "/c/demo/opinion"
PDF = b"%PDF-1.4\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 30


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the opinion form, as a browser sends them back."""
    form = page.split('<form id="opinion"', 1)[1].split("</form>", 1)[0]
    names = re.findall(r'<input type="hidden" name="([^"]+)"', form)
    return {name: field(form, name) for name in names}


def upload(name: str, data: bytes) -> tuple[io.BytesIO, str]:
    """A file as a form sends it."""
    return io.BytesIO(data), name


def say(client: FlaskClient, page: str = "", **more: object) -> TestResponse:
    """Send the opinion form as it stands on `page`, else on a page opened now."""
    words = hidden(page or client.get(PAGE).text)
    return client.post(PAGE, data={**words, "text": "路灯太稀了", "action": "send", **more})


def code_of(answer: TestResponse) -> str:
    """The receipt code that the answer shows."""
    assert answer.status_code == 200 and "提交成功" in answer.text, answer.text
    found = re.search(r'name="code" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def act(client: FlaskClient, where: str, code: str, **more: object) -> TestResponse:
    """Press a button of the receipt page."""
    return post(client, "/receipt", where, code=code, **more)


def work(app: Flask) -> None:
    """What the worker would do now."""
    wired.schedule_often(app)
    while wired.run_next(app):
        pass
    db.session.rollback()
