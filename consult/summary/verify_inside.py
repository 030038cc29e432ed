"""Verify, inside a unit: colleagues' points as they were written, taken or left out, and signatures; all as recorded."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.letters.draft import draft_digest
from consult.letters.models import FormalOpinion, Guest, Proposal, Solicitation
from consult.letters.proposals import proposal_digest
from consult.summary.entries import Entry, entries, of_project

ACTIONS = ("propose", "withdraw_proposal", "leave_out", "save_reply", "sign_reply", "decline_reply")


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between what a unit did inside and what was recorded of it."""
    said: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries(session, *ACTIONS):
        said[entry.subject].append(entry)
    points: dict[int, list[Proposal]] = defaultdict(list)
    for one in session.scalars(select(Proposal).order_by(Proposal.id)):
        points[one.solicitation_id].append(one)
    replies: dict[int, list[FormalOpinion]] = defaultdict(list)
    for reply in session.scalars(select(FormalOpinion).order_by(FormalOpinion.number)):
        replies[reply.solicitation_id].append(reply)
    query = of_project(select(Solicitation.id), Solicitation.consultation_id, consultation_id)
    for letter in session.scalars(query.order_by(Solicitation.id)):
        history = said[f"letter:{letter}"]
        yield from _points(letter, history, points[letter])
        yield from _copies(session, points[letter], replies[letter])
        yield from _signatures(history, replies[letter])


def _points(letter: int, history: list[Entry], points: list[Proposal]) -> Iterator[str]:
    about: dict[int, list[Entry]] = defaultdict(list)
    for entry in history:
        if "proposal" in entry.facts:
            about[entry.facts["proposal"]].append(entry)
    saved = {(entry.at, entry.actor) for entry in history if entry.action == "save_reply"}
    for one in points:
        yield from _point(one, about.pop(one.id, []), saved)
    if about:
        yield f"征求意见函 {letter} 有 {len(about)} 条同事意见记录在审计日志中，数据库里却没有"


def _copies(session: Session, points: list[Proposal], replies: list[FormalOpinion]) -> Iterator[str]:
    """A point of which a copy stands in the newest reply typed by the unit counts as taken; who came by a code is
    named as they named themselves."""
    drafted = [reply for reply in replies if reply.source != "paper"]
    copied = {one.get("from", "") for one in drafted[-1].items} if drafted else set()
    for one in points:
        if str(one.id) in copied and one.taken_at is None:
            yield f"同事意见 {one.id} 的采用情况与复函不一致"
        guest = session.get(Guest, one.guest_id) if one.guest_id else None
        ref = f"guest:{one.guest_id}" if one.guest_id else one.by
        named = guest is None or (one.by_name, one.section) == (guest.name, guest.section)
        if not named or ref != one.by or (guest is None and one.by.startswith("guest:")):
            yield f"同事意见 {one.id} 的提出人与登记时不一致"


def _point(one: Proposal, history: list[Entry], saved: set[tuple[datetime, str]]) -> Iterator[str]:
    written = [entry for entry in history if entry.action == "propose"]
    if not written or written[-1].facts["digest"] != proposal_digest(one) or len(written) != one.edition:
        yield f"同事意见 {one.id} 的内容与审计日志不一致"
    elif (written[0].at, written[0].actor, written[-1].at) != (one.at, one.by, one.changed_at):
        yield f"同事意见 {one.id} 的时间或者提出人与审计日志不一致"
    withdrawn = next((entry.at for entry in history if entry.action == "withdraw_proposal"), None)
    if withdrawn != one.withdrawn_at:
        yield f"同事意见 {one.id} 的撤回情况与审计日志不一致"
    noted = [(entry.at, entry.actor, entry.facts["digest"]) for entry in history if entry.action == "leave_out"]
    if (one.left_out_at or one.left_out_by or one.left_out_note) and noted[-1:] != [(one.left_out_at, one.left_out_by, digest(one.left_out_note))]:
        yield f"同事意见 {one.id} 的不采用说明与审计日志不一致"
    if _left_standing(history, saved) and not one.left_out_at:
        yield f"同事意见 {one.id} 的不采用说明被删去"
    if (one.taken_at or one.taken_by) and (one.taken_at, one.taken_by) not in saved:
        yield f"同事意见 {one.id} 的采用情况与审计日志不一致"


def _left_standing(history: list[Entry], saved: set[tuple[datetime, str]]) -> bool:
    """Whether a point was left out last: not written anew and not, by a saving since then, perhaps taken."""
    last = next((entry for entry in reversed(history) if entry.action in ("propose", "leave_out")), None)
    return last is not None and last.action == "leave_out" and all(at < last.at for at, _ in saved)


def _signatures(history: list[Entry], replies: list[FormalOpinion]) -> Iterator[str]:
    signed = {(entry.at, entry.actor, entry.facts["digest"]) for entry in history if entry.action == "sign_reply"}
    declined = {entry.facts["digest"] for entry in history if entry.action == "decline_reply"}
    for reply in replies:
        if (reply.signed_at or reply.signed_by) and (reply.signed_at, reply.signed_by, draft_digest(reply)) not in signed:
            yield f"复函 {reply.id} 的签发与审计日志不一致"
        if (reply.sign_note or reply.sign_note_by) and digest([reply.sign_note, reply.sign_note_by]) not in declined:
            yield f"复函 {reply.id} 的退回修改意见与审计日志不一致"
