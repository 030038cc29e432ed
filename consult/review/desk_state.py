"""What a row of the desk takes from its ruling, its disputes, its additions and whoever is to handle it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from consult.base.clock import local_date
from consult.base.db import db
from consult.drafts.descent import seats
from consult.drafts.models import Clause, Version
from consult.intake.models import Comment
from consult.review.desk_models import APPROVED, DECIDED, UNDECIDED, WITHDRAWN, Assignment, ClauseDuty
from consult.review.dispute_find import is_open
from consult.review.find import slices, stands
from consult.review.group_models import OPEN, Addition
from consult.review.models import Decision, Membership

Row = dict[str, Any]


def with_state(rows: Sequence[Row]) -> list[Row]:
    """The rows with state, outcome, disputed, open_additions and assignee as they are now; the same objects."""
    living = [row for row in rows if row["state"] != WITHDRAWN]
    groups = [row["group_id"] for row in living if row["group_id"]]
    rulings, disputes, extra = _rulings(groups), _disputes(living), open_additions(groups)
    people, duties, began = _assigned(groups), Duties(), _began(rulings)
    for row in living:
        ruling = rulings.get(row["group_id"])
        row["outcome"] = ruling.outcome if ruling else ""
        row["decided_on"] = local_date(began[row["group_id"]]) if ruling else None
        row["state"] = UNDECIDED if ruling is None else DECIDED if ruling.approved_at is None else APPROVED
        row["disputed"] = disputes.get(row["group_id"] or -row["comment_id"], 0)
        row["open_additions"] = extra.get(row["group_id"], 0)
        row["assignee"] = people.get(row["group_id"]) or duties.of(row["consultation_id"], row["clause_id"])
    return list(rows)


def _rulings(groups: Iterable[int]) -> dict[int | None, Any]:
    found: dict[int | None, Any] = {}
    for part in slices(groups):
        query = select(
            Decision.group_id, Decision.outcome, Decision.approved_at, Decision.number, Decision.decided_at
        )
        for one in db.session.execute(query.where(Decision.group_id.in_(part), stands())):
            found[one.group_id] = one
    return found


def _began(rulings: dict[int | None, Any]) -> dict[int | None, datetime]:
    """group → when it was first ruled on; what was taken back does not count."""
    found = {group: one.decided_at for group, one in rulings.items()}
    for part in slices(group for group, one in rulings.items() if group and one.number > 1):
        query = select(Decision.group_id, func.min(Decision.decided_at).label("first"))
        query = query.where(Decision.group_id.in_(part), Decision.revoked_at.is_(None)).group_by(Decision.group_id)
        found |= {one.group_id: one.first for one in db.session.execute(query)}
    return found


def _disputes(rows: Sequence[Row]) -> dict[int, int]:
    """group id, or minus the comment's id, → open disputes; only units' opinions have any."""
    groups = [row["group_id"] for row in rows if row["group_id"] and row["unit_id"]]
    found: dict[int, int] = {}
    for part in slices(groups):
        query = (
            select(Membership.group_id, func.count())
            .join(Comment, Comment.id == Membership.comment_id)
            .where(Membership.group_id.in_(part), Comment.withdrawn_at.is_(None), is_open(Comment.id))
        )
        found |= {one: number for one, number in db.session.execute(query.group_by(Membership.group_id))}  # noqa: C416
    return found


def open_additions(groups: Iterable[int]) -> dict[int | None, int]:
    """group → additions that living members say, that are no mere change of words, and that nobody has ruled on."""
    found: dict[int | None, int] = {}
    for part in slices(groups):
        query = select(Addition.group_id, func.count()).where(Addition.group_id.in_(part), text(OPEN))
        found |= {one: number for one, number in db.session.execute(query.group_by(Addition.group_id))}  # noqa: C416
    return found


def _assigned(groups: Iterable[int]) -> dict[int | None, str]:
    found: dict[int | None, str] = {}
    for part in slices(groups):
        query = select(Assignment.group_id, Assignment.assignee).where(Assignment.group_id.in_(part))
        found |= {one.group_id: one.assignee for one in db.session.execute(query)}
    return found


class Duties:
    """Who handles what is said on a clause: the nearest clause above that has somebody, itself first."""

    def __init__(self) -> None:
        self._known: dict[int, dict[int | None, str]] = {}

    def of(self, consultation_id: int, clause_id: int | None) -> str:
        """The person's reference, or empty."""
        return self.all(consultation_id).get(clause_id, "")

    def all(self, consultation_id: int) -> dict[int | None, str]:
        """clause, None for the whole draft → who handles it, as it was when it was first asked for."""
        if consultation_id not in self._known:
            self._known[consultation_id] = self._read(consultation_id)
        return self._known[consultation_id]

    @staticmethod
    def _read(consultation_id: int) -> dict[int | None, str]:
        query = select(ClauseDuty.clause_key, ClauseDuty.assignee).where(ClauseDuty.consultation_id == consultation_id)
        duty = {one.clause_key: one.assignee for one in db.session.execute(query)}
        if not duty:
            return {}
        above = {seat.key: seat.above for seat in seats(db.session(), consultation_id)}
        found: dict[int | None, str] = {None: duty.get("", "")}
        clauses = (
            select(Clause.id, Clause.key)
            .join(Version, Version.id == Clause.version_id)
            .where(Version.consultation_id == consultation_id)
        )
        for number, key in db.session.execute(clauses):
            at: str | None = key
            while at and at not in duty:
                at = above.get(at)
            if at:
                found[number] = duty[at]
        return found
