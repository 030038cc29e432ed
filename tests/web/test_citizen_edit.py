"""A clause changed in its own text, without JavaScript: the phrase that is stored, the redline, nothing ever lost."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consult.base.db import db
from consult.intake.models import Comment, Submission
from tests.factories.people import NOW, STATUTE, make_project
from tests.factories.versions import publish_next
from tests.web.pages import field
from tests.web.test_citizen_opinion import PAGE, hidden, press, shown

LAMPS = "主路路灯间距不超过四十米。"
THIRTY = "主路路灯间距不超过三十米。"
SAID = "建议将第三条中的“四十米”修改为“三十米”。"


def box(text: str) -> str:
    """What stands in the box of a page."""
    found = re.search(r'<textarea id="edited"[^>]*>\n(.*?)</textarea>', text, re.S)
    assert found
    return unescape(found[1])


def on(client: FlaskClient, key: str) -> dict[str, str]:
    """The hidden fields of the form for one clause, and the clause."""
    text = client.get(f"{PAGE}?clause={key}").text
    return {"clause": key, "edited_of": field(text, "edited_of"), "edited": box(text)}


def said() -> list[str]:
    return list(db.session.scalars(select(Comment.proposed_text).order_by(Comment.id)))


def redlines(text: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"<(?:del|ins)>[^<]*</(?:del|ins)>", text)]


def test_the_box_holds_the_clause_and_untouched_it_proposes_nothing(client: FlaskClient) -> None:
    make_project()
    form = on(client, "a3")
    assert form["edited"] == LAMPS
    assert press(client, "send", **form, text="看过").status_code == 200
    assert press(client, "send", **form | {"edited": f" {LAMPS}\r\n"}, text="再看").status_code == 200
    assert press(client, "send", **form | {"edited": ""}, text="删空了").status_code == 200
    assert said() == ["", "", ""]
    assert press(client, "send", **form).status_code == 422


def test_one_word_becomes_the_phrase_on_the_review_page_and_on_the_receipt(client: FlaskClient) -> None:
    make_project()
    kept = press(client, "keep", **on(client, "a3") | {"edited": THIRTY}, reason="看不见")
    basket = unescape(kept.text.split('id="basket"')[1].split("</section>")[0])
    assert SAID in basket and redlines(basket) == ["<del>四</del>", "<ins>三</ins>"]
    assert box(kept.text) == "", "the form is empty again"
    sent = press(client, "send")
    assert SAID in unescape(sent.text) and redlines(sent.text) == ["<del>四</del>", "<ins>三</ins>"]
    assert said() == [SAID] and db.session.scalar(select(Comment.stance)) == "amend"


@pytest.mark.parametrize(("words", "stored"), [
    ({"stance": "delete"}, "建议删除第三条。"),
    ({"stance": "delete", "edited": ""}, "建议删除第三条。"),
    ({"stance": "add", "edited": "支路也要装路灯。"}, "建议在第三条之后增加一条：“支路也要装路灯。”。"),
    ({"edited": "四十米太远了，应该改成二十米才够亮。"}, "四十米太远了，应该改成二十米才够亮。"),
    ({"edited": "主路、支路路灯间距不超过四十米。"}, "建议在第三条中的“主路”后增加“、支路”。"),
])  # fmt: skip
def test_what_the_box_and_the_stance_say_together(client: FlaskClient, words: dict[str, str], stored: str) -> None:
    make_project()
    assert press(client, "send", **on(client, "a3") | words).status_code == 200
    assert said() == [stored]


def test_the_whole_draft_has_a_free_box(client: FlaskClient) -> None:
    make_project()
    page = client.get(PAGE).text
    assert box(page) == "" and "建议增加或者修改的文字" in page and field(page, "edited_of") == ""
    assert press(client, "send", edited=" 增加一章\r\n讲讲电费 ", edited_of="").status_code == 200
    assert said() == [" 增加一章\n讲讲电费 "]


def test_a_refused_form_keeps_the_box_and_names_it(client: FlaskClient) -> None:
    make_project()
    form = on(client, "a3") | {"edited": "改" * 5001}
    answer = press(client, "send", **form)
    assert answer.status_code == 422 and '<a href="#edited">' in answer.text and 'id="edited-wrong"' in answer.text
    assert box(answer.text) == "改" * 5001 and field(answer.text, "edited_of") == form["edited_of"] and said() == []
    answer = press(client, "send", **on(client, "a3") | {"edited": THIRTY}, email="不是邮箱")
    assert answer.status_code == 422 and box(answer.text) == THIRTY


def test_another_clause_is_chosen_and_nothing_is_lost(client: FlaskClient) -> None:
    make_project()
    form = on(client, "a3")
    turned = press(client, "switch", **form | {"clause": "a4"}, text="写在意见里的话")
    assert "路灯损坏的" in box(turned.text) and "写在意见里的话" in turned.text and shown(turned.text) == []
    turned = press(client, "switch", **form | {"clause": "a4", "edited": THIRTY}, reason="太黑")
    assert shown(turned.text) == [SAID, "太黑"] and "路灯损坏的" in box(turned.text)
    assert field(turned.text, "edited_of").startswith("a4.") and "已经先放进意见篮" in turned.text


def test_the_choice_is_changed_without_turning_and_the_phrase_names_its_clause(client: FlaskClient) -> None:
    make_project()
    form = on(client, "a3") | {"clause": "a4"}
    assert press(client, "send", **form, text="四日").status_code == 200
    assert press(client, "send", **form | {"edited": THIRTY}).status_code == 200
    assert said() == ["", SAID]


def test_an_opinion_is_written_again(client: FlaskClient) -> None:
    make_project()
    press(client, "keep", clause="a4", text="五日太长")
    kept = press(client, "keep", **on(client, "a3") | {"edited": THIRTY}, text="太暗", reason="看不见", stance="amend")
    assert shown(kept.text) == ["太暗", SAID, "看不见", "五日太长"], "in the order of the draft"
    handle = re.findall(r'name="edit" value="([^"]+)"', kept.text)[0]
    again = client.post(PAGE, data={**hidden(kept.text), "edit": handle, "text": "正写着的全文意见", "clause": ""})
    assert box(again.text) == THIRTY and "正在上面修改" in again.text and '<option value="a3"' in again.text
    assert shown(again.text)[-1] == "正写着的全文意见", "what was being written went into the basket"
    assert len(shown(client.get(PAGE).text)) == 5, "the old words stay until the new ones take their place"
    changed = {**hidden(again.text), **on(client, "a3"), "editing": field(again.text, "editing"), "action": "keep"}
    done = client.post(PAGE, data={**changed, "edited": THIRTY.replace("三十", "二十"), "text": "真暗"})
    assert shown(done.text) == ["真暗", SAID.replace("三十", "二十"), "五日太长", "正写着的全文意见"]
    assert press(client, "send").status_code == 200
    assert said() == [SAID.replace("三十", "二十"), "", ""]


def test_sending_while_writing_again_sends_each_opinion_once(client: FlaskClient) -> None:
    make_project()
    kept = press(client, "keep", **on(client, "a3") | {"edited": THIRTY})
    again = client.post(PAGE, data={**hidden(kept.text), "edit": "0"})
    form = on(client, "a3") | {"editing": field(again.text, "editing"), "edited": box(again.text), "text": "补一句"}
    assert press(client, "send", again.text, **form).status_code == 200
    assert said() == [SAID] and db.session.scalar(select(Comment.text)) == "补一句"


def test_personal_numbers_are_hinted_at_and_never_refused(client: FlaskClient) -> None:
    make_project()
    kept = press(client, "keep", clause="a3", text="请打 13800138000 找王某")
    assert kept.status_code == 200 and kept.text.count("好像有手机号或者身份证号") == 2
    assert "好像有" in client.get(PAGE).text and press(client, "send").status_code == 200


def test_a_corrected_clause_is_told_before_sending(app: Flask, client: FlaskClient) -> None:
    project = make_project()
    form = on(client, "a4")
    press(client, "keep", **on(client, "a3") | {"edited": THIRTY})
    page = client.get(PAGE).text
    publish_next(project, STATUTE.replace("四十米", "五十米").replace("五日内", "六日内"))
    three_days = form | {"edited": form["edited"].replace("五日", "三日")}
    answer = press(client, "send", page, **three_days, seen=field(page, "seen"))
    assert answer.status_code == 422 and "草案刚刚有更正" in answer.text and "第三条、第四条" in answer.text
    assert db.session.scalar(select(Submission.id)) is None
    assert "这一条的条文更正过" in answer.text and SAID in unescape(answer.text)
    assert box(answer.text) == "建议将第四条中的“五日”修改为“三日”。", "it does not fit the new text: the words stay"
    again = {"clause": "a4", "edited": box(answer.text), "edited_of": field(answer.text, "edited_of"), "seen": "2"}
    assert press(client, "send", answer.text, **again).status_code == 200
    assert said() == [SAID, "建议将第四条中的“五日”修改为“三日”。"]


def test_a_correction_elsewhere_in_the_clause_takes_the_edit_along(app: Flask, client: FlaskClient) -> None:
    project = make_project()
    form = on(client, "a3") | {"edited": THIRTY}
    publish_next(project, STATUTE.replace("主路路灯间距", "村内主路路灯间距"))
    answer = press(client, "send", **form, seen="1")
    assert answer.status_code == 422 and box(answer.text) == f"村内{THIRTY}"
    app.extensions["clock"] = lambda: NOW + timedelta(hours=1)
    again = {"clause": "a3", "edited": box(answer.text), "edited_of": field(answer.text, "edited_of"), "seen": "2"}
    assert press(client, "send", answer.text, **again).status_code == 200 and said() == [SAID]
