"""Verbs of an answer (复函): the unit opens, signs, drafts and sends; the office takes it in or returns it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from consult.base.audit import record
from consult.base.clock import show
from consult.base.crypto import Keys, digest
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.files import named
from consult.base.people import Actor, Unit
from consult.base.text import clean_input
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.screen import MOST_ITEMS
from consult.intake.submit import Item, Sender, new_send_key, submit
from consult.intake.withdraw import withdraw_submission
from consult.letters.draft import (
    FIELDS,
    check_answer,
    check_form,
    check_items,
    check_line,
    check_recusal,
    check_seal,
    draft_digest,
    draft_of,
    identify,
    items_of,
    mark_taken,
    put,
    scans_of,
)
from consult.letters.find import answered, current_reply, is_own
from consult.letters.letter_post import stop_reminders
from consult.letters.merge import Clash, Draft, merge, read_stamps
from consult.letters.models import RECUSED, FormalOpinion, Solicitation
from consult.letters.whole import is_person, require_whole


class SavedMeanwhile(Conflict):
    """A colleague saved first; `opinion` is what is stored now, to be shown beside what was typed.

    `merged` is both drafts in one, with mine where they clash; `clashes` are the fields to choose on.
    """

    def __init__(
        self, opinion: FormalOpinion | None, merged: Draft | None = None, clashes: Sequence[Clash] = ()
    ) -> None:
        super().__init__("您填写期间，同事已经保存过这份复函。您填写的内容还在页面上，请与已保存的内容核对后再保存。")
        self.opinion, self.merged, self.clashes = opinion, merged, clashes


def lock_own(actor: Actor, solicitation: Solicitation, *roles: str) -> None:
    """The actor's own open letter, read again in its turn: NotFound for other units (R34), Conflict if withdrawn."""
    actor.require(*(roles or ("agency",)))
    if not is_own(actor, solicitation):
        raise NotFound("没有找到这封征求意见函。")
    serialise(f"letter:{solicitation.id}")
    db.session.refresh(solicitation)
    if solicitation.withdrawn_at:
        raise Conflict("这封征求意见函已由发函单位撤回，不需要再答复。")


def view(actor: Actor, now: datetime, solicitation: Solicitation) -> bool:
    """Mark the letter 已查看 at its first opening; whether this was the first. Opening is not signing."""
    actor.require("agency")
    if not is_own(actor, solicitation):
        raise NotFound("没有找到这封征求意见函。")
    serialise(f"letter:{solicitation.id}")
    db.session.refresh(solicitation)
    if solicitation.viewed_at:
        return False
    solicitation.viewed_at = now
    db.session.flush()
    record(actor, "view_letter", f"letter:{solicitation.id}", now, unit=solicitation.unit_id)
    return True


def acknowledge(actor: Actor, now: datetime, solicitation: Solicitation) -> bool:
    """签收 by the button; pressing it again changes nothing. Whether it was written."""
    lock_own(actor, solicitation)
    if solicitation.acknowledged_at:
        return False
    _sign(actor, now, solicitation)
    db.session.flush()
    record(actor, "acknowledge", f"letter:{solicitation.id}", now, unit=solicitation.unit_id)
    return True


def _sign(actor: Actor, now: datetime, solicitation: Solicitation) -> None:
    solicitation.viewed_at = solicitation.viewed_at or now
    if not solicitation.acknowledged_at:
        solicitation.acknowledged_at, solicitation.acknowledged_by = now, actor.ref


def save_reply(
    actor: Actor, now: datetime, solicitation: Solicitation, *, edition: int, answer: str = "",
    items: Sequence[Item] = (), reply_no: str = "", reply_date: date | None = None, office_section: str = "",
    handler: str = "", phone: str = "", signatory: str = "", seal_file_id: int | None = None,
    form_file_id: int | None = None, recusal: str | None = None, recusal_text: str = "", seen: str = "",
) -> FormalOpinion:  # fmt: skip
    """Keep the whole draft as typed; `edition` is that of the draft the person saw, 0 for none.

    With `seen`, the stamps of what the page showed (merge.stamps), what somebody else saved meanwhile is kept
    beside it, field by field. Saving is a deliberate act of the unit and signs for the letter where nobody has
    (签收); items without any words are left out. Raises SavedMeanwhile for an older edition or for fields that
    both changed, Conflict once sent, Refused for a field.
    """
    lock_own(actor, solicitation)
    texts = {"reply_no": reply_no, "office_section": office_section, "handler": handler, "phone": phone,
             "signatory": signatory}  # fmt: skip
    lines = {name: check_line(name, texts[name]) for name in FIELDS}
    lines |= {"answer": check_answer(answer), "reply_date": str(reply_date or "")}
    lines |= {} if recusal is None else check_recusal(recusal, recusal_text)
    points = check_items(items)
    opinion = unsent_reply(solicitation)
    lines |= {} if seal_file_id is None else {"seal_file": str(check_seal(actor, seal_file_id, opinion) or "")}
    draft = _brought_together(opinion, edition, seen, lines, points)
    if is_person(solicitation.id):
        draft = Draft(draft.lines | _of_person(draft.lines), draft.items)
    if opinion is not None and seen and draft == draft_of(opinion):
        return opinion  # quiet saving of what is stored already
    opinion = opinion or _begin(solicitation)
    if form_file_id is not None:  # the rows were loaded from a filled form, which stays with them
        opinion.source, opinion.form_file_id = "form", check_form(actor, form_file_id)
        opinion.signed_at, opinion.signed_by = None, ""  # whoever signed has not seen this file
    return keep(actor, now, solicitation, opinion, draft)


