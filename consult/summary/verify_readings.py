"""Verify, who read what: every opinion and every group that stands as read was opened by whom and when it says (R40)."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from consult.review.group_models import GroupReading
from consult.review.models import Group, Reading
from consult.summary.entries import Entry, batches, entries, slices
from consult.summary.shelf import Shelf, name
from consult.summary.walk import C

G, R, GR = Group.__table__, Reading.__table__, GroupReading.__table__


@dataclass
class _Opened:
    """What the chain says of openings, by reader and moment.

    An opening of one opinion is noted for all who say the same: rows have their entry by reader and moment, and none
    but the opinion that was opened is named. What was read through has one entry a page; it names every opinion and
    every group that has a row by it.
    """

    moments: Shelf[str, bool]  # reader and moment → whether one opinion was opened; else groups on a page
    leading: Shelf[str, tuple[str, list[datetime]]]  # opinion and reader → reader, when
    alone: Shelf[str, bool]  # reader, moment, opinion on a page
    together: Shelf[str, bool]  # reader, moment, group on a page
    held: Shelf[str, bool]  # reader and moment of the groups that stand as read


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between what stands as read and what was recorded of it."""
    alone: Select[Any] = select(R.c.id, R.c.comment_id, R.c.reader, R.c.at, C.c.consultation_id)
    together: Select[Any] = select(GR.c.id, GR.c.group_id, GR.c.reader, GR.c.at, G.c.consultation_id)
    with ExitStack() as stack:
        said = _Opened(*(stack.enter_context(Shelf[Any, Any]()) for _ in range(5)))
        for part in batches(entries(session, "read")):
            _opened(said, part)
        for entry in entries(session, "read_page"):
            _read_through(said, entry)
        for rows in batches(slices(session, alone.join(C, C.c.id == R.c.comment_id), R.c.id)):
            yield from (f"意见 {row.comment_id} 的阅看记录与审计日志不一致" for row in _alone(said, rows)
                        if consultation_id in (None, row.consultation_id))  # fmt: skip
        for rows in batches(slices(session, together.join(G, G.c.id == GR.c.group_id), GR.c.id)):
            yield from (f"归并组 {row.group_id} 的阅看记录与审计日志不一致" for row in _together(said, rows)
                        if consultation_id in (None, row.consultation_id))  # fmt: skip
        missing = len(said.alone) + len(said.together) + _led(said) if consultation_id is None else 0
    if missing:
        yield f"有 {missing} 次阅看记录在审计日志中，数据库里却没有"


def _opened(said: _Opened, part: Sequence[Entry]) -> None:
    said.moments.put((name(one.facts["reader"], one.at.isoformat()), True) for one in part)
    keys = [name(one.number, one.facts["reader"]) for one in part]
    known = said.leading.some(keys)
    for one, key in zip(part, keys, strict=True):
        known.setdefault(key, (one.facts["reader"], []))[1].append(one.at)
    said.leading.put(known.items())


def _read_through(said: _Opened, entry: Entry) -> None:
    key, facts = name(entry.facts["reader"], entry.at.isoformat()), entry.facts
    said.alone.put((name(key, number), True) for number in facts["comments"])
    said.together.put((name(key, number), True) for number in facts["groups"])
    if facts["groups"]:
        said.moments.put([(key, False)], keep=True)


def _alone(said: _Opened, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Opinions that nobody opened so; who left a group that was read keeps the group's moment."""
    said.leading.drop(name(row.comment_id, row.reader) for row in rows)
    moments = said.moments.some(name(row.reader, row.at.isoformat()) for row in rows)
    for row, page in said.alone.beside(rows, lambda row: name(row.reader, row.at.isoformat(), row.comment_id)):
        if not page and name(row.reader, row.at.isoformat()) not in moments:
            yield row


def _together(said: _Opened, rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Groups that nobody opened so."""
    keys = [name(row.reader, row.at.isoformat()) for row in rows]
    said.held.put((key, True) for key in keys)
    moments = said.moments.some(keys)
    for row, page in said.together.beside(rows, lambda row: name(row.reader, row.at.isoformat(), row.group_id)):
        if not page and not moments.get(name(row.reader, row.at.isoformat())):
            yield row


def _led(said: _Opened) -> int:
    """How many openings left no row: neither of the opinion itself nor of a group at that moment."""
    missing = 0
    for part in batches(value for _, value in said.leading.left()):
        held = said.held.some(name(reader, at.isoformat()) for reader, ats in part for at in ats)
        missing += sum(not any(name(reader, at.isoformat()) in held for at in ats) for reader, ats in part)
    return missing
