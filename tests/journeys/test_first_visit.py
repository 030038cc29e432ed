"""What the first visit to a draft of sixty articles costs, and that it can be read when nothing else arrives."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route
from werkzeug.serving import make_server

from consult.base.db import db
from consult.web.cache import PageCache
from scripts.bench_page import sixty
from scripts.bench_page import visit as first_visit
from tests.factories.people import make_project
from tests.journeys.conftest import NARROW

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """A site as it is served, with the page cache in front, and a draft of sixty articles in it."""
    with app.app_context():
        make_project("page", text=sixty(), title="临江市城市绿道管理办法")
        db.session.remove()
    server = make_server("127.0.0.1", 0, PageCache(app), threaded=True)  # type: ignore[arg-type]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("query", ["", "?src=poster"])
def test_sixty_kilobytes_and_eight_requests_at_most(address: str, browser: Browser, query: str) -> None:
    found = first_visit(browser, f"{address}/c/page{query}", slow=False)
    assert 3 <= found.requests <= 8
    assert 5_000 < found.wire <= 60_000, "everything over the wire, with headers"


def test_nobody_else_is_asked_and_the_proof_waits_for_the_form(address: str, page_of: Callable[..., Page]) -> None:
    page, asked = page_of(viewport=NARROW), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/c/page", wait_until="networkidle")
    page.locator("#a12 .say").click()
    page.locator(".in-place textarea").first.wait_for()
    assert [url for url in asked if not url.startswith(address)] == []
    assert [url for url in asked if "altcha" in url or "proof" in url or "/challenge" in url] == []
    page.goto(f"{address}/c/page/opinion", wait_until="networkidle")
    assert [url for url in asked if not url.startswith(address)] == []


def test_the_text_is_read_without_any_stylesheet_or_script(address: str, page_of: Callable[..., Page]) -> None:
    page = page_of(viewport={"width": 320, "height": 600})
    page.route("**/*", lambda route: _only_the_page(route, address))
    page.goto(f"{address}/c/page")
    articles = page.locator(".text .cl").all_inner_texts()
    assert len([one for one in articles if "条" in one.split("提意见")[0]]) >= 60
    assert page.locator("h1").inner_text() == "临江市城市绿道管理办法" and page.locator("h2").count() >= 7
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    boxes = page.evaluate("[...document.querySelectorAll('.text .cl')].map(one => one.getBoundingClientRect().top)")
    assert boxes == sorted(boxes), "in reading order"


def _only_the_page(route: Route, address: str) -> None:
    if route.request.url == f"{address}/c/page":
        route.continue_()
    else:
        route.abort()


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a new person's browser."""
    contexts = []

    def open_page(**more: object) -> Page:
        contexts.append(browser.new_context(locale="zh-CN", **more))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1].new_page()

    yield open_page
    for one in contexts:
        one.close()
