"""The topic view: what is said about each clause, by the phrases that many share; each a way into the list."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request
from sqlalchemy import select

from consult.base import jobs
from consult.base.db import db, transaction
from consult.drafts.models import Consultation
from consult.drafts.questions import whole
from consult.intake.models import Comment
from consult.review import sweeps
from consult.review import topics as reads
from consult.review.filtering import WHOLE
from consult.review.overview import Cell, overview
from consult.review.phrases import excerpt
from consult.review.topics import Told
from consult.web import moment
from consult.web.reviewer import board
from consult.web.reviewer.dashboard import way
from consult.web.reviewer.heading import heading

SHOWN = 4  # topics of a clause in the view of all clauses
PARTS = ("text", "proposed_text", "reason")


@dataclass(frozen=True)
class Line:
    """A topic as it is shown: where its rows are, and some of what was said: (comment id, before, the phrase, after)."""

    topic: Told
    href: str
    open: str
    examples: list[tuple[int, str, str, str]]


@dataclass(frozen=True)
class Part:
    """A clause with its topics; `more` are not shown here."""

    cell: Cell
    name: str
    lines: list[Line]
    more: int


def topics(slug: str) -> str:
    """All clauses with their first topics, or one clause with all of them and examples."""
    project = board.project(slug)
    if sweeps.stale(project.id, sweeps.TOPICS):
        with transaction():
            reads.make_all(moment(), project.id)
        project = board.project(slug)
    wanted = request.args.get("clause", "")
    wanted = wanted if wanted.isprintable() else ""
    parts = _parts(project, wanted)
    return render_template(
        "reviewer/topics.html", **heading(project), parts=parts, wanted=wanted,
        sweep=sweeps.last(project.id, sweeps.TOPICS), now_stamp=sweeps.stamp(project.id, sweeps.TOPICS),
        job=jobs.at_work(jobs.MAKE_TOPICS, consultation_id=project.id),
    )  # fmt: skip


def _parts(project: Consultation, wanted: str) -> list[Part]:
    found = reads.topics(project.id, wanted)
    said = _words(found[wanted]) if wanted in found else {}
    parts, base = [], way(project.slug)
    for cell in overview(project.id).cells:
        if cell.key not in found:
            continue
        of = found[cell.key]
        shown = of if wanted else of[:SHOWN]
        name = whole(project.kind) if cell.key == WHOLE else cell.name
        parts.append(Part(cell, name, [_line(base, one, said) for one in shown], len(of) - len(shown)))
    return parts


def _line(base: str, one: Told, said: dict[int, Comment]) -> Line:
    """`base` is the address of the list: a project has hundreds of topics."""
    where = urlencode({"clause": one.clause_key, "q": one.phrase})
    return Line(one, f"{base}?{where}", f"{base}?state=undecided&{where}", _examples(one, said))


def _ids(one: Told) -> list[int]:
    return [int(number) for number in one.examples.split(",") if number]


def _words(found: list[Told]) -> dict[int, Comment]:
    """The opinions that stand as examples; those withdrawn since are left out."""
    ids = {number for one in found for number in _ids(one)}
    query = select(Comment).where(Comment.id.in_(ids), Comment.withdrawn_at.is_(None))
    return {one.id: one for one in db.session.scalars(query)}


def _examples(topic: Told, said: dict[int, Comment]) -> list[tuple[int, str, str, str]]:
    found = []
    for number in _ids(topic):
        if number in said:
            pieces = [excerpt(getattr(said[number], name), topic.phrase) for name in PARTS]
            found.append((number, *next((one for one in pieces if one[1]), pieces[0])))
    return found
