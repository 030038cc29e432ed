"""The table that comes back, in the pages: downloaded as the list shows it, loaded, compared, chosen, confirmed, refused."""

import io
import random
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from consult.base.crypto import Keys
from consult.base.db import db
from consult.base.files import StoredFile
from consult.base.people import Actor
from consult.review.models import Decision, Dispute
from consult.summary import verify
from consult.summary.models import TableReturn
from consult.web.reviewer import table
from tests.factories.people import make_project, make_user
from tests.letters.test_form_fuzz import broken_bytes
from tests.review.desk import REASON, rule, say
from tests.review.quarrel import make_quarrel
from tests.summary.backs import HANDS, SheetHand, WordHand
from tests.web.pages import actions, browser, field, token

TABLE = "/review/c/demo/table"
CHECK = TABLE + "/check"
KINDS = pytest.mark.parametrize("kind", ["docx", "xlsx"])


@pytest.fixture
def reviewer(app: Flask) -> Actor:
    project = make_project()
    for clause, text in (("a3", "建议路灯间距改为三十米。"), ("a4", "五日太长，建议两日。"), (None, "写得很好。")):
        say(project, text, clause)
    return make_user("reviewer")


@pytest.fixture
def desk(app: Flask, reviewer: Actor) -> FlaskClient:
    return browser(app, reviewer)


def hand(desk: FlaskClient, kind: str = "xlsx", query: str = "") -> SheetHand | WordHand:
    answer = desk.get(f"{TABLE}.{kind}{query}")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"], answer.text
    return HANDS[kind](answer.data)


