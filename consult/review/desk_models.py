"""Tables of the desk: what the queue filters and counts by, who handles what, and the views people keep."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model

UNDECIDED, DECIDED, APPROVED, WITHDRAWN = range(4)
MIXED = "mixed"  # members of the group differ: the mask beside says which there are


def _index(name: str, *columns: str, where: str = "") -> Index:
    more = {"sqlite_where": text(where), "postgresql_where": text(where)} if where else {}
    return Index(f"ix_desk_row_{name}", "consultation_id", *columns, **more)


class DeskRow(Model):
    """One row of the queue: a group, or an opinion in none, or a withdrawn opinion; known by its first comment.

    Everything here follows from other tables: `desk.settle` makes it, `verify` makes it anew and compares.
    """

    __tablename__ = "desk_row"
    __table_args__ = (
        _index("key", "comment_id"),
        _index("clause", "clause_id", "comment_id"),
        _index("state", "state", "comment_id"),
        _index("outcome", "outcome", "comment_id"),
        _index("channel", "channel", "comment_id"),
        _index("stance", "stance", "comment_id"),
        _index("kind", "kind", "comment_id"),
        _index("size", "size", "comment_id"),
        _index("unread", "comment_id", where="unread > 0"),
        _index("marked", "comment_id", where="marks > 0"),
        _index("disputed", "comment_id", where="disputed > 0"),
        _index("unit", "unit_id", "comment_id", where="unit_id IS NOT NULL"),
        _index("assignee", "assignee", "comment_id", where="assignee <> ''"),
        _index("extra", "comment_id", where="open_additions > 0"),
        _index("grouped", "comment_id", where="size > 1"),
        _index("day", "first_day", "comment_id"),
        Index("ix_desk_row_group_id", "group_id"),
    )

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True, autoincrement=False)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("opinion_group.id"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    state: Mapped[int] = mapped_column(SmallInteger, default=UNDECIDED)
    outcome: Mapped[str] = mapped_column(default="")
    stance: Mapped[str]
    stances: Mapped[int] = mapped_column(comment="bit n: the n-th of STANCES occurs")
    channel: Mapped[str]
    channels: Mapped[int] = mapped_column(comment="bit n: the n-th of CHANNELS occurs")
    kind: Mapped[str] = mapped_column(comment="of the submitters")
    kinds: Mapped[int] = mapped_column(comment="bit n: the n-th of SUBMITTER_KINDS occurs")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), comment="the unit behind a formal opinion")
    size: Mapped[int] = mapped_column(comment="living members; 1 for a withdrawn opinion's own row")
    unread: Mapped[int] = mapped_column(comment="living members that nobody has opened")
    marks: Mapped[int] = mapped_column(default=0, comment="bit n: the n-th of MARKS")
    disputed: Mapped[int] = mapped_column(default=0, comment="open disputes with units")
    open_additions: Mapped[int] = mapped_column(default=0, comment="additions that wait for a ruling of their own")
    assignee: Mapped[str] = mapped_column(default="")
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    decided_on: Mapped[date | None] = mapped_column(Date, comment="the day of the first ruling that was not taken back")


class DeskCount(Model):
    """How many opinions (条) of a project have this value; counted up and down with the rows, recounted by verify."""

    __tablename__ = "desk_count"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    facet: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class Assignment(Model):
    """Who is to handle a group (R45); it goes before what is said of its clause."""

    __tablename__ = "assignment"

    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id"), primary_key=True)
    assignee: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class ClauseDuty(Model):
    """Who handles what is said on a clause and all under it; an empty key is the whole draft."""

    __tablename__ = "clause_duty"
    __table_args__ = (UniqueConstraint("consultation_id", "clause_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    clause_key: Mapped[str]
    assignee: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class SavedView(Model):
    """A filter that somebody keeps under a name; a shared one is there for all reviewers."""

    __tablename__ = "saved_view"
    __table_args__ = (CheckConstraint("name <> ''", name="named"), UniqueConstraint("consultation_id", "owner", "name"))

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    owner: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class Topic(Model):
    """What many opinions on a clause say in the same words: a phrase, how many say it, some of them. Rebuildable."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    clause_key: Mapped[str] = mapped_column(comment="as the clause filter has it: with all under it, or the whole draft")
    phrase: Mapped[str]
    count: Mapped[int] = mapped_column(comment="rows of the queue in which somebody says it")
    opinions: Mapped[int] = mapped_column(comment="opinions that say it")
    examples: Mapped[str] = mapped_column(default="", comment="comment ids, comma separated")
    made_at: Mapped[datetime]


class Sweep(Model):
    """When topics or warnings of a project were last made, and how far the project was then. Rebuildable."""

    __tablename__ = "sweep"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    stamp: Mapped[str] = mapped_column(comment="what it was made from; another one says that something came since")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class QualityHint(Model):
    """A ruling or a clause that a person should look at once more, and why; it stops nobody. Rebuildable."""

    __tablename__ = "quality_hint"
    __table_args__ = (Index("ix_quality_hint_kind", "consultation_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    kind: Mapped[str]
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    clause_key: Mapped[str] = mapped_column(default="")
    other_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), comment="the row that was decided unlike")
    about: Mapped[str] = mapped_column(default="", comment="the reason, the part, the clause: no words of the public")
