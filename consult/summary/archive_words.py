"""Pure: what an archive says of itself: its metadata (GB/T 18894) as JSON and XML, and a page that opens offline."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from xml.etree import ElementTree as Xml

NOTE = (
    "联系方式（电话、邮箱、地址）用原系统的密钥加密，别处读不出，因此不在本包内；撤回的意见的原文只作存档，不对外提供。"
    "回执码只存密文摘要：恢复到密钥（CONSULT_DATA_KEY）相同的系统里可以继续查询，换了密钥就查不到。"
)
# GB/T 18894: element → its name in XML
ELEMENTS = {
    "题名": "title", "文件编号": "document_number", "责任者": "creator", "日期": "date", "机构或问题": "organisation",
    "保管期限": "retention_period", "密级": "security_class", "格式信息": "format", "计算机文件名": "file_name",
    "大小": "size", "创建程序": "creating_application", "业务行为": "actions",
}  # fmt: skip
ACTS = {"行为": "action", "时间": "time", "机构人员名称": "agent"}
STYLE = """body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.75 "Source Han Serif SC","Noto Serif CJK SC",SimSun,serif;color:#222}
h1{font-size:1.5rem;text-align:center}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #999}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f2f0ea;font-weight:600}td.n{text-align:right;white-space:nowrap}p{margin:.4rem 0}a{color:#1d4f91}.wide{overflow-x:auto}.small{font-size:.85rem;color:#555}
"""


@dataclass(frozen=True)
class Listed:
    """One file of the archive as the page shows it."""

    name: str
    what: str
    size: int


@dataclass(frozen=True)
class Said:
    """Everything that the page tells: facts and numbers as label and value, announcements, texts, files."""

    title: str
    facts: Sequence[tuple[str, str]]
    numbers: Sequence[tuple[str, Sequence[tuple[str, int]]]]
    notices: Sequence[tuple[str, str]]
    versions: Sequence[tuple[str, str]]
    files: Sequence[Listed]


def as_json(facts: Mapping[str, Any]) -> bytes:
    """The metadata as JSON, its names those of the standard."""
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def as_xml(facts: Mapping[str, Any]) -> bytes:
    """The same as XML; each element also says its Chinese name."""
    root = Xml.Element("metadata", {"standard": "GB/T 18894"})
    for name, value in facts.items():
        one = Xml.SubElement(root, ELEMENTS.get(name, "note"), {"name": name})
        if isinstance(value, str | int):
            one.text = str(value)
            continue
        for act in value:
            line = Xml.SubElement(one, "entry")
            for label, text in act.items():
                Xml.SubElement(line, ACTS[label], {"name": label}).text = str(text)
    Xml.indent(root)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def page(said: Said) -> bytes:
    """index.html: no script, its style in a file beside it, links to every file."""
    parts = [
        f"<h1>{escape(said.title)}</h1><p class=small>{NOTE}</p>",
        "<h2>项目</h2>", _pairs(said.facts),
        *(f"<h2>{escape(title)}</h2>{_pairs([(label, str(n)) for label, n in counts], ' class=n')}"
          for title, counts in said.numbers),
        "<h2>草案文本</h2>", _links(said.versions),
        *(f"<h2>{escape(title)}</h2>{_paragraphs(text)}" for title, text in said.notices),
        "<h2>全部文件</h2>", _files(said.files),
    ]  # fmt: skip
    head = f'<meta charset=utf-8><meta name=viewport content="width=device-width"><title>{escape(said.title)}</title>'
    style = '<link rel=stylesheet href="style.css">'
    return f"<!doctype html><html lang=zh-CN><head>{head}{style}</head><body><main>{''.join(parts)}</main></body></html>\n".encode()


def _pairs(pairs: Sequence[tuple[str, str]], more: str = "") -> str:
    rows = "".join(
        f"<tr><th scope=row>{escape(label)}</th><td{more}>{escape(value)}</td></tr>" for label, value in pairs
    )
    return f"<div class=wide><table>{rows}</table></div>" if rows else "<p>没有。</p>"


def _links(pairs: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<p><a href="{escape(name)}">{escape(label)}</a></p>' for label, name in pairs)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _files(files: Sequence[Listed]) -> str:
    rows = "".join(
        f'<tr><td><a href="{escape(one.name)}">{escape(one.name)}</a></td><td>{escape(one.what)}</td>'
        f"<td class=n>{one.size}</td></tr>"
        for one in files
    )
    head = "<tr><th scope=col>文件</th><th scope=col>内容</th><th scope=col>大小（字节）</th></tr>"
    return f"<div class=wide><table>{head}{rows}</table></div>"
