"""OFD (GB/T 33190): a zip whose pages hold text objects with places; they become paragraphs."""

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from lxml import etree

from consult.base.errors import Refused
from consult.drafts.reading.layout import Printed, paragraphs
from consult.drafts.reading.xml import BROKEN, Package

_MOST_PAGES = 2000
_POINTS = 72 / 25.4  # OFD measures in millimetres


def ofd_text(package: Package) -> tuple[str, list[str]]:
    """(text, warnings) of all documents of the package."""
    root = package.xml("OFD.xml")
    pages = [page for doc in _named(root, "DocRoot") for page in _pages(package, (doc.text or "").strip())]
    lines = [_lines(page) for page in pages]
    if pages and not any(lines):
        raise Refused("这是扫描件（只有图片，没有文字）。请上传可以复制文字的文件，或先做文字识别。")
    return "\n".join(paragraphs(lines)), []


def _named(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """All elements of that local name, whatever the namespace (two are in use)."""
    for element in root.iter() if root is not None else ():
        if isinstance(element.tag, str) and etree.QName(element).localname == name:
            yield element


def _resolve(package: Package, base: str, target: str) -> str:
    """A location as OFD writes it: absolute from the root, or relative to the file that names it."""
    relative = normpath(join(dirname(base), target.lstrip("/")))
    return target.lstrip("/") if target.startswith("/") or relative not in package.names else relative


def _pages(package: Package, document: str) -> Iterator[etree._Element]:
    name = document.lstrip("/")
    root = package.xml(name)
    if root is None:
        raise Refused(BROKEN)
    for count, page in enumerate(_named(root, "Page")):
        location = page.get("BaseLoc")
        if not location:
            continue
        if count >= _MOST_PAGES:
            raise Refused("文件超过 2000 页，请拆成几个文件后再上传。")
        content = package.xml(_resolve(package, name, location))
        if content is not None:
            yield content


def _floats(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split()]
    except ValueError:
        return []


def _lines(page: etree._Element) -> list[Printed]:
    """The text objects of a page, those at one height joined from left to right, from top to bottom."""
    objects = sorted((one for obj in _named(page, "TextObject") if (one := _printed(obj))), key=lambda o: o.top)
    rows: list[list[Printed]] = []
    for one in objects:
        if rows and abs(rows[-1][0].top - one.top) < 0.5 * max(one.height, 1):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [_row(sorted(row, key=lambda o: o.left)) for row in rows]


def _row(row: list[Printed]) -> Printed:
    text = "".join(one.text for one in row)
    return Printed(text, row[0].left, max(one.right for one in row), row[0].top, max(one.height for one in row))


def _printed(obj: etree._Element) -> Printed | None:
    """One text object; several TextCode are its pieces in order."""
    box = _floats(obj.get("Boundary"))
    codes = list(_named(obj, "TextCode"))
    text = "".join(code.text or "" for code in codes)
    if len(box) != 4 or not text.strip():
        return None
    size = (_floats(obj.get("Size")) or [4.0])[0]
    x, y = (_floats(codes[0].get(axis)) or [0.0] for axis in ("X", "Y"))
    left, top = box[0] + x[0], box[1] + y[0]
    width = sum(size if ord(char) > 0x2E7F else size / 2 for char in text)
    return Printed(text, left * _POINTS, (left + width) * _POINTS, top * _POINTS, size * _POINTS)
