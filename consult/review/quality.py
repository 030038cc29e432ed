"""Warnings about rulings, found by counting and comparing words; made for a whole project, kept in a table, never a bar.

`look` reads every ruling that stands, clause by clause in slices; what it finds is put into the table in small parts.
A page shows counts and lists from there, and works out what it can of a single case on the spot.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from consult.base.crypto import digest
from consult.base.db import db
from consult.drafts.models import Clause, Version
from consult.intake.models import Comment
from consult.review import desk, sweeps
from consult.review.desk_models import APPROVED, DECIDED, DeskRow, QualityHint
from consult.review.find import stands
from consult.review.models import Decision, Group
from consult.review.near import side
from consult.review.quality_rules import KINDS, TAKEN, TURNED, Said, Unlike, brief, empty_part, overused
from consult.review.quality_text import Texts, texts_of, unasked
from consult.review.sentences import same

MOST = 5000  # rows of one kind that are listed; all are counted
MOST_EACH = 200  # rows listed of one reason
SLICE = 1000
PART = 500  # rows written in one transaction
ROWS = 50  # on a page

R = DeskRow.__table__
Hint = dict[str, Any]


@dataclass
class Findings:
    """What a look over a project found: hints to be listed, how many rows of each kind there are in all."""

    hints: list[Hint]
    totals: Counter[str]

    def add(self, kind: str, comment_id: int | None, **facts: object) -> None:
        """One more."""
        self.totals[kind] += 1
        if self.totals[kind] <= MOST:
            self.hints.append({
                "kind": kind, "comment_id": comment_id, "clause_key": "", "other_id": None, "about": "",
            } | facts)  # fmt: skip


def look(consultation_id: int, report: Callable[[int, int], None] | None = None) -> Findings:
    """Every warning of a project; a read, in slices. `report` is told how many of the clauses are done."""
    found, texts, reasons = Findings([], Counter()), texts_of(consultation_id), Reasons()
    places = [int(one) if one else None for one in desk.counters(consultation_id, "living")["living"]]
    places.sort(key=lambda one: one or 0)
    for done, place in enumerate(places, 1):
        unlike = Unlike([texts.own.get(place, "")] if place else [])
        for row in _rulings(consultation_id, place):
            _one(found, row, texts)
            reasons.add(row)
            other = unlike.found(Said(row.comment_id, row.outcome, side(row.stance), _point(row)))
            if other is not None:
                found.add("unlike", row.comment_id, other_id=other)
        if report:
            report(done, len(places))
    reasons.tell(found)
    for key, what in unasked(consultation_id):
        found.add("unasked", None, clause_key=key, about=what)
    return found


def _rulings(consultation_id: int, place: int | None) -> Iterator[Any]:
    """Decided rows on one clause with their ruling and the words of their first member or shared text."""
    query = (
        select(
            R.c.comment_id, R.c.outcome, R.c.stance, R.c.clause_id, Comment.text, Comment.proposed_text,
            Comment.reason.label("said_reason"), Group.shared_text, Decision.reason, Decision.adopted_part,
            Decision.new_wording,
        )
        .join(Comment, Comment.id == R.c.comment_id)
        .join(Group, Group.id == R.c.group_id)
        .join(Decision, Decision.group_id == R.c.group_id)
        .where(
            R.c.consultation_id == consultation_id, R.c.state.in_((DECIDED, APPROVED)), stands(),
            R.c.clause_id.is_(None) if place is None else R.c.clause_id == place,
        )
        .order_by(R.c.comment_id)
        .limit(SLICE)
    )  # fmt: skip
    after = 0
    while rows := db.session.execute(query.where(R.c.comment_id > after)).all():
        after = rows[-1].comment_id
        yield from rows


def _point(row: Any) -> str:
    return row.shared_text or "\n".join(filter(None, (row.text, row.proposed_text, row.said_reason)))


def _one(found: Findings, row: Any, texts: Texts) -> None:
    """What a ruling says about itself."""
    if row.outcome == "partly_adopted" and empty_part(row.adopted_part):
        found.add("empty_part", row.comment_id, about=row.adopted_part[:60])
    if unchanged(row.outcome, row.new_wording, row.clause_id, row.stance, texts):
        found.add("unchanged", row.comment_id)
    if row.outcome in TURNED and brief(_point(row), row.reason):
        found.add("brief", row.comment_id, about=row.reason[:60])


def unchanged(outcome: str, new_wording: str, clause_id: int | None, stance: str, texts: Texts) -> bool:
    """Whether something was adopted that shows nowhere: no new wording, and no later version reads otherwise.

    Support asks for no change, and an opinion on the whole names no clause.
    """
    return outcome in TAKEN and not new_wording and clause_id is not None and stance != "support" and not texts.changed(clause_id)


class Reasons:
    """Which rows each reason stands on."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = {}
        self._count: Counter[str] = Counter()

    def add(self, row: Any) -> None:
        """One more ruling; adopted and inadmissible ones may share their words."""
        if row.outcome in TURNED:
            key = digest(same(row.reason))[:32]
            self._count[key] += 1
            rows = self._rows.setdefault(key, [])
            if len(rows) < MOST_EACH:
                rows.append(row.comment_id)

    def tell(self, found: Findings) -> None:
        """The rows of every reason that is used too often, the most used first."""
        for key, count in self._count.most_common():
            if not overused(count):
                break
            for number in self._rows[key]:
                found.add("stock", number, about=str(count))
            found.totals["stock"] += count - len(self._rows[key])


