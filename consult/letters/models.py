"""Tables of stage 3: the letter to a unit, and the unit's formal answer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model

RECUSED = "recused"  # a person who declares 回避 answers with that alone: neither 无意见 nor 有意见
ANSWERS = {"no_objection": "无意见", "has_opinion": "有意见", RECUSED: "回避"}


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
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, server_default="[]", comment="every change of its words: before, after, reason, at, by"
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
        CheckConstraint("answer IN ('', 'no_objection', 'has_opinion', 'recused')", name="answer"),
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
    signed_at: Mapped[datetime | None] = mapped_column(comment="签发 inside the system")
    signed_by: Mapped[str] = mapped_column(default="", server_default="")
    sign_note: Mapped[str] = mapped_column(default="", server_default="", comment="退回修改: the signatory's words")
    sign_note_by: Mapped[str] = mapped_column(default="", server_default="")
    recusal: Mapped[str] = mapped_column(default="", server_default="", comment="回避 of a person: none or declared")
    recusal_text: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[str] = mapped_column(default="online", server_default="online", comment="online, form or paper")
    form_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), comment="the filled-in form")
    entered_by: Mapped[str] = mapped_column(default="", server_default="", comment="the clerk who entered a paper reply")
    received_on: Mapped[date | None] = mapped_column(Date, comment="the day a paper reply came in")
    received_note: Mapped[str] = mapped_column(default="", server_default="", comment="why that day is before the letter")
    digest: Mapped[str] = mapped_column(default="")


class AccessLink(Model):
    """A way in without an account: a unit's one-time link, colleagues' join code, or the signatory's link.

    Only a keyed hash is kept. It is consumed by POST only: mail scanners open links.
    """

    __tablename__ = "access_link"
    __table_args__ = (
        CheckConstraint("purpose IN ('unit', 'colleague', 'sign')", name="purpose"),
        CheckConstraint("expires_at > made_at", name="expires_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Guest(Model):
    """Somebody who came in by an AccessLink: the name they gave; bound to one letter."""

    __tablename__ = "guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("access_link.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    section: Mapped[str] = mapped_column(default="", comment="科室")
    session_hash: Mapped[str] = mapped_column(unique=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Proposal(Model):
    """A colleague's point inside a unit: kept as it was written, whether the lead takes it or leaves it out."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("left_out_at IS NULL OR left_out_note <> ''", name="left_out_with_note"),
        CheckConstraint("taken_at IS NULL OR left_out_at IS NULL", name="taken_or_left_out"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"), index=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guest.id"), index=True)
    by: Mapped[str] = mapped_column(comment="actor reference")
    by_name: Mapped[str]
    section: Mapped[str] = mapped_column(default="")
    clause_key: Mapped[str] = mapped_column(default="")
    stance: Mapped[str] = mapped_column(default="amend")
    text: Mapped[str] = mapped_column(default="")
    proposed_text: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    edition: Mapped[int] = mapped_column(default=1, comment="counts savings; an older one does not overwrite")
    at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[str] = mapped_column(default="")
    left_out_at: Mapped[datetime | None]
    left_out_by: Mapped[str] = mapped_column(default="")
    left_out_note: Mapped[str] = mapped_column(default="")


class Reminder(Model):
    """One reminder of a letter (催办), made once: before the due date, on it, or after it."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("solicitation_id", "occasion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"), index=True)
    occasion: Mapped[str] = mapped_column(comment="before:3:2026-03-20 (due day), overdue:2026-03-24 …")
    at: Mapped[datetime]
    mail_reference: Mapped[str] = mapped_column(default="", comment="the mail in the outbox; empty without an address")


class Urging(Model):
    """A line of the 督办 log: somebody of the office spoke to the unit."""

    __tablename__ = "urging"
    __table_args__ = (CheckConstraint("note <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    solicitation_id: Mapped[int] = mapped_column(ForeignKey("solicitation.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str] = mapped_column(default="")
    way: Mapped[str] = mapped_column(default="", comment="电话, 当面, 函 …")
    person: Mapped[str] = mapped_column(default="", comment="who was spoken to")
    note: Mapped[str]


class LetterTemplate(Model):
    """A text for letters that the office keeps and edits."""

    __tablename__ = "letter_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
