"""Verify, groups: every sentence of a member is shared or said by it, rulings on additions, acts of people, names."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.intake.models import Arrival
from consult.review.additions import Addition as Sentence
from consult.review.additions import ever
from consult.review.decide_additions import addition_digest
from consult.review.group_models import Addition, AdditionDecision, GroupAct, Saying
from consult.review.models import Group
from consult.review.naming import name_digest
from consult.review.regroup import act_digest
from consult.review.sayings import fingerprint
from consult.review.sentences import parts, same
from consult.summary.entries import Entry, along, batches, entries, of_project, slices
from consult.summary.shelf import Shelf, name
from consult.summary.walk import C, M

A, AD, Y, G = Addition.__table__, AdditionDecision.__table__, Saying.__table__, Group.__table__


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between groups and their texts, and between what people did to them and what was recorded."""
    yield from _members(session, consultation_id)
    yield from _additions(session, consultation_id)
    yield from _rulings(session, consultation_id)
    yield from _acts(session, consultation_id)
    yield from _names(session, consultation_id)


def _members(session: Session, consultation_id: int | None) -> Iterator[str]:
    """What each member says beyond the shared text is what it is recorded as saying; of exact copies there is nothing."""
    columns = (C.c.id, C.c.text, C.c.proposed_text, C.c.reason, M.c.comment_id, M.c.group_id)
    query = select(*columns).select_from(M.join(C, C.c.id == M.c.comment_id).join(G, G.c.id == M.c.group_id))
    query = along(query.where(G.c.shared_text != ""), G.c.consultation_id, consultation_id)
    for part in batches(slices(session, query, M.c.comment_id)):
        yield from _compared(session, part)


def _compared(session: Session, members: Sequence[Row[Any]]) -> Iterator[str]:
    """Members of any groups, a slice at a time: there are as many groups as people care to write alike."""
    shared = {number: set(map(same, said)) for number, said in _shared(session, members).items()}
    said: dict[tuple[int, int], set[str]] = defaultdict(set)
    query = select(Y.c.comment_id, A.c.group_id, A.c.fingerprint).join(A, A.c.id == Y.c.addition_id)
    for one in session.execute(query.where(Y.c.comment_id.in_([row.id for row in members]))):
        said[one.comment_id, one.group_id].add(one.fingerprint)
    for row in members:
        beyond = {one for one in parts(row.text, row.proposed_text, row.reason) if same(one) not in shared[row.group_id]}
        if {fingerprint(one) for one in beyond} != said[row.id, row.group_id]:
            yield f"归并组 {row.group_id} 中意见 {row.id} 的补充意见与它的原文不一致"


def _shared(session: Session, rows: Sequence[Row[Any]]) -> dict[int, list[str]]:
    """group → its shared sentences, for the groups that rows speak of."""
    query = select(G.c.id, G.c.shared_text).where(G.c.id.in_({row.group_id for row in rows}))
    return {row.id: row.shared_text.split("\n") if row.shared_text else [] for row in session.execute(query)}


