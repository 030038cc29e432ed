"""The form for opinions that came in by letter, call or meeting (R21)."""

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from consult.drafts.models import Clause
from consult.intake.attachments import Waiting
from consult.intake.register import Entry
from consult.intake.submit import Item, Sender
from consult.intake.words import CHANNELS, OFFLINE, STANCES, SUBMITTER_KINDS
from consult.web.staff import StaffForm

MOST = 50


def _choices(names: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in names.items()]


class OpinionForm(Form):
    """One opinion of a sending."""

    clause = SelectField("涉及条款")
    stance = SelectField("意见类型", choices=_choices(STANCES), default="amend")
    text = TextAreaField("意见内容")
    proposed_text = TextAreaField("建议修改为")
    reason = TextAreaField("提出人说的理由")


class RegisterForm(StaffForm):
    """One sending: how and when it came, who sent it, what it says."""

    once = HiddenField()
    channel = SelectField("收到的渠道", choices=_choices({k: v for k, v in CHANNELS.items() if k in OFFLINE}),
                          validators=[InputRequired("请选择渠道。")])  # fmt: skip
    received_on = DateField("收到日期", validators=[InputRequired("请填写收到日期。")])
    opinions = FieldList(FormField(OpinionForm), min_entries=1, max_entries=MOST)
    kind = SelectField("提出人身份", choices=_choices(SUBMITTER_KINDS), validators=[Optional()])
    name = StringField("姓名或者单位名称")
    phone = StringField("电话")
    email = StringField("邮箱")
    address = StringField("地址")
    region = StringField("地区")
    wants_reply = BooleanField("提出人要求答复")
    may_contact = BooleanField("提出人同意为核实意见与其联系")
    may_publish = BooleanField("提出人同意公开意见原文（隐去个人信息）")
    scans = MultipleFileField("扫描件或者附件")

    def offer(self, clauses: list[Clause]) -> None:
        """The clauses that an opinion can be on."""
        choices = [SelectChoice("", "全文")]
        choices += [SelectChoice(one.key, one.citation or one.text[:20]) for one in clauses if one.commentable]
        for entry in self.opinions:
            entry.form.clause.choices = choices

    def uploads(self) -> list[FileStorage]:
        """What was chosen to be kept with the sending."""
        return [one for one in self.scans.data or [] if isinstance(one, FileStorage) and one.filename]

    def entry(self, files: Sequence[Waiting] = ()) -> Entry:
        """What was typed, for the verb; blocks left empty are passed over, unless all of them are."""
        items = [_item(one.form) for one in self.opinions]
        said = [one for one in items if one.stance == "support" or one.text.strip() or one.proposed_text.strip()]
        names = ("kind", "name", "phone", "email", "address", "region")
        sender = Sender(
            **{name: getattr(self, name).data or "" for name in names},
            wants_reply=bool(self.wants_reply.data), may_contact=bool(self.may_contact.data),
            may_publish=bool(self.may_publish.data),
        )  # fmt: skip
        return Entry(tuple(said or items[:1]), sender, self.received_on.data, files=tuple(files))


def _item(form: Form) -> Item:
    texts = {name: form[name].data or "" for name in ("text", "proposed_text", "reason")}
    return Item(form["clause"].data or None, form["stance"].data, **texts)
