"""What the form of a reply asks for, typed by a unit or from paper by the office: its head, and days in Chinese."""

from wtforms import DateField, StringField
from wtforms.validators import Optional

from consult.web.staff import StaffForm

LINES = ("reply_no", "office_section", "handler", "phone", "signatory")


class Day(DateField):
    """A day, refused in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read `2026-03-02`."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("日期请写成 2026-03-02。") from None


class HeadForm(StaffForm):
    """The lines at the head of a reply; `LINES` are those of plain text."""

    reply_no = StringField("复函文号", default="")
    reply_date = Day("复函日期", validators=[Optional()])
    office_section = StringField("经办科室", default="")
    handler = StringField("经办人", default="")
    phone = StringField("联系电话", default="")
    signatory = StringField("签发人", default="")
