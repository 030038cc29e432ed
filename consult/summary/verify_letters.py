"""Verify, letters: to whom each went, when it is due, what was answered; all as recorded."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.base.files import named
from consult.letters.draft import draft_digest, scans_of
from consult.letters.issue import letter_digest
from consult.letters.models import FormalOpinion, Solicitation
from consult.letters.reply import reply_digest
from consult.summary.entries import Entry, entries, moment, of_project

SIGNS = ("acknowledge", "save_reply", "send_reply")  # whoever does one of these has signed for the letter
ACTIONS = ("view_letter", *SIGNS, "extend_letter", "correct_letter", "withdraw_letter", "accept_reply", "return_reply", "enter_reply", "sign_reply")
DRAFTED = ("save_reply", "sign_reply", "return_reply")  # a signatory's name is part of the draft
TAKEN_IN = ("accept_reply", "enter_reply")  # a paper reply is in the office's hands when it is entered
Issue = tuple[str, str, datetime, str]  # project, digest of the letter, when, by whom


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between letters with their answers and what was recorded of them."""
    issued: dict[Issue, set[int]] = defaultdict(set)
    for entry in entries(session, "issue_letter"):
        if consultation_id in (None, entry.number):
            key = (entry.subject, entry.facts["digest"], entry.at, entry.actor)
            issued[key] |= set(entry.facts["units"])
    said: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries(session, *ACTIONS):
        said[entry.subject].append(entry)
    replies = defaultdict(list)
    for reply in session.scalars(select(FormalOpinion).order_by(FormalOpinion.number)):
        replies[reply.solicitation_id].append(reply)
    query = of_project(select(Solicitation), Solicitation.consultation_id, consultation_id)
    for letter in session.scalars(query.order_by(Solicitation.id)):
        history = said.pop(f"letter:{letter.id}", [])
        yield from _letter(letter, history, issued)
        yield from _replies(letter, history, replies[letter.id])
    if missing := sum(map(len, issued.values())):
        yield f"有 {missing} 封征求意见函记录在审计日志中，数据库里却没有，或者内容不一致"


def _letter(letter: Solicitation, history: list[Entry], issued: dict[Issue, set[int]]) -> Iterator[str]:
    name = f"征求意见函 {letter.id}"
    later = [entry for entry in history if entry.action == "extend_letter"]
    first = moment(later[0].facts["before"]) if later else letter.due_at
    digests = _words(letter, first)
    key = (f"consultation:{letter.consultation_id}", digests[0], letter.sent_at, letter.sent_by)
    if letter.unit_id in issued[key]:
        issued[key].remove(letter.unit_id)
    else:
        yield f"{name}的单位、内容或者发出时间与审计日志不一致"
    corrected = [
        (one.facts["before"], one.facts["after"], one.at, one.actor)
        for one in history
        if one.action == "correct_letter"
    ]
    made = [(moment(one["at"]), one["by"]) for one in letter.corrections]
    if corrected != [(*pair, *by) for pair, by in zip(pairwise(digests), made, strict=True)]:
        yield f"{name}的更正情况与审计日志不一致"
    stated = [
        (moment(one.facts["before"]), moment(one.facts["after"]), one.facts["digest"], one.at, one.actor)
        for one in later
    ]
    stored = [
        (moment(one["before"]), moment(one["after"]), digest(one["reason"]), moment(one["at"]), one["by"])
        for one in letter.extensions
    ]
    if stated != stored or (stated and stated[-1][1] != letter.due_at):
        yield f"{name}的复函期限与审计日志不一致"
    withdrawn = [(one.at, one.facts["digest"]) for one in history if one.action == "withdraw_letter"]
    over = letter.withdrawn_at or letter.withdraw_reason
    if withdrawn != ([(letter.withdrawn_at, digest(letter.withdraw_reason))] if over else []):
        yield f"{name}的撤回情况与审计日志不一致"
    viewed = next((one.at for one in history if one.action in ("view_letter", *SIGNS)), None)
    signed = next(((one.at, one.actor) for one in history if one.action in SIGNS), (None, ""))
    if viewed != letter.viewed_at or signed != (letter.acknowledged_at, letter.acknowledged_by):
        yield f"{name}的查看、签收情况与审计日志不一致"


def _words(letter: Solicitation, first: datetime) -> list[str]:
    """The digest of the letter as it went out, then after each correction; the last is that of what is stored."""
    earlier = [letter_digest(letter, first, one["before"]) for one in letter.corrections]
    return [*earlier, letter_digest(letter, first)]


def _replies(letter: Solicitation, history: list[Entry], replies: list[FormalOpinion]) -> Iterator[str]:
    """Every answer that a unit sent is the one that was recorded, and none is missing."""
    sent = {one.facts["digest"]: one for one in history if one.action in ("send_reply", "enter_reply")}
    for reply in replies:
        if (reply.sent_at and reply_digest(reply) != reply.digest) or not _fits(reply):
            yield f"复函 {reply.id} 的内容被改动"
        if reply.digest in sent and not sent[reply.digest].seals(named(*scans_of(reply))):
            yield f"复函 {reply.id} 所附文件的名称被改动"
        if reply.sent_at and reply.digest not in sent:
            yield f"复函 {reply.id} 在审计日志中没有报送记录"
    stored = {reply.digest for reply in replies if reply.sent_at}
    if missing := sum(one not in stored for one in sent):
        yield f"征求意见函 {letter.id} 有 {missing} 份已报送的复函记录在审计日志中，数据库里却没有"
    accepted = [(one.facts["digest"], one.at, one.actor) for one in history if one.action in TAKEN_IN]
    if accepted != [(one.digest, one.accepted_at, one.accepted_by) for one in replies if one.accepted_at or one.accepted_by]:
        yield f"征求意见函 {letter.id} 的收文记录与审计日志不一致"
    returned = [(one.at, one.facts["digest"]) for one in history if one.action == "return_reply"]
    if returned != [(one.returned_at, digest(one.return_reason)) for one in replies if one.returned_at or one.return_reason]:
        yield f"征求意见函 {letter.id} 的退回补正记录与审计日志不一致"
    if replies and not replies[-1].sent_at:
        last = next((one for one in reversed(history) if one.action in DRAFTED), None)
        if last is None or (last.action != "return_reply" and last.facts["digest"] != draft_digest(replies[-1])):
            yield f"复函 {replies[-1].id} 的草稿与审计日志不一致"


def _fits(reply: FormalOpinion) -> bool:
    """Whether nothing is said that its digests pass over: of receipt on paper where it was typed, of nobody's recusal."""
    typed = reply.source != "online" or (reply.entered_by, reply.received_on, reply.received_note) == ("", None, "")
    return typed and (not reply.sent_at or bool(reply.recusal) or not reply.recusal_text)
