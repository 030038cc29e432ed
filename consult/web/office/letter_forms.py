"""The forms of letters to units: asking, a later due date, taking back, returning an answer."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from consult.base.people import Unit
from consult.drafts.models import Clause
from consult.letters.issue import SILENCE
from consult.letters.models import Solicitation
from consult.letters.remind import WAYS
from consult.web.staff import Boxes, LocalMoment, StaffForm


class LetterForm(StaffForm):
    """Whom to ask, with which letter, until when."""

    ALIASES = {"unit": "new_unit"}

    template = SelectField("函的模板", validate_choice=False)

    units = Boxes("征求意见的单位", coerce=int)
    new_unit = StringField("名录里没有的单位", validators=[Length(max=200, message="单位名称太长。")])
    letter_no = StringField("发函文号")
    body = TextAreaField("函的正文", validators=[InputRequired("请填写函的正文。")])
    due_at = LocalMoment("请单位在此之前复函", ends=True, validators=[InputRequired("请选择截止日期。")])
    short_reason = TextAreaField("时间不足一个工作日的理由")
    silence_is_consent = BooleanField(f"在函中写明：“{SILENCE}”")
    clauses = Boxes("只征求其中几条的意见")

    def __init__(
        self, units: list[Unit], asked: set[int], clauses: list[Clause], texts: Iterable[str], *args: Any, **values: Any
    ) -> None:
        super().__init__(*args, **values)
        self.asked = asked
        self.template.choices = [SelectChoice(name, name) for name in texts]
        self.units.choices = [SelectChoice(unit.id, unit.name) for unit in units if unit.id not in asked]
        self.clauses.choices = [SelectChoice(one.key, one.citation or one.text[:20]) for one in clauses]

    def validate_new_unit(self, field: StringField) -> None:
        """A name that was typed and not added would get no letter, and nobody would notice."""
        if (field.data or "").strip():
            raise ValidationError("这个单位还没有添加，不会收到函。要给它发的请点“添加”，不发的请清空这一栏。")


class ReasonForm(StaffForm):
    """Why something is taken back or returned."""

    reason = TextAreaField(
        "理由", validators=[InputRequired("请写明理由。"), Length(max=1000, message="最多1000个字。")]
    )


class DueForm(ReasonForm):
    """A later due date for one unit, and why."""

    due_at = LocalMoment("新的复函期限", ends=True, validators=[InputRequired("请选择新的日期。")])


class CorrectForm(ReasonForm):
    """Other words of a letter that is out, and why."""

    letter_no = StringField("发函文号")
    body = TextAreaField("函的正文", validators=[InputRequired("请填写函的正文。")])
    clauses = Boxes("只征求其中几条的意见")
    everywhere = BooleanField("同时更正给其他单位的同一封函")

    @classmethod
    def of(cls, letter: Solicitation, pieces: Sequence[Clause], typed: bool = False) -> Self:
        """The form with what the letter says now, or with what was typed."""
        present = {"letter_no": letter.letter_no, "body": letter.body, "clauses": letter.clause_keys}
        form = cls(prefix="correct-") if typed else cls(formdata=None, prefix="correct-", **present)
        offered = [one for one in pieces if one.kind == "clause" and one.commentable]
        form.clauses.choices = [SelectChoice(one.key, one.citation or one.text[:20]) for one in offered]
        return form


class UrgeForm(StaffForm):
    """A line of the log of urging."""

    way = SelectField("方式", choices=[SelectChoice(one, one) for one in WAYS], validate_choice=False)
    person = StringField("联系人", validators=[Length(max=100, message="最多100个字。")])
    note = TextAreaField(
        "情况", validators=[InputRequired("请写明督办的情况。"), Length(max=1000, message="最多1000个字。")]
    )


class TemplateForm(StaffForm):
    """A text for letters under its name."""

    name = StringField("模板名称", validators=[InputRequired("请给模板起一个名称。")])
    body = TextAreaField("正文", validators=[InputRequired("请填写正文。")])
