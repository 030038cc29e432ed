"""Every page of a project that asks one question: plain words, nothing about clauses, and the way to its tables."""

import io
import re
import zipfile
from html import unescape
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from openpyxl import load_workbook

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.drafts import find
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.letters import letter_post
from consult.summary import release, verify
from consult.web.api.answers import ClausesSchema, ProjectWholeSchema
from tests.factories.people import NOW, make_unit, make_user, send
from tests.factories.questions import QUESTION, make_question
from tests.letters.desk import write_to
from tests.summary.world import AFTER, APPROVER, OFFICE, group, rule, say_yes
from tests.web.pages import browser, field, forget, post

# words that speak of a draft: on no public page of a question
OF_DRAFTS = ("条款", "草案", "起草", "哪一条", "全文", "征求意见稿", "条文", "《2027")
NEW = "/office/new/question"


def said(text: str) -> str:
    """What a page says inside its main part, without what is hidden."""
    main = text.partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"<div class=\"field[^>]*hidden>.*?</div>\s", "", main, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", main))


def nothing_of_drafts(text: str) -> list[str]:
    return [word for word in OF_DRAFTS if word in said(text)]


def test_the_page_asks_plainly(client: FlaskClient) -> None:
    make_question(kind="evaluation", legal_basis="《照明办法》", interpretation_url="https://example.cn/8")
    answer = client.get("/c/ask")
    assert answer.headers["Cache-Control"].startswith("public") and "Set-Cookie" not in answer.headers
    assert QUESTION in answer.text and "请写下您的意见" in answer.text and "看评估的文件（example.cn）" in answer.text
    assert "后评估" in answer.text and "《照明办法》" in answer.text and "<form" not in answer.text.partition("<main")[2]
    assert nothing_of_drafts(answer.text) == []
    assert client.get("/c/ask/clauses/q1").status_code == client.get("/c/ask/search").status_code == 302
    assert '<span class="chip">后评估</span>' in client.get("/").text


def test_public_pages_speak_of_a_question_to_the_end(client: FlaskClient) -> None:
    project = make_question()
    page = client.get("/c/ask/opinion").text
    fields = {name: field(page, name) for name in ("csrf_token", "send_key", "opened", "seen")}
    assert QUESTION in page and "反映问题" in page and "建议删除" not in page
    pages = [page, client.get("/c/ask/poster").text, client.get("/c/ask/result").text]
    kept = client.post("/c/ask/opinion", data=fields | {"text": "管一管养犬", "stance": "add", "action": "keep"})
    more = {name: field(kept.text, name) for name in ("csrf_token", "send_key", "opened", "seen")}
    sent = client.post("/c/ask/opinion", data=more | {"text": "集市乱停车", "stance": "question", "action": "send"})
    assert "您提交了 2 条建议" in sent.text and "反映问题" in sent.text, sent.text
    code = re.search(r'name="code" value="([^"]+)"', sent.text)
    assert code
    receipt = post(client, "/receipt", "/receipt", code=code[1])
    pages += [kept.text, sent.text, receipt.text]
    assert [nothing_of_drafts(one) for one in pages] == [[]] * len(pages)
    assert [(one.clause_id, one.stance) for one in db.session.query(Comment).order_by(Comment.id)] == [(None, "add"), (None, "question")]
    kept_file = post(client, "/receipt", "/receipt/file", code=code[1]).text
    assert "（1）这个问题" in kept_file and "《" not in kept_file
    app_result(project.id)
    result = client.get("/c/ask/result").text
    assert "共征集到 <b>2</b> 条" in result and "公开征集建议采纳情况的公告" in result and "期间共征集到建议2条" in result
    assert nothing_of_drafts(result) == [] and "不属于征集范围" in result and "不属于本稿" not in result
    assert nothing_of_drafts(client.get("/c/ask").text) == []


def app_result(number: int) -> None:
    """Rule on both opinions and publish the result."""
    group(number)
    ids = [one.id for one in db.session.query(Comment).order_by(Comment.id)]
    for one, outcome in zip(ids, ("adopted", "out_of_scope"), strict=True):
        rule(one, outcome)
    with transaction():
        say_yes(APPROVER, AFTER, find.by_id(number))
    with transaction():
        release.release(OFFICE, AFTER, find.by_id(number))


