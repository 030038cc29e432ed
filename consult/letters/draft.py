"""The draft of an answer: what may be stored half done, and the digest over what a unit wrote."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select

from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Refused
from consult.base.files import StoredFile
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.intake.models import STANCES
from consult.intake.screen import MOST_ITEMS, MOST_REGISTERED, Item
from consult.letters.merge import PARTS, Draft
from consult.letters.models import ANSWERS, FormalOpinion, Proposal

REMOVE_SEAL = 0  # save_reply(seal_file_id=REMOVE_SEAL) takes the scan away; None keeps what is there
FIELDS = {
    "reply_no": "复函文号",
    "office_section": "经办科室",
    "handler": "经办人",
    "phone": "联系电话",
    "signatory": "签发人",
}
RECUSALS = {"none": "不需要回避", "declared": "需要回避"}
_ID = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Point(Item):
    """A drafted point: `id` stays with it through every saving, so that two people can write on different ones."""

    id: str = field(default="", compare=False)


def new_id() -> str:
    """A name for a point that is written for the first time."""
    return secrets.token_hex(4)


def check_recusal(recusal: str, words: str) -> dict[str, str]:
    """回避 of a person: undecided, none, or declared with words."""
    if recusal and recusal not in RECUSALS:
        raise Refused("请选择是否需要回避。", "recusal")
    words = clean_input(words, "recusal_text").strip()
    if len(words) > 2000:
        raise Refused("回避的说明最多2000个字。", "recusal_text")
    return {"recusal": recusal, "recusal_text": words}


def check_answer(answer: str) -> str:
    """One of ANSWERS, or empty while undecided."""
    if answer and answer not in ANSWERS:
        raise Refused("反馈类型请选择“无意见”或者“有意见”。", "answer")
    return answer


def check_line(name: str, text: str) -> str:
    """One short line for a field of FIELDS."""
    text = clean_input(text, name).strip()
    if "\n" in text or len(text) > 100:
        raise Refused(f"{FIELDS[name]}请写在一行里，不超过100个字。", name)
    return text


def check_items(items: Sequence[Item]) -> list[dict[str, str]]:
    """A draft may be half done, but must be storable: bounded, with known stances and clean characters."""
    if len(items) > MOST_ITEMS:
        raise Refused(f"一份复函最多写{MOST_ITEMS}条意见，请合并相近的意见。", "items")
    said = [item for number, one in enumerate(items, 1) if _says(item := _item(number, one))]
    return [{part: getattr(item, part) or "" for part in PARTS} | {"id": _id(item), "from": ""} for item in said]


def _id(item: Item) -> str:
    """The id that the page gave; empty for none, and for anything that is not one."""
    given = str(getattr(item, "id", ""))
    return given if _ID.fullmatch(given) else ""


def stored_points(opinion: FormalOpinion | None) -> list[dict[str, str]]:
    """The drafted points, each with an id and the proposal it was copied from; ids by place where none was given."""
    items = opinion.items if opinion else []
    return [{"from": "", **one, "id": one.get("id") or f"{place:08x}"} for place, one in enumerate(items or [])]


def identify(items: list[dict[str, str]], stored: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Every point with an id of its own, and with the proposal it was copied from.

    One without an id, from a form, takes that of a stored one with the same words, else of the same clause.
    """
    free, used = {one["id"]: one for one in stored}, set()
    for item in items:
        item["id"] = "" if item["id"] in used else item["id"]  # one name, one point
        used.add(item["id"])
        known = free.pop(item["id"], None)
        item["from"] = known["from"] if known else ""
    for item in (one for one in items if not one["id"]):
        alike = (one for same in (PARTS, ("clause_key",)) for one in free.values()
                 if all(one[part] == item[part] for part in same))  # fmt: skip
        known = next(alike, None)
        item["id"], item["from"] = (known["id"], known["from"]) if known else (new_id(), "")
        free.pop(item["id"], None)
    return items


def _says(item: Item) -> bool:
    return item.stance == "support" or any(text.strip() for text in (item.text, item.proposed_text, item.reason))


def _item(number: int, item: Item) -> Item:
    if item.stance not in STANCES:
        raise Refused(f"第 {number} 条意见的类型不对，请重新选择。", "stance")
    texts = {name: clean_input(getattr(item, name), name) for name in ("text", "proposed_text", "reason")}
    for name, text in texts.items():
        if len(text) > MOST_REGISTERED:
            raise Refused(f"第 {number} 条意见有{len(text)}个字，最多{MOST_REGISTERED}个字。", name)
    return replace(item, clause_key=item.clause_key or "", **texts)


