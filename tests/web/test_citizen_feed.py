"""The feed of one project: every happening once, names that never change, valid Atom."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from consult.base.db import transaction
from consult.drafts import bulletins, find, publish
from consult.intake.find import comments_of
from tests.factories.people import CLOSES, NOW, OPERATOR, later, make_project
from tests.factories.versions import publish_next
from tests.summary.releasing import approve, decided
from tests.summary.releasing import publish as publish_result
from tests.summary.world import AFTER, rule
from tests.web.pages import forget

ATOM = "{http://www.w3.org/2005/Atom}"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
REASON = "来信较多，需要更多时间研究。"


def valid(text: str) -> list[etree._Element]:
    """The entries of a feed that has everything RFC 4287 asks for (4.1.1, 4.1.2); fails otherwise."""
    feed = etree.fromstring(text.encode())
    assert feed.tag == f"{ATOM}feed"
    found = feed.findall(f"{ATOM}entry")
    for element in (feed, *found):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert urlsplit(element.findtext(f"{ATOM}id")).scheme in ("http", "https", "tag")
        for name in ("updated", "published"):
            for one in element.findall(f"{ATOM}{name}"):
                assert INSTANT.match(one.text)
        links = [(one.get("rel"), one.get("type")) for one in element.findall(f"{ATOM}link")]
        assert ("alternate", "text/html") in links and len(links) == len(set(links))
        assert element.findall(f"{ATOM}author") or feed.findtext(f"{ATOM}author/{ATOM}name")
    names = [one.findtext(f"{ATOM}id") for one in found]
    assert len(names) == len(set(names))
    moments = [one.findtext(f"{ATOM}updated") for one in found]
    assert moments == sorted(moments, reverse=True) and feed.findtext(f"{ATOM}updated") == max(moments)
    return found


def said(client: FlaskClient, slug: str = "demo") -> dict[str, tuple[str, str, str]]:
    """What follows the project's address in each id → title, updated, content."""
    forget()
    answer = client.get(f"/c/{slug}/feed.xml")
    assert answer.status_code == 200 and answer.mimetype == "application/atom+xml"
    assert answer.headers["Cache-Control"].startswith("public")
    return {
        one.findtext(f"{ATOM}id").removeprefix(f"http://localhost/c/{slug}"): (
            one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}updated"), one.findtext(f"{ATOM}content"),
        )
        for one in valid(answer.text)
    }  # fmt: skip


def at(app: Flask, moment: datetime) -> None:
    app.extensions["clock"] = lambda: moment


def test_everything_that_happens_is_one_entry(app: Flask, client: FlaskClient) -> None:
    project = make_project(plain_summary="路灯装多密、坏了谁修 <50字>")
    assert list(said(client)) == ["#published"]
    with transaction():
        one = find.by_slug("demo")
        publish.extend(OPERATOR, later(hours=1), one, CLOSES + timedelta(days=5), REASON)
        number = bulletins.post_bulletin(OPERATOR, later(hours=2), one, "进展", "共收到意见 3 条 & 正在整理。").id
    publish_next(project, now=later(hours=3))
    found = said(client)
    assert list(found) == ["#version-2", f"#bulletin-{number}", "#extension-1", "#published"]
    assert found["#published"][2].endswith("路灯装多密、坏了谁修 <50字>")
    assert found["#extension-1"][2].endswith(REASON) and "2026年4月7日 17:00" in found["#extension-1"][2]
    assert found[f"#bulletin-{number}"][2] == "共收到意见 3 条 & 正在整理。"
    before = found
    with transaction():
        row = bulletins.bulletin(find.by_slug("demo"), number)
        bulletins.withdraw_bulletin(OPERATOR, later(hours=5), row, "数字有误，核对以后重新发布。")
    at(app, CLOSES + timedelta(days=5))
    found = said(client)
    assert list(found) == ["#closed", f"#bulletin-{number}", "#version-2", "#extension-1", "#published"]
    assert "3 条" not in found[f"#bulletin-{number}"][2] and "数字有误" in found[f"#bulletin-{number}"][2]
    assert {name: found[name] for name in ("#published", "#extension-1")} == {
        name: before[name] for name in ("#published", "#extension-1")
    }


def test_a_result_and_its_correction_are_two_entries(app: Flask, client: FlaskClient) -> None:
    decided()
    approve()
    publish_result()
    rule(comments_of(1)[0].id, "adopted")
    approve(now=AFTER + timedelta(days=1))
    publish_result(now=AFTER + timedelta(days=1))
    at(app, AFTER + timedelta(days=2))
    found = said(client)
    assert list(found) == ["/result#release-2", "/result#release-1", "#closed", "#published"]
    assert [found[f"/result#release-{number}"][0] for number in (1, 2)] == [
        "公布采纳情况", "更正采纳情况（第2次公布）",
    ]  # fmt: skip
    assert "收到意见建议" in found["/result#release-1"][2]


def test_withdrawal_ends_the_feed(app: Flask, client: FlaskClient) -> None:
    make_project()
    with transaction():
        publish.withdraw(OPERATOR, later(days=1), find.by_slug("demo"), "上位法即将修订，需要重新起草。")
    at(app, CLOSES + timedelta(days=9))
    assert list(said(client)) == ["#withdrawn", "#published"]


def test_unpublished_projects_have_none(client: FlaskClient) -> None:
    make_project(published=False)
    assert client.get("/c/demo/feed.xml").status_code == 404
    assert client.get("/c/nothing/feed.xml").status_code == 404


def test_the_site_feed_keeps_one_entry_a_project(client: FlaskClient) -> None:
    make_project()
    make_project("other", title="乙办法")
    with transaction():
        bulletins.post_bulletin(OPERATOR, NOW, find.by_slug("demo"), "进展", "三条。")
    assert len(valid(client.get("/feed.xml").text)) == 2


def test_the_page_names_its_feed(client: FlaskClient) -> None:
    make_project()
    page = client.get("/c/demo").text
    assert 'rel="alternate" type="application/atom+xml"' in page and 'href="/c/demo/feed.xml"' in page
