"""浏览次数: who is counted, how it reaches the table, and that nobody waits or fills it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from consult.base.db import db, transaction
from consult.drafts import find, views
from consult.drafts.models import PageView
from consult.web.citizen.reading import roughly
from tests.factories.people import NOW, make_project

PERSON = {"User-Agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/86.0 Mobile Safari/537.36"}


@pytest.fixture
def project(app: Flask) -> int:
    """The id of a published project; nothing waits from tests before."""
    app.extensions["views"]._waiting.clear()
    return make_project().id


def written(app: Flask) -> list[tuple[str, int]]:
    """Write what waits and read the table."""
    assert app.extensions["views"].write()
    db.session.rollback()
    rows = db.session.scalars(select(PageView).order_by(PageView.source))
    return [(one.source, one.views) for one in rows]


def test_readers_are_counted_by_link(app: Flask, client: FlaskClient, project: int) -> None:
    tag = client.get("/c/demo", headers=PERSON).headers["ETag"]
    assert client.get("/c/demo", headers=PERSON | {"If-None-Match": tag}).status_code == 304
    client.get("/c/demo?src=wechat", headers=PERSON)
    client.get("/c/demo?src=%22%3E<script>", headers=PERSON)
    assert db.session.scalar(select(PageView.views)) is None, "nothing is written while somebody waits for a page"
    assert written(app) == [("", 3), ("wechat", 1)]
    client.get("/c/demo?src=wechat", headers=PERSON)
    assert written(app) == [("", 3), ("wechat", 2)]
    assert views.total(project) == 5 and views.by_source(project) == {"": 3, "wechat": 2}
    assert "<dt>浏览</dt><dd>5 次</dd>" in client.get("/c/demo").text


def test_what_is_no_reader_is_not_counted(app: Flask, client: FlaskClient, project: int) -> None:
    client.head("/c/demo", headers=PERSON)
    for agent in ("Mozilla/5.0 (compatible; Baiduspider/2.0)", "Googlebot/2.1", "curl/8.0", "python-requests/2"):
        client.get("/c/demo", headers={"User-Agent": agent})
    client.get("/c/demo", headers=PERSON | {"Sec-Purpose": "prefetch;prerender"})
    for address in ("/c/none", "/c/demo/opinion", "/c/demo/changes", "/"):
        client.get(address, headers=PERSON)
    assert written(app) == []


def test_days_are_those_of_shanghai(app: Flask, client: FlaskClient, project: int) -> None:
    client.get("/c/demo", headers=PERSON)
    app.extensions["clock"] = lambda: NOW + timedelta(hours=14)
    client.get("/c/demo", headers=PERSON)
    written(app)
    assert {day.isoformat(): number for day, number in views.by_day(project).items()} == {
        "2026-03-10": 1, "2026-03-11": 1,
    }  # fmt: skip


def test_invented_links_do_not_fill_the_table(app: Flask, client: FlaskClient, project: int) -> None:
    for round_ in range(2):
        for number in range(40):
            client.get(f"/c/demo?src=made-up-{round_}-{number}", headers=PERSON)
        written(app)
    client.get("/c/demo?src=made-up-0-1", headers=PERSON)
    rows = dict(written(app))
    assert len(rows) == 51 and rows["其他"] == 30 and rows["made-up-0-1"] == 2 and views.total(project) == 81


def test_memory_is_bounded(app: Flask, client: FlaskClient, project: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.web.views.MOST_WAITING", 5)
    for number in range(20):
        client.get(f"/c/demo?src=x{number}", headers=PERSON)
    waiting = app.extensions["views"]._waiting
    assert len(waiting) == 6 and waiting.total() == 20


def test_while_the_database_is_away_views_wait(
    app: Flask, client: FlaskClient, project: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/c/demo", headers=PERSON)
    add: Callable[..., Any] = views.add

    def away(_counts: object) -> None:
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr(views, "add", away)
    assert app.extensions["views"].write() is False
    client.get("/c/demo", headers=PERSON)
    monkeypatch.setattr(views, "add", add)
    assert written(app) == [("", 2)]


def test_counts_of_unknown_projects_are_dropped(app: Flask, project: int) -> None:
    with transaction():
        views.add({("none", NOW.date(), ""): 3, ("demo", NOW.date(), ""): 2})
    assert views.total(project) == 2 and views.total(find.by_slug("demo").id + 1) == 0


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (99, "99"), (100, "约 100"), (487, "约 480"), (1299, "约 1,200"), (9999, "约 9,900"), (12_345, "约 1.2 万"), (230_000, "约 23 万")],
)  # fmt: skip
def test_counts_are_said_roughly(number: int, words: str) -> None:
    assert roughly(number) == words
