"""The offline form in the browser: handed out, filled by other programs, compared, confirmed, refused, never lost."""

import io
import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.files import StoredFile
from consult.intake.find import comments_of
from consult.intake.submit import Item
from consult.letters import find, form_word, reply
from consult.letters.form_offer import form_id, offered
from consult.letters.models import FormalOpinion
from consult.summary import verify
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, one_letter, points, write_to
from tests.letters.forms import HANDS, SheetHand, WordHand, edited
from tests.web.pages import actions, browser, field, token

LETTER = "/agency/letters/1"
FORM = LETTER + "/form"
CHECK = FORM + "/check"
PDF = b"%PDF-1.4 a sealed reply"
KINDS = pytest.mark.parametrize("kind", ["docx", "xlsx"])


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys)


@pytest.fixture
def client(app: Flask, desk: Desk) -> FlaskClient:
    return browser(app, desk.agent)


def hand(client: FlaskClient, kind: str = "docx") -> WordHand | SheetHand:
    answer = client.get(f"{LETTER}/form.{kind}")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    return HANDS[kind](answer.data)


def at(desk: Desk, key: str) -> int:
    """The row of a clause in the form as it is handed out now, from 1."""
    rows = offered(desk.keys, desk.letter, find.current_reply(1)).form.rows
    return 1 + next(number for number, row in enumerate(rows) if row.clause_key == key)


