"""Verify, around letters: the ways in, reminders, the log of urging and the texts of the office, as recorded."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.letters.access_link import ONE_TIME, guest_digest, link_digest
from consult.letters.letter_templates import template_digest
from consult.letters.models import AccessLink, Guest, LetterTemplate, Reminder, Solicitation, Urging
from consult.letters.remind import urging_digest
from consult.summary.entries import Entry, entries, of_project


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between these rows and what was recorded of them."""
    query = of_project(select(Solicitation.id), Solicitation.consultation_id, consultation_id)
    letters = set(session.scalars(query))
    yield from _links(session, letters, consultation_id is None)
    yield from _guests(session, letters)
    yield from _reminders(session, letters)
    yield from _urgings(session, letters)
    if consultation_id is None:
        yield from _templates(session)


def _links(session: Session, letters: set[int], whole: bool) -> Iterator[str]:
    made = {one.facts["link"]: one for one in entries(session, "make_link")}
    revoked = {one.facts["link"]: one.at for one in entries(session, "revoke_link")}
    revoked |= {number: one.at for one in made.values() for number in one.facts.get("ended", ())}
    entered: dict[int, Entry] = {}
    for one in entries(session, "enter_by_link"):
        entered.setdefault(one.facts["link"], one)
    renewed = defaultdict(set)
    for number, one in made.items():
        renewed[one.number, one.facts["purpose"]].add((number, one.at))
    for link in session.scalars(select(AccessLink).order_by(AccessLink.id)):
        one = made.pop(link.id, None)
        if link.solicitation_id not in letters:
            continue
        stated = (one.number, one.facts["purpose"], one.at, one.actor) if one else None
        if stated != (link.solicitation_id, link.purpose, link.made_at, link.made_by):
            yield f"进入链接 {link.id} 与审计日志不一致"
        elif one and one.facts.get("digest", link_digest(link)) != link_digest(link):  # absent in entries of before
            yield f"进入链接 {link.id} 的内容或者有效期被改动"
        first = entered[link.id].at if link.id in entered else None
        if link.used_at != first:
            yield f"进入链接 {link.id} 的使用情况与审计日志不一致"
        later = {at for number, at in renewed[link.solicitation_id, link.purpose] if number > link.id}
        if link.revoked_at not in ({revoked[link.id]} if link.id in revoked else later | {None}):
            yield f"进入链接 {link.id} 的停用情况与审计日志不一致"
    if whole and made:
        yield f"有 {len(made)} 个进入链接记录在审计日志中，数据库里却没有"


def _guests(session: Session, letters: set[int]) -> Iterator[str]:
    came = {one.facts["guest"]: one for one in entries(session, "enter_by_link")}
    left = {one.facts["guest"]: one.at for one in entries(session, "leave")}
    used: dict[int, int] = defaultdict(int)
    query = select(Guest, AccessLink).join(AccessLink, AccessLink.id == Guest.link_id).order_by(Guest.id)
    for guest, link in session.execute(query):
        used[link.id] += 1
        one = came.pop(guest.id, None)
        if link.solicitation_id not in letters:
            continue
        if one is None or (one.number, one.facts["link"], one.at) != (link.solicitation_id, link.id, guest.begun_at):
            yield f"凭链接进入的人员 {guest.id} 与审计日志不一致"
        elif one.facts.get("digest", guest_digest(guest)) != guest_digest(guest):
            yield f"凭链接进入的人员 {guest.id} 的姓名、科室或者凭据被改动"
        if guest.ended_at != left.get(guest.id):
            yield f"凭链接进入的人员 {guest.id} 的退出情况与审计日志不一致"
        if link.purpose in ONE_TIME and used[link.id] == 2:
            yield f"一次性链接 {link.id} 进入了不止一次"
    if missing := sum(one.number in letters for one in came.values()):
        yield f"有 {missing} 次凭链接进入记录在审计日志中，数据库里却没有"


def _reminders(session: Session, letters: set[int]) -> Iterator[str]:
    stated = {(one.number, one.facts["occasion"], one.at) for one in entries(session, "remind") if one.number in letters}
    stored = {
        (one.solicitation_id, one.occasion, one.at)
        for one in session.scalars(select(Reminder))
        if one.solicitation_id in letters
    }
    if stated != stored:
        yield f"有 {len(stated ^ stored)} 次催办与审计日志不一致"


def _urgings(session: Session, letters: set[int]) -> Iterator[str]:
    stated = {
        one.facts["urging"]: (one.number, one.facts["digest"], one.at, one.actor)
        for one in entries(session, "urge")
        if one.number in letters
    }
    for row in session.scalars(select(Urging).order_by(Urging.id)):
        said = stated.pop(row.id, None)
        if row.solicitation_id in letters and said != (row.solicitation_id, urging_digest(row), row.at, row.by):
            yield f"督办记录 {row.id} 与审计日志不一致"
    if stated:
        yield f"有 {len(stated)} 条督办记录在审计日志中有，数据库里却没有"


def _templates(session: Session) -> Iterator[str]:
    last = {one.number: one for one in entries(session, "set_template")}
    for row in session.scalars(select(LetterTemplate).order_by(LetterTemplate.id)):
        one = last.pop(row.id, None)
        if one is None or (one.facts["digest"], one.at, one.actor) != (template_digest(row), row.changed_at, row.changed_by):
            yield f"函的模板“{row.name}”与审计日志不一致"
    if last:
        yield f"有 {len(last)} 个函的模板记录在审计日志中，数据库里却没有"
