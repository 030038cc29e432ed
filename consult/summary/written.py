"""One table as a file: in the look of the form where an office prints it, streamed where it is long."""

import subprocess
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from consult.base import soffice
from consult.base.errors import Refused
from consult.summary import document, sheet, stream, workbook
from consult.summary.table import Table

COUNTED = frozenset({"summary", "summary-gb", "adoption"})  # tables that carry the sheet 统计
STYLED_MOST = 20_000  # rows of an office table that keep the look of the printed form; longer ones are streamed
PDF_SECONDS = 180


def require_short(fmt: str, rows: int) -> None:
    """Raise Refused for more rows than a printed format takes."""
    if fmt in ("docx", "pdf") and rows > document.MOST_ROWS:
        raise document.too_long()


def write(table: Table, fmt: str, path: Path) -> int:
    """Write a table to `path` as xlsx, docx, pdf, csv or json; how many rows it has."""
    if fmt == "xlsx":
        return _xlsx(table, path)
    if fmt == "docx":
        return document.write(table, path)
    if fmt == "pdf":
        return _pdf(table, path)
    return sheet.write(table, fmt, path)


def _xlsx(table: Table, path: Path) -> int:
    """Raw data and very long tables are streamed; what an office prints has the look of the form."""
    if table.name == "raw":
        return stream.write(table, path)
    rows = iter(table.rows)
    first = list(islice(rows, STYLED_MOST + 1))
    write = stream.write if len(first) > STYLED_MOST else workbook.write
    return write(replace(table, rows=chain(first, rows)), path)


def _pdf(table: Table, path: Path) -> int:
    """The docx printed by LibreOffice."""
    if soffice.program() is None:
        raise Refused("这台服务器没有安装 LibreOffice，不能生成 pdf；请导出 docx 后打印成 pdf。", "format")
    source = path.with_suffix(".docx")
    rows = document.write(table, source)
    try:
        made = soffice.convert(source, "pdf", path.parent, PDF_SECONDS)
    except subprocess.TimeoutExpired:
        made = None
    if made is None:
        raise Refused("生成 pdf 没有成功，请改为导出 docx。", "format")
    return rows
