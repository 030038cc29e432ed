"""Pages: notices of hearings and other meetings, their changes, their minutes, and what falls short of the periods."""

from flask import Response, flash, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from consult.base import files
from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.files import StoredFile, Upload, place
from consult.drafts import find
from consult.drafts import hearings as stage
from consult.drafts.hearings import Notice
from consult.drafts.models import Consultation, Hearing
from consult.web import moment, settings
from consult.web.access import actor
from consult.web.download import stored
from consult.web.office.blueprint import bp, opened
from consult.web.office.forms import ConfirmForm
from consult.web.office.progress import name_of
from consult.web.staff import LocalMoment, StaffForm, done


class HearingForm(StaffForm):
    """A notice."""

    kind = RadioField("种类", choices=[SelectChoice(*one) for one in stage.KINDS.items()], default="hearing",
                      validators=[InputRequired("请选择种类。")])  # fmt: skip
    title = StringField("会议名称", validators=[InputRequired("请填写会议名称。")])
    held_at = LocalMoment("时间", validators=[InputRequired("请填写会议时间。")])
    place = StringField("地点", validators=[InputRequired("请填写地点。")])
    topics = TextAreaField("会议事项", validators=[InputRequired("请填写会议事项。")])
    how_to_join = TextAreaField("参加办法", validators=[InputRequired("请填写参加办法。")])
    papers_on = DateField("材料送达日期", validators=[Optional()])

    def notice(self) -> Notice:
        """What goes to the stage."""
        return Notice(self.kind.data, self.title.data, self.held_at.instant, self.place.data, self.topics.data,
                      self.how_to_join.data, self.papers_on.data)  # fmt: skip


class MinutesForm(StaffForm):
    """What was said, after the meeting."""

    minutes = TextAreaField("笔录摘要", validators=[InputRequired("请填写笔录摘要。")])
    file = FileField("笔录扫描件")


class CancelForm(ConfirmForm):
    """Why a meeting is not held."""

    reason = TextAreaField("取消的理由", validators=[InputRequired("请写明取消的理由。")])


@bp.route("/c/<slug>/public/hearings", methods=["GET", "POST"])
def hearings(slug: str) -> ResponseReturnValue:
    """All meetings and the form for the next notice."""
    me, form = actor(), HearingForm()
    project, where = opened(slug)
    if form.validate_on_submit():
        made = form.attempt(lambda: stage.notice_hearing(me, moment(), find.by_slug(slug), form.notice()).id)
        if made is not None:
            _warn(slug, made)
            return done("公告已经发布，公众页面和订阅里都能看到。", "office.hearing", slug=slug, number=made)
    found = stage.hearings(project.id)
    return render_template(
        "office/hearings.html", form=form, project=project, where=where, found=found, KINDS=stage.KINDS,
        open_to_words=bool(project.published_at) and not project.archived_at and not project.withdrawn_at,
        warnings={one.id: _warnings(project, one) for one in found},
    ), form.http_status  # fmt: skip


def _warnings(project: Consultation, one: Hearing) -> list[str]:
    return [] if one.withdrawn_at or one.minutes else stage.warnings(project, one, one.noticed_at)


def _warn(slug: str, number: int) -> None:
    project = find.by_slug(slug)
    for line in _warnings(project, stage.hearing(project, number)):
        flash(f"请注意：{line}")


def _show(slug: str, number: int, status: int = 200, **forms: StaffForm) -> ResponseReturnValue:
    project, where = opened(slug)
    one = stage.hearing(project, number)
    blank = {"form": HearingForm(formdata=None, obj=one), "minutes": MinutesForm(formdata=None, obj=one),
             "cancel": CancelForm(formdata=None)}  # fmt: skip
    return render_template(
        "office/hearing.html", project=project, where=where, one=one, KINDS=stage.KINDS, name_of=name_of,
        warnings=_warnings(project, one), over=moment() >= one.held_at,
        scan=db.session.get(StoredFile, one.minutes_file_id) if one.minutes_file_id else None, **{**blank, **forms},
    ), status  # fmt: skip


@bp.route("/c/<slug>/public/hearings/<int:number>", methods=["GET", "POST"])
def hearing(slug: str, number: int) -> ResponseReturnValue:
    """One meeting; the form changes its notice."""
    me, form = actor(), HearingForm()
    if form.validate_on_submit():
        form.attempt(
            lambda: stage.change_hearing(me, moment(), stage.hearing(find.by_slug(slug), number), form.notice())
        )
        if not form.errors:
            _warn(slug, number)
            return done("公告已经修改，公众页面上是修改后的内容。", "office.hearing", slug=slug, number=number)
    return _show(slug, number, form.http_status, **({"form": form} if form.is_submitted() else {}))


@bp.post("/c/<slug>/public/hearings/<int:number>/cancel")
def hearing_cancel(slug: str, number: int) -> ResponseReturnValue:
    """The meeting is not held."""
    me, form = actor(), CancelForm()
    if form.validate_on_submit():
        reason = form.reason.data
        form.attempt(
            lambda: stage.withdraw_hearing(me, moment(), stage.hearing(find.by_slug(slug), number), reason)
        )
        if not form.errors:
            return done("会议已经取消，公众页面会写明理由。", "office.hearing", slug=slug, number=number)
    return _show(slug, number, form.http_status, cancel=form)


@bp.post("/c/<slug>/public/hearings/<int:number>/minutes")
def hearing_minutes(slug: str, number: int) -> ResponseReturnValue:
    """Publish what was said."""
    form = MinutesForm()
    if form.validate_on_submit():
        form.attempt(lambda: _minute(form, slug, number))
        if not form.errors:
            return done("笔录摘要已经公布。", "office.hearing", slug=slug, number=number)
    return _show(slug, number, form.http_status, minutes=form)


def _minute(form: MinutesForm, slug: str, number: int) -> None:
    """The scan and the words in one transaction: neither stays without the other."""
    me, sent, kept = actor(), form.file.data, None
    one = stage.hearing(find.by_slug(slug), number)
    if isinstance(sent, FileStorage) and sent.filename:
        upload = Upload(sent.filename, sent.read())
        kept = files.keep(upload, files.check(upload, files.SCAN_KINDS), settings().files, me, moment()).id
    stage.publish_minutes(me, moment(), one, form.minutes.data, kept)


@bp.get("/c/<slug>/public/hearings/<int:number>/minutes-file")
def hearing_scan(slug: str, number: int) -> Response:
    """The scan of the minutes, for the office only: it may name people."""
    project, _ = opened(slug)
    one = stage.hearing(project, number)
    found = db.session.get(StoredFile, one.minutes_file_id) if one.minutes_file_id else None
    if found is None:
        raise NotFound("没有找到这份文件。")
    return stored(place(settings().files, found.sha256), found.kind, found.name)
