"""Verify, tables that came back: every return as recorded, its file as it was loaded, its rulings as they were made."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.base.files import StoredFile, named
from consult.review.group_models import AdditionDecision
from consult.summary.entries import SLICE, Entry, entries, of_project
from consult.summary.fill import filled_digest
from consult.summary.models import TableReturn
from consult.summary.verify_scans import fault_of
from consult.summary.walk import D

AD = AdditionDecision.__table__


def filled(session: Session) -> set[tuple[int, int]]:
    """(group, number) of every ruling that the chain says came out of a table."""
    return {one for entry in entries(session, "fill_table") for one in _made(entry)}


def _made(entry: Entry) -> list[tuple[int, int]]:
    """(group, number) of the rulings of one table: the numbers stand in the order of the groups."""
    return list(zip(sorted(entry.facts["decisions"].values()), entry.facts["numbers"], strict=True))


def faults(session: Session, consultation_id: int | None = None) -> Iterator[str]:
    """Every return that is not as recorded."""
    stated = {
        entry.facts["back"]: entry
        for entry in entries(session, "fill_table")
        if consultation_id in (None, entry.number)
    }
    query: Select[Any] = select(TableReturn, StoredFile).join(StoredFile, StoredFile.id == TableReturn.file_id)
    for row, file in session.execute(of_project(query, TableReturn.consultation_id, consultation_id).order_by(TableReturn.id)):
        entry = stated.pop(row.id, None)
        if entry is None or _facts(entry) != (row.consultation_id, row.sha256, row.rulings, row.additions, row.at, row.by, row.digest):
            yield f"第 {row.id} 次读入的处理表与审计日志不一致"
        elif not entry.seals(digest([row.rows, row.by_name, named(file)])):
            yield f"第 {row.id} 次读入的处理表，行数、办理人或者文件名与审计日志不一致"
        elif file.sha256 != row.sha256 or fault_of(file):
            yield f"第 {row.id} 次读入的处理表，文件不见了或者被改动"
        elif filled_digest(_rulings(session, entry)) != entry.facts["digest"]:
            yield f"第 {row.id} 次读入的处理表，其中的处理意见与审计日志不一致"
    yield from (f"第 {number} 次读入的处理表记录在审计日志中，数据库里却没有" for number in sorted(stated))


def _facts(entry: Entry) -> tuple[object, ...]:
    facts = entry.facts
    return entry.number, facts["sha256"], len(facts["decisions"]), len(facts["additions"]), entry.at, entry.actor, facts["digest"]


def _rulings(session: Session, entry: Entry) -> list[Any]:
    """Its rulings as they are stored now; one that is gone is missing."""
    wanted = set(_made(entry))
    groups, found = sorted({group for group, _ in wanted}), []
    for start in range(0, len(groups), SLICE):
        part = session.execute(select(D).where(D.c.group_id.in_(groups[start : start + SLICE])))
        found += [row for row in part if (row.group_id, row.number) in wanted]
    numbers = {int(one): number for one, number in entry.facts["additions"].items()}
    additions = sorted(numbers)
    for start in range(0, len(additions), SLICE):
        part = session.execute(select(AD).where(AD.c.addition_id.in_(additions[start : start + SLICE])))
        found += [row for row in part if numbers[row.addition_id] == row.number]
    return found

