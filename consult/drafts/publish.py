"""Verbs of stage 1: load a draft, describe it, clear it for publication, publish, extend, withdraw."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import Actor
from consult.base.text import clean_input, printable
from consult.drafts import find, period
from consult.drafts.clauses import beside_digest, store, version_digest
from consult.drafts.explanation import clean
from consult.drafts.introduction import NOTHING_SAID, checked, introduction_digest
from consult.drafts.models import KINDS, Clause, Consultation, Extension, Version
from consult.drafts.questions import asks, require_fitting, required
from consult.drafts.split import Split
from consult.drafts.workdays import read_calendar

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z")
MOST_TITLE = 300


@dataclass(frozen=True)
class Draft:
    """What an office says of a draft; instants are aware, `closes_at` exclusive, texts as typed."""

    slug: str
    title: str
    opens_at: datetime
    closes_at: datetime
    kind: str = "other"
    stage_label: str = "征求意见稿"
    drafting_unit: str = ""
    issuing_office: str = ""
    doc_no: str = ""
    legal_basis: str = ""
    explanation: str = ""
    contact: str = ""
    plain_summary: str = ""
    interpretation_url: str = ""
    shorten_reason: str = ""
    shorten_approver: str = ""


def load(
    actor: Actor, now: datetime, draft: Draft, split: Split, source_name: str = "", source_sha256: str = ""
) -> Consultation:
    """A new, unpublished project with its first version. Raises Refused for a field, Conflict for a taken slug."""
    actor.require("office")
    _check(draft)
    require_fitting(draft.kind, split)
    if db.session.scalar(select(Consultation.id).where(Consultation.slug == draft.slug)):
        raise Conflict(f"网址代号“{draft.slug}”已经有项目在用，请换一个。", "slug")
    consultation = Consultation(created_at=now, created_by=actor.ref, **_fields(draft))
    db.session.add(consultation)
    db.session.flush()
    version = _add_version(now, consultation, split, source_name, source_sha256)
    record(actor, "load", _subject(consultation), now, version=version.number, digest=version.digest)
    return consultation


def _check(draft: Draft) -> None:
    if not SLUG.match(draft.slug):
        raise Refused("网址代号只能用小写字母、数字和短横线，最多64个字符。", "slug")
    if draft.kind not in KINDS:
        raise Refused(f"没有“{draft.kind}”这个类别，可选：{'、'.join(KINDS)}。", "kind")
    if not draft.title.strip():
        raise Refused("请填写标题。", "title")
    if len(draft.title) > MOST_TITLE:
        raise Refused(f"标题太长，最多{MOST_TITLE}个字。", "title")
    if draft.closes_at <= draft.opens_at:
        raise Refused("截止时间必须晚于开始时间。", "closes_at")


def _fields(draft: Draft) -> dict[str, object]:
    values = {
        name: clean_input(value, name).strip() if isinstance(value, str) else value
        for name, value in vars(draft).items()
    }
    said = checked(draft.plain_summary, draft.interpretation_url)
    return values | said | {"explanation": clean(draft.explanation)}


def _subject(consultation: Consultation) -> str:
    return f"consultation:{consultation.id}"


def _add_version(now: datetime, consultation: Consultation, split: Split, name: str, sha256: str) -> Version:
    last = db.session.scalar(
        select(Version.number)
        .where(Version.consultation_id == consultation.id)
        .order_by(Version.number.desc())
        .limit(1)
    )
    version = Version(
        consultation_id=consultation.id, number=(last or 0) + 1, title=consultation.title,
        source_name=printable(name), source_sha256=sha256, digest="", created_at=now,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    version.digest = version_digest(store(version, split))
    db.session.flush()
    return version


def describe(actor: Actor, now: datetime, consultation: Consultation, draft: Draft) -> None:
    """Change what is said of an unpublished project; clearing for secrecy starts again."""
    actor.require("office")
    _require_unpublished(consultation)
    _check(draft)
    if asks(draft.kind) != asks(consultation.kind):
        raise Refused("附草案的项目和只提一个问题的项目不能互改，请另外新建一个项目。", "kind")
    if draft.slug != consultation.slug and db.session.scalar(
        select(Consultation.id).where(Consultation.slug == draft.slug)
    ):
        raise Conflict(f"网址代号“{draft.slug}”已经有项目在用，请换一个。", "slug")
    for name, value in _fields(draft).items():
        setattr(consultation, name, value)
    _forget_secrecy(consultation)
    db.session.flush()
    record(actor, "describe", _subject(consultation), now, digest=description_digest(consultation))


def replace_text(
    actor: Actor,
    now: datetime,
    consultation: Consultation,
    split: Split,
    source_name: str,
    source_sha256: str,
) -> Version:
    """Put another text into an unpublished project; a published one is frozen (R05)."""
    actor.require("office")
    _require_unpublished(consultation)
    require_fitting(consultation.kind, split)
    old = find.current_version(consultation)
    db.session.execute(
        delete(Clause).where(Clause.version_id == old.id).execution_options(synchronize_session=False)
    )
    db.session.delete(old)
    db.session.flush()
    _forget_secrecy(consultation)
    version = _add_version(now, consultation, split, source_name, source_sha256)
    record(actor, "new_version", _subject(consultation), now, version=version.number, digest=version.digest)
    return version


def _require_unpublished(consultation: Consultation) -> None:
    if consultation.published_at:
        raise Conflict("这个项目已经发布，草案文本和说明不能再改；需要更正时请发布新的版本。")


def _forget_secrecy(consultation: Consultation) -> None:
    consultation.secrecy_at, consultation.secrecy_by, consultation.secrecy_digest = None, None, ""


def description_digest(consultation: Consultation) -> str:
    """SHA-256 over everything the public page says of a project besides its clauses."""
    names = (
        "title",
        "kind",
        "stage_label",
        "drafting_unit",
        "explanation",
        "contact",
        "shorten_reason",
        "legal_basis",
    )
    return digest([getattr(consultation, name) for name in names])


def published_digest(consultation: Consultation) -> str:
    """SHA-256 over everything that is said of a project once it is public, but for its deadline."""
    names = ("slug", "doc_no", "issuing_office", "shorten_approver")
    opens_at = consultation.opens_at.astimezone(UTC).isoformat()
    return digest([*(getattr(consultation, name) for name in names), opens_at, description_digest(consultation)])


def _cleared_digest(consultation: Consultation) -> str:
    said = introduction_digest(consultation)
    parts = [find.current_version(consultation).digest, description_digest(consultation)]
    return digest(parts if said == NOTHING_SAID else [*parts, said])


def clear_secrecy(actor: Actor, now: datetime, consultation: Consultation) -> None:
    """保密审查 by a second person: not the one who loaded the draft (R07). The terminal's operator is trusted."""
    actor.require("approver", "office")
    _require_unpublished(consultation)
    if actor.ref == consultation.created_by and not actor.may("operator"):
        raise NotAllowed("保密审查要由另一位同事办理，起草人不能审查自己的稿件。")
    consultation.secrecy_at, consultation.secrecy_by = now, actor.ref
    consultation.secrecy_digest = _cleared_digest(consultation)
    db.session.flush()
    version = find.current_version(consultation)
    record(
        actor,
        "clear_secrecy",
        _subject(consultation),
        now,
        version=version.number,
        digest=consultation.secrecy_digest,
    )


