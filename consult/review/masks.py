"""Verb and reads: what a person covers or keeps in an opinion before the public reads it (R15, R52)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import unified
from consult.intake.models import Comment
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.find import slices
from consult.review.models import Membership
from consult.review.personal import CHOICES, KINDS, NUMBERS, Find, find, spans, value_of
from consult.review.personal_models import Mask

FIELDS = {"text": "意见内容", "proposed_text": "修改建议", "reason": "理由"}
MOST_CHOICES = 500  # in one opinion

M, C, G = Mask.__table__, Comment.__table__, Membership.__table__
Key = tuple[str, int]  # ("group", its id), or ("comment", its id) for one in no group


@dataclass(frozen=True)
class Choice:
    """What somebody says about one piece: mask or keep; start and end in code points."""

    field: str
    start: int
    end: int
    kind: str
    choice: str


def choose_masks(actor: Actor, now: datetime, comment_id: int, choices: Sequence[Choice]) -> bool:
    """Cover or keep pieces of an opinion; whether anything was new. Pieces that are not named stay as they are.

    What is chosen here counts for all opinions of the group, wherever they say the very same. Raises NotFound,
    Conflict for a withdrawn opinion, Refused for a piece that the text does not have.
    """
    require_decider(actor, *ROLES)
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        raise NotFound("没有找到这条意见。")
    lock(comment.consultation_id)
    db.session.refresh(comment)
    if comment.withdrawn_at:
        raise Conflict("这条意见已由提出人撤回，内容不再公开，不需要遮盖。")
    present = chosen_for(comment_id)
    fresh = [one for one in choices if present.get(_value(comment, one)) != one.choice]
    if not fresh:
        return False
    stored = {(one.field, one.start, one.end): one for one in masks_of(comment_id)}
    for one in fresh:
        row = stored.get((one.field, one.start, one.end))
        if row is None:
            row = stored[one.field, one.start, one.end] = Mask(comment_id=comment_id, **vars(one))
            db.session.add(row)
        row.kind, row.choice, row.at, row.by = one.kind, one.choice, now, actor.ref
    db.session.flush()
    kept = masks_of(comment_id)
    if len(kept) > MOST_CHOICES:
        raise Refused(f"一条意见最多标记{MOST_CHOICES}处，请改为不公开原文。")
    record(actor, "choose_masks", f"comment:{comment_id}", now, masks=len(kept), digest=masks_digest(kept))
    return True


def _value(comment: Comment, one: Choice) -> str:
    """What the text says there; Refused where it has no such place."""
    if one.field not in FIELDS or one.kind not in KINDS or one.choice not in CHOICES:
        raise Refused("选项不对，请刷新页面后重新选择。")
    words = getattr(comment, one.field)
    if not 0 <= one.start < one.end <= len(words):
        raise Refused("所选的文字不在这条意见里，请刷新页面后重新选择。")
    return value_of(words[one.start : one.end], one.kind)


def masks_of(comment_id: int) -> list[Mask]:
    """The choices stored with one opinion, in the order of its words."""
    query = select(Mask).where(Mask.comment_id == comment_id)
    query = query.order_by(Mask.field, Mask.start, Mask.end).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def masks_digest(rows: Iterable[Mask]) -> str:
    """SHA-256 over every choice about one opinion, who made it and when, in the order of field and place."""
    ordered = sorted(rows, key=lambda row: (row.field, row.start, row.end))
    return digest([
        [row.comment_id, row.field, row.start, row.end, row.kind, row.choice, row.at.astimezone(UTC).isoformat(), row.by]
        for row in ordered
    ])  # fmt: skip


def chosen(session: Session, group_ids: Iterable[int], comment_ids: Iterable[int]) -> dict[Key, dict[str, str]]:
    """What people chose, by value, for whole groups and for opinions in none; keys without a choice are absent.

    The newest choice about a value counts; of two made at once, the one that covers.
    """
    found: dict[Key, dict[str, str]] = defaultdict(dict)
    for part in slices(group_ids):
        # the sum keeps the planner from walking a campaign of 100,000 for the few choices there are
        _collect(found, session.execute(_rows().where((G.c.group_id + 0).in_(part))))
    for part in slices(comment_ids):
        _collect(found, session.execute(_rows().where(M.c.comment_id.in_(part), G.c.group_id.is_(None))))
    return found


def _rows() -> Any:
    columns = (M.c.comment_id, M.c.field, M.c.start, M.c.end, M.c.kind, M.c.choice, G.c.group_id)
    joined = M.join(C, C.c.id == M.c.comment_id).outerjoin(G, G.c.comment_id == C.c.id)
    query = select(*columns, C.c.text, C.c.proposed_text, C.c.reason).select_from(joined)
    return query.order_by(M.c.at, M.c.choice, M.c.id)  # keep before mask


def _collect(found: dict[Key, dict[str, str]], rows: Iterable[Row[Any]]) -> None:
    for row in rows:
        key: Key = ("comment", row.comment_id) if row.group_id is None else ("group", row.group_id)
        words = row._mapping[row.field][row.start : row.end]
        found[key][value_of(words, row.kind)] = row.choice


def key_of(comment_id: int) -> Key:
    """Where the choices about an opinion are kept together."""
    group = db.session.scalar(select(Membership.group_id).where(Membership.comment_id == comment_id))
    return ("comment", comment_id) if group is None else ("group", group)


def chosen_for(comment_id: int) -> dict[str, str]:
    """What people chose for one opinion and its group, by value."""
    kind, number = key = key_of(comment_id)
    found = chosen(db.session(), [number], []) if kind == "group" else chosen(db.session(), [], [number])
    return found.get(key, {})


@dataclass(frozen=True)
class Item:
    """One piece of personal data in an opinion, at all its places; `choice` is "" while nobody chose."""

    kind: str
    value: str
    choice: str
    spots: tuple[tuple[str, int, int], ...]

    @property
    def name(self) -> str:
        """What the form calls it."""
        return "piece-" + digest([self.value])[:16]

    @property
    def covered(self) -> bool:
        """Whether the public will not read it as things stand."""
        return self.choice == "mask" or (not self.choice and self.kind in NUMBERS)

    def choose(self, choice: str) -> list[Choice]:
        """The same choice for every place."""
        return [Choice(field, start, end, self.kind, choice) for field, start, end in self.spots]


def items(comment: Comment, choices: dict[str, str]) -> list[Item]:
    """Everything found in an opinion and what a person marked besides, in the order of its words."""
    found: dict[str, dict[tuple[str, int, int], str]] = {}
    marked = masks_of(comment.id)
    for field in FIELDS:
        words = getattr(comment, field)
        own = [
            Find(row.start, row.end, row.kind, value_of(words[row.start : row.end], row.kind))
            for row in marked
            if row.field == field
        ]
        for one in sorted([*find(words), *own, *spans(words, choices)], key=lambda one: (one.start, one.end)):
            found.setdefault(one.value, {}).setdefault((field, one.start, one.end), one.kind)
    return [
        Item(next(iter(spots.values())), value, choices.get(value, ""), tuple(spots)) for value, spots in found.items()
    ]


def places(comment: Comment, words: str) -> list[Choice]:
    """Every place where an opinion says `words`, as choices that cover them; Refused where it does not."""
    wanted = value_of(words, "other")
    found = [
        Choice(field, at.start(), at.end(), "other", "mask")
        for field in FIELDS
        for at in re.finditer(re.escape(wanted), unified(getattr(comment, field)))
        if wanted
    ]
    if not found:
        raise Refused(f"意见里没有“{words.strip()[:30]}”这几个字，请照原文填写。", "more")
    return found
