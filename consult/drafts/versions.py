"""Verbs of the next version (R05): propose a text, confirm what became of each clause, clear, publish, throw away."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.drafts import descent, find
from consult.drafts.clauses import beside_digest, shown, store, version_digest
from consult.drafts.compare import Match, compare, texts
from consult.drafts.keys import arrange
from consult.drafts.lineage import confirmed, heirs, keys_for
from consult.drafts.models import PURPOSES, Clause, ClauseLink, Consultation, Version
from consult.drafts.period import REASON_MIN
from consult.drafts.questions import require_fitting
from consult.drafts.split import Split

MOST_CORRECTION = 2000


def propose_version(
    actor: Actor, now: datetime, consultation: Consultation, split: Split, source_name: str, source_sha256: str,
    correction: str, purpose: str = "correction",
) -> Version:  # fmt: skip
    """Store a new text of a published project beside the one in force, its clauses matched; nobody outside sees it.

    `purpose` is one of PURPOSES: a revised or issued text comes once the period is over. `correction` is the 更正公告, at least REASON_MIN characters, shown to the public. Raises Conflict where the
    project is not published, is withdrawn or has a proposal already, Refused for the text or the correction.
    """
    actor.require("office")
    serialise(f"version:{consultation.id}")
    _require_living(consultation)
    _require_time(now, consultation, purpose)
    if find.proposal(consultation):
        raise Conflict("已经有一个新版本在准备，请先发布它，或者放弃它。")
    correction = _correction(correction)
    require_fitting(consultation.kind, split)
    current, all_versions = find.current_version(consultation), find.versions(consultation.id)
    old = find.clauses(current.id)
    matches = compare(old, shown(split))
    if all(one.kind == "kept" for one in matches):
        raise Refused("新的文本与现在的版本没有差别，不需要更正。", "file")
    version = Version(
        consultation_id=consultation.id, number=all_versions[-1].number + 1, title=current.title,
        purpose=purpose, correction=correction, source_name=source_name, source_sha256=source_sha256, digest="", created_at=now,
        created_by=actor.ref,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    _settle(version, old, store(version, split), matches, "")
    record(actor, "new_version", _subject(version), now, version=version.number, digest=version.digest)
    return version


def confirm_version(
    actor: Actor, now: datetime, version: Version, pairs: Iterable[tuple[int, int]], correction: str,
    reasons: Mapping[int, str] | None = None,
) -> Version:  # fmt: skip
    """Say what became of each clause: `pairs` of (old clause id, new clause id); who is in none is gone, or new.

    `reasons` says why, by the id of the new clause, or of the old one that is gone (修改理由, public).

    Keys follow, so whatever was cleared must be cleared again. Raises Refused for a clause of another text and
    for one that is both split and merged.
    """
    actor.require("office")
    consultation = _require_open(version)
    correction = _correction(correction)
    old, new = find.clauses(find.current_version(consultation).id), find.clauses(version.id)
    at_old = {one.id: place for place, one in enumerate(old)}
    at_new = {one.id: place for place, one in enumerate(new)}
    known = [(at_old.get(i, -1), at_new.get(j, -1)) for i, j in pairs]
    if any(i < 0 or j < 0 for i, j in known):
        raise Refused("有一条对应的条文不在这两个版本里，请刷新页面后重新选择。", "matches")
    why = {number: _reason(words) for number, words in (reasons or {}).items()}
    version.correction = correction
    _forget_secrecy(version)
    _settle(version, old, new, confirmed(old, new, known), actor.ref, why)
    record(actor, "match_clauses", _subject(version), now, version=version.number, digest=version.digest,
           correction=descent.announced(db.session(), version))  # fmt: skip
    return version


def clear_version(actor: Actor, now: datetime, version: Version) -> None:
    """保密审查 of a proposal by a second person: nobody who loaded it or confirmed its clauses (R07)."""
    actor.require("approver", "office")
    _require_open(version)
    hands = descent.hands(db.session(), version)
    if "" in hands:
        raise Refused("请先核对条款的对应关系，再办理保密审查。", "matches")
    if actor.ref in hands and not actor.may("operator"):
        raise NotAllowed("保密审查要由另一位同事办理，准备新版本的人不能审查自己的稿件。")
    version.secrecy_at, version.secrecy_by = now, actor.ref
    version.secrecy_digest = _cleared_digest(version)
    db.session.flush()
    record(actor, "clear_secrecy", _subject(version), now, version=version.number, digest=version.secrecy_digest)


def publish_version(actor: Actor, now: datetime, version: Version) -> None:
    """Put the proposal in force: it freezes (R05). Period and description stay; opinions stay on their version."""
    actor.require("office")
    _require_open(version)
    if not version.secrecy_at:
        raise Refused("发布之前请由另一位同事完成保密审查。", "secrecy")
    if version.secrecy_digest != _cleared_digest(version):
        raise Refused("保密审查之后内容又有改动，请重新审查。", "secrecy")
    version.frozen_at = now
    db.session.flush()
    record(actor, "publish_version", _subject(version), now, version=version.number, digest=version.digest,
           correction=descent.announced(db.session(), version), also=beside_digest(version, find.clauses(version.id)))  # fmt: skip


def discard_version(actor: Actor, now: datetime, version: Version) -> None:
    """Throw a proposal away; nobody has written on it."""
    actor.require("office")
    _require_open(version)
    subject, number, was = _subject(version), version.number, version.digest
    for table, column in ((ClauseLink, ClauseLink.version_id), (Clause, Clause.version_id)):
        db.session.execute(delete(table).where(column == version.id).execution_options(synchronize_session=False))
    db.session.delete(version)
    db.session.flush()
    record(actor, "discard_version", subject, now, version=number, digest=was)


def _settle(
    version: Version, old: list[Clause], new: list[Clause], matches: list[Match], by: str, why: Mapping[int, str] | None = None
) -> None:
    """Write the matches, and give every new clause its key and the note of the clause it comes from."""
    before, after = texts(old), texts(new)
    wanted = [node.key for node in arrange([(one.kind, one.level, one.label, one.path) for one in new])]
    query = select(Clause.key).join(Version, Version.id == Clause.version_id)
    used = set(
        db.session.scalars(
            query.where(Version.consultation_id == version.consultation_id, Version.id != version.id).distinct()
        )
    )
    keys = keys_for(matches, before, after, [one.key for one in old], wanted, used, version.number)
    came_from = heirs(matches, before, after)
    for place, clause in enumerate(new):
        clause.key = f"~{clause.id}"  # out of the way: keys may change places within the version
        clause.note = old[came_from[place]].note if place in came_from else ""
    db.session.flush()
    for clause, key in zip(new, keys, strict=True):
        clause.key = key
    db.session.execute(
        delete(ClauseLink).where(ClauseLink.version_id == version.id).execution_options(synchronize_session=False)
    )
    for one in matches:
        for i in one.old or (None,):
            for j in one.new or (None,):
                db.session.add(
                    ClauseLink(
                        version_id=version.id, new_clause_id=None if j is None else new[j].id,
                        old_clause_id=None if i is None else old[i].id, kind=one.kind, score=one.score, confirmed_by=by,
                        reason=(why or {}).get(new[j].id if j is not None else old[i or 0].id, ""),
                    )
                )  # fmt: skip
    version.digest = version_digest(new)
    db.session.flush()


def _require_time(now: datetime, consultation: Consultation, purpose: str) -> None:
    """A text that was revised after the opinions, or issued, follows the period; only corrections come within it."""
    if purpose not in PURPOSES:
        raise Refused("请选择新文本的用途。", "purpose")
    if purpose != "correction" and now < consultation.closes_at:
        raise Refused("征求意见还没有截止，现在只能更正；修改稿和正式文本请在截止以后放入。", "purpose")


def _reason(text: str) -> str:
    """Why a clause was changed, as the public reads it."""
    text = clean_input(text, "reason").strip()
    if len(text) > MOST_CORRECTION:
        raise Refused(f"每条修改理由最多{MOST_CORRECTION}个字。", "matches")
    return text


def _correction(text: str) -> str:
    text = clean_input(text, "correction").strip()
    if len(text) < REASON_MIN:
        raise Refused(f"请写明更正了什么、为什么更正，至少{REASON_MIN}个字，将向社会公开。", "correction")
    if len(text) > MOST_CORRECTION:
        raise Refused(f"更正公告最多{MOST_CORRECTION}个字。", "correction")
    return text


def _subject(version: Version) -> str:
    return f"consultation:{version.consultation_id}"


def _require_living(consultation: Consultation) -> None:
    if not consultation.published_at:
        raise Conflict("这个项目还没有发布，可以直接更换文本。")
    if consultation.withdrawn_at or consultation.archived_at:
        raise Conflict("这个项目已经撤回或者归档，不能再更正。")


def _require_open(version: Version) -> Consultation:
    """The project of a proposal that may still be changed."""
    serialise(f"version:{version.consultation_id}")
    if version.frozen_at:
        raise Conflict(f"第{version.number}版已经发布，不能再改；需要更正时请另发布新的版本。")
    consultation = find.by_id(version.consultation_id)
    _require_living(consultation)
    return consultation


def _forget_secrecy(version: Version) -> None:
    version.secrecy_at, version.secrecy_by, version.secrecy_digest = None, None, ""


def _cleared_digest(version: Version) -> str:
    return digest([version.digest, descent.announced(db.session(), version)])
