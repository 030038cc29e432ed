"""The rows of 意见汇总处理表 and of the public 采纳情况表, made of entries as they stream by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.people import PERSONS, UNIT_KINDS, Unit
from consult.intake.models import STANCES
from consult.letters.models import FormalOpinion, Solicitation
from consult.review.group_models import ADDITIONS
from consult.review.models import OUTCOMES
from consult.review.personal import covered, undecided
from consult.summary.additions import Extra
from consult.summary.lines import Line, lines, words_of
from consult.summary.masking import masked
from consult.summary.narrow import Choice
from consult.summary.table import Cell
from consult.summary.walk import Entry, Ruling, S, Words, channel_name

ADDITION = "补充"
WITHHELD = "内容按规定不予公开"


@dataclass(frozen=True)
class SummaryRow:
    """One line of 意见汇总处理表; `comment_id` and `likes` are for sums and links, not for print."""

    number: int | str
    citation: str
    original: str
    opinion: str
    proposed: str
    submitters: str
    outcome: str
    reason: str
    remarks: str
    comment_id: int
    likes: int

    def cells(self) -> tuple[Cell, ...]:
        """In the order of table.SUMMARY."""
        return tuple(getattr(self, one.name) for one in fields(self)[:9])

    def cells_gb(self) -> tuple[Cell, ...]:
        """In the order of table.SUMMARY_GB."""
        return as_gb(self.cells())


@dataclass(frozen=True)
class AdoptionRow:
    """One line of the public 采纳情况表; an addition to a line above it has no `likes`, so that these sum up to opinions."""

    number: int
    submitters: str
    citation: str
    opinion: str
    outcome: str
    reason: str
    likes: int

    def cells(self) -> tuple[Cell, ...]:
        """In the order of table.ADOPTION."""
        return (*(getattr(self, one.name) for one in fields(self)[:-1]), self.likes or ADDITION)


def as_gb(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """A line of 意见汇总处理表 as its 国标版 has it: proposal with the opinion, reason with the result."""
    number, citation, _, said, proposed, submitters, outcome, reason, remarks = cells
    opinion = "\n".join(str(part) for part in (said, proposed and f"建议修改为：{proposed}") if part)
    ruled = "：".join(str(part) for part in (outcome, reason) if part)
    return (number, citation, opinion, submitters, ruled, remarks)


def summary_rows(session: Session, consultation_id: int, only: Choice | None = None) -> Iterator[SummaryRow]:
    """意见汇总处理表: one row for each group, formal opinions included, 处理意见 empty where undecided; additions below it."""
    persons = asked_persons(session, consultation_id)
    for line in lines(session, consultation_id, only=only):
        entry, extra = line.entry, line.extra
        words = Words("", extra.sentence, "", "") if extra else words_of(entry)
        yield SummaryRow(
            number=line.name,
            citation=entry.place.citation,
            original=entry.place.original,
            opinion=opinion_text(words),
            proposed=words.proposed_text,
            submitters=speakers(extra) if extra else submitters(entry, persons),
            outcome=OUTCOMES[line.ruling.outcome] if line.ruling else "",
            reason=ruling_text(line.ruling) if line.ruling else "",
            remarks=f"对第 {line.number} 号意见的补充（{ADDITIONS[extra.kind]}），{extra.said} 人提出" if extra else remarks(entry),
            comment_id=entry.comment_id,
            likes=0 if extra else entry.likes,
        )


def adoption_rows(session: Session, consultation_id: int, only: Choice | None = None) -> Iterator[AdoptionRow]:
    """公众意见采纳情况表: the public's valid opinions as the public may see them.

    Not in it: withdrawn opinions, those ruled 不予受理 (the notice gives their number), and opinions of
    asked units, which are internal (政府信息公开条例 16) and numbered in the notice. So the sum of `likes`
    is the number of valid opinions, and the number of rows is `merged`; rows of additions come on top, without likes.

    Words are quoted only where a member of the group agreed to publication (R12 b) and no ground of R52
    stands against it; otherwise the row says so in place of the words, names the kind of opinion and stays
    counted, decided and reasoned. Personal numbers are covered in words and reasons unless a person keeps one;
    names and addresses where a person covers them.
    """
    found = adopted(session, consultation_id)
    if only is None:
        return (row for _, row in found)
    # numbers skip what is inadmissible, so every line is made before the chosen ones are taken
    return (row for line, row in found if only.has(line.entry.comment_id, line.entry.group_id))


def adopted(session: Session, consultation_id: int) -> Iterator[tuple[Line, AdoptionRow]]:
    """The rows of adoption_rows, each beside the line it was made of."""
    number = above = 0
    for line in lines(session, consultation_id, public_only=True):
        if line.ruling and line.ruling.outcome == "inadmissible":
            continue
        number += 1
        above = above if line.extra else number
        yield line, AdoptionRow(
            number=number,
            submitters=masked(speakers(line.extra) if line.extra else submitters(line.entry)),
            citation=line.entry.place.citation,
            opinion=open_addition(line, above) if line.extra else open_opinion(line.entry),
            outcome=OUTCOMES[line.ruling.outcome] if line.ruling else "",
            reason=covered(ruling_text(line.ruling), line.entry.chosen) if line.ruling else "",
            likes=0 if line.extra else line.entry.likes,
        )


def opinion_text(words: Words) -> str:
    """意见内容: the words as written, the author's reason after them; the stance where there is nothing else."""
    parts = [words.text, f"理由：{words.reason}" if words.reason else ""]
    said = "\n".join(part for part in parts if part)
    return said or ("" if words.proposed_text else STANCES[words.stance])


