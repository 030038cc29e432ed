"""Over all routes: each has an access rule, each public POST a limit, each staff POST protection against forgery."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BaseConverter
from werkzeug.routing.converters import NumberConverter

from tests.factories.people import log_in, make_project, make_unit, make_user

PUBLIC = {"citizen", "api", "static", "security"}
STAFF = {"office", "reviewer", "agency", "admin"}
# prefix → roles that may open something below it
DOORS = {
    "/office": {"office", "approver"},
    "/review": {"office", "reviewer", "approver"},
    "/agency": {"agency"},
    "/admin": {"sysadmin", "secadmin", "auditor"},
}


def staff_rules(app: Flask) -> list[tuple[str, str]]:
    """(method, address with numbers and slugs filled in) of every staff route."""
    adapter, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(tuple(DOORS)) or not app.extensions["guarded"][rule.endpoint.split(".")[0]]:
            continue  # the doors for those who have a link are open: they have tests of their own
        values = {name: _value(rule._converters[name]) for name in rule.arguments}
        address = adapter.build(rule.endpoint, values, method=sorted(rule.methods & {"GET", "POST"})[0])
        found += [(method, address) for method in sorted(rule.methods & {"GET", "POST"})]
    return found


def _value(converter: BaseConverter) -> object:
    """Something the converter takes: a number, the first of its choices, or the slug of the demo project."""
    if type(converter).__name__ == "AnyConverter":
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, NumberConverter) else "demo"


def test_every_endpoint_belongs_to_a_face(app: Flask) -> None:
    guarded = set(app.extensions["guarded"])
    for rule in app.url_map.iter_rules():
        face = rule.endpoint.split(".")[0]
        if rule.rule.startswith(tuple(DOORS)):
            assert face in guarded, f"{rule.rule} has no guard"


def test_nobody_enters_without_logging_in(app: Flask, client: FlaskClient) -> None:
    rules = staff_rules(app)
    assert len(rules) > 40
    for method, address in rules:
        answer = client.open(address, method=method)
        assert answer.status_code in (302, 400), (method, address, answer.status_code)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/login")


@pytest.mark.parametrize("role", ["office", "reviewer", "approver", "agency", "sysadmin", "secadmin", "auditor"])
def test_a_role_reaches_only_its_own_pages(app: Flask, role: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        make_project()
        client = log_in(app.test_client(), make_user(role, make_unit() if role == "agency" else None))
        for method, address in staff_rules(app):
            door = next(prefix for prefix in DOORS if address.startswith(prefix))
            answer = client.open(address, method=method)
            assert answer.status_code != 500, (method, address)
            if role not in DOORS[door]:
                assert answer.status_code == 403, (role, method, address, answer.status_code)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_staff_posts_need_a_token(app: Flask) -> None:
    client = log_in(app.test_client(), make_user("office"))
    for method, address in staff_rules(app):
        if method == "POST" and address.startswith("/office"):
            assert client.post(address).status_code == 400, address
