"""The same draft as text, Word (typed and automatic numbers), old Word, PDF, web page, OFD and paste: one tree."""

import io
import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from consult.base.text import plain
from consult.drafts.split import Split, read_and_split
from tests.drafts.test_reading import ofd
from tests.drafts.word_files import level, word

STATUTE = """河湾县村庄公共照明管理办法
（征求意见稿）
第一章　总则
第一条　为了方便村民夜间出行，规范村庄公共照明的建设和维护，保障人身安全，根据有关法律法规，结合本县实际，制定本办法。
第二条　村庄公共照明遵循下列原则：
（一）先主路、后支路；
（二）节约用电；
（三）谁建设、谁维护。
县住房和城乡建设局负责监督本办法的实施。
第二章　建设与维护
第三条　主路路灯间距不超过四十米。
第四条　路灯损坏的，村民委员会应当在五日内修复；五日内不能修复的，应当公告原因和预计修复的时间，并采取临时照明措施。
第三章　附则
第五条　本办法自公布之日起施行。
"""
OFFICIAL = """河湾县推进村庄公共照明的实施意见
为了方便村民夜间出行，现提出以下意见。
一、总体要求
（一）工作目标。两年内实现主路全覆盖，支路基本覆盖。
（二）基本原则。先主路、后支路，量力而行。
二、主要任务
（一）摸清底数
1.逐村登记路灯数量和损坏情况，登记结果在村内公示七日，接受村民监督。
2.公布登记结果。
（二）落实维护
3.村民委员会每月巡查一次，发现损坏的，及时登记并通知维护单位修复。
三、保障措施
（一）明确责任。县住房和城乡建设局牵头。
（二）落实资金。所需经费列入年度预算。
"""
TEXTS = {"statute": STATUTE, "official": OFFICIAL}
LEVELS = {
    "statute": [
        level(0, "chineseCountingThousand", "第%1章"),
        level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
        level(2, "chineseCountingThousand", "（%3）"),
    ],
    "official": [
        level(0, "chineseCountingThousand", "%1、"),
        level(1, "chineseCountingThousand", "（%2）"),
        level(2, "decimal", "%3.", '<w:lvlRestart w:val="0"/>'),
    ],
}
DEPTHS = {"chapter": 0, "article": 1, "item": 2, "heading1": 0, "heading2": 1, "heading3": 2}


def tree(split: Split) -> list[tuple[str, tuple[str, ...], str]]:
    """What has to be the same: kind, path and text of clauses and paragraphs, widths and blanks apart."""
    return [
        (piece.kind, tuple(plain(part) for part in piece.path), plain(piece.text))
        for piece in split.pieces
        if piece.kind in ("clause", "paragraph")
    ]


def typed_docx(text: str) -> bytes:
    """Numbers typed by hand."""
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def numbered_docx(name: str) -> bytes:
    """The same with Word's automatic numbers: no label stands in the text."""
    rows: list[tuple[object, ...]] = []
    for piece in read_and_split(TEXTS[name].encode(), "a.txt").pieces:
        rows.append((piece.text, 1, DEPTHS[piece.level]) if piece.kind == "clause" else (piece.text, None, 0))
    return word(rows, LEVELS[name])


def html(text: str) -> bytes:
    """A page of a portal around the draft."""
    body = "".join(f"<p>　　{line}</p>" for line in text.splitlines())
    return (
        "<!doctype html><html><head><meta charset='utf-8'><title>河湾县</title><script>var a=1;</script></head><body>"
        f"<nav><a href='/'>首页</a><a href='/b'>办事</a></nav><div id='content'>{body}</div></body></html>"
    ).encode()


def ofd_package(text: str) -> bytes:
    """Lines of 36 characters as a printer lays them out, the first of a paragraph indented."""
    rows: list[tuple[str, int, int]] = []
    for line in text.splitlines():
        parts = [line[:34], *(line[start : start + 36] for start in range(34, len(line), 36))]
        rows += [(part, 30 if number == 0 else 20, 20 + 10 * (len(rows) + number)) for number, part in enumerate(parts)]
    return ofd(rows)


def through_libreoffice(data: bytes, kind: str, folder: Path) -> bytes:
    """The document as LibreOffice saves it."""
    (folder / "a.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(folder / "a.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / f"a.{kind}").read_bytes()


@pytest.mark.parametrize("name", list(TEXTS))
@pytest.mark.parametrize("form", ["gb18030", "paste", "docx", "numbered", "html", "ofd", "doc", "pdf"])
def test_one_tree(name: str, form: str, tmp_path: Path) -> None:
    text = TEXTS[name]
    wanted = tree(read_and_split(text.encode(), "a.txt"))
    assert sum(kind == "clause" for kind, _, _ in wanted) == {"statute": 11, "official": 12}[name]
    if form in ("doc", "pdf") and not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    data, filename = {
        "gb18030": lambda: (text.encode("gb18030"), "a.txt"),
        "paste": lambda: (text.replace("\n", "\r\n\r\n").encode(), "粘贴的文字.txt"),
        "docx": lambda: (typed_docx(text), "a.docx"),
        "numbered": lambda: (numbered_docx(name), "a.docx"),
        "html": lambda: (html(text), "a.html"),
        "ofd": lambda: (ofd_package(text), "a.ofd"),
        "doc": lambda: (through_libreoffice(typed_docx(text), "doc", tmp_path), "a.doc"),
        "pdf": lambda: (through_libreoffice(typed_docx(text), "pdf", tmp_path), "a.pdf"),
    }[form]()
    assert tree(read_and_split(data, filename)) == wanted


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_an_old_word_file_keeps_its_automatic_numbers(tmp_path: Path) -> None:
    """Without chapters: LibreOffice itself begins articles anew in every chapter when it writes .doc."""
    text = "".join(line + "\n" for line in STATUTE.splitlines() if "　总则" not in line and "章　" not in line)
    rows: list[tuple[object, ...]] = []
    for piece in read_and_split(text.encode(), "a.txt").pieces:
        depth = {"article": 0, "item": 1}.get(piece.level)
        rows.append((piece.text, 1, depth) if piece.kind == "clause" else (piece.text, None, 0))
    levels = [level(0, "chineseCountingThousand", "第%1条"), level(1, "chineseCountingThousand", "（%2）")]
    data = through_libreoffice(word(rows, levels), "doc", tmp_path)
    assert tree(read_and_split(data, "a.wps")) == tree(read_and_split(text.encode(), "a.txt"))
