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
from consult.summary.shelf import Shelf, name
from consult.summary.verify_scans import fault_of
from consult.summary.walk import D

AD = AdditionDecision.__table__


def filled(session: Session, found: Shelf[str, bool]) -> None:
    """Puts there, by group and number, every ruling that the chain says came out of a table."""
    for entry in entries(session, "fill_table"):
        found.put((name(*one), True) for one in _made(entry))


def _made(entry: Entry) -> list[tuple[int, int]]:
    """(group, number) of the rulings of one table: the numbers stand in the order of the groups."""
    return list(zip(sorted(entry.facts["decisions"].values()), entry.facts["numbers"], strict=True))


def faults(session: Session, consultation_id: int | None = None) -> Iterator[str]:
    """Every return that is not as recorded."""
    query: Select[Any] = select(TableReturn, StoredFile).join(StoredFile, StoredFile.id == TableReturn.file_id)
    query = of_project(query, TableReturn.consultation_id, consultation_id).order_by(TableReturn.id)
    with Shelf[int, Entry]() as stated:
        for entry in entries(session, "fill_table"):  # one at a time: each names all that its table ruled
            if consultation_id in (None, entry.number):
                stated.put([(entry.facts["back"], entry)])
        for row, file in session.execute(query):
            said = stated.some([row.id]).get(row.id)
            stated.drop([row.id])
            if fault := _return(session, row, file, said):
                yield f"第 {row.id} 次读入的处理表{fault}"
        yield from (f"第 {number} 次读入的处理表记录在审计日志中，数据库里却没有" for number, _ in stated.left())


def _return(session: Session, row: TableReturn, file: StoredFile, entry: Entry | None) -> str:
    """What is wrong with one return; empty where all is well."""
    if entry is None or _facts(entry) != (row.consultation_id, row.sha256, row.rulings, row.additions, row.at, row.by, row.digest):
        return "与审计日志不一致"
    if not entry.seals(digest([row.rows, row.by_name, named(file)])):
        return "，行数、办理人或者文件名与审计日志不一致"
    if file.sha256 != row.sha256 or fault_of(file):
        return "，文件不见了或者被改动"
    if filled_digest(_rulings(session, entry)) != entry.facts["digest"]:
        return "，其中的处理意见与审计日志不一致"
    return ""


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

