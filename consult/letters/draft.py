"""The draft of an answer: what may be stored half done, and the digest over what a unit wrote."""

from collections.abc import Sequence
from dataclasses import replace

from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Refused
from consult.base.files import StoredFile
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.intake.models import STANCES
from consult.intake.screen import MOST_ITEMS, MOST_REGISTERED, Item
from consult.letters.models import ANSWERS, FormalOpinion

REMOVE_SEAL = 0  # save_reply(seal_file_id=REMOVE_SEAL) takes the scan away; None keeps what is there
FIELDS = {
    "reply_no": "复函文号",
    "office_section": "经办科室",
    "handler": "经办人",
    "phone": "联系电话",
    "signatory": "签发人",
}


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


_PARTS = ("clause_key", "stance", "text", "proposed_text", "reason")


def check_items(items: Sequence[Item]) -> list[dict[str, str]]:
    """A draft may be half done, but must be storable: bounded, with known stances and clean characters."""
    if len(items) > MOST_ITEMS:
        raise Refused(f"一份复函最多写{MOST_ITEMS}条意见，请合并相近的意见。", "items")
    said = [item for number, one in enumerate(items, 1) if _says(item := _item(number, one))]
    return [{part: getattr(item, part) for part in _PARTS} for item in said]


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


def items_of(opinion: FormalOpinion) -> list[Item]:
    """The drafted points as items; an empty key is the whole draft."""
    return [Item(**{**one, "clause_key": one["clause_key"] or None}) for one in opinion.items]  # type: ignore[arg-type]


def draft_digest(opinion: FormalOpinion) -> str:
    """SHA-256 over what the unit wrote, sent or not."""
    written = [opinion.answer, opinion.items, opinion.reply_no, str(opinion.reply_date or "")]
    signed = [opinion.office_section, opinion.handler, opinion.phone, opinion.signatory, opinion.seal_file_id]
    return digest([opinion.solicitation_id, opinion.number, *written, *signed])
