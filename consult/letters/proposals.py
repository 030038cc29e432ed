"""Verbs of colleagues' points inside a unit: written, changed, withdrawn; taken into the reply or left out."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.find import clauses
from consult.intake.screen import MOST_ITEMS, Item, screen_items
from consult.letters.access_link import guest_of
from consult.letters.draft import draft_of, new_id
from consult.letters.find import is_own
from consult.letters.merge import PARTS, Draft
from consult.letters.models import FormalOpinion, Proposal, Solicitation
from consult.letters.reply import keep, lock_own, unsent_reply

MOST_OF_ONE = 50  # points of one colleague on one letter
MOST_OF_ALL = 500
NOTE_MOST = 500


class ChangedMeanwhile(Conflict):
    """Somebody changed the point while it was on the screen; `proposal` is what is stored now."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__("这条意见刚刚改过。请看过现在的内容再办理；您填写的内容还在页面上。")
        self.proposal = proposal


def propose(
    actor: Actor, now: datetime, solicitation: Solicitation, item: Item, *, proposal_id: int | None = None,
    edition: int = 0,
) -> Proposal:  # fmt: skip
    """Write a point on an asked clause or the whole draft, or change one's own as long as it was not taken.

    Raises Refused for a point without words or on a clause that was not asked about, NotFound for somebody
    else's point, ChangedMeanwhile for an older edition, Conflict once it was taken or the reply was sent.
    """
    lock_own(actor, solicitation, "agency", "colleague")
    unsent_reply(solicitation)
    (item,) = screen_items([item])
    _require_asked(solicitation, item.clause_key or "")
    if proposal_id is None:
        one = _new(actor, now, solicitation)
    else:
        one = _own(actor, solicitation, proposal_id)
        _require_open(one)
        if edition != one.edition:
            raise ChangedMeanwhile(one)
        one.edition += 1
        one.left_out_at, one.left_out_by, one.left_out_note = None, "", ""  # a new wording is looked at again
    for part in PARTS:
        setattr(one, part, getattr(item, part) or "")
    one.changed_at = now
    db.session.flush()
    record(actor, "propose", f"letter:{solicitation.id}", now, proposal=one.id, digest=proposal_digest(one))
    return one


def _new(actor: Actor, now: datetime, solicitation: Solicitation) -> Proposal:
    mine = select(func.count()).select_from(Proposal).where(Proposal.solicitation_id == solicitation.id)
    if db.session.scalar(mine.where(Proposal.by == actor.ref)) >= MOST_OF_ONE:  # type: ignore[operator]
        raise Refused(f"一个人最多写{MOST_OF_ONE}条意见，请合并相近的意见。")
    if db.session.scalar(mine) >= MOST_OF_ALL:  # type: ignore[operator]
        raise Refused(f"这封函下已有{MOST_OF_ALL}条意见，不能再加，请联系本单位经办人。")
    guest = guest_of(actor)
    one = Proposal(
        solicitation_id=solicitation.id, guest_id=guest.id if guest else None, by=actor.ref, by_name=actor.name,
        section=guest.section if guest else "", edition=1, at=now, changed_at=now,
    )  # fmt: skip
    db.session.add(one)
    return one


def _require_asked(solicitation: Solicitation, key: str) -> None:
    """The whole draft, or a clause that the letter asks about with all that stands under it."""
    if not key:
        return
    pieces = clauses(solicitation.version_id)
    by_id = {one.id: one for one in pieces}
    found = next((one for one in pieces if one.key == key and one.commentable), None)
    wanted, above = set(solicitation.clause_keys), found
    while wanted and above is not None and above.key not in wanted:
        above = by_id.get(above.parent_id or 0)
    if found is None or above is None:
        raise Refused("来函没有就这一条征求意见，请从列出的条款中选择。", "clause_key")


def _require_open(one: Proposal) -> None:
    if one.withdrawn_at:
        raise Conflict("这条意见已经撤回。")
    if one.taken_at:
        raise Conflict("这条意见已经写进复函，不能再改；有新的意见请另写一条，或者告诉本单位经办人。")


def of_letter(solicitation_id: int) -> list[Proposal]:
    """Every point of the colleagues that was not withdrawn, in the order of writing; for the lead only."""
    query = select(Proposal).where(Proposal.solicitation_id == solicitation_id, Proposal.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(Proposal.id)))


