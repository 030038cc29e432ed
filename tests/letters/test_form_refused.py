"""What may not be done to a form: each edit is refused with the cell and what to do."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from docx.shared import Mm

from consult.letters.form_raw import MOST_BYTES
from tests.letters.forms import EMPTY, FILLED, WRITERS, SheetHand, WordHand, edited, hand, read_back, rezipped

W = "word/document.xml"
S = "xl/worksheets/sheet1.xml"


def png() -> io.BytesIO:
    """A picture of one dot."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


def word(edit: Callable[[WordHand], object], form: object = EMPTY) -> bytes:
    """An edited docx."""
    one = hand("docx", form)  # type: ignore[arg-type]
    assert isinstance(one, WordHand)
    edit(one)
    return one.data()


def sheet(edit: Callable[[SheetHand], object]) -> bytes:
    """An edited xlsx."""
    one = hand("xlsx")
    assert isinstance(one, SheetHand)
    edit(one)
    return one.data()


def put(one: SheetHand, name: str, value: object) -> None:
    """Write a cell as Excel does, formulas and numbers included."""
    one.sheet[name] = value


def swap(one: WordHand | SheetHand) -> None:
    """Two headings in the other order."""
    one.write(0, 3, "理由依据")
    one.write(0, 4, "修改意见建议")


def drawn(inside: str) -> bytes:
    """The xlsx with something drawn over D12, as Excel stores it."""
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    anchor = f"<a:from><a:col>3</a:col><a:row>11</a:row></a:from>{inside}"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": f'<R><Relationship Id="r1" Type="{link}/drawing" Target="../drawings/d.xml"/></R>',
        "xl/drawings/d.xml": f'<a:wsDr xmlns:a="{space}"><a:twoCellAnchor>{anchor}</a:twoCellAnchor></a:wsDr>',
    }  # fmt: skip
    out = io.BytesIO(XLSX)
    with zipfile.ZipFile(out, "a") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def foreign_row(kind: str) -> bytes:
    """A row with the code of another form under the number of this one."""
    other = WRITERS[kind](replace(FILLED, form_id="ANDERE-7"))
    return rezipped(other, lambda name, data: data.replace(b"ANDERE-7", EMPTY.form_id.encode()))


def insides(data: bytes, part: str, old: str, new: str) -> Callable[[], bytes]:
    """A file with one stretch of XML replaced, made when it is asked for."""
    return lambda: edited(data, part, old, new)