def test_feeds_name_the_kind_and_the_question(client: FlaskClient) -> None:
    make_question()
    one = etree.fromstring(client.get("/c/ask/feed.xml").data)
    words = "".join(one.itertext())
    assert QUESTION in words and "公开征集建议" in words and "草案" not in words
    every = etree.fromstring(client.get("/feed.xml").data)
    (category,) = every.iter("{http://www.w3.org/2005/Atom}category")
    assert (category.get("term"), category.get("label")) == ("proposals", "项目征集")


def test_the_api_gives_the_question_and_takes_opinions_on_the_whole(client: FlaskClient) -> None:
    make_question()
    root = "/api/v1/consultations/ask"
    whole = client.get(root).json
    assert ProjectWholeSchema().validate(whole) == {}
    assert (whole["kind"], whole["kind_name"], whole["question"]) == ("proposals", "项目征集", QUESTION)
    clauses = client.get(f"{root}/clauses").json
    assert ClausesSchema().validate(clauses) == {} and clauses == {"version": 1, "clauses": []}
    answer = client.post(f"{root}/submissions", json={"comments": [{"clause": None, "stance": "add", "text": "管养犬"}]})
    assert answer.status_code == 201, answer.json
    looked = client.post("/api/v1/receipts/lookup", json={"code": answer.json["receipt_code"]}).json
    assert looked["comments"][0]["clause"] is None and looked["comments"][0]["text"] == "管养犬"
    wrong = client.post(f"{root}/submissions", json={"comments": [{"clause": "q1", "text": "管养犬"}]})
    assert wrong.status_code == 422


def test_the_office_makes_corrects_and_publishes_one(app: Flask) -> None:
    office = browser(app, make_user("office"))
    assert NEW in office.get("/office/new").text
    facts: dict[str, Any] = {
        "kind": "evaluation", "title": "照明办法实施情况后评估", "question": "", "slug": "eval", "opens_at": "2026-03-10T10:00",
        "closes_at": "2026-03-31", "drafting_unit": "县司法局", "explanation": "<p>施行三年了<script>alert(1)</script></p>",
        "contact": "电话：1", "legal_basis": "《照明办法》", "interpretation_url": "https://example.cn/8",
    }  # fmt: skip
    wrong = post(office, NEW, NEW, **facts)
    assert wrong.status_code == 422 and "请写出要问的问题。" in wrong.text and "照明办法实施情况后评估" in wrong.text
    made = post(office, NEW, NEW, **facts | {"question": "执行得怎么样？"})
    assert made.status_code == 303, made.text
    page = office.get("/office/c/eval").text
    assert "写好要问的问题" in page and "执行得怎么样？" in page and "更换文本" not in page and nothing_in(page) == []
    assert "<script" not in find.by_slug("eval").explanation
    assert office.get("/office/c/eval/text").location.endswith("/office/c/eval/edit#question")
    edit = "/office/c/eval/edit"
    assert "执行得怎么样？" in office.get(edit).text and "稿别" not in office.get(edit).text
    assert post(office, edit, edit, **facts | {"question": "执行得怎么样？请举例。"}).status_code == 303
    assert find.clauses(find.current_version(find.by_slug("eval")).id)[0].text == "执行得怎么样？请举例。"
    forget()
    colleague = browser(app, make_user("approver"))
    secrecy = "/office/c/eval/secrecy"
    assert nothing_in(colleague.get(secrecy).text) == []
    assert post(colleague, secrecy, secrecy, sure="y").status_code == 303
    forget()
    publish = "/office/c/eval/publish"
    assert post(office, publish, publish, sure="y").status_code == 303
    assert list(verify.faults(db.session())) == []


def nothing_in(text: str) -> list[str]:
    """Words of drafts on a staff page."""
    return [word for word in ("条款", "草案", "<dt>起草单位", "起草说明", "稿别") if word in said(text)]


def test_a_question_cannot_be_made_from_the_form_of_a_draft(app: Flask) -> None:
    make_question(published=False)
    office = browser(app, make_user("office"))
    edit = "/office/c/ask/edit"
    assert 'value="normative"' not in office.get(edit).text
    answer = post(office, edit, edit, kind="rule", title="x", slug="ask", question="问", opens_at="2026-03-10", closes_at="2026-04-10")
    assert answer.status_code == 422
    assert 'value="proposals"' not in office.get("/office/new").text