def open_opinion(entry: Entry) -> str:
    """意见建议内容 in the public table: the words, or why they are not shown."""
    if entry.open_words:
        return _said(_covered(entry.open_words, entry.chosen))
    if entry.refused:
        return f"{WITHHELD}（提出人未同意公开原文；意见类型：{STANCES[entry.words.stance]}）"
    return WITHHELD


def _covered(words: Words, chosen: Mapping[str, str]) -> Words:
    fields = (covered(text, chosen) for text in (words.text, words.proposed_text, words.reason))
    return Words(words.stance, *fields)


def open_addition(line: Line, above: int) -> str:
    """The same for an addition to row `above`; names and addresses in it that nobody keeps are covered."""
    extra = line.extra
    if extra is None:
        raise ValueError("no addition")
    chosen = {one.value: "mask" for one in undecided(extra.sentence, line.entry.chosen)} | dict(line.entry.chosen)
    said = covered(extra.sentence, chosen) if extra.quoted else WITHHELD + ("（提出人未同意公开原文）" if extra.refused else "")
    return f"【对第{above}号意见的补充，{extra.said}人提出】{said}"


def _said(words: Words) -> str:
    proposal = f"建议修改为：{words.proposed_text}" if words.proposed_text else ""
    return "\n".join(part for part in (opinion_text(words), proposal) if part)


def unresolved(entry: Entry) -> int:
    """How many names and addresses in words that would be published nobody has chosen about."""
    words = entry.open_words
    fields = (words.text, words.proposed_text, words.reason) if words else ()
    return sum(len(undecided(text, entry.chosen)) for text in fields)


def ruling_text(ruling: Ruling) -> str:
    """理由: which part was adopted, who has it now, why, and how the clause reads afterwards."""
    parts = [
        f"采纳部分：{ruling.adopted_part}" if ruling.adopted_part else "",
        f"转送单位：{ruling.referred_to}" if ruling.referred_to else "",
        ruling.reason,
        f"修改为：{ruling.new_wording}" if ruling.new_wording else "",
    ]
    return "\n".join(part for part in parts if part)


def asked_persons(session: Session, consultation_id: int) -> dict[str, str]:
    """Name → kind of every person who answered a letter: the office's tables say 张某某（专家）.

    Asked in writing, they are named in full there; the public table holds no opinions of asked parties at all.
    """
    query = (
        select(S.c.submitter_shown, Unit.kind)
        .select_from(S.join(FormalOpinion, FormalOpinion.submission_id == S.c.id))
        .join(Solicitation, Solicitation.id == FormalOpinion.solicitation_id)
        .join(Unit, Unit.id == Solicitation.unit_id)
        .where(S.c.consultation_id == consultation_id, Unit.kind.in_(PERSONS))
    )
    return {name: UNIT_KINDS[kind] for name, kind in session.execute(query)}


def submitters(entry: Entry, persons: Mapping[str, str] = MappingProxyType({})) -> str:
    """提出单位(人): at most five names; who is not named is counted (等n个); asked `persons` with their kind."""
    formal = any(channel == "formal" for channel, _ in entry.channels)
    named = [f"{one}（{persons[one]}）" if formal and one in persons else one for one in entry.names]
    names = "、".join(named)
    return names if entry.senders <= len(entry.names) else f"{names}等{entry.senders}个"


def speakers(extra: Extra) -> str:
    """提出单位(人) of an addition, as `submitters` names them."""
    names = "、".join(extra.names)
    return names if extra.said <= len(extra.names) else f"{names}等{extra.said}个"


def remarks(entry: Entry) -> str:
    """备注: like opinions, lateness (R20), and the channel where it was not the web (R21)."""
    parts: list[str] = []
    if entry.likes > 1:
        parts.append(f"同类意见 {entry.likes} 条")
    if entry.late:
        parts.append("逾期收到" if entry.likes == 1 else f"其中 {entry.late} 条逾期收到")
    channels = [channel for channel, _ in entry.channels]
    if len(channels) > 1:
        parts.append("来源：" + "、".join(f"{channel_name(one)}{count}条" for one, count in entry.channels))
    elif channels != ["web"]:
        day = entry.received_on
        on = f"（{day.year}年{day.month}月{day.day}日收到）" if day and entry.likes == 1 else ""
        parts.append(channel_name(channels[0]) + on)
    return "；".join(parts)
