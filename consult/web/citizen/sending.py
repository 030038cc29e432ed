"""One visit to the opinion page: what was typed, what lies in the basket, and the way into the ledger."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import request

from consult.base.db import transaction
from consult.base.errors import Conflict, Refused
from consult.base.people import CITIZEN
from consult.drafts import find
from consult.drafts.models import Clause, Consultation, Version
from consult.drafts.period import require_open
from consult.intake import basket
from consult.intake.screen import screen_items, screen_sender
from consult.intake.submit import Item, Sent, new_send_key, sent_before, submit, unsent
from consult.web import challenge, keys, limits, settings
from consult.web.citizen import collect
from consult.web.citizen.card import source
from consult.web.citizen.forms import OpinionForm
from consult.web.citizen.lines import name_of

COOKIE = "consult_basket"
TRAPPED = "有一栏不该填写的内容被填上了，可能是浏览器自动填写的。已经替您清空，请再提交一次。"
GONE = "草案更正以后，您意见篮里有的条款已经删去"
WITHDRAWN = "这个项目已经撤回，不再接收意见。您写的内容仍在页面上，可以复制保存。"


@dataclass
class Visit:
    """A sender before the form. `kept` lies on the server, `carried` came from the browser's own memory."""

    project: Consultation
    version: Version
    clauses: dict[str, Clause]
    form: OpinionForm
    now: datetime
    token: str | None
    kept: list[Item]
    carried: list[Item] = field(default_factory=list)
    notice: str = ""

    @property
    def present(self) -> Item | None:
        """The opinion being written, None where it says nothing."""
        return collect.present(self.form, self.clauses)

    @property
    def written(self) -> list[Item]:
        """What the request itself brings, the opinion being written last."""
        return [*self.carried, *([one] if (one := self.present) else [])]

    @property
    def items(self) -> list[Item]:
        """Everything that would be sent, the one being written last."""
        return [*self.kept, *self.written]

    @property
    def gone(self) -> dict[str, str]:
        """key → name of clauses that were written on and that the version in force no longer has (R05)."""
        missing = {one.clause_key for one in self.items if one.clause_key} - self.clauses.keys()
        older = find.published_versions(self.project.id)[:-1] if missing else []
        return {one.key: name_of(one) for version in older for one in find.clauses(version.id) if one.key in missing}


def visit(slug: str, form: OpinionForm, now: datetime, leave_out: str = "") -> Visit:
    """The visit as the request tells it; NotFound for a project that is not public."""
    project = find.public_by_slug(slug)
    version = find.current_version(project)
    clauses = {one.key: one for one in find.clauses(version.id)}
    token = request.cookies.get(COOKIE)
    kept = basket.read(keys(), token, project.id, now)
    return Visit(project, version, clauses, form, now, token, kept, collect.carried(request.form, leave_out))


def require_taking(project: Consultation, now: datetime) -> None:
    """Raise Conflict unless the project takes opinions now."""
    if project.withdrawn_at:
        raise Conflict(WITHDRAWN)
    require_open(now, project.opens_at, project.closes_at)


def keep(at: Visit) -> None:
    """Put the opinion being written into the basket on the server; the form is empty afterwards."""
    require_taking(at.project, at.now)
    limits.count_basket()
    (item,) = screen_items([at.present] if at.present else [])
    at.token = at.token or basket.new_token()
    if item not in at.kept:  # the page was loaded again: the same opinion once is enough
        with transaction():
            at.kept = basket.put(keys(), at.token, at.project.id, at.now, item)
    at.notice = f"已经放进意见篮，现在有 {len(at.kept) + len(at.carried)} 条。全部写好以后，在本页下方一次提交。"
    for one in (at.form.clause, at.form.stance, at.form.text, at.form.proposed_text, at.form.reason):
        one.data = ""


def take_out(at: Visit, number: str) -> None:
    """Remove one opinion from the basket on the server."""
    if at.token and number.isdecimal() and len(number) < 4:
        with transaction():
            at.kept = basket.take_out(keys(), at.token, at.project.id, at.now, int(number))
    at.notice = "已经从意见篮里拿掉。"


def send(at: Visit) -> Sent:
    """Send the basket and the opinion being written; every refusal leaves all of it where it was.

    The order: trap field, sent before (the same receipt again), open, limits, the words, proof of trouble.
    """
    if at.form.website.data:
        raise Refused(TRAPPED)
    items = at.items
    if before := _sent_before(at):
        if not unsent(before, at.written):
            return before  # the page was loaded again; what lies in the basket since then stays there
        items = unsent(before, items)  # gone back and written on: the rest is a sending of its own
        at.form.send_key.data = new_send_key()
    require_taking(at.project, at.now)
    limits.count_submission()
    if one := at.present:
        screen_items([one])  # alone first: its message then names no number
    screen_items(items)
    screen_sender(collect.sender(at.form))
    if gone := at.gone:
        raise Refused(f"{GONE}：{'、'.join(gone.values())}。请拿掉它们，改提在别的条款或者全文上。")
    _require_trouble(at)
    return _store(at, items)


def _sent_before(at: Visit) -> Sent | None:
    key = at.form.send_key.data or ""
    return sent_before(key, keys()) if 16 <= len(key) <= 200 else None


def _require_trouble(at: Visit) -> None:
    if not settings().captcha:
        return
    form = at.form
    try:
        challenge.require_time(keys(), at.now, form.opened.data or "")
    except Refused:
        form.opened.data = ""
        raise
    if form.altcha.data:
        challenge.require_work(keys(), form.altcha.data)
    else:
        challenge.require_answer(keys(), at.now, form.question.data or "", form.answer.data or "")


def _store(at: Visit, items: list[Item]) -> Sent:
    slug, token, sender = at.project.slug, at.token, collect.sender(at.form)
    address = limits.address_hash()
    with transaction():
        project = find.public_by_slug(slug)  # read again: the period may have changed a moment ago
        sent = submit(
            CITIZEN, at.now, consultation=project, version_id=find.current_version(project).id, channel="web",
            items=items, sender=sender, send_key=at.form.send_key.data or "", opens_at=project.opens_at,
            closes_at=project.closes_at, keys=keys(), address_hash=address, source=source(),
        )  # fmt: skip
        if token:
            basket.empty(keys(), token, project.id)
    return sent


def renew(at: Visit) -> challenge.Question:
    """Fresh hidden fields where they are missing or spent; the arithmetic question is new each time."""
    form = at.form
    form.send_key.data = form.send_key.data or new_send_key()
    form.opened.data = form.opened.data or challenge.opened(keys(), at.now)
    form.website.data, form.answer.data, form.altcha.data = "", "", ""
    asked = challenge.question(keys(), at.now)
    form.question.data = asked.token
    return asked
