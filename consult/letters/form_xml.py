"""Pure: the WordprocessingML of the reply form: runs, paragraphs, rows written as text, tick boxes one can click."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_SPACES = f'xmlns:w="{W}" xmlns:w14="{W14}"'
TITLE, BODY, HEAD, SUBHEAD, NUMBERS = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"


def rooted(element: str) -> str:
    """The element with its namespaces, ready to be parsed; inside they are left out, lxml is slow at joining them."""
    name = element[: element.index(">")]
    return f"{name} {_SPACES}{element[len(name) :]}"


def run(text: str, font: str, half_points: int) -> str:
    """A run of text in one font."""
    return f"<w:r>{look(font, half_points)}{said(text)}</w:r>"


def said(text: str) -> str:
    """What a run says: line feeds are breaks, tabs are tabs, everything else stands as written."""
    parts: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            parts.append("<w:br/>")
        for place, piece in enumerate(line.split("\t")):
            if place:
                parts.append("<w:tab/>")
            if piece:
                parts.append(f'<w:t xml:space="preserve">{escape(piece)}</w:t>')
    return "".join(parts)


def look(font: str, half_points: int) -> str:
    """The properties of a run: Latin letters in Times, Chinese in `font`."""
    return (
        f'<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}" '
        f'w:cs="Times New Roman"/><w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
    )


def field(code: str, font: str, half_points: int) -> str:
    """PAGE or NUMPAGES, counted by the program that opens the file."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>', f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>', "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>',
    )  # fmt: skip
    return "".join(f"<w:r>{look(font, half_points)}{part}</w:r>" for part in parts)


def paragraph(
    inside: str, align: str = "left", before: int = 0, after: int = 0, keep_next: bool = False,
    empty: str = "",
) -> str:  # fmt: skip
    """A paragraph around runs; `empty` are the run properties of what somebody types into it."""
    keep = "<w:keepNext/>" if keep_next else ""
    return (
        f'<w:p><w:pPr>{keep}<w:spacing w:before="{before}" w:after="{after}"/><w:jc w:val="{align}"/>'
        f"{empty}</w:pPr>{inside}</w:p>"
    )


def bookmark(name: str, number: int, inside: str) -> str:
    """Runs in a bookmark: Word, WPS and LibreOffice keep its name through every saving."""
    return f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>{inside}<w:bookmarkEnd w:id="{number}"/>'


def tick_box(title: str, ticked: bool, font: str, half_points: int) -> str:
    """A check box as content control: □, and ☑ when clicked; where programs know none, one types over it."""
    return (
        f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(title)}/><w14:checkbox>"
        f'<w14:checked w14:val="{int(ticked)}"/><w14:checkedState w14:val="2611" w14:font="Segoe UI Symbol"/>'
        f'<w14:uncheckedState w14:val="25A1" w14:font="{NUMBERS}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{run('☑' if ticked else '□', font, half_points)}</w:sdtContent></w:sdt>"
    )


def cell(inside: str, width: int, *, align: str = "left", middle: bool = False, empty: str = "", shade: str = "") -> str:
    """A table cell of `width` twentieths of a point around runs; `shade` a colour as FFFBE6."""
    filled = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    vertical = '<w:vAlign w:val="center"/>' if middle else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{filled}{vertical}</w:tcPr>'
        f"{paragraph(inside, align, 20, 20, empty=empty)}</w:tc>"
    )


def row(cells: Sequence[str], *, heading: bool = False, height: int = 0, whole: bool = True) -> str:
    """A row; a heading is repeated on each page. With `whole` it is not split over pages."""
    kept = "<w:cantSplit/>" if whole else ""
    tall = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    header = "<w:tblHeader/>" if heading else ""
    return f"<w:tr><w:trPr>{kept}{tall}{header}</w:trPr>{''.join(cells)}</w:tr>"


def table(widths: Sequence[int], rows: Sequence[str]) -> str:
    """A table with thin lines and fixed columns; `widths` in twentieths of a point."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def properties(values: dict[str, str]) -> bytes:
    """docProps/custom.xml with text properties."""
    inside = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{inside}</Properties>"
    ).encode()
