"""The form of a project without a draft: one question, its background, and the days."""

from dataclasses import replace

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.publish import Draft
from consult.drafts.questions import MOST_QUESTION, asks
from consult.web.office.forms import ProjectForm


class QuestionForm(ProjectForm):
    """What an office says of a question; the fields that speak of a document are left out."""

    source = stage_label = doc_no = None
    kind = SelectField("做什么", validators=[InputRequired("请选择做什么。")])
    question = TextAreaField(
        "要问的问题",
        validators=[
            InputRequired("请写出要问的问题。"), Length(max=MOST_QUESTION, message=f"问题太长，最多{MOST_QUESTION}个字。")
        ],
    )  # fmt: skip
    drafting_unit = StringField("征集单位", validators=[Length(max=200, message="征集单位太长，最多200个字。")])
    legal_basis = TextAreaField("评估的文件", validators=[Length(max=1000, message="文件名称太长，最多1000个字。")])
    interpretation_url = StringField("有关文件的链接", validators=[Length(max=500, message="链接太长，最多500个字符。")])
    explanation = TextAreaField("背景说明")

    @staticmethod
    def offers(kind: str) -> bool:
        """The kinds that ask a question."""
        return asks(kind)

    def draft(self) -> Draft:
        """As typed; there is no draft, so it is at no stage."""
        return replace(super().draft(), stage_label="")

    def fill(self, project: Consultation) -> None:
        """Show what is stored, the question as well."""
        super().fill(project)
        self.question.data = question_of(project)


def question_of(project: Consultation) -> str:
    """The question of a project that asks one."""
    return find.clauses(find.current_version(project).id)[0].text
