"""What tests do with a page: log in, read its hidden fields, press its buttons."""

import re
from html import unescape

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from consult.base.audit import AuditEntry
from consult.base.db import db
from consult.base.people import Actor
from tests.factories.people import log_in


def browser(app: Flask, actor: Actor) -> FlaskClient:
    """A browser without JavaScript in which this person is logged in."""
    forget()
    client: FlaskClient = log_in(app.test_client(), actor)  # type: ignore[assignment]
    return client


def forget() -> None:
    """What one request leaves behind in the test's own application context, so that the next is somebody else's."""
    for name in list(g):
        g.pop(name)


def token(client: FlaskClient, address: str) -> str:
    """The forgery token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert found, address
    return found[1]


def post(client: FlaskClient, page: str, address: str, **fields: object) -> TestResponse:
    """Send a form that stands on `page` to `address`, with what the page says that was seen."""
    text = client.get(page).text
    carried = {name: field(text, name) for name in ("csrf_token", "seen") if f'name="{name}"' in text}
    assert "csrf_token" in carried, page
    return client.post(address, data={**carried, **fields})


def field(text: str, name: str) -> str:
    """The value of the first input of this name."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*value="([^"]*)"', text)
    assert found, name
    return unescape(found[1])


def actions() -> list[str]:
    """The audit's actions, oldest first."""
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
