"""Projects that ask one question, made through the verbs of the house."""

from datetime import datetime

from consult.base.db import transaction
from consult.drafts import find, publish
from consult.drafts.models import Consultation
from consult.drafts.publish import Draft
from consult.drafts.questions import question_split
from tests.factories.people import CLOSES, NOW, OPENS, OPERATOR

QUESTION = "在村里生活，您觉得还有哪些事应当由县里立个规矩？"


def make_question(
    slug: str = "ask", *, kind: str = "proposals", question: str = QUESTION, published: bool = True,
    opens: datetime = OPENS, closes: datetime = CLOSES, now: datetime = NOW, **words: str,
) -> Consultation:  # fmt: skip
    """A project that asks a question, published by the operator unless told otherwise."""
    facts = {
        "title": "2027年度规章项目征集", "drafting_unit": "河湾县司法局", "contact": "联系人：方工 电话：0000-7654321",
        "explanation": "每年这个时候安排下一年的规章项目。您的建议会逐条研究。",
    } | words  # fmt: skip
    draft = Draft(slug=slug, kind=kind, opens_at=opens, closes_at=closes, stage_label="", **facts)
    with transaction():
        project = publish.load(OPERATOR, min(now, opens), draft, question_split(question))
        if published:
            publish.clear_secrecy(OPERATOR, min(now, opens), project)
            publish.publish(OPERATOR, min(now, opens), project)
    return find.by_slug(slug)
