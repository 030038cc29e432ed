"""Colleagues on one reply: who saves later loses nothing, a true clash is chosen, what was confirmed is what is sent."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.crypto import Keys
from consult.intake.submit import Item
from consult.letters.draft import items_of
from tests.factories.people import make_user
from tests.letters.desk import SIGNED, Desk, one_letter, points
from tests.web.pages import actions, browser, field
from tests.web.replying import LETTER, POINT, carried, press, scan, stored


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys, received=True)


@pytest.fixture
def client(app: Flask, desk: Desk) -> FlaskClient:
    return browser(app, desk.agent)


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
