"""Pure: the one door for files of opinions received elsewhere: what kind it is, by content, and what it brings."""

from dataclasses import replace

from consult.base.errors import Refused
from consult.drafts.reading import read
from consult.drafts.reading.html import plain_text
from consult.drafts.reading.plaintext import decode
from consult.drafts.reading.xml import Package
from consult.intake.incoming import Batch, Enclosure
from consult.intake.incoming_mail import is_mail, read_mails
from consult.intake.incoming_sheet import read_sheets
from consult.intake.incoming_text import read_letter, read_letters, read_paragraphs, read_separated
from consult.intake.incoming_word import read_word

MOST_BYTES = 40 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


def read_incoming(data: bytes, name: str, each: str = "letter") -> Batch:
    """What a file brings: xlsx, docx and csv tables, letters (docx, doc, pdf, ofd, html, txt), mails (eml, mbox).

    `each` says what a text is: one `letter`, or every `paragraph` somebody's opinion. Raises Refused with what
    to do where nothing can be read.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refused("文件是空的，请检查后重新选择。", "file")
    if len(data) > MOST_BYTES:
        raise Refused(f"文件超过 {MOST_BYTES // (1024 * 1024)} MB，请分成几个文件。", "file")
    file, end = Enclosure(name, data), name.lower().rpartition(".")[2]
    if data[:4] == b"PK\x03\x04":
        return _package(file)
    if data[:8] == _OLE or data[:5] == b"{\\rtf" or b"%PDF-" in data[:1024]:
        return _document(file)
    if data.startswith(_PICTURES) or data[4:8] == b"ftyp":
        raise Refused("这是图片，读不出文字。请在“登记意见”里录入内容，并把图片作为扫描件一起上传。", "file")
    if is_mail(data) or (end in ("eml", "mbox") and b":" in data[:1000]):
        return read_mails(data)
    text, warnings = decode(data)
    if end in ("htm", "html") or text.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        batch = read_letter(plain_text(text), name)
    else:
        delimiter = "," if end == "csv" else "\t"
        table = read_separated(text, delimiter) if delimiter in text else None
        batch = table or (read_paragraphs(text) if each == "paragraph" else read_letters(text, name))
    batch.notices += [("", one) for one in warnings]
    return batch


def _package(file: Enclosure) -> Batch:
    package = Package(file.data)
    if "xl/workbook.xml" in package.names:
        return read_sheets(package)
    if any(name.startswith("word/") for name in package.names):
        return read_word(package, file)
    return _document(file)


def _document(file: Enclosure) -> Batch:
    """A letter in a format whose tables are not read; the file stays with it."""
    if file.data[:8] == _OLE:
        if "__substg1.0_".encode("utf-16-le") in file.data:
            raise Refused("这是 Outlook 的 msg 文件，请在邮件程序里另存为 eml 后再登记。", "file")
        if "Workbook".encode("utf-16-le") in file.data:
            raise Refused("这是旧格式的电子表格（xls、et），请另存为 xlsx 后再登记。", "file")
    source = read(file.data, file.name)
    batch = read_letter(source.text, file.name)
    batch.sendings = [replace(batch.sendings[0], files=(file,))]
    batch.notices += [("", one) for one in source.warnings]
    return batch
