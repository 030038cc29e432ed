"""The tables of stage 5: who approved which table, what was published, frozen with its hash, and how it pleased."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model
from consult.summary import kept_models  # noqa: F401 - the table that stands beside these


class TableApproval(Model):
    """An approver's yes to the results as they stood (R42); any later change has another digest and reopens it."""

    __tablename__ = "table_approval"
    __table_args__ = (CheckConstraint("digest <> ''", name="digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    digest: Mapped[str] = mapped_column(comment="over numbers, public rows and every current decision")
    rows: Mapped[int]
    approved_by: Mapped[str]
    approved_name: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[datetime]


class Release(Model):
    """One published 采纳情况公告 with its numbers and table; a correction is a new one beside it."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        CheckConstraint("released_by <> approved_by", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    number: Mapped[int]
    notice: Mapped[str] = mapped_column(comment="the words of the announcement, paragraphs by line")
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, server_default="[]", deferred=True,
        comment="clauses that the rulings change: before, after, reason",
    )
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]
    released_by: Mapped[str]
    released_at: Mapped[datetime]
    digest: Mapped[str]


class ReleaseRow(Model):
    """One line of 采纳情况表 as published; read by page, never all at once."""

    __tablename__ = "release_row"
    __table_args__ = (
        Index("ix_release_row_clause", "release_id", "clause_key", "number"),
        Index("ix_release_row_outcome", "release_id", "outcome", "number"),
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    clause_key: Mapped[str] = mapped_column(default="")
    submitters: Mapped[str]
    citation: Mapped[str]
    opinion: Mapped[str]
    outcome: Mapped[str] = mapped_column(comment="in words, as published")
    reason: Mapped[str]
    likes: Mapped[int]


class Satisfaction(Model):
    """One answer to the question after a result: how satisfied somebody is, 5 very to 1 not at all; nobody's name."""

    __tablename__ = "satisfaction"
    __table_args__ = (
        UniqueConstraint("consultation_id", "voter"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("length(remark) <= 200", name="remark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    score: Mapped[int]
    remark: Mapped[str] = mapped_column(default="", comment="for the office only")
    answered_at: Mapped[datetime]
    voter: Mapped[str] = mapped_column(comment="keyed hash of the address, salted with the day: one answer a day")


class TableReturn(Model):
    """A filled 意见汇总处理表 that was loaded back and confirmed: who, when, which file, how many rulings came of it."""

    __tablename__ = "table_return"
    __table_args__ = (CheckConstraint("rulings + additions > 0", name="changes_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(comment="of the file as it was loaded")
    rows: Mapped[int] = mapped_column(comment="rows in the file")
    rulings: Mapped[int] = mapped_column(comment="rulings on groups that came of it")
    additions: Mapped[int] = mapped_column(comment="rulings on additions that came of it")
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(comment="over what its rulings say")
