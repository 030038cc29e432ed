"""Verify, turns: that a group was opened covers those who were in it at that moment, and nobody who joined later (R40)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.review.group_models import GroupReading, Readdressing
from consult.review.models import Group
from consult.summary.entries import Entry, along, entries, of_project, slices
from consult.summary.walk import M

G, GR, RA = Group.__table__, GroupReading.__table__, Readdressing.__table__
JOINED = ("group", "decide", "decide_many", "fill_table", "assign", "split_group", "regroup")


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every member that stands as read, or as unread, against the order of the acts."""
    turns, opened, pointed = _acts(session)
    readings: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in session.execute(of_project(select(GR).join(G, G.c.id == GR.c.group_id), G.c.consultation_id, consultation_id)):
        if (row.reader, row.at) in opened:  # verify_review names one without its entry
            readings[row.group_id].append((row.entry, opened[row.reader, row.at]))
    query: Select[Any] = select(M.c.comment_id, M.c.group_id, M.c.entry).join(G, G.c.id == M.c.group_id)
    for row in slices(session, along(query, G.c.consultation_id, consultation_id), M.c.comment_id):
        turn = turns.get(row.comment_id) or pointed.get(row.group_id, 0)
        if any((entry >= row.entry) != (turn < at) for entry, at in readings.get(row.group_id, ())):
            yield f"归并组 {row.group_id} 中意见 {row.comment_id} 是否看过，与审计日志不一致"


def _acts(session: Session) -> tuple[dict[int, int], dict[tuple[str, datetime], int], dict[int, int]]:
    """opinion → the place of the act by which it joined its group; (reader, moment) → the place of the opening.

    And group → the place of the act that pointed it elsewhere first (改挂): it makes the group of one that was in none.
    """
    home: dict[int, int] = {}
    turns: dict[int, int] = {}
    opened: dict[tuple[str, datetime], int] = {}
    pointed: dict[int, int] = {}
    groups = {one.id: one.group_id for one in session.execute(select(RA.c.id, RA.c.group_id))}
    for at, entry in enumerate(entries(session, "read", "read_page", "readdress", *JOINED), 1):
        if entry.action == "readdress":
            pointed.setdefault(groups.get(entry.facts["readdressing"], 0), at)
            continue
        if entry.action in ("read", "read_page"):
            opened[entry.facts["reader"], entry.at] = at
            continue
        for one, group in _joined(entry):
            if home.get(one, 0) != group:
                home[one], turns[one] = group, at
    return turns, opened, pointed


def _joined(entry: Entry) -> Iterator[tuple[int, int]]:
    """(opinion, group it is in after the act, 0 for none)."""
    facts = entry.facts
    if entry.action == "group":
        yield from ((one, int(group)) for group, members in facts["members"].items() for one in members)
    elif entry.action == "regroup":
        yield from ((one, after) for _, after, ids in facts["moves"] for one in ids)
    elif entry.action in ("decide", "split_group"):
        yield entry.number, facts["group" if entry.action == "decide" else "after"]
    else:
        yield from ((int(one), group) for one, group in facts["groups" if entry.action == "assign" else "decisions"].items())
