"""Tables of stage 4: groups of like opinions, who read what, and every ruling ever made."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model
from consult.review import desk_models, group_models  # noqa: F401 - the tables that stand beside these
from consult.review.words import GROUNDS, OUTCOMES, REASON_MIN

__all__ = ["GROUNDS", "OUTCOMES", "REASON_MIN", "Decision", "Dispute", "Group", "Mediation", "Membership", "Reading", "Withholding"]


class Group(Model):
    """Opinions that say the same on the same clause, decided once. A comment in none is a group of one."""

    __tablename__ = "opinion_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    fingerprint: Mapped[str] = mapped_column(default="", index=True)
    method: Mapped[str] = mapped_column(default="single", comment="single, exact: how its members were found")
    shared_text: Mapped[str] = mapped_column(default="", server_default="", comment="of near copies, a sentence a line")
    name: Mapped[str] = mapped_column(default="", server_default="", comment="what reviewers call a campaign")
    created_at: Mapped[datetime]


class Membership(Model):
    """A comment is in exactly one group."""

    __tablename__ = "membership"
    __table_args__ = (
        Index("ix_membership_group_comment", "group_id", "comment_id"),
        Index("ix_membership_group_entry", "group_id", "entry"),
    )

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id"))
    entry: Mapped[int] = mapped_column(default=0, server_default="0", comment="in which turn it joined, per group")


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
        CheckConstraint("(revoked_at IS NULL) = (revoked_by = '')", name="revoked_whole"),
        CheckConstraint("revoked_at IS NULL OR approved_at IS NULL", name="approved_stays"),
        Index("ix_decision_decided", "decided_by", "decided_at"),
        Index("ix_decision_bulk", "bulk_id", "approved_at"),
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
    bulk_id: Mapped[int | None] = mapped_column(ForeignKey("bulk.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(comment="taken back with its bulk before approval")
    revoked_by: Mapped[str] = mapped_column(default="", server_default="")


class Withholding(Model):
    """Wording that is not published, with its ground (R52); the opinion stays counted and decided."""

    __tablename__ = "withholding"
    __table_args__ = (CheckConstraint(f"ground IN ({', '.join(repr(one) for one in GROUNDS)})", name="ground"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    ground: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class Dispute(Model):
    """A point of an asked unit that is not adopted as it stands (争议): both sides, how it was settled, by whom.

    R34 and R42: who settles it is not who confirms it.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        UniqueConstraint("comment_id"),
        CheckConstraint("point <> ''", name="point"),
        CheckConstraint("(settled_at IS NULL) = (result = '')", name="settled_with_result"),
        CheckConstraint("confirmed_at IS NULL OR (settled_at IS NOT NULL AND confirmed_by <> settled_by)",
                        name="two_persons"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    point: Mapped[str] = mapped_column(comment="争议事项")
    unit_view: Mapped[str] = mapped_column(default="", comment="有关单位意见")
    office_view: Mapped[str] = mapped_column(default="", comment="本单位意见及依据")
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="", comment="agreed, upheld, yielded or reported")
    result: Mapped[str] = mapped_column(default="", comment="处理结果")
    earlier: Mapped[str] = mapped_column(default="", comment="results that were confirmed before this one")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(default="")


class Mediation(Model):
    """One meeting or exchange about a dispute (协调记录). Never changed, only added to."""

    __tablename__ = "mediation"
    __table_args__ = (CheckConstraint("record <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), index=True)
    held_on: Mapped[date] = mapped_column(Date)
    units: Mapped[str] = mapped_column(default="", comment="who took part")
    record: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    at: Mapped[datetime]
    by: Mapped[str]
