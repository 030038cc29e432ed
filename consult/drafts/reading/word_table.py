"""Pure: the rows and cells of a table of a docx, whatever wraps them, and whether cells were merged."""

from collections.abc import Iterator

from lxml import etree

from consult.drafts.reading.word_text import W

WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_MOST_DEPTH = 100


def rows(table: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The rows of a table, also inside content controls and tracked insertions; rows that were deleted are left out."""
    for child in table:
        if child.tag == W + "tr":
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag in WRAPPERS and depth < _MOST_DEPTH:
            yield from rows(child, depth + 1)


def cells(row: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The cells of a row."""
    for child in row:
        if child.tag == W + "tc":
            yield child
        elif child.tag in WRAPPERS and depth < _MOST_DEPTH:
            yield from cells(child, depth + 1)


def merged(row: etree._Element) -> bool:
    """Whether a cell of the row spans columns or rows, or the row does not begin and end with the table."""
    edges = any(row.find(f"{W}trPr/{W}{name}") is not None for name in ("gridBefore", "gridAfter"))
    return edges or any(spans(cell) for cell in cells(row))


def spans(cell: etree._Element) -> bool:
    """Whether a cell covers more than one column or row."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    if span is not None and span.get(W + "val", "1") != "1":
        return True
    return any(cell.find(f"{W}tcPr/{W}{name}") is not None for name in ("vMerge", "hMerge", "cellMerge"))
