"""Tables beside the rulings: what is covered before publication, internal notes, the library of reasons."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model


class Mask(Model):
    """A person's choice about one piece of one opinion: covered before publication, or kept as it stands (R15, R52)."""

    __tablename__ = "mask"
    __table_args__ = (
        UniqueConstraint("comment_id", "field", "start", "end"),
        CheckConstraint("field IN ('text', 'proposed_text', 'reason')", name="field"),
        CheckConstraint("choice IN ('mask', 'keep')", name="choice"),
        CheckConstraint('start >= 0 AND "end" > start', name="span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    field: Mapped[str]
    start: Mapped[int] = mapped_column(comment="code points, as the text was received")
    end: Mapped[int] = mapped_column(comment="behind the last one")
    kind: Mapped[str]
    choice: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class InternalNote(Model):
    """What colleagues tell each other about an opinion (内部备注): only added to, never public."""

    __tablename__ = "internal_note"
    __table_args__ = (CheckConstraint("body <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    body: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class Reason(Model):
    """One reason of the library (理由库), for one of the eight results or for any."""

    __tablename__ = "reason"
    __table_args__ = (CheckConstraint("title <> '' AND body <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(comment="one of the eight results, empty for any")
    title: Mapped[str]
    body: Mapped[str]
    active: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
