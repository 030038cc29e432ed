"""One visit to the opinion page: what was typed, what lies in the basket, and the way into the ledger."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import request

from consult.base.crypto import keyed
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import CITIZEN
from consult.base.together import together
from consult.drafts import find
from consult.drafts.models import Clause, Consultation, Version
from consult.drafts.period import require_open
from consult.drafts.questions import whole
from consult.intake import attachments, basket, wish
from consult.intake.attachments import Waiting
from consult.intake.find import submission
from consult.intake.models import Submission
from consult.intake.screen import screen_items, screen_sender
from consult.intake.submit import Item, Sent, new_send_key, sent_before, submit, unsent
from consult.web import challenge, keys, limits, settings
from consult.web.citizen import attaching, collect, supplementing
from consult.web.citizen.card import source
from consult.web.citizen.forms import OpinionForm
from consult.web.citizen.lines import name_of
from consult.web.citizen.rows import Row, name_of_words, outdated, place, rows_of, written_on

COOKIE = "consult_basket"
TRAPPED = "有一栏不该填写的内容被填上了，可能是浏览器自动填写的。已经替您清空，请再提交一次。"
CORRECTED = "草案刚刚有更正，您写过意见的{}改了。请看看写的还合适不合适，再点一次“提交”。"
GONE = "草案更正以后，您意见篮里有的条款已经删去"
ALONE = "您新加的附件还没有提交。请写一两句话说明它，再提交。"
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
    files: dict[str, Waiting] = field(default_factory=dict)
    earlier: Submission | None = None
    originals: dict[str, Clause] = field(default_factory=dict)
    removed: Item | None = None
    steps: tuple[str, ...] = ()  # the soft steps of web/limits.py that this sending has passed

    @property
    def present(self) -> Item | None:
        """The opinion being written, None where it says nothing."""
        return collect.present(self.form, self.originals)

    @property
    def boxed(self) -> Clause | None:
        """The clause whose text stands in the box."""
        return collect.boxed(self.form, self.originals)

    @property
    def replaced(self) -> Item | None:
        """The opinion of the basket that the one being written takes the place of."""
        named = self.form.editing.data if self.form.editing.data and self.present else ""
        if not named:
            return None
        return next((one for one in (*self.kept, *self.carried) if name_of_words(one) == named), None)

    @property
    def written(self) -> list[Item]:
        """What the request itself brings, the opinion being written last."""
        replaced = self.replaced
        return [*(one for one in self.carried if one != replaced), *([one] if (one := self.present) else [])]

    @property
    def items(self) -> list[Item]:
        """Everything that would be sent, in the order of the draft, the one being written last."""
        replaced, present = self.replaced, self.present
        kept = [one for one in (*self.kept, *self.carried) if one != replaced]
        return [*sorted(kept, key=lambda one: place(one, self.clauses)), *([present] if present else [])]

    @property
    def rows(self) -> list[Row]:
        """The basket as the page shows it."""
        return rows_of(self.kept, self.carried, self.clauses, self.names)

    @property
    def names(self) -> dict[str, str]:
        """key → how people call a clause, those that are gone included."""
        gone = {key: f"{name}（新的版本里已经删去）" for key, name in self.gone.items()}
        return {"": whole(self.project.kind)} | {key: name_of(one) for key, one in self.clauses.items()} | gone

    def name(self, item: Item) -> str:
        """What an opinion is about."""
        return self.names[item.clause_key or ""]

    @property
    def gone(self) -> dict[str, str]:
        """key → name of clauses that were written on and that the version in force no longer has (R05)."""
        missing = {one.clause_key for one in self.items if one.clause_key} - self.clauses.keys()
        older = find.published_versions(self.project.id)[:-1] if missing else []
        return {one.key: name_of(one) for version in older for one in find.clauses(version.id) if one.key in missing}


def visit(slug: str, form: OpinionForm, now: datetime) -> Visit:
    """The visit as the request tells it; NotFound for a project that is not public."""
    project = find.public_by_slug(slug)
    version = find.current_version(project)
    clauses = {one.key: one for one in find.clauses(version.id)}
    token = request.cookies.get(COOKIE)
    kept = basket.read(keys(), token, project.id, now)
    return Visit(
        project, version, clauses, form, now, token, kept, collect.carried(request.form),
        files=attaching.read(request.form, token, project.id, now),
        earlier=supplementing.earlier(project, now, supplementing.asked()), originals=_originals(form, project, clauses),
    )  # fmt: skip


def _originals(form: OpinionForm, project: Consultation, clauses: dict[str, Clause]) -> dict[str, Clause]:
    """The clauses in force, but the one whose text stands in the box as it read when the form was opened."""
    said = form.edited_of.data or ""
    key = said.rpartition(".")[0]
    if not said or written_on(clauses.get(key)) == said:
        return clauses
    older = (one for version in reversed(find.published_versions(project.id)) for one in find.clauses(version.id))
    return clauses | next(({key: one} for one in older if one.key == key and written_on(one) == said), {})


def require_taking(project: Consultation, now: datetime) -> None:
    """Raise Conflict unless the project takes opinions now."""
    if project.withdrawn_at:
        raise Conflict(WITHDRAWN)
    require_open(now, project.opens_at, project.closes_at)


def take_files(at: Visit) -> None:
    """Keep the files that this request brings; those that cannot be taken are named in a refusal, last."""
    before = set(at.files)
    try:
        if any(one.filename for one in request.files.getlist("files")):
            require_taking(at.project, at.now)
            attaching.take_in(at.files, at.now)
            at.notice = f"附件已经传上来了，现在有 {len(at.files)} 个，提交意见时一起送出。"
    finally:
        if set(at.files) != before:
            at.token = at.token or basket.new_token()
            attaching.remember(at.token, at.project.id, at.now, at.files)


def drop_file(at: Visit, mark: str) -> None:
    """Throw an attachment away that is not to be sent."""
    before = set(at.files)
    attaching.drop(at.files, mark)
    if at.token and set(at.files) != before:  # nobody fills the table of baskets by naming files that are none
        attaching.remember(at.token, at.project.id, at.now, at.files)
    at.notice = "附件已经拿掉。"


def send(at: Visit) -> Sent:
    """Send the basket and the opinion being written; every refusal leaves all of it where it was.

    The order: trap field, sent before (the same receipt again), open, limits, the words, proof of trouble.
    """
    if at.form.website.data:
        raise Refused(TRAPPED)
    items = at.items
    attaching.require_fresh(request.form, at.now)
    if before := _sent_before(at):
        _leave_out_sent(at, before)
        if not unsent(before, at.written):
            if at.files and not unsent(before, at.items):
                raise Refused(ALONE, "text")
            return before  # the page was loaded again; what lies in the basket since then stays there
        items = unsent(before, items)  # gone back and written on: the rest is a sending of its own
        at.form.send_key.data = new_send_key()
    require_taking(at.project, at.now)
    _require_seen(at)
    at.steps = limits.weigh(at.project.slug)
    if one := at.present:
        screen_items([one])  # alone first: its message then names no number
    screen_items(items)
    screen_sender(collect.sender(at.form))
    if at.form.wish.data:
        wish.require_address(collect.wish_address(at.form))
    _require_earlier(at)
    if gone := at.gone:
        raise Refused(f"{GONE}：{'、'.join(gone.values())}。请拿掉它们，改提在别的条款或者全文上。")
    _require_trouble(at)
    sent = _store(at, items)
    # stored in this very moment by another request of the same form: what that one did not bring is not lost unseen
    return send(at) if sent.repeated and unsent(sent, items) else sent


def _require_seen(at: Visit) -> None:
    """Refuse once where a clause changed after the page was shown: its sender shall know before sending (R05)."""
    names = [at.name(one) for one in at.items if outdated(one, at.clauses.get(one.clause_key or ""))]
    if names and request.form.get("seen", str(at.version.number)) != str(at.version.number):
        raise Refused(CORRECTED.format("、".join(dict.fromkeys(names))), "edited")


def _sent_before(at: Visit) -> Sent | None:
    key = at.form.send_key.data or ""
    return sent_before(key, keys()) if 16 <= len(key) <= 200 else None


def _require_earlier(at: Visit) -> None:
    """Refuse to add to what cannot be added to; the page that comes back no longer asks for it."""
    try:
        supplementing.require(at.project, at.now, supplementing.asked())
    except Refused:
        at.earlier = None
        raise


def _leave_out_sent(at: Visit, before: Sent) -> None:
    """Files that the earlier sending holds are not sent again."""
    held = {one.sha256 for one in attachments.of([before.submission_id]).get(before.submission_id, [])}
    sent = {name: one for name, one in at.files.items() if one.sha256 in held}
    if sent:
        attachments.unstage(settings().files, sent.values())
        at.files = {name: one for name, one in at.files.items() if name not in sent}
        if at.token:
            attaching.remember(at.token, at.project.id, at.now, at.files)


def _require_trouble(at: Visit) -> None:
    """Refuse without the proof of some trouble. It is good for one sending: the second click of two brings it again."""
    if not settings().captcha:
        return
    proved = f"proved:{keyed(keys().send, at.form.send_key.data or '')}"
    try:
        _require_proof(at)
    except NotAllowed:
        if not limits.used(proved):
            raise
    limits.first_use(proved, int(challenge.LASTS.total_seconds()))


def _require_proof(at: Visit) -> None:
    form = at.form
    try:
        challenge.require_time(keys(), at.now, form.opened.data or "")
    except Refused:
        form.opened.data = ""
        raise
    if form.altcha.data:
        challenge.require_work(keys(), form.altcha.data, bool(at.steps))
    else:
        pairs = [(form.question.data, form.answer.data), (form.question2.data, form.answer2.data)]
        given = [(token, answer or "") for token, answer in pairs if token]
        challenge.require_answers(keys(), at.now, given, bool(at.steps))


def _store(at: Visit, items: list[Item]) -> Sent:
    slug, token, sender, own = at.project.slug, at.token, collect.sender(at.form), keys()
    address, files, folder, link = limits.address_hash(), list(at.files.values()), settings().files, source()
    adds_to, send_key, steps, now = at.earlier.id if at.earlier else None, at.form.send_key.data or "", at.steps, at.now
    mail = collect.wish_address(at.form) if at.form.wish.data else ""

    def work() -> Sent:
        project = find.standing(slug)  # read again: the period may have changed a moment ago
        sent = submit(
            CITIZEN, now, consultation=project, version_id=project.version_id, channel="web", items=items,
            sender=sender, send_key=send_key, opens_at=project.opens_at, closes_at=project.closes_at, keys=own,
            address_hash=address, source=link, supplements=adds_to, files=files, folder=folder, marks=steps,
        )  # fmt: skip
        if mail and not sent.repeated:
            wish.want(CITIZEN, now, submission(sent.submission_id), mail, own)
        if token:
            basket.empty(own, token, project.id)
        return sent

    sent = together(work)
    if not sent.repeated:
        limits.count_sent(slug)
    attachments.unstage(folder, files)
    return sent


def renew(at: Visit) -> list[challenge.Question]:
    """Fresh hidden fields where they are missing or spent; new questions each time, two where many send now."""
    form = at.form
    form.send_key.data = form.send_key.data or new_send_key()
    form.opened.data = form.opened.data or challenge.opened(keys(), at.now)
    form.website.data, form.answer.data, form.answer2.data, form.altcha.data = "", "", "", ""
    asked = [challenge.question(keys(), at.now) for _ in range(2 if at.steps or limits.pressed(at.project.slug) else 1)]
    form.question.data, form.question2.data = asked[0].token, asked[1].token if len(asked) > 1 else ""
    return asked