def _of_person(lines: dict[str, str]) -> dict[str, str]:
    """A person handles and signs alone; one who stands aside answers with that, whatever was ticked."""
    said = "" if lines["answer"] == RECUSED else lines["answer"]
    return {"handler": lines["signatory"], "answer": RECUSED if lines["recusal"] == "declared" else said}


def _brought_together(
    opinion: FormalOpinion | None, edition: int, seen: str, lines: dict[str, str], points: list[dict[str, str]]
) -> Draft:
    """What was typed, together with what somebody else saved since the page was shown."""
    stored = draft_of(opinion)
    mine = Draft(stored.lines | lines, identify(points, stored.items))
    stamps = read_stamps(seen)
    if stamps is None:
        if edition != (opinion.edition if opinion else 0):
            raise SavedMeanwhile(opinion)
        return mine
    merged, clashes = merge(stamps, mine, stored)
    if clashes:
        raise SavedMeanwhile(opinion, merged, clashes)
    if len(merged.items) > MOST_ITEMS:
        raise Refused(f"一份复函最多写{MOST_ITEMS}条意见，请合并相近的意见。", "items")
    return merged


def _begin(solicitation: Solicitation) -> FormalOpinion:
    opinion = FormalOpinion(solicitation_id=solicitation.id, number=1)
    db.session.add(opinion)
    db.session.flush()
    return opinion


def unsent_reply(solicitation: Solicitation) -> FormalOpinion | None:
    """The draft there is; Conflict where the answer was sent: it is changed only through 退回补正."""
    opinion = current_reply(solicitation.id)
    if opinion is not None:
        _require_unsent(opinion)
    return opinion


def keep(
    actor: Actor, now: datetime, solicitation: Solicitation, opinion: FormalOpinion | None, draft: Draft
) -> FormalOpinion:
    """Write a judged draft with its audit entry: the end of every verb that changes it."""
    opinion = opinion or _begin(solicitation)
    put(opinion, draft)
    mark_taken(actor, now, solicitation.id, draft.items)
    _sign(actor, now, solicitation)
    db.session.flush()
    record(actor, "save_reply", f"letter:{solicitation.id}", now,
           items=len(opinion.items), digest=draft_digest(opinion))  # fmt: skip
    return opinion


def _require_unsent(opinion: FormalOpinion) -> None:
    """Conflict where the answer was sent: it is changed only through 退回补正."""
    if opinion.sent_at:
        raise Conflict(f"这份复函已于{show(opinion.sent_at)}报送，不能再改；需要更正时请联系发函单位退回补正。")


def send_reply(
    actor: Actor, now: datetime, solicitation: Solicitation, *, keys: Keys, edition: int | None = None
) -> FormalOpinion:
    """Send the drafted answer, once (R31); each point enters the ledger through intake.submit.

    With `edition`, that of the draft the person saw, a colleague's newer draft is not sent by mistake.
    A reply after the due date is taken and counts as late: a unit's clock is not the public's.
    Raises Refused for what is missing, Conflict once sent or when the project was taken back.
    """
    lock_own(actor, solicitation)
    opinion = current_reply(solicitation.id)
    if opinion is None:
        raise Refused("还没有填写复函，请先选择“无意见”或者“有意见”。", "answer")
    _require_unsent(opinion)
    if edition is not None and edition != opinion.edition:
        raise SavedMeanwhile(opinion)
    consultation = db.session.get_one(Consultation, solicitation.consultation_id)
    if consultation.withdrawn_at or consultation.archived_at:
        raise Conflict("这个征求意见项目已经撤回或者归档，不能再报送复函。")
    require_whole(opinion)
    if opinion.answer == "has_opinion":
        opinion.submission_id = _enter(actor, now, consultation, solicitation, opinion, keys)
    _sign(actor, now, solicitation)
    opinion.sent_at, opinion.sent_by = now, actor.ref
    opinion.digest = reply_digest(opinion)
    stop_reminders(now, solicitation.id)
    record(actor, "send_reply", f"letter:{solicitation.id}", now,
           kind=opinion.answer, items=len(opinion.items), digest=opinion.digest, also=named(*scans_of(opinion)))  # fmt: skip
    return opinion


