"""Pure: the words of a letter to units (征求意见函), to be edited before it is sent; and the letter as a document."""

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Page
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from consult.base.clock import show_closing, show_date
from consult.drafts.models import Consultation
from consult.letters.models import Solicitation

BODY_FONT, TITLE_FONT = "仿宋_GB2312", "方正小标宋简体"  # GB/T 9704


def draft_body(project: Consultation) -> str:
    """A first text for the letter; the office edits it."""
    office = project.issuing_office or project.drafting_unit or "我单位"
    stage = f"（{project.stage_label}）" if project.stage_label and project.stage_label not in project.title else ""
    contact = "；".join(line.strip() for line in project.contact.splitlines() if line.strip())
    return "\n".join([
        f"{office}起草了《{project.title}{stage}》，现送上征求意见。",
        "请结合本单位职责研究，登录本系统查看全文，对有意见的条款逐条写明修改建议和理由；没有意见的，也请选择“无意见”后报送。",
        "复函请写明经办人、联系电话和签发人，并填写复函文号或者上传加盖公章的扫描件。",
        f"联系方式：{contact}。" if contact else "",
    ]).strip()  # fmt: skip


def heading(project: Consultation) -> str:
    """The title of a letter."""
    return f"关于征求《{project.title}》意见的函"


def due_sentence(letter: Solicitation) -> str:
    """Until when the unit is asked to answer."""
    return f"请于{show_closing(letter.due_at)}之前复函。"


def scope(letter: Solicitation, citations: Sequence[str]) -> str:
    """Which clauses are asked about."""
    return f"请重点研究：{'、'.join(citations)}。" if letter.clause_keys else "征求意见的范围：全文。"


def as_docx(project: Consultation, letter: Solicitation, unit: str, citations: Sequence[str]) -> bytes:
    """The letter as a document in the look of GB/T 9704."""
    page = Document()
    _line(page, heading(project), 22, TITLE_FONT, WD_ALIGN_PARAGRAPH.CENTER)
    if letter.letter_no:
        _line(page, letter.letter_no, 16, BODY_FONT, WD_ALIGN_PARAGRAPH.CENTER)
    _line(page, f"{unit}：", 16, BODY_FONT)
    for text in [*letter.body.split("\n"), scope(letter, citations), due_sentence(letter)]:
        if text.strip():
            _line(page, text.strip(), 16, BODY_FONT, indent=True)
    for text in (project.issuing_office or project.drafting_unit, show_date(letter.sent_at)):
        _line(page, text, 16, BODY_FONT, WD_ALIGN_PARAGRAPH.RIGHT)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def _line(
    page: Page, text: str, size: int, font: str, align: WD_ALIGN_PARAGRAPH | None = None, indent: bool = False
) -> None:
    paragraph = page.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # python-docx sets Latin fonts only
