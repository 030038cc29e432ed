"""Verify, texts: frozen versions with all that stands beside their clauses, and deadlines; as published or extended."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.drafts.clauses import beside_digest, version_digest
from consult.drafts.descent import announced, links
from consult.drafts.models import Clause, Consultation, Version
from consult.summary.entries import Entry, entries, moment, of_project

ENTERED = ("load", "new_version")
OUT = ("publish", "publish_version")
At = tuple[str, int]  # project and number of the version


@dataclass
class _Said:
    """The last entry of each kind about a version, and the deadline of each project."""

    entered: dict[At, Entry] = field(default_factory=dict)
    matched: dict[At, Entry] = field(default_factory=dict)
    cleared: dict[At, Entry] = field(default_factory=dict)
    out: dict[At, Entry] = field(default_factory=dict)
    closing: dict[str, str] = field(default_factory=dict)


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between the texts that were published and what was recorded of them."""
    said, frozen = _said(session), set()
    for project in session.scalars(of_project(select(Consultation), Consultation.id, consultation_id)):
        subject = f"consultation:{project.id}"
        if project.published_at and subject not in said.closing:
            yield f"项目“{project.title}”标为已发布，审计日志中没有发布记录"
        elif project.published_at and moment(said.closing[subject]) != project.closes_at:
            yield f"项目“{project.title}”的截止时间与审计日志不一致"
    query = of_project(select(Version), Version.consultation_id, consultation_id)
    for version in session.scalars(query.where(Version.frozen_at.is_not(None)).order_by(Version.id)):
        frozen.add((f"consultation:{version.consultation_id}", version.number))
        for fault in _version(session, version, said):
            yield f"《{version.title}》第 {version.number} 稿{fault}"
    for subject, number in sorted(said.out.keys() - frozen):
        if consultation_id is None or subject == f"consultation:{consultation_id}":
            yield f"项目 {subject.partition(':')[2]} 的第 {number} 稿已经发布，数据库里却不是发布时的状态"


def _said(session: Session) -> _Said:
    said = _Said()
    kinds = {"match_clauses": said.matched, "clear_secrecy": said.cleared}
    kinds |= dict.fromkeys(ENTERED, said.entered) | dict.fromkeys(OUT, said.out)
    for entry in entries(session, *kinds, "extend", "open_round"):
        if entry.action in kinds:
            kinds[entry.action][entry.subject, entry.facts["version"]] = entry
        if entry.action in ("publish", "extend", "open_round"):
            said.closing[entry.subject] = entry.facts["closes_at" if entry.action == "publish" else "after"]
    return said


def _version(session: Session, version: Version, said: _Said) -> Iterator[str]:
    at = f"consultation:{version.consultation_id}", version.number
    clauses = list(session.scalars(select(Clause).where(Clause.version_id == version.id).order_by(Clause.ordinal)))
    in_order = [one.ordinal for one in clauses] == list(range(1, len(clauses) + 1))
    if version_digest(clauses) != version.digest or not in_order:
        yield "的条款内容被改动"
    out = said.out.get(at)
    if out is None or out.facts["digest"] != version.digest:
        yield "与发布时记录的摘要不一致"
    elif out.at != version.frozen_at or not out.seals(beside_digest(version, clauses)):
        yield "的标题、来源、条款说明或者发布时间与审计日志不一致"
    if not _followed(session, version, out, said.matched.get(at)):
        yield "的更正公告或者条款对应关系被改动"
    if not _prepared(version, said.entered.get(at), said.cleared.get(at)):
        yield "的载入或者保密审查与审计日志不一致"


def _followed(session: Session, version: Version, out: Entry | None, matched: Entry | None) -> bool:
    """Whether correction, purpose and descent are those that were published; a first version has none of them."""
    if version.number == 1:
        return (version.correction, version.purpose, links(session, version.id)) == ("", "correction", [])
    if announced(session, version) != (out.facts.get("correction", "") if out else ""):
        return False
    by, project = matched.actor if matched else "", Version.consultation_id == version.consultation_id
    before = select(Version.id).where(project, Version.number == version.number - 1).scalar_subquery()
    mine = {None, *session.scalars(select(Clause.id).where(Clause.version_id == version.id))}
    old = {None, *session.scalars(select(Clause.id).where(Clause.version_id == before))}
    return all(
        one.confirmed_by == by and one.new_clause_id in mine and one.old_clause_id in old
        for one in links(session, version.id)
    )


def _prepared(version: Version, entered: Entry | None, cleared: Entry | None) -> bool:
    """Whether it was put there and cleared as it says; of a first version the project says both."""
    if entered is None or entered.at != version.created_at:
        return False
    stated = (version.created_by, version.secrecy_at, version.secrecy_by, version.secrecy_digest)
    if version.number == 1:
        return stated == ("", None, None, "")
    return cleared is not None and stated == (entered.actor, cleared.at, cleared.actor, cleared.facts["digest"])
