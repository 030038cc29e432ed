"""The result: the announcement, the sums that balance, the table of what became of every opinion."""

from typing import Any

from flask import Response, render_template, request

from consult.drafts import find
from consult.review.models import OUTCOMES
from consult.summary import picture
from consult.summary.find import current_release
from consult.summary.models import Release
from consult.summary.table import ADOPTION
from consult.web import moment
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card, due_day
from consult.web.citizen.shared import same_for_all

ROWS = 100  # of the table on one page


@citizen.get("/c/<slug>/result")
def result(slug: str) -> Response:
    """What was published, or by when it will be."""
    now, project = moment(), find.public_by_slug(slug)
    release = current_release(project.id)
    facts = {"card": card(project, now, release is not None), "c": project, "due": due_day(project)}
    if release is None:
        return same_for_all(render_template("citizen/result_waiting.html", **facts))
    return same_for_all(render_template("citizen/result.html", **facts, **_shown(release)))


def _shown(release: Release) -> dict[str, Any]:
    """What the template needs of a release: paragraphs, pictures with their numbers, one page of rows."""
    lines = [line for line in release.notice.split("\n") if line.strip()]
    outcomes = _counts(release.numbers.get("by_outcome", {}), OUTCOMES)
    named = [(OUTCOMES[code], number) for code, number in outcomes]
    tones = [picture.TONES.get(code, "calm") for code, _ in outcomes]
    page, pages = _page(len(release.rows))
    return {
        "release": release, "title": lines[0], "paragraphs": lines[1:-2],
        "signed": lines[-2:], "n": release.numbers, "outcomes": named, "share": picture.share("处理结果", named, tones),
        "bars": picture.bars("处理结果", named, tones), "clauses": (places := _by_clause(release)),
        "heat": picture.heat("意见落在哪些条款", places),
        "headings": list(ADOPTION), "rows": release.rows[(page - 1) * ROWS : page * ROWS], "page": page, "pages": pages,
    }  # fmt: skip


def _counts(found: dict[str, int], words: dict[str, str]) -> list[tuple[str, int]]:
    return [(code, found[code]) for code in words if found.get(code)]


def _by_clause(release: Release) -> list[tuple[str, int]]:
    """Opinions by clause in the order of the table."""
    sums: dict[str, int] = {}
    for row in release.rows:
        sums[row["citation"]] = sums.get(row["citation"], 0) + row["likes"]
    return list(sums.items())


def _page(rows: int) -> tuple[int, int]:
    pages = max(1, -(-rows // ROWS))
    typed = request.args.get("page", "1")
    number = int(typed) if typed.isdecimal() and len(typed) < 7 else 1
    return min(max(number, 1), pages), pages
