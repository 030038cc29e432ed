"""A unit's reply by form: points added and taken away without JavaScript, saved, confirmed, sent, never lost."""

import io
import re

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
from consult.letters import find, reply
from consult.letters.draft import items_of
from consult.letters.models import FormalOpinion
from consult.review import decide
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, one_letter, points, write_to
from tests.web.pages import actions, browser, field, token

LETTER = "/agency/letters/1"
PDF = b"%PDF-1.4 a sealed reply"
POINT = {
    "items-0-clause_key": "a3", "items-0-stance": "amend", "items-0-text": "间距宜为三十米。",
    "items-0-proposed_text": "主路路灯间距不超过三十米。", "items-0-reason": "县道标准。",
}  # fmt: skip


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys, received=True)


@pytest.fixture
def client(app: Flask, desk: Desk) -> FlaskClient:
    return browser(app, desk.agent)


def press(client: FlaskClient, edition: int | str = 0, **fields: object) -> TestResponse:
    """Press a button of the reply form with these fields in it."""
    data = {"csrf_token": token(client, LETTER), "edition": str(edition), **fields}
    boundary, body = encode_multipart(data)  # whole in memory: a client's temporary file would stay open
    return client.post(LETTER + "/reply", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def stored() -> FormalOpinion:
    found = find.current_reply(1)
    assert found is not None
    return found


def scan(data: bytes = PDF, name: str = "复函（盖章）.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(data), name)


def carried(page: str) -> dict[str, str]:
    """What a page carries on to the next press: what it showed, and the ids of its points."""
    ids = re.findall(r'name="(items-\d+-id)" value="(\w*)"', page)
    return {"edition": field(page, "edition"), "seen": field(page, "seen")} | dict(ids)


def test_add_move_and_remove_keep_everything_at_every_step(client: FlaskClient) -> None:
    page = press(client, add="", handler="王经办", answer="has_opinion", **POINT).text
    assert page.count('<fieldset class="item"') == 2 and "间距宜为三十米。" in page and 'value="王经办"' in page
    assert stored().items[0]["text"] == "间距宜为三十米。" and stored().handler == "王经办"
    page = press(client, add="a4", **carried(page), **POINT).text
    assert page.count('<fieldset class="item"') == 2
    assert (
        '<option selected value="a4">' in page
        and 'id="answer-has_opinion" name="answer" value="has_opinion" checked' in page
    )
    two = POINT | {"items-1-clause_key": "a4", "items-1-text": "第二条意见的文字。", "items-1-stance": "oppose"}
    page = press(client, **carried(page), **{"up-1": "1"}, **two).text
    assert [one["text"] for one in stored().items] == ["第二条意见的文字。", "间距宜为三十米。"]
    assert page.index("第二条意见的文字。") < page.index("间距宜为三十米。")
    page = press(client, **carried(page), **{"down-0": "1"}, phone="12345", **back(two)).text
    assert [one["text"] for one in stored().items] == ["间距宜为三十米。", "第二条意见的文字。"]
    page = press(client, **carried(page), **{"remove-0": "1"}, phone="12345", **two).text
    assert page.count('<fieldset class="item"') == 1 and "第二条意见的文字。" in page and "间距宜" not in page
    assert 'name="items-0-text"' in page and 'value="12345"' in page
    assert [one["text"] for one in stored().items] == ["第二条意见的文字。"]
    for odd in ("remove-9", "up-0", "down-7", "up-x", "remove-99999"):
        assert press(client, **carried(page), **{odd: "1"}, phone="12345", **back(two, 1)).status_code in (200, 303)
    assert [one["text"] for one in stored().items] == ["第二条意见的文字。"]


def back(two: dict[str, str], most: int = 2) -> dict[str, str]:
    """The two points in the other order; with `most` 1 only the first of that order."""
    swapped = {name.replace("-0-", "-x-").replace("-1-", "-0-").replace("-x-", "-1-"): said for name, said in two.items()}
    return {name: said for name, said in swapped.items() if most > 1 or "-0-" in name}


def test_an_empty_last_point_takes_the_clause(client: FlaskClient) -> None:
    page = press(client, add="a4", **{"items-0-clause_key": "", "items-0-stance": "amend"}).text
    assert page.count('<fieldset class="item"') == 1 and '<option selected value="a4">' in page


def test_a_draft_is_kept_as_typed_and_shown_again(client: FlaskClient, desk: Desk) -> None:
    answer = press(
        client, do="save", answer="has_opinion", reply_date="2026-03-09", office_section="预算科", **POINT, **SIGNED
    )
    assert answer.status_code == 303 and answer.headers["Location"] == LETTER + "#reply"
    opinion = stored()
    assert vars(items_of(opinion)[0]) == vars(Item("a3", "amend", "间距宜为三十米。", "主路路灯间距不超过三十米。", "县道标准。"))
    assert len(opinion.items) == 1
    assert (opinion.reply_no, opinion.handler, opinion.edition, opinion.sent_at) == (
        SIGNED["reply_no"],
        "王经办",
        1,
        None,
    )
    page = client.get(LETTER).text
    assert "已保存，还没有报送。" in page and "间距宜为三十米。</textarea>" in page and 'value="2026-03-09"' in page
    assert field(page, "edition") == "1"


BAD = [
    ({"reply_date": "昨天"}, "日期请写成"),
    ({"handler": "a\nb"}, "请写在一行里"),
    ({"items-0-text": "带\x07控制符"}, "控制字符"),
    ({"items-0-stance": "nonsense"}, "请重新选择"),
]


def test_bad_fields_are_named_and_nothing_is_lost(client: FlaskClient) -> None:
    for fields, message in BAD:
        answer = press(client, **(POINT | {"office_section": "预算科"} | fields))
        assert answer.status_code == 422 and message in answer.text, fields
        assert "县道标准。</textarea>" in answer.text and 'value="预算科"' in answer.text
    assert find.current_reply(1) is None


def test_a_clause_that_is_not_there_cannot_be_sent(client: FlaskClient) -> None:
    press(client, do="check", answer="has_opinion", **(POINT | {"items-0-clause_key": "zz9"}), **SIGNED)
    answer = client.post(LETTER + "/send", data={"csrf_token": token(client, LETTER), "edition": "1"})
    assert answer.status_code == 422 and "没有编号为“zz9”的条款" in answer.text and stored().sent_at is None


def test_what_cannot_be_sent_is_said_all_at_once(client: FlaskClient) -> None:
    page = press(client, do="check", **POINT)
    assert page.status_code == 422
    for message in ("请选择“无意见”或者“有意见”", "请填写经办人", "请填写联系电话", "请填写签发人", "两者至少有一项"):
        assert message in page.text, message
    assert field(page.text, "edition") == "1" and stored().edition == 1  # it was saved all the same
    page = press(client, 1, do="check", answer="no_objection", **POINT, **SIGNED)
    assert page.status_code == 422 and "已写有1条意见" in page.text
    page = press(client, 2, do="check", answer="has_opinion", **SIGNED)
    assert page.status_code == 422 and "请至少写一条意见" in page.text
    page = press(
        client,
        3,
        do="check",
        answer="has_opinion",
        **{"items-0-reason": "只有理由", "items-0-stance": "amend"},
        **SIGNED,
    )
    assert page.status_code == 422 and "只写了理由" in page.text
    assert "send_reply" not in actions()


def test_confirm_and_send_with_points(client: FlaskClient, desk: Desk) -> None:
    answer = press(client, do="check", answer="has_opinion", **POINT, **SIGNED)
    assert answer.headers["Location"] == LETTER + "/confirm"
    page = client.get(LETTER + "/confirm").text
    assert "间距宜为三十米。" in page and "赵局长" in page and "确认报送" in page and "send_reply" not in actions()
    sent = client.post(
        LETTER + "/send", data={"csrf_token": field(page, "csrf_token"), "edition": field(page, "edition")}
    )
    assert sent.status_code == 303 and stored().sent_at == NOW
    page = client.get(LETTER).text
    assert "还没有作出处理" in page and "等待发函单位收文" in page and 'id="reply-form"' not in page
    (comment,) = comments_of(stored().submission_id)
    reviewer = make_user("reviewer")
    with transaction():
        decide.decide(reviewer, NOW, comment_id=comment.id, expected_number=0, outcome="not_adopted",
                      reason="全县统一标准，暂不调整间距。")  # fmt: skip
    page = client.get(LETTER).text
    assert "不采纳" in page and "全县统一标准，暂不调整间距。" in page
    assert client.get(LETTER + "/confirm").headers["Location"] == LETTER
    again = client.post(LETTER + "/send", data={"csrf_token": token(client, "/agency"), "edition": "1"})
    assert again.status_code == 409 and actions().count("send_reply") == 1
    assert press_after_sending(client).status_code == 409


def press_after_sending(client: FlaskClient) -> TestResponse:
    return client.post(
        LETTER + "/reply", data={"csrf_token": token(client, "/agency"), "edition": "1", "answer": "no_objection"}
    )


def test_no_objection_is_a_reply_without_points(client: FlaskClient) -> None:
    press(client, do="check", answer="no_objection", **SIGNED)
    page = client.get(LETTER + "/confirm").text
    assert "本单位答复：无意见。" in page
    client.post(LETTER + "/send", data={"csrf_token": field(page, "csrf_token"), "edition": "1"})
    opinion = stored()
    assert (opinion.answer, opinion.submission_id) == ("no_objection", None) and opinion.sent_at
    assert "本单位答复：无意见。" in client.get(LETTER).text


def test_a_colleague_who_saved_first_is_shown_and_nothing_typed_is_lost(client: FlaskClient, desk: Desk) -> None:
    colleague = make_user("agency", desk.unit)
    desk.save(actor=colleague, answer="has_opinion", items=points("同事写的意见。"), handler="张同事")
    upload = {"seal_file": scan()}
    late = press(client, 0, do="save", answer="has_opinion", **POINT, **SIGNED, **upload)
    assert late.status_code == 409
    assert "同事写的意见。" in late.text and "张同事" in late.text and "间距宜为三十米。</textarea>" in late.text
    assert field(late.text, "edition") == "1" and stored().handler == "张同事"
    kept = field(late.text, "kept_file")
    assert "复函（盖章）.pdf" in late.text
    again = press(client, 1, do="save", answer="has_opinion", kept_file=kept, **POINT, **SIGNED)
    assert again.status_code == 303
    assert (stored().handler, stored().seal_file_id, stored().edition) == ("王经办", int(kept), 2)


def test_a_draft_changed_after_confirming_is_shown_again_instead_of_sent(client: FlaskClient, desk: Desk) -> None:
    press(client, do="check", answer="no_objection", **SIGNED)
    page = client.get(LETTER + "/confirm").text
    desk.save(
        1,
        actor=make_user("agency", desk.unit),
        answer="has_opinion",
        items=[Item(None, "other", "忽然有意见。")],
        **SIGNED,
    )
    late = client.post(LETTER + "/send", data={"csrf_token": field(page, "csrf_token"), "edition": "1"})
    assert late.status_code == 409 and "忽然有意见。" in late.text and stored().sent_at is None
    assert field(late.text, "edition") == "2"


def test_an_incomplete_draft_sent_past_the_form_comes_back_with_what_is_missing(
    client: FlaskClient, desk: Desk
) -> None:
    desk.save(answer="no_objection", handler="王经办")
    answer = client.post(LETTER + "/send", data={"csrf_token": token(client, LETTER), "edition": "1"})
    assert answer.status_code == 422 and "请填写联系电话" in answer.text and stored().sent_at is None


def test_the_scan_is_kept_shown_replaced_and_taken_away(app: Flask, client: FlaskClient, desk: Desk) -> None:
    press(client, do="save", seal_file=scan())
    number = stored().seal_file_id
    kept = db.session.get_one(StoredFile, number)
    page = client.get(LETTER).text
    assert kept.sha256 in page and "复函（盖章）.pdf" in page and "1 KB" in page
    with client.get(f"/agency/files/{number}") as file:
        assert file.data == PDF and file.mimetype == "application/pdf" and "no-store" in file.headers["Cache-Control"]
        assert "attachment" in file.headers["Content-Disposition"]
    with browser(app, make_user("agency", desk.unit)).get(f"/agency/files/{number}") as file:
        assert file.status_code == 200
    stranger = browser(app, make_user("agency", make_unit("市司法局")))
    assert stranger.get(f"/agency/files/{number}").status_code == 404
    assert stranger.get("/agency/files/999").status_code == 404
    client = browser(app, desk.agent)
    press(client, 1, do="save", seal_file=scan(PDF + b" second", "二.pdf"))
    assert stored().seal_file_id != number
    press(client, 2, do="save", remove_seal="y")
    assert stored().seal_file_id is None and stored().edition == 3


def test_what_is_no_scan_is_refused_and_the_rest_stays(client: FlaskClient) -> None:
    for data, status in ((b"", 422), (b"just words", 415), (b"%PDF-" + b"x" * (10 * 1024 * 1024), 413)):
        answer = press(client, do="save", seal_file=scan(data), **POINT)
        assert answer.status_code == status, status
        assert "间距宜为三十米。</textarea>" in answer.text and 'id="seal_file-error"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0 and find.current_reply(1) is None


def test_a_foreign_scan_cannot_be_claimed(app: Flask, client: FlaskClient, desk: Desk) -> None:
    press(client, do="save", seal_file=scan())
    number = stored().seal_file_id
    other = make_unit("市司法局")
    write_to(desk.office, desk.project, other, letter_no="2号")
    stranger = browser(app, make_user("agency", other))
    answer = stranger.post("/agency/letters/2/reply", data={
        "csrf_token": token(stranger, "/agency"), "edition": "0", "kept_file": str(number), "do": "save"})  # fmt: skip
    assert answer.status_code == 422 and "没有找到上传的盖章扫描件" in answer.text
    assert "复函（盖章）.pdf" not in answer.text


def test_a_returned_reply_opens_again_with_the_reason(client: FlaskClient, desk: Desk) -> None:
    desk.answer("第一点")
    with transaction():
        reply.return_reply(desk.office, NOW, stored(), "请补充修改建议")
    page = client.get(LETTER).text
    assert "请补充修改建议" in page and "第一点</textarea>" in page and "退回补正" in page
    assert "补正后重新报送" in client.get("/agency").text


def test_two_people_on_one_page_lose_nothing(app: Flask, client: FlaskClient, desk: Desk) -> None:
    desk.save(answer="has_opinion", items=points("第一点", "第二点"), **SIGNED)
    page = client.get(LETTER).text
    shown = {"items-0-clause_key": "a1", "items-0-stance": "amend", "items-0-text": "第一点，改了。",
             "items-1-clause_key": "a1", "items-1-stance": "amend", "items-1-text": "第二点", **SIGNED}  # fmt: skip
    colleague = browser(app, make_user("agency", desk.unit))
    theirs = shown | {"items-0-text": "第一点", "items-1-reason": "上位法", "handler": "张同事"}
    assert press(colleague, **carried(page), do="save", answer="has_opinion", **theirs).status_code == 303
    client = browser(app, desk.agent)
    mine = press(client, **carried(page), do="save", answer="has_opinion", **shown)
    assert mine.status_code == 303 and "并入了同事" in client.get(LETTER).text
    assert [(one["text"], one["reason"]) for one in stored().items] == [("第一点，改了。", ""), ("第二点", "上位法")]
    assert stored().handler == "张同事" and stored().edition == 3


def test_a_true_clash_is_shown_side_by_side_and_chosen(app: Flask, client: FlaskClient, desk: Desk) -> None:
    desk.save(answer="has_opinion", items=points("第一点"), **SIGNED)
    page = client.get(LETTER).text
    shown = {"items-0-clause_key": "a1", "items-0-stance": "amend", **SIGNED}
    colleague = browser(app, make_user("agency", desk.unit))
    press(colleague, **carried(page), do="save", answer="has_opinion",
          **shown | {"items-0-text": "同事的写法", "phone": "同事的电话"})  # fmt: skip
    client = browser(app, desk.agent)
    late = press(client, **carried(page), do="save", answer="has_opinion",
                 **shown | {"items-0-text": "我的写法", "phone": "我的电话"})  # fmt: skip
    assert late.status_code == 409 and stored().items[0]["text"] == "同事的写法"
    key = stored().items[0]["id"]
    assert "我的写法</textarea>" in late.text and 'value="我的电话"' in late.text and late.text.count("用同事的</span>") == 2
    assert f'value="{key}.text"' in late.text and 'value=".phone"' in late.text
    chosen = press(client, **carried(late.text), do="save", answer="has_opinion", theirs=".phone",
                   **shown | {"items-0-text": "我的写法", "phone": "我的电话"})  # fmt: skip
    assert chosen.status_code == 303
    assert (stored().items[0]["text"], stored().phone) == ("我的写法", "同事的电话")


def test_quiet_saving_answers_in_json_and_writes_only_changes(app: Flask, client: FlaskClient, desk: Desk) -> None:
    page = client.get(LETTER).text
    first = press(client, **carried(page), do="auto", answer="has_opinion", **POINT, handler="王经办")
    assert first.status_code == 200 and first.json["edition"] == 1 and first.json["joined"] is False
    assert "2026年3月10日" in first.json["at"]
    names = carried(page) | {"edition": str(first.json["edition"]), "seen": first.json["seen"]}
    again = press(client, **names, do="auto", answer="has_opinion", **POINT, handler="王经办")
    assert again.json["edition"] == 1 and actions().count("save_reply") == 1
    desk.save(1, actor=make_user("agency", desk.unit), answer="has_opinion", handler="王经办", phone="123",
              items=[*items_of(stored()), Item("a4", "amend", "同事加的一条")])  # fmt: skip
    third = press(client, **names, do="auto", answer="has_opinion", **POINT | {"items-0-text": "又改"}, handler="王经办")
    assert third.json["joined"] is True and third.json["edition"] == 3
    assert [one["text"] for one in stored().items] == ["又改", "同事加的一条"] and stored().phone == "123"
    names["seen"] = third.json["seen"]
    fourth = press(client, **names, do="auto", answer="has_opinion", **POINT | {"items-0-text": "再改"}, handler="王经办")
    assert [one["text"] for one in stored().items] == ["再改", "同事加的一条"] and fourth.status_code == 200
    bad = press(client, **names, do="auto", **POINT | {"items-0-text": "带\x07控制符"})
    assert bad.status_code == 422 and "控制字符" in bad.json["message"]
