"""Reads for the reviewers' pages: how far each project is, and what stands behind a ruling."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from consult.base.db import db
from consult.drafts.models import Clause
from consult.intake.models import Arrival, Comment, Submission
from consult.review.desk_models import APPROVED, DECIDED, UNDECIDED, DeskCount, DeskRow
from consult.review.find import slices
from consult.review.models import Decision, Group


@dataclass(frozen=True)
class Progress:
    """Opinions (条) of one project; `read` and `decided` leave withdrawn ones out."""

    received: int = 0
    withdrawn: int = 0
    read: int = 0
    decided: int = 0

    @property
    def standing(self) -> int:
        """What is to be decided in all: received without withdrawn."""
        return self.received - self.withdrawn

    @property
    def open(self) -> int:
        """What has no ruling yet."""
        return self.standing - self.decided

    @property
    def unread(self) -> int:
        """What nobody has opened yet."""
        return self.standing - self.read


def progress() -> dict[int, Progress]:
    """consultation id → how far it is, for every project that has received anything; from the counters.

    What came in since the desk last looked counts as received and open.
    """
    facets = ("received", "withdrawn", "unread", "state")
    query = select(DeskCount).where(DeskCount.facet.in_(facets))
    known: dict[int, Counter[str]] = defaultdict(Counter)
    for one in db.session.scalars(query):
        known[one.consultation_id][one.facet + one.value] += one.count
    waiting = select(Arrival.consultation_id, func.count()).where(Arrival.what == "new")
    fresh = dict(db.session.execute(waiting.group_by(Arrival.consultation_id)).all())
    found = {}
    for number in known.keys() | fresh.keys():
        one, new = known[number], fresh.get(number, 0)
        standing = sum(one[f"state{state}"] for state in (UNDECIDED, DECIDED, APPROVED))
        found[number] = Progress(
            one["received"] + new, one["withdrawn"], standing - one["unread"], standing - one[f"state{UNDECIDED}"]
        )
    return found


@dataclass(frozen=True)
class Ruled:
    """A ruling with the first opinion it covers, which stands for all `size` of them; `shared` is what they have in common."""

    decision: Decision
    comment: Comment
    submission: Submission
    clause: Clause | None
    size: int
    shared: str


def ruled(decisions: Iterable[Decision]) -> list[Ruled]:
    """What each ruling is about, in the order given; one whose opinions are all withdrawn is left out."""
    wanted = list(decisions)
    found: dict[int, tuple[Comment, Submission, Clause | None, int, str]] = {}
    query = (
        select(DeskRow.group_id, Comment, Submission, Clause, DeskRow.size, Group.shared_text)
        .join(Comment, Comment.id == DeskRow.comment_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Group, Group.id == DeskRow.group_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
    )
    for part in slices(one.group_id for one in wanted):
        rows = db.session.execute(query.where(DeskRow.group_id.in_(part)))
        found |= {row[0]: (row[1], row[2], row[3], row[4], row[5] or "") for row in rows}
    return [Ruled(one, *found[one.group_id]) for one in wanted if one.group_id in found]
