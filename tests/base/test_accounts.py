"""Accounts by the rules of R62."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from consult.base import accounts
from consult.base.db import transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import Actor
from tests.factories.people import NOW, OPERATOR, PASSWORD, email_of, log_in, make_unit, make_user


@pytest.mark.parametrize(
    ("password", "fits"),
    [("Abcdefgh1", False), ("abcdefghij", False), ("abcdefghi1", False), ("Abcdefghi1", True), ("abcdefgh1!", True),
     ("密码密码密码密码A1", True), ("", False)],
)  # fmt: skip
def test_passwords(password: str, fits: bool) -> None:
    if fits:
        accounts.check_password(password)
    else:
        with pytest.raises(Refused):
            accounts.check_password(password)


@given(st.integers(0, 50))
def test_random_passwords_meet_the_rule(_count: int) -> None:
    accounts.check_password(accounts.random_password())


def add(actor: Actor = OPERATOR, **words: object) -> None:
    facts: dict[str, object] = {"email": "a@b.cn", "password": PASSWORD, "roles": ["office"]}
    with transaction():
        accounts.add_user(actor, NOW, **(facts | words))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"roles": ["office", "auditor"]}, "role"),
        ({"roles": ["king"]}, "role"),
        ({"roles": []}, "role"),
        ({"roles": ["agency"]}, "unit"),
        ({"email": "nobody"}, "email"),
        ({"password": "short"}, "password"),
    ],
)
def test_bad_accounts_are_refused(app: Flask, words: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(**words)
    assert refusal.value.field == field


def test_one_account_per_address_and_only_by_the_administrator(app: Flask) -> None:
    add()
    with pytest.raises(Conflict):
        add(email="A@B.cn")
    with pytest.raises(NotAllowed):
        add(make_user("office"), email="c@d.cn")


def test_five_failures_lock_the_account_for_known_and_unknown_alike(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        known = email_of(make_user("office"))
        for address in (known, "nobody@example.cn"):
            said = [client.post("/login", data={"email": address, "password": "wrong"}).text for _ in range(6)]
            assert "不对" in said[4] and "已锁定" not in said[4]
            assert "已锁定" in said[5]
        assert "已锁定" in client.post("/login", data={"email": known, "password": PASSWORD}).text
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_a_disabled_account_loses_its_session(app: Flask, client: FlaskClient) -> None:
    actor = make_user("office")
    log_in(client, actor)
    assert client.get("/office").status_code == 200
    with transaction():
        accounts.change_user(OPERATOR, NOW, accounts.user_by_email(email_of(actor)), roles=["office"], active=False)
    assert client.get("/office").status_code == 302


def test_sessions_end_after_thirty_idle_minutes_and_eight_hours(app: Flask, client: FlaskClient) -> None:
    log_in(client, make_user("office"))
    for minutes in range(0, 8 * 60, 25):
        app.extensions["clock"] = lambda m=minutes: NOW + timedelta(minutes=m)
        assert client.get("/office").status_code == 200, minutes
    app.extensions["clock"] = lambda: NOW + timedelta(hours=8, minutes=1)
    assert client.get("/office").status_code == 302
    app.extensions["clock"] = lambda: NOW
    log_in(client, make_user("office"))
    app.extensions["clock"] = lambda: NOW + timedelta(minutes=31)
    assert client.get("/office").status_code == 302


def test_units_are_entered_once(app: Flask) -> None:
    assert make_unit("县  水利局").id == make_unit("县 水利局").id
