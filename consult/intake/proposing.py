"""Pure: what came in becomes a proposal for the ledger: one opinion per clause, each with what a clerk should look at.

Nothing is decided here that a person cannot see: a clause that was not found leaves the opinion on the whole
draft and says so; the words of a letter all stand in its opinions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from consult.base.errors import Refused
from consult.base.text import plain
from consult.drafts.citation import Cited
from consult.drafts.mentions import Finder, Mention, mentions
from consult.intake.cutting import Part, cut
from consult.intake.incoming import Enclosure, Incoming, Said
from consult.intake.leaning import stance_of
from consult.intake.screen import MOST_REGISTERED, Item, Sender, screen_items, screen_sender

WHOLE = "按全文"
MOST_CUT = 200_000  # characters of one letter: nobody writes more, and looking for clauses in it takes minutes
_ALL = frozenset(["全文", "全文意见", "整体", "整体意见", "总体", "总体意见", "全部", "通篇", "整个草案", "无", "/", "-", "—", "其他"])


class Offered(Cited, Protocol):
    """A clause of the draft as it is stored."""

    @property
    def key(self) -> str: ...
    @property
    def citation(self) -> str: ...
    @property
    def commentable(self) -> bool: ...


@dataclass(frozen=True)
class Row:
    """One opinion as it would be entered, and what a clerk should look at."""

    item: Item
    notes: tuple[str, ...] = ()
    cited: str = ""  # as the sender named the clause, where it was not found
    place: str = ""


@dataclass(frozen=True)
class Proposal:
    """One sending as it would be entered; `trouble` why it cannot be."""

    place: str
    rows: tuple[Row, ...]
    sender: Sender
    received_on: date
    channel: str
    why_late: str = ""
    files: tuple[Enclosure, ...] = ()
    notes: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def late(self) -> bool:
        """Whether it is marked 逾期收到 (R20); whether it is considered, review decides."""
        return bool(self.why_late)


def why_late(day: date, last: date) -> str:
    """Why what came in on `day` is late; empty where it is in time."""
    return f"收到日期 {day} 在截止日期 {last} 之后" if day > last else ""


class Draft:
    """The clauses that opinions are found for."""

    def __init__(self, clauses: Sequence[Offered], title: str) -> None:
        self.usable = [one for one in clauses if one.commentable]
        self.title = title
        self._finder = Finder(self.usable)
        self._keys = {one.key for one in self.usable}
        self._labels: dict[str, list[str]] = {}
        for one in (one for one in self.usable if one.label):
            self._labels.setdefault(_bare(one.label), []).append(one.key)
        self._by_key = {one.key: one for one in self.usable}

    def resolve(self, wanted: str) -> str | None:
        """A clause's key from what was written: the key itself, a label that occurs once, or a citation."""
        if wanted in self._keys:
            return wanted
        labelled = self._labels.get(_bare(wanted), []) if wanted else []
        if len(labelled) == 1:
            return labelled[0]
        found = self._finder.all(wanted)
        return self.usable[found[0]].key if len(found) == 1 else None

    def meant(self, mention: Mention, above: str = "") -> tuple[str | None, str]:
        """(key or None, note) of what a running text names; of several clauses a person has to choose."""
        if mention.several:
            return None, f"说到几条（{'、'.join(mention.said)}），先{WHOLE}，请选择"
        index, note = self._finder.one(mention.said[0], above if mention.relative else "")
        if index is None:
            return None, f"{note}，{WHOLE}" if note.startswith("草案") else f"{note}，先{WHOLE}"
        return self.usable[index].key, note

    def mentions(self, text: str) -> list[Mention]:
        """What a text cites of this draft; nothing where there is no draft but a question."""
        if not self.usable:
            return []
        return mentions(text, self.title, self._finder.known)

    def citation(self, key: str | None) -> str:
        """How the clause is called; 全文 for none."""
        return (self._by_key[key].citation or self._by_key[key].label) if key in self._by_key else "全文"

    def within(self, one: str, other: str) -> bool:
        """Whether two clauses are the same, or one holds the other."""
        paths = [tuple(self._by_key[key].path) for key in (one, other)]
        short, long = sorted(paths, key=len)
        return long[: len(short)] == short


def _bare(label: str) -> str:
    return label.rstrip("、.．")


def propose(
    draft: Draft, sending: Incoming, *, channel: str, received_on: date, today: date, last_day: date
) -> Proposal:
    """The sending as it would be entered. `channel` and `received_on` stand in where the source names none."""
    notes, trouble = list(sending.notes), ""
    day = sending.received_on or received_on
    if day > today and sending.stamped:
        notes.append(f"邮件日期 {day} 还没有到，按 {received_on} 登记")
        day = received_on
    size = max((len(said.text) for said in sending.said), default=0)
    if size > MOST_CUT:
        trouble = f"有{size}个字，一份最多{MOST_CUT}个字，请分成几份。"
    rows = [row for said in sending.said for row in _rows(draft, said)] if not trouble else []
    rows = _with_subject(draft, rows, sending.subject)
    if day > today:
        trouble = trouble or f"收到日期 {day} 还没有到，请检查。"
    try:
        screen_items([row.item for row in rows], MOST_REGISTERED)
        screen_sender(sending.sender, registered=True)
    except Refused as refusal:
        trouble = trouble or refusal.message
    return Proposal(sending.place, tuple(rows), sending.sender, day, sending.channel or channel,
                    why_late(day, last_day), sending.files,
                    tuple(dict.fromkeys(notes)), trouble)  # fmt: skip


