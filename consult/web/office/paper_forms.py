"""The form for a reply that came in on paper: what stands on it, when it came in, and the files that go with it."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from consult.drafts.models import Clause
from consult.intake.screen import MOST_ITEMS, Item
from consult.intake.words import STANCES
from consult.letters.form import TICKS, ReplyForm
from consult.letters.models import ANSWERS
from consult.letters.paper import Paper
from consult.web.reply_fields import LINES, Day, HeadForm

WHOLE_DRAFT = "*"  # an empty choice is one that still has to be made


class PointForm(Form):
    """One point of the reply."""

    clause_key = SelectField("涉及条款", default=WHOLE_DRAFT, validators=[InputRequired("请选择条款。")], validate_choice=False)
    stance = SelectField(
        "意见类型", choices=[SelectChoice(code, name) for code, name in STANCES.items()], default="amend"
    )
    text = TextAreaField("意见内容", default="")
    proposed_text = TextAreaField("建议修改为", default="")
    reason = TextAreaField("理由依据", default="")


class PaperForm(HeadForm):
    """The whole reply as it stands on paper; `source` and `scan` are tokens of files that wait."""

    received_on = Day("收到日期", validators=[InputRequired("请填写收到日期。")])
    received_note = StringField("收到日期早于发函日期的原因", default="")
    answer = RadioField(
        "反馈类型", choices=[SelectChoice(code, ANSWERS[code]) for code in TICKS], validators=[InputRequired("请选择“无意见”或者“有意见”。")]
    )  # fmt: skip
    items = FieldList(FormField(PointForm), "意见", max_entries=MOST_ITEMS)
    form_file = FileField("单位填好的反馈表")
    seal_file = FileField("复函扫描件")
    source = HiddenField(default="")
    scan = HiddenField(default="")

    def offer(self, pieces: Sequence[Clause]) -> None:
        """The clauses that a point can be about."""
        named = [SelectChoice(one.key, one.citation or one.label or one.key) for one in pieces if one.commentable]
        for entry in self.items:
            blank = [] if entry.form.clause_key.data else [SelectChoice("", "请选择")]
            entry.form.clause_key.choices = [*blank, SelectChoice(WHOLE_DRAFT, "全文"), *named]

    def loaded(self, form: ReplyForm, today: object) -> "PaperForm":
        """This form with what a filled reply form says; what it leaves blank stays as typed."""
        head = {name: getattr(form, name, "") or getattr(self, name).data for name in (*LINES, "answer", "reply_date")}
        points = [_point(row.clause_key, row.text, row.reason) for row in form.rows if row.said]
        kept = {name: getattr(self, name).data or "" for name in ("received_note", "source", "scan")}
        return PaperForm(formdata=None, received_on=self.received_on.data or today, items=points, **head, **kept)

    def change_points(self, pressed: Sequence[str]) -> bool:
        """Add or take away a point where that is the button that was pressed."""
        if "add" in pressed and len(self.items) < MOST_ITEMS:
            self.items.append_entry()
            return True
        for name in pressed:
            number = name.removeprefix("remove-")
            if number != name and number.isdecimal() and len(number) < 4 and int(number) < len(self.items.entries):
                self.items.pop_entry(int(number))
                return True
        return False

    def paper(self) -> Paper:
        """What was typed, for the verb; points without a word are passed over there."""
        lines: dict[str, Any] = {name: getattr(self, name).data or "" for name in (*LINES, "received_note")}
        return Paper(
            received_on=self.received_on.data, answer=self.answer.data or "", reply_date=self.reply_date.data,
            items=[_item(one.form) for one in self.items], **lines,
        )  # fmt: skip


def _point(key: str | None, text: str, reason: str) -> dict[str, str]:
    chosen = "" if key is None else key or WHOLE_DRAFT
    return {"clause_key": chosen, "stance": "amend", "text": text, "reason": reason}


def _item(form: Form) -> Item:
    key = form["clause_key"].data
    texts = {name: form[name].data or "" for name in ("text", "proposed_text", "reason")}
    return Item(None if key == WHOLE_DRAFT else key, form["stance"].data or "amend", **texts)
