"""Pages: the statistics of a year over all projects (年终考评), with pictures, to be taken away as xlsx or csv."""

import tempfile
from pathlib import Path

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.base.clock import local
from consult.base.db import db
from consult.drafts.models import KINDS
from consult.summary import picture, sheet, workbook, yearly
from consult.summary.export import MIME
from consult.web import moment, settings
from consult.web.download import attachment
from consult.web.office.blueprint import bp


def _wanted() -> tuple[int, str]:
    """The year and the drafting unit that are asked for; what is no year is this one."""
    typed = request.args.get("year", "")
    year = int(typed) if typed.isdecimal() and len(typed) == 4 else local(moment()).year
    return year, request.args.get("unit", "").strip()


@bp.get("/year")
def year() -> ResponseReturnValue:
    """One year: sums, pictures, a line for each project."""
    now, (wanted, unit) = moment(), _wanted()
    every = yearly.lines(db.session(), wanted, now, settings().feedback_workdays)
    found = [one for one in every if unit in ("", one.unit)]
    whole = yearly.sums(found)
    pictures = [("各类项目", whole.by_kind), ("意见来源渠道", whole.by_channel), ("意见处理情况", whole.by_outcome)]
    return render_template(
        "office/year.html", year=wanted, years=sorted({*yearly.years(db.session()), wanted}, reverse=True), unit=unit,
        units=sorted({one.unit for one in every if one.unit}), lines=found, whole=whole, KINDS=KINDS, SHOWN=yearly.SHOWN,
        cells=yearly.cells, headings=list(yearly.HEADINGS), scored=yearly.scored,
        pictures=[(name, Markup(picture.bars(name, rows, width=picture.NARROW)), rows) for name, rows in pictures if rows],  # noqa: S704 -- made by picture
    )  # fmt: skip


@bp.get("/year.<any(xlsx,csv):fmt>")
def year_file(fmt: str) -> Response:
    """The same table as a file."""
    now, (wanted, unit) = moment(), _wanted()
    table = yearly.table(yearly.lines(db.session(), wanted, now, settings().feedback_workdays, unit), wanted, unit, now)
    if fmt == "csv":
        data = b"".join(sheet.csv_parts(table))
    else:
        with tempfile.TemporaryDirectory(dir=settings().instance) as folder:
            workbook.write(table, path := Path(folder) / "year.xlsx")
            data = path.read_bytes()
    response = Response(data, mimetype=MIME[fmt].split(";")[0])
    return attachment(response, f"{table.title}.{fmt}")
