"""Pure: consultations without a draft, 项目征集 and 后评估: one open question stands where the text would stand.

Opinions on it are opinions on the whole, so every later stage treats them as it always does.
"""

from consult.base.errors import Refused
from consult.base.text import clean_input
from consult.drafts.pieces import Piece
from consult.drafts.split import Split

QUESTION = "question"  # the kind of the one piece
ASKING = frozenset({"proposals", "evaluation"})  # kinds of consultation, as in models.KINDS
MOST_QUESTION = 500
# field → what it is called, of everything that must be said before publication (R01)
REQUIRED = {"title": "标题", "drafting_unit": "起草单位", "contact": "联系方式", "explanation": "起草说明"}
ASKING_REQUIRED = REQUIRED | {"drafting_unit": "征集单位", "explanation": "背景说明"}
# stance → what it is called where there is no text to be for or against
STANCES = {"add": "建议", "question": "反映问题", "other": "其他"}


def asks(kind: str) -> bool:
    """Whether a kind of consultation has a question instead of a draft."""
    return kind in ASKING


def whole(kind: str) -> str:
    """What an opinion that names no clause is about, in a consultation of this kind."""
    return "这个问题" if asks(kind) else "全文"


def named(title: str, kind: str) -> str:
    """A title in marks: a draft is a document, a question is none."""
    return f"“{title}”" if asks(kind) else f"《{title}》"


def required(kind: str) -> dict[str, str]:
    """What must be said of a project of this kind before it is published (R01)."""
    return ASKING_REQUIRED if asks(kind) else REQUIRED


def is_question(split: Split) -> bool:
    """Whether this is a question and no document."""
    return any(piece.kind == QUESTION for piece in split.pieces)


def question_split(question: str) -> Split:
    """The question as the whole text of a version; raises Refused for none and for one that is too long."""
    text = "\n".join(line.strip() for line in clean_input(question, "question").strip().split("\n") if line.strip())
    if not text:
        raise Refused("请写出要问的问题。", "question")
    if len(text) > MOST_QUESTION:
        raise Refused(f"问题太长，最多{MOST_QUESTION}个字；背景情况请写在背景说明里。", "question")
    return Split("", "", None, (Piece(QUESTION, "", "", (), text, 1),), ())


def require_fitting(kind: str, split: Split) -> None:
    """Refuse a draft where a question belongs, and the other way round."""
    if asks(kind) and not is_question(split):
        raise Refused("项目征集和后评估不附草案，只提一个问题，请从“不附草案，只提一个问题”新建。", "kind")
    if is_question(split) and not asks(kind):
        raise Refused("只提一个问题的项目，类别只能是项目征集或者后评估。", "kind")
