"""Tables of stage 2: one sending with one receipt, the comments in it, and baskets not yet sent."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model
from consult.intake.words import CHANNELS, OFFLINE, ORGANISATIONS, STANCES, SUBMITTER_KINDS

__all__ = [
    "Arrival",
    "Attachment",
    "CHANNELS",
    "OFFLINE",
    "ORGANISATIONS",
    "STANCES",
    "SUBMITTER_KINDS",
    "Basket",
    "Comment",
    "MailWish",
    "Submission",
]


class Submission(Model):
    """One sending (一次提交): one receipt, one channel, 1–50 comments. Never deleted."""

    __tablename__ = "submission"
    __table_args__ = (
        CheckConstraint("comment_count >= 1", name="not_empty"),
        Index("ix_submission_consultation_received", "consultation_id", "received_at"),
        Index(
            "ix_submission_asks", "consultation_id",
            sqlite_where=text("wants_reply = 1"), postgresql_where=text("wants_reply"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    channel: Mapped[str]
    received_at: Mapped[datetime]
    received_on: Mapped[date | None] = mapped_column(Date, comment="收到日期 of a letter or call, as the clerk says")
    receipt_hash: Mapped[str] = mapped_column(unique=True)
    send_hash: Mapped[str] = mapped_column(unique=True)
    comment_count: Mapped[int]
    submitter_kind: Mapped[str] = mapped_column(default="")
    submitter_shown: Mapped[str] = mapped_column(default="", comment="masked person or full unit name (R52)")
    region: Mapped[str] = mapped_column(default="")
    wants_reply: Mapped[bool] = mapped_column(default=False)
    may_contact: Mapped[bool] = mapped_column(default=False, comment="consent (a) of R12")
    may_publish: Mapped[bool] = mapped_column(default=False, comment="consent (b) of R12")
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_erased_at: Mapped[datetime | None]
    address_hash: Mapped[str] = mapped_column(default="", comment="keyed hash of the sender's address, never raw")
    marks: Mapped[list[str]] = mapped_column(JSON, default=list, comment="why a machine asks for a second look")
    late: Mapped[bool] = mapped_column(default=False, comment="逾期收到 (R20)")
    registered_by: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="", comment="?src= of the link that was followed")
    supplements: Mapped[int | None] = mapped_column(
        ForeignKey("submission.id"), index=True, comment="the earlier sending that this one adds to"
    )
    digest: Mapped[str] = mapped_column(comment="over the comments as received")


class Comment(Model):
    """One opinion (意见) on a clause or, with clause_id empty, on the whole draft. Kept exactly as written."""

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("submission_id", "ordinal"),
        CheckConstraint("withdrawn_at IS NOT NULL OR text <> '' OR proposed_text <> '' OR stance = 'support'",
                        name="says_something"),
        Index("ix_comment_consultation_clause", "consultation_id", "clause_id", "id"),
        Index("ix_comment_fingerprint", "consultation_id", "fingerprint"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    ordinal: Mapped[int]
    stance: Mapped[str] = mapped_column(default="other")
    text: Mapped[str] = mapped_column(default="")
    proposed_text: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[str] = mapped_column(comment="equal for opinions that say the same in the same words")
    withdrawn_at: Mapped[datetime | None]


class Arrival(Model):
    """An opinion that came in or was taken back since later stages last looked; they strike it off in turn."""

    __tablename__ = "arrival"
    __table_args__ = (CheckConstraint("what IN ('new', 'withdrawn')", name="what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    what: Mapped[str] = mapped_column(default="new")


class Attachment(Model):
    """A file that came with a sending (附件); at withdrawal its bytes go, its hash and place in the digest stay."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("submission_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    ordinal: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str]
    erased_at: Mapped[datetime | None]


class MailWish(Model):
    """Somebody asks for one mail when the result is out; the address is sealed and erased once it is used."""

    __tablename__ = "mail_wish"
    __table_args__ = (CheckConstraint("email_sealed IS NULL OR mailed_at IS NULL", name="used_once"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    wanted_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None] = mapped_column(index=True)


class Basket(Model):
    """Opinions collected and not yet sent, for people without JavaScript; gone after 24 hours."""

    __tablename__ = "basket"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    items: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    files: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default="[]", comment="signed names of uploads that wait for the sending"
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)