def of_person(actor: Actor, solicitation: Solicitation) -> list[Proposal]:
    """One's own points on one's own letter, withdrawn ones included; NotFound for other letters (R34)."""
    if not is_own(actor, solicitation):
        raise NotFound("没有找到这封征求意见函。")
    query = select(Proposal).where(Proposal.solicitation_id == solicitation.id, Proposal.by == actor.ref)
    return list(db.session.scalars(query.order_by(Proposal.id)))


def _own(actor: Actor, solicitation: Solicitation, proposal_id: int) -> Proposal:
    """One's own point of this letter; NotFound for everybody else's (R34)."""
    one = _of_letter(solicitation, proposal_id)
    if one.by != actor.ref:
        raise NotFound("没有找到这条意见。")
    return one


def _of_letter(solicitation: Solicitation, proposal_id: int) -> Proposal:
    one = db.session.get(Proposal, proposal_id)
    if one is None or one.solicitation_id != solicitation.id:
        raise NotFound("没有找到这条意见。")
    return one


def withdraw_proposal(actor: Actor, now: datetime, solicitation: Solicitation, proposal_id: int) -> None:
    """Take one's own point back; Conflict once it was taken or the reply was sent."""
    lock_own(actor, solicitation, "agency", "colleague")
    unsent_reply(solicitation)
    one = _own(actor, solicitation, proposal_id)
    _require_open(one)
    one.withdrawn_at = now
    db.session.flush()
    record(actor, "withdraw_proposal", f"letter:{solicitation.id}", now, proposal=one.id)


def take(actor: Actor, now: datetime, solicitation: Solicitation, wanted: Mapping[int, int]) -> FormalOpinion:
    """Copy points into the reply, by id with the edition that the lead has read; the originals stay as written.

    Raises ChangedMeanwhile where a colleague wrote on, Conflict for one withdrawn or in the reply already.
    """
    lock_own(actor, solicitation)
    opinion = unsent_reply(solicitation)
    if not wanted:
        raise Refused("请先勾选要采用的意见。", "take")
    draft, copies = draft_of(opinion), []
    for number, edition in wanted.items():
        one = _of_letter(solicitation, number)
        _require_open(one)
        if one.edition != edition:
            raise ChangedMeanwhile(one)
        copies.append({part: getattr(one, part) for part in PARTS} | {"id": new_id(), "from": str(one.id)})
    if len(draft.items) + len(copies) > MOST_ITEMS:
        raise Refused(f"一份复函最多写{MOST_ITEMS}条意见，请合并相近的意见。", "items")
    taken = Draft(draft.lines | {"answer": "has_opinion"}, [*draft.items, *copies])
    return keep(actor, now, solicitation, opinion, taken)


def leave_out(actor: Actor, now: datetime, solicitation: Solicitation, proposal_id: int, note: str) -> None:
    """Leave a point out of the reply, with a note that its author reads; it may still be taken later."""
    lock_own(actor, solicitation)
    unsent_reply(solicitation)
    one = _of_letter(solicitation, proposal_id)
    _require_open(one)
    note = clean_input(note, "note").strip()
    if not note:
        raise Refused("请写一句不采用的原因，提意见的同事会看到。", "note")
    if len(note) > NOTE_MOST:
        raise Refused(f"原因最多{NOTE_MOST}个字。", "note")
    one.left_out_at, one.left_out_by, one.left_out_note = now, actor.ref, note
    db.session.flush()
    record(actor, "leave_out", f"letter:{solicitation.id}", now, proposal=one.id, digest=digest(note))


def proposal_digest(one: Proposal) -> str:
    """SHA-256 over a point as its author wrote it, to be computed again by verify."""
    return digest([one.solicitation_id, one.edition, one.by, *(getattr(one, part) for part in PARTS)])


def rewritten(proposals: Iterable[Proposal], opinion: FormalOpinion | None) -> set[int]:
    """Ids of the points whose copy in the reply says something else than the colleague wrote."""
    by_id = {str(one.id): one for one in proposals}
    copies = opinion.items if opinion else []
    return {
        int(copy["from"]) for copy in copies
        if (one := by_id.get(copy.get("from", ""))) and any(copy[part] != getattr(one, part) for part in PARTS)
    }  # fmt: skip
