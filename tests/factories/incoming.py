"""Files as clerks receive them, made with other libraries than those that read them: xlsx, docx, eml, mbox."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import docx
import openpyxl

from consult.drafts.citation import citations
from consult.drafts.clauses import COMMENTABLE, shown
from consult.drafts.keys import arrange
from consult.drafts.split import read_and_split
from consult.intake.proposing import Draft
from tests.factories.people import STATUTE

HEADINGS = ("序号", "条款", "意见内容", "修改建议", "理由", "提出人", "身份", "电话", "收到日期", "渠道", "意见类型", "编号")


def workbook(rows: Sequence[Sequence[object]], headings: Sequence[str] = HEADINGS, above: Sequence[str] = ("收到的意见",),
             merged: Sequence[str] = (), title: str = "意见") -> bytes:  # fmt: skip
    """An xlsx with lines above its table."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for line in above:
        sheet.append([line])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def document(paragraphs: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A docx of paragraphs and, where there are rows, a table whose first row is its heading."""
    one = docx.Document()
    for paragraph in paragraphs:
        one.add_paragraph(paragraph)
    if rows:
        table = one.add_table(rows=0, cols=len(rows[0]))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    one.save(out)
    return out.getvalue()


def mail(text: str = "", *, sender: str = "朱小明 <zhu@example.cn>", subject: str = "对第三条的意见", at: datetime | None = None,
         html: str = "", files: Sequence[tuple[str, bytes]] = (), forwarded: Sequence[EmailMessage] = ()) -> EmailMessage:  # fmt: skip
    """A mail as programs write it."""
    one = EmailMessage()
    one["From"], one["To"], one["Subject"] = sender, "fzk@example.gov.cn", subject
    if at:
        one["Date"] = format_datetime(at)
    if text or not html:
        one.set_content(text)
    if html:
        (one.add_alternative if text else one.set_content)(html, subtype="html")
    for name, data in files:
        one.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    for other in forwarded:
        one.add_attachment(other)
    return one


def mbox(mails: Sequence[bytes]) -> bytes:
    """Mails in one file, lines that begin with From quoted."""
    out = b""
    for one in mails:
        lines = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in one.split(b"\n")]
        out += b"From zhu@example.cn Fri Mar  6 10:00:00 2026\n" + b"\n".join(lines).rstrip(b"\n") + b"\n\n"
    return out


@dataclass(frozen=True)
class Piece:
    """A clause as it is stored, without a database."""

    kind: str
    label: str
    level: str
    path: tuple[str, ...]
    text: str
    key: str
    citation: str
    commentable: bool


def draft(text: str = STATUTE) -> Draft:
    """The clauses of a text, for which opinions are found."""
    one = read_and_split(text.encode(), "草案.txt")
    pieces = shown(one)
    nodes = arrange([(piece.kind, piece.level or "", piece.label or "", piece.path) for piece in pieces])
    facts = zip(pieces, nodes, citations(pieces), strict=True)
    return Draft([
        Piece(piece.kind, piece.label or "", piece.level or "", tuple(piece.path), piece.text, node.key, cited, piece.kind in COMMENTABLE)
        for piece, node, cited in facts
    ], one.title)  # fmt: skip
