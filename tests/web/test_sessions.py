"""Sessions of staff: what a copied cookie opens, when a session ends, what the audit says of it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.web.access import IDLE, LONGEST
from tests.factories.people import NOW, log_in, make_user
from tests.web.pages import actions, forget, token

NAME = "consult_session"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    one: FlaskClient = log_in(app.test_client(), make_user("office"))  # type: ignore[assignment]
    return one


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with the cookie of the first."""
    found, thief = client.get_cookie(NAME), app.test_client()
    assert found is not None
    thief.set_cookie(NAME, found.value)
    return thief


def opens(client: FlaskClient) -> bool:
    forget()
    return client.get("/office").status_code == 200


def test_a_copied_cookie_opens_nothing_after_logout(app: Flask, client: FlaskClient) -> None:
    thief = copy_of(app, client)
    assert opens(thief)
    forget()
    assert client.post("/logout", data={"csrf_token": token(client, "/office/settings")}).status_code == 302
    assert not opens(client) and not opens(thief) and not opens(thief)
    assert actions().count("log_out") == 1


def test_another_session_of_the_same_account_goes_on(app: Flask) -> None:
    actor = make_user("office")
    browsers = []
    for _ in range(2):
        forget()
        browsers.append(log_in(app.test_client(), actor))
    first, second = browsers
    forget()
    assert first.post("/logout", data={"csrf_token": token(first, "/office/settings")}).status_code == 302  # type: ignore
    assert not opens(first) and opens(second)  # type: ignore[arg-type]


@pytest.mark.parametrize("span", [IDLE, LONGEST])
def test_a_session_ends_once_however_often_its_cookie_comes_back(
    app: Flask, client: FlaskClient, span: timedelta
) -> None:
    thief = copy_of(app, client)
    app.extensions["clock"] = lambda: NOW + span + timedelta(seconds=1)
    assert not any([opens(client), opens(thief), opens(copy_of(app, thief) if thief.get_cookie(NAME) else thief)])
    assert actions().count("log_out") == 1
