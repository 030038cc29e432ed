"""The forms of a project: its source, what is said of it, and the acts that change its period."""

import re
from html import unescape

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from consult.drafts.introduction import MOST_SUMMARY
from consult.drafts.models import KINDS, Consultation
from consult.drafts.publish import Draft
from consult.drafts.questions import asks
from consult.drafts.rules import every_rule
from consult.web.staff import LocalMoment, StaffForm


class SourceForm(StaffForm):
    """A file or pasted text."""

    file = FileField("草案文件")
    pasted = TextAreaField("或者把全文粘贴在这里")

    def source(self) -> tuple[bytes, str] | None:
        """The bytes and the name they came under; None where there is nothing."""
        upload = self.file.data
        if upload is not None and upload.filename:
            return upload.read(), upload.filename
        if self.pasted.data and self.pasted.data.strip():
            return self.pasted.data.encode("utf-8", "replace"), ""
        return None


class ProjectForm(StaffForm):
    """Everything an office says of a draft; prefilled from the notice before it."""

    source = HiddenField()
    title = StringField(
        "标题", validators=[InputRequired("请填写标题。"), Length(max=300, message="标题太长，最多300个字。")]
    )
    slug = StringField("网址代号", validators=[InputRequired("请填写网址代号。")])
    kind = SelectField("类别", validators=[InputRequired("请选择类别。")])
    stage_label = StringField("稿别", validators=[Length(max=50, message="稿别太长，最多50个字。")])
    drafting_unit = StringField("起草单位", validators=[Length(max=200, message="起草单位太长，最多200个字。")])
    issuing_office = StringField("征求意见的机关", validators=[Length(max=200, message="机关名称太长，最多200个字。")])
    doc_no = StringField("文号", validators=[Length(max=100, message="文号太长，最多100个字。")])
    legal_basis = TextAreaField("起草依据", validators=[Length(max=5000, message="起草依据太长，最多5000个字。")])
    explanation = TextAreaField("起草说明")
    contact = TextAreaField("联系方式", validators=[Length(max=2000, message="联系方式太长，最多2000个字。")])
    plain_summary = TextAreaField(
        "用大白话说主要内容", validators=[Length(max=MOST_SUMMARY, message=f"主要内容太长，最多{MOST_SUMMARY}个字。")]
    )
    interpretation_url = StringField("解读的链接", validators=[Length(max=500, message="链接太长，最多500个字符。")])
    opens_at = LocalMoment("开始时间", validators=[InputRequired("请选择开始日期。")])
    closes_at = LocalMoment("截止时间", ends=True, validators=[InputRequired("请选择截止日期。")])
    shorten_reason = TextAreaField("缩短期限的理由", validators=[Length(max=1000, message="理由太长，最多1000个字。")])
    shorten_approver = StringField(
        "批准缩短期限的负责人", validators=[Length(max=50, message="姓名太长，最多50个字。")]
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.kind.choices = [
            SelectChoice(rule.kind, f"{KINDS[rule.kind]}（不少于{rule.minimum}）")
            for rule in every_rule()
            if self.offers(rule.kind)
        ]

    @staticmethod
    def offers(kind: str) -> bool:
        """Whether this form is for a kind: those of drafts."""
        return not asks(kind)

    def draft(self) -> Draft:
        """What was typed, for the verb; the moments are there once the form is valid."""
        opens, closes = self.opens_at.instant, self.closes_at.instant
        names = (
            "slug", "title", "kind", "stage_label", "drafting_unit", "issuing_office", "doc_no", "legal_basis",
            "explanation", "plain_summary", "interpretation_url", "contact", "shorten_reason", "shorten_approver",
        )  # fmt: skip
        said = {name: self[name].data or "" for name in names if name in self}
        return Draft(opens_at=opens, closes_at=closes, **said)

    def fill(self, project: Consultation) -> None:
        """Show what is stored."""
        for name, field in self._fields.items():
            if hasattr(project, name):
                field.data = getattr(project, name)
        self.explanation.data = as_lines(project.explanation)


def as_lines(html: str) -> str:
    """An explanation of nothing but paragraphs as the lines that were typed; other HTML stays HTML."""
    if not re.fullmatch(r"(?:<p>[^<]*</p>\s*)*", html):
        return html
    return "\n".join(unescape(part) for part in re.findall(r"<p>([^<]*)</p>", html))


class ConfirmForm(StaffForm):
    """A yes to an effect that the page states."""

    sure = BooleanField("我已经核对，确认办理", validators=[InputRequired("请先核对，再勾选确认。")])


class ApproveForm(ConfirmForm):
    """A yes to the table that the page showed."""

    seen = HiddenField()


class ExtendForm(ConfirmForm):
    """A later deadline and why (R06)."""

    closes_at = LocalMoment("新的截止时间", ends=True, validators=[InputRequired("请选择新的截止日期。")])
    reason = TextAreaField(
        "延长的理由", validators=[InputRequired("请写明延长的理由。"), Length(max=1000, message="最多1000个字。")]
    )


class WithdrawForm(ConfirmForm):
    """Why a published project is taken back (R06)."""

    reason = TextAreaField(
        "撤回的理由", validators=[InputRequired("请写明撤回的理由。"), Length(max=1000, message="最多1000个字。")]
    )
