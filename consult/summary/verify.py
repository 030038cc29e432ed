"""Checks the whole record against the audit chain: what was received, ruled, published is what is stored."""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, Table, func, select
from sqlalchemy.orm import Session

from consult.base import audit
from consult.base.audit import AuditEntry
from consult.drafts.clauses import version_digest
from consult.drafts.descent import announced
from consult.drafts.models import Consultation, Version
from consult.intake.record import entered, submission_digest
from consult.letters.models import FormalOpinion, Solicitation
from consult.letters.reply import reply_digest
from consult.review.models import Group
from consult.review.ruling import decision_digest
from consult.summary.models import Release
from consult.summary.release import release_digest
from consult.summary.walk import C, D, K, S

SLICE = 500
A: Table = AuditEntry.__table__  # type: ignore[assignment]
Entry = tuple[str, str, dict[str, Any]]


def faults(session: Session, consultation_id: int | None = None) -> Iterator[str]:
    """Every difference as a Chinese sentence, the chain's own breaks first; empty where all is as recorded.

    With `consultation_id` the rows of one project are compared; the chain is always read whole, since a
    link that is missing elsewhere proves nothing about what follows it.
    """
    yield from audit.faults(session)
    yield from _versions(session, consultation_id)
    yield from _submissions(session, consultation_id)
    yield from _replies(session, consultation_id)
    yield from _decisions(session, consultation_id)
    yield from _releases(session, consultation_id)


def _slices(session: Session, query: Select[Any], key: Any) -> Iterator[Row[Any]]:
    """All rows of the query by keyset over `key`, which must be among its columns."""
    after = 0
    while rows := session.execute(query.where(key > after).order_by(key).limit(SLICE)).all():
        yield from rows
        after = rows[-1]._mapping[key]


def _entries(session: Session, *actions: str) -> Iterator[Entry]:
    """(action, subject, facts) of every entry with one of the actions, the oldest first."""
    query = select(A.c.id, A.c.action, A.c.subject, A.c.facts).where(A.c.action.in_(actions))
    for row in _slices(session, query, A.c.id):
        try:
            facts = json.loads(row.facts)
        except ValueError:
            continue  # the chain has reported this entry already
        if isinstance(facts, dict):
            yield row.action, row.subject, facts


def _stated(session: Session, action: str) -> dict[str, str]:
    """digest → subject for every entry of an action that states one."""
    return {str(facts.get("digest")): subject for _, subject, facts in _entries(session, action)}


