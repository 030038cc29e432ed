"""Tables of stage 3: the letter to a unit, and the unit's formal answer."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model

ANSWERS = {"no_objection": "无意见", "has_opinion": "有意见"}


class Solicitation(Model):
    """One letter (征求意见函) to one unit with its own due date."""

    __tablename__ = "solicitation"
    __table_args__ = (
        UniqueConstraint("consultation_id", "unit_id", "letter_no"),
        CheckConstraint("due_at > sent_at", name="due_after_sending"),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason <> ''", name="withdrawn_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    letter_no: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    clause_keys: Mapped[list[str]] = mapped_column(JSON, default=list, comment="empty: the whole draft")
    short_reason: Mapped[str] = mapped_column(default="", comment="why less than one workday is given (R30)")
    silence_is_consent: Mapped[bool] = mapped_column(default=False, comment="the letter said 逾期视为无意见 (R32)")
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(comment="exclusive")
    extensions: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list, comment="every later due date: before, after, reason, at, by"
    )
    viewed_at: Mapped[datetime | None] = mapped_column(comment="已查看: first opened")
    acknowledged_at: Mapped[datetime | None] = mapped_column(comment="签收: the button")
    acknowledged_by: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")


class FormalOpinion(Model):
    """The answer (复函) of a unit; its points enter the ledger as a Submission when it is sent."""

    __tablename__ = "formal_opinion"
    __table_args__ = (
        UniqueConstraint("solicitation_id", "number"),
        CheckConstraint("answer IN ('', 'no_objection', 'has_opinion')", name="answer"),
        CheckConstraint("sent_at IS NULL OR (answer <> '' AND handler <> '' AND signatory <> '' AND phone <> '')",
                        name="sent_whole"),
        CheckConstraint("sent_at IS NULL OR (answer = 'has_opinion') = (submission_id IS NOT NULL)",
                        name="points_are_in_the_ledger"),
        CheckConstraint("returned_at IS NULL OR return_reason <> ''", name="returned_with_reason"),
        CheckConstraint("accepted_at IS NULL OR (sent_at IS NOT NULL AND accepted_by <> '')",
                        name="accepted_after_sending"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"), index=True)
    number: Mapped[int] = mapped_column(default=1, comment="1, then 2 after a return for correction")
    answer: Mapped[str] = mapped_column(default="")
    reply_no: Mapped[str] = mapped_column(default="")
    reply_date: Mapped[date | None] = mapped_column(Date)
    office_section: Mapped[str] = mapped_column(default="", comment="经办科室")
    handler: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    signatory: Mapped[str] = mapped_column(default="")
    seal_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    items: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, comment="the draft: clause, text, …")
    edition: Mapped[int] = mapped_column(default=0, comment="counts savings; an older one does not overwrite")
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), unique=True)
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(default="")
    accepted_at: Mapped[datetime | None] = mapped_column(comment="已复函: the office took the answer in (R32)")
    accepted_by: Mapped[str] = mapped_column(default="")
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
