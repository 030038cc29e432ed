"""The forms of entering many at once: what was received, and what a clerk chose for each opinion."""

from werkzeug.datastructures import FileStorage
from wtforms import DateField, HiddenField, MultipleFileField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from consult.intake.words import CHANNELS, OFFLINE
from consult.web.staff import StaffForm

EACH = {"letter": "是一个人的来信（按提到的条款分开）", "paragraph": "每一段是一个人的意见（如群聊记录、来电清单）"}


class BatchForm(StaffForm):
    """Files or pasted text, and what stands in where they do not say it."""

    files = MultipleFileField("文件")
    pasted = TextAreaField("或者把文字粘贴在这里")
    each = RadioField("粘贴的文字", choices=[SelectChoice(code, name) for code, name in EACH.items()], default="letter")
    channel = SelectField("收到的渠道", choices=[SelectChoice(code, CHANNELS[code]) for code in CHANNELS if code in OFFLINE],
                          validators=[InputRequired("请选择渠道。")])  # fmt: skip
    received_on = DateField("收到日期", validators=[InputRequired("请填写收到日期。")])

    def uploads(self) -> list[FileStorage]:
        """The files that were chosen."""
        return [one for one in self.files.data or [] if isinstance(one, FileStorage) and one.filename]


class CheckForm(StaffForm):
    """The yes to a preview; `edition` names what was seen."""

    edition = HiddenField()