def _enter(
    actor: Actor, now: datetime, consultation: Consultation, solicitation: Solicitation,
    opinion: FormalOpinion, keys: Keys,
) -> int:  # fmt: skip
    """The points as one Submission. Its send key is a random one: a guessed one would give the receipt to others, and
    one made of numbers would meet that of a project that was restored here with moved numbers."""
    unit = db.session.get_one(Unit, solicitation.unit_id)
    sent = submit(
        actor, now, consultation=consultation, version_id=solicitation.version_id, channel="formal",
        items=items_of(opinion), sender=Sender(kind="agency", unit_name=unit.name),
        send_key=new_send_key(),
        opens_at=solicitation.sent_at, closes_at=now + timedelta(days=1), keys=keys, late=now >= solicitation.due_at,
    )  # fmt: skip
    return sent.submission_id


def reply_digest(opinion: FormalOpinion) -> str:
    """SHA-256 over a sent answer, its scan's own hash and its Submission, to be computed again by verify."""
    entered = submission(opinion.submission_id).digest if opinion.submission_id else ""
    return sent_digest(opinion, entered, [one.sha256 for one in scans_of(opinion)])


def sent_digest(opinion: FormalOpinion, entered: str, hashes: Sequence[str]) -> str:
    """The same, told the digest of its Submission and the hashes of scan and form, in that order, where there are any."""
    sent_at = opinion.sent_at.astimezone(UTC).isoformat() if opinion.sent_at else ""
    parts = [opinion.submission_id, entered, *(hashes or [""]), sent_at, opinion.sent_by]
    if opinion.signed_at:
        parts += [opinion.signed_at.astimezone(UTC).isoformat(), opinion.signed_by]
    return digest([draft_digest(opinion), *parts])


def accept_reply(actor: Actor, now: datetime, opinion: FormalOpinion) -> bool:
    """The office takes the answer in (收文): 已报送 becomes 已复函. Whether it was written; repeating is harmless."""
    actor.require("office")
    _lock_standing(opinion)
    if opinion.accepted_at:
        return False
    opinion.accepted_at, opinion.accepted_by = now, actor.ref
    db.session.flush()
    record(actor, "accept_reply", f"letter:{opinion.solicitation_id}", now, digest=opinion.digest)
    return True


def return_reply(
    actor: Actor, now: datetime, opinion: FormalOpinion, reason: str, *, released: bool = False
) -> FormalOpinion:
    """Return an answer for correction (退回补正); the new draft is a copy of it, the returned one stays stored.

    Its points leave the ledger as 撤回; `released` is the later fact that forbids this (R13).
    """
    actor.require("office")
    _lock_standing(opinion)
    reason = clean_input(reason, "reason").strip()
    if not reason:
        raise Refused("请写明退回的理由，说明需要补正什么。", "reason")
    if opinion.submission_id:
        withdraw_submission(actor, now, submission(opinion.submission_id), released=released)
    opinion.returned_at, opinion.return_reason = now, reason
    again = FormalOpinion(
        solicitation_id=opinion.solicitation_id, number=opinion.number + 1, answer=opinion.answer,
        reply_no=opinion.reply_no, reply_date=opinion.reply_date, office_section=opinion.office_section,
        handler=opinion.handler, phone=opinion.phone, signatory=opinion.signatory,
        seal_file_id=opinion.seal_file_id, items=list(opinion.items), edition=opinion.edition + 1,
        recusal=opinion.recusal, recusal_text=opinion.recusal_text,
    )  # fmt: skip
    db.session.add(again)
    db.session.flush()
    record(actor, "return_reply", f"letter:{opinion.solicitation_id}", now, digest=digest(reason))
    return again


def _lock_standing(opinion: FormalOpinion) -> None:
    """Take turns on the letter; Conflict unless this answer was sent and stands."""
    serialise(f"letter:{opinion.solicitation_id}")
    db.session.refresh(opinion)
    if not answered(opinion):
        raise Conflict("这份复函还没有报送，或者已经退回，请刷新页面查看。")
