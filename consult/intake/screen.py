"""Pure: what may enter the ledger, and what a machine marks for a second look; nothing is ever deleted."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consult.base.crypto import digest
from consult.base.errors import Refused
from consult.base.text import clean_input, plain
from consult.intake.words import ORGANISATIONS, STANCES, SUBMITTER_KINDS

MOST_CHARACTERS = 5_000
MOST_REGISTERED = 50_000  # a long letter entered by a clerk
MOST_ITEMS = 50

_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")


@dataclass(frozen=True)
class Item:
    """One opinion as it was typed; `clause_key` None means the whole draft.

    `mark` tells a basket which text of the clause it was written on; no part of the opinion, never in the ledger.
    """

    clause_key: str | None
    stance: str = "other"
    text: str = ""
    proposed_text: str = ""
    reason: str = ""
    mark: str = field(default="", compare=False)


NO_WAY_BACK = "您希望得到答复，请留下电话或者邮箱；也可以不选，凭回执码查询。"
NO_WAY_BACK_OF_LETTER = "提出人要求答复的，请登记电话或者邮箱；没有的，不勾选，请他凭回执码查询。"


@dataclass(frozen=True)
class Sender:
    """Who speaks, all optional (R10); `unit_name` is the full name behind a formal opinion."""

    kind: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    region: str = ""
    wants_reply: bool = False
    may_contact: bool = False
    may_publish: bool = False
    unit_name: str = ""


def screen_items(items: Sequence[Item], most: int = MOST_CHARACTERS) -> list[Item]:
    """The items ready to be stored: line ends unified, nothing else changed. Raises Refused naming the item."""
    if not items:
        raise Refused("还没有写意见。请至少对一条或者对全文写一条意见。", "text")
    if len(items) > MOST_ITEMS:
        raise Refused(f"一次最多提交{MOST_ITEMS}条意见，请分几次提交。", "comments")
    return [_screen(item, number, len(items), most) for number, item in enumerate(items, 1)]


def _screen(item: Item, number: int, count: int, most: int) -> Item:
    where = f"第 {number} 条意见" if count > 1 else "意见"
    if item.stance not in STANCES:
        raise Refused(f"{where}的类型不对，请从支持、反对、建议修改等选项中选择。", "stance")
    texts = {}
    for name, title in (("text", "意见内容"), ("proposed_text", "修改建议"), ("reason", "理由")):
        value = clean_input(getattr(item, name), name)
        if len(value) > most:
            raise Refused(f"{where}的{title}有{len(value)}个字，最多{most}个字，请精简或者分成几条。", name)
        texts[name] = value
    if not visible(texts["text"]) and not visible(texts["proposed_text"]) and item.stance != "support":
        raise Refused(f"{where}还没有写内容。请写下意见，或者写出您建议的文字。", "text")
    return Item(clean_input(item.clause_key or "", "clause") or None, item.stance, mark=item.mark, **texts)


def visible(text: str) -> bool:
    """Whether anything can be seen: white space and marks of no width are no opinion."""
    return any(unicodedata.category(char) not in _UNSEEN for char in text)


def screen_sender(sender: Sender, registered: bool = False) -> Sender:
    """The sender with sizes bounded; raises Refused naming the field. What a clerk `registered` is spoken of to the clerk."""
    if sender.kind not in SUBMITTER_KINDS:
        raise Refused("身份选项不对，请重新选择。", "kind")
    for name, title, most in (
        ("name", "姓名或单位名称", 100), ("phone", "电话", 50), ("email", "邮箱", 200),
        ("address", "地址", 300), ("region", "地区", 50), ("unit_name", "单位名称", 200),
    ):  # fmt: skip
        value = clean_input(getattr(sender, name), name)
        if len(value) > most or "\n" in value:
            raise Refused(f"{title}太长或者分了行，请检查。", name)
    if sender.email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", sender.email.strip()):
        raise Refused("邮箱地址不完整，请检查，或者不填。", "email")
    if sender.wants_reply and not (sender.phone.strip() or sender.email.strip()):
        raise Refused(NO_WAY_BACK_OF_LETTER if registered else NO_WAY_BACK, "wants_reply")
    return sender


def shown_name(sender: Sender) -> str:
    """How tables name the sender: units in full, persons masked (R52: 朱**, two characters 朱*), else empty."""
    name = " ".join((sender.unit_name or sender.name).split())
    if not name or sender.unit_name or sender.kind in ORGANISATIONS:
        return name
    return name[0] + "*" * min(2, max(1, len(name) - 1))


def fingerprint(item: Item) -> str:
    """Equal for opinions that say the same in the same words on one stance: widths, white space, case and
    closing punctuation apart (R19, exact copies)."""
    return digest([item.stance, *(_same(text) for text in (item.text, item.proposed_text, item.reason))])


def _same(text: str) -> str:
    folded = plain(text).casefold()
    end = len(folded)
    while end and unicodedata.category(folded[end - 1])[0] == "P":
        end -= 1
    return folded[:end] or folded


def marks(items: Iterable[Item]) -> list[str]:
    """Why somebody should look before anything is published: personal numbers in the text (R15)."""
    whole = "\n".join(f"{item.text}\n{item.proposed_text}\n{item.reason}" for item in items)
    found = []
    if _PHONE.search(whole):
        found.append("phone")
    if _ID_NUMBER.search(whole):
        found.append("id_number")
    return found
