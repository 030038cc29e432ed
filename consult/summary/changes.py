"""修改对照表 from decisions that name a new wording, and 主要争议处理表 of formal opinions that were turned down."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy.orm import Session

from consult.review.models import OUTCOMES
from consult.summary.rows import opinion_text, ruling_text, submitters
from consult.summary.table import Cell
from consult.summary.walk import Entry, walk

DISPUTED = frozenset({"not_adopted", "partly_adopted"})


def comparison_rows(session: Session, consultation_id: int) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.COMPARISON: one row for each new wording of a clause.

    Rulings that end in the same wording share a row; 对应意见序号 are the numbers of 意见汇总处理表.
    """
    numbered = enumerate(walk(session, consultation_id), 1)
    changed = ((number, one) for number, one in numbered if one.ruling and one.ruling.new_wording)
    row = 0
    for _, near in groupby(changed, key=lambda pair: pair[1].place):
        same: dict[str, list[tuple[int, Entry]]] = {}
        for number, entry in near:
            same.setdefault(entry.ruling.new_wording if entry.ruling else "", []).append((number, entry))
        for wording, found in same.items():
            row += 1
            place = found[0][1].place
            reasons = dict.fromkeys(one.ruling.reason for _, one in found if one.ruling and one.ruling.reason)
            original = place.original or place.citation
            yield (row, original, wording, "\n".join(reasons), "、".join(str(number) for number, _ in found))


def dispute_rows(session: Session, consultation_id: int) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.DISPUTES: opinions of asked units that were adopted in part or not (R44).

    协调情况 is for the office to fill in: nothing in the ledger says it yet.
    """
    row = 0
    for entry in walk(session, consultation_id):
        formal = any(channel == "formal" for channel, _ in entry.channels)
        if not (formal and entry.ruling and entry.ruling.outcome in DISPUTED):
            continue
        row += 1
        proposal = f"建议修改为：{entry.words.proposed_text}" if entry.words.proposed_text else ""
        said = "\n".join(part for part in (opinion_text(entry.words), proposal) if part)
        yield (row, entry.place.citation, f"{submitters(entry)}：{said}", ruling_text(entry.ruling), "",
               OUTCOMES[entry.ruling.outcome])  # fmt: skip
