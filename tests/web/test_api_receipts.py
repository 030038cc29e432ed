"""The look-up of a receipt: what became of every opinion, and 404 for whatever is no code."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.drafts import find
from consult.intake.find import submission
from consult.intake.submit import Item, Sent
from consult.intake.withdraw import withdraw_submission
from consult.review.models import Decision, Group, Membership, Reading
from consult.web.api.answers import StatesSchema
from tests.factories.people import NOW, OPERATOR, make_project, send
from tests.factories.queries import counted

URL = "/api/v1/receipts/lookup"


def citation(key: str) -> str:
    """How the draft cites one of its clauses."""
    return find.clause_by_key(find.current_version(find.by_slug("demo")).id, key).citation


def ruling(comment_ids: list[int], consultation_id: int, **facts: str) -> None:
    """A group of these comments with one decision."""
    with transaction() as session:
        group = Group(consultation_id=consultation_id, clause_id=None, method="exact", created_at=NOW)
        session.add(group)
        session.flush()
        session.add_all(Membership(comment_id=one, group_id=group.id) for one in comment_ids)
        session.add_all(Reading(comment_id=one, reader="user:1", at=NOW) for one in comment_ids)
        session.add(Decision(group_id=group.id, number=1, decided_at=NOW, decided_by="user:1", digest="x", **facts))


def sent_three() -> tuple[int, Sent]:
    """A project and a sending with opinions on a clause, an item and the whole draft."""
    project = make_project("demo")
    key = next(one.key for one in find.clauses(find.current_version(project).id) if one.label == "（二）")
    items = [Item("a3", "amend", "间距太大", "三十米", "安全"), Item(key, "support"), Item(None, "other", "写得好")]
    return project.id, send(project, items)


def test_a_fresh_sending_has_no_decision_yet(app: Flask, client: FlaskClient) -> None:
    _, sent = sent_three()
    answer = client.post(URL, json={"code": sent.code})
    assert answer.status_code == 200
    assert StatesSchema().validate(answer.json) == {}
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["received_at"] == "2026-03-10T10:00:00+08:00"
    assert (answer.json["consultation"], answer.json["channel"]) == ("demo", "web")
    first, second, third = answer.json["comments"]
    assert first == {
        "clause": "a3", "citation": citation("a3"), "text": "间距太大", "stance": "amend", "proposed_text": "三十米",
        "given_reason": "安全", "read_at": None, "group_size": 1, "decision": None, "decision_name": "", "reason": "",
        "adopted_part": "", "referred_to": "", "new_wording": "", "clause_now": "主路路灯间距不超过四十米。",
        "withdrawn": False, "additions": [],
    }  # fmt: skip
    assert second["citation"] == citation(second["clause"])
    assert (third["clause"], third["citation"], third["clause_now"]) == (None, "全文", None)


def test_decision_reason_reading_and_wording_are_told(app: Flask, client: FlaskClient) -> None:
    project_id, sent = sent_three()
    fellow = send(find.by_id(project_id), [Item("a3", "amend", "间距太大", "三十米", "安全")])
    ruling(
        [sent.comment_ids[0], *fellow.comment_ids], project_id, outcome="adopted", reason="已经改为三十米。",
        new_wording="主路路灯间距不超过三十米。",
    )  # fmt: skip
    first, second, _ = client.post(URL, json={"code": sent.code}).json["comments"]
    assert first["read_at"] == "2026-03-10T10:00:00+08:00"
    assert (first["group_size"], second["group_size"]) == (2, 1)
    assert (first["decision"], first["decision_name"]) == ("adopted", "采纳")
    assert first["reason"] == "已经改为三十米。"
    assert first["new_wording"] == first["clause_now"] == "主路路灯间距不超过三十米。"
    assert second["decision"] is None


def test_the_words_of_a_withdrawn_opinion_are_hidden(app: Flask, client: FlaskClient) -> None:
    _, sent = sent_three()
    with transaction():
        withdraw_submission(OPERATOR, NOW, submission(sent.submission_id))
    comments = client.post(URL, json={"code": sent.code}).json["comments"]
    assert [one["withdrawn"] for one in comments] == [True] * 3
    assert {one["text"] + one["proposed_text"] + one["given_reason"] for one in comments} == {""}


def test_queries_do_not_grow_with_the_sending(app: Flask, client: FlaskClient) -> None:
    project = make_project("demo")
    small = send(project, [Item("a3", "amend", "一")])
    large = send(project, [Item("a3" if n % 2 else None, "amend", f"第{n}条") for n in range(50)])
    for sent in (small, large):
        ruling(sent.comment_ids, project.id, outcome="adopted")
    db.session.remove()
    with counted() as few:
        client.post(URL, json={"code": small.code})
    with counted() as many:
        client.post(URL, json={"code": large.code})
    assert len(many) == len(few) <= 13


@pytest.mark.parametrize(
    "shape", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} ".replace("-", " ")]
)
def test_a_code_may_be_typed_in_other_ways(app: Flask, client: FlaskClient, shape: object) -> None:
    _, sent = sent_three()
    assert client.post(URL, json={"code": shape(sent.code)}).status_code == 200  # type: ignore[operator]


@pytest.mark.parametrize(
    "code",
    [
        "",
        " ",
        "0",
        "0000-0000-0000-0000",
        "ABCD-EFGH-JKMN-PQRS",
        "x" * 5000,
        "\u0000",
        "\ud800",
        "中文回执码中文回执码中文",
        "' OR 1=1 --",
    ],
)
def test_whatever_is_no_issued_code_is_404(app: Flask, client: FlaskClient, code: str) -> None:
    sent_three()
    answer = client.post(URL, data=json.dumps({"code": code}), content_type="application/json")
    assert answer.status_code == 404
    assert answer.json["message"] == "没有查到这个回执码。请对照您记下的，看 16 个字母和数字是不是都输对了。"


@pytest.mark.parametrize("body", [{}, {"code": None}, {"code": 5}, {"code": ["a"]}, {"code": True}, [], "x", None, 5])
def test_a_missing_code_is_422(app: Flask, client: FlaskClient, body: object) -> None:
    answer = client.post(URL, data=json.dumps(body), content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["message"]


def test_looking_up_is_limited(app: Flask, client: FlaskClient) -> None:
    statuses = [client.post(URL, json={"code": "0000-0000-0000-0000"}).status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]
