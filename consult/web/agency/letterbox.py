"""What the pages of a unit show: its letter, the asked part of the draft, its reply with what became of each point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import render_template
from wtforms import SelectChoice

from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.files import StoredFile, place
from consult.base.text import shorten
from consult.drafts import find as drafts
from consult.drafts.models import Clause
from consult.intake import find as intake
from consult.intake.models import Comment
from consult.letters import find, proposals
from consult.letters.draft import RECUSALS, stored_points
from consult.letters.find import Letter
from consult.letters.models import FormalOpinion, Proposal
from consult.letters.whole import is_person
from consult.review.dispute_find import RESULTS, disputes_of, state
from consult.review.find import decisions_of
from consult.review.models import Decision, Dispute
from consult.web import access, moment, settings
from consult.web.agency.forms import TICKS, ReplyForm, number, of_draft, says


@dataclass(frozen=True)
class Point:
    """One point of a sent reply as it stands in the ledger."""

    comment: Comment
    clause: Clause | None
    decision: Decision | None
    dispute: Dispute | None = None

    @property
    def settled(self) -> str:
        """How the dispute about this point ended, once two people have said so; empty while it is talked over."""
        if self.dispute is None or not self.dispute.confirmed_at:
            return ""
        return RESULTS.get(self.dispute.outcome, "") if state(self.dispute, self.decision) in RESULTS.values() else ""


@dataclass(frozen=True)
class Asked:
    """A clause of the draft: `own` is asked about, others only show where those stand."""

    clause: Clause
    own: bool


def own(letter_id: int) -> Letter:
    """A letter to the actor's unit; NotFound for everybody else's (R34)."""
    return find.own(letter_id, access.actor())


def asked(letter: Letter) -> list[Asked]:
    """The draft in reading order; where the letter names clauses, these with all under them and what they stand in."""
    wanted = set(letter.solicitation.clause_keys)
    pieces = drafts.clauses(letter.solicitation.version_id)
    if not wanted:
        return [Asked(one, one.commentable) for one in pieces]
    by_id = {one.id: one for one in pieces}
    inside: set[int] = set()
    around: set[int] = set()
    for one in pieces:
        if one.key in wanted or one.parent_id in inside:
            inside.add(one.id)
            above = one.parent_id
            while above is not None and above not in around:
                around.add(above)
                above = by_id[above].parent_id
    return [Asked(one, one.id in inside and one.commentable) for one in pieces if one.id in inside | around]


def choices(letter: Letter) -> list[SelectChoice]:
    """What a point can be about: the whole draft, or a clause that is asked about."""
    named = [one.clause for one in asked(letter) if one.own]
    return [SelectChoice("", "全文（整体意见）")] + [
        SelectChoice(one.key, f"{one.citation or one.label or '未编号段落'}　{shorten(one.text, 18)}") for one in named
    ]


def points(opinion: FormalOpinion) -> list[Point]:
    """The points of a sent reply and the ruling on each, where there is one."""
    if opinion.submission_id is None:
        return []
    comments = intake.comments_of(opinion.submission_id)
    clauses = intake.clauses_by_id([one.clause_id for one in comments])
    rulings = decisions_of(one.id for one in comments)
    disputes = disputes_of(one.id for one in comments)
    return [
        Point(one, clauses.get(one.clause_id or 0), rulings.get(one.id), disputes.get(one.id)) for one in comments
    ]


def scan(opinion: FormalOpinion | None) -> StoredFile | None:
    """The sealed scan of a reply."""
    return db.session.get(StoredFile, opinion.seal_file_id) if opinion and opinion.seal_file_id else None


def own_file(file_id: int) -> tuple[StoredFile, Path]:
    """A scan or a filled form of the actor's unit, or a file this person has just uploaded; NotFound for all others (R34)."""
    me, stored = access.actor(), db.session.get(StoredFile, file_id)
    if stored is not None and stored.stored_by != me.ref:
        every = (reply for one in find.for_unit(me) for reply in find.replies(one.solicitation.id))
        if all(file_id not in (reply.seal_file_id, reply.form_file_id) for reply in every):
            stored = None
    path = place(settings().files, stored.sha256) if stored else None
    if stored is None or path is None or not path.is_file():
        raise NotFound("没有找到这份扫描件。")
    return stored, path


def _uploaded(form: ReplyForm) -> StoredFile | None:
    """A scan that this person sent with the page and that is not yet saved with the reply."""
    stored = db.session.get(StoredFile, number(form.kept_file.data))
    return stored if stored is not None and stored.stored_by == access.actor().ref else None


def may_sign() -> bool:
    """Whether this person may sign for the unit: with an account, since a link is the handler's."""
    me = access.actor()
    return me.letter_id is None or me.may("signatory")


def origins(opinion: FormalOpinion | None, colleagues: Sequence[Proposal]) -> dict[str, Proposal]:
    """Id of a drafted point → the colleague's point it was copied from."""
    by_id = {str(one.id): one for one in colleagues}
    return {one["id"]: by_id[one["from"]] for one in stored_points(opinion) if one["from"] in by_id}


def show(
    letter: Letter, form: ReplyForm | None = None, *, theirs: FormalOpinion | None = None,
    clashes: Mapping[str, str] | None = None,
) -> tuple[str, int]:  # fmt: skip
    """The page of a letter; `form` keeps what was typed, `theirs` is what a colleague saved meanwhile.

    `clashes`: field → what the colleague wrote where this person wrote something else.
    """
    form, opinion = form or of_draft(letter.opinion), letter.opinion
    offered = choices(letter)
    form.offer(offered)
    kept = _uploaded(form)
    colleagues = proposals.of_letter(letter.solicitation.id)
    earlier = [one for one in find.replies(letter.solicitation.id) if one.returned_at]
    page = render_template(
        "agency/letter.html",
        letter=letter.solicitation,
        consultation=letter.consultation,
        opinion=opinion,
        state=find.state(letter.solicitation, opinion, moment()),
        overdue=find.overdue(letter.solicitation, opinion, moment()),
        sent=find.answered(opinion),
        pieces=asked(letter),
        form=form,
        written=any(map(says, form.items)),
        theirs=theirs,
        clashes=clashes or {},
        origins=origins(opinion, colleagues),
        colleagues=colleagues,
        person=is_person(letter.solicitation.id),
        recusals=RECUSALS,
        ticks=TICKS,
        may_sign=may_sign(),
        citations={one.value: one.label for one in offered},
        scan=scan(opinion),
        kept=kept,
        points=points(opinion) if opinion and find.answered(opinion) else [],
        earlier=earlier,
    )
    return page, form.http_status
