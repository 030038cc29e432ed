"""The forms of what the office says in public beside the frozen draft: plain words, notes, bulletins."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from consult.drafts import bulletins, notes
from consult.drafts.introduction import MOST_SUMMARY
from consult.web.office.forms import ConfirmForm
from consult.web.staff import StaffForm


class IntroductionForm(StaffForm):
    """The plain words and the link to 解读."""

    plain_summary = TextAreaField(
        "用大白话说主要内容", validators=[Length(max=MOST_SUMMARY, message=f"主要内容太长，最多{MOST_SUMMARY}个字。")]
    )
    interpretation_url = StringField("解读的链接", validators=[Length(max=500, message="链接太长，最多500个字符。")])


class NoteForm(StaffForm):
    """A note beside a clause or the whole draft."""

    kind = RadioField(
        "种类", choices=[SelectChoice(*one) for one in notes.NOTE_KINDS.items()], default="design_note",
        validators=[InputRequired("请选择种类。")],
    )  # fmt: skip
    title = StringField("问题", validators=[Length(max=notes.MOST_TITLE, message=f"最多{notes.MOST_TITLE}个字。")])
    text = TextAreaField("文字", validators=[Length(max=notes.MOST_TEXT, message=f"最多{notes.MOST_TEXT}个字。")])
    url = StringField("链接", validators=[Length(max=500, message="链接太长，最多500个字符。")])


class BulletinForm(StaffForm):
    """A bulletin; prefilled with the present numbers."""

    title = StringField(
        "标题",
        validators=[InputRequired("请填写标题。"), Length(max=bulletins.MOST_TITLE, message="标题太长，最多100个字。")],
    )
    text = TextAreaField(
        "正文",
        validators=[InputRequired("请填写正文。"), Length(max=bulletins.MOST_TEXT, message="正文太长，最多5000个字。")],
    )


class BulletinWithdrawForm(ConfirmForm):
    """Why a bulletin is taken back."""

    reason = TextAreaField(
        "撤下的理由",
        validators=[InputRequired("请写明撤下的理由。"), Length(max=bulletins.MOST_REASON, message="最多1000个字。")],
    )
