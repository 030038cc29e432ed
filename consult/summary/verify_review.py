"""Verify, review: who stands in which group, who read, what is kept from the public, who approved; as recorded."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.review.group_models import GroupReading
from consult.review.models import Group, Reading, Withholding
from consult.summary.entries import SLICE, along, entries, of_project, slices
from consult.summary.models import TableApproval
from consult.summary.walk import C, M

G, R, GR = Group.__table__, Reading.__table__, GroupReading.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the rows of review and what was recorded of them."""
    yield from _members(session, consultation_id)
    yield from _readings(session, consultation_id)
    yield from _withheld(session, consultation_id)
    yield from _approvals(session, consultation_id)


def _recorded_groups(session: Session) -> tuple[dict[int, int], set[int]]:
    """opinion → group as the acts in their order put it, and the groups that were split off."""
    found: dict[int, int] = {}
    split: set[int] = set()
    for entry in entries(session, "group", "decide", "decide_many", "fill_table", "assign", "split_group", "regroup"):
        if entry.action == "group":
            found |= {one: int(group) for group, members in entry.facts["members"].items() for one in members}
        elif entry.action in ("decide_many", "fill_table"):
            found |= {int(one): group for one, group in entry.facts["decisions"].items()}
        elif entry.action == "assign":
            found |= {int(one): group for one, group in entry.facts["groups"].items()}
        elif entry.action == "regroup":
            split |= _moved(found, entry.facts)
        elif entry.action == "decide":
            found[entry.number] = entry.facts["group"]
        else:
            found[entry.number] = entry.facts["after"]
            split.add(entry.facts["after"])
    return found, split


def _moved(found: dict[int, int], facts: dict[str, Any]) -> set[int]:
    """Carry out the moves of a person's act; the groups that it split off."""
    for _, after, ids in facts["moves"]:
        for one in ids:
            if after:
                found[one] = after
            else:
                found.pop(one, None)
    return {move[1] for move in facts["moves"]} if facts["kind"] == "split" else set()


def _members(session: Session, consultation_id: int | None) -> Iterator[str]:
    stated, split = _recorded_groups(session)
    query: Select[Any] = select(
        M.c.comment_id, M.c.group_id, C.c.clause_id, C.c.consultation_id, C.c.fingerprint, G.c.method,
        G.c.clause_id.label("of_clause"), G.c.consultation_id.label("of_project"), G.c.fingerprint.label("says"),
    ).select_from(M.join(C, C.c.id == M.c.comment_id).join(G, G.c.id == M.c.group_id))  # fmt: skip
    for row in slices(session, along(query, C.c.consultation_id, consultation_id), M.c.comment_id):
        if stated.pop(row.comment_id, None) != row.group_id:
            yield f"意见 {row.comment_id} 所在的归并组与审计日志不一致"
        same = (row.clause_id, row.consultation_id) == (row.of_clause, row.of_project)
        alike = row.method == "near" or row.says in ("", row.fingerprint)
        if not same or not alike or (row.method == "split") != (row.group_id in split):
            yield f"归并组 {row.group_id} 与其中的意见 {row.comment_id} 不相符"
    missing = sorted(stated)
    for start in range(0, len(missing), SLICE):
        part = missing[start : start + SLICE]
        known = of_project(select(C.c.id).where(C.c.id.in_(part)), C.c.consultation_id, consultation_id)
        for number in sorted(session.scalars(known)) if consultation_id else part:
            yield f"意见 {number} 的归并记录在审计日志中，数据库里却没有"