def check_seal(actor: Actor, file_id: int | None, opinion: FormalOpinion | None) -> int | None:
    """The scan to keep: the one there, none, or a file that this person has just uploaded."""
    present = opinion.seal_file_id if opinion else None
    if file_id is None or file_id == present:
        return present
    if file_id == REMOVE_SEAL:
        return None
    stored = db.session.get(StoredFile, file_id)
    if stored is None or stored.stored_by != actor.ref:
        raise Refused("没有找到上传的盖章扫描件，请重新上传。", "seal_file")
    return file_id


def scans_of(opinion: FormalOpinion) -> list[StoredFile]:
    """The sealed scan and the filled form of an answer, in that order, where there are any."""
    kept = [db.session.get(StoredFile, one) for one in (opinion.seal_file_id, opinion.form_file_id) if one]
    return [one for one in kept if one]


def check_form(actor: Actor, file_id: int) -> int:
    """The filled form that this person has just loaded."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None or stored.stored_by != actor.ref:
        raise Refused("没有找到上传的反馈表，请重新上传。", "form_file")
    return file_id


def items_of(opinion: FormalOpinion) -> list[Item]:
    """The drafted points as items; an empty key is the whole draft."""
    return [Item(**{part: one[part] for part in PARTS} | {"clause_key": one["clause_key"] or None})  # type: ignore[arg-type]
            for one in opinion.items]  # fmt: skip


def points_of(opinion: FormalOpinion) -> list[Point]:
    """The drafted points with their ids, as a page shows them."""
    return [Point(**{part: one[part] for part in PARTS}, id=one["id"]) for one in stored_points(opinion)]


_LINES = ("answer", *FIELDS, "recusal", "recusal_text")


def draft_of(opinion: FormalOpinion | None) -> Draft:
    """What is stored, ready to be brought together with what somebody typed."""
    lines = {name: (getattr(opinion, name) or "") if opinion else "" for name in _LINES}
    day, seal = (opinion.reply_date, opinion.seal_file_id) if opinion else (None, None)
    return Draft(lines | {"reply_date": str(day or ""), "seal_file": str(seal or "")}, stored_points(opinion))


def put(opinion: FormalOpinion, draft: Draft) -> None:
    """Write a draft into its row; words that change void a signature given inside the system."""
    before = draft_digest(opinion)
    for name in _LINES:
        setattr(opinion, name, draft.lines[name])
    day, seal = draft.lines["reply_date"], draft.lines["seal_file"]
    opinion.reply_date = date.fromisoformat(day) if day else None
    opinion.seal_file_id = int(seal) if seal else None
    opinion.items = [dict(one) for one in draft.items]
    opinion.edition += 1
    if opinion.signed_at and draft_digest(opinion) != before:
        opinion.signed_at, opinion.signed_by = None, ""


def mark_taken(actor: Actor, now: datetime, solicitation_id: int, items: Sequence[dict[str, str]]) -> None:
    """A colleague's point counts as taken as long as a copy of it stands in the reply."""
    copied = {int(one["from"]) for one in items if one["from"]}
    for one in db.session.scalars(select(Proposal).where(Proposal.solicitation_id == solicitation_id)):
        if one.id in copied and one.taken_at is None:
            one.taken_at, one.taken_by = now, actor.ref
            one.left_out_at, one.left_out_by, one.left_out_note = None, "", ""
        elif one.id not in copied and one.taken_at is not None:
            one.taken_at, one.taken_by = None, ""


def draft_digest(opinion: FormalOpinion) -> str:
    """SHA-256 over what the unit wrote, sent or not."""
    written = [opinion.answer, opinion.items, opinion.reply_no, str(opinion.reply_date or "")]
    signed = [opinion.office_section, opinion.handler, opinion.phone, opinion.signatory, opinion.seal_file_id]
    return digest([opinion.solicitation_id, opinion.number, *written, *signed, *_origin(opinion), *_recused(opinion)])


def _recused(opinion: FormalOpinion) -> list[object]:
    """What a person declared on 回避; nothing for units, whose digests stay as they were."""
    return ["recusal", opinion.recusal, opinion.recusal_text] if opinion.recusal else []


def _origin(opinion: FormalOpinion) -> list[object]:
    """How it came in where that was not by typing on the page: digests of before stay as they are."""
    came = [opinion.form_file_id, opinion.entered_by, str(opinion.received_on or ""), opinion.received_note]
    return [] if opinion.source == "online" else [opinion.source, *came]
