"""Entering many at once: what somebody else uploaded, what changed meanwhile, what is wrong: nothing is stored."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.db import db
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.web.office import batch, batch_work
from tests.factories.incoming import mail, workbook
from tests.factories.people import NOW, make_project, make_user
from tests.factories.questions import make_question
from tests.web.pages import actions, browser, field, forget, token

MANY, CHECK = "/office/c/demo/register/many", "/office/c/demo/register/many/check"
HEADINGS = ("条款", "意见", "姓名")
LETTERS = "第三条太大\n----\n第四条太短；第五条同意。"


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    make_project()
    return browser(app, make_user("office"))


def upload(client: FlaskClient, *files: tuple[str, bytes], **fields: object) -> TestResponse:
    """Send the first form as a clerk would."""
    forget()
    given = {"channel": "letter", "received_on": "2026-03-09", "each": "letter", "csrf_token": token(client, MANY)}
    chosen = [(io.BytesIO(data), name) for name, data in files]
    return client.post(MANY, data=given | fields | ({"files": chosen} if chosen else {}))


def look(client: FlaskClient, *files: tuple[str, bytes], **fields: object) -> TestResponse:
    """The preview of what was uploaded."""
    answer = upload(client, *files, **fields)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"])


def agree(client: FlaskClient, page: TestResponse, **changes: str | None) -> TestResponse:
    """Say yes to a preview as it stands, some fields changed or (None) left out."""
    ticks = dict.fromkeys(re.findall(r'name="(take-\d+)" value="y" checked', page.text), "y")
    facts = {name: field(page.text, name) for name in ("csrf_token", "edition", "source")} | ticks | changes
    return client.post(CHECK, data={name: value for name, value in facts.items() if value is not None})


def stored() -> list[tuple[str | None, str]]:
    """(clause, text) of every opinion."""

    query = db.select(Clause.key, Comment.text).select_from(Comment).outerjoin(Clause, Clause.id == Comment.clause_id)
    return [tuple(row) for row in db.session.execute(query.order_by(Comment.id))]


def test_what_was_seen_is_entered(app: Flask, office: FlaskClient) -> None:
    page = look(office, pasted=LETTERS)
    assert page.status_code == 200 and db.session.query(Submission).count() == 0
    done = agree(office, page)
    assert done.status_code == 200
    assert len(set(re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", done.text))) == 2
    assert stored() == [("a3", "第三条太大"), ("a4", "第四条太短；"), ("a5", "第五条同意。")]
    assert actions()[-1] == "register"


def test_what_a_clerk_chose_is_entered(app: Flask, office: FlaskClient) -> None:
    page = look(office, pasted=LETTERS)
    done = agree(office, page, **{"take-0": None, "clause-1": "", "stance-1": "question", "clause-2": "第二条第一项"})
    assert done.status_code == 200
    assert stored() == [(None, "第四条太短；"), ("a2-i1", "第五条同意。")]
    assert [one.stance for one in db.session.query(Comment).order_by(Comment.id)] == ["question", "support"]


def test_every_paragraph_somebody_else(app: Flask, office: FlaskClient) -> None:
    agree(office, look(office, pasted="1. 灯太暗\n2. 第三条太大", each="paragraph", channel="wechat"))
    assert stored() == [(None, "灯太暗"), ("a3", "第三条太大")]
    assert {one.channel for one in db.session.query(Submission)} == {"wechat"}


def test_the_same_preview_twice_is_one_batch(app: Flask, office: FlaskClient) -> None:
    page = look(office, pasted=LETTERS)
    assert agree(office, page).status_code == 200
    assert agree(office, page).status_code == 409
    seen_again = office.get(f"{CHECK}?source={field(page.text, 'source')}")
    assert "可能重复" in seen_again.text
    again = agree(office, seen_again)
    assert (again.status_code, "已经登记过了" in again.text) == (409, True)
    assert db.session.query(Submission).count() == 2


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"clause-0": "第九十条"}, 422, "草案里找不到“第九十条”"), ({"clause-0": "<b>"}, 422, "&lt;b&gt;"), ({"edition": "x"}, 409, "请再看一遍"),
        ({"take-0": None, "take-1": None}, 422, "一份也没有勾选"),
    ],
)  # fmt: skip
def test_refusals_store_nothing_and_keep_the_choices(app: Flask, office: FlaskClient, changes: dict[str, str | None], status: int, says: str) -> None:
    page = agree(office, look(office, pasted=LETTERS), **{"stance-1": "question"} | changes)
    assert (page.status_code, says in page.text) == (status, True), page.text
    assert '<option value="question" selected>' in page.text
    assert stored() == []


def test_somebody_elses_upload_a_forged_and_an_old_one(app: Flask, office: FlaskClient) -> None:
    address = upload(office, pasted="第三条太大").headers["Location"]
    other = browser(app, make_user("office"))
    assert other.get(address).status_code == 422
    assert other.get(f"{CHECK}?source=forged").status_code == 422
    assert other.get(CHECK).status_code == 422
    app.extensions["clock"] = lambda: NOW + timedelta(days=1, seconds=1)
    forget()
    assert browser(app, make_user("office")).get(address).status_code == 422


def test_another_kind_of_upload_is_no_batch(app: Flask, office: FlaskClient) -> None:
    with app.test_request_context():
        from consult.web import keys
        from consult.web.office.staging import stage

        actor = make_user("office")
        source = stage(app.config["SETTINGS"].instance / "staging", keys(), actor, NOW, b"[1]", "x.json")
    assert browser(app, actor).get(f"{CHECK}?source={source}").status_code == 422


@pytest.mark.parametrize(
    ("files", "fields", "says"),
    [
        ([], {}, "请选择文件"), ([], {"pasted": " \n"}, "请选择文件"), ([], {"pasted": "好", "received_on": "2026-03-11"}, "还没有到"),
        ([], {"pasted": "好", "channel": "web"}, "channel-error"), ([("a.txt", b"x")] * 21, {}, "最多选 20 个"),
    ],
)  # fmt: skip
def test_the_first_form_says_what_is_missing(app: Flask, office: FlaskClient, files: list[tuple[str, bytes]], fields: dict[str, str], says: str) -> None:
    page = upload(office, *files, **fields)
    assert (page.status_code, says in page.text) == (422, True)


def test_a_file_at_fault_keeps_all_out(app: Flask, office: FlaskClient) -> None:
    files = [("好.xlsx", workbook([["第三条", "太大", "甲"]], HEADINGS)), ("坏.xlsx", b"PK\x03\x04"), ("图.png", b"\x89PNG\r\n\x1a\n")]
    page = look(office, *files)
    assert "坏.xlsx" in page.text and "图.png" in page.text and "确认登记" not in page.text
    assert db.session.query(Submission).count() == 0


def test_words_and_names_are_shown_as_they_are(app: Flask, office: FlaskClient) -> None:
    data = workbook([["<b>", "<script>alert(1)</script>", "<i>甲"]], HEADINGS, title="<u>")
    page = look(office, ("<img>.xlsx", data))
    assert "<script>alert" not in page.text and "<i>甲" not in page.text and "<img>" not in page.text
    done = agree(office, page)
    assert "<script>alert" not in done.text and "&lt;script&gt;" in done.text
    assert stored() == [(None, "（涉及条款：<b>）<script>alert(1)</script>")]


def test_more_than_a_page_holds_points_to_the_command(app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_work, "MOST_ROWS", 3)
    page = look(office, ("x.xlsx", workbook([["", f"好{number}", ""] for number in range(4)], HEADINGS)))
    assert "consult register" in page.text and "确认登记" not in page.text


def test_of_many_clauses_and_opinions_the_clause_is_typed(app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_OPTIONS", 1)
    page = look(office, pasted=LETTERS)
    assert field(page.text, "clause-0") == "第三条"
    assert agree(office, page, **{"clause-0": "第四条", "clause-1": "全文", "clause-2": ""}).status_code == 200
    assert [key for key, _ in stored()] == ["a4", None, None]


def test_json_lines_are_looked_at_too(app: Flask, office: FlaskClient) -> None:
    data = '{"clause": "第三条", "text": "太大", "submitter": "朱小明"}\n{"comments": [{"text": "好"}, {"clause": "a4", "stance": "support"}]}'
    assert agree(office, look(office, ("x.jsonl", data.encode()))).status_code == 200
    assert stored() == [("a3", "太大"), (None, "好"), ("a4", "")]


def consents() -> list[tuple[str, bool]]:
    """(first text, consent to publish) of every sending."""
    query = db.select(Comment.text, Submission.may_publish).join(Submission, Submission.id == Comment.submission_id)
    return [tuple(row) for row in db.session.execute(query.order_by(Comment.id))]


def test_consent_of_the_table_stands_on_the_page_and_can_be_corrected(app: Flask, office: FlaskClient) -> None:
    data = workbook([["一", "是"], ["二", ""], ["三", "是"], ["四", "否"]], ["意见", "同意公开"], above=())
    page = look(office, ("x.xlsx", data))
    assert re.findall(r'name="open-(\d)" value="y"( checked)?', page.text) == [("0", " checked"), ("1", ""), ("2", " checked"), ("3", "")]
    refused = agree(office, page, asked="y", **{"open-1": "y", "open-2": "y", "clause-0": "第九十条"})
    assert refused.status_code == 422
    assert re.findall(r'name="open-(\d)" value="y" checked', refused.text) == ["1", "2"]
    assert agree(office, page, asked="y", **{"open-1": "y", "open-2": "y"}).status_code == 200
    assert consents() == [("一", False), ("二", True), ("三", True), ("四", False)]


def test_a_letter_and_a_mail_consent_to_nothing_until_somebody_ticks_it(app: Flask, office: FlaskClient) -> None:
    page = look(office, ("来信.eml", mail("灯太暗").as_bytes()), pasted=LETTERS)
    assert len(re.findall(r'name="open-\d" value="y">', page.text)) == 3
    assert agree(office, page).status_code == 200
    assert {agreed for _, agreed in consents()} == {False}


def test_a_consent_nobody_understands_is_told_by_its_cell(app: Flask, office: FlaskClient) -> None:
    page = look(office, ("x.xlsx", workbook([["一", "看情况"]], ["意见", "同意公开"], above=())))
    assert "第2行B列" in page.text and "“看情况”看不出是或者否" in page.text and "确认登记" not in page.text


def test_the_empty_table_is_offered(app: Flask, office: FlaskClient) -> None:
    assert 'href="/office/register-table.xlsx"' in office.get(MANY).text
    answer = office.get("/office/register-table.xlsx")
    assert (answer.status_code, answer.data[:4]) == (200, b"PK\x03\x04")
    assert look(office, ("表.xlsx", answer.data)).status_code == 200


def test_an_approver_does_not_enter(app: Flask) -> None:
    make_project()
    client = browser(app, make_user("approver"))
    assert (client.get(MANY).status_code, client.get(CHECK).status_code) == (403, 403)


def test_opinions_on_a_question_are_on_the_whole_of_it(app: Flask) -> None:
    make_question("demo")
    client = browser(app, make_user("office"))
    page = look(client, pasted="第三条路最黑；\n第四条巷子也黑。")
    assert '<option value="" selected>这个问题</option>' in page.text and "草案里没有" not in page.text
    done = agree(client, page)
    assert done.status_code == 200 and "《" not in done.text[done.text.index("<article") :]
    assert stored() == [(None, "第三条路最黑；\n第四条巷子也黑。")]
