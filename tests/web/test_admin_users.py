"""Accounts, units and jobs on the pages of the administrators, and who may do which of it."""

import re

import pytest
from flask import Flask

from consult.base import accounts, jobs
from consult.base.db import db, transaction
from consult.base.people import ROLES, Unit, User
from consult.web.admin import words
from tests.factories.people import NOW, PASSWORD, email_of, make_unit, make_user
from tests.web.pages import actions, browser, forget, post, token

NEW = "/admin/users/new"


def shown_password(text: str) -> str:
    found = re.search(r"receipt-code\">([^<]+)<", text)
    assert found
    return found[1]


def can_log_in(app: Flask, email: str, password: str) -> bool:
    forget()
    client = app.test_client()
    facts = {"email": email, "password": password, "csrf_token": token(client, "/login")}
    done = client.post("/login", data=facts).status_code == 302
    forget()
    return done


def test_an_account_is_added_and_its_password_shown_once(app: Flask) -> None:
    unit = make_unit()
    admin = browser(app, make_user("sysadmin"))
    page = post(admin, NEW, NEW, email="New@Example.cn", name="新人", role=["agency"], unit=unit.name)
    user = accounts.user_by_email("new@example.cn")
    assert user.unit_id == unit.id
    assert can_log_in(app, "new@example.cn", shown_password(page.text))
    assert [one for one in actions() if one == "add_user"] == ["add_user", "add_user"]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"email": "no-at-sign"}, "email"),
        ({"name": ""}, "name"),
        ({"role": []}, "role"),
        ({"role": ["auditor", "reviewer"]}, "role"),
        ({"role": ["emperor"]}, "role"),
        ({"role": ["agency"]}, "unit"),
    ],
)
def test_a_bad_account_is_refused_at_its_field(app: Flask, fields: dict[str, object], at: str) -> None:
    admin = browser(app, make_user("sysadmin"))
    page = post(admin, NEW, NEW, **{"email": "a@b.cn", "name": "某人", "role": ["office"], **fields})
    assert page.status_code == 422
    assert f'id="{at}-error"' in page.text
    assert db.session.query(User).count() == 1


def test_roles_are_changed_and_nobody_changes_the_own(app: Flask) -> None:
    me, other = make_user("secadmin"), make_user("office")
    admin = browser(app, me)
    page = f"/admin/users/{other.id}"
    assert post(admin, page, page, role=["office", "approver"], active="y").status_code == 303
    assert {role.name for role in db.session.get_one(User, other.id).roles} == {"office", "approver"}
    assert post(admin, page, page, role=["office", "auditor"], active="y").status_code == 422
    assert post(admin, page, page, role=["office"]).status_code == 303
    assert not db.session.get_one(User, other.id).active
    own = f"/admin/users/{me.id}"
    assert post(admin, own, own, role=["sysadmin"], active="y").status_code == 422
    assert admin.get("/admin/users/999").status_code == 404


def test_a_password_is_reset_only_with_a_yes(app: Flask) -> None:
    other = make_user("office")
    email = email_of(other)
    admin = browser(app, make_user("secadmin"))
    page = f"/admin/users/{other.id}"
    assert post(admin, page, f"{page}/password").status_code == 303
    assert "change_password" not in actions()
    fresh = shown_password(post(admin, page, f"{page}/password", sure="y").text)
    assert not can_log_in(app, email, PASSWORD)
    assert can_log_in(app, email, fresh)


def test_a_lock_is_seen_and_taken_away(app: Flask) -> None:
    other = make_user("office")
    email = email_of(other)
    for _ in range(5):
        assert not can_log_in(app, email, "wrong")
    assert not can_log_in(app, email, PASSWORD)
    admin = browser(app, make_user("secadmin"))
    page = f"/admin/users/{other.id}"
    assert "已锁定" in admin.get("/admin/users").text
    assert post(admin, page, f"{page}/unlock").status_code == 303
    assert "已锁定" not in admin.get("/admin/users").text
    assert actions()[-1] == "unlock_user"
    assert can_log_in(app, email, PASSWORD)


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        ("secadmin", "/admin/users", 200),
        ("secadmin", NEW, 403),
        ("secadmin", "/admin/units", 403),
        ("secadmin", "/admin/audit", 403),
        ("auditor", "/admin/users", 403),
        ("auditor", "/admin/audit", 200),
        ("auditor", "/admin/jobs", 403),
        ("sysadmin", "/admin/jobs", 200),
        ("sysadmin", "/admin/units", 200),
        ("sysadmin", "/admin/audit", 403),
    ],
)
def test_each_administrator_has_the_own_pages(app: Flask, role: str, address: str, status: int) -> None:
    client = browser(app, make_user(role))
    assert client.get(address).status_code == status
    assert (f'href="{address}"' in client.get("/admin").text) is (status == 200 and address != NEW)


def test_administrators_decide_nothing(app: Flask) -> None:
    for role in ("sysadmin", "secadmin", "auditor"):
        client = browser(app, make_user(role))
        for address in ("/office", "/review", "/agency"):
            assert client.get(address).status_code == 403, (role, address)
    assert set(ROLES) - {"sysadmin", "secadmin", "auditor"} == {"office", "reviewer", "approver", "agency"}


def test_units_are_added_once(app: Flask) -> None:
    admin = browser(app, make_user("sysadmin"))
    for _ in range(2):
        assert post(admin, "/admin/units", "/admin/units", unit="河湾县 水利局").status_code == 303
    assert [unit.name for unit in db.session.query(Unit)] == ["河湾县 水利局"]
    assert "还不能登录" in admin.get("/admin/units").text
    assert post(admin, "/admin/units", "/admin/units", unit=" ").status_code == 422


def test_jobs_are_shown_in_words(app: Flask) -> None:
    with transaction():
        jobs.ask(NOW, jobs.GROUP, consultation_id=1)
        jobs.fail(jobs.take(NOW), NOW, "RuntimeError: <坏>")
    page = browser(app, make_user("sysadmin")).get("/admin/jobs").text
    assert "归并相同和相近的意见" in page
    assert "RuntimeError: &lt;坏&gt;" in page
    assert set(words.JOBS) == set(jobs.NAMES)