def _readings(session: Session, consultation_id: int | None) -> Iterator[str]:
    """An opening is noted for all who say the same: rows have their entry by reader and moment.

    What was read through has one entry a page; it names every opinion and every group that has a row by it.
    """
    opened: set[tuple[str, datetime]] = set()
    pages = _Pages(session)
    leading: dict[tuple[int, str], set[datetime]] = {}
    for entry in entries(session, "read"):
        opened.add((entry.facts["reader"], entry.at))
        leading.setdefault((entry.number, entry.facts["reader"]), set()).add(entry.at)
    query: Select[Any] = select(R.c.id, R.c.comment_id, R.c.reader, R.c.at, C.c.consultation_id).join(
        C, C.c.id == R.c.comment_id
    )
    for row in slices(session, query, R.c.id):
        leading.pop((row.comment_id, row.reader), None)
        stated = (row.reader, row.at) in opened or pages.alone(row.reader, row.at, row.comment_id)
        if not stated and consultation_id in (None, row.consultation_id):
            yield f"意见 {row.comment_id} 的阅看记录与审计日志不一致"
    together: Select[Any] = select(GR.c.id, GR.c.group_id, GR.c.reader, GR.c.at, G.c.consultation_id).join(
        G, G.c.id == GR.c.group_id
    )
    held: set[tuple[str, datetime]] = set()
    for row in slices(session, together, GR.c.id):
        held.add((row.reader, row.at))
        stated = (row.reader, row.at) in opened or pages.together(row.reader, row.at, row.group_id)
        if not stated and consultation_id in (None, row.consultation_id):
            yield f"归并组 {row.group_id} 的阅看记录与审计日志不一致"
    missing = sum(not any((reader, at) in held for at in ats) for (_, reader), ats in leading.items())
    missing += pages.missing
    if consultation_id is None and missing:
        yield f"有 {missing} 次阅看记录在审计日志中，数据库里却没有"


class _Pages:
    """What entries say of pages that were read through, and what of that has no row yet."""

    def __init__(self, session: Session) -> None:
        self._alone: dict[tuple[str, datetime], set[int]] = {}
        self._together: dict[tuple[str, datetime], set[int]] = {}
        self._groups: set[tuple[str, datetime]] = set()
        for entry in entries(session, "read_page"):
            key = (entry.facts["reader"], entry.at)
            self._alone.setdefault(key, set()).update(entry.facts["comments"])
            self._together.setdefault(key, set()).update(entry.facts["groups"])
            if entry.facts["groups"]:
                self._groups.add(key)

    def alone(self, reader: str, at: datetime, number: int) -> bool:
        """Whether an opinion was read so; who left a group that was read keeps the group's moment."""
        key = (reader, at)
        stated = number in self._alone.get(key, ())
        self._alone.get(key, set()).discard(number)
        return stated or key in self._groups

    def together(self, reader: str, at: datetime, number: int) -> bool:
        """Whether a group was read so."""
        stated = number in self._together.get((reader, at), ())
        self._together.get((reader, at), set()).discard(number)
        return stated

    @property
    def missing(self) -> int:
        """How much was stated of which no row was asked for."""
        return sum(map(len, (*self._alone.values(), *self._together.values())))


def _withheld(session: Session, consultation_id: int | None) -> Iterator[str]:
    stated = {entry.number: (entry.facts["ground"], entry.at, entry.actor) for entry in entries(session, "withhold")}
    stated = {number: fact for number, fact in stated.items() if fact[0]}
    query = select(Withholding, C.c.consultation_id).join(C, C.c.id == Withholding.comment_id)
    for row, project in session.execute(query.order_by(Withholding.comment_id)):
        if stated.pop(row.comment_id, None) != (row.ground, row.at, row.by) and consultation_id in (None, project):
            yield f"意见 {row.comment_id} 的不公开记录与审计日志不一致"
    if consultation_id is None:
        yield from (f"意见 {number} 的不公开记录在审计日志中，数据库里却没有" for number in sorted(stated))


def _approvals(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Approvals of whole tables, one row an entry; those of restored projects come first in the chain, not by number."""
    said = [one for one in entries(session, "approve_table") if consultation_id in (None, one.number)]
    said.sort(key=lambda one: (one.number, one.facts["digest"], one.facts["rows"], one.at, one.actor))
    stated = [(one.number, one.facts["digest"], one.facts["rows"], one.at, one.actor) for one in said]
    query = of_project(select(TableApproval), TableApproval.consultation_id, consultation_id)
    rows = sorted(session.scalars(query), key=_approval)
    if stated != [_approval(row) for row in rows]:
        yield "采纳情况表的审批记录与审计日志不一致"
    elif not all(one.seals(digest([row.approved_name])) for one, row in zip(said, rows, strict=True)):
        yield "采纳情况表的审批人姓名与审计日志不一致"


def _approval(row: TableApproval) -> tuple[int, str, int, datetime, str]:
    return row.consultation_id, row.digest, row.rows, row.approved_at, row.approved_by
