"""The rules of one ruling (R41), apart from who makes it and when; and its digest."""

from dataclasses import dataclass
from datetime import UTC

from consult.base.crypto import digest
from consult.base.errors import Refused
from consult.base.text import clean_input
from consult.review.models import OUTCOMES, REASON_MIN, Decision

MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Ruling:
    """What a person decides: one of the eight outcomes, the reason and what the outcome asks for besides."""

    outcome: str
    reason: str = ""
    adopted_part: str = ""
    referred_to: str = ""
    new_wording: str = ""


def check(ruling: Ruling) -> Ruling:
    """The ruling as it is stored, or Refused naming the field (R41).

    采纳部分 belongs to 部分采纳 and 转办单位 to 转有关部门 only; elsewhere a left-over is dropped.
    """
    if ruling.outcome not in OUTCOMES:
        raise Refused("请选择处理意见：" + "、".join(OUTCOMES.values()) + "。", "outcome")
    texts = {
        name: _text(name, getattr(ruling, name)) for name in ("reason", "adopted_part", "referred_to", "new_wording")
    }
    title = OUTCOMES[ruling.outcome]
    if ruling.outcome != "adopted" and len(texts["reason"]) < REASON_MIN:
        raise Refused(f"处理意见为“{title}”时，请写明理由，至少{REASON_MIN}个字。", "reason")
    if ruling.outcome != "partly_adopted":
        texts["adopted_part"] = ""
    elif not texts["adopted_part"]:
        raise Refused("部分采纳时，请写明采纳了哪一部分。", "adopted_part")
    if ruling.outcome != "referred":
        texts["referred_to"] = ""
    elif not texts["referred_to"]:
        raise Refused("转有关部门时，请写明转给哪个单位。", "referred_to")
    return Ruling(ruling.outcome, **texts)


def _text(name: str, text: str) -> str:
    text = clean_input(text, name).strip()
    if len(text) > MOST_CHARACTERS:
        raise Refused(f"这一栏有{len(text)}个字，最多{MOST_CHARACTERS}个字，请精简。", name)
    return text


def decision_digest(decision: Decision) -> str:
    """SHA-256 over a ruling as it was made; approval comes later and stands in the audit by itself."""
    what = [decision.outcome, decision.reason, decision.adopted_part, decision.referred_to, decision.new_wording]
    who = [decision.decided_at.astimezone(UTC).isoformat(), decision.decided_by, decision.decided_name]
    return digest([decision.group_id, decision.number, *what, *who])
