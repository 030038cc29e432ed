"""Verify, the desk: who was given what, kept views, and bulk rulings with their undoing; as recorded."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.review.desk_models import Assignment, ClauseDuty, SavedView
from consult.review.group_models import Bulk
from consult.review.models import Decision, Group
from consult.review.views import view_digest
from consult.summary.entries import Entry, along, entries, of_project, slices
from consult.summary.shelf import Shelf

A, G, D = Assignment.__table__, Group.__table__, Decision.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between these rows and what was recorded of them."""
    yield from _given(session, consultation_id)
    yield from _duties(session, consultation_id)
    yield from _views(session, consultation_id)
    yield from _bulks(session, consultation_id)


def _given(session: Session, consultation_id: int | None) -> Iterator[str]:
    """A group's person is whom the latest entry names; an empty name took it back."""
    query = select(A.c.group_id, A.c.assignee, A.c.at, A.c.by, G.c.consultation_id).join(G, G.c.id == A.c.group_id)
    rows = slices(session, along(query, G.c.consultation_id, consultation_id), A.c.group_id)
    with Shelf[int, tuple[int, str, datetime, str]]() as stated:
        for entry in entries(session, "assign"):
            if consultation_id in (None, entry.number):
                said = entry.number, entry.facts["assignee"], entry.at, entry.actor
                stated.put((group, said) for group in entry.facts["groups"].values())
        for row, given in stated.beside(rows, lambda row: row.group_id):
            if given != (row.consultation_id, row.assignee, row.at, row.by):
                yield f"归并组 {row.group_id} 的承办人与审计日志不一致"
        yield from (
            f"归并组 {group} 的承办人记录在审计日志中，数据库里却没有" for group, (_, who, *_) in stated.left() if who
        )


def _duties(session: Session, consultation_id: int | None) -> Iterator[str]:
    stated: dict[tuple[int, str], Entry] = {}
    for entry in entries(session, "assign_clause"):
        if consultation_id in (None, entry.number):
            stated[entry.number, entry.facts["clause"]] = entry
    query = of_project(select(ClauseDuty), ClauseDuty.consultation_id, consultation_id)
    for row in session.scalars(query.order_by(ClauseDuty.id)):
        one = stated.pop((row.consultation_id, row.clause_key), None)
        if one is None or (one.facts["assignee"], one.at, one.actor) != (row.assignee, row.at, row.by):
            yield f"项目 {row.consultation_id} 条款 {row.clause_key or '全文'} 的承办人与审计日志不一致"
    for (project, key), one in sorted(stated.items()):
        if one.facts["assignee"]:
            yield f"项目 {project} 条款 {key or '全文'} 的承办人记录在审计日志中，数据库里却没有"


def _views(session: Session, consultation_id: int | None) -> Iterator[str]:
    dropped = {entry.facts["view"] for entry in entries(session, "drop_view")}
    stated = {
        entry.facts["view"]: (entry.number, entry.facts["digest"], entry.at, entry.actor)
        for entry in entries(session, "keep_view")
        if entry.facts["view"] not in dropped and consultation_id in (None, entry.number)
    }
    query = of_project(select(SavedView), SavedView.consultation_id, consultation_id)
    for row in session.scalars(query.order_by(SavedView.id)):
        if stated.pop(row.id, None) != (row.consultation_id, view_digest(row), row.at, row.owner):
            yield f"常用筛选“{row.name}”与审计日志不一致"
    if stated:
        yield f"有 {len(stated)} 个常用筛选记录在审计日志中，数据库里却没有"


def _bulks(session: Session, consultation_id: int | None) -> Iterator[str]:
    """A bulk is what its entry says, its rulings together give its digest, and it is undone where that is recorded."""
    undone = {one.facts["bulk"]: (one.at, one.actor) for one in entries(session, "undo_bulk")}
    rows = session.scalars(of_project(select(Bulk), Bulk.consultation_id, consultation_id).order_by(Bulk.id))
    with Shelf[int, Entry]() as made:
        for entry in entries(session, "decide_many"):  # one at a time: each names thousands of rulings
            if consultation_id in (None, entry.number):
                made.put([(entry.facts["bulk"], entry)])
        for row in rows:
            one = made.some([row.id]).get(row.id)
            made.drop([row.id])
            yield from _bulk(session, row, one, undone.get(row.id, (None, "")))
        missing = len(made)
    if missing:
        yield f"有 {missing} 批批量处理记录在审计日志中，数据库里却没有"


def _bulk(session: Session, row: Bulk, one: Entry | None, undone: tuple[datetime | None, str]) -> Iterator[str]:
    said = (one.number, one.facts["outcome"], one.facts["digest"], one.at, one.actor) if one else None
    if said != (row.consultation_id, row.outcome, row.digest, row.at, row.by):
        yield f"第 {row.id} 批批量处理与审计日志不一致"
    elif one and not one.seals(digest([row.comments, row.by_name])):
        yield f"第 {row.id} 批批量处理的条数或者办理人与审计日志不一致"
    elif one and (row.groups != len(one.facts["decisions"]) or _sealed(session, row.id, one) != row.digest):
        yield f"第 {row.id} 批批量处理的处理意见与作出时不一致"
    if undone != (row.undone_at, row.undone_by):
        yield f"第 {row.id} 批批量处理的撤回情况与审计日志不一致"


def _sealed(session: Session, bulk_id: int, entry: Entry) -> str:
    """The digests of a bulk's rulings in the order of the opinions that lead their groups, which is how it was sealed."""
    query = select(D.c.id, D.c.group_id, D.c.digest).where(D.c.bulk_id == bulk_id)
    found = {row.group_id: row.digest for row in slices(session, query, D.c.id)}
    order = sorted((int(comment), group) for comment, group in entry.facts["decisions"].items())
    return digest([found.get(group, "") for _, group in order])