DOCX, XLSX = WRITERS["docx"](FILLED), WRITERS["xlsx"](FILLED)
MERGE_ROWS = [("D12:D13", "第12行D列"), ("A14:E14", "第14行A列"), ("C10:D10", "第10行C列")]
TABLE: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("docx heading renamed", lambda: word(lambda w: w.write(0, 3, "意见")), "表格第1行第4列", "表头“意见”不是这张表原有的"),
    ("docx heading renamed, named", lambda: word(lambda w: w.write(0, 3, "意见")), "表格第1行第1列", "表头缺少“修改意见建议”"),
    ("docx heading blank", lambda: word(lambda w: w.write(0, 4, "")), "表格第1行第1列", "表头缺少“理由依据”"),
    ("docx headings reordered", lambda: word(swap), "表格第1行第1列", "表头的次序变了"),
    ("docx column added", lambda: word(lambda w: w.table.add_column(Mm(20))), "表格第2行", "恢复成与表头一样的5列"),
    ("docx cells merged across", lambda: word(lambda w: w.cell(3, 3).merge(w.cell(3, 4))), "表格第4行第4列", "单元格被合并"),
    ("docx cells merged down", lambda: word(lambda w: w.cell(3, 3).merge(w.cell(4, 3))), "表格第5行第4列", "单元格被合并"),
    ("docx headings merged", lambda: word(lambda w: w.cell(0, 3).merge(w.cell(0, 4))), "表格第1行", "单元格被合并"),
    ("docx picture", lambda: word(lambda w: w.cell(2, 3).paragraphs[0].add_run().add_picture(png())), "表格第3行第4列", "单元格里有图片"),
    ("docx table in a cell", lambda: word(lambda w: w.cell(2, 3).add_table(1, 1)), "表格第3行第4列", "单元格里有另一个表格"),
    ("docx table deleted", lambda: word(lambda w: w.table._tbl.getparent().remove(w.table._tbl)), "", "没有找到意见表"),
    ("docx second table", lambda: word(lambda w: setattr(w.document.add_table(1, 2).rows[0].cells[0], "text", "我单位意见")), "意见表之后", "“我单位意见”"),
    ("docx control character", insides(DOCX, W, "建议明确经费来源。", "建议\x85明确"), "表格第5行第4列", "控制字符"),
    ("docx text box in a cell", insides(DOCX, W, "建议明确经费来源。</w:t></w:r>", "建议</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"), "表格第5行第4列", "文本框"),
    ("docx equation", insides(DOCX, W, "建议明确经费来源。</w:t></w:r>", '建议</w:t></w:r><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"/>'), "表格第5行第4列", "公式"),
    ("docx foreign rows", lambda: foreign_row("docx"), "表格第2行", "从另一张反馈表复制来"),
    ("docx foreign form", lambda: WRITERS["docx"](replace(FILLED, form_id="ANDERE-7")), "", "另一份来函或者另一个单位"),
    ("docx no number", lambda: rezipped(DOCX, lambda n, d: None if "custom" in n else d.replace("表格编号：".encode(), b"")), "", "没有找到“表格编号：”"),
    ("docx two lines in a fact", lambda: word(lambda w: w.fact("经办人", "李四\n王五")), "表头第1行第4格", "经办人请写在一行里"),
    ("docx long fact", lambda: word(lambda w: w.fact("签发人", "王" * 101)), "表头第2行第2格", "不超过100个字"),
    ("docx too long", lambda: word(lambda w: w.write(1, 3, "长" * 50_001)), "表格第2行第4列", "50001个字"),
    ("docx 51 points", lambda: word(lambda w: [w.add("全文", "", f"意见{n}", "") for n in range(51)]), "表格第64行", "最多写50条意见"),
    ("xlsx heading renamed", lambda: sheet(lambda s: s.write(0, 3, "意见")), "第10行D列", "表头“意见”不是这张表原有的"),
    ("xlsx heading blank", lambda: sheet(lambda s: s.write(0, 2, "")), "第10行C列", "表头“空白”不是"),
    ("xlsx headings reordered", lambda: sheet(swap), "第10行A列", "表头的次序变了"),
    ("xlsx column inserted", lambda: sheet(lambda s: s.sheet.insert_cols(4)), "第10行D列", "表头“空白”不是"),
    ("xlsx column deleted", lambda: sheet(lambda s: s.sheet.delete_cols(3)), "第10行A列", "表头缺少“原文”"),
    *[(f"xlsx merged {ref}", (lambda ref=ref: sheet(lambda s: s.sheet.merge_cells(ref))), place, "单元格被合并") for ref, place in MERGE_ROWS],
    ("xlsx formula", lambda: sheet(lambda s: put(s, "D12", "=1+1")), "第12行D列", "是公式（=1+1）"),
    ("xlsx formula in a fact", lambda: sheet(lambda s: put(s, "C4", '=HYPERLINK("x")')), "第4行C列", "是公式"),
    ("xlsx error", lambda: sheet(lambda s: put(s, "E12", "#N/A")), "第12行E列", "是错误值（#N/A）"),
    ("xlsx picture", lambda: drawn("<a:pic/>"), "第12行D列", "表里有图片"),
    ("xlsx text box", lambda: drawn("<a:sp><a:txBody/></a:sp>"), "第12行D列", "表里有文本框"),
    ("xlsx beside the table", lambda: sheet(lambda s: put(s, "G12", "另有意见")), "第12行G列", "“另有意见”"),
    ("xlsx far below", lambda: sheet(lambda s: [put(s, f"D{n}", "x") for n in range(20, 5_100)]), "第5011行", "超过5000行"),
    ("xlsx control character", insides(XLSX, "xl/sharedStrings.xml", "建议明确经费来源。", "建议_x0007_"), "第14行D列", "控制字符"),
    ("xlsx foreign rows", lambda: foreign_row("xlsx"), "第11行", "从另一张反馈表复制来"),
    ("xlsx foreign form", lambda: WRITERS["xlsx"](replace(FILLED, form_id="ANDERE-7")), "", "另一份来函或者另一个单位"),
    ("xlsx another book", lambda: sheet(lambda s: s.sheet.delete_rows(1, 99)), "", "没有找到意见表"),
    ("xlsx too long", lambda: edited(XLSX, "xl/sharedStrings.xml", "建议明确经费来源。", "长" * 50_001), "第14行D列", "50001个字"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "place", "words"), [one[1:] for one in TABLE], ids=[one[0] for one in TABLE])
