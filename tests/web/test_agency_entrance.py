"""The way in by a link: looking uses nothing up, the button does, and one letter is all there is behind it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.letters import access_link
from consult.letters.issue import withdraw_letter
from consult.letters.models import AccessLink, Guest, Solicitation
from tests.factories.people import NOW, make_project, make_unit
from tests.letters.desk import Desk, one_letter, write_to
from tests.web.pages import actions, browser, forget, post, token


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys)


def way(desk: Desk, purpose: str = "unit") -> str:
    with transaction():
        by = desk.office if purpose == "unit" else desk.agent
        made = access_link.make_link(by, NOW, desk.letter, purpose, keys=desk.keys)
        return f"/agency/enter/{made.token}"


def come_in(app: Flask, address: str, name: str = "王经办") -> FlaskClient:
    forget()
    one = app.test_client()
    answer = post(one, address, address, name=name)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agency/letters/1")
    forget()
    return one


def test_looking_uses_nothing_up_and_leaks_nothing(app: Flask, client: FlaskClient, desk: Desk) -> None:
    address = way(desk)
    for _ in range(3):  # mail scanners
        page = client.get(address)
        assert page.status_code == 200
    assert client.head(address).status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "市财政局" in page.text
    assert "请研提意见" not in page.text, "the letter itself is behind the button"
    assert db.session.get_one(AccessLink, 1).used_at is None
    assert client.post(address).status_code == 400, "no button, no token against forgery"
    assert db.session.query(Guest).count() == 0


def test_the_button_opens_the_letter_once(app: Flask, desk: Desk) -> None:
    address = way(desk)
    inside = come_in(app, address)
    page = inside.get("/agency/letters/1")
    assert page.status_code == 200
    assert "王经办" in page.text
    assert "已查看" not in actions()
    assert actions()[-2:] == ["enter_by_link", "view_letter"]
    assert post(inside, "/agency/letters/1", "/agency/letters/1/acknowledge").status_code == 303
    assert db.session.get_one(Solicitation, 1).acknowledged_by == "guest:1"
    forget()
    again = app.test_client().get(address)
    assert again.status_code == 409
    assert "已经用过" in again.text
    assert "重新" in again.text


def test_a_guest_is_nobody_elsewhere(app: Flask, desk: Desk) -> None:
    write_to(desk.office, make_project("other"), desk.unit)
    inside = come_in(app, way(desk))
    assert inside.get("/agency/letters/2").status_code == 404
    for address in ("/desk", "/account/password", "/office", "/review", "/admin"):
        forget()
        answer = inside.get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/login"), address
    forget()
    listed = inside.get("/agency").text
    assert "/agency/letters/1" in listed
    assert "/agency/letters/2" not in listed


def test_colleagues_codes_and_wrong_tokens_open_no_door(app: Flask, client: FlaskClient, desk: Desk) -> None:
    assert client.get(way(desk, "colleague")).status_code == 404
    assert client.get("/agency/enter/" + "x" * 22).status_code == 404


def test_leaving_a_new_link_and_time_end_the_session(app: Flask, desk: Desk) -> None:
    inside = come_in(app, way(desk))
    assert post(inside, "/agency/letters/1", "/agency/leave").status_code == 303
    forget()
    assert inside.get("/agency/letters/1").status_code == 302
    second = come_in(app, way(desk))
    way(desk)  # the office makes another one
    gone = second.get("/agency/letters/1")
    assert gone.headers["Location"] == "/agency/left"
    forget()
    assert "自动退出" in second.get("/agency/left").text
    third = come_in(app, way(desk))
    app.extensions["clock"] = lambda: NOW + timedelta(hours=9)
    assert third.get("/agency/letters/1").status_code == 302


def test_a_letter_taken_back_closes_the_session(app: Flask, desk: Desk) -> None:
    inside = come_in(app, way(desk))
    with transaction():
        withdraw_letter(desk.office, NOW, desk.letter, "发错了")
    assert inside.get("/agency/letters/1").status_code == 302


def test_whoever_is_logged_in_is_not_turned_into_a_guest(app: Flask, desk: Desk) -> None:
    address = way(desk)
    clerk = browser(app, desk.office)
    page = clerk.get(address)
    assert "请先点右上角" in page.text
    forget()
    assert clerk.post(address, data={"csrf_token": token(clerk, "/office")}).status_code == 200
    assert db.session.query(Guest).count() == 0


def test_the_log_never_holds_a_token(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(access_link, "standing", broken)
    with capture_logs() as logs:
        assert client.get("/agency/enter/my-secret-token").status_code == 500
    assert logs
    assert "my-secret-token" not in str(logs)


def test_guessing_is_limited(app: Flask, client: FlaskClient) -> None:
    codes = {client.get(f"/agency/enter/{number:022}").status_code for number in range(61)}
    assert codes == {404, 429}


def letter_routes(app: Flask, number: int) -> list[tuple[str, str]]:
    """(method, address) of every page of a unit about one letter."""
    adapter, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/agency") and "letter_id" in rule.arguments:
            values = {name: number if name == "letter_id" else 1 for name in rule.arguments}
            for method in sorted(rule.methods & {"GET", "POST"}):
                found.append((method, adapter.build(rule.endpoint, values, method=method)))
    return found


def test_over_every_route_no_guest_sees_another_units_letter(app: Flask, desk: Desk) -> None:
    other = make_unit("市水利局")
    (secret,) = write_to(desk.office, make_project("second"), other, body="只给水利局看的话。")
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        inside = come_in_plain(app, way(desk))
        forget()
        routes = letter_routes(app, secret.id)
        assert len(routes) > 8
        for method, address in routes:
            forget()
            answer = inside.open(address, method=method)
            assert answer.status_code in (302, 403, 404), (method, address, answer.status_code)
            assert "只给水利局看的话" not in answer.text
            assert "市水利局" not in answer.text
        with transaction():
            access_link.revoke(desk.office, NOW, db.session.get_one(AccessLink, 1))
        for method, address in letter_routes(app, desk.letter.id):
            forget()
            answer = inside.open(address, method=method)
            assert answer.status_code in (302, 403), (method, address, answer.status_code)
            assert "请研提意见" not in answer.text
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def come_in_plain(app: Flask, address: str) -> FlaskClient:
    """The same without a token of the page, where forgery protection is off."""
    one = app.test_client()
    assert one.post(address, data={"name": "王经办"}).status_code == 303
    return one
