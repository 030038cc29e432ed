"""Pages: the directory of parties that can be asked, one of them with its history, changing, confirming, merging."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from consult.base import directory
from consult.base.clock import local_date
from consult.base.db import db, transaction
from consult.base.people import PERSONS, UNIT_KINDS, Unit, User
from consult.letters import find as letters_find
from consult.web import moment
from consult.web.access import actor
from consult.web.office import unit_choice
from consult.web.office.blueprint import bp
from consult.web.office.units_forms import MergeForm, UnitForm
from consult.web.staff import StaffForm, done

A_PAGE = 100
STATES = {"": "启用的", "unconfirmed": "今年未核对", "confirmed": "今年已核对", "closed": "已停用"}


def year() -> int:
    """This year in Shanghai."""
    return local_date(moment()).year


@bp.get("/units")
def units() -> ResponseReturnValue:
    """The directory, by kind, words, field and state."""
    wanted = {name: request.args.get(name, "").strip() for name in ("q", "kind", "field", "state")}
    found = _found(**wanted)
    page = max(1, request.args.get("page", 1, int))
    return render_template(
        "office/units.html", rows=found[(page - 1) * A_PAGE : page * A_PAGE], total=len(found), page=page,
        more=len(found) > page * A_PAGE, wanted=wanted, kinds=UNIT_KINDS, states=STATES, persons=PERSONS,
        counts=_counts(), year=year(), unconfirmed=_unconfirmed(), warnings=unit_choice.warnings,
        confirmed=directory.confirmed, form=StaffForm(formdata=None),
    )  # fmt: skip


def _found(q: str, kind: str, field: str, state: str) -> list[Unit]:
    return directory.find(
        words=q, kind=kind, section=field, closed=state == "closed",
        confirmed_in=year() if state == "confirmed" else None,
        unconfirmed_in=year() if state == "unconfirmed" else None,
    )  # fmt: skip


def _counts() -> dict[str, int]:
    """Kind → open parties."""
    query = select(Unit.kind, func.count().label("number")).where(Unit.active).group_by(Unit.kind)
    return {row.kind: row.number for row in db.session.execute(query)}


def _unconfirmed() -> int:
    return len(directory.find(unconfirmed_in=year()))


@bp.route("/units/new", methods=["GET", "POST"])
def unit_new() -> ResponseReturnValue:
    """Add a party."""
    me, form = actor(), UnitForm()
    me.require("office")
    if request.method == "GET":
        form.kind.data = request.args.get("kind", "department")
    if form.validate_on_submit():
        namesake = bool(form.namesake.data)
        made = form.attempt(lambda: directory.add_unit(me, moment(), form.facts(), namesake=namesake).id)
        if made is not None:
            return done("已经加入名录。", "office.unit", number=made)
    return render_template("office/unit_form.html", form=form, unit=None, persons=PERSONS), form.http_status


@bp.get("/units/<int:number>")
def unit(number: int) -> ResponseReturnValue:
    """One party: facts, names, letters and answers."""
    one = directory.by_id(number)
    accounts = db.session.scalar(select(func.count()).where(User.unit_id == number, User.active))
    return render_template(
        "office/unit.html", unit=one, names=directory.former_names(number), before=directory.predecessors(one),
        successor=directory.by_id(one.successor_id) if one.successor_id else None, letters=_letters(one),
        kinds=UNIT_KINDS, person=one.kind in PERSONS, accounts=accounts, confirmed=directory.confirmed(one, year()),
        year=year(), by=_who(one.confirmed_by), edition=directory.seen(one),
    )  # fmt: skip


def _letters(one: Unit) -> list[tuple[letters_find.Letter, str]]:
    now = moment()
    return [(row, letters_find.state(row.solicitation, row.opinion, now)) for row in letters_find.to_unit(one.id)]


def _open_letters(one: Unit) -> list[letters_find.Letter]:
    return [row for row, _ in _letters(one) if not row.solicitation.withdrawn_at and not letters_find.answered(row.opinion)]


def _who(ref: str) -> str:
    """Who confirmed: an account by its name, else somebody of the unit who came in by a link."""
    kind, _, number = ref.partition(":")
    user = db.session.get(User, int(number)) if kind == "user" and number.isdigit() else None
    return user.name if user else {"operator": "服务器操作员", "guest": "单位（凭链接）"}.get(kind, "")


@bp.route("/units/<int:number>/edit", methods=["GET", "POST"])
def unit_edit(number: int) -> ResponseReturnValue:
    """Change what is said of a party; a former name is kept."""
    me, one = actor(), directory.by_id(number)
    me.require("office")
    form = UnitForm(obj=one)
    if not form.is_submitted():
        form.edition.data = directory.seen(one)
    if form.validate_on_submit():
        edition = form.edition.data or ""
        form.attempt(lambda: directory.change_unit(
            me, moment(), directory.by_id(number), form.facts(), edition=edition))  # fmt: skip
        if not form.errors:
            return done("已经保存。", "office.unit", number=number)
    return render_template(
        "office/unit_form.html", form=form, unit=directory.by_id(number), persons=PERSONS
    ), form.http_status


@bp.post("/units/<int:number>/confirm")
def unit_confirm(number: int) -> ResponseReturnValue:
    """The yearly confirmation, by the office that asked the unit."""
    me, edition = actor(), request.form.get("edition", "")
    with transaction():
        directory.confirm_unit(me, moment(), directory.by_id(number), edition=edition)
    return done(f"已经记下：{year()}年核对无误。", "office.unit", number=number)


@bp.route("/units/<int:number>/merge", methods=["GET", "POST"])
def unit_merge(number: int) -> ResponseReturnValue:
    """Close a unit whose work another one took over."""
    me, one = actor(), directory.by_id(number)
    me.require("office")
    form = MergeForm([other for other in directory.find() if other.id != number])
    if form.validate_on_submit():
        into = form.into.data
        form.attempt(lambda: directory.merge_units(
            me, moment(), directory.by_id(number), directory.by_id(into)))  # fmt: skip
        if not form.errors:
            return done("已经并入。原单位的函和复函都保留在原处。", "office.unit", number=number)
    one = directory.by_id(number)
    return render_template("office/unit_merge.html", form=form, unit=one, letters=_open_letters(one)), form.http_status
