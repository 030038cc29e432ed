"""Tables of stage 4: groups of like opinions, who read what, and every ruling ever made."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model
from consult.review.words import GROUNDS, OUTCOMES, REASON_MIN

__all__ = ["GROUNDS", "OUTCOMES", "REASON_MIN", "Decision", "Group", "Membership", "Reading", "Withholding"]


class Group(Model):
    """Opinions that say the same on the same clause, decided once. A comment in none is a group of one."""

    __tablename__ = "opinion_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    fingerprint: Mapped[str] = mapped_column(default="", index=True)
    method: Mapped[str] = mapped_column(default="single", comment="single, exact: how its members were found")
    created_at: Mapped[datetime]


class Membership(Model):
    """A comment is in exactly one group."""

    __tablename__ = "membership"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id"), index=True)


class Reading(Model):
    """Who opened an opinion first and when (R40)."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("comment_id", "reader"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    reader: Mapped[str]
    at: Mapped[datetime]


class Decision(Model):
    """One ruling on a group. A later one has the next number and never erases an earlier one (R43)."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        CheckConstraint(f"outcome IN ({', '.join(repr(one) for one in OUTCOMES)})", name="outcome"),
        CheckConstraint(f"outcome = 'adopted' OR length(reason) >= {REASON_MIN}", name="reason"),
        CheckConstraint("outcome <> 'partly_adopted' OR adopted_part <> ''", name="which_part"),
        CheckConstraint("outcome <> 'referred' OR referred_to <> ''", name="referred_where"),
        CheckConstraint("(approved_at IS NULL) = (approved_by = '')", name="approved_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id"), index=True)
    number: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    adopted_part: Mapped[str] = mapped_column(default="")
    referred_to: Mapped[str] = mapped_column(default="")
    new_wording: Mapped[str] = mapped_column(default="", comment="对应修改后条文")
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    decided_name: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(default="")
    digest: Mapped[str]


class Withholding(Model):
    """Wording that is not published, with its ground (R52); the opinion stays counted and decided."""

    __tablename__ = "withholding"
    __table_args__ = (CheckConstraint(f"ground IN ({', '.join(repr(one) for one in GROUNDS)})", name="ground"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    ground: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
