"""Verify, review: who stands in which group, what is kept from the public, who approved; as recorded."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.review.models import Group
from consult.summary.entries import Entry, along, batches, entries, of_project, slices
from consult.summary.models import TableApproval
from consult.summary.shelf import Shelf
from consult.summary.walk import C, M, W

G = Group.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the rows of review and what was recorded of them."""
    yield from _members(session, consultation_id)
    yield from _withheld(session, consultation_id)
    yield from _approvals(session, consultation_id)


def _recorded_groups(session: Session, found: Shelf[int, int]) -> set[int]:
    """Puts there opinion → group as the acts in their order put it; the groups that were split off."""
    split: set[int] = set()
    for entry in entries(session, "group", "decide", "decide_many", "fill_table", "assign", "split_group", "regroup"):
        moved = _moved(entry)
        found.put((one, group) for one, group in moved.items() if group)
        found.drop(one for one, group in moved.items() if not group)
        if entry.action == "split_group":
            split.add(entry.facts["after"])
        elif entry.action == "regroup" and entry.facts["kind"] == "split":
            split |= {move[1] for move in entry.facts["moves"]}
    return split


def _moved(entry: Entry) -> dict[int, int]:
    """opinion → group in which an act put it; 0 where it took it out of its group."""
    facts = entry.facts
    if entry.action == "group":
        return {one: int(group) for group, members in facts["members"].items() for one in members}
    if entry.action == "regroup":
        return {one: after for _, after, ids in facts["moves"] for one in ids}
    if entry.action in ("decide", "split_group"):
        return {entry.number: facts["group" if entry.action == "decide" else "after"]}
    return {int(one): group for one, group in facts["groups" if entry.action == "assign" else "decisions"].items()}


def _members(session: Session, consultation_id: int | None) -> Iterator[str]:
    query: Select[Any] = select(
        M.c.comment_id, M.c.group_id, C.c.clause_id, C.c.consultation_id, C.c.fingerprint, G.c.method,
        G.c.clause_id.label("of_clause"), G.c.consultation_id.label("of_project"), G.c.fingerprint.label("says"),
    ).select_from(M.join(C, C.c.id == M.c.comment_id).join(G, G.c.id == M.c.group_id))  # fmt: skip
    rows = slices(session, along(query, C.c.consultation_id, consultation_id), M.c.comment_id)
    with Shelf[int, int]() as stated:
        split = _recorded_groups(session, stated)
        for row, group in stated.beside(rows, lambda row: row.comment_id):
            if group != row.group_id:
                yield f"意见 {row.comment_id} 所在的归并组与审计日志不一致"
            same = (row.clause_id, row.consultation_id) == (row.of_clause, row.of_project)
            alike = row.method == "near" or row.says in ("", row.fingerprint)
            if not same or not alike or (row.method == "split") != (row.group_id in split):
                yield f"归并组 {row.group_id} 与其中的意见 {row.comment_id} 不相符"
        for part in batches(number for number, _ in stated.left()):
            known = of_project(select(C.c.id).where(C.c.id.in_(part)), C.c.consultation_id, consultation_id)
            for number in sorted(session.scalars(known)) if consultation_id else part:
                yield f"意见 {number} 的归并记录在审计日志中，数据库里却没有"


def _withheld(session: Session, consultation_id: int | None) -> Iterator[str]:
    query = select(W, C.c.consultation_id).join(C, C.c.id == W.c.comment_id)
    with Shelf[int, tuple[str, datetime, str]]() as stated:
        for entry in entries(session, "withhold"):
            stated.put([(entry.number, (entry.facts["ground"], entry.at, entry.actor))])
            if not entry.facts["ground"]:
                stated.drop([entry.number])
        for row, said in stated.beside(slices(session, query, W.c.comment_id), lambda row: row.comment_id):
            if said != (row.ground, row.at, row.by) and consultation_id in (None, row.consultation_id):
                yield f"意见 {row.comment_id} 的不公开记录与审计日志不一致"
        if consultation_id is None:
            yield from (f"意见 {number} 的不公开记录在审计日志中，数据库里却没有" for number, _ in stated.left())


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