def test_a_published_question_is_corrected_on_the_web(app: Flask) -> None:
    make_question()
    office, new = browser(app, make_user("office")), "/office/c/ask/versions/new"
    assert "写出新的问题" in office.get(new).text
    answer = post(office, new, new, correction="问得不够明白，改一改说法。", pasted=QUESTION + "请举例。")
    assert answer.status_code == 303, answer.text
    assert QUESTION + "请举例。" in re.sub(r"<[^>]+>", "", office.get(answer.location).text)


STAFF = [
    "/office/c/ask", "/office/c/ask/versions", "/office/c/ask/public", "/office/c/ask/public/notes", "/office/c/ask/public/bulletins",
    "/office/c/ask/public/hearings", "/office/c/ask/letters", "/office/c/ask/letters/new", "/office/c/ask/ledger",
    "/office/c/ask/register", "/office/c/ask/numbers", "/office/c/ask/export", "/office/c/ask/result", "/review/c/ask",
    "/office/settings",
]  # fmt: skip


def test_every_staff_page_opens(app: Flask) -> None:
    send(make_question(), [Item(None, "add", "管一管养犬")])
    office = browser(app, make_user("office"))
    for path in STAFF:
        assert office.get(path).status_code == 200, path
    assert 'value="proposals"' in office.get("/office/settings").text


def test_tables_open_elsewhere_and_say_what_was_asked(app: Flask) -> None:
    project = make_question()
    one = send(project, [Item(None, "add", "管一管养犬")])
    send(project, [Item(None, "add", "管一管养犬")])
    group(project.id)
    rule(one.comment_ids[0], "adopted")
    office, export = browser(app, make_user("office")), "/office/c/ask/export"
    for what in ("summary.xlsx", "adoption.xlsx", "raw.xlsx"):
        book = load_workbook(io.BytesIO(post(office, export, export, what=what).data))
        pages = book.worksheets[:2] if what == "raw.xlsx" else book.worksheets[:1]
        cells = [str(cell) for page in pages for row in page.iter_rows(values_only=True) for cell in row if cell is not None]
        assert "全文" in cells and "《" not in cells[0] and "起草单位" not in cells and not [cell for cell in cells if "q1" in cell], what
        forget()
    paper = docx.Document(io.BytesIO(post(office, export, export, what="summary.docx").data))
    assert any("管一管养犬" in cell.text for row in paper.tables[0].rows for cell in row.cells)
    forget()
    archive = zipfile.ZipFile(io.BytesIO(post(office, export, export, what="summary.zip").data))
    assert archive.testzip() is None and "manifest.json" in archive.namelist()


def test_the_question_as_a_file(client: FlaskClient) -> None:
    make_question()
    text = client.get("/c/ask/download.txt").data.decode("utf-8-sig")
    assert QUESTION in text and "征求意见稿" not in text
    paper = docx.Document(io.BytesIO(client.get("/c/ask/download.docx").data))
    assert QUESTION in [one.text for one in paper.paragraphs]


def test_a_letter_about_a_question_sends_no_draft_along(app: Flask, keys: Keys) -> None:
    project, unit = make_question(), make_unit()
    office = browser(app, make_user("office"))
    page = office.get("/office/c/ask/letters/new").text
    assert "河湾县司法局就“2027年度规章项目征集”公开征求意见" in page and "起草了" not in page
    clerk = make_user("office")
    (letter,) = write_to(clerk, project, unit)
    paper = letter_post.paper(letter)
    assert paper.title == "关于就“2027年度规章项目征集”征求意见的函"
    assert "征求意见的范围：这个问题。" in paper.paragraphs and paper.enclosures[0] == "问题和背景说明（2027年度规章项目征集）"
    with transaction():
        mail = letter_post.post_letter(clerk, NOW, letter, keys=keys, site="")
        assert "就“2027年度规章项目征集”征求你们的意见" in mail.body


@pytest.mark.parametrize("form", ["form.docx", "form.xlsx"])
def test_units_may_be_asked_as_well(app: Flask, form: str) -> None:
    project, unit = make_question(), make_unit()
    (letter,) = write_to(make_user("office"), project, unit)
    agency = browser(app, make_user("agency", unit))
    place = f"/agency/letters/{letter.id}"
    assert QUESTION in agency.get(place).text
    assert post(agency, place, f"{place}/acknowledge").status_code == 303
    page = agency.get(place).text
    assert QUESTION in page and "全文" in page
    assert agency.get(f"{place}/{form}").data[:2] == b"PK"
