"""The result on paper: its pictures are drawn, its table keeps within the page."""

from collections.abc import Callable

from playwright.sync_api import Page

from consult.base.db import transaction
from consult.review import decide
from consult.review.find import awaiting_approval
from tests.journeys.conftest import Site
from tests.summary.releasing import approve, publish
from tests.summary.world import AFTER, APPROVER, make_world, rule_all

PAPER = 672  # CSS pixels between the margins of an A4 page


def test_pictures_and_table_on_paper(site: Site, visit: Callable[..., Page]) -> None:
    world = make_world()
    rule_all(world)
    with transaction():
        decide.approve(APPROVER, AFTER, [one.id for one in awaiting_approval(world.id)], world.id)
    approve()
    publish()
    site.at(AFTER)
    page = visit(viewport={"width": PAPER, "height": 900})
    page.goto("/c/demo/result")
    page.emulate_media(media="print")
    bars = page.locator(".picture .bar")
    assert bars.count() > 5 and all(one.is_visible() for one in bars.all())
    assert not page.locator("header.bar").is_visible()
    reasons = page.locator(".adoption td:nth-child(6)").all()
    assert reasons and all(box and box["x"] + box["width"] <= PAPER for box in (one.bounding_box() for one in reasons))
