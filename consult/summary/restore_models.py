"""The table of restored projects: what the audit chain that they came from says of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.crypto import canonical
from consult.base.db import Model


class RestoredEntry(Model):
    """One audit entry that came with an archive, speaking of the project by its numbers here.

    It is no part of this installation's chain: the one entry `restore` there seals all of them together.
    """

    __tablename__ = "restored_entry"
    __table_args__ = (Index(None, "action", "consultation_id", "number"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, comment="its number in the chain it came from")
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    facts: Mapped[str] = mapped_column(comment="canonical JSON")


def entry_line(row: Mapping[str, Any]) -> bytes:
    """An entry as the seal in `restore` covers it, one a line in the order of their numbers."""
    parts = [
        row["number"],
        row["at"].astimezone(UTC).isoformat(),
        *(row[name] for name in ("actor", "action", "subject", "facts")),
    ]
    return (canonical(parts) + "\n").encode("utf-8", "surrogatepass")
