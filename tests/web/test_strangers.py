"""R34 over every route: no other unit, no colleague, no expired or revoked link sees a unit's answer or its people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from consult.base import accounts
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.files import SCAN_KINDS, Upload, check, keep
from consult.base.people import CITIZEN, Actor, actor_of
from consult.intake.submit import Item
from consult.letters import access_link, find, proposals, reply
from consult.letters.models import Solicitation
from tests.factories.people import NOW, make_project, make_unit, make_user
from tests.letters.desk import write_to
from tests.test_routes import _value
from tests.web.pages import browser, forget, post

PNG = b"\x89PNG\r\n\x1a\n" + b"only for the eyes of the office" * 3
# what the first unit wrote, signed, scanned and discussed inside
SECRETS = ("我单位的复函内容", "经办人老郑", "0899-7654321", "签发人老冯", "密函〔2026〕1号", "密封扫描件", "同事老韩", "老韩写的话")


@pytest.fixture
def letters(app: Flask, keys: Keys) -> list[Solicitation]:
    """Two units are asked; the first has answered, with a colleague's point and a scan."""
    project, first, second = make_project(), make_unit("市财政局"), make_unit("市水利局")
    both = write_to(make_user("office"), project, first, second)
    lead = make_user("agency", first)
    make_user("agency", second)
    colleague(keys, both[0], "同事老韩", "老韩写的话")
    with transaction():
        data = Upload("密封扫描件.png", PNG)
        scan = keep(data, check(data, SCAN_KINDS), app.config["SETTINGS"].files, lead, NOW).id
    with transaction():
        saved = reply.save_reply(
            lead, NOW, both[0], edition=0, answer="has_opinion", items=[Item("a3", "amend", "我单位的复函内容")],
            handler="经办人老郑", phone="0899-7654321", signatory="签发人老冯", reply_no="密函〔2026〕1号",
            seal_file_id=scan,
        )  # fmt: skip
    with transaction():
        reply.send_reply(lead, NOW, both[0], keys=keys, edition=saved.edition)
    return both


def way(keys: Keys, letter: Solicitation, purpose: str) -> str:
    """A new token of this purpose."""
    unit = next(one for one in _accounts() if one.unit_id == letter.unit_id)
    with transaction():
        by = unit if purpose != "unit" else _office()
        return access_link.make_link(by, NOW, letter, purpose, keys=keys).token


def _accounts() -> list[Actor]:
    return [actor_of(one) for one in accounts.users() if one.unit_id]


def _office() -> Actor:
    return next(one for one in map(actor_of, accounts.users()) if one.may("office"))


def colleague(keys: Keys, letter: Solicitation, name: str, words: str) -> None:
    """Somebody inside the unit writes a point by the join code."""
    token = way(keys, letter, "colleague")
    with transaction():
        guest, secret = access_link.enter(CITIZEN, NOW, keys=keys, token=token, name=name, section="法规科")
    with transaction():
        actor = access_link.guest_actor(keys, NOW, secret)
        assert actor is not None and guest.id
        proposals.propose(actor, NOW, db.session.get_one(Solicitation, letter.id), Item("a3", "amend", words))


def inside(app: Flask, keys: Keys, letter: Solicitation, purpose: str) -> FlaskClient:
    """A browser that came in by a link or a code."""
    token = way(keys, letter, purpose)
    forget()
    one = app.test_client()
    if purpose == "colleague":
        post(one, "/agency/join", "/agency/join", code=token, name="同事小白", section="")
    else:
        post(one, f"/agency/enter/{token}", f"/agency/enter/{token}", name="小黑")
    forget()
    return one


def account_of_the_other(app: Flask, keys: Keys, both: list[Solicitation]) -> FlaskClient:
    return browser(app, next(one for one in _accounts() if one.unit_id == both[1].unit_id))


def guest_of_the_other(app: Flask, keys: Keys, both: list[Solicitation]) -> FlaskClient:
    return inside(app, keys, both[1], "unit")


def colleague_of_the_other(app: Flask, keys: Keys, both: list[Solicitation]) -> FlaskClient:
    return inside(app, keys, both[1], "colleague")


def colleague_of_the_same(app: Flask, keys: Keys, both: list[Solicitation]) -> FlaskClient:
    return inside(app, keys, both[0], "colleague")


def expired(app: Flask, keys: Keys, both: list[Solicitation]) -> FlaskClient:
    one = inside(app, keys, both[0], "unit")
    app.extensions["clock"] = lambda: NOW + timedelta(days=40)
    return one


def revoked(app: Flask, keys: Keys, both: list[Solicitation]) -> FlaskClient:
    one = inside(app, keys, both[0], "unit")
    way(keys, both[0], "unit")  # the office makes a new one: the old one dies
    return one


def nobody(app: Flask, keys: Keys, both: list[Solicitation]) -> FlaskClient:
    forget()
    return app.test_client()


STRANGERS = [
    account_of_the_other, guest_of_the_other, colleague_of_the_other, colleague_of_the_same, expired, revoked, nobody,
]  # fmt: skip


def addresses(app: Flask) -> list[tuple[str, str]]:
    """(method, address) of every route of the site, the numbers 1 to 3 filled in where it wants one."""
    adapter, found = app.url_map.bind("localhost"), []
    rules: list[Rule] = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    for rule in rules:
        for number in range(1, 4) if any("int" in part for part in rule.rule.split("<")[1:]) else (1,):
            values = {name: _value(rule._converters[name]) for name in rule.arguments}
            values = {name: number if value == 1 else value for name, value in values.items()}
            for method in sorted(rule.methods & {"GET", "POST"}) if rule.methods else ():
                found.append((method, adapter.build(rule.endpoint, values, method=method)))
    return [one for one in found if not one[1].startswith(("/logout", "/agency/leave", "/agency/enter"))]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_sees_nothing_of_it(
    app: Flask, keys: Keys, letters: list[Solicitation], stranger: Callable[..., FlaskClient]
) -> None:
    one, asked = stranger(app, keys, letters), addresses(app)
    assert len(asked) > 150
    for method, address in asked:
        forget()
        with one.open(address, method=method) as answer:
            shown = [word for word in SECRETS if word.encode() in answer.data] + ["the scan"] * (PNG in answer.data)
        assert not shown, (method, address, shown)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_unit_itself_sees_all_of_it(app: Flask, keys: Keys, letters: list[Solicitation]) -> None:
    """The walk above would find it: the same addresses show every secret to whom they belong."""
    own = browser(app, next(one for one in _accounts() if one.unit_id == letters[0].unit_id))
    seen = b""
    for method, address in addresses(app):
        if method == "GET" and address.startswith("/agency"):
            forget()
            with own.open(address) as answer:
                seen += answer.data
    assert [word for word in SECRETS if word.encode() not in seen] == [] and PNG in seen
    assert find.answered(find.current_reply(letters[0].id))