def load(client: FlaskClient, data: bytes, name: str = "反馈表.docx", scan: bytes = b"") -> TestResponse:
    """Upload a form, with a scan or without."""
    fields: dict[str, object] = {"csrf_token": token(client, FORM), "form_file": FileStorage(io.BytesIO(data), name)}
    if scan:
        fields["seal_file"] = FileStorage(io.BytesIO(scan), "复函（盖章）.pdf")
    boundary, body = encode_multipart(fields)
    return client.post(FORM, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def shown(client: FlaskClient, answer: TestResponse) -> str:
    """The page that compares."""
    assert answer.status_code == 303 and CHECK in answer.headers["Location"]
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return page.text


def confirm(client: FlaskClient, page: str, **choices: str) -> TestResponse:
    hidden = {name: field(page, name) for name in ("csrf_token", "source", "scan", "edition")}
    return client.post(CHECK, data={**hidden, **choices})


def side(page: str) -> str:
    """The name of the one choice between both sides."""
    (name,) = set(re.findall(r'name="(side-\d+)"', page))
    return name


def stored() -> FormalOpinion:
    found = find.current_reply(1)
    assert found is not None
    return found


def said() -> list[tuple[str, str, str]]:
    return [(one["clause_key"], one["text"], one["reason"]) for one in stored().items]


def sign(one: WordHand | SheetHand) -> None:
    one.tick("□无意见 ☑有意见(见下表)")
    for label, text in (("经办人", "王经办"), ("联系电话", "0816-1234567"), ("签发人", "赵局长"), ("复函文号", "示财函〔2026〕7号")):
        one.fact(label, text)


@KINDS
def test_filled_compared_confirmed_sent(kind: str, client: FlaskClient, desk: Desk) -> None:
    one = hand(client, kind)
    sign(one)
    one.fact("日期", "2026年3月9日")
    one.write(at(desk, "a1"), 3, "建议写明经费来源。")
    one.write(at(desk, "a1"), 4, "预算法第六条")
    one.add("第二条第（二）项", "", "节约用电应当有指标。", "")
    data = one.data()
    page = shown(client, load(client, data, f"填好.{kind}", PDF))
    assert "建议写明经费来源。" in page and "预算法第六条" in page and "扫描件校验码" in page and f"填好.{kind}" in page
    assert find.current_reply(1) is None and db.session.scalar(select(func.count(StoredFile.id))) == 0
    assert desk.letter.acknowledged_at is None and "save_reply" not in actions()
    answer = confirm(client, page)
    assert answer.status_code == 303 and answer.headers["Location"] == LETTER + "#reply"
    assert said() == [("a1", "建议写明经费来源。", "预算法第六条"), ("a2-i2", "节约用电应当有指标。", "")]
    opinion = stored()
    assert (opinion.source, opinion.answer, opinion.reply_date) == ("form", "has_opinion", date(2026, 3, 9))
    assert {name: getattr(opinion, name) for name in SIGNED} == SIGNED
    kept = db.session.get_one(StoredFile, opinion.form_file_id)
    scan = db.session.get_one(StoredFile, opinion.seal_file_id)
    assert (kept.kind, kept.size, kept.name) == (kind, len(data), f"填好.{kind}") and scan.sha256 in page
    sent = desk.send(edition=opinion.edition)
    assert [one.text for one in comments_of(sent.submission_id)] == [one[1] for one in said()]
    text = client.get(LETTER).text
    assert f"<code>{scan.sha256}</code>" in text and "扫描件校验码" in text
    assert list(verify.faults(db.session)) == []  # type: ignore[arg-type]


def test_the_scan_is_bound_to_the_rows(client: FlaskClient, desk: Desk) -> None:
    one = hand(client)
    sign(one)
    one.write(at(desk, "a1"), 3, "建议写明经费来源。")
    confirm(client, shown(client, load(client, one.data(), scan=PDF)))
    sent = desk.send(edition=1)
    with transaction():
        db.session.get_one(StoredFile, sent.seal_file_id).sha256 = "0" * 64
    assert any("复函 1 的内容被改动" in fault for fault in verify.faults(db.session))  # type: ignore[arg-type]


@KINDS
def test_what_is_drafted_is_in_the_form_and_stays(kind: str, client: FlaskClient, desk: Desk) -> None:
    items = [
        Item("a3", "oppose", "间距太小。", "不超过六十米。", "造价"), Item(None, "amend", "总的赞成。"),
        Item("a4", "support"),
    ]  # fmt: skip
    desk.save(answer="has_opinion", items=items, office_section="预算科", **SIGNED)
    page = shown(client, load(client, hand(client, kind).data(), f"原样.{kind}"))
    assert "和网页上的内容一样" in page and "没有文字或者不在表里，保留不变" in page
    one = hand(client, kind)
    texts = [one.cell(n, 3).text for n in range(1, len(one.table.rows))] if isinstance(one, WordHand) else None
    if texts is not None:
        assert "间距太小。\n建议修改为：不超过六十米。" in texts
    one.write(at(desk, "a3"), 4, "造价和维护费")
    answer = confirm(client, shown(client, load(client, one.data(), f"改.{kind}")))
    assert answer.status_code == 303
    before = [vars(item) | {"mark": ""} for item in items]
    before[0]["reason"] = "造价和维护费"
    now = [{**one, "clause_key": one["clause_key"] or None} for one in stored().items]
    parts = ("clause_key", "stance", "text", "proposed_text", "reason")
    assert [[one[part] for part in parts] for one in now] == [[one[part] for part in parts] for one in before]
    assert stored().office_section == "预算科" and stored().edition == 2


def test_both_changed_has_to_be_chosen(client: FlaskClient, desk: Desk) -> None:
    desk.save(answer="has_opinion", items=points("原来的意见。"), **SIGNED)
    one = hand(client)
    one.write(at(desk, "a1"), 3, "表格里的意见。")
    data = one.data()
    desk.save(1, answer="has_opinion", items=points("网页上的意见。"), **SIGNED)
    for chosen, kept in (("page", "网页上的意见。"), ("file", "表格里的意见。")):
        page = shown(client, load(client, data))
        assert "网页上的意见。" in page and "表格里的意见。" in page
        answer = confirm(client, page)
        assert answer.status_code == 422 and "请选择保留哪一个。" in answer.text
        assert said()[0][1] == "网页上的意见。"
        assert confirm(client, answer.text, **{side(page): chosen}).status_code == 303
        assert [one[1] for one in said()] == [kept]


def test_a_colleague_who_saves_meanwhile_is_not_overwritten(client: FlaskClient, desk: Desk) -> None:
    one = hand(client)
    one.write(at(desk, "a1"), 3, "表格里的意见。")
    page = shown(client, load(client, one.data()))
    desk.save(answer="has_opinion", items=points("同事的意见。"), **SIGNED)
    answer = confirm(client, page)
    assert answer.status_code == 409 and "同事刚刚改过" in answer.text and "同事的意见。" in answer.text
    assert [one[1] for one in said()] == ["同事的意见。"]
    answer = confirm(client, answer.text, **{side(answer.text): "file"})
    assert answer.status_code == 303 and [one[1] for one in said()] == ["表格里的意见。"]


def test_an_unknown_citation_is_chosen_by_hand(client: FlaskClient) -> None:
    one = hand(client)
    one.add("第九十九条", "", "应当有奖励。", "")
    page = shown(client, load(client, one.data()))
    name = re.search(r'<select id="(clause-\d+)"', page)
    assert name and "第九十九条" in page
    answer = confirm(client, page)
    assert answer.status_code == 422 and "请选择这一行说的是哪一条。" in answer.text and find.current_reply(1) is None
    assert confirm(client, page, **{name[1]: "nowhere"}).status_code == 422
    assert confirm(client, page, **{name[1]: "a4"}).status_code == 303
    assert said() == [("a4", "应当有奖励。", "")]
    again = shown(client, load(client, one.data()))
    assert confirm(client, again, **{name[1]: "*"}).status_code == 303
    assert ("", "应当有奖励。", "") in said()


def test_foreign_and_old_forms_are_refused_and_nothing_is_written(client: FlaskClient, desk: Desk, app: Flask) -> None:
    other = make_unit("市水利局")
    (second,) = write_to(desk.office, desk.project, other, letter_no="示府法函〔2026〕2号")
    theirs = form_word.write(offered(desk.keys, second, None).form)
    answer = load(client, theirs)
    assert answer.status_code == 422 and "另一份来函或者另一个单位" in answer.text
    former = hand(client).data()
    with transaction():
        letter = find.by_id(1)
        letter.corrections = [{"at": NOW.isoformat()}]
    answer = load(client, former)
    assert answer.status_code == 422 and "更正之前的反馈表" in answer.text
    one = hand(client)
    one.write(0, 3, "意见")
    answer = load(client, one.data())
    assert answer.status_code == 422 and "表头" in answer.text
    for data, words in ((b"", "空的"), (PDF, "这是 PDF 文件"), (b"x" * 30, "这不是 docx 或 xlsx 文件")):
        answer = load(client, data)
        assert answer.status_code == 422 and words in answer.text
    one = hand(client)
    answer = load(client, one.data(), scan=b"not a scan")
    assert answer.status_code == 415 and "内容不是可以接收的类型" in answer.text
    assert find.current_reply(1) is None and actions().count("save_reply") == 0


def test_numbers_of_forms_differ_for_every_letter_unit_and_correction(desk: Desk) -> None:
    (second,) = write_to(desk.office, desk.project, make_unit("市水利局"))
    numbers = {form_id(desk.keys, one, n) for one in (desk.letter, second) for n in range(3)}
    assert len(numbers) == 6 and all(re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", one) for one in numbers)
    assert form_id(Keys("another" * 6), desk.letter) not in numbers


def test_a_form_with_formulas_names_the_cell(client: FlaskClient) -> None:
    one = hand(client, "xlsx")
    assert isinstance(one, SheetHand)
    one.sheet.cell(one.HEAD + 1, 4).value = "=1+1"
    answer = load(client, one.data(), "公式.xlsx")
    assert answer.status_code == 422 and f"第{one.HEAD + 1}行D列" in answer.text and find.current_reply(1) is None


def test_tokens_of_others_and_forged_ones_open_nothing(client: FlaskClient, desk: Desk, app: Flask) -> None:
    where = load(client, hand(client).data()).headers["Location"]
    other_unit = make_unit("市水利局")
    write_to(desk.office, desk.project, other_unit)
    other = browser(app, make_user("agency", other_unit))
    assert other.get(where).status_code == 404
    assert other.get(where.replace("/letters/1/", "/letters/2/")).status_code == 422
    assert other.get(FORM).status_code == other.get(LETTER + "/form.docx").status_code == 404
    me = browser(app, desk.agent)
    assert me.get(CHECK + "?source=forged").status_code == 422


def test_a_sent_reply_takes_no_form(client: FlaskClient, desk: Desk) -> None:
    where = load(client, hand(client).data()).headers["Location"]
    page = client.get(where).text
    desk.answer("先报送。")
    assert client.get(FORM).status_code == client.get(where).status_code == 303
    assert confirm(client, page).status_code == 303 and stored().edition == 1
    assert hand(client).data()  # a copy of what was sent can still be taken


def test_after_a_return_the_same_form_brings_the_correction(client: FlaskClient, desk: Desk) -> None:
    opinion = desk.answer("第一稿。")
    with transaction():
        reply.return_reply(desk.office, NOW, db.session.get_one(FormalOpinion, opinion.id), "请写明依据")
    one = hand(client)
    one.write(at(desk, "a1"), 4, "预算法第六条")
    assert confirm(client, shown(client, load(client, one.data()))).status_code == 303
    assert stored().number == 2 and said() == [("a1", "第一稿。", "预算法第六条")]
    assert list(verify.faults(db.session)) == []  # type: ignore[arg-type]


def test_words_of_the_form_are_escaped(client: FlaskClient, desk: Desk) -> None:
    one = hand(client)
    one.write(at(desk, "a1"), 3, "<script>alert(1)</script>")
    page = shown(client, load(client, one.data()))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    assert confirm(client, page).status_code == 303
    assert said()[0][1] == "<script>alert(1)</script>"


def test_an_edited_number_is_refused(client: FlaskClient, desk: Desk) -> None:
    number = form_id(desk.keys, desk.letter)
    data = edited(hand(client).data(), "word/document.xml", number, "AAAA-BBBB-CCCC-DDDD")
    answer = load(client, data)
    assert answer.status_code == 422 and "表格编号" in unescape(answer.text)
