"""The forms of the public pages; what may be stored is judged by the stages, so fields only carry text."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, MultipleFileField, StringField, TextAreaField
from wtforms.fields import Field

from consult.base.errors import StageError

EXPIRED = "页面停留得太久，安全标记已经过期。您写的内容都还在下面，请再提交一次。"


class CitizenForm(FlaskForm):
    """A form that keeps what was typed whatever goes wrong; its CSRF token is judged in the view."""

    def require_token(self) -> None:
        """Raise a 400 for a missing or expired CSRF token; the page is then shown again with a new one."""
        if not self.validate():
            raise StageError(EXPIRED)

    def blame(self, error: StageError) -> Field | None:
        """Put the message beside the field it is about; the field, or None where there is none on the page."""
        found = self._fields.get(error.field or "")
        if found is None or isinstance(found, HiddenField):
            return None
        found.errors = [error.message]
        return found


class OpinionForm(CitizenForm):
    """One opinion being written, who speaks, and the proof of some trouble."""

    clause = StringField("对哪一条提意见")
    stance = StringField("您的态度")
    text = TextAreaField("意见内容")
    edited = TextAreaField("直接改条文")
    proposed_text = TextAreaField("修改建议")
    reason = TextAreaField("理由")

    kind = StringField("身份")
    name = StringField("姓名或者单位名称")
    phone = StringField("电话")
    email = StringField("邮箱")
    region = StringField("所在地区")
    wants_reply = BooleanField("我希望得到答复")
    may_contact = BooleanField("起草单位可以就我的意见与我联系")
    may_publish = BooleanField("可以公开我写的意见原文，公开时隐去姓名、电话等个人信息")

    files = MultipleFileField("附件")
    wish = BooleanField("有结果时发邮件告诉我")
    wish_email = StringField("收通知的邮箱")

    edited_of = HiddenField()
    editing = HiddenField()

    website = StringField("请不要填写这一栏")
    answer = StringField("答案")
    question = HiddenField()
    answer2 = StringField("第二题的答案")
    question2 = HiddenField()
    altcha = HiddenField()
    opened = HiddenField()
    send_key = HiddenField()

    def blame(self, error: StageError) -> Field | None:
        """As everywhere; what is wrong with a proposal is said at the box that it was written in."""
        return super().blame(StageError(error.message, "edited") if error.field == "proposed_text" else error)


class SurveyForm(CitizenForm):
    """How satisfied somebody is, and a word more."""

    score = StringField("您的回答")
    remark = TextAreaField("想多说一句")


class CodeForm(CitizenForm):
    """A receipt code, where to send a mail, and for withdrawal the word that it is meant."""

    code = StringField("回执码")
    wish_email = StringField("邮箱")
    sure = HiddenField()