def test_refused_with_the_cell_and_the_reason(make: Callable[[], bytes], place: str, words: str) -> None:
    reading = read_back(make())
    assert reading.form is None
    told = [(one.place, one.message) for one in reading.troubles]
    assert any(one == place and words in message for one, message in told), told
    assert all(message.endswith("。") for _, message in told)


def bomb(name: str) -> bytes:
    """A package that would unpack to far more than it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, b" " * 40_000_000)
        package.writestr("xl/workbook.xml" if name != "word/document.xml" else "x", b"<a/>")
    return out.getvalue()


FILES: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "文件是空的"),
    ("doc or wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000, "另存为 docx 或 xlsx"),
    ("rtf", b"{\\rtf1 x}", "另存为 docx 或 xlsx"),
    ("pdf", b"%PDF-1.4", "盖章扫描件请在复函页面上传"),
    ("picture", png().getvalue(), "这是图片"),
    ("text", "第一条 意见".encode(), "这不是 docx 或 xlsx 文件"),
    ("broken zip", DOCX[: len(DOCX) // 2], "文件已损坏"),
    ("other zip", rezipped(DOCX, lambda name, data: data if name == "word/styles.xml" else None), "这不是 docx"),
    ("docx bomb", bomb("word/document.xml"), "解压后过大"),
    ("xlsx bomb", bomb("xl/sharedStrings.xml"), "解压后过大"),
    ("huge", b"PK\x03\x04" + b"\0" * MOST_BYTES, "文件超过 10 MB"),
    ("entities", edited(DOCX, W, "<w:document ", "<!DOCTYPE a [<!ENTITY b 'c'>]><w:document "), "外部引用"),
    ("no body", edited(edited(DOCX, W, "<w:body>", "<w:other>"), W, "</w:body>", "</w:other>"), "文件已损坏"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), [one[1:] for one in FILES], ids=[one[0] for one in FILES])
def test_files_that_are_no_form_are_named_for_what_they_are(data: bytes, words: str) -> None:
    reading = read_back(data)
    assert reading.form is None and len(reading.troubles) == 1
    assert words in reading.troubles[0].message


def test_a_shared_string_bomb_is_stopped_before_it_is_parsed() -> None:
    big = rezipped(XLSX, lambda name, data: b" " * 40_000_000 if name == "xl/sharedStrings.xml" else data)
    assert "解压后过大" in read_back(big).troubles[0].message
    merged = edited(XLSX, S, "<mergeCells ", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><mergeCells ')
    assert read_back(merged).troubles[0].place == "第10行A列"


def test_many_faults_are_summed_up() -> None:
    data = sheet(lambda s: [put(s, f"D{n}", "=1") for n in range(11, 300)])
    troubles = read_back(data).troubles
    assert len(troubles) == 100 and troubles[-1].message.startswith("另有 191 处")
