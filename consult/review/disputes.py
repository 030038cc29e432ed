"""Verbs of disputes (争议): a unit's point that is not adopted as it stands is talked over, settled, confirmed (R44).

规章制定程序条例 17 and 重大行政决策程序暂行条例 13 want disagreement among departments explained, not lost.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from consult.base.audit import record
from consult.base.clock import local_date, show_date
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.files import StoredFile, named
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts.models import Clause
from consult.intake.models import Comment, Submission
from consult.review import desk
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.dispute_find import DISPUTED, RESULTS, disputes_of, state
from consult.review.find import decisions_of
from consult.review.models import REASON_MIN, Decision, Dispute, Mediation

MOST = 20_000


@dataclass(frozen=True)
class Views:
    """Both sides in words: 争议事项, 有关单位意见, 本单位意见及依据."""

    point: str
    unit_view: str
    office_view: str


def open_dispute(actor: Actor, now: datetime, comment_id: int) -> Dispute:
    """Begin the dispute about a unit's point, both sides prefilled from the point and the ruling.

    Raises Conflict where there is one, or where the ruling that stands gives no ground for one.
    """
    require_decider(actor, *ROLES)
    comment = db.session.get(Comment, comment_id)
    sent = db.session.get(Submission, comment.submission_id) if comment else None
    if comment is None or sent is None or sent.channel != "formal":
        raise NotFound("没有找到这条单位意见。")
    lock(comment.consultation_id)
    db.session.refresh(comment)
    ruling = decisions_of([comment_id]).get(comment_id)
    if comment.withdrawn_at or ruling is None or ruling.outcome not in DISPUTED:
        raise Conflict("单位意见的处理为不采纳或者部分采纳时，才需要登记争议。")
    if disputes_of([comment_id]):
        raise Conflict("这条单位意见的争议已经登记过了。")
    row = Dispute(
        consultation_id=comment.consultation_id, comment_id=comment_id, opened_at=now, opened_by=actor.ref,
        **vars(_prefilled(comment, ruling)),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    desk.touch([comment_id])
    record(actor, "open_dispute", f"comment:{comment_id}", now, dispute=row.id, digest=views_digest(row))
    return row


def _prefilled(comment: Comment, ruling: Decision) -> Views:
    clause = db.session.get(Clause, comment.clause_id) if comment.clause_id else None
    where = (clause.citation or clause.label) if clause else "全文"
    proposal = f"建议修改为：{comment.proposed_text}" if comment.proposed_text else ""
    said = [comment.text, proposal, f"理由：{comment.reason}" if comment.reason else ""]
    ours = [f"采纳部分：{ruling.adopted_part}" if ruling.adopted_part else "", ruling.reason]
    return Views(where, "\n".join(one for one in said if one), "\n".join(one for one in ours if one))


def change_views(actor: Actor, now: datetime, dispute: Dispute, views: Views, seen: str) -> None:
    """Better words for what is disputed and why each side says so, as long as nobody has confirmed the result.

    `seen` is the `edition` that the person had before their eyes, here and below: Conflict where it is another now.
    """
    require_decider(actor, *ROLES)
    _lock_unconfirmed(dispute)
    _require_seen(dispute, seen)
    named = (("point", "争议事项"), ("unit_view", "有关单位意见"), ("office_view", "本单位意见及依据"))
    for name, words in named:
        setattr(dispute, name, _text(getattr(views, name), name, words))
    db.session.flush()
    record(actor, "change_dispute", f"dispute:{dispute.id}", now, digest=views_digest(dispute))


def mediate(
    actor: Actor, now: datetime, dispute: Dispute, *, held_on: date, units: str, words: str, file_id: int | None = None
) -> Mediation:
    """Add a meeting or an exchange (协调记录); nothing that was recorded is ever changed."""
    require_decider(actor, *ROLES)
    lock(dispute.consultation_id)
    db.session.refresh(dispute)
    if held_on > local_date(now):
        raise Refused("协调日期不能晚于今天。", "held_on")
    row = Mediation(
        dispute_id=dispute.id, held_on=held_on, units=_text(units, "units", "参加单位和人员"),
        record=_text(words, "words", "协调情况"), file_id=file_id, at=now, by=actor.ref,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    scan = db.session.get(StoredFile, file_id) if file_id else None
    sealed = mediation_digest(row, scan.sha256 if scan else "")
    record(actor, "mediate", f"dispute:{dispute.id}", now, mediation=row.id, digest=sealed, also=named(scan))
    return row


def settle(actor: Actor, now: datetime, dispute: Dispute, outcome: str, result: str, seen: str) -> None:
    """How it ended: one of RESULTS with words; it counts once somebody else has confirmed it (R42).

    After 报请上级协调, or where the point was ruled on again, a further result follows the earlier one, whose
    words stay. Raises Refused where the ruling that stands does not fit the result, Conflict where it is over.
    """
    require_decider(actor, *ROLES)
    lock(dispute.consultation_id)
    db.session.refresh(dispute)
    _require_seen(dispute, seen)
    ruling = decisions_of([dispute.comment_id]).get(dispute.comment_id)
    if outcome not in RESULTS:
        raise Refused("请选择处理结果：" + "、".join(RESULTS.values()) + "。", "outcome")
    before = ""
    if dispute.confirmed_at and dispute.settled_at:
        if dispute.outcome != "reported" and state(dispute, ruling) != "处理意见有变动":
            raise Conflict("这项争议的处理结果已经确认，不能再改。")
        before = f"{show_date(dispute.settled_at)}{RESULTS[dispute.outcome]}：{dispute.result}\n"
    result = _text(result, "result", "处理结果", REASON_MIN)
    _fits(outcome, ruling)
    dispute.outcome, dispute.result, dispute.settled_at, dispute.settled_by = outcome, result, now, actor.ref
    dispute.earlier += before
    dispute.confirmed_at, dispute.confirmed_by = None, ""
    db.session.flush()
    desk.touch([dispute.comment_id])
    record(actor, "settle_dispute", f"dispute:{dispute.id}", now, digest=result_digest(dispute))


def _fits(outcome: str, ruling: Decision | None) -> None:
    """A result never says something else than the ruling that will be published."""
    if ruling is None:
        raise Refused("这条单位意见还没有处理意见，请先作出处理。", "outcome")
    if outcome == "yielded" and ruling.outcome not in ("adopted", "partly_adopted", "already_covered"):
        raise Refused("结果为“改为采纳”时，请先在意见页面把处理意见改为采纳或者部分采纳。", "outcome")
    if outcome == "upheld" and ruling.outcome not in DISPUTED:
        raise Refused("现在的处理意见已经不是不采纳或者部分采纳，请选择“改为采纳”或者“协商一致”。", "outcome")


def confirm(actor: Actor, now: datetime, dispute: Dispute, seen: str) -> None:
    """The second person's yes to the result (R42): an approver, never who settled it."""
    require_decider(actor, "approver")
    lock(dispute.consultation_id)
    db.session.refresh(dispute)
    if dispute.settled_at is None:
        raise Conflict("这项争议还没有处理结果，不能确认。")
    if dispute.confirmed_at:
        raise Conflict("这项争议的处理结果已经确认过了。")
    _require_seen(dispute, seen)
    if dispute.settled_by == actor.ref:
        raise NotAllowed("不能确认自己填写的处理结果，请由另一位负责人确认。")
    ruling = decisions_of([dispute.comment_id]).get(dispute.comment_id)
    if state(dispute, ruling) == "处理意见有变动":
        raise Conflict("填写处理结果之后，这条意见又有了新的处理意见，请先重新填写处理结果。")
    dispute.confirmed_at, dispute.confirmed_by = now, actor.ref
    db.session.flush()
    desk.touch([dispute.comment_id])
    record(actor, "confirm_dispute", f"dispute:{dispute.id}", now, digest=result_digest(dispute))


