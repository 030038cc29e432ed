"""A draft comes in: upload or paste, the tree beside its source, the details, and nothing is lost on the way."""

import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base import clock
from consult.drafts import find
from tests.factories.people import STATUTE, make_project, make_user
from tests.web.pages import actions, browser, field, post

NOTICE = """关于征求《河湾县村庄公共照明管理办法（征求意见稿）》意见的公告

现将《河湾县村庄公共照明管理办法（征求意见稿）》公开征求意见，请于2026年4月20日前反馈意见。
联系人：周工，电话：0816-1234567

"""
DETAILS = {
    "title": "河湾县村庄公共照明管理办法", "slug": "lamps", "kind": "normative", "stage_label": "征求意见稿",
    "drafting_unit": "河湾县住房和城乡建设局", "contact": "周工 0816-1234567", "explanation": "第一段\n第二段",
    "opens_at": ["2026-03-11", "09:00"], "closes_at": ["2026-04-20", ""],
}  # fmt: skip


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser(app, make_user("office"))


def stage(client: FlaskClient, text: str = NOTICE + STATUTE) -> str:
    """Paste a text; the token of its second page."""
    answer = post(client, "/office/new", "/office/new", pasted=text)
    assert answer.status_code == 303, answer.text
    return parse_qs(urlsplit(answer.headers["Location"]).query)["source"][0]


def details(client: FlaskClient, source: str, **changes: object) -> object:
    """Send the second page."""
    page = f"/office/new/details?source={source}"
    return post(client, page, "/office/new/details", source=source, **{**DETAILS, **changes})


def test_a_pasted_text_becomes_a_project(app: Flask, office: FlaskClient) -> None:
    answer = details(office, stage(office))
    assert answer.status_code == 303
    project = find.by_slug("lamps")
    assert project.published_at is None
    assert project.explanation == "<p>第一段</p><p>第二段</p>"
    assert project.closes_at == clock.parse_local("2026-04-21")  # a bare day lasts until 24:00
    assert find.clause_count(find.current_version(project).id) == 10
    assert actions()[-1] == "load"
    assert "还没有发布" in office.get("/office/c/lamps").text


def test_the_same_text_as_a_file(app: Flask, office: FlaskClient) -> None:
    file = (io.BytesIO(STATUTE.encode("gb18030")), "办法.txt")
    answer = post(office, "/office/new", "/office/new", file=file)
    page = office.get(answer.headers["Location"])
    assert "办法.txt" in page.text
    assert "读出 10 个条款" in page.text


def test_the_second_page_is_filled_from_the_notice_and_says_so(app: Flask, office: FlaskClient) -> None:
    page = office.get(f"/office/new/details?source={stage(office)}").text
    assert field(page, "closes_at") == "2026-04-20"
    assert re.search(r'name="closes_at" value=""', page)  # no hour was printed: 24时
    assert "0816-1234567" in page
    assert page.count("从文件中读出，请核对") >= 3
    assert field(page, "slug") == "20260310"
    assert "行政规范性文件（不少于7个工作日）" in page


def test_the_tree_stands_beside_its_source_with_warnings_at_their_line(app: Flask, office: FlaskClient) -> None:
    page = office.get(f"/office/new/clauses?source={stage(office, STATUTE.replace('第四条', '第六条'))}").text
    row = page.split('<li class="mend-group attention">', 1)[1].split("</li>", 1)[0]
    assert "第六条" in row
    assert "编号" in row


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "empty.txt", "文件是空的"),
        (b"\x89PNG\r\n\x1a\n123", "scan.docx", "图片"),
        (b"PK\x03\x04broken", "broken.docx", "docx|损坏|不是"),
    ],
)
def test_an_unreadable_file_is_refused_beside_the_field(
    app: Flask, office: FlaskClient, data: bytes, name: str, says: str
) -> None:
    answer = post(office, "/office/new", "/office/new", file=(io.BytesIO(data), name), pasted="")
    assert answer.status_code == 422
    message = re.search(r'id="file-error">([^<]+)', answer.text)
    assert message
    assert re.search(says, message[1])
    assert 'aria-describedby="file-hint file-error"' in answer.text


def test_nothing_at_all_is_refused(app: Flask, office: FlaskClient) -> None:
    answer = post(office, "/office/new", "/office/new", pasted="  ")
    assert answer.status_code == 422
    assert "请选择一个文件" in answer.text


