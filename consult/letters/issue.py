"""Verbs of the office: letters to units (征求意见函), their due dates, and taking a letter back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from consult.base.audit import record
from consult.base.clock import local_date, show_closing
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, Refused
from consult.base.people import Actor, Unit
from consult.base.text import clean_input, plain
from consult.drafts.find import clause_ids
from consult.drafts.models import Consultation, Version
from consult.drafts.period import REASON_MIN, end_of, last_day
from consult.drafts.workdays import Calendar
from consult.letters.find import answered, current_reply
from consult.letters.models import Solicitation

USUAL_WORKDAYS = 5  # the day after so many is suggested
MIN_WORKDAYS = 5  # below this the office is warned (R30)
WORDS = ("letter_no", "body", "clause_keys")  # what a correction can change
SILENCE = "逾期未复函的，视为无意见。"
_SILENCE_MARKS = ("视为无意见", "视同无意见", "视为没有意见", "按无意见处理")


@dataclass(frozen=True)
class Issued:
    """The letters that were sent, one per unit, and what the office should think over."""

    solicitations: list[Solicitation]
    warnings: list[str]


@dataclass(frozen=True)
class Judged:
    """What would be sent, exactly, and what the office should think over before."""

    units: list[Unit]
    letter_no: str
    body: str
    clause_keys: list[str]
    warnings: list[str]


def issue(
    actor: Actor, now: datetime, *, consultation: Consultation, version_id: int, unit_ids: Sequence[int],
    letter_no: str, body: str, due_at: datetime, calendar: Calendar, clause_keys: Sequence[str] = (),
    short_reason: str = "", silence_is_consent: bool = False,
) -> Issued:  # fmt: skip
    """Ask units, each by its own letter, to answer before `due_at` (exclusive), on clauses or the whole draft.

    With `silence_is_consent` the letter says so: the sentence is added to `body` where it is missing (R32).
    Raises Conflict for a project that takes no letters, Refused for units, clauses, dates or texts (R30).
    """
    actor.require("office")
    serialise(f"letters:{consultation.id}")
    judged = judge(
        actor, now, consultation=consultation, version_id=version_id, unit_ids=unit_ids, letter_no=letter_no,
        body=body, due_at=due_at, calendar=calendar, clause_keys=clause_keys, short_reason=short_reason,
        silence_is_consent=silence_is_consent,
    )  # fmt: skip
    rows = [
        Solicitation(
            consultation_id=consultation.id, version_id=version_id, unit_id=unit.id, letter_no=judged.letter_no,
            body=judged.body, clause_keys=judged.clause_keys, short_reason=short_reason.strip(),
            silence_is_consent=silence_is_consent, sent_at=now, sent_by=actor.ref, due_at=due_at, extensions=[],
        )
        for unit in judged.units
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    record(actor, "issue_letter", f"consultation:{consultation.id}", now,
           units=[unit.id for unit in judged.units], digest=letter_digest(rows[0], due_at))  # fmt: skip
    return Issued(rows, judged.warnings)


def judge(
    actor: Actor, now: datetime, *, consultation: Consultation, version_id: int, unit_ids: Sequence[int],
    letter_no: str, body: str, due_at: datetime, calendar: Calendar, clause_keys: Sequence[str] = (),
    short_reason: str = "", silence_is_consent: bool = False,
) -> Judged:  # fmt: skip
    """What `issue` would send, for a look before it goes out; writes nothing and refuses the same."""
    actor.require("office")
    _require_text(consultation, version_id)
    letter_no = _line(letter_no, "letter_no")
    body, warned = check_body(body, silence_is_consent)
    units = _units(consultation.id, unit_ids, letter_no)
    keys = check_clauses(version_id, clause_keys)
    warnings = [*judge_due(now, due_at, calendar, short_reason), *warned]
    return Judged(units, letter_no, body, keys, warnings)


def check_body(body: str, silence_is_consent: bool) -> tuple[str, list[str]]:
    """The words as they go out, with the sentence of R32 where it is due, and what to think over."""
    body = clean_input(body, "body").strip()
    if not body:
        raise Refused("请填写函的正文。", "body")
    said = any(mark in plain(body) for mark in _SILENCE_MARKS)
    if silence_is_consent and not said:
        return f"{body}\n{SILENCE}", []
    if said and not silence_is_consent:
        return body, ["函文里写有逾期视为无意见，但没有勾选相应选项：逾期未复的单位将只记为逾期未复。"]
    return body, []


def letter_digest(letter: Solicitation, due_at: datetime, earlier: Mapping[str, Any] | None = None) -> str:
    """SHA-256 over what a letter says to every unit it went to; `due_at` is the date it first named.

    `earlier` holds the words of a time before a correction.
    """
    words = [earlier[name] if earlier else getattr(letter, name) for name in WORDS]
    return digest([letter.version_id, due_at.astimezone(UTC).isoformat(), *words, letter.short_reason,
                   letter.silence_is_consent])  # fmt: skip


def suggested_due(now: datetime, calendar: Calendar) -> datetime:
    """The end of the fifth workday from now (exclusive): what R30 does not warn of."""
    return end_of(calendar.add(local_date(now), USUAL_WORKDAYS))


def judge_due(now: datetime, due_at: datetime, calendar: Calendar, short_reason: str = "") -> list[str]:
    """What is to be said of a due date (R30): warnings, or Refused for one that is past or far too near."""
    if due_at <= now:
        raise Refused("截止时间必须晚于现在，请重新填写。", "due_at")
    start, end = local_date(now), last_day(due_at)
    workdays = calendar.between(start, end)
    if workdays < 1 and len(short_reason.strip()) < REASON_MIN:
        raise Refused(
            f"留给单位的时间不足一个工作日，请推迟截止时间，或者写明理由（至少{REASON_MIN}个字）。", "short_reason"
        )
    warnings = calendar.warnings(start, end)
    if workdays < MIN_WORKDAYS:
        warnings.append(f"留给单位的时间只有{workdays}个工作日，少于{MIN_WORKDAYS}个工作日，请考虑推迟截止时间。")
    if not calendar.is_workday(end):
        warnings.append(f"截止日{end.month}月{end.day}日不是工作日，请考虑顺延。")
    return warnings


def _require_text(consultation: Consultation, version_id: int) -> None:
    if consultation.withdrawn_at or consultation.archived_at:
        raise Conflict("这个项目已经撤回或者归档，不能再发函。")
    version = db.session.get(Version, version_id)
    if version is None or version.consultation_id != consultation.id:
        raise Refused("请选择这个项目的草案文本。", "version")
    if not version.frozen_at:
        raise Conflict("草案文本还没有发布，以后可能改动，请发布之后再发函。")


def _line(text: str, field: str) -> str:
    text = clean_input(text, field).strip()
    if "\n" in text or len(text) > 100:
        raise Refused("发函文号请写在一行里，不超过100个字。", field)
    return text


def _units(consultation_id: int, unit_ids: Sequence[int], letter_no: str) -> list[Unit]:
    """The units in the order chosen; Refused by name for one that cannot be asked."""
    if not unit_ids:
        raise Refused("请至少选择一个单位。", "units")
    known = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(set(unit_ids))))}
    if len(known) < len(set(unit_ids)):
        raise Refused("所选单位中有的不在单位名录里，请刷新页面后重新选择。", "units")
    if twice := [known[number].name for number, count in Counter(unit_ids).items() if count > 1]:
        raise Refused(f"{'、'.join(twice)}选了两次，请只选一次。", "units")
    if closed := [unit.name for unit in known.values() if not unit.active]:
        raise Refused(f"{'、'.join(closed)}已经停用，请改选其他单位。", "units")
    asked = select(Solicitation).where(
        Solicitation.consultation_id == consultation_id, Solicitation.unit_id.in_(known)
    )
    for letter in db.session.scalars(asked):
        name = known[letter.unit_id].name
        if letter.withdrawn_at is None:
            raise Refused(f"已经给{name}发过函，不能重复发；需要更改时请先撤回原函，或者延长期限。", "units")
        if letter.letter_no == letter_no:
            raise Refused(f"给{name}的函用过文号“{letter_no}”并已撤回，请换一个发函文号。", "letter_no")
    return [known[number] for number in unit_ids]


def check_clauses(version_id: int, keys: Sequence[str]) -> list[str]:
    """The clauses once each; Refused for one that this version does not have."""
    wanted = list(dict.fromkeys(keys))
    known = clause_ids(version_id, set(wanted)) if wanted else {}
    if missing := [key for key in wanted if key not in known]:
        raise Refused(f"草案里没有编号为“{missing[0][:40]}”的条款，请从条款目录重新选择。", "clauses")
    return wanted


def extend_due(actor: Actor, now: datetime, solicitation: Solicitation, due_at: datetime, reason: str) -> None:
    """A later due date for one unit; the earlier one and the reason stay with the letter."""
    actor.require("office")
    lock_open(solicitation)
    if due_at <= solicitation.due_at or due_at <= now:
        raise Refused(f"新的截止时间必须晚于现在，也晚于原定的{show_closing(solicitation.due_at)}。", "due_at")
    reason = clean_input(reason, "reason").strip()
    if not reason:
        raise Refused("请写明延长期限的理由。", "reason")
    before = solicitation.due_at
    entry = {"before": before.isoformat(), "after": due_at.isoformat(), "reason": reason,
             "at": now.isoformat(), "by": actor.ref}  # fmt: skip
    solicitation.extensions = [*solicitation.extensions, entry]
    solicitation.due_at = due_at
    db.session.flush()
    record(actor, "extend_letter", f"letter:{solicitation.id}", now, before=before.isoformat(),
           after=due_at.isoformat(), digest=digest(reason))  # fmt: skip


def withdraw_letter(actor: Actor, now: datetime, solicitation: Solicitation, reason: str) -> None:
    """Take a letter back with a reason; refused once the unit has answered, for answers are never lost."""
    actor.require("office")
    lock_open(solicitation)
    if answered(current_reply(solicitation.id)):
        raise Conflict("该单位已经复函，不能再撤回这封函；需要更正时请将复函退回补正。")
    reason = clean_input(reason, "reason").strip()
    if not reason:
        raise Refused("请写明撤回的理由。", "reason")
    solicitation.withdrawn_at, solicitation.withdraw_reason = now, reason
    db.session.flush()
    record(actor, "withdraw_letter", f"letter:{solicitation.id}", now, digest=digest(reason))


def lock_open(solicitation: Solicitation) -> None:
    """Take turns on this letter and read it again; Conflict where it was withdrawn."""
    serialise(f"letter:{solicitation.id}")
    db.session.refresh(solicitation)
    if solicitation.withdrawn_at:
        raise Conflict("这封函已经撤回。")
