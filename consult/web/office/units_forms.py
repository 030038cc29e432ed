"""The forms of the directory: what is said of a party, whom it is merged into, a sheet to read."""

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from consult.base.directory import FACTS, MOST, Facts
from consult.base.people import UNIT_KINDS, Unit
from consult.web.staff import StaffForm


def line(name: str, needed: str = "") -> StringField:
    """One fact of FACTS as a line of text."""
    most = MOST.get(name, 100)
    too_long = Length(max=most, message=f"{FACTS[name]}太长，最多{most}个字。")
    return StringField(FACTS[name], validators=[InputRequired(needed), too_long] if needed else [too_long])


class UnitForm(StaffForm):
    """Everything the directory says of a party."""

    edition = HiddenField()
    name = line("name", "请填写单位全称；专家、代表等填写姓名。")
    short_name = line("short_name")
    kind = SelectField(FACTS["kind"], choices=[SelectChoice(code, label) for code, label in UNIT_KINDS.items()])
    office_section = line("office_section")
    leader = line("leader")
    handler = line("handler")
    phone = line("phone")
    email = line("email")
    address = line("address")
    field = line("field")
    affiliation = line("affiliation")
    active = BooleanField("启用", default=True)
    namesake = BooleanField("确实是另一个单位，只是用了别的单位以前的名称")

    def facts(self) -> Facts:
        """What was typed."""
        return Facts(**{name: self[name].data or "" for name in FACTS}, active=bool(self.active.data))


class MergeForm(StaffForm):
    """Into which unit; a second look is asked for."""

    into = SelectField("并入哪个单位", coerce=lambda typed: int(typed or 0), validators=[InputRequired("请选择单位。")])
    sure = BooleanField("我已经核对，办理以后原单位停用", validators=[InputRequired("请先核对，再勾选这一项。")])

    def __init__(self, units: list[Unit]) -> None:
        super().__init__()
        self.into.choices = [SelectChoice("", "请选择"), *(SelectChoice(one.id, one.name) for one in units)]


class SheetForm(StaffForm):
    """A filled sheet."""

    file = FileField("填好的 xlsx 文件")


class AgreeForm(StaffForm):
    """The yes to what was shown."""

    agreed = HiddenField()