def load(desk: FlaskClient, data: bytes, name: str = "表.xlsx") -> TestResponse:
    fields: dict[str, object] = {"csrf_token": token(desk, TABLE), "table_file": FileStorage(io.BytesIO(data), name)}
    boundary, body = encode_multipart(fields)
    return desk.post(TABLE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def shown(desk: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303 and CHECK in answer.headers["Location"], answer.text
    page = desk.get(answer.headers["Location"])
    assert page.status_code == 200
    return page.text


def confirm(desk: FlaskClient, page: str, /, **choices: str) -> TestResponse:
    hidden = {name: field(page, name) for name in ("csrf_token", "source", "edition")}
    return desk.post(CHECK, data={**hidden, **choices})


def rulings() -> list[tuple[str, int]]:
    return [(one.outcome, one.number) for one in db.session.scalars(select(Decision).order_by(Decision.id))]


@KINDS
def test_there_and_back(desk: FlaskClient, reviewer: Actor, kind: str) -> None:
    one = hand(desk, kind)
    assert one.read(1, "意见内容") == "写得很好。" and one.read(2, "章条编号") == "第三条"
    one.write(2, "处理意见", "不采纳")
    one.write(2, "理由", REASON)
    page = shown(desk, load(desk, one.data(), f"表.{kind}"))
    assert "新作处理" in page and REASON in page and rulings() == []
    answer = confirm(desk, page)
    assert answer.status_code == 303 and rulings() == [("not_adopted", 1)]
    after = desk.get(TABLE).text
    assert "已读入，写入 1 条处理意见。" in after and "以前读入的表" in after
    assert "还有 1 条意见已有处理意见，但还没有人看过全文" in after and "/review/c/demo/read?state=decided" in after
    back = db.session.scalars(select(TableReturn)).one()
    assert back.sha256 in after and back.by == reviewer.ref and back.by_name in after
    assert actions()[-1] == "fill_table" and list(verify.faults(db.session())) == []


def test_only_what_the_list_shows_is_handed_out_and_that_is_noted(desk: FlaskClient, reviewer: Actor) -> None:
    rule(reviewer, 1, "adopted")
    assert "意见内容" in hand(desk, query="?state=undecided").read(0, "意见内容")
    rows = [hand(desk, query="?state=undecided").read(number, "意见内容") for number in (1, 2, 3)]
    assert rows == ["写得很好。", "五日太长，建议两日。", ""]
    assert actions()[-1] == "export"
    page = desk.get(TABLE + "?state=decided&clause=a4")
    assert page.status_code == 200 and "<b>0 组意见</b>" in page.text
    none = desk.get(TABLE + ".xlsx?state=decided&clause=a4")
    assert none.status_code == 422 and "没有可以处理的意见" in none.text
    assert f"{TABLE}?state=undecided" in desk.get("/review/c/demo?state=undecided").text


def test_refused_by_the_name_of_the_cell_and_nothing_is_written(desk: FlaskClient) -> None:
    one = hand(desk)
    one.write(1, "处理意见", "不采纳")
    one.write(2, "意见内容", "我不是这样说的。")
    one.write(3, "行号", "77-0-ABCDEF")
    answer = load(desk, one.data())
    text = unescape(answer.text)
    assert answer.status_code == 422 and "没有读入" in text
    assert re.findall(r"<b>(第\d行“[^”]+”)</b>", text) == ["第5行“理由”", "第6行“意见内容”", "第7行“行号”"]
    assert rulings() == [] and db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    for data, said in ((b"", "文件是空的"), (b"%PDF-1.4", "这不是 docx 或 xlsx"), (b"PK\x03\x04xx", "已损坏")):
        answer = load(desk, data)
        assert answer.status_code == 422 and said in answer.text
    assert "请选择填好的意见汇总处理表" in desk.post(TABLE, data={"csrf_token": token(desk, TABLE)}).text


@pytest.mark.parametrize(("side", "wanted"), [("file", [("adopted", 1), ("not_adopted", 2)]), ("page", [("adopted", 1)])])
def test_both_sides_changed_waits_for_a_choice(desk: FlaskClient, reviewer: Actor, side: str, wanted: list[tuple[str, int]]) -> None:
    one = hand(desk)
    one.write(2, "处理意见", "不采纳")
    one.write(2, "理由", REASON)
    rule(reviewer, 1, "adopted")
    page = shown(desk, load(desk, one.data()))
    assert "两边都改了，请选择" in page
    missing = confirm(desk, page)
    assert missing.status_code == 422 and "请选择用哪一边" in missing.text and rulings() == [("adopted", 1)]
    assert confirm(desk, missing.text, **{"side-1": side}).status_code == 303
    assert rulings() == wanted and list(verify.faults(db.session())) == []


def test_every_change_is_seen_page_by_page_and_choices_go_along(
    desk: FlaskClient, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "SHOWN", 1)
    one = hand(desk)
    for row, reason in ((1, "写得好的，谢谢您来信支持。"), (2, REASON), (3, "两日来不及，五日是通常做法。")):
        one.write(row, "处理意见", "不采纳")
        one.write(row, "理由", reason)
    rule(reviewer, 1, "adopted")
    first = shown(desk, load(desk, one.data()))
    assert "第 1 页，共 2 页" in first and "写得好的" in first and "两日来不及" not in first and "看前面的" not in first
    last = confirm(desk, first, page="2", **{"side-1": "file"})
    assert last.status_code == 200 and "两日来不及" in last.text and "写得好的" not in last.text and "看后面的" not in last.text
    assert 'value="file" checked' in last.text and "请选择用哪一边。" not in last.text and rulings() == [("adopted", 1)]
    for odd in ("0", "-1", "9" * 5000, "٣", "x", ""):
        assert confirm(desk, last.text, page=odd).status_code == 200
    assert confirm(desk, last.text, **{"side-1": "file"}).status_code == 303
    assert sorted(rulings()) == [("adopted", 1), ("not_adopted", 1), ("not_adopted", 1), ("not_adopted", 2)]


def test_what_changes_between_the_look_and_the_yes_is_looked_at_again(desk: FlaskClient, reviewer: Actor) -> None:
    one = hand(desk)
    one.write(2, "处理意见", "采纳")
    page = shown(desk, load(desk, one.data()))
    rule(reviewer, 1, "not_adopted", reason=REASON)
    again = confirm(desk, page)
    assert again.status_code == 409 and "系统里又有变动" in again.text and "两边都改了" in again.text
    assert rulings() == [("not_adopted", 1)]
    assert confirm(desk, again.text, **{"side-1": "file"}).status_code == 303
    assert rulings() == [("not_adopted", 1), ("adopted", 2)]


def test_others_cannot_use_the_file_and_old_tokens_are_told(app: Flask, desk: FlaskClient) -> None:
    one = hand(desk)
    one.write(2, "处理意见", "采纳")
    page = shown(desk, load(desk, one.data()))
    other = browser(app, make_user("reviewer"))
    answer = other.get(CHECK, query_string={"source": field(page, "source")})
    assert answer.status_code == 422 and "已经过期" in answer.text


def test_an_untouched_file_and_deleted_rows(desk: FlaskClient) -> None:
    one = hand(desk)
    page = shown(desk, load(desk, one.data()))
    assert "没有需要写入的" in page
    one = hand(desk)
    one.delete(3)
    page = shown(desk, load(desk, one.data()))
    assert "现在少了 1 行" in page and rulings() == []


def test_a_units_point_turned_down_begins_a_dispute(app: Flask, keys: Keys) -> None:
    quarrel = make_quarrel(keys)
    desk = browser(app, quarrel.reviewer)
    one = hand(desk)
    for number in (1, 2):
        one.write(number, "处理意见", "不采纳")
        one.write(number, "理由", REASON)
    answer = confirm(desk, shown(desk, load(desk, one.data())))
    assert answer.status_code == 303 and "有 2 条单位意见没有全部采纳，已登记为争议" in desk.get(TABLE).text
    assert sorted(db.session.scalars(select(Dispute.comment_id))) == sorted(quarrel.comments)
    assert actions()[-3:] == ["fill_table", "open_dispute", "open_dispute"]
    assert list(verify.faults(db.session())) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@KINDS
def test_broken_files_are_answered_and_write_nothing(desk: FlaskClient, kind: str) -> None:
    one, rng = hand(desk, kind), random.Random(7)
    one.write(2, "处理意见", "采纳")
    data = one.data()
    for _ in range(15):
        assert load(desk, broken_bytes(rng, data), f"表.{kind}").status_code in (303, 422)
    assert rulings() == [] and "fill_table" not in actions()
