"""The verb of reading through: what stood on a page becomes read by the person's own act, as far as it still stands so (R40)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from consult.base.audit import record
from consult.base.db import db
from consult.base.errors import NotFound, Refused
from consult.base.people import Actor
from consult.intake.models import Comment
from consult.review import desk
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.group_models import GroupReading
from consult.review.models import Reading
from consult.review.shown import ALONE, PART, WHOLE, Shown, shown
from consult.review.unread import ROWS


@dataclass(frozen=True)
class Seen:
    """A row as it stood on the page, known by its first opinion: how it was shown, and the digest of what was there."""

    lead: int
    how: str
    digest: str


@dataclass(frozen=True)
class Read:
    """How many rows and opinions became read, and how many rows stand otherwise now and are still unread."""

    rows: int
    opinions: int
    changed: int


def read_page(actor: Actor, now: datetime, consultation_id: int, seen: Sequence[Seen]) -> Read:
    """Note that this person read the rows of one page; one entry for all of them, none where nothing is new.

    A row that changed, grew or was withdrawn since is left unread. Two who read the same page both have their receipt.
    Raises NotFound for an opinion of another project, Refused for more rows than a page has.
    """
    require_decider(actor, *ROLES)
    wanted = {one.lead: one for one in seen}
    if len(wanted) > ROWS:
        raise Refused(f"一次最多看{ROWS}组，请刷新页面后再看。", "seen")
    lock(consultation_id)
    _require_of(consultation_id, list(wanted))
    found = shown(list(wanted), {one.lead: one.how for one in seen})
    same = [one for one in found if _stands(one, wanted[one.row.id])]
    fresh = [one for one in found if one.row.unread and one.row.comment.withdrawn_at is None]
    changed = sum(one not in same for one in fresh)
    comments, groups = _receipts(actor, same)
    if comments:
        db.session.execute(insert(Reading), [{"comment_id": one, "reader": actor.ref, "at": now} for one in comments])
    if groups:
        rows = [{"group_id": one, "reader": actor.ref, "at": now, "entry": turn} for one, turn in groups.items()]
        db.session.execute(insert(GroupReading), rows)
    if not comments and not groups:
        return Read(0, 0, changed)
    newly = [one for one in same if one.row.unread]
    desk.touch([one.row.id for one in newly], unread=0)
    record(actor, "read_page", f"consultation:{consultation_id}", now,
           reader=actor.ref, comments=comments, groups=sorted(groups))  # fmt: skip
    return Read(len(same), sum(one.row.unread for one in newly), changed)


def _require_of(consultation_id: int, leads: Sequence[int]) -> None:
    projects = select(Comment.consultation_id).where(Comment.id.in_(leads)).distinct()
    if set(db.session.scalars(projects)) - {consultation_id}:
        raise NotFound("这个项目里没有这条意见。")


def _stands(one: Shown, seen: Seen) -> bool:
    """Whether it is all as it was shown; what was too much for the page is never read by it."""
    return one.row.comment.withdrawn_at is None and one.how in (ALONE, WHOLE, PART) and one.digest == seen.digest


def _receipts(actor: Actor, rows: Sequence[Shown]) -> tuple[list[int], Mapping[int, int]]:
    """(opinions to note singly, group → the turn up to which it is noted); what this person has already is left out."""
    mine = set(db.session.scalars(select(Reading.comment_id).where(
        Reading.reader == actor.ref, Reading.comment_id.in_([one.row.id for one in rows]))))  # fmt: skip
    query = select(GroupReading.group_id, func.max(GroupReading.entry)).where(
        GroupReading.reader == actor.ref, GroupReading.group_id.in_([one.group_id for one in rows if one.group_id])
    )
    opened = dict(db.session.execute(query.group_by(GroupReading.group_id)).all())
    single = {member for one in rows if one.how == PART for member in one.members}
    single |= {one.row.id for one in rows if one.group_id is None and one.row.id not in mine}
    whole = {
        one.group_id: one.turn
        for one in rows
        if one.group_id and one.how != PART and opened.get(one.group_id, 0) < one.turn
        and (one.row.unread or one.row.id not in mine)
    }  # fmt: skip
    return sorted(single), whole
