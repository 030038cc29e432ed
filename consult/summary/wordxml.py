"""Pure: the WordprocessingML that python-docx has no words for: fonts, page fields, fast table rows."""

from collections.abc import Sequence

from consult.letters.form_xml import said
from consult.summary.table import Cell
from consult.summary.visible import visible

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

MARGIN = 70  # left and right of a cell, in twentieths of a point
WHOLE = 10  # a row of so many lines stays on one page; longer ones would leave half a page empty before them
FALLBACKS = {
    "方正小标宋简体": ("方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC", "roman"),
    "仿宋_GB2312": ("仿宋,FangSong,FangSong_GB2312,华文仿宋,STFangsong", "modern"),
    "楷体_GB2312": ("楷体,KaiTi,KaiTi_GB2312,华文楷体,STKaiti", "modern"),
    "黑体": ("SimHei,华文黑体,STHeiti,Noto Sans CJK SC", "swiss"),
    "宋体": ("SimSun,华文宋体,STSong,Noto Serif CJK SC", "roman"),
}


def run(text: str, font: str, half_points: int, bold: bool = False) -> str:
    """A run; what no XML can hold is shown, see `visible`."""
    return f"<w:r>{_look(font, half_points, bold)}{said(visible(text))}</w:r>"


def _look(font: str, half_points: int, bold: bool) -> str:
    return (
        f'<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}" '
        f'w:cs="Times New Roman" w:hint="eastAsia"/>{"<w:b/>" if bold else ""}<w:sz w:val="{half_points}"/>'
        f'<w:szCs w:val="{half_points}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
    )


def field(code: str, font: str, half_points: int) -> str:
    """A field such as PAGE or NUMPAGES that the reader's program counts."""
    look = _look(font, half_points, False)
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{look}{part}</w:r>" for part in parts)


def paragraph(
    inside: str, *, align: str = "left", first_line: int = 0, before: int = 0, after: int = 0,
    line: int = 0, keep_next: bool = False, outline: int | None = None, namespace: bool = True,
) -> str:  # fmt: skip
    """A paragraph around runs; `first_line` in hundredths of a character, `line` exact in twentieths of a point."""
    exact = f' w:line="{line}" w:lineRule="exact"' if line else ""
    indent = f'<w:ind w:firstLineChars="{first_line}" w:firstLine="{first_line * 32 // 10}"/>' if first_line else ""
    level = "" if outline is None else f'<w:outlineLvl w:val="{outline}"/>'
    keep = "<w:keepNext/>" if keep_next else ""
    space = " " + NAMESPACE if namespace else ""
    return (
        f'<w:p{space}><w:pPr>{keep}<w:spacing w:before="{before}" w:after="{after}"{exact}/>{indent}'
        f'<w:jc w:val="{align}"/>{level}</w:pPr>{inside}</w:p>'
    )


def row(cells: Sequence[Cell], widths: Sequence[int], font: str, half_points: int, heading: bool = False) -> str:
    """A table row, not split over pages unless it is long; a heading row is repeated on each.

    Numbers and what stands in the first column are in the middle. Lines are of one exact height, whatever font a
    machine has in place of the official one.
    """
    header = "<w:tblHeader/>" if heading else ""
    whole = "<w:cantSplit/>" if heading or _lines(cells, widths, half_points) <= WHOLE else ""
    parts = [f"<w:tr {NAMESPACE}><w:trPr>{whole}{header}</w:trPr>"]
    for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        align = "center" if heading or not column or isinstance(cell, int) else "left"
        middle = '<w:vAlign w:val="center"/>' if heading else ""
        text = paragraph(run(str(cell), font, half_points), align=align, line=half_points * 15, namespace=False)
        parts.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{middle}</w:tcPr>{text}</w:tc>')
    return "".join([*parts, "</w:tr>"])


def _lines(cells: Sequence[Cell], widths: Sequence[int], half_points: int) -> int:
    """About how many lines the fullest cell takes; a Chinese character is as wide as it is high."""
    most = 1
    for cell, width in zip(cells, widths, strict=True):
        room = max((width - 2 * MARGIN) // (half_points * 10), 1)
        most = max(most, sum(max(1, -(-len(part) // room)) for part in str(cell).split("\n")))
    return most


def fonts() -> str:
    """word/fontTable.xml: what stands in where a machine lacks the official fonts, in order (ECMA-376 17.8.3.1)."""
    listed = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="auto"/></w:font>'
        for name, (others, family) in FALLBACKS.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {NAMESPACE}>{listed}</w:fonts>'


def table(widths: Sequence[int]) -> str:
    """An empty table with thin lines and fixed columns; `widths` in twentieths of a point."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {NAMESPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{MARGIN}" w:type="dxa"/><w:right w:w="{MARGIN}" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid></w:tbl>"
    )