def _lock_unconfirmed(dispute: Dispute) -> None:
    lock(dispute.consultation_id)
    db.session.refresh(dispute)
    if dispute.confirmed_at and dispute.outcome != "reported":
        raise Conflict("这项争议的处理结果已经确认，不能再改。")


def edition(dispute: Dispute) -> str:
    """What a page shows of a dispute, as one digest: another one after any change of its words or its result."""
    return digest([views_digest(dispute), result_digest(dispute), dispute.confirmed_by])


def _require_seen(dispute: Dispute, seen: str) -> None:
    if seen != edition(dispute):
        raise Conflict("您打开页面以后，别人改过这项争议。请看过现在的内容再办理；您填写的内容还在页面上。")


def _text(text: str, field: str, words: str, least: int = 1) -> str:
    text = clean_input(text, field).strip()
    if len(text) < least:
        raise Refused(f"请填写{words}" + (f"，至少{least}个字。" if least > 1 else "。"), field)
    if len(text) > MOST:
        raise Refused(f"{words}有{len(text)}个字，最多{MOST}个字，请精简。", field)
    return text


def views_digest(row: Dispute) -> str:
    """SHA-256 over what is disputed and what each side says."""
    return digest([row.consultation_id, row.comment_id, row.point, row.unit_view, row.office_view])


def result_digest(row: Dispute) -> str:
    """SHA-256 over how it ended and who said so."""
    at = row.settled_at.astimezone(UTC).isoformat() if row.settled_at else ""
    return digest([row.id, row.outcome, row.result, row.earlier, at, row.settled_by])


def mediation_digest(row: Mediation, sha256: str) -> str:
    """SHA-256 over one record of mediation with the hash of its scan, empty where there is none."""
    return digest([row.dispute_id, row.held_on.isoformat(), row.units, row.record, sha256])
