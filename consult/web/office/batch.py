"""Pages: many opinions at once: uploaded or pasted, looked at one by one, entered all or none, receipts printed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from consult.base import clock
from consult.base.crypto import digest
from consult.base.errors import Conflict, Refused
from consult.drafts import find
from consult.drafts.questions import whole
from consult.intake import attachments, incoming_blank
from consult.intake.proposing import Draft, Proposal, Row, placed
from consult.intake.register import entry_of, register
from consult.intake.submit import Sent, sent_before
from consult.intake.words import STANCES
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.download import attachment
from consult.web.office import batch_work, receipts
from consult.web.office.batch_forms import BatchForm, CheckForm
from consult.web.office.batch_work import PASTED, Pile, pile
from consult.web.office.blueprint import bp, opened
from consult.web.office.receipts import Receipt

AGAIN = "这一批已经登记过了，没有重复登记。回执码只显示一次；还有别的要登记，请重新上传。"
MOST_OPTIONS = 12_000  # of all lists on a page; beyond, a clause is typed as it is cited
MOST_TOLD = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEEN = "草案或者台账在您核对的时候变了，请再看一遍，然后登记。"


@bp.route("/c/<slug>/register/many", methods=["GET", "POST"], endpoint="register_many")
def many(slug: str) -> ResponseReturnValue:
    """Step 1: files or pasted text."""
    actor().require("office")
    project, where = opened(slug)
    form = BatchForm(received_on=clock.local_date(moment()))
    if form.validate_on_submit():
        sources = [(one.filename or "", one.read()) for one in form.uploads()]
        if form.pasted.data and form.pasted.data.strip():
            sources.append((f"{PASTED}.txt", form.pasted.data.encode("utf-8", "replace")))
        token = form.attempt(lambda: _put(form, sources))
        if token:
            return redirect(url_for("office.register_check", slug=slug, source=token), 303)
    return render_template("office/register_many.html", form=form, project=project, where=where), form.http_status


@bp.get("/register-table.xlsx", endpoint="register_table")
def blank() -> ResponseReturnValue:
    """The empty table to be filled and uploaded."""
    actor().require("office")
    return attachment(Response(incoming_blank.blank_table(), mimetype=XLSX), f"{incoming_blank.TITLE}.xlsx")


def _put(form: BatchForm, sources: list[tuple[str, bytes]]) -> str:
    if not sources:
        raise Refused("请选择文件，或者粘贴文字。", "files")
    if form.received_on.data > clock.local_date(moment()):
        raise Refused("收到日期还没有到，请检查。", "received_on")
    return batch_work.put(sources, form.each.data, form.channel.data, form.received_on.data)


@bp.route("/c/<slug>/register/many/check", methods=["GET", "POST"], endpoint="register_check")
def check(slug: str) -> ResponseReturnValue:
    """Step 2: every opinion with its clause, and the yes to all of them; after it the receipts, shown once."""
    actor().require("office")
    project, where = opened(slug)
    token, form = request.values.get("source", ""), CheckForm()
    found = pile(project, token)
    chosen = _chosen(found, request.form) if request.method == "POST" else _offered(found)
    if form.validate_on_submit() and not found.troubles and _may_enter(form, found, chosen, token):
        taken = [one for one in chosen if one.taken]
        sent = form.attempt(lambda: _enter(slug, token, taken))
        if sent:
            return receipts.page(project, _receipts([one.proposal for one in taken], sent), "office.register_many")
    form.edition.data = found.edition
    return render_template(
        "office/register_check.html", form=form, project=project, where=where, found=found, token=token,
        sendings=chosen, troubles=found.troubles[:MOST_TOLD], more=max(0, len(found.troubles) - MOST_TOLD),
        options=_options(found, whole(project.kind)), selected=selected, late=sum(one.proposal.late for one in chosen),
    ), form.http_status  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One opinion of the preview: its number on the page, what would be entered, and why its choice is wrong."""

    number: int
    row: Row
    typed: str = ""
    error: str = ""


