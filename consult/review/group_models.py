"""Tables of stage 4: what members of a group said beyond its shared text, how groups were changed, bulk rulings."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model
from consult.review.words import OUTCOMES, REASON_MIN

ADDITIONS = {"new": "新增内容", "critical": "关键改动", "change": "字句改动"}
OPEN = "kind <> 'change' AND said > 0 AND ruling = 0"  # waits for a ruling of its own
ACTS = {"split": "拆出", "merge": "合并", "move": "移动", "undo": "撤销"}


class Addition(Model):
    """A distinct sentence that members of a group say beyond its shared text (补充意见); a row of its own to decide."""

    __tablename__ = "addition"
    __table_args__ = (
        UniqueConstraint("group_id", "fingerprint"),
        CheckConstraint(f"kind IN ({', '.join(repr(one) for one in ADDITIONS)})", name="kind"),
        CheckConstraint("sentence <> ''", name="says_something"),
        Index("ix_addition_shown", "group_id", "kind", "said", "id"),
        Index("ix_addition_open", "group_id", "kind", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id"))
    sentence: Mapped[str] = mapped_column(comment="as the first who said it wrote it")
    fingerprint: Mapped[str]
    base: Mapped[int | None] = mapped_column(comment="the shared sentence that it changes, counted from 0")
    kind: Mapped[str]
    said: Mapped[int] = mapped_column(default=0, server_default="0", comment="living members who say it")
    ruling: Mapped[int] = mapped_column(default=0, server_default="0", comment="number of its newest ruling; 0: none")


class Saying(Model):
    """This member of the group says this addition."""

    __tablename__ = "saying"
    __table_args__ = (Index("ix_saying_comment_id", "comment_id"),)

    addition_id: Mapped[int] = mapped_column(ForeignKey("addition.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)


class AdditionDecision(Model):
    """One ruling on an addition; as with groups a later one has the next number and erases nothing (R43).

    The approval of the whole table covers it: units' opinions, of which a refusal needs its second person, are never
    in a group with others.
    """

    __tablename__ = "addition_decision"
    __table_args__ = (
        UniqueConstraint("addition_id", "number"),
        CheckConstraint(f"outcome IN ({', '.join(repr(one) for one in OUTCOMES)})", name="outcome"),
        CheckConstraint(f"outcome = 'adopted' OR length(reason) >= {REASON_MIN}", name="reason"),
        CheckConstraint("outcome <> 'partly_adopted' OR adopted_part <> ''", name="which_part"),
        CheckConstraint("outcome <> 'referred' OR referred_to <> ''", name="referred_where"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    addition_id: Mapped[int] = mapped_column(ForeignKey("addition.id"), index=True)
    number: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    adopted_part: Mapped[str] = mapped_column(default="")
    referred_to: Mapped[str] = mapped_column(default="")
    new_wording: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
    decided_name: Mapped[str] = mapped_column(default="")
    digest: Mapped[str]


class GroupReading(Model):
    """Somebody opened a group: whatever its members at that moment said was before their eyes (R40)."""

    __tablename__ = "group_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id"), index=True)
    reader: Mapped[str]
    at: Mapped[datetime]
    entry: Mapped[int] = mapped_column(comment="the last turn of members that had joined")


class GroupAct(Model):
    """A person changed who is grouped with whom; `moves` says which comment went from which group to which."""

    __tablename__ = "group_act"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(one) for one in ACTS)})", name="kind"),
        UniqueConstraint("undoes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    kind: Mapped[str]
    moves: Mapped[list[list[Any]]] = mapped_column(JSON, comment="[[from group, to group, [comment ids]], …]")
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str] = mapped_column(default="")
    undoes: Mapped[int | None] = mapped_column(ForeignKey("group_act.id"))


class Readdressing(Model):
    """A person says which clause of a later version a group speaks of now; the opinions keep the one they were made on."""

    __tablename__ = "readdressing"
    __table_args__ = (CheckConstraint("(undone_at IS NULL) = (undone_by = '')", name="undone_whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("opinion_group.id"), index=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), comment="of a later version")
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str] = mapped_column(default="")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="")


class Bulk(Model):
    """One ruling given to many groups at once; it can be taken back whole until one of them is approved."""

    __tablename__ = "bulk"
    __table_args__ = (CheckConstraint("(undone_at IS NULL) = (undone_by = '')", name="undone_whole"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    outcome: Mapped[str]
    groups: Mapped[int]
    comments: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]
    by_name: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(comment="over the digests of its rulings in the order of their groups")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="")
