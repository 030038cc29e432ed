"""The forms of the reviewers; the rules of a ruling stand in review.ruling, not here."""

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField

from consult.review.case import Case
from consult.review.models import GROUNDS, OUTCOMES
from consult.web.staff import StaffForm

TYPED = ("outcome", "reason", "adopted_part", "referred_to", "new_wording")


class DecisionForm(StaffForm):
    """One ruling as it is typed; `expected_number` is that of the newest ruling the person saw."""

    outcome = RadioField(
        "处理意见", choices=[SelectChoice(code, name) for code, name in OUTCOMES.items()], validate_choice=False
    )
    adopted_part = TextAreaField("采纳了哪一部分", default="")
    referred_to = StringField("转给哪个单位", default="")
    reason = TextAreaField("理由", default="")
    new_wording = TextAreaField("修改后的条文", default="")
    expected_number = HiddenField(default="0")

    @property
    def expected(self) -> int:
        """What goes to `decide`; -1, which is never right, for a page that came back incomplete."""
        typed = self.expected_number.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else -1

    def typed(self) -> dict[str, str]:
        """What goes to `decide` as it was typed."""
        return {name: getattr(self, name).data or "" for name in TYPED}

    def show_number(self, number: int) -> None:
        """What this page has shown now: a second press supersedes knowingly."""
        self.expected_number.data = str(number)


class BulkForm(DecisionForm):
    """One ruling for many groups; `digest` is of what the person looked at."""

    digest = HiddenField(default="")


class ViewForm(StaffForm):
    """A filter under a name; the rules stand in review.views."""

    name = StringField("名称", default="")
    shared = BooleanField("同事也能用", default=False)


def blank(case: Case) -> DecisionForm:
    """The form for a case that was just opened, filled with the ruling that stands, to be amended."""
    last = case.decision
    facts = {name: getattr(last, name) for name in TYPED} if last else {}
    return DecisionForm(formdata=None, expected_number=str(case.number), **facts)


class WithholdForm(StaffForm):
    """Whether the wording is published, and on which ground not (R52)."""

    ground = SelectField(
        "是否公开原文",
        choices=[
            SelectChoice("", "按规定公开"),
            *(SelectChoice(code, f"不公开：{name}") for code, name in GROUNDS.items()),
        ],
    )
