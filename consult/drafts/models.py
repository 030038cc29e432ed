"""Tables of stage 1: the project, its versions, its clauses, and the calendar rules it obeys."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.db import Model

# kind → what the office calls it; minimum periods stand in PeriodRule (R02)
KINDS = {
    "administrative_regulation": "行政法规",
    "rule": "规章",
    "major_decision": "重大行政决策",
    "enterprise": "涉企文件",
    "normative": "行政规范性文件",
    "local_regulation": "地方性法规",
    "standard": "标准",
    "proposals": "项目征集",
    "evaluation": "后评估",
    "other": "其他",
}


class Consultation(Model):
    """A project (征求意见项目). Whether it is upcoming, open or closed follows from the clock, never stored."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_whole"),
        CheckConstraint("(secrecy_at IS NULL) = (secrecy_by IS NULL)", name="secrecy_whole"),
        CheckConstraint("published_at IS NULL OR secrecy_at IS NOT NULL", name="published_after_secrecy"),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason <> ''", name="withdrawn_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    stage_label: Mapped[str] = mapped_column(default="征求意见稿")
    kind: Mapped[str] = mapped_column(default="other")
    doc_no: Mapped[str] = mapped_column(default="")
    drafting_unit: Mapped[str] = mapped_column(default="")
    issuing_office: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[str] = mapped_column(default="")
    explanation: Mapped[str] = mapped_column(default="", comment="HTML cleaned by drafts.explanation")
    plain_summary: Mapped[str] = mapped_column(
        default="", server_default="", comment="what it is about, for people: on the poster and the first page"
    )
    interpretation_url: Mapped[str] = mapped_column(default="", server_default="", comment="解读 on another page")
    contact: Mapped[str] = mapped_column(default="", comment="unit, person, phone, mail, address: plain lines")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime] = mapped_column(comment="exclusive")
    shorten_reason: Mapped[str] = mapped_column(default="")
    shorten_approver: Mapped[str] = mapped_column(default="")
    secrecy_at: Mapped[datetime | None]
    secrecy_by: Mapped[str | None]
    secrecy_digest: Mapped[str] = mapped_column(default="", comment="digest of the version that was cleared")
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    published_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


# why a text follows the one before it: to mend it while it is open, as it was revised after the opinions, as it was issued
PURPOSES = {"correction": "更正", "revision": "修改稿", "final": "正式文本"}


