"""Pages of the next version (R05): the list, a new text, the clauses to confirm, secrecy by a colleague, publication."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.base.db import db
from consult.base.errors import Refused
from consult.drafts import descent, find, rounds, versions
from consult.drafts.compare import KINDS
from consult.drafts.models import Clause, Consultation, Version
from consult.drafts.questions import asks, question_split
from consult.drafts.reading import read
from consult.drafts.split import Split, split
from consult.web import changes, keys, moment, settings
from consult.web.access import actor
from consult.web.office import revising
from consult.web.office.blueprint import bp, opened
from consult.web.office.choices import Offer, choices, pairs, reasons
from consult.web.office.forms import ConfirmForm
from consult.web.office.progress import name_of
from consult.web.office.staging import PASTED, Staged, fetch, stage
from consult.web.office.version_forms import MatchForm, RoundForm, VersionForm
from consult.web.staff import done


@bp.get("/c/<slug>/versions", endpoint="versions")
def every(slug: str) -> ResponseReturnValue:
    """All versions, the newest first."""
    project, where = opened(slug)
    found = find.versions(project.id)[::-1]
    names = {one.id: name_of(one.created_by or project.created_by) for one in found}
    return render_template(
        "office/versions.html", project=project, where=where, versions=found, names=names,
        proposal=find.proposal(project), ask=next((one for one in found if _again(project, one)["may"]), None),
    )  # fmt: skip


@bp.route("/c/<slug>/versions/new", methods=["GET", "POST"])
def new_version(slug: str) -> ResponseReturnValue:
    """A new text and what it corrects; the file is kept while the correction is mended."""
    me, form = actor(), VersionForm()
    me.require("office")
    project, where = opened(slug)
    ended = moment() >= project.closes_at
    _speak_of(form, ended)
    found = _read(form, asks(project.kind)) if form.is_submitted() else None
    if found and form.validate():
        staged, cut = found
        made = form.attempt(
            lambda: (
                versions.propose_version(
                    me, moment(), find.by_slug(slug), cut, staged.name, staged.sha256, form.correction.data or "", form.purpose.data
                ).number
            )
        )
        if made:
            return done("新文本已经放入，还没有公开。请核对每一条的去向。", "office.version", slug=slug, number=made)
    return render_template(
        "office/version_new.html", form=form, project=project, where=where, staged=found[0] if found else None,
        proposal=find.proposal(project), ended=ended,
    ), form.http_status  # fmt: skip


def _speak_of(form: VersionForm, ended: bool) -> None:
    """After the deadline the next text is a revised one more often than a correction: it is offered first."""
    if ended:
        form.correction.label.text = "更正公告或者修改说明"
        form.purpose.data = form.purpose.data if form.is_submitted() else "revision"


def _cut(staged: Staged, asking: bool) -> Split:
    source = read(staged.data, staged.name)
    return question_split(source.text) if asking else split(source)


def _read(form: VersionForm, asking: bool) -> tuple[Staged, Split] | None:
    """What was uploaded or pasted now, or on the press before; a refusal stands beside its field."""
    folder, me, now, given = settings().instance / "staging", actor(), moment(), form.source()
    try:
        if given is not None:
            form.kept.data = stage(folder, keys(), me, now, given[0], given[1] or PASTED)
        if not form.kept.data:
            raise Refused("请选择一个文件，或者把全文粘贴在下面。", "file")
        staged = fetch(folder, keys(), me, now, form.kept.data)
        return staged, _cut(staged, asking)
    except Refused as refusal:
        form.kept.data = ""
        form.validate()
        form.blame(Refused(refusal.message, "pasted" if given and not given[1] else "file"))
        return None


@bp.route("/c/<slug>/versions/<int:number>", methods=["GET", "POST"])
def version(slug: str, number: int) -> ResponseReturnValue:
    """The clauses of a version beside those before it; of a proposal, to correct and confirm."""
    me, form = actor(), MatchForm()
    if form.validate_on_submit():
        me.require("office")
        chosen, correction, why = pairs(request.form), form.correction.data or "", reasons(request.form)
        form.attempt(lambda: versions.confirm_version(me, moment(), _named(slug, number), chosen, correction, why))
        if not form.errors:
            return done("对应关系已经保存，请另一位同事办理保密审查。", "office.version", slug=slug, number=number)
    return _page(slug, number, form)


@bp.post("/c/<slug>/versions/<int:number>/secrecy")
def version_secrecy(slug: str, number: int) -> ResponseReturnValue:
    """保密审查 of a proposal by a second person (R07)."""
    return _act(slug, number, "secrecy", versions.clear_version, "保密审查已经完成，可以发布。")


@bp.post("/c/<slug>/versions/<int:number>/publish")
def version_publish(slug: str, number: int) -> ResponseReturnValue:
    """Put a proposal in force (R05)."""
    return _act(slug, number, "publish", versions.publish_version, f"第{number}版已经发布。")


@bp.post("/c/<slug>/versions/<int:number>/discard")
def version_discard(slug: str, number: int) -> ResponseReturnValue:
    """Throw a proposal away."""
    return _act(slug, number, "discard", versions.discard_version, "这个新版本已经放弃，公众看到的没有变化。")


@bp.post("/c/<slug>/versions/<int:number>/round")
def version_round(slug: str, number: int) -> ResponseReturnValue:
    """Ask the public again, about the revised text that is in force (R02, R03)."""
    me, form = actor(), RoundForm(prefix="round")
    if form.validate_on_submit():
        until, reason = form.closes_at.instant, form.shorten_reason.data or ""
        form.attempt(lambda: rounds.open_round(me, moment(), find.by_slug(slug), until, reason))
        if not form.errors:
            return done("已经开始再次征求意见。", "office.version", slug=slug, number=number)
    return _page(slug, number, MatchForm(None), form)


def _act(slug: str, number: int, name: str, verb: Callable[..., None], said: str) -> ResponseReturnValue:
    me, form = actor(), ConfirmForm(prefix=name)
    if form.validate_on_submit():
        form.attempt(lambda: verb(me, moment(), _named(slug, number)))
        if not form.errors:
            if name == "discard":
                return done(said, "office.versions", slug=slug)
            return done(said, "office.version", slug=slug, number=number)
    return _page(slug, number, MatchForm(None), form)


def _named(slug: str, number: int) -> Version:
    return find.version_numbered(find.by_slug(slug), number)


def _page(slug: str, number: int, form: MatchForm, pressed: ConfirmForm | None = None) -> ResponseReturnValue:
    me = actor()
    project, where = opened(slug)
    one = find.version_numbered(project, number)
    old, new = _before(project, one), find.clauses(one.id)
    found = changes.rows(old, new, descent.links(db.session(), one.id))
    offer, typed = Offer.of(old, new, found), request.form if form.is_submitted() and pressed is None else {}
    form.correction.label.text = {"revision": "修改说明", "final": "公布说明"}.get(one.purpose, "更正公告")
    if form.correction.data is None:
        form.correction.data = one.correction
    hands, open_ = descent.hands(db.session(), one), one.frozen_at is None and project.published_at is not None
    follows = revising.follows(one, found) if one.purpose != "correction" else None
    page = render_template(
        "office/version.html", follows=follows, why=revising.why(one, found, follows, typed),
        again=_again(project, one), project=project, where=where, version=one, runs=changes.runs(found),
        counts=changes.counts(found), clauses=new, KINDS=KINDS, form=form, open=open_, confirmed="" not in hands, own=me.ref in hands,
        choices=lambda row: choices(row, offer, typed), forms=_forms(pressed), pressed=pressed, name_of=name_of,
        piece=changes.name_of, here=url_for("office.version", slug=slug, number=number),
        home=(settings().public_url or request.url_root).rstrip("/"),
    )  # fmt: skip
    return page, (pressed or form).http_status


def _again(project: Consultation, one: Version) -> dict[str, object]:
    """Whether the public may be asked again about this text, and the period in which it was."""
    found = next((row for row in rounds.rounds(project.id) if row.version_id == one.id), None)
    may = one.purpose == "revision" and find.current_version(project).id == one.id and moment() >= project.closes_at
    return {"round": found, "may": may and found is None, "minimum": find.rule_for(project.kind).minimum}


def _forms(pressed: ConfirmForm | None) -> dict[str, ConfirmForm]:
    """The three acts on a proposal; the one that was pressed keeps its errors."""
    made = {name: ConfirmForm(None, prefix=name) for name in ("secrecy", "publish", "discard")}
    made["round"] = RoundForm(None, prefix="round")
    return made | ({str(pressed._prefix).rstrip("-"): pressed} if pressed else {})


def _before(project: Consultation, one: Version) -> list[Clause]:
    """The clauses of the version before; none before the first."""
    return find.clauses(find.version_numbered(project, one.number - 1).id) if one.number > 1 else []
