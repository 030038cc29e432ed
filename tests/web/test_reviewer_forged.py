"""Forged numbers at the reviewers' pages: another project's, and numbers that no table has; nothing changes."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.intake.models import Comment
from consult.review import regroup
from consult.review.group_models import GroupAct
from tests.factories.people import NOW, make_project, make_user
from tests.review.desk import rule, say
from tests.review.scene import campaign
from tests.web.pages import browser, post, token

HERE = "/review/c/here/opinions/{}"


@pytest.fixture
def there(app: Flask) -> list[int]:
    """Five near copies in another project, demo."""
    return campaign(make_project())


@pytest.fixture
def here(there: list[int]) -> list[int]:
    """Five near copies in the project whose address is used, here."""
    return campaign(make_project("here"))


@pytest.fixture
def desk(app: Flask, here: list[int]) -> FlaskClient:
    return browser(app, make_user("approver"))


def acts() -> int:
    return db.session.scalar(select(func.count()).select_from(GroupAct)) or 0


def test_members_of_another_project(desk: FlaskClient, here: list[int], there: list[int]) -> None:
    case = HERE.format(here[0])
    apart = say(make_project("third"), "路太窄。", "a3")
    for address, fields in (
        (case + "/split", {"member": [there[1]]}),
        (case + "/move", {"member": [there[1]], "into": apart}),
        (case + "/move", {"member": [there[1]], "into": here[0]}),
        (case + "/join", {"into": there[1]}),
        ("/review/c/here/groups/merge", {"row": [there[0], there[1]], "sure": "1"}),
    ):
        answer = post(desk, case + "/members", address, **fields)
        assert answer.status_code in (403, 404, 409, 422), (address, fields, answer.status_code)
        assert acts() == 0, address


def test_split_only_from_this_project(desk: FlaskClient, here: list[int], there: list[int]) -> None:
    case = HERE.format(here[0])
    assert post(desk, case + "/members", case + "/split", member=[there[1]]).status_code == 404
    me = make_user("reviewer")
    with transaction():
        regroup.split(me, NOW, [there[2]], db.session.get_one(Comment, there[2]).consultation_id)
    single = there[2]
    for address, fields in (
        (case + "/move", {"member": [single], "into": there[0]}),
        ("/review/c/here/groups/merge", {"row": [there[0], single], "sure": "1"}),
    ):
        assert post(desk, case + "/members", address, **fields).status_code == 404, address
    assert post(desk, case + "/members", "/review/c/here/groups/log/1/undo").status_code == 404
    assert acts() == 1


def test_approval_only_of_this_project(desk: FlaskClient, here: list[int], there: list[int]) -> None:
    made = rule(make_user("reviewer"), there[0]).id
    page = "/review/c/here/approve"
    before = db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "approve"))
    for fields in ({"one": made}, {"decision": [made]}, {"shown": [made], "do": "all"}):
        answer = desk.post(page, data={"csrf_token": token(desk, HERE.format(here[0])), **fields})
        assert answer.status_code in (404, 409, 422), (fields, answer.status_code)
    after = db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "approve"))
    assert after == before


BIG = "999999999999999"


@pytest.mark.parametrize("number", [BIG, "4294967296"])
def test_numbers_that_no_table_has(desk: FlaskClient, here: list[int], number: str) -> None:
    case, base = HERE.format(here[0]), "/review/c/here"
    csrf = token(desk, case)
    posts = (
        (case + "/split", {"member": number}), (case + "/move", {"member": number, "into": here[0]}),
        (case + "/move", {"member": here[0], "into": number}), (case + "/join", {"into": number}),
        (base + "/groups/merge", {"row": [number, here[0]], "sure": "1"}), (base + "/groups/merge", {"row": number}),
        (base + f"/groups/log/{number}/undo", {}), (case + "/additions", {"do": "ticked", "addition": f"{number}-0",
                                                                         "outcome": "adopted"}),
        (case + f"/additions/{number}", {"outcome": "adopted", "expected_number": "0"}),
        (case, {"outcome": "adopted", "expected_number": "999999999"}),
        (base + "/approve", {"one": number}), (base + "/approve", {"decision": number}), (base + f"/approve?bulk={number}", {"do": "bulk"}),
        (base + "/bulk", {"scope": "ticked", "row": number}), (base + "/bulk", {"scope": "page", "shown": f"{number}:"}),
        (base + "/bulks", {"scope": "ticked", "row": number, "outcome": "adopted", "upto": number}),
        (base + f"/bulks/{number}/undo", {}), (base + "/assign", {"row": number, "assignee": "-"}),
        (base + "/assign", {"case": number, "assignee": "user:999999999", "row": here[0]}),
        (base + f"/views/{number}/drop", {}), (case + f"/notes/{number}/take-back", {}),
        (base + "/disputes", {"comment": number}), (base + f"/disputes/{number}/confirm", {}),
        (f"/review/reasons/{number}", {"body": "x"}), (f"/review/reasons/{number}/retire", {}),
        (f"/review/c/here/opinions/{number}", {"outcome": "adopted"}), (f"/review/c/here/opinions/{number}/withhold", {}),
    )  # fmt: skip
    wrong = []
    for address, fields in posts:
        answer = desk.post(address, data={"csrf_token": csrf, **fields})
        if answer.status_code >= 500:
            wrong.append((address, fields, answer.status_code))
        db.session.rollback()
    gets = [
        f"{base}?after={number}", f"{base}?after=9-{number}", f"{base}?sort=size&after=999999999-{number}", f"{case}/members?more={number}",
        f"{case}/additions?more=9-{number}", f"{case}/additions?more=999999999-{number}", f"{base}/opinions/{number}",
        f"{case}/additions/{number}", f"{base}/approve?bulk={number}", f"{base}/approve?after={number}", f"{base}/bulks/{number}",
        f"{base}/disputes/{number}", f"/review/reasons/{number}", f"{base}/personal?after={number}", f"{case}/campaign?more={number}",
        f"{case}/files/{number}", f"{base}?unit=999999999", f"{base}?unit=9999999999", f"{base}?assignee=user:999999999",
    ]  # fmt: skip
    for address in gets:
        answer = desk.get(address)
        if answer.status_code >= 500:
            wrong.append((address, answer.status_code))
        db.session.rollback()
    assert wrong == [], "\n".join(map(str, wrong))
