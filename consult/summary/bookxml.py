"""Pure: the fixed parts of an xlsx package, written by hand: what each part is, its styles, and small sheets of notes.

ECMA-376 parts 1 and 2; element order is that of the schema, since Excel repairs files that have another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consult.summary.cellxml import escaped, letter, string
from consult.summary.table import Cell

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEADING, TITLE, PLAIN, MARK = 1, 3, 4, 5  # numbers of styles; 2 is cellxml.QUOTED
FONT = "宋体"
PAGE_MOST = 220  # columns wider than this together would be printed too small to read
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="4">'
    f'<font><sz val="10.5"/><name val="{FONT}"/><family val="2"/></font>'
    '<font><b/><sz val="10.5"/><name val="黑体"/><family val="2"/></font>'
    '<font><sz val="16"/><name val="黑体"/><family val="2"/></font>'
    f'<font><sz val="10.5"/><color rgb="FFA6261C"/><name val="{FONT}"/><family val="2"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEDEDED"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>'
    + "".join(f'<{side} style="thin"><color auto="1"/></{side}>' for side in ("left", "right", "top", "bottom"))
    + '<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" '
    'applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment horizontal="left" vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
ROOT_LINKS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)

DRAWING_LINK = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
)
PICTURES = {
    "charts": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "drawings": "application/vnd.openxmlformats-officedocument.drawing+xml",
}


@dataclass(frozen=True)
class Sheet:
    """What the package must know of a written sheet; `last` is the last cell of a table with headings, else empty."""

    name: str
    last: str = ""


def types(sheets: int, pictures: Iterable[str] = ()) -> str:
    """[Content_Types].xml; `pictures` are the names of the parts of charts."""
    parts = [("/xl/workbook.xml", f"{KIND}.sheet.main+xml"), ("/xl/styles.xml", f"{KIND}.styles+xml")]
    parts += [(f"/xl/worksheets/sheet{one}.xml", f"{KIND}.worksheet+xml") for one in range(1, sheets + 1)]
    parts.append(("/xl/sharedStrings.xml", f"{KIND}.sharedStrings+xml"))
    parts += [(f"/{name}", PICTURES[name.split("/")[1]]) for name in pictures if not name.endswith(".rels")]
    parts.append(("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
    listed = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def core(title: str) -> str:
    """docProps/core.xml: the title and no instant, so that the same rows make the same bytes."""
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escaped(title)}</dc:title></cp:coreProperties>'
    )


def book(sheets: Sequence[Sheet], active: int) -> str:
    """xl/workbook.xml: the sheets in order, and of each table its filter and the row that is printed on every page."""
    listed = "".join(
        f'<sheet name="{attribute(one.name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, one in enumerate(sheets, 1)
    )
    names = ""
    for kind in ("_FilterDatabase", "Print_Titles"):
        for number, one in enumerate(sheets):
            if one.last:
                place = "$A$1:" + one.last if kind == "_FilterDatabase" else "$1:$1"
                hidden = ' hidden="1"' if kind == "_FilterDatabase" else ""
                quoted = escaped(one.name.replace("'", "''"))
                names += f'<definedName name="_xlnm.{kind}" localSheetId="{number}"{hidden}>\'{quoted}\'!{place}</definedName>'
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView activeTab="{active}"/></bookViews>'
        f"<sheets>{listed}</sheets>{f'<definedNames>{names}</definedNames>' if names else ''}</workbook>"
    )


def book_links(sheets: int) -> str:
    """xl/_rels/workbook.xml.rels."""
    listed = "".join(
        f'<Relationship Id="rId{one}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{one}.xml"/>'
        for one in range(1, sheets + 1)
    )
    styles = f'<Relationship Id="rId{sheets + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
    texts = f'<Relationship Id="rId{sheets + 2}" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{listed}{styles}{texts}</Relationships>'


def opening(widths: Sequence[int], active: bool = False, frozen: bool = True, high: float = 14.5) -> str:
    """A sheet up to its first row: headings that stay when people scroll; one page wide where that stays readable.

    `high` is the height of its rows in points.
    """
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if frozen else ""
    fitted = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if sum(widths) <= PAGE_MOST else ""
    chosen, custom = ' tabSelected="1"' if active else "", ' customHeight="1"' if high > 15 else ""
    return (
        f'{XML}<worksheet xmlns="{MAIN}">{fitted}<sheetViews>'
        f'<sheetView{chosen} workbookViewId="0">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="{high}"{custom}/><cols>{columns}</cols><sheetData>'
    )


def closing(head: str, last: str = "", drawn: bool = False) -> str:
    """A sheet after its last row: A4 landscape (with pictures upright), `head` on every page; with `last` a filter over the whole table,
    with `drawn` the pictures that DRAWING_LINK leads to."""
    page = "portrait" if drawn else "landscape"
    pictures = f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/>' if drawn else ""
    chosen = f'<autoFilter ref="A1:{last}"/>' if last else ""
    return (
        f'</sheetData>{chosen}<pageMargins left="0.5" right="0.5" top="0.7" bottom="0.7" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" fitToHeight="0" orientation="' + page + '"/><headerFooter>'
        f"<oddHeader>{escaped(head)}</oddHeader><oddFooter>&amp;C第&amp;P页 共&amp;N页</oddFooter></headerFooter>{pictures}</worksheet>"
    )


def line(number: int, cells: Sequence[tuple[Cell, int]], high: float = 0) -> str:
    """One row of a small sheet: each cell with the number of its style; `high` in points where it is not as the others."""
    found = []
    for column, (value, style) in enumerate(cells):
        place = f'<c r="{letter(column)}{number}" s="{style}"'
        if isinstance(value, int):
            found.append(f"{place}><v>{value}</v></c>")
        else:
            found.append(f'{place} t="inlineStr"><is>{string(value)}</is></c>')
    height = f' ht="{high}" customHeight="1"' if high else ""
    return f'<row r="{number}"{height}>{"".join(found)}</row>'


def attribute(text: str) -> str:
    """A text between double quotes."""
    return escaped(text).replace('"', "&quot;")
