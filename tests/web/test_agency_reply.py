"""A unit's reply by form: points added and taken away without JavaScript, saved, sealed, confirmed, sent."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.files import StoredFile
from consult.intake.find import comments_of
from consult.intake.submit import Item
from consult.letters import find, reply
from consult.letters.draft import items_of
from consult.review import decide
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, one_letter, write_to
from tests.web.pages import actions, browser, field, token
from tests.web.replying import LETTER, PDF, POINT, carried, press, scan, stored


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys, received=True)


@pytest.fixture
def client(app: Flask, desk: Desk) -> FlaskClient:
    return browser(app, desk.agent)


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
