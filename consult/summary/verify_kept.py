"""Verify, files that the worker made: who asked for which table when, and that it is the file that was made."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.summary.entries import entries, of_project
from consult.summary.kept_models import ExportFile


def faults(session: Session, consultation_id: int | None) -> Iterator[str]:
    """Every difference between these rows and what was recorded. Rows of projects that were restored stay elsewhere."""
    asked = {one.facts["file"]: one for one in entries(session, "ask_export") if consultation_id in (None, one.number)}
    made = {one.facts["file"]: one.facts for one in entries(session, "make_export")}
    query = of_project(select(ExportFile), ExportFile.consultation_id, consultation_id)
    for row in session.scalars(query.order_by(ExportFile.id)):
        one, file = asked.get(row.id), made.get(row.id, {})
        said = (one.number, one.facts["table"], one.facts["format"], one.facts["narrowed"], one.at, one.actor) if one else None
        if said != (row.consultation_id, row.table_name, row.format, bool(row.filter), row.asked_at, row.asked_by):
            yield f"导出文件 {row.id} 的申请与审计日志不一致"
        if row.sha256 and (row.sha256, row.size, row.done) != (file.get("digest"), file.get("size"), file.get("rows")):
            yield f"导出文件 {row.id} 的校验值与审计日志不一致"