def _versions(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Frozen texts and deadlines as they were published or publicly extended."""
    published: dict[tuple[str, int], tuple[str, str]] = {}
    closing: dict[str, str] = {}
    for action, subject, facts in _entries(session, "publish", "publish_version", "extend"):
        if action != "extend":
            published[subject, int(facts["version"])] = facts["digest"], facts.get("correction", "")
        if action in ("publish", "extend"):
            closing[subject] = facts["closes_at"] if action == "publish" else facts["after"]
    for project in session.scalars(_of_project(select(Consultation), Consultation.id, consultation_id)):
        subject = f"consultation:{project.id}"
        if project.published_at and subject not in closing:
            yield f"项目“{project.title}”标为已发布，审计日志中没有发布记录"
        elif project.published_at and datetime.fromisoformat(closing[subject]) != project.closes_at:
            yield f"项目“{project.title}”的截止时间与审计日志不一致"
    query = _of_project(select(Version), Version.consultation_id, consultation_id)
    for version in session.scalars(query.where(Version.frozen_at.is_not(None)).order_by(Version.id)):
        clauses = session.execute(select(K).where(K.c.version_id == version.id).order_by(K.c.ordinal)).all()
        name = f"《{version.title}》第 {version.number} 稿"
        if version_digest(clauses) != version.digest:  # type: ignore[arg-type]
            yield f"{name}的条款内容被改动"
        stated, correction = published.get((f"consultation:{version.consultation_id}", version.number), ("", ""))
        if stated != version.digest:
            yield f"{name}与发布时记录的摘要不一致"
        if version.number > 1 and announced(session, version) != correction:
            yield f"{name}的更正公告或者条款对应关系被改动"


def _of_project(query: Select[Any], column: Any, consultation_id: int | None) -> Select[Any]:
    return query if consultation_id is None else query.where(column == consultation_id)


def _submissions(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every submission has one entry of receipt, and its opinions are those that the entry sealed."""
    stated: dict[int, str] = {}
    for action, subject, facts in _entries(session, "submit", "register"):
        for number, value in entered(action, subject, facts).items():
            if number in stated:
                yield f"提交 {number} 在审计日志中登记了两次"
            stated[number] = value
    taken_back = {subject for _, subject, _ in _entries(session, "withdraw_comment")}
    query: Select[Any] = select(S.c.id, S.c.channel, S.c.received_at, S.c.comment_count, S.c.digest)
    query = _of_project(query, S.c.consultation_id, consultation_id)
    batch: list[Row[Any]] = []
    for row in _slices(session, query, S.c.id):
        batch.append(row)
        if len(batch) == SLICE:
            yield from _compared(session, batch, stated, taken_back)
            batch = []
    yield from _compared(session, batch, stated, taken_back)
    if consultation_id is None:
        yield from (f"提交 {number} 记录在审计日志中，数据库里却没有" for number in sorted(stated))
    yield from _strays(session)


def _compared(
    session: Session, batch: list[Row[Any]], stated: dict[int, str], taken_back: set[str]
) -> Iterator[str]:
    """Compare a slice; what was compared is taken out of `stated`."""
    query = (
        select(C.c.submission_id, C.c.stance, C.c.text, C.c.proposed_text, C.c.reason, C.c.withdrawn_at, K.c.key)
        .select_from(C.outerjoin(K, K.c.id == C.c.clause_id))
        .where(C.c.submission_id.in_([row.id for row in batch]))
        .order_by(C.c.submission_id, C.c.ordinal)
    )
    comments = {number: list(rows) for number, rows in groupby(session.execute(query), lambda one: one.submission_id)}
    for row in batch:
        found, sealed = comments.get(row.id, []), stated.pop(row.id, None)
        if sealed is None:
            yield f"提交 {row.id} 在审计日志中没有登记"
            continue
        if len(found) != row.comment_count:
            yield f"提交 {row.id} 应有 {row.comment_count} 条意见，实有 {len(found)} 条"
            continue
        present = submission_digest(row.channel, row.received_at, [(one.key, one) for one in found])  # type: ignore[misc]
        if sealed != row.digest or sealed != present:
            yield f"提交 {row.id} 的意见内容与收到时不一致"
        if any(one.withdrawn_at for one in found) and f"submission:{row.id}" not in taken_back:
            yield f"提交 {row.id} 的意见标为撤回，审计日志中没有撤回记录"
        if f"submission:{row.id}" in taken_back and not any(one.withdrawn_at for one in found):
            yield f"提交 {row.id} 已经撤回，意见却没有标为撤回"


def _strays(session: Session) -> Iterator[str]:
    """A comment filed under another project than its submission."""
    query = select(func.count()).select_from(C.join(S, S.c.id == C.c.submission_id))
    if count := session.scalar(query.where(C.c.consultation_id != S.c.consultation_id)):
        yield f"有 {count} 条意见所属的项目与其提交不一致"


def _replies(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every answer that a unit sent is the one that was recorded."""
    stated = _stated(session, "send_reply")
    query = select(FormalOpinion).join(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
    query = _of_project(query, Solicitation.consultation_id, consultation_id)
    for reply in session.scalars(query.where(FormalOpinion.sent_at.is_not(None)).order_by(FormalOpinion.id)):
        if reply_digest(reply) != reply.digest:
            yield f"复函 {reply.id} 的内容被改动"
        if stated.get(reply.digest) != f"letter:{reply.solicitation_id}":
            yield f"复函 {reply.id} 在审计日志中没有报送记录"


def _decisions(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every ruling, earlier ones too, is stored as it was made; approvals are recorded."""
    made = {bytes.fromhex(value) for value in _stated(session, "decide")}
    approved = {number for _, _, facts in _entries(session, "approve") for number in facts["decisions"]}
    group = Group.__table__
    query = select(D).join(group, group.c.id == D.c.group_id)
    for row in _slices(session, _of_project(query, group.c.consultation_id, consultation_id), D.c.id):
        name = f"归并组 {row.group_id} 的第 {row.number} 次处理意见"
        if decision_digest(row) != row.digest:  # type: ignore[arg-type]
            yield f"{name}被改动"
        if bytes.fromhex(row.digest) not in made:
            yield f"{name}在审计日志中没有记录"
        made.discard(bytes.fromhex(row.digest))
        if row.approved_at and row.id not in approved:
            yield f"{name}标为已审批，审计日志中没有审批记录"
    if consultation_id is None and made:
        yield f"有 {len(made)} 次处理意见记录在审计日志中，数据库里却没有"


def _releases(session: Session, consultation_id: int | None) -> Iterator[str]:
    """What was published is what stands there."""
    stated = _stated(session, "release")
    query = _of_project(select(Release), Release.consultation_id, consultation_id)
    for row in session.scalars(query.order_by(Release.id)):
        name = f"项目 {row.consultation_id} 的第 {row.number} 次采纳情况公告"
        if release_digest(row) != row.digest:
            yield f"{name}被改动"
        if stated.get(row.digest) != f"consultation:{row.consultation_id}":
            yield f"{name}在审计日志中没有公布记录"
        stated.pop(row.digest, None)
    if consultation_id is None and stated:
        yield f"有 {len(stated)} 次采纳情况公告记录在审计日志中，数据库里却没有"