class Version(Model):
    """One text of a project (草案文本). Frozen once the project is published: a change is a new version (R05)."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        CheckConstraint("number = 1 OR correction <> ''", name="corrected"),
        CheckConstraint("(secrecy_at IS NULL) = (secrecy_by IS NULL)", name="secrecy_whole"),
        CheckConstraint("number = 1 OR frozen_at IS NULL OR secrecy_at IS NOT NULL", name="frozen_after_secrecy"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    number: Mapped[int]
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="correction", server_default="correction", comment="one of PURPOSES")
    correction: Mapped[str] = mapped_column(default="", comment="更正公告: why this version follows the last")
    source_name: Mapped[str] = mapped_column(default="")
    source_sha256: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(comment="over all clauses in order")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(default="", comment="who proposed it; the first version: its project says")
    secrecy_at: Mapped[datetime | None]
    secrecy_by: Mapped[str | None]
    secrecy_digest: Mapped[str] = mapped_column(default="", comment="text and correction that were cleared")
    frozen_at: Mapped[datetime | None]


class Clause(Model):
    """One piece of a version in reading order; kinds as in `split --json`, labels as printed."""

    __tablename__ = "clause"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        UniqueConstraint("version_id", "ordinal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    key: Mapped[str]
    ordinal: Mapped[int]
    kind: Mapped[str]
    level: Mapped[str] = mapped_column(default="")
    depth: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(default="")
    path: Mapped[list[str]] = mapped_column(JSON, default=list)
    citation: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="", comment="制度设计说明 of this clause")
    commentable: Mapped[bool] = mapped_column(default=True)


class ClauseLink(Model):
    """What became of a clause in the next version: one old and one new, or one side alone (new, gone)."""

    __tablename__ = "clause_link"
    __table_args__ = (
        UniqueConstraint("new_clause_id", "old_clause_id"),
        CheckConstraint("new_clause_id IS NOT NULL OR old_clause_id IS NOT NULL", name="some_side"),
        CheckConstraint("(new_clause_id IS NULL) = (kind = 'gone')", name="gone"),
        CheckConstraint("(old_clause_id IS NULL) = (kind = 'new')", name="new"),
        CheckConstraint("score >= 0 AND score <= 1", name="score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True, comment="the newer version")
    new_clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    old_clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"), index=True)
    kind: Mapped[str] = mapped_column(comment="as in compare.KINDS")
    score: Mapped[float] = mapped_column(default=0.0)
    confirmed_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="", server_default="", comment="修改理由, public")


class Round(Model):
    """A further period on a revised text (再次征求意见). The project holds the newest, each row the one before it too."""

    __tablename__ = "consultation_round"
    __table_args__ = (
        UniqueConstraint("version_id"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("opens_at >= before_closes_at", name="after_the_last"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    before_opens_at: Mapped[datetime]
    before_closes_at: Mapped[datetime]
    before_reason: Mapped[str] = mapped_column(default="", comment="why the period before was short")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime] = mapped_column(comment="exclusive, as it was first named")
    shorten_reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by: Mapped[str]


class Extension(Model):
    """A public extension of the period (R06); closes_at of the project holds the newest."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("after > before", name="longer"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    before: Mapped[datetime]
    after: Mapped[datetime]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class ClauseNote(Model):
    """What the office says beside a clause: 制度设计说明, 解读, or a question and its answer. Never deleted."""

    __tablename__ = "clause_note"
    __table_args__ = (
        CheckConstraint("kind IN ('design_note', 'interpretation', 'question')", name="kind"),
        CheckConstraint("text <> '' OR url <> ''", name="says_something"),
        CheckConstraint("kind <> 'question' OR title <> ''", name="question_asked"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    clause_key: Mapped[str] = mapped_column(default="", comment="lineage key; empty: the whole draft")
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="", comment="the question that people ask")
    text: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]


class Bulletin(Model):
    """A public word on how the consultation goes (通报征求意见的情况), during and after it. Never deleted."""

    __tablename__ = "bulletin"
    __table_args__ = (
        CheckConstraint("title <> '' AND text <> ''", name="says_something"),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason <> ''", name="withdrawn_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    title: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")


class Hearing(Model):
    """A hearing or other meeting (听证会, 论证会, 座谈会) that the public is told of (R08)."""

    __tablename__ = "hearing"
    __table_args__ = (
        CheckConstraint("kind IN ('hearing', 'expert_meeting', 'discussion')", name="kind"),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason <> ''", name="withdrawn_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    held_at: Mapped[datetime]
    place: Mapped[str]
    topics: Mapped[str] = mapped_column(default="", comment="听证事项")
    how_to_join: Mapped[str] = mapped_column(default="", comment="who may come, how and until when to register")
    papers_on: Mapped[date | None] = mapped_column(Date, comment="when the papers went to those who come")
    noticed_at: Mapped[datetime]
    noticed_by: Mapped[str]
    minutes: Mapped[str] = mapped_column(default="", comment="笔录摘要, public")
    minutes_at: Mapped[datetime | None]
    minutes_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdraw_reason: Mapped[str] = mapped_column(default="")


class PageView(Model):
    """How often a draft was opened on a day (浏览次数), by the `?src=` of the link that was followed."""

    __tablename__ = "page_view"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    views: Mapped[int] = mapped_column(default=0)


class PeriodRule(Model):
    """The minimum period of a kind (R02), editable by the installation."""

    __tablename__ = "period_rule"
    __table_args__ = (CheckConstraint("days >= 0 AND days <= 365", name="days"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int]
    workdays: Mapped[bool] = mapped_column(default=False, comment="days are workdays, else natural days")
    source: Mapped[str] = mapped_column(default="", comment="the text the rule comes from")


class CalendarDay(Model):
    """A day that differs from Monday to Friday: a holiday, or a weekend that is worked (调休)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    workday: Mapped[bool]
    name: Mapped[str] = mapped_column(default="")


Index("ix_consultation_closes_at", Consultation.closes_at)
