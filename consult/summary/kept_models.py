"""A file with a table that a job makes, kept for some days: what was asked for, how far it is, where it lies."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model

STATES = {"waiting": "排队中", "running": "正在生成", "done": "可以下载", "failed": "没有做成", "gone": "已经清理"}


class ExportFile(Model):
    """One wish for one file. Its bytes lie under the instance folder as long as it is done; the row stays for good."""

    __tablename__ = "export_file"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(one) for one in STATES)})", name="state"),
        CheckConstraint("(place <> '') = (state = 'done')", name="bytes_where_done"),
        CheckConstraint("state <> 'done' OR (length(sha256) = 64 AND made_at IS NOT NULL AND expires_at IS NOT NULL)",
                        name="done_whole"),
        CheckConstraint("state <> 'failed' OR message <> ''", name="failed_why"),
        Index("ix_export_file_expiry", "state", "expires_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    table_name: Mapped[str]
    format: Mapped[str]
    filter: Mapped[str] = mapped_column(default="", comment="arguments of the queue's address, empty for the whole")
    filter_words: Mapped[str] = mapped_column(default="", comment="what stands over the table")
    stamp: Mapped[int] = mapped_column(BigInteger, comment="last entry of the audit chain that changes a table")
    state: Mapped[str] = mapped_column(default="waiting")
    done: Mapped[int] = mapped_column(default=0, comment="rows")
    total: Mapped[int] = mapped_column(default=0, comment="rows, as far as known")
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0, comment="bytes")
    name: Mapped[str] = mapped_column(default="", comment="what people are offered it as")
    place: Mapped[str] = mapped_column(default="", comment="under the instance folder")
    message: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    asked_name: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime | None] = mapped_column(comment="the instant that the table shows")
    expires_at: Mapped[datetime | None]