def publish(actor: Actor, now: datetime, consultation: Consultation) -> period.PeriodCheck:
    """Publish for comment: R01 to R04 and R07 hold, the text freezes (R05). Returns what the period comes to."""
    actor.require("office")
    _require_unpublished(consultation)
    if consultation.withdrawn_at:
        raise Conflict("这个项目已经撤回，不能再发布。")
    for name, title in required(consultation.kind).items():
        if not str(getattr(consultation, name)).strip():
            raise Refused(f"发布之前请先填写{title}。", name)
    version = find.current_version(consultation)
    if not consultation.secrecy_at:
        raise Refused("发布之前请由另一位同事完成保密审查。", "secrecy")
    if consultation.secrecy_digest != _cleared_digest(consultation):
        raise Refused("保密审查之后内容又有改动，请重新审查。", "secrecy")
    if not actor.may("operator"):
        _require_future(now, consultation)
    check = check_period(consultation)
    consultation.published_at, consultation.published_by = now, actor.ref
    if check.short and not consultation.shorten_approver:
        consultation.shorten_approver = actor.name
    version.frozen_at = now
    db.session.flush()
    record(actor, "publish", _subject(consultation), now, version=version.number, digest=version.digest,
           closes_at=consultation.closes_at.isoformat(), described=published_digest(consultation),
           introduced=introduction_digest(consultation), also=beside_digest(version, find.clauses(version.id)))  # fmt: skip
    return check


def _require_future(now: datetime, consultation: Consultation) -> None:
    """On the web a period starts when it is published, not before: days that nobody could use do not count."""
    if consultation.closes_at <= now:
        raise Refused("截止时间已经过去，请重新填写。", "closes_at")
    consultation.opens_at = max(consultation.opens_at, now)


def check_period(consultation: Consultation) -> period.PeriodCheck:
    """Compare the project's period with the rule of its kind; Refused where a reason is owed (R02, R03)."""
    minimum = find.rule_for(consultation.kind).minimum
    check = period.judge(consultation.opens_at, consultation.closes_at, minimum, read_calendar())
    period.require_reason(check, minimum, consultation.shorten_reason)
    return check


def extend(
    actor: Actor, now: datetime, consultation: Consultation, closes_at: datetime, reason: str, released: bool = False
) -> Extension:
    """A later deadline with a public reason (R06). Also after closing, as long as no result is out: `released` says that one is."""
    actor.require("office")
    if released:
        raise Conflict("采纳情况已经公布，不能再延长期限。还要听取意见的，请发布修改稿，就修改稿再次征求意见。")
    if not consultation.published_at or consultation.withdrawn_at:
        raise Conflict("只有已经发布的项目才能延长期限。")
    period.extended(consultation.closes_at, closes_at, reason)
    if closes_at <= now:
        raise Refused("新的截止时间已经过去，请重新填写。", "closes_at")
    before = consultation.closes_at
    row = Extension(
        consultation_id=consultation.id,
        before=before,
        after=closes_at,
        reason=reason.strip(),
        at=now,
        by=actor.ref,
    )
    db.session.add(row)
    consultation.closes_at = closes_at
    db.session.flush()
    record(actor, "extend", _subject(consultation), now, before=before.isoformat(), after=closes_at.isoformat(),
           digest=digest(row.reason))  # fmt: skip
    return row


def withdraw(actor: Actor, now: datetime, consultation: Consultation, reason: str) -> None:
    """Take a published project back, with a reason shown to the public; nothing received is deleted (R06)."""
    actor.require("office")
    if not consultation.published_at or consultation.withdrawn_at:
        raise Conflict("只有已经发布、尚未撤回的项目才能撤回。")
    if len(reason.strip()) < period.REASON_MIN:
        raise Refused(f"请写明撤回的理由，至少{period.REASON_MIN}个字，将向社会公开。", "reason")
    consultation.withdrawn_at, consultation.withdraw_reason = now, reason.strip()
    db.session.flush()
    record(
        actor, "withdraw_project", _subject(consultation), now, digest=digest(consultation.withdraw_reason)
    )