def placed(row: Row, key: str | None, stance: str) -> Row:
    """The opinion on the clause and with the stance that a person chose."""
    item = replace(row.item, clause_key=key, stance=stance)
    if key and row.cited:
        item = replace(item, text=item.text.removeprefix(_beside(row.cited)))
    return replace(row, item=item)


def _beside(cited: str) -> str:
    """What stands before an opinion on the whole draft whose sender named a place that the draft has not."""
    return f"（涉及条款：{cited}）"


def _rows(draft: Draft, said: Said) -> list[Row]:
    if said.clause:
        return [_named(draft, said)]
    if not said.whole:
        return [_single(draft, said)]
    found = draft.mentions(said.text)
    rows, above = [], ""
    for part in cut(said.text, found):
        rows.append(_part(draft, said, part, found, above))
        if part.mention and not part.mention.relative:
            above = _article(part.mention.said[-1])
    return rows


def _part(draft: Draft, said: Said, part: Part, found: Sequence[Mention], above: str) -> Row:
    text = said.text[part.start : part.end].strip()
    key, note = draft.meant(part.mention, above) if part.mention else (None, "")
    inside = [one for one in found if part.start <= one.start < part.end and one is not part.mention]
    if part.mention is None and len(found) == 1 and inside == list(found):  # the only clause a short letter speaks of
        key, note = draft.meant(found[0])
        inside = []
    notes = [note, _others(draft, key, inside)]
    return Row(Item(key, said.stance or stance_of(text), text), _said(notes), place=said.place)


def _article(said: str) -> str:
    """第三条 of 第三条第二款: what 第一款 alone belongs to."""
    head, mark, _ = said.partition("条")
    return head + mark


def _others(draft: Draft, key: str | None, found: Sequence[Mention]) -> str:
    """What a text cites beside the clause it is on."""
    names: list[str] = []
    for one in found:
        meant = draft.meant(one)[0] if not one.relative else key
        if one.several or meant is None or key is None or not draft.within(meant, key):
            names += one.said
    return f"文字里还说到{'、'.join(dict.fromkeys(names))}" if names else ""


def _named(draft: Draft, said: Said) -> Row:
    """An opinion whose clause has a place of its own, such as a column."""
    if plain(said.clause) in _ALL:
        return Row(Item(None, _stance(said), said.text, said.proposed_text, said.reason), place=said.place)
    article = draft.resolve(f"第{said.clause}条") if said.clause.isdecimal() else None  # a bare 3 in a column of articles
    key, note = article or draft.resolve(said.clause), ""
    if key is None:
        found = draft.mentions(said.clause)
        alone = len(found) == 1 and said.clause[found[0].start : found[0].end] == said.clause.strip()
        key, note = draft.meant(found[0]) if alone else (None, f"草案里找不到“{said.clause[:40]}”，{WHOLE}")
    cited = "" if key and not note else said.clause
    text = said.text
    if key is None and plain(said.clause) not in plain(text):
        text = f"{_beside(said.clause)}{text}"
    item = Item(key, _stance(said), text, said.proposed_text, said.reason)
    return Row(item, _said([note, _differs(draft, key, said.text)]), cited, said.place)


def _differs(draft: Draft, key: str | None, text: str) -> str:
    """Where the words cite clauses of the draft and the named one is not among them."""
    if key is None:
        return ""
    meant = [(one, draft.meant(one)[0]) for one in draft.mentions(text) if not one.relative and not one.several]
    if not meant or any(other is not None and draft.within(other, key) for _, other in meant):
        return ""
    return f"写的是{draft.citation(key)}，文字里说的是{'、'.join(dict.fromkeys(one.said[0] for one, _ in meant))}"


def _single(draft: Draft, said: Said) -> Row:
    """An opinion without a named clause: that of its words, where they name one."""
    found = [one for one in draft.mentions(f"{said.text}\n{said.proposed_text}") if not one.relative]
    key, note = draft.meant(found[0]) if len({one.said for one in found}) == 1 else (None, "")
    if len({one.said for one in found}) > 1:
        note = f"说到几条（{'、'.join(dict.fromkeys(name for one in found for name in one.said))}），先{WHOLE}，请选择"
    return Row(Item(key, _stance(said), said.text, said.proposed_text, said.reason), _said([note]), place=said.place)


def _stance(said: Said) -> str:
    found = said.stance or stance_of(said.text)
    return "amend" if found == "other" and said.proposed_text.strip() else found


def _said(notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in notes if one)


def _with_subject(draft: Draft, rows: list[Row], subject: str) -> list[Row]:
    """The subject of a mail stands before its words, and names the clause where they name none."""
    if not rows or not subject or plain(subject) in plain(rows[0].item.text):
        return rows
    first, found = rows[0], draft.mentions(subject)
    if len(rows) == 1 and first.item.clause_key is None and not first.notes and len(found) == 1:
        key, note = draft.meant(found[0])
        first = replace(first, item=replace(first.item, clause_key=key), notes=_said([note]))
    text = f"主题：{subject}\n{first.item.text}"
    return [replace(first, item=replace(first.item, text=text)), *rows[1:]]
