"""The page of warnings: how many of each kind, what to do, and the rows of one kind in pages. It stops nobody."""

from flask import render_template, request

from consult.base import jobs
from consult.base.db import transaction
from consult.review import quality as reads
from consult.review import sweeps
from consult.review.quality_rules import KINDS
from consult.web import moment
from consult.web.reviewer import board
from consult.web.reviewer.heading import heading


def quality(slug: str) -> str:
    """All kinds with their counts, or one kind with its rows."""
    project = board.project(slug)
    if sweeps.stale(project.id, sweeps.QUALITY):
        with transaction():
            reads.make_all(moment(), project.id)
        project = board.project(slug)
    kind, after = request.args.get("kind", ""), request.args.get("after", "")
    kind = kind if kind in KINDS else ""
    start = int(after) if after.isdecimal() and len(after) < 10 else 0
    lines, following = reads.page(project.id, kind, start) if kind else ([], None)
    sweep = sweeps.last(project.id, sweeps.QUALITY)
    return render_template(
        "reviewer/quality.html", **heading(project), KINDS=KINDS, kind=kind, lines=lines, following=following, start=start,
        totals=sweep.facts["totals"] if sweep else {}, sweep=sweep, MOST=reads.MOST,
        names=reads.named(project.id, [one.hint.clause_key for one in lines if one.hint.clause_key]),
        now_stamp=sweeps.stamp(project.id, sweeps.QUALITY), job=jobs.at_work(jobs.CHECK_QUALITY, consultation_id=project.id),
    )  # fmt: skip

