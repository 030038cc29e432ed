"""Corrections without JavaScript: every press is a form, kept on the server, undone, redone, and told to other tabs."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.crypto import Keys
from consult.base.errors import Conflict
from consult.base.people import Actor
from consult.drafts import find
from consult.web.office.staging import fetch
from consult.web.office.staging import stage as staged
from consult.web.office.unfinished import begin, change, drop, mine
from tests.factories.people import NOW, STATUTE, make_project, make_user
from tests.web.pages import browser, field, post

from .test_office_import import DETAILS

BAD = STATUTE.replace("第四条　", "第八条　")


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    shutil.rmtree(app.config["SETTINGS"].instance / "staging", ignore_errors=True)
    return browser(app, make_user("office"))


def stage(client: FlaskClient, text: str = BAD) -> str:
    """Paste a text; the address of its second page."""
    answer = post(client, "/office/new", "/office/new", pasted=text)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def row(client: FlaskClient, address: str, words: str) -> int:
    """The number of the row that begins with these words."""
    page = client.get(address).text
    for found in re.finditer(r'id="p(\d+)".*?<p class="mend-text">(.*?)</p>', page, re.DOTALL):
        shown = re.sub(r'<span class="kind">.*?</span>|<[^>]+>', "", found[2])
        if shown.startswith(words):
            return int(found[1])
    raise AssertionError(words)


def press(client: FlaskClient, address: str, act: str, **more: str) -> TestResponse:
    """Press a button of the page at this address."""
    page = client.get(address).text
    facts = {name: field(page, name) for name in ("csrf_token", "source", "edition")}
    return client.post("/office/new/clauses", data={**facts, "act": act, **more})


def save(client: FlaskClient, address: str, **changes: object) -> TestResponse:
    """Fill the third page in."""
    source = source_of(address)
    page = f"/office/new/details?source={source}"
    return post(client, page, "/office/new/details", source=source, **{**DETAILS, **changes})


def source_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["source"][0]


def labels(slug: str = "lamps") -> list[str]:
    version = find.current_version(find.by_slug(slug))
    return [" ".join(one.path) for one in find.clauses(version.id) if one.kind == "clause"]


def test_a_press_goes_back_to_its_row_and_is_saved_with_the_project(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    number = row(office, address, "第八条")
    answer = press(office, address, f"deeper:{number}")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"#p{number}")
    page = office.get(answer.headers["Location"]).text
    assert "“第八条”降了一级。" in page
    assert '<details class="mend-menu" open>' in page.split(f'id="p{number}"')[1].split("</details>")[0]
    assert save(office, address).status_code == 303
    assert "第二章 第三条 第八条" in labels()
    assert "未完成的导入" not in office.get("/office").text
    assert office.get(address).status_code == 422  # it is a project now


def test_a_warning_is_settled_by_one_press(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    page = office.get(address).text
    number = row(office, address, "第八条")
    assert f'<a href="#p{number}">第' in page
    at_its_row = page.split(f'id="p{number}"')[1].split('class="mend-menu"')[0]
    value = re.search(r'value="(settle:\d+:\d+)" data-accept', at_its_row)
    assert value
    after = office.get(press(office, address, value[1]).headers["Location"]).text
    assert f'<a href="#p{number}">第' not in after
    assert office.get(press(office, address, "undo").headers["Location"]).text.count(f'<a href="#p{number}">第') == 1


def test_everything_that_a_row_offers_is_done(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    number = row(office, address, "第三条")
    page = office.get(address).text.split(f'id="p{number}"')[1].split('<div class="mend-row')[0]
    acts = re.findall(r'name="act" value="([^"]+)"', page)
    assert len(acts) > 10
    for act in acts:
        answer = press(office, address, act)
        assert answer.status_code in (303, 422), (act, answer.text)
        assert act.startswith("open") or answer.status_code == 422 or press(office, address, "undo").status_code == 303


def test_splitting_by_a_press_on_the_words(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    number = row(office, address, "第八条")
    page = office.get(press(office, address, f"open:{number}:split").headers["Location"]).text
    assert "新的一段从哪里开始" in page or "写出开头的几个字" in page
    answer = press(office, address, f"split-words:{number}", words="村民委员会")
    assert answer.headers["Location"].endswith(f"#p{number + 1}")
    assert row(office, address, "村民委员会") == number + 1
    again = press(office, address, f"split-words:{number + 1}", words="没有的字")
    assert again.status_code == 422
    assert "请照原文写" in again.text
    assert press(office, address, f"enter:{number + 1}", words="五日", panel="split").status_code == 303


def test_a_label_that_is_not_recognised_is_asked_for(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    asked = office.get(press(office, address, "kind:0:clause").headers["Location"]).text
    assert 'value="relabel:0"' in asked
    refused = press(office, address, "relabel:0", label="没有的编号", panel="label")
    assert refused.status_code == 422
    assert "一个字也不能改" in refused.text
    assert 'value="relabel:0"' in refused.text
    assert press(office, address, "enter:0", panel="label", label="河湾县").status_code == 303
    assert "<b>河湾县</b>" in office.get(address).text


def test_undo_redo_and_a_reload_lose_nothing(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    fresh = office.get(address).text.count('data-at="')
    for words in ("（二）", "（三）", "第二章"):
        assert press(office, address, f"merge:{row(office, address, words)}").status_code == 303
    changed = office.get(address).text
    assert changed.count('data-at="') == fresh - 3
    assert "改了 3 处" in changed
    for _ in range(3):
        press(office, address, "undo")
    assert office.get(address).text.count('data-at="') == fresh
    assert press(office, address, "undo").status_code == 422
    press(office, address, "redo")
    assert office.get(address).text.count('data-at="') == fresh - 1
    press(office, address, "kind:0:notice")  # what was undone is gone with a new step
    assert press(office, address, "redo").status_code == 422


def test_an_older_tab_is_told_and_changes_nothing(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    page = office.get(address).text
    facts = {name: field(page, name) for name in ("csrf_token", "source", "edition")}
    press(office, address, "kind:0:notice")
    answer = office.post("/office/new/clauses", data={**facts, "act": "kind:1:notice"})
    assert answer.status_code == 409
    assert "另一个窗口改过" in answer.text
    assert field(answer.text, "edition") == "1"
    assert "改了 1 处" in office.get(address).text
    stale = save(office, address, edition="0")
    assert stale.status_code == 409
    assert "先返回核对" in stale.text


def test_after_a_new_splitter_old_corrections_are_not_guessed_at(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    press(office, address, "kind:0:notice")
    (kept,) = (app.config["SETTINGS"].instance / "staging").glob("*.json")
    kept.write_text(kept.read_text().replace('"base": "', '"base": "0'))
    page = office.get(address).text
    assert "对不上了，请重新核对" in page
    assert "改了 0 处" in page


def test_of_two_presses_at_once_one_is_told(tmp_path: Path) -> None:
    keys, me = Keys("k" * 40), Actor("user:1", "周")
    work = begin(tmp_path, keys, me, NOW, staged(tmp_path, keys, me, NOW, b"text", "a.txt"))
    told = []

    def one(number: int) -> None:
        try:
            change(tmp_path, NOW, work, lambda kept: replace(kept, edits=({"index": number},)))
        except Conflict as conflict:
            told.append(conflict.message)

    threads = [Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 7
    assert "另一个窗口" in told[0]
    assert mine(tmp_path, keys, me, NOW)[0].edition == 1


def test_a_source_stays_while_another_import_stands_on_it(tmp_path: Path) -> None:
    keys, me = Keys("k" * 40), Actor("user:1", "周")
    first, second = (staged(tmp_path, keys, me, NOW, b"text", name) for name in ("a.txt", "b.txt"))
    for token in (first, second):
        begin(tmp_path, keys, me, NOW, token)
    drop(tmp_path, keys, me, NOW, first)
    assert fetch(tmp_path, keys, me, NOW, second).data == b"text"
    drop(tmp_path, keys, me, NOW, second)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_what_was_typed_waits_while_one_looks_at_the_clauses_again(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    answer = save(office, address, back="y", legal_basis="某法第五条", closes_at=["2026-05-01", "17:30"])
    assert "/office/new/clauses" in answer.headers["Location"]
    press(office, address, "kind:0:notice")
    page = office.get(f"/office/new/details?source={source_of(address)}").text
    assert "某法第五条" in page
    assert field(page, "slug") == "lamps"
    assert 'value="17:30"' in page


def test_unfinished_imports_are_listed_for_their_owner_for_a_day(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    press(office, address, "kind:0:notice")
    page = office.get("/office").text
    assert "未完成的导入" in page
    assert "改了 1 处" in page
    assert source_of(address) in page
    app.extensions["clock"] = lambda: NOW + timedelta(hours=25)
    assert "未完成的导入" not in browser(app, make_user("office")).get("/office").text


def test_somebody_else_neither_sees_nor_discards_it(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    other = browser(app, make_user("office"))
    assert "未完成的导入" not in other.get("/office").text
    assert other.get(address).status_code == 422
    assert post(other, "/office", "/office/new/discard", source=source_of(address)).status_code == 422


def test_an_import_is_given_up(app: Flask, office: FlaskClient) -> None:
    address = stage(office)
    assert post(office, address, "/office/new/discard", source=source_of(address)).status_code == 303
    assert "未完成的导入" not in office.get("/office").text
    assert office.get(address).status_code == 422


def test_corrections_of_another_text_of_a_project(app: Flask, office: FlaskClient) -> None:
    make_project(published=False)
    answer = post(office, "/office/c/demo/text", "/office/c/demo/text", pasted=BAD)
    address = answer.headers["Location"]
    press(office, address, f"deeper:{row(office, address, '第八条')}")
    page = office.get(address).text
    assert "更换草案文本：核对条款" in page
    assert "（更换 demo 的文本）" in office.get("/office").text
    asked = "/office/c/demo/text/preview"
    source = source_of(address)
    assert post(office, f"{asked}?source={source}", asked, source=source, sure="y").status_code == 303
    assert "第二章 第三条 第八条" in labels("demo")


@pytest.mark.parametrize("act", ["", "nonsense", "merge:9999", "settle:99:0", "settle:0:99", "split:1:9999", "kind:1:x", "x:1"])
def test_nonsense_is_refused_and_the_page_stays(app: Flask, office: FlaskClient, act: str) -> None:
    address = stage(office)
    answer = press(office, address, act)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "改了 0 处" in answer.text


@pytest.mark.parametrize("query", ["&row=abc", "&row=-1", "&row=99999", "&panel=x&row=1", "&panel=split&row=0"])
def test_odd_addresses_still_show_the_page(app: Flask, office: FlaskClient, query: str) -> None:
    assert office.get(stage(office) + query).status_code == 200


def test_an_approver_may_not_correct(app: Flask) -> None:
    approver = browser(app, make_user("approver"))
    assert approver.get("/office/new/clauses?source=x").status_code == 403
    assert post(approver, "/office/settings", "/office/new/discard", source="x").status_code == 403