@dataclass(frozen=True)
class Chosen:
    """One sending of the preview as the clerk left it."""

    number: int
    proposal: Proposal
    lines: tuple[Line, ...]
    taken: bool = True


def _offered(found: Pile) -> list[Chosen]:
    return _chosen(found, {f"take-{number}": "y" for number in range(len(found.proposals))})


def _chosen(found: Pile, form: Mapping[str, str]) -> list[Chosen]:
    """What a clerk chose; a field that is missing leaves things as they were found.

    An unticked box sends nothing: `asked` says that the boxes of consent to publish were on the page.
    """
    out, count = [], 0
    for number, one in enumerate(found.proposals):
        lines = []
        for row in one.rows:
            lines.append(_line(found.draft, count, row, form))
            count += 1
        sender = replace(one.sender, may_publish=f"open-{number}" in form) if "asked" in form else one.sender
        proposal = replace(one, rows=tuple(line.row for line in lines), sender=sender)
        out.append(Chosen(number, proposal, tuple(lines), f"take-{number}" in form))
    return out


def _line(draft: Draft, number: int, row: Row, form: Mapping[str, str]) -> Line:
    now = row.item.clause_key
    typed = form.get(f"clause-{number}", now or "").strip()
    stance = form.get(f"stance-{number}", row.item.stance)
    key = draft.resolve(typed) if typed and typed != "全文" else None
    error = f"草案里找不到“{typed[:40]}”，请写成第三条这样，或者空着表示全文。" if typed not in ("", "全文") and key is None else ""
    stance = stance if stance in STANCES else row.item.stance
    return Line(number, placed(row, now if error else key, stance), typed, error)


def _may_enter(form: CheckForm, found: Pile, chosen: list[Chosen], token: str) -> bool:
    """Whether everything that was chosen can be entered, and this page was not sent before."""
    if form.edition.data != found.edition:
        form.blame(Conflict(SEEN))
    elif wrong := [line for one in chosen if one.taken for line in one.lines if line.error]:
        form.blame(Refused(f"有 {len(wrong)} 条意见的条款没有找到，请看下面标红的地方。"))
    elif not any(one.taken for one in chosen):
        form.blame(Refused("一份也没有勾选，没有可以登记的。"))
    elif any(sent_before(_key(token, one.number), keys()) for one in chosen):
        form.blame(Conflict(AGAIN))
    else:
        return True
    return False


def _key(token: str, number: int) -> str:
    """One upload is entered once, whatever happens to the answer or the server."""
    return digest([token, number])


def _enter(slug: str, token: str, taken: list[Chosen]) -> list[Sent]:
    folder, project = settings().files, find.by_slug(slug)
    entries = [replace(entry_of(one.proposal, folder, moment()), send_key=_key(token, one.number)) for one in taken]
    sent = register(
        actor(), moment(), consultation=project, version_id=find.current_version(project).id,
        channel=taken[0].proposal.channel, entries=entries, keys=keys(), folder=folder,
    )  # fmt: skip
    attachments.unstage(folder, [file for one in entries for file in one.files])
    return sent


def _receipts(taken: list[Proposal], sent: list[Sent]) -> list[Receipt]:
    return [
        Receipt(done, one.channel, one.received_on, one.late, one.place, len(one.files))
        for one, done in zip(taken, sent, strict=True)
    ]


def _options(found: Pile, everything: str) -> Markup | None:
    """The list of clauses for every opinion, or None where the page would be too large for so many lists."""
    if found.count * len(found.draft.usable) > MOST_OPTIONS:
        return None
    names = [(one.key, one.citation if one.citation != "全文" else one.text[:20]) for one in found.draft.usable]
    return Markup("").join(Markup(f'<option value="{escape(key)}">{escape(name)}</option>') for key, name in [("", everything), *names])


def selected(options: Markup, key: str | None) -> Markup:
    """The list with one clause chosen."""
    return Markup(options.replace(Markup(f'value="{escape(key or "")}"'), Markup(f'value="{escape(key or "")}" selected'), 1))
