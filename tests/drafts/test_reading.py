"""Files: encodings, Word numbering, tables and changes, other kinds, and files that must be refused."""

# ruff: noqa: E501 - tables and printed drafts read better unbroken; Chinese counts double

import contextlib
import io
import shutil
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import nsdecls
from word_files import level, replaced, saved, with_body, word, zipped

from consult.base.errors import Refused
from consult.drafts.reading import read
from consult.drafts.reading.word_formats import formatted

W = nsdecls("w")
LAW = "第一条　为了管理，制定本办法。\n第二条　本办法适用于本市。"
CHAPTERS = (
    level(0, "chineseCountingThousand", "第%1章", '<w:suff w:val="space"/>'),
    level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCounting", "（%3）"),
    level(3, "decimal", "%4."),
)


def lines(data, name="x.docx"):
    return [line for line in read(data, name).text.split("\n") if line.strip()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_encodings(encoding):
    data = LAW.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    assert read(data, "x.txt").text == LAW


def test_big5_is_guessed_or_refused():
    try:
        assert read("第一條　為了管理，制定本辦法。".encode("big5") * 20, "x.txt").text
    except Refused as refused:
        assert "UTF-8" in refused.message


def test_articles_run_on_across_chapters():
    rows = [
        ("总则", 0),
        ("为了管理。", 1),
        ("适用本市。", 1),
        ("甲；", 2),
        ("乙。", 2),
        ("丙。", 3),
        ("附则", 0),
        ("施行。", 1),
    ]
    data = word([(text, 1, depth) for text, depth in rows], CHAPTERS)
    assert lines(data) == [
        "第一章 总则", "第一条 为了管理。", "第二条 适用本市。", "（一） 甲；", "（二） 乙。", "1. 丙。", "第二章 附则",
        "第三条 施行。",
    ]  # fmt: skip


def test_levels_restart_without_lvl_restart():
    levels = (level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"))
    data = word([("a", 1, 0), ("b", 1, 1), ("c", 1, 1), ("d", 1, 0), ("e", 1, 1)], levels)
    assert lines(data) == ["1 a", "1.1 b", "1.2 c", "2 d", "2.1 e"]


def test_start_override_begins_anew():
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    data = word(
        [("a", 1, 0), ("b", 1, 0), ("c", 2, 0), ("d", 2, 0)], (level(0, "decimal", "%1."),), {1: "", 2: override}
    )
    assert lines(data) == ["1. a", "2. b", "1. c", "2. d"]


def test_lists_of_one_definition_count_on():
    data = word([("a", 1, 0), ("b", 2, 0)], (level(0, "decimal", "%1."),), {1: "", 2: ""})
    assert lines(data) == ["1. a", "2. b"]


def test_legal_numbering_prints_decimals():
    levels = (level(0, "chineseCountingThousand", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert lines(word([("a", 1, 0), ("b", 1, 1)], levels)) == ["第一章 a", "1.1 b"]


def test_numbering_comes_from_the_style_and_its_parent():
    styles = (
        f'<w:style {W} w:type="paragraph" w:styleId="Art"><w:name w:val="Art"/><w:pPr><w:numPr><w:numId w:val="1"/>'
        "</w:numPr></w:pPr></w:style>",
        f'<w:style {W} w:type="paragraph" w:styleId="Sub"><w:name w:val="Sub"/><w:basedOn w:val="Art"/></w:style>',
    )
    levels = (level(0, "decimal", "%1."), level(1, "chineseCountingThousand", "第%2条", '<w:pStyle w:val="Art"/>'))
    assert lines(word([("a", "Art"), ("b", "Sub"), ("c", None, 0)], levels, styles=styles)) == [
        "第一条 a",
        "第二条 b",
        "c",
    ]


def test_number_zero_takes_the_number_away():
    assert lines(word([("a", 1, 0), ("b", 0, 0)], (level(0, "decimal", "%1."),))) == ["1. a", "b"]


@pytest.mark.parametrize(
    ("style", "number", "printed"),
    [
        ("chineseCounting", 11, "十一"), ("chineseCountingThousand", 105, "一百零五"), ("ideographTraditional", 3, "丙"),
        ("decimal", 7, "7"), ("decimalFullWidth", 12, "１２"), ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircleChinese", 21, "㉑"), ("upperRoman", 4, "IV"), ("lowerRoman", 9, "ix"),
        ("upperLetter", 27, "AA"), ("lowerLetter", 2, "b"), ("decimalZero", 3, "03"), ("ordinal", 22, "22nd"),
        ("chineseLegalSimplified", 12, "壹拾贰"), ("decimalEnclosedParen", 2, "⑵"), ("unknown", 5, "5"), ("none", 5, ""),
    ],
)  # fmt: skip
def test_formats(style, number, printed):
    assert formatted(number, style) == printed


def test_tables_row_by_row():
    document = Document()
    table = document.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ["序号", "内容", "1", "登记"], strict=True):
        cell.text = text
    one = document.add_table(1, 1)
    one.cell(0, 0).text = "第一条 内容。"
    assert lines(saved(document)) == ["序号\t内容", "1\t登记", "第一条 内容。"]


def test_changes_are_read_as_accepted():
    data = with_body(
        f'<w:p {W}><w:r><w:t>第一条 应当</w:t></w:r><w:del w:id="1"><w:r><w:delText>可以</w:delText></w:r></w:del>'
        '<w:ins w:id="2"><w:r><w:t>依法登记。</w:t></w:r></w:ins></w:p>',
        f'<w:p {W}><w:pPr><w:rPr><w:del w:id="3"/></w:rPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>',
        f"<w:p {W}><w:r><w:t>乙</w:t></w:r></w:p>",
    )
    found = read(data, "x.docx")
    assert found.text.split("\n")[:2] == ["第一条 应当依法登记。", "甲乙"]
    assert any("修订" in warning for warning in found.warnings)


def test_text_boxes_are_read_once():
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    data = with_body(
        f'<w:p {W} {mc}><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert lines(data) == ["正文", "框内"]


def test_html_keeps_the_main_text():
    page = (
        "<html><head><title>某局</title><style>p{}</style></head><body><nav>首页</nav><div id='zoom'><h1>某办法</h1>"
        "<p>第一条&nbsp;为了管理，<b>制定</b>本办法。</p><p>第二条 施行。<br>附则</p><ol start=3><li>甲</li><li>乙</li></ol>"
        "<table><tr><td>序号</td><td>内容</td></tr></table></div><script>x()</script><footer></footer></body></html>"
    )
    found = lines(page.encode(), "x.html")
    assert found == [
        "某办法", "第一条\xa0为了管理，制定本办法。", "第二条 施行。", "附则", "3. 甲", "4. 乙", "序号\t内容"
    ]  # fmt: skip


def test_html_in_gb2312():
    page = '<html><head><meta charset="gb2312"></head><body><p>第一条 内容。</p></body></html>'
    assert lines(page.encode("gb18030"), "x.htm") == ["第一条 内容。"]


OFD_ROOT = (
    '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>'
    "</ofd:DocBody></ofd:OFD>"
)


def ofd(rows):
    """A minimal package after GB/T 33190: one page, one text object for each (text, left, top)."""
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject ID="{i}" Boundary="{left} {top} 160 5" Size="5"><ofd:TextCode X="0" Y="4">{text}</ofd:TextCode>'
        "</ofd:TextObject>"
        for i, (text, left, top) in enumerate(rows, 10)
    )
    page = f"<ofd:Page {ns}><ofd:Content><ofd:Layer ID='2'>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    pages = '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
    document = f"<ofd:Document {ns}>{pages}</ofd:Document>"
    return zipped({"OFD.xml": OFD_ROOT, "Doc_0/Document.xml": document, "Doc_0/Pages/Page_0/Content.xml": page})


def test_ofd_lines_become_paragraphs():
    full = "为了加强管理规范秩序保障群众合法权益根据有关法律"
    data = ofd([("某办法", 80, 20), ("第一条　" + full, 30, 30), ("制定本办法。", 20, 40), ("第二条　施行。", 30, 50)])
    assert lines(data, "x.ofd") == ["某办法", f"第一条　{full}制定本办法。", "第二条　施行。"]


def test_ofd_without_text_is_a_scan():
    with pytest.raises(Refused, match="扫描件"):
        read(ofd([]), "x.ofd")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_old_word_files_and_pdf_through_libreoffice(tmp_path):
    import subprocess

    data = word([("总则", 1, 0), ("为了管理。", 1, 1), ("附则", 1, 0), ("施行。", 1, 1)], CHAPTERS)
    source = tmp_path / "x.docx"
    source.write_bytes(data)
    for kind in ("doc", "pdf"):
        profile = f"-env:UserInstallation={(tmp_path / 'p').as_uri()}"
        command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(tmp_path), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert lines((tmp_path / "x.doc").read_bytes(), "x.wps")[:2] == ["第一章 总则", "第一条 为了管理。"]
    assert [x.replace(" ", "") for x in lines((tmp_path / "x.pdf").read_bytes(), "x.pdf")][:1] == ["第一章总则"]


def test_without_libreoffice_the_message_says_how(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\0" * 2000
    with pytest.raises(Refused, match="另存为 docx"):
        read(data, "x.doc")


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (210 * 1024 * 1024))
    return out.getvalue()


def entity(data):
    return data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1)


REFUSED = {
    "empty": (lambda: b"", "x.txt", "空"),
    "only spaces": (lambda: b" \r\n\t", "x.txt", "空"),
    "binary": (lambda: bytes(range(256)) * 20, "x.txt", "文本"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "x.txt", "图片"),
    "too big": (lambda: b"a" * (20 * 1024 * 1024 + 1), "x.txt", "20 MB"),
    "not a docx": (lambda: b"hello, this is no zip", "x.docx", "损坏"),
    "broken zip": (lambda: word([("a", None, 0)])[:600], "x.docx", "损坏"),
    "zip of something": (lambda: zipped({"a.txt": "x"}), "x.docx", "压缩包"),
    "table": (lambda: zipped({"[Content_Types].xml": "", "xl/workbook.xml": "<x/>"}), "x.xlsx", "电子表格"),
    "bomb": (bomb, "x.docx", "过大"),
    "no text": (lambda: word([]), "x.docx", "没有文字"),
    "broken xml": (lambda: replaced(word([("a", None, 0)]), "word/document.xml", lambda b: b[:200]), "x.docx", "损坏"),
    "entity": (lambda: replaced(word([("a", None, 0)]), "word/document.xml", entity), "x.docx", "外部引用"),
    "encrypted": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(2000), "x.docx", "密码",
    ),
    "broken pdf": (lambda: b"%PDF-1.7\nnothing", "x.pdf", "损坏"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_what_to_do(name):
    make, filename, says = REFUSED[name]
    with pytest.raises(Refused) as refused:
        read(make(), filename)
    assert says in refused.value.message
    assert refused.value.message.endswith("。")


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(Refused, match="打不开"):
        read(tmp_path / "none.txt")


@pytest.mark.parametrize("cut", [10, 100, 1000, 5000, 20000])
def test_cut_files_are_refused_not_crashed(cut):
    data = word([("内容。", 1, 0)] * 50, CHAPTERS)
    with contextlib.suppress(Refused):
        assert read(data[:cut], "x.docx").text
