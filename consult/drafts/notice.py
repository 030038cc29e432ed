"""What the notice before a draft says: when it was published, until when and how to answer."""

import re
from dataclasses import dataclass
from typing import Any

from consult.base.text import unified
from consult.drafts.contacts import contacts_in
from consult.drafts.dates import Moment, moments
from consult.drafts.lines import is_date

_ENDS_AFTER = re.compile(
    r"^(?:\([^()]{1,8}\))?(?:24时|零时|上午|下午)?(?:之前|以前|前|止|为止|截[止至](?!时间|日期|日|:|\d)|结束|下班前|内)"
)
_ENDS_BEFORE = re.compile(r"(?:截止|截至|截稿|(?<!已)结束|终止)(?:[^。;]{0,14})$")
_RANGE = re.compile(r"(?:至|到|—|~|-+|－)\[?$")
_TOPIC = re.compile(r"意见|建议|反馈|征求|征集|公示|公告|期限|报送|寄|发送")
_PUBLISHED = re.compile(r"(?:发布|公布|公开|成文|发文|生成|印发)(?:日期|时间)?:?$")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}\(\d{4}\)\d{1,5}号|[\u4e00-\u9fff]{1,10}\[\d{4}\]\d{1,5}号")


@dataclass(frozen=True, slots=True)
class Notice:
    """Facts of a notice. `deadline` and `published` as printed, ISO, None where nothing was printed.

    `contacts` are dicts with the keys unit, person, phones, email, address, postcode, qq, fax that were found.
    """

    deadline: str | None
    published: str | None
    contacts: tuple[dict[str, Any], ...]
    document_number: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The `notice` of `split --json`."""
        return {"deadline": self.deadline, "published": self.published, "contacts": list(self.contacts)}

    def lines(self) -> list[str]:
        """For people: one line for each fact."""
        out = [f"公告日期：{self.published or '（未写）'}", f"截止时间：{self.deadline or '（未写）'}"]
        names = {"unit": "单位", "person": "联系人", "phones": "电话", "email": "邮箱", "address": "地址",
                 "postcode": "邮编", "qq": "QQ", "fax": "传真"}  # fmt: skip
        for contact in self.contacts:
            facts = (f"{names[k]} {'、'.join(v) if isinstance(v, list) else v}" for k, v in contact.items())
            out.append("联系方式：" + "，".join(facts))
        return [*out, f"文号：{self.document_number}"] if self.document_number else out


def read_notice(text: str) -> Notice:
    """The facts of a notice's text (lines by line feeds)."""
    uni = unified(text)
    bare = "".join(uni.split())
    found = list(moments(bare))
    published = _published(uni, found)
    deadline = _deadline(found, published)
    return Notice(deadline, _day_of(published), tuple(contacts_in(uni)), _number(uni))


def _published(uni: str, found: list[Moment]) -> Moment | None:
    """The date of the signature, else the portal's 发布日期, else nothing."""
    for line in reversed(uni.split("\n")):
        bare = "".join(line.split())
        if is_date(bare) or re.match(r"^20\d{2}年\d{1,2}月\d{1,2}$", bare):
            return next(moments(bare), None)
    return next((m for m in found if m.year and _PUBLISHED.search(m.before)), None)


def _deadline(found: list[Moment], published: Moment | None) -> str | None:
    """The date that a sentence about answering ends with; the strongest wording wins, then the first."""
    known = published or next((m for m in found if m.year), None)
    scored = [(_weight(m), -i, m.in_year_of(known)) for i, m in enumerate(found)]
    scored = [s for s in scored if s[0] >= 2 and s[2].iso()]
    best = max(scored, key=lambda s: (s[0], s[1]), default=None)
    return best[2].iso() if best else None


def _weight(moment: Moment) -> int:
    """How much the words around a date say that it is the deadline; 2 is enough."""
    weight = 2 * bool(_ENDS_AFTER.match(moment.after)) + 2 * bool(_ENDS_BEFORE.search(moment.before))
    weight += 2 * bool(_RANGE.search(moment.before))
    return weight + bool(_TOPIC.search(moment.before + moment.after)) if weight else 0


def _day_of(moment: Moment | None) -> str | None:
    iso = moment.iso() if moment else None
    return iso[:10] if iso else None


def _number(uni: str) -> str | None:
    """The notice's own number, 某政办〔2024〕5号, that stands on a line of its own or beside 发文字号."""
    for line in uni.split("\n"):
        bare = "".join(line.split()).removeprefix("发文字号:").removeprefix("文号:")
        match = _NUMBER.match(bare)
        if match and len(bare) <= len(match.group()) + 12:
            return match.group().replace("(", "〔").replace(")", "〕").replace("[", "〔").replace("]", "〕")
    return None
