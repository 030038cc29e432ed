"""The forms of disputes; their rules stand in review.disputes, not here."""

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from consult.review.dispute_find import RESULTS
from consult.web.staff import StaffForm


class SeenForm(StaffForm):
    """A form about a dispute as it was seen: two people never overwrite each other."""

    seen = HiddenField()


class ViewsForm(SeenForm):
    """What is disputed and what each side says."""

    point = StringField("争议事项", validators=[InputRequired("请填写争议事项。")])
    unit_view = TextAreaField("有关单位意见", validators=[InputRequired("请填写有关单位意见。")])
    office_view = TextAreaField("本单位意见及依据", validators=[InputRequired("请填写本单位意见及依据。")])


class MeetingForm(StaffForm):
    """One meeting or exchange, with the scan of its minutes where there is one."""

    held_on = DateField("协调日期", validators=[InputRequired("请选择协调日期。")])
    units = StringField("参加单位和人员", validators=[InputRequired("请填写参加单位和人员。")])
    words = TextAreaField("协调情况", validators=[InputRequired("请填写协调情况。")])
    file = FileField("会议纪要扫描件")


class ResultForm(SeenForm):
    """How it ended."""

    outcome = RadioField(
        "处理结果", choices=[SelectChoice(code, name) for code, name in RESULTS.items()], validate_choice=False
    )
    result = TextAreaField("说明", validators=[InputRequired("请写明处理结果。")])


class ReportForm(StaffForm):
    """To whom the report goes."""

    to = StringField("主送机关", validators=[Length(max=100, message="主送机关太长，最多100个字。")])
