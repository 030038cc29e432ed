"""Pages: the ledger of units (台账) of a project with its picture, and who owes an answer over all projects (通报)."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.base.db import db
from consult.letters import find
from consult.letters.find import LedgerRow
from consult.summary import ledger as stage
from consult.summary.ledger_picture import lanes
from consult.summary.ledger_units import by_unit, lanes_of
from consult.web import moment
from consult.web.office.blueprint import bp, opened

SHOWN = {"": "全部", "open": "没到期未复", "overdue": "逾期未复", "answered": "已复函", "late": "迟复"}


def _in(row: LedgerRow, shown: str) -> bool:
    return {
        "open": not row.answer and not row.overdue, "overdue": row.overdue, "answered": bool(row.answer),
        "late": row.late,
    }.get(shown, True)  # fmt: skip


@bp.get("/c/<slug>/ledger")
def ledger(slug: str) -> ResponseReturnValue:
    """Who was asked, who answered when, what became of the points, how often somebody was reminded."""
    project, where = opened(slug)
    now, shown = moment(), request.args.get("show", "")
    every = find.ledger(project.id, now)
    shown = shown if shown in SHOWN else ""
    rows = [row for row in every if _in(row, shown)]
    session = db.session()
    picture = lanes("各单位反馈时间", lanes_of(rows, now), now)
    return render_template(
        "office/ledger.html", project=project, where=where, counts=find.count(every), shown=shown, SHOWN=SHOWN,
        numbers={code: sum(_in(row, code) for row in every) for code in SHOWN}, foot=stage.ledger_foot(session, every),
        lines=list(zip(rows, stage.ledger_rows(session, rows), strict=True)),
        chased=stage.chased(session, [row.solicitation_id for row in rows]),
        picture=Markup(picture),  # noqa: S704 -- made by ledger_picture
    )  # fmt: skip


@bp.get("/ledger")
def ledger_all() -> ResponseReturnValue:
    """By unit over all projects that are not over."""
    found = by_unit(db.session(), moment())
    late = request.args.get("show") == "late"
    lines = [one for one in found if one.overdue or one.late] if late else found
    return render_template("office/ledger_all.html", lines=lines, every=len(found), late=late)
