"""Verify, turns: that a group was opened covers those who were in it at that moment, and nobody who joined later (R40)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.review.group_models import GroupReading, Readdressing
from consult.review.models import Group
from consult.summary.entries import Entry, along, batches, entries, of_project, slices
from consult.summary.shelf import Shelf, name
from consult.summary.walk import M

G, GR, RA = Group.__table__, GroupReading.__table__, Readdressing.__table__
JOINED = ("group", "decide", "decide_many", "fill_table", "assign", "split_group", "regroup")


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every member that stands as read, or as unread, against the order of the acts."""
    query: Select[Any] = select(M.c.comment_id, M.c.group_id, M.c.entry).join(G, G.c.id == M.c.group_id)
    if session.scalar(of_project(select(GR.c.id).join(G, G.c.id == GR.c.group_id), G.c.consultation_id, consultation_id).limit(1)) is None:
        return
    with Shelf[int, tuple[int, int]]() as home, Shelf[str, int]() as opened:
        pointed = _acts(session, home, opened)
        for rows in batches(slices(session, along(query, G.c.consultation_id, consultation_id), M.c.comment_id)):
            readings = _readings(session, {row.group_id for row in rows}, opened)
            turns = home.some(row.comment_id for row in rows)
            for row in rows:
                turn = turns.get(row.comment_id, (0, 0))[1] or pointed.get(row.group_id, 0)
                if any((entry >= row.entry) != (turn < at) for entry, at in readings.get(row.group_id, ())):
                    yield f"归并组 {row.group_id} 中意见 {row.comment_id} 是否看过，与审计日志不一致"


def _readings(session: Session, groups: set[int], opened: Shelf[str, int]) -> dict[int, list[tuple[int, int]]]:
    """group → the last turn that each opening of it covered, and the place of the opening in the chain."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = session.execute(select(GR).where(GR.c.group_id.in_(groups))).all()
    places = opened.some({name(row.reader, row.at.isoformat()) for row in rows})
    for row in rows:
        if place := places.get(name(row.reader, row.at.isoformat())):  # verify_readings names one without its entry
            found[row.group_id].append((row.entry, place))
    return found


def _acts(session: Session, home: Shelf[int, tuple[int, int]], opened: Shelf[str, int]) -> dict[int, int]:
    """Puts there opinion → its group, place of the act by which it joined it; reader and moment → place of the opening.

    Returned is group → the place of the act that pointed it elsewhere first (改挂): it makes the group of one that was
    in none.
    """
    pointed: dict[int, int] = {}
    groups = {one.id: one.group_id for one in session.execute(select(RA.c.id, RA.c.group_id))}
    for at, entry in enumerate(entries(session, "read", "read_page", "readdress", *JOINED), 1):
        if entry.action == "readdress":
            pointed.setdefault(groups.get(entry.facts["readdressing"], 0), at)
        elif entry.action in ("read", "read_page"):
            opened.put([(name(entry.facts["reader"], entry.at.isoformat()), at)])
        else:
            joined = list(_joined(entry))
            known = home.some({one for one, _ in joined})
            for one, group in joined:
                if known.get(one, (0, 0))[0] != group:
                    known[one] = group, at
            home.put(known.items())
    return pointed


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