def test_a_wrong_field_keeps_everything_that_was_typed(app: Flask, office: FlaskClient) -> None:
    make_project("lamps")
    source = stage(office)
    answer = details(office, source, legal_basis="<村庄>条例")
    assert answer.status_code == 409
    assert "已经有项目在用" in answer.text
    assert 'id="slug-error"' in answer.text
    for typed in ("河湾县住房和城乡建设局", "第一段\n第二段", "&lt;村庄&gt;条例"):
        assert typed in answer.text
    assert field(answer.text, "source") == source
    assert field(answer.text, "closes_at") == "2026-04-20"
    assert details(office, source, slug="lamps-2").status_code == 303


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"closes_at": ["2026-02-30", ""]}, "closes_at"),
        ({"closes_at": ["", "17:00"]}, "closes_at"),
        ({"closes_at": ["2026-03-11", "08:00"]}, "closes_at"),
        ({"opens_at": ["", ""]}, "opens_at"),
        ({"slug": "大写"}, "slug"),
        ({"title": " "}, "title"),
        ({"kind": "no-such-kind"}, "kind"),
        ({"contact": "长" * 2001}, "contact"),
    ],
)
def test_refusals_stand_at_their_field(app: Flask, office: FlaskClient, changes: dict[str, object], at: str) -> None:
    answer = details(office, stage(office), **changes)
    assert answer.status_code == 422
    assert f'id="{at}-error"' in answer.text
    assert actions().count("load") == 0


def test_an_old_or_forged_source_asks_for_the_file_again(app: Flask, office: FlaskClient) -> None:
    source = stage(office)
    assert office.get("/office/new/details?source=forged").status_code == 422
    other = browser(app, make_user("office"))
    assert "已经过期" in other.get(f"/office/new/details?source={source}").text


def test_another_text_replaces_the_first(app: Flask, office: FlaskClient) -> None:
    details(office, stage(office))
    answer = post(office, "/office/c/lamps/text", "/office/c/lamps/text", pasted=STATUTE + "\n第六条　由县政府解释。")
    page = office.get(answer.headers["Location"])
    assert "第六条" in page.text
    source = field(page.text, "source")
    asked = "/office/c/lamps/text/preview"
    assert post(office, f"{asked}?source={source}", asked, source=source).status_code == 422  # not confirmed
    assert post(office, f"{asked}?source={source}", asked, source=source, sure="y").status_code == 303
    assert find.clause_count(find.current_version(find.by_slug("lamps")).id) == 11
    assert actions()[-1] == "new_version"


def test_a_published_text_is_frozen(app: Flask, office: FlaskClient) -> None:
    make_project()
    answer = post(office, "/office/c/demo/text", "/office/c/demo/text", pasted=STATUTE)
    asked = "/office/c/demo/text/preview"
    source = parse_qs(urlsplit(answer.headers["Location"]).query)["source"][0]
    refused = post(office, f"{asked}?source={source}", asked, source=source, sure="y")
    assert refused.status_code == 409
    assert "已经发布" in refused.text


def test_describing_shows_plain_lines_and_keeps_html(app: Flask, office: FlaskClient) -> None:
    details(office, stage(office))
    page = office.get("/office/c/lamps/edit").text
    assert "第一段\n第二段</textarea>" in page
    assert field(page, "closes_at") == "2026-04-20"
    answer = post(office, "/office/c/lamps/edit", "/office/c/lamps/edit", **DETAILS | {
        "explanation": "<p>一</p><script>alert(1)</script><h3>二</h3>", "slug": "new-name"})  # fmt: skip
    assert answer.headers["Location"] == "/office/c/new-name"
    assert find.by_slug("new-name").explanation == "<p>一</p><h3>二</h3>"
    assert "<h3>二</h3>" in unescape(office.get("/office/c/new-name/edit").text)


def test_an_approver_looks_but_does_not_write(app: Flask) -> None:
    make_project()
    approver = browser(app, make_user("approver"))
    assert approver.get("/office").status_code == 200
    assert "新建项目" not in approver.get("/office").text
    assert approver.get("/office/new").status_code == 403
    assert approver.get("/office/c/demo/edit").status_code == 403
