"""The forms of the next version: its text with the correction, and the list of clauses to confirm."""

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from consult.drafts.models import PURPOSES
from consult.drafts.period import REASON_MIN
from consult.drafts.versions import MOST_CORRECTION
from consult.web.office.forms import ConfirmForm, LocalMoment, SourceForm
from consult.web.staff import StaffForm

_WORDS = [
    InputRequired("请写明改了什么、为什么改。"),
    Length(min=REASON_MIN, message=f"至少写{REASON_MIN}个字，向社会公开。"),
    Length(max=MOST_CORRECTION, message=f"最多{MOST_CORRECTION}个字。"),
]


class VersionForm(SourceForm):
    """A new text of a published project; `kept` names the file that was uploaded on the press before."""

    kept = HiddenField()
    purpose = RadioField("这是", choices=[SelectChoice(code, name) for code, name in PURPOSES.items()], default="correction")
    correction = TextAreaField("更正公告", validators=_WORDS)


class RoundForm(ConfirmForm):
    """Until when the public is asked about a revised text; why that is short, where it is."""

    closes_at = LocalMoment("截止时间", ends=True, validators=[InputRequired("请选择截止日期。")])
    shorten_reason = TextAreaField("缩短期限的理由")


class MatchForm(StaffForm):
    """The correction beside the list of clauses, whose selects are read by office.choices."""

    correction = TextAreaField("更正公告", validators=_WORDS)
