"""PDF with text: printed lines become paragraphs; scanned pages are refused with a hint."""

from threading import Lock

import pypdfium2

from consult.base.errors import Refused
from consult.drafts.reading.layout import Printed, paragraphs
from consult.drafts.reading.xml import BROKEN

_MOST_PAGES = 2000
_SCANNED = "这是扫描件（只有图片，没有文字）。请上传可以复制文字的 pdf，或先做文字识别，或上传 docx 文件。"
_PDFIUM = Lock()  # PDFium is not safe to be used by two threads at once


def pdf_text(data: bytes) -> tuple[str, list[str]]:
    """(text, warnings) of a PDF. Raises `Refused` where it is encrypted, broken or scanned."""
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            locked = "password" in str(error).lower()
            raise Refused("文件有密码保护，请去掉密码后再上传。" if locked else BROKEN) from error
        try:
            if len(document) > _MOST_PAGES:
                raise Refused("文件超过 2000 页，请拆成几个文件后再上传。")
            pages = [_lines(document, index) for index in range(len(document))]
        except pypdfium2.PdfiumError as error:
            raise Refused(BROKEN) from error
        finally:
            document.close()
    empty = sum(sum(len(line.text) for line in page) < 8 for page in pages)
    if empty == len(pages):
        raise Refused(_SCANNED)
    warnings = [f"有 {empty} 页没有文字（可能是图片），请核对。"] if empty * 4 > len(pages) else []
    return "\n".join(paragraphs(pages)), warnings


def _lines(document: pypdfium2.PdfDocument, index: int) -> list[Printed]:
    page = document[index]
    textpage = page.get_textpage()
    try:
        height = page.get_height()
        text = textpage.get_text_range()
        exact = len(text) == textpage.count_chars()
        out, start = [], 0
        for line in text.split("\n"):
            stripped = line.rstrip("\r ")
            if stripped.strip():
                first = start + len(line) - len(line.lstrip())
                last = start + len(stripped) - 1
                out.append(_printed(textpage, stripped.strip(), first, last, height, exact))
            start += len(line) + 1
        return out
    finally:
        textpage.close()
        page.close()


def _printed(textpage: pypdfium2.PdfTextPage, text: str, first: int, last: int, height: float, exact: bool) -> Printed:
    """A line with its edges; without them where PDFium's characters do not agree with its text."""
    text = text.replace("\ufffe", "-").replace("\x02", "-")
    if not exact:
        return Printed(text, 0.0, 0.0 if len(text) < 20 else 400.0, 0.0, 12.0)
    left, bottom, _, top = textpage.get_charbox(first, loose=True)
    right = textpage.get_charbox(last, loose=True)[2]
    return Printed(text, left, right, height - top, max(top - bottom, 1.0))
