"""Pages inside a unit, for its handler: the colleagues' points by clause, the join code, the signatory's link."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consult.base.db import transaction
from consult.base.errors import StageError
from consult.drafts.questions import named
from consult.letters import access_link, find, proposals
from consult.letters.find import Letter
from consult.letters.models import Proposal
from consult.letters.whole import is_person
from consult.web import access, keys, moment, settings
from consult.web.agency import letterbox
from consult.web.agency.forms import number

Page = tuple[str, int] | Response


@dataclass(frozen=True)
class Told:
    """A new way in, shown once: its address, what to paste into a chat, and its picture."""

    purpose: str
    address: str
    text: str
    code: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Said:
    """One clause (or the whole draft, or the clause is gone: no words) with the points on it."""

    key: str
    name: str
    words: str
    points: Sequence[Proposal]


def inside(letter_id: int) -> Page:
    """What the unit does among itself before it answers."""
    return _page(letterbox.own(letter_id))


def _page(letter: Letter, told: Told | None = None, error: StageError | None = None, place: int = 0) -> Page:
    found, now = letter.solicitation, moment()
    points = proposals.of_letter(found.id)
    codes = [one for one in access_link.links(found.id, "colleague") if not access_link.expired(one, now)]
    signing = [one for one in access_link.links(found.id, "sign") if not (one.used_at or access_link.expired(one, now))]
    page = render_template(
        "agency/inside.html", letter=found, consultation=letter.consultation, opinion=letter.opinion,
        sent=find.answered(letter.opinion), groups=_by_clause(letter, points), points=points, codes=codes,
        signing=signing, person=is_person(found.id), may_sign=letterbox.may_sign(), told=told, error=error,
        place=place, rewritten=proposals.rewritten(points, letter.opinion), note=request.form.get("note", ""),
    )  # fmt: skip
    return page, error.status if error else 200


def _by_clause(letter: Letter, points: Sequence[Proposal]) -> list[Said]:
    """The points under the clause they speak of, in the order of the draft; what is on the whole draft first."""
    by_key: dict[str, list[Proposal]] = {}
    for one in points:
        by_key.setdefault(one.clause_key, []).append(one)
    pieces = [one.clause for one in letterbox.asked(letter)]
    named = [Said(one.key, one.citation or one.label, one.text, by_key.pop(one.key)) for one in pieces if one.key in by_key]
    whole = [Said("", "全文（整体意见）", "", by_key.pop(""))] if "" in by_key else []
    return [*whole, *named, *(Said(key, "其他条款", "", left) for key, left in by_key.items())]


def make_code(letter_id: int) -> Page:
    """A join code for the colleagues, shown once; those who are in stay in."""
    try:
        with transaction():
            letter = letterbox.own(letter_id)
            made = access_link.make_link(
                access.actor(), moment(), letter.solicitation, "colleague", keys=keys(), keep_used=True
            )
    except StageError as error:
        return _page(letterbox.own(letter_id), error=error)
    letter = letterbox.own(letter_id)
    plain = _outside(url_for("join.door"))
    address = f"{plain}#{made.token}"  # behind the #, so that no log ever holds the code
    title = named(letter.consultation.title, letter.consultation.kind)
    text = f"请就{title}提意见。打开 {address} ，填写加入码 {made.token}、您的姓名和科室，不需要账号。"
    picture = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
    return _page(letter, Told("colleague", plain, text, made.token, picture))


def make_signing(letter_id: int) -> Page:
    """A link for the signatory, shown once; an earlier one dies."""
    try:
        with transaction():
            letter = letterbox.own(letter_id)
            made = access_link.make_link(access.actor(), moment(), letter.solicitation, "sign", keys=keys())
    except StageError as error:
        return _page(letterbox.own(letter_id), error=error)
    letter = letterbox.own(letter_id)
    address = _outside(url_for("entrance.door", token=made.token))
    text = f"请您审阅并签发{named(letter.consultation.title, letter.consultation.kind)}的复函：{address} 。链接只能用一次，不需要账号。"
    return _page(letter, Told("sign", address, text))


def _outside(path: str) -> str:
    return (settings().public_url or request.url_root).rstrip("/") + path


def revoke(letter_id: int) -> Page:
    """Close a join code or a signatory's link; everybody who came in by it is out."""
    letter, wanted = letterbox.own(letter_id), number(request.form.get("link"))
    every = [one for purpose in ("colleague", "sign") for one in access_link.links(letter.solicitation.id, purpose)]
    with transaction():
        for one in (one for one in every if one.id == wanted):
            access_link.revoke(access.actor(), moment(), one)
    flash("已停用。用它进来的人马上退出，写好的意见都还在。")
    return redirect(url_for("agency.inside", letter_id=letter_id), 303)


def take(letter_id: int) -> Page:
    """Copy the points that are ticked into the reply."""
    wanted = {number(one): number(request.form.get(f"edition-{one}")) for one in request.form.getlist("take")}
    try:
        with transaction():
            proposals.take(access.actor(), moment(), letterbox.own(letter_id).solicitation, wanted)
    except StageError as error:
        return _page(letterbox.own(letter_id), error=error)
    flash(f"已把 {len(wanted)} 条意见抄进复函，可以在复函里修改；同事的原文不变。")
    return redirect(url_for("agency.inside", letter_id=letter_id), 303)


def leave_out(letter_id: int, proposal_id: int) -> Page:
    """Leave a point out, with a note for its author."""
    try:
        with transaction():
            letter = letterbox.own(letter_id).solicitation
            proposals.leave_out(access.actor(), moment(), letter, proposal_id, request.form.get("note", ""))
    except StageError as error:
        return _page(letterbox.own(letter_id), error=error, place=proposal_id)
    flash("已记下不采用，提意见的同事会看到您写的原因。")
    return redirect(url_for("agency.inside", letter_id=letter_id, _anchor=f"point-{proposal_id}"), 303)
