"""A real Chromium in front of a real server in this process, whose clock the test moves."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from consult.base.db import db
from tests.factories.people import NOW
from tests.journeys.patience import PATIENCE, be_patient, late

be_patient()

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@dataclass
class Site:
    """A running site: its address, its application, and its clock."""

    url: str
    app: Flask
    now: datetime = NOW

    def at(self, moment: datetime) -> None:
        """Move the clock."""
        self.now = moment


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser is a second program with a will of its own: what fails there runs once more, and is named at the end.

    A fault of ours fails twice. `TEST_LATE` (`patience`) is how races are looked for, not luck.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    """The application of the test, served on a free port of this machine."""
    server = make_server("127.0.0.1", 0, late(app), threaded=True)
    one = Site(f"http://127.0.0.1:{server.server_port}", app)
    app.extensions["clock"] = lambda: one.now
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    db.session.remove()
    yield one
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without the windows and menus that nobody would see."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open a new person's browser: `visit(javascript=False, viewport=NARROW)`."""
    contexts: list[BrowserContext] = []

    def open_page(javascript: bool = True, **more: object) -> Page:
        context = browser.new_context(
            java_script_enabled=javascript, base_url=site.url, locale="zh-CN", **{"viewport": WIDE} | more
        )  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def violations(browser: Browser, url: str, states: str | None = None, **more: object) -> list[str]:
    """What axe finds on a page, rule by rule with the element; empty where all is well."""
    context = browser.new_context(bypass_csp=True, locale="zh-CN", storage_state=states, **more)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(url)
        found = Axe().run(page).response["violations"]
        return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
    finally:
        context.close()


def seeds() -> Path:
    """The folder of real documents beside the checkout; tests that need it skip where it is absent."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the real documents are not here")
    return folder


def answer_question(page: Page, name: str = "answer") -> None:
    """Answer the arithmetic question as a person would."""
    digits = "零一二三四五六七八九"
    found = re.search(rf"([{digits}])加([{digits}])等于几", page.locator(f"label[for={name}]").inner_text())
    assert found
    page.locator(f"#{name}").fill(str(digits.index(found[1]) + digits.index(found[2])))
