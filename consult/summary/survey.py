"""After a result: one question, how satisfied people are with how opinions were handled. One verb and its reads."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.models import Consultation
from consult.summary.find import current_release
from consult.summary.models import Satisfaction

QUESTION = "您对这次意见办理和公布的结果满意吗？"
ANSWERS = {5: "很满意", 4: "比较满意", 3: "一般", 2: "不太满意", 1: "很不满意"}
MOST_REMARK = 200
PUBLIC_FROM = 10  # answers, before the public sees how they fell: of fewer one could guess who gave which
ANSWERED = "从您用的网络今天已经收到过一份回答，每天只收一份。谢谢您。"


def answer(
    actor: Actor, now: datetime, project: Consultation, score: int | None, remark: str, voter: str
) -> Satisfaction:
    """Store one answer, 1 to 5. `voter` is a hash of the address salted with the day: one answer for each.

    Raises Conflict where no result is out or this voter has answered, Refused for no answer or a long remark.
    """
    require_open(project)
    if score not in ANSWERS:
        raise Refused("请选择一项。", "score")
    remark = clean_input(remark, "remark").strip()
    if len(remark) > MOST_REMARK:
        raise Refused(f"最多写{MOST_REMARK}个字，现在有 {len(remark)} 个字。", "remark")
    serialise(f"survey:{project.id}")
    own = (Satisfaction.consultation_id == project.id, Satisfaction.voter == voter)
    if db.session.scalar(select(Satisfaction.id).where(*own)):
        raise Conflict(ANSWERED)
    row = Satisfaction(consultation_id=project.id, score=score, remark=remark, answered_at=now, voter=voter)
    db.session.add(row)
    db.session.flush()
    record(actor, "answer_survey", f"consultation:{project.id}", now, answer=row.id, digest=answer_digest(row))
    return row


def require_open(project: Consultation) -> None:
    """Raise Conflict unless there is a result to speak of."""
    if project.withdrawn_at or project.archived_at:
        raise Conflict(f"这个项目已经{'撤回' if project.withdrawn_at else '归档'}，不再收集评价。")
    if current_release(project.id) is None:
        raise Conflict("采纳情况还没有公布，公布以后再来评价。")


def answer_digest(row: Satisfaction) -> str:
    """SHA-256 over what was answered and when."""
    return digest([row.consultation_id, row.score, row.remark, row.answered_at.astimezone(UTC).isoformat(), row.voter])


def counts(consultation_id: int) -> dict[int, int]:
    """Score → answers, the most satisfied first, all five named."""
    query = select(Satisfaction.score, func.count()).where(Satisfaction.consultation_id == consultation_id)
    found = dict(db.session.execute(query.group_by(Satisfaction.score)).all())
    return {score: found.get(score, 0) for score in ANSWERS}


def public_counts(consultation_id: int) -> dict[int, int] | None:
    """As `counts`; None below PUBLIC_FROM answers."""
    found = counts(consultation_id)
    return found if sum(found.values()) >= PUBLIC_FROM else None


def remarks(consultation_id: int, most: int = 200) -> Sequence[Satisfaction]:
    """The newest answers that said something in words, for the office."""
    query = select(Satisfaction).where(Satisfaction.consultation_id == consultation_id, Satisfaction.remark != "")
    return db.session.scalars(query.order_by(Satisfaction.id.desc()).limit(most)).all()
