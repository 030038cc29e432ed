"""What somebody does before they send: open the draft, write in place, put it into the basket."""

from playwright.sync_api import Page, expect

from consult.base.db import db
from consult.intake import find
from tests.factories.people import make_project
from tests.journeys.conftest import Site


def opened(site: Site) -> Site:
    """The site with one open project."""
    with site.app.app_context():
        make_project()
        db.session.remove()
    return site


def write(page: Page, key: str, text: str, proposed: str = "") -> None:
    """Write one opinion in place and put it into the basket."""
    page.locator(f"#{key} a.say").click()
    form = page.locator("form.in-place")
    form.locator("textarea[name=text]").fill(text)
    if proposed:
        form.locator("textarea[name=edited]").fill(proposed)
    form.get_by_role("button", name="放进意见篮").click()
    expect(form).to_have_count(0)


def received(site: Site) -> int:
    """How many opinions have come in."""
    with site.app.app_context():
        count = find.received(1)
        db.session.remove()
    return count
