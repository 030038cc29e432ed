"""Reads: rows of the list in full, as a person reads them through: every word, and what members add that nobody has read (R40)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from consult.base.crypto import digest
from consult.base.db import db
from consult.drafts.redline import Change, redline
from consult.intake.models import Comment
from consult.review import desk, queue
from consult.review.desk_models import WITHDRAWN
from consult.review.group_models import ADDITIONS, Addition, GroupReading, Saying
from consult.review.models import Group, Membership, Reading

FEW = 50  # newcomers to a group that was opened before, whose own additions are shown alone
MOST, MOST_TEXT = 200, 30_000  # additions of one group on a page, and their characters
ALONE, WHOLE, PART, MUCH = "alone", "whole", "part", "much"
M, A, GR = Membership.__table__, Addition.__table__, GroupReading.__table__


@dataclass(frozen=True)
class Said:
    """An addition as it is read: what it changes in which sentence of the shared text, from 1, and who says so."""

    addition: Addition
    base: int | None
    line: list[Change]


@dataclass(frozen=True)
class Shown:
    """One row with everything that reading it means; `digest` changes with any word of it and with who is in the group.

    `how`: ALONE for an opinion whose words all of the row share, WHOLE for near copies with every addition, PART where
    the group was opened before and only what `members` add is new, MUCH where the additions need a page of their own.
    """

    row: queue.Row
    group_id: int | None
    how: str
    shared: list[str]
    said: list[Said]
    members: tuple[int, ...]
    turn: int
    digest: str
    beyond: int = 0

    @property
    def length(self) -> int:
        """Characters of text."""
        one = self.row.comment
        own = 0 if self.shared else len(one.text) + len(one.proposed_text) + len(one.reason)
        return own + sum(map(len, self.shared)) + sum(len(said.addition.sentence) for said in self.said)


def shown(leads: Sequence[int], hows: Mapping[int, str] | None = None) -> list[Shown]:
    """The rows led by these opinions, a few, in the order given; withdrawn ones and what leads no row are left out.

    `hows` says how each was shown before, to be compared with it; else each is shown as is best now. A dozen queries.
    """
    led = {one: row for one, row in desk.led_by(leads).items() if row["state"] != WITHDRAWN}
    groups = _groups(row["group_id"] for row in led.values())
    last, opened = turns(groups)
    near = {one: row for one, row in led.items() if row["group_id"] and groups[row["group_id"]].shared_text}
    how = {one: (hows or {}).get(one) or _how(row, opened) for one, row in near.items()}
    newcomers = _newcomers({row["group_id"]: opened.get(row["group_id"], 0) for one, row in near.items() if how[one] == PART})
    beyond = _counts(row["group_id"] for one, row in near.items() if how[one] != PART)
    for one, row in near.items():
        if how[one] != PART and beyond.get(row["group_id"], 0) > MOST:
            how[one] = MUCH
    said = _of_members(newcomers) | _of_groups(row["group_id"] for one, row in near.items() if how[one] == WHOLE)
    found = []
    for one in queue.rows([lead for lead in leads if lead in led]):
        number = led[one.id]["group_id"]
        group = groups[number] if one.id in near else None
        found.append(_one(one, number, group, how.get(one.id, ALONE), said.get(number, []),
                          newcomers.get(number, ()), last.get(number, 0), beyond.get(number, 0)))  # fmt: skip
    return found


def _how(row: desk.Row, opened: Mapping[int, int]) -> str:
    number = row["group_id"]
    return PART if opened.get(number) and 0 < row["unread"] < row["size"] and row["unread"] <= FEW else WHOLE


def _one(
    row: queue.Row, number: int | None, group: Group | None, how: str, said: Sequence[Addition],
    members: Sequence[int], turn: int, beyond: int,
) -> Shown:  # fmt: skip
    if group is None:
        words = [row.comment.text, row.comment.proposed_text, row.comment.reason]
        return Shown(row, number, ALONE, [], [], (), turn, digest([row.id, row.size, ALONE, words]))
    if len(said) > MOST or sum(len(one.sentence) for one in said) > MOST_TEXT:
        how, said, beyond = MUCH, [], max(beyond, len(said))
    shared = group.shared_text.split("\n")
    sentences = [[one.id, one.sentence] for one in said]
    sealed = digest([row.id, row.size, how, group.id, turn, shared, sentences, list(members)])
    return Shown(row, number, how, shared, [_said(one, shared) for one in said], tuple(members), turn, sealed, beyond)


def _said(one: Addition, shared: Sequence[str]) -> Said:
    if one.base is None or one.base >= len(shared):
        return Said(one, None, [])
    return Said(one, one.base + 1, redline(shared[one.base], one.sentence))


def _groups(group_ids: Iterable[int | None]) -> dict[int, Group]:
    wanted = {one for one in group_ids if one}
    return {one.id: one for one in db.session.scalars(select(Group).where(Group.id.in_(wanted)))} if wanted else {}


def turns(group_ids: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
    """(group → the turn of its newest members, as `groups.last_entry`; group → the newest turn that anybody opened)."""
    wanted = list(group_ids)
    if not wanted:
        return {}, {}
    joined, opened = (
        {number: turn for number, turn in db.session.execute(  # noqa: C416
            select(one.c.group_id, func.max(one.c.entry)).where(one.c.group_id.in_(wanted)).group_by(one.c.group_id))}
        for one in (M, GR)
    )  # fmt: skip
    return {one: max(joined.get(one, 0), opened.get(one, 0)) for one in wanted}, opened


def _newcomers(opened: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    """group → its living members that nobody has read, given the turn up to which it was opened."""
    found: dict[int, list[int]] = defaultdict(list)
    if opened:
        later = or_(*(and_(M.c.group_id == one, M.c.entry > turn) for one, turn in opened.items()))
        alone = select(Reading.id).where(Reading.comment_id == M.c.comment_id).correlate(M).exists()
        query = select(M.c.group_id, M.c.comment_id).join(Comment, Comment.id == M.c.comment_id)
        for group, member in db.session.execute(query.where(later, Comment.withdrawn_at.is_(None), ~alone)):
            found[group].append(member)
    return {one: tuple(sorted(found[one])) for one in opened}


def _counts(group_ids: Iterable[int]) -> dict[int, int]:
    """group → additions that living members say."""
    wanted = list(group_ids)
    query = select(A.c.group_id, func.count()).where(A.c.group_id.in_(wanted), A.c.said > 0).group_by(A.c.group_id)
    return Counter(dict(db.session.execute(query).all())) if wanted else Counter()


def _of_members(members: Mapping[int, Sequence[int]]) -> dict[int, list[Addition]]:
    wanted = [one for ids in members.values() for one in ids]
    if not wanted:
        return {}
    query = select(Addition).where(
        Addition.id.in_(select(Saying.addition_id).where(Saying.comment_id.in_(wanted))), Addition.group_id.in_(members)
    )
    return _by_group(db.session.scalars(query.execution_options(populate_existing=True)))


def _of_groups(group_ids: Iterable[int]) -> dict[int, list[Addition]]:
    wanted = list(group_ids)
    if not wanted:
        return {}
    query = select(Addition).where(Addition.group_id.in_(wanted), Addition.said > 0)
    return _by_group(db.session.scalars(query.execution_options(populate_existing=True)))


def _by_group(rows: Iterable[Addition]) -> dict[int, list[Addition]]:
    """What is new first, then what may turn the meaning, then slips; the most said first."""
    kinds = list(ADDITIONS)
    found: dict[int, list[Addition]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (kinds.index(one.kind), -one.said, one.id)):
        found[row.group_id].append(row)
    return dict(found)
