"""A paper reply entered by the office: typed or loaded, late by the day it came in, in the ledger as the unit's answer."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from consult.base.audit import AuditEntry
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.files import StoredFile
from consult.intake.find import comments_of, submission
from consult.letters import find, form_word
from consult.letters.form_offer import offered
from consult.letters.models import FormalOpinion
from consult.summary import ledger as ledger_table
from consult.summary import verify
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, one_letter, points, write_to
from tests.letters.forms import HANDS, WordHand
from tests.web.pages import actions, browser, field, post, token

PAGE = "/office/letters/1/paper"
PDF = b"%PDF-1.4 paper with a seal"
POINT = {
    "items-0-clause_key": "a3", "items-0-stance": "amend", "items-0-text": "间距宜为三十米。",
    "items-0-proposed_text": "主路路灯间距不超过三十米。", "items-0-reason": "县道标准。",
}  # fmt: skip
NONE = {"enter": "1", "answer": "no_objection", "received_on": "2026-03-10", **SIGNED}


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys)


@pytest.fixture
def client(app: Flask, desk: Desk) -> FlaskClient:
    app.extensions["clock"] = lambda: NOW + timedelta(hours=2)
    return browser(app, desk.office)


def press(client: FlaskClient, **fields: object) -> TestResponse:
    boundary, body = encode_multipart({"csrf_token": token(client, PAGE), **fields})
    return client.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def upload(data: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(data), name)


def saved(client: FlaskClient, address: str) -> bytes:
    """The bytes of a download, closed behind it."""
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.data


def stored() -> FormalOpinion:
    found = find.current_reply(1)
    assert found is not None
    return found


def faults() -> list[str]:
    return list(verify.faults(db.session))  # type: ignore[arg-type]


def test_typed_in_with_a_scan(client: FlaskClient, desk: Desk) -> None:
    fields = {"enter": "1", "answer": "has_opinion", "received_on": "2026-03-10", "reply_date": "2026-03-09", **POINT, **SIGNED}
    answer = press(client, seal_file=upload(PDF, "复函.pdf"), **fields)
    assert answer.status_code == 303, answer.text
    opinion = stored()
    assert (opinion.source, opinion.received_on, opinion.sent_by) == ("paper", date(2026, 3, 10), desk.office.ref)
    assert opinion.accepted_at and opinion.entered_by == desk.office.name and opinion.number == 1
    (comment,) = comments_of(opinion.submission_id)
    assert (comment.text, comment.proposed_text, comment.reason) == (
        "间距宜为三十米。", "主路路灯间距不超过三十米。", "县道标准。"
    )  # fmt: skip
    sending = submission(opinion.submission_id)
    assert (sending.channel, sending.late, sending.received_on) == ("formal", False, date(2026, 3, 10))
    assert sending.submitter_shown == "市财政局" and sending.registered_by == desk.office.ref
    scan = db.session.get_one(StoredFile, opinion.seal_file_id)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "enter_reply")).one()
    assert '"items":1' in entry.facts and entry.actor == desk.office.ref and "财政" not in entry.facts
    text = client.get("/office/letters/1").text
    assert f"纸质，由{desk.office.name}录入" in text and scan.sha256 in text and "2026年3月10日" in text
    assert "登记纸质复函" not in text and saved(client, f"/office/files/{scan.id}") == PDF
    (row,) = find.ledger(desk.project.id, NOW)
    assert (row.answer, row.items, row.state, row.late, row.received_on) == ("has_opinion", 1, "已复函", False, date(2026, 3, 10))
    cells = next(iter(ledger_table.ledger_rows(db.session, [row])))  # type: ignore[arg-type]
    assert cells[5] == "2026-03-10" and cells[11] == f"已复函（纸质，由{desk.office.name}录入）"
    assert faults() == []


def test_the_unit_sees_who_entered_it_and_its_draft_stays(client: FlaskClient, desk: Desk, app: Flask) -> None:
    desk.save(answer="has_opinion", items=points("网上写了一半。"), **SIGNED)
    page = client.get(PAGE).text
    assert "网上写了一半" not in page and "王经办" not in page
    assert press(client, **NONE).status_code == 303
    unit = browser(app, desk.agent)
    text = unit.get("/agency/letters/1").text
    assert f"由{desk.office.name}录入" in text and "无意见" in text
    draft, paper = reversed(find.replies(1))
    assert draft.items[0]["text"] == "网上写了一半。" and draft.sent_at is None and paper.number == 2
    assert faults() == []


@pytest.mark.parametrize(
    ("received", "late"), [(date(2026, 3, 30), False), (date(2026, 3, 31), True)], ids=["on the last day", "a day later"]
)
def test_late_by_the_day_it_came_in(app: Flask, client: FlaskClient, desk: Desk, received: date, late: bool) -> None:
    app.extensions["clock"] = lambda: NOW + timedelta(days=40)
    client = browser(app, desk.office)
    fields = NONE | {"received_on": received.isoformat(), "answer": "has_opinion"} | POINT
    assert press(client, **fields).status_code == 303
    (row,) = find.ledger(desk.project.id, NOW + timedelta(days=40))
    assert row.late is late and not row.overdue and row.state == "已复函"
    assert submission(stored().submission_id).late is late
    assert find.count([row]).late == late
    assert ("迟复" in client.get("/office/letters/1").text) is late
    assert faults() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"received_on": "2026-03-11"}, "收到日期不能晚于今天"),
        ({"received_on": ""}, "请填写收到日期"),
        ({"received_on": "三月十日"}, "日期请写成"),
        ({"received_on": "2026-03-09"}, "收到日期早于发函日期"),
        ({"answer": ""}, "请选择“无意见”或者“有意见”"),
        ({"answer": "has_opinion"}, "至少写一条意见"),
        ({"handler": ""}, "请填写经办人"),
        ({"phone": " "}, "请填写联系电话"),
        ({"signatory": ""}, "请填写签发人"),
        ({"reply_no": ""}, "复函文号"),
        ({"items-0-clause_key": "a1", "items-0-text": "还有意见。"}, "请改选“有意见”"),
        ({"items-0-clause_key": "", "items-0-text": "不知哪一条。"}, "请选择条款"),
        ({"answer": "has_opinion", "items-0-clause_key": "zz9", "items-0-text": "没有的条款。"}, "没有编号为"),
        ({"scan": "forged"}, "过期"),
    ],
)  # fmt: skip
def test_the_same_rules_as_online(client: FlaskClient, change: dict[str, str], words: str) -> None:
    answer = press(client, **{**NONE, **change})
    assert answer.status_code == 422 and words in answer.text
    assert find.current_reply(1) is None and "enter_reply" not in actions()


def test_before_the_letter_with_a_reason(client: FlaskClient) -> None:
    fields = NONE | {"received_on": "2026-03-09", "received_note": "单位收到电话通知后先行送来。"}
    assert press(client, **fields).status_code == 303
    assert "单位收到电话通知后先行送来。" in client.get("/office/letters/1").text
    assert faults() == []


def test_a_form_is_loaded_into_the_page_and_entered(client: FlaskClient, desk: Desk) -> None:
    answer = client.get("/office/letters/1/form.docx")
    one = HANDS["docx"](answer.data)
    assert isinstance(one, WordHand)
    one.tick("□无意见 ☑有意见(见下表)")
    for label, text in (("经办人", "王经办"), ("联系电话", "0816-1234567"), ("签发人", "赵局长"), ("复函文号", "示财函〔2026〕7号")):
        one.fact(label, text)
    one.add("第三条", "", "间距宜为三十米。", "县道标准。")
    one.add("第九十九条", "", "应当有奖励。", "")
    data = one.data()
    loaded = press(client, load="1", received_on="2026-03-10", form_file=upload(data, "财政局反馈表.docx"))
    page = loaded.text
    assert loaded.status_code == 200 and "财政局反馈表.docx" in page and 'value="王经办"' in page
    assert "没有找到条款“第九十九条”" in page and find.current_reply(1) is None
    source = field(page, "source")
    rest = {"enter": "1", "answer": "has_opinion", "received_on": "2026-03-10", "source": source, **SIGNED}
    rows = {
        "items-0-clause_key": "a3", "items-0-stance": "amend", "items-0-text": "间距宜为三十米。", "items-0-reason": "县道标准。",
        "items-1-clause_key": "", "items-1-stance": "amend", "items-1-text": "应当有奖励。",
    }  # fmt: skip
    assert re.findall(r'<option selected value="([^"]*)"', page)[:1] == ["a3"]
    refused = press(client, **rest, **rows)
    assert refused.status_code == 422 and "请选择条款" in refused.text
    assert press(client, **rest, **(rows | {"items-1-clause_key": "*"})).status_code == 303
    opinion = stored()
    said = [(one["clause_key"], one["text"], one["reason"]) for one in opinion.items]
    assert said == [("a3", "间距宜为三十米。", "县道标准。"), ("", "应当有奖励。", "")]
    kept = db.session.get_one(StoredFile, opinion.form_file_id)
    assert kept.name == "财政局反馈表.docx" and saved(client, f"/office/files/{kept.id}") == data
    assert faults() == []
    with transaction():
        opinion.received_on = date(2026, 3, 2)
    assert any("被改动" in fault for fault in faults())


def test_a_scan_survives_a_refusal(client: FlaskClient) -> None:
    answer = press(client, seal_file=upload(PDF, "复函.pdf"), **(NONE | {"handler": "", "reply_no": ""}))
    assert answer.status_code == 422 and "复函.pdf" in answer.text
    again = NONE | {"reply_no": "", "scan": field(answer.text, "scan")}
    assert press(client, **again).status_code == 303
    assert stored().seal_file_id is not None and stored().reply_no == ""


def test_the_bytes_of_a_scan_are_verified(client: FlaskClient, app: Flask) -> None:
    assert press(client, seal_file=upload(PDF, "复函.pdf"), **NONE).status_code == 303
    folder: Path = app.config["SETTINGS"].files
    sha256 = db.session.get_one(StoredFile, stored().seal_file_id).sha256
    (folder / sha256[:2] / sha256).write_bytes(PDF + b"!")
    assert faults() == ["复函 1 的盖章扫描件内容与收到时不一致"]
    (folder / sha256[:2] / sha256).unlink()
    assert faults() == ["复函 1 的盖章扫描件不见了"]


def test_buttons_that_store_nothing(client: FlaskClient) -> None:
    page = press(client, add="1", handler="王经办", **POINT).text
    assert page.count("条意见</legend>") == 2 and "间距宜为三十米。" in page and 'value="王经办"' in page
    page = press(client, **{"remove-0": "1"}, **POINT).text
    assert "间距宜为三十米。" not in page
    assert press(client, **{name: text for name, text in NONE.items() if name != "enter"}, keep="1").status_code == 200
    assert press(client, load="1").status_code == 422
    assert find.current_reply(1) is None


def test_foreign_forms_are_refused(client: FlaskClient, desk: Desk) -> None:
    (second,) = write_to(desk.office, desk.project, make_unit("市水利局"))
    answer = press(client, load="1", form_file=upload(form_word.write(offered(desk.keys, second, None).form), "b.docx"))
    assert answer.status_code == 422 and "另一份来函或者另一个单位" in answer.text


def test_only_once_and_only_by_the_office(client: FlaskClient, desk: Desk, app: Flask) -> None:
    assert press(client, **NONE).status_code == 303
    assert client.get(PAGE).status_code == 303
    answer = post(client, "/office/c/demo/register", PAGE, **NONE)
    assert answer.status_code == 409 and "请先退回补正" in answer.text and len(find.replies(1)) == 1
    for role in ("approver", "agency"):
        other = browser(app, make_user(role, desk.unit if role == "agency" else None))
        assert other.get(PAGE).status_code == 403
        assert other.get("/office/letters/1/form.docx").status_code == (403 if role == "agency" else 200)
