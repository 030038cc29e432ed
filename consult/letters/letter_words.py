"""Pure: the words of a letter to units (征求意见函) and of the mails about it; texts with places to be filled in."""

import re
from collections.abc import Mapping, Sequence

from consult.base.errors import Refused
from consult.drafts.questions import asks, whole

# place → what stands there; what a text of the office may use
PLACES = {
    "{title}": "征求意见稿的名称",
    "{office}": "发函单位",
    "{contact}": "联系方式",
    "{due}": "复函期限",
    "{units}": "收函单位",
}
USUAL, PERSON = "征求部门意见", "征求专家和代表意见"
DEFAULTS = {
    USUAL: "\n".join((
        "{office}起草了《{title}》，现送上征求意见。",
        "请结合本单位职责研究，通过来函所附链接（有账号的也可以登录本系统）查看全文，对有意见的条款逐条写明修改建议和理由；"
        "没有意见的，也请选择“无意见”后报送。",
        "复函请写明经办人、联系电话和签发人，并填写复函文号或者上传加盖公章的扫描件。",
    )),
    PERSON: "\n".join((
        "{office}起草了《{title}》，现请您提出意见。",
        "请通过来函所附链接查看全文，对有意见的条款逐条写明修改建议和理由；没有意见的，也请选择“无意见”后提交。",
        "如您与本稿内容有利害关系，请在复函时声明回避。意见由您本人署名，不需要加盖公章。",
    )),
}  # fmt: skip
# what stands in a letter about a question, where there is no draft to send along
ASKED = "\n".join((
    "{office}就“{title}”公开征求意见，现书面征求你们单位的意见。",
    "请结合本单位职责研究，通过来函所附链接（有账号的也可以登录本系统）查看所问的问题和背景说明，写明意见和理由；"
    "没有意见的，也请选择“无意见”后报送。",
    "复函请写明经办人、联系电话和签发人，并填写复函文号或者上传加盖公章的扫描件。",
))  # fmt: skip
FORM_NAME = "征求意见反馈表"
_PLACE = re.compile(r"\{[^{}\n]*\}")


def check_places(text: str) -> None:
    """Refused naming a place that nothing is known for."""
    if unknown := [one for one in _PLACE.findall(text) if one not in PLACES]:
        raise Refused(f"不认识“{unknown[0]}”，可以用的有：{'、'.join(PLACES)}。", "body")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled in; lines that were nothing but an empty place are left out."""
    lines = []
    for line in text.split("\n"):
        filled = _PLACE.sub(lambda found: values.get(found[0], found[0]), line)
        if filled.strip() or not line.strip():
            lines.append(filled)
    return "\n".join(lines).strip()


def titled(title: str, stage_label: str) -> str:
    """The name of the draft with 征求意见稿 (or another stage) once."""
    return f"{title}（{stage_label}）" if stage_label and stage_label not in title else title


def heading(title: str, kind: str = "") -> str:
    """The title of a letter; names are not set in marks twice."""
    if asks(kind):
        return f"关于就“{title}”征求意见的函"
    inner = title.replace("《", "〈").replace("》", "〉")
    return f"关于征求《{inner}》意见的函"


def scope(citations: Sequence[str], kind: str = "") -> str:
    """Which clauses are asked about."""
    return f"请重点研究：{'、'.join(citations)}。" if citations else f"征求意见的范围：{whole(kind)}。"


def due_sentence(due: str) -> str:
    """Until when an answer is asked for; `due` as people read it."""
    return f"请于{due}之前复函。"


def mail_subject(kind: str, title: str) -> str:
    """The subject of a mail about a letter."""
    words = {"letter": "征求意见函", "remind": "请尽快复函", "overdue": "已经逾期，请复函", "correct": "征求意见函有更正",
             "extend": "复函期限延长", "again": "新的办理链接", "withdraw": "征求意见函已撤回"}  # fmt: skip
    return f"{words[kind]}：{title}"


def mail_body(opening: Sequence[str], *, link: str, due: str, contact: str, office: str, attached: bool) -> str:
    """The words of a mail; `link` empty leaves the paragraph about it out."""
    lines = [*opening, ""]
    if due:
        lines += [f"复函期限：{due}。", ""]
    if link:
        lines += [
            "打开下面的链接，点“进入”，不需要账号就能查看全文、填写并报送复函（有账号的也可以登录办理）：",
            link,
            "链接只能进入一次，请由经办人在办理的电脑上打开，不要转发到群里。用过、过期或者打不开，请联系我们重新发。",
            "",
        ]
    if attached:
        lines += [f"附件：征求意见函、{FORM_NAME}。也可以填好反馈表后上传。", ""]
    lines += ["这封邮件由系统自动发出，请不要直接回复。", *([contact if contact.startswith("联系") else f"联系方式：{contact}"] if contact else []), "", office]
    return "\n".join([*lines, ""])
