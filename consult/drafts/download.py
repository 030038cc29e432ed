"""The draft as plain text, as a Word file set like an official document (GB/T 9704), and as PDF by LibreOffice."""

import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from consult.base import soffice
from consult.base.errors import Conflict
from consult.base.text import plain
from consult.drafts.find import clauses
from consult.drafts.models import Consultation, Version

# font of the title, of level 1, of level 2, of everything else; sizes 二号 and 三号
TITLE, FIRST, SECOND, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
BIG, NORMAL = Pt(22), Pt(16)
CENTRED = frozenset({"part", "chapter", "section"})
SECONDS = 120  # LibreOffice, at most
_NO_PDF = "PDF 没有生成成功，请检查服务器上是否装有 LibreOffice。"


@dataclass(frozen=True)
class Row:
    """One printed paragraph."""

    kind: str
    level: str
    label: str
    text: str

    @property
    def printed(self) -> str:
        """Label and text as printed: a numbered article has a blank after its number, an item has none."""
        joint = "　" if self.label.startswith("第") and self.text else ""
        return f"{self.label}{joint}{self.text}"


@dataclass(frozen=True)
class Paper:
    """A version ready to be written: its titles and its paragraphs; `digest` names its files."""

    title: str
    stage_label: str
    digest: str
    rows: tuple[Row, ...]


def paper_of(project: Consultation, version: Version) -> Paper:
    """The paper of a version; printed titles that repeat the title of the project are left out."""
    spoken = plain(project.title + project.stage_label)
    rows: list[Row] = []
    for one in clauses(version.id):
        if one.kind == "title" and not rows and plain(one.text).strip("()（）") in spoken:
            continue
        rows.append(Row(one.kind, one.level, one.label, one.text))
    stage = "" if project.stage_label in project.title else project.stage_label
    return Paper(project.title, stage, version.digest, tuple(rows))


def text_of(paper: Paper) -> str:
    """Plain text, paragraphs by line."""
    head = [paper.title, *([f"（{paper.stage_label}）"] if paper.stage_label else []), ""]
    return "\n".join([*head, *(f"　　{row.printed}" if row.kind != "title" else row.printed for row in paper.rows), ""])


@lru_cache(maxsize=16)
def docx_of(paper: Paper) -> bytes:
    """The bytes of a Word file, made once for a paper: A4, margins and fonts of GB/T 9704, page numbers at the foot."""
    document = Document()
    _page(document)
    _write(document.add_paragraph(), paper.title, TITLE, BIG, centred=True)
    if paper.stage_label:
        _write(document.add_paragraph(), f"（{paper.stage_label}）", SECOND, NORMAL, centred=True)
    _write(document.add_paragraph(), "", BODY, NORMAL)
    for row in paper.rows:
        _row(document, row)
    out = BytesIO()
    document.core_properties.title = paper.title
    document.core_properties.author = ""
    document.save(out)
    return out.getvalue()


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size = NORMAL
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(name), BODY if name == "w:eastAsia" else "Times New Roman")
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(language)
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _row(document: Docx, row: Row) -> None:
    paragraph = document.add_paragraph()
    if row.kind == "title" or (row.level in CENTRED and len(row.text) < 40):
        _write(paragraph, row.printed, FIRST, NORMAL, centred=True)
    elif row.kind == "signature":
        _write(paragraph, row.printed, BODY, NORMAL)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif row.level in ("heading1", "heading2") and len(row.text) < 40:
        _write(paragraph, row.printed, FIRST if row.level == "heading1" else SECOND, NORMAL, indented=True)
    else:
        _write(paragraph, row.printed, BODY, NORMAL, indented=True, bold=row.label if row.level == "article" else "")


def _write(
    paragraph: Paragraph, text: str, font: str, size: Pt, *,
    centred: bool = False, indented: bool = False, bold: str = "",
) -> None:  # fmt: skip
    """Fill one paragraph; `bold` is the part at its beginning that is set in the font of headings."""
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(28)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indented:
        shape.first_line_indent = size * 2
    for part, name in ((bold, FIRST), (text.removeprefix(bold), font)):
        if part:
            run = paragraph.add_run(_allowed(part))
            run.font.size = size
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _allowed(text: str) -> str:
    """Without the control characters that XML has no form for; stored texts hold none, old imports might."""
    return "".join(char for char in text if char in "\n\t" or (char >= " " and char not in "\ufffe\uffff"))


def place(instance: Path, paper: Paper) -> Path:
    """Where the PDF of a paper lies: one file for one text."""
    return instance / "downloads" / f"{paper.digest}.pdf"


def make_pdf(docx_path: Path, pdf_path: Path) -> None:
    """Turn a Word file into a PDF by LibreOffice; raises Conflict where that fails or takes too long."""
    with tempfile.TemporaryDirectory(prefix="consult-pdf-") as folder:
        try:
            made = soffice.convert(docx_path, "pdf", Path(folder), SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            raise Conflict(_NO_PDF) from error
        if made is None:
            raise Conflict(_NO_PDF)
        pdf_path.parent.mkdir(parents=True, exist_ok=True)
        part = pdf_path.with_suffix(".part")
        part.write_bytes(made.read_bytes())
        part.replace(pdf_path)


def prepare_pdf(instance: Path, paper: Paper) -> Path:
    """The PDF of a paper, made where it is not there yet; for the job behind publication."""
    path = place(instance, paper)
    if not path.is_file():
        with tempfile.TemporaryDirectory(prefix="consult-docx-") as folder:
            source = Path(folder) / "draft.docx"
            source.write_bytes(docx_of(paper))
            make_pdf(source, path)
    return path
