"""The page of an archive opens from a disk without any network, reads well on a phone, and every link leads somewhere."""

import zipfile
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Request

from consult.base.db import db
from consult.drafts import find as drafts
from consult.summary import export
from tests.conftest import NOW
from tests.factories.empty import empty
from tests.summary.rich import make_rich
from tests.summary.world import AFTER


def heard(asked: list[str], request: Request) -> None:
    asked.append(request.url)


def test_index_opens_offline_from_a_folder(sqlite_app: Flask, browser: Browser, tmp_path: Path) -> None:
    empty(sqlite_app, sqlite_app.config["SETTINGS"])
    sqlite_app.extensions["clock"] = lambda: NOW
    with sqlite_app.app_context():
        make_rich()
        path = export.export("summary", "zip", drafts.by_slug("demo"), AFTER, tmp_path / "a.zip").path
        db.session.remove()
    folder = tmp_path / "opened"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    for width in (1280, 360):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.context.set_offline(True)
        asked: list[str] = []
        page.on("request", partial(heard, asked))
        page.goto(f"file://{folder}/index.html")
        assert page.locator("h1").inner_text().endswith("项目档案") and "采纳情况" in page.inner_text("main")
        assert all(one.startswith(f"file://{folder}/") for one in asked) and len(asked) == 2, asked
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") == "center", "its style is there"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(page).response["violations"] == []
        links = page.eval_on_selector_all("a", "all => all.map(one => one.getAttribute('href'))")
        assert len(links) > 60 and all((folder / unquote(one)).is_file() for one in links)
        page.screenshot(path=str(tmp_path / f"index-{width}.png"), full_page=True)
        page.close()