def clear(consultation_id: int) -> None:
    """Take away what was found before."""
    db.session.execute(delete(QualityHint).where(QualityHint.consultation_id == consultation_id))


def put(consultation_id: int, hints: Sequence[Hint]) -> None:
    """Put some of what was found into the table."""
    if hints:
        db.session.execute(insert(QualityHint), [one | {"consultation_id": consultation_id} for one in hints])


def finish(now: datetime, consultation_id: int, made_from: str, totals: Mapping[str, int]) -> None:
    """Note when all of it was found and how much there is."""
    sweeps.note(now, consultation_id, sweeps.QUALITY, made_from, {"totals": {kind: totals.get(kind, 0) for kind in KINDS}})


def make_all(now: datetime, consultation_id: int) -> None:
    """All warnings of a small project inside one transaction."""
    made_from, found = sweeps.stamp(consultation_id, sweeps.QUALITY), look(consultation_id)
    clear(consultation_id)
    put(consultation_id, found.hints)
    finish(now, consultation_id, made_from, found.totals)


@dataclass(frozen=True)
class Line:
    """A warning with its row: the first member, its clause, the ruling that stands; `other` was decided unlike."""

    hint: QualityHint
    comment: Comment | None
    clause: Clause | None
    ruling: Decision | None
    outcome: str
    size: int
    other: str


def page(consultation_id: int, kind: str, after: int = 0) -> tuple[list[Line], int | None]:
    """Warnings of one kind behind the one numbered `after`, and where the next page goes on; a few queries by key."""
    other = DeskRow.__table__.alias()
    query = (
        select(QualityHint, Comment, Clause, Decision, R.c.outcome, R.c.size, other.c.outcome.label("other"))
        .outerjoin(R, R.c.comment_id == QualityHint.comment_id)
        .outerjoin(Comment, Comment.id == QualityHint.comment_id)
        .outerjoin(Clause, Clause.id == R.c.clause_id)
        .outerjoin(Decision, (Decision.group_id == R.c.group_id) & stands())
        .outerjoin(other, other.c.comment_id == QualityHint.other_id)
        .where(QualityHint.consultation_id == consultation_id, QualityHint.kind == kind, QualityHint.id > after)
        .order_by(QualityHint.id)
        .limit(ROWS + 1)
    )
    rows = [Line(*row[:4], row.outcome or "", row.size or 0, row.other or "") for row in db.session.execute(query)]
    return rows[:ROWS], rows[ROWS - 1].hint.id if len(rows) > ROWS else None


def named(consultation_id: int, keys: Sequence[str]) -> dict[str, str]:
    """key → what the clause is called now or was last called."""
    query = (
        select(Clause.key, Clause.citation, Clause.label, Clause.text)
        .join(Version, Version.id == Clause.version_id)
        .where(Version.consultation_id == consultation_id, Clause.key.in_(list(keys)))
        .order_by(Version.number)
    )
    return {one.key: one.citation or one.label or one.text[:12] for one in db.session.execute(query)}


@dataclass(frozen=True)
class Advice:
    """A hint beside a ruling: its kind, in a sentence, and the opinion it points to."""

    kind: str
    words: str
    other: int | None = None


def advice(comment: Comment, group: Group | None, ruling: Decision | None) -> list[Advice]:
    """What to look at once more in one case: its own words as they are now, the rest from the last look."""
    if ruling is None or comment.withdrawn_at:
        return []
    found, point = [], "\n".join(filter(None, (comment.text, comment.proposed_text, comment.reason)))
    point = group.shared_text if group and group.shared_text else point
    if ruling.outcome == "partly_adopted" and empty_part(ruling.adopted_part):
        found.append(Advice("empty_part", f"“采纳部分”写的是“{ruling.adopted_part[:20]}”，看不出采纳了哪一部分。"))
    if _taken_and_bare(comment, ruling) and not texts_of(comment.consultation_id).changed(comment.clause_id or 0):
        found.append(Advice("unchanged", "处理为采纳，但没有填写修改后的条文，草案这一条也没有改。"))
    if ruling.outcome in TURNED and brief(point, ruling.reason):
        found.append(Advice("brief", f"意见有 {len(point)} 个字，理由只有 {len(ruling.reason)} 个字，看看是不是每一点都答了。"))
    return found + _kept(comment.id, ruling)


def _taken_and_bare(comment: Comment, ruling: Decision) -> bool:
    return ruling.outcome in TAKEN and not ruling.new_wording and comment.clause_id is not None and comment.stance != "support"


def _kept(comment_id: int, ruling: Decision) -> list[Advice]:
    """What the last look said about this row and the ruling that stands still allows."""
    query = select(QualityHint).where(
        QualityHint.comment_id == comment_id, QualityHint.kind.in_(("stock", "unlike"))
    )
    found = []
    for one in db.session.scalars(query.order_by(QualityHint.id)):
        if one.kind == "stock" and ruling.outcome in TURNED:
            found.append(Advice("stock", f"这个理由用在了 {one.about} 组意见上，看看是不是针对这一条写的。"))
        elif one.kind == "unlike" and one.other_id:
            other = db.session.scalar(select(func.max(R.c.outcome)).where(R.c.comment_id == one.other_id))
            if other and other != ruling.outcome:
                found.append(Advice("unlike", "有相近的意见，处理和这一条不同：", one.other_id))
    return found
