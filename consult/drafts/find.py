"""Reads of stage 1: which projects there are, what the clock says of them, and the text that is in force."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from consult.base.db import db
from consult.base.direct import Direct
from consult.base.errors import NotFound
from consult.drafts.models import Clause, Consultation, Extension, PeriodRule, Version
from consult.drafts.period import DEFAULT_RULES, Minimum

STATUS_NAMES = {
    "draft": "未发布",
    "upcoming": "即将开始",
    "open": "正在征求意见",
    "reviewing": "意见整理中",
    "answered": "已公布采纳情况",
    "archived": "已归档",
    "withdrawn": "已撤回",
}


def status(consultation: Consultation, now: datetime, released: bool = False) -> str:
    """The state of a project by the clock; `released` is a later stage's fact and so an argument."""
    if consultation.withdrawn_at:
        return "withdrawn"
    if not consultation.published_at:
        return "draft"
    if consultation.archived_at:
        return "archived"
    if now < consultation.opens_at:
        return "upcoming"
    if now < consultation.closes_at:
        return "open"
    return "answered" if released else "reviewing"


class Standing(NamedTuple):
    """What the way of an opinion asks of a published project: its row, the version in force, its clock."""

    id: int
    version_id: int
    opens_at: datetime
    closes_at: datetime
    withdrawn_at: datetime | None


_STANDING = Direct(
    select(
        Consultation.id, Version.id, Consultation.opens_at, Consultation.closes_at, Consultation.withdrawn_at
    )
    .join(Version, Version.consultation_id == Consultation.id)
    .where(
        Consultation.slug == bindparam("slug"), Consultation.published_at.is_not(None), Version.frozen_at.is_not(None)
    )
    .order_by(Version.number.desc())
    .limit(1)
)


def standing(slug: str) -> Standing:
    """Where a public project stands now, by one statement; NotFound as public_by_slug."""
    row = _STANDING.first(slug=slug) if slug.isprintable() else None
    if row is None:
        raise NotFound("没有找到这个征求意见项目，请检查网址。")
    return Standing(*row)


def by_slug(slug: str) -> Consultation:
    """The project with this address, published or not; NotFound where there is none."""
    # PostgreSQL takes no NUL and no half characters, not even to look for them
    found = db.session.scalar(select(Consultation).where(Consultation.slug == slug)) if slug.isprintable() else None
    if found is None:
        raise NotFound("没有找到这个征求意见项目，请检查网址。")
    return found


def public_by_slug(slug: str) -> Consultation:
    """As by_slug, but only what the public may see: published projects, withdrawn ones included."""
    found = by_slug(slug)
    if not found.published_at:
        raise NotFound("没有找到这个征求意见项目，请检查网址。")
    return found


def by_id(number: int) -> Consultation:
    """The project with this id; NotFound where there is none."""
    found = db.session.get(Consultation, number)
    if found is None:
        raise NotFound("没有找到这个征求意见项目。")
    return found


def published(limit: int = 500) -> list[Consultation]:
    """Published projects, the latest closing first."""
    query = select(Consultation).where(Consultation.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(Consultation.closes_at.desc(), Consultation.id.desc()).limit(limit)))


def every(limit: int = 500) -> list[Consultation]:
    """All projects for the office, the newest first."""
    return list(db.session.scalars(select(Consultation).order_by(Consultation.id.desc()).limit(limit)))


def versions(consultation_id: int) -> list[Version]:
    """All versions of a project, the oldest first."""
    query = select(Version).where(Version.consultation_id == consultation_id).order_by(Version.number)
    return list(db.session.scalars(query))


def published_versions(consultation_id: int) -> list[Version]:
    """The versions that the public has seen, the oldest first; the last one is in force."""
    return [one for one in versions(consultation_id) if one.frozen_at]


def proposal(consultation: Consultation) -> Version | None:
    """The next version of a published project while it is prepared: stored, shown to nobody outside (R05)."""
    if not consultation.published_at:
        return None
    query = select(Version).where(Version.consultation_id == consultation.id, Version.frozen_at.is_(None))
    return db.session.scalar(query)


def version_numbered(consultation: Consultation, number: int) -> Version:
    """The version with this number, proposals too; NotFound where there is none."""
    query = select(Version).where(Version.consultation_id == consultation.id, Version.number == number)
    found = db.session.scalar(query) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound(f"这个项目没有第{number}版。")
    return found


def current_version(consultation: Consultation) -> Version:
    """The version in force: of a published project the newest frozen one, else the newest."""
    query = select(Version).where(Version.consultation_id == consultation.id).order_by(Version.number.desc())
    if consultation.published_at:
        query = query.where(Version.frozen_at.is_not(None))
    found = db.session.scalar(query.limit(1))
    if found is None:
        raise NotFound("这个项目还没有草案文本。")
    return found


def clauses(version_id: int) -> list[Clause]:
    """Every piece of a version in reading order."""
    return list(db.session.scalars(select(Clause).where(Clause.version_id == version_id).order_by(Clause.ordinal)))


def clause_by_key(version_id: int, key: str) -> Clause:
    """The clause with this key; NotFound where the version has none."""
    query = select(Clause).where(Clause.version_id == version_id, Clause.key == key)
    found = db.session.scalar(query) if key.isprintable() else None
    if found is None:
        raise NotFound("草案里没有这一条，请从条款目录重新选择。")
    return found


def clause_ids(version_id: int, keys: set[str]) -> dict[str, int]:
    """key → id of the commentable clauses among `keys`."""
    table = Clause.__table__
    query = select(table.c.key, table.c.id).where(
        table.c.version_id == version_id, table.c.key.in_(keys), table.c.commentable
    )
    return {row.key: row.id for row in db.session.execute(query)}


def clause_count(version_id: int) -> int:
    """How many numbered clauses a version has."""
    query = select(func.count()).where(Clause.version_id == version_id, Clause.kind == "clause")
    return db.session.scalar(query) or 0


def extensions(consultation_id: int) -> list[Extension]:
    """Every extension, the oldest first; shown to the public (R06)."""
    query = select(Extension).where(Extension.consultation_id == consultation_id).order_by(Extension.id)
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Rule:
    """A minimum period as stored, with its source."""

    kind: str
    minimum: Minimum
    source: str


def rule_for(kind: str) -> Rule:
    """The minimum period of a kind, from the table or else the default (R02)."""
    row = db.session.get(PeriodRule, kind)
    if row is not None:
        return Rule(kind, Minimum(row.days, row.workdays), row.source)
    minimum, source = DEFAULT_RULES.get(kind, DEFAULT_RULES["other"])
    return Rule(kind, minimum, source)
