"""The way in for staff: the desk of each role, the own password, logging out."""

from datetime import timedelta

import pytest
from flask import Flask

from consult.base import accounts
from consult.base.db import db, transaction
from consult.base.people import User
from tests.factories.people import NOW, OPERATOR, PASSWORD, email_of, make_unit, make_user
from tests.web.pages import actions, browser, forget, post, token

PAGE = "/account/password"


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("office", "/office"),
        ("reviewer", "/review"),
        ("agency", "/agency"),
        ("sysadmin", "/admin"),
        ("secadmin", "/admin"),
        ("auditor", "/admin"),
    ],
)
def test_one_desk_leads_straight_there(app: Flask, role: str, address: str) -> None:
    client = browser(app, make_user(role, make_unit() if role == "agency" else None))
    answer = client.get("/desk")
    assert (answer.status_code, answer.headers["Location"]) == (302, address)


def test_two_desks_are_a_choice(app: Flask) -> None:
    page = browser(app, make_user("approver")).get("/desk").text
    assert 'href="/office"' in page
    assert 'href="/review"' in page
    assert 'href="/admin"' not in page


def test_the_desk_asks_for_a_login(app: Flask) -> None:
    answer = app.test_client().get("/desk")
    assert answer.headers["Location"].startswith("/login")


def test_logging_out_is_a_post(app: Flask) -> None:
    client = browser(app, make_user("office"))
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 400
    assert client.post("/logout", data={"csrf_token": token(client, "/office")}).status_code == 302
    forget()
    assert client.get("/office").headers["Location"].startswith("/login")


def test_an_old_password_is_named(app: Flask) -> None:
    me = make_user("office")
    with transaction():
        db.session.get_one(User, me.id).password_set_at = NOW - timedelta(days=91)
    client = browser(app, me)
    assert client.get("/desk").status_code == 200
    assert "超过 90 天" in client.get("/office").text


def test_a_new_password_ends_the_session(app: Flask) -> None:
    me = make_user("office")
    client = browser(app, me)
    fresh = "Other-horse-8"
    assert post(client, PAGE, PAGE, current=PASSWORD, password=fresh, again=fresh).status_code == 303
    forget()
    assert client.get("/office").status_code == 302
    assert "change_password" in actions()
    facts = {"email": email_of(me), "password": fresh, "csrf_token": token(client, "/login")}
    assert client.post("/login", data=facts).status_code == 302


@pytest.mark.parametrize(
    ("current", "password", "again", "at"),
    [
        ("wrong", "Other-horse-8", "Other-horse-8", "current"),
        (PASSWORD, "Other-horse-8", "Other-horse-9", "again"),
        (PASSWORD, "short", "short", "password"),
        (PASSWORD, "onlylowercase", "onlylowercase", "password"),
        (PASSWORD, PASSWORD, PASSWORD, "password"),
    ],
)
def test_a_bad_change_is_refused_at_its_field(app: Flask, current: str, password: str, again: str, at: str) -> None:
    client = browser(app, make_user("office"))
    page = post(client, PAGE, PAGE, current=current, password=password, again=again)
    assert page.status_code == 422
    assert f'id="{at}-error"' in page.text
    assert password not in page.text
    assert "change_password" not in actions()


def test_a_closed_account_is_out_at_once(app: Flask) -> None:
    me = make_user("office")
    client = browser(app, me)
    with transaction():
        accounts.change_user(OPERATOR, NOW, db.session.get_one(User, me.id), roles=["office"], active=False)
    forget()
    assert client.get("/office").status_code in (302, 403)
