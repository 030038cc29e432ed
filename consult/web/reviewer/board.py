"""What the desk shows: the filters with their counts, the list, and one case beside it."""

from flask import render_template, request

from consult.base.db import transaction
from consult.base.errors import NotFound
from consult.drafts import find
from consult.drafts.models import Clause, Consultation, Version
from consult.intake import attachments
from consult.review import assign, bulk, quality, queue
from consult.review import case as cases
from consult.review.case import Case
from consult.review.desk import settle, waiting
from consult.review.dispute_find import Quarrel, disputes_of
from consult.review.dispute_find import quarrel as dispute_quarrel
from consult.review.facets import facets as facets_of
from consult.review.models import OUTCOMES, Decision
from consult.review.queue import WHOLE
from consult.summary.find import released_ids
from consult.web import access, moment
from consult.web.reviewer import address, sift
from consult.web.reviewer.forms import DecisionForm, WithholdForm, blank
from consult.web.reviewer.group_side import beside
from consult.web.reviewer.sift import Option

ROWS = 50
MOST_DEEP = 4  # levels of clauses that are set in further and further


def project(slug: str) -> Consultation:
    """The project of this address, published or not; what came in since is taken into its list."""
    take_in(find.by_slug(slug).id)
    return find.by_slug(slug)


def opened(slug: str, comment_id: int) -> tuple[Consultation, Case]:
    """A project and one opinion on it; NotFound where it belongs to another."""
    consultation, found = project(slug), cases.case(comment_id)
    if found.comment.consultation_id != consultation.id:
        raise NotFound("这个项目里没有这条意见。")
    return consultation, found


def clause_links(consultation: Consultation, version: Version, counts: dict[str, int]) -> list[Option]:
    """The clauses that have opinions, in reading order, the whole draft first; gone ones at their old place."""
    pieces = {clause.key: clause for clause in find.clauses(version.id)}
    gone = counts.keys() - pieces.keys() - {WHOLE}
    older = find.published_versions(consultation.id) if gone else []
    named = {clause.key: clause for one in older for clause in find.clauses(one.id) if clause.key in gone} | pieces
    links = [
        Option(key, _short(named[key]) + ("（旧版）" if key in gone else ""), count, min(named[key].depth, MOST_DEEP))
        for key, count in counts.items()
        if key != WHOLE
    ]
    least = min((link.depth for link in links), default=0)
    links = [Option(one.code, one.word, one.count, one.depth - least) for one in links]
    whole = counts.get(WHOLE, 0)
    return [Option(WHOLE, "全文", whole), *links] if whole else links


def clause_choices(version: Version, counts: dict[str, int]) -> list[Option]:
    """Every clause of the text that has a label, for somebody to be put in charge of it; the whole draft first."""
    named = [one for one in find.clauses(version.id) if one.label]
    least = min((one.depth for one in named), default=0)
    choices = [Option(one.key, _short(one), counts.get(one.key, 0), min(one.depth - least, MOST_DEEP)) for one in named]
    return [Option(WHOLE, "全文（不针对某一条的意见）", counts.get(WHOLE, 0)), *choices]


def _short(clause: Clause) -> str:
    """What tells a clause from its neighbours: its label, a chapter's with its name."""
    if clause.level in ("part", "chapter", "section"):
        return f"{clause.label} {clause.text}".strip()[:16]
    return clause.label or clause.citation or clause.text[:12]


def ancestors(clause: Clause | None) -> list[Clause]:
    """What a clause stands under, the outermost first."""
    chain: list[Clause] = []
    if clause is None or clause.parent_id is None:
        return chain
    by_id = {one.id: one for one in find.clauses(clause.version_id)}
    above = by_id.get(clause.parent_id)
    while above is not None:
        chain.insert(0, above)
        above = by_id.get(above.parent_id) if above.parent_id else None
    return chain


def status_of(consultation: Consultation) -> str:
    """Where a project stands now, its result among it."""
    return find.status(consultation, moment(), bool(released_ids([consultation.id])))


def comments(ids: list[int]) -> list[Case]:
    """Some opinions with all that belongs to them, in the order given."""
    return [cases.case(one) for one in ids]


def listing(consultation: Consultation) -> dict[str, object]:
    """The left of the desk for the filter in the present address."""
    place, version = address.read(request.args), find.current_version(consultation)
    facets, me = facets_of(consultation.id), access.actor()
    links = clause_links(consultation, version, facets.clauses)
    return {
        "consultation": consultation,
        "version": version,
        "status": status_of(consultation),
        "place": place,
        "facets": facets,
        "received": facets.received + facets.waiting,
        "beside": sift.sift(consultation, place, facets, links, me),
        "sorts": sift.sorts(place),
        "page": queue.page(consultation.id, place.wanted, place.after, ROWS),
        "MOST": bulk.MOST,
        "me": me,
        "STATES": queue.STATES,
        "OUTCOMES": OUTCOMES,
    }


def take_in(consultation_id: int) -> None:
    """Opinions that came in since the desk last looked go into the list before it is shown."""
    if waiting(consultation_id):
        with transaction():
            settle(consultation_id)


def show_case(
    consultation: Consultation, case: Case, *, form: DecisionForm | None = None, withhold: WithholdForm | None = None,
    theirs: Decision | None = None, status: int = 200, **more: object,
) -> tuple[str, int]:  # fmt: skip
    """The page of one case with the list beside it.

    `form` keeps what was typed; `theirs` is the ruling of somebody who was first.
    """
    ground = case.withholding.ground if case.withholding else ""
    page = render_template(
        "reviewer/case.html",
        case=case,
        above=ancestors(case.clause),
        written_on=_version_number(consultation, case),
        form=form or blank(case),
        withhold=withhold or WithholdForm(formdata=None, ground=ground),
        theirs=theirs,
        given=assign.given(case.comment.id, case.group.id if case.group else None),
        quarrel=_quarrel(case),
        hints=quality.advice(case.comment, case.group, case.decision),
        files=attachments.of([case.submission.id]).get(case.submission.id, []),
        **beside(case),
        **listing(consultation),
        **more,
    )
    return page, status


def _quarrel(case: Case) -> Quarrel | None:
    """The dispute about this opinion, where there is one."""
    found = disputes_of([case.comment.id])
    return dispute_quarrel(found[case.comment.id]) if found else None


def _version_number(consultation: Consultation, case: Case) -> int:
    """Which version of the text the opinion is about."""
    numbers = {one.id: one.number for one in find.versions(consultation.id)}
    return numbers.get(case.comment.version_id, 0)