def _additions(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Each addition is of the kind its words make it, or made it when it came, said by as many as say it, and has the ruling it names."""
    query = along(select(A).join(G, G.c.id == A.c.group_id), G.c.consultation_id, consultation_id)
    for part in batches(slices(session, query, A.c.id)):
        shared, numbers = _shared(session, part), [row.id for row in part]
        living, newest = _living(session, numbers), _newest(session, numbers)
        for row in part:
            name = f"归并组 {row.group_id} 的补充意见 {row.id} "
            stated = Sentence(row.sentence, row.base, row.kind)
            if not ever(shared[row.group_id], stated) or fingerprint(row.sentence) != row.fingerprint:
                yield f"{name}被改动"
            if row.said != living.get(row.id, 0):
                yield f"{name}记为 {row.said} 人提出，实为 {living.get(row.id, 0)} 人"
            if row.ruling != newest.get(row.id, 0):
                yield f"{name}的处理情况与处理记录不一致"


def _living(session: Session, addition_ids: list[int]) -> dict[int, int]:
    """addition → how many say it; who was taken back and waits for the list still counts."""
    waits = (Arrival.comment_id == C.c.id) & (Arrival.what == "withdrawn")
    query = (
        select(Y.c.addition_id, func.count())
        .select_from(Y.join(C, C.c.id == Y.c.comment_id).outerjoin(Arrival.__table__, waits))
        .where(Y.c.addition_id.in_(addition_ids), C.c.withdrawn_at.is_(None) | Arrival.id.is_not(None))
        .group_by(Y.c.addition_id)
    )
    return dict(session.execute(query).all())  # type: ignore[arg-type]


def _newest(session: Session, addition_ids: list[int]) -> dict[int, int]:
    """addition → the number of its last ruling."""
    query = select(AD.c.addition_id, func.max(AD.c.number)).where(AD.c.addition_id.in_(addition_ids))
    return dict(session.execute(query.group_by(AD.c.addition_id)).all())  # type: ignore[arg-type]


def _rulings(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every ruling on an addition is stored as it was made."""
    query = select(AD, G.c.consultation_id).join(A, A.c.id == AD.c.addition_id).join(G, G.c.id == A.c.group_id)
    with Shelf[str, str]() as made:
        _made(session, made)
        for row, said in made.beside(slices(session, query, AD.c.id), lambda row: name(row.addition_id, row.number)):
            if consultation_id not in (None, row.consultation_id):
                continue
            called = f"补充意见 {row.addition_id} 的第 {row.number} 次处理意见"
            if addition_digest(row) != row.digest:  # type: ignore[arg-type]
                yield f"{called}被改动"
            if said not in ("", row.digest):
                yield f"{called}与审计日志不一致"
        if consultation_id is None and (missing := len(made)):
            yield f"有 {missing} 次对补充意见的处理记录在审计日志中，数据库里却没有"
    for one in entries(session, "decide_additions"):
        order = sorted((int(extra), number) for extra, number in one.facts["decisions"].items())
        if digest(_stored(session, order)) != one.facts["digest"]:
            yield f"归并组 {one.facts['group']} 成批处理的补充意见与作出时不一致"


def _made(session: Session, made: Shelf[str, str]) -> None:
    """Puts there the digest of each ruling by addition and number; empty where it was made together with others."""
    for one in entries(session, "decide_addition"):
        made.put([(name(one.facts["addition"], one.facts["number"]), one.facts["digest"])])
    for action, facts in (("decide_additions", "decisions"), ("fill_table", "additions")):  # verify_returns compares these
        for one in entries(session, action):
            made.put(((name(int(extra), number), "") for extra, number in one.facts[facts].items()), keep=True)


def _stored(session: Session, order: Sequence[tuple[int, int]]) -> list[str]:
    """The digests of these rulings (addition, number) as they are stored; empty where there is none."""
    found: list[str] = []
    for part in batches(order):
        rows = session.execute(select(AD.c.addition_id, AD.c.number, AD.c.digest).where(AD.c.addition_id.in_([one for one, _ in part])))
        stored = {(row.addition_id, row.number): row.digest for row in rows}
        found += [stored.get(key, "") for key in part]
    return found


def _acts(session: Session, consultation_id: int | None) -> Iterator[str]:
    rows = session.scalars(of_project(select(GroupAct), GroupAct.consultation_id, consultation_id).order_by(GroupAct.id))
    with Shelf[int, Entry]() as stated:
        stated.put((one.facts["act"], one) for one in entries(session, "regroup") if consultation_id in (None, one.number))
        for row, one in stated.beside(rows, lambda row: row.id):
            said = (one.number, one.facts["kind"], one.facts["moves"], one.facts["digest"], one.at, one.actor) if one else None
            if said != (row.consultation_id, row.kind, row.moves, act_digest(row), row.at, row.by):
                yield f"第 {row.id} 次归并调整与审计日志不一致"
        missing = len(stated)
    if missing:
        yield f"有 {missing} 次归并调整记录在审计日志中，数据库里却没有"


def _names(session: Session, consultation_id: int | None) -> Iterator[str]:
    stated = {one.facts["group"]: one.facts["digest"] for one in entries(session, "name_group")}
    query = of_project(select(Group), Group.consultation_id, consultation_id)
    named = select(Group.id).where(Group.name != "")
    wanted = set(session.scalars(named)) | set(stated)
    for number in sorted(wanted):
        row = session.scalar(query.where(Group.id == number))
        if row is not None and stated.get(number, "") != name_digest(row):
            yield f"归并组 {number} 的名称与审计日志不一致"
