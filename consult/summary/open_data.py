"""Open data of released projects: the numbers and rows of the newest Release as they were published, nothing else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.drafts.models import KINDS, Consultation
from consult.summary.entries import slices
from consult.summary.models import Release, ReleaseRow
from consult.summary.sheet import csv_parts
from consult.summary.suppress import suppressed
from consult.summary.table import Table

R = ReleaseRow.__table__
LICENCE = "可以免费使用和转载，请注明来源和取得的日期；不得用来辨认提出意见的人。"
# name in both files → what it is
COLUMNS = {
    "number": "序号", "clause": "条款代号，空的是整个草案", "citation": "涉及条款", "submitters": "提出人，姓名已遮盖",
    "opinion": "意见建议内容，个人信息已遮盖", "outcome": "采纳情况", "reason": "理由说明", "likes": "同类意见数",
}  # fmt: skip
PROJECT = {
    "slug": "网址代号", "title": "标题", "kind": "类别", "drafting_unit": "起草单位", "opens_at": "开始时间",
    "closes_at": "截止时间（不含）",
}  # fmt: skip
RELEASE = {"number": "第几次公布，更正后加一", "released_at": "公布时间", "digest": "公布内容的校验值（SHA-256）"}


@dataclass(frozen=True)
class Offered:
    """A project with open data: how many rows its newest result has, and when it was published."""

    slug: str
    title: str
    drafting_unit: str
    released_at: datetime
    number: int
    rows: int


def offered(session: Session, limit: int = 500) -> list[Offered]:
    """Every project whose result is out and which was not withdrawn, the newest result first."""
    newest = select(func.max(Release.id)).group_by(Release.consultation_id)
    rows = func.count(R.c.number).label("rows")
    query = (
        select(Consultation.slug, Consultation.title, Consultation.drafting_unit, Release.released_at, Release.number, rows)
        .join(Release, Release.consultation_id == Consultation.id)
        .outerjoin(R, R.c.release_id == Release.id)
        .where(Release.id.in_(newest), Consultation.withdrawn_at.is_(None), Consultation.published_at.is_not(None))
        .group_by(Consultation.id, Release.id)
        .order_by(Release.released_at.desc(), Release.id.desc())
        .limit(limit)
    )
    return [Offered(*row) for row in session.execute(query)]


def as_json(session: Session, project: Consultation, release: Release, schema: str) -> Iterator[str]:
    """The file as it streams: facts and numbers, the cross table, then row after row."""
    facts = {
        "schema": schema,
        "licence": LICENCE,
        "project": {
            "slug": project.slug, "title": project.title, "kind": KINDS.get(project.kind, project.kind),
            "drafting_unit": project.drafting_unit, "opens_at": project.opens_at.isoformat(),
            "closes_at": project.closes_at.isoformat(),
        },
        "release": {"number": release.number, "released_at": release.released_at.isoformat(), "digest": release.digest},
        "numbers": release.numbers,
        "clauses_by_outcome": cross(session, release.id),
    }  # fmt: skip
    yield json.dumps(facts, ensure_ascii=False, indent=1)[:-2] + ',\n "rows": ['
    mark = "\n  "
    for row in rows_of(session, release.id):
        yield mark + json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
        mark = ",\n  "
    yield "\n ]\n}\n"


def as_csv(session: Session, release: Release) -> Iterator[bytes]:
    """The rows as CSV (RFC 4180, UTF-8 with its mark); no cell begins like a formula (R60)."""
    names = tuple(COLUMNS)
    return csv_parts(Table("open", "", names, tuple(1 for _ in names), rows_of(session, release.id)))


def rows_of(session: Session, release_id: int) -> Iterator[tuple[str | int, ...]]:
    """The published rows in order, cells as in COLUMNS; read a slice at a time."""
    query = select(R).where(R.c.release_id == release_id)
    for row in slices(session, query, R.c.number):
        yield (row.number, row.clause_key, row.citation, row.submitters, row.opinion, row.outcome, row.reason, row.likes)


def cross(session: Session, release_id: int) -> dict[str, Any] | None:
    """Opinions by clause and outcome with small counts hidden; None where so few came in that hiding is not enough."""
    query = select(R.c.citation, R.c.outcome, func.sum(R.c.likes), func.min(R.c.number)).where(R.c.release_id == release_id)
    found = session.execute(query.group_by(R.c.citation, R.c.outcome).order_by(func.min(R.c.number))).all()
    clauses, outcomes = list(dict.fromkeys(row[0] for row in found)), sorted({row[1] for row in found})
    counts = {(row[0], row[1]): int(row[2]) for row in found}
    cells = suppressed([[counts.get((clause, outcome), 0) for outcome in outcomes] for clause in clauses])
    if not clauses or cells is None:
        return None
    return {"outcomes": outcomes, "clauses": [{"citation": one, "counts": row} for one, row in zip(clauses, cells, strict=True)]}


def schema(address: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of the JSON file; of the CSV its columns are the properties of a row."""
    cell = {"anyOf": [{"type": "integer", "minimum": 5}, {"enum": ["<5", "*"]}]}
    table = _object({"outcomes": _list({"type": "string"}, "处理意见的名称"), "clauses": _list(_object({
        "citation": {"type": "string", "description": "涉及条款"}, "counts": _list(cell, "按 outcomes 的顺序")}), "")})  # fmt: skip
    note = "各条款、各处理意见的条数。小于5的写“<5”；为了不被推算出来而一并隐去的写“*”；条数太少时整张表不提供。"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": address, "title": "公开征求意见采纳情况",
        **_object({
            "schema": {"type": "string"}, "licence": {"type": "string", "description": "使用条件"},
            "project": _object({name: {"type": "string", "description": what} for name, what in PROJECT.items()}),
            "release": _object({name: _typed(name, what) for name, what in RELEASE.items()}),
            "numbers": {"type": "object", "description": "公告中的数字", "required": ["received", "valid", "withdrawn", "inadmissible", "by_outcome"]},
            "clauses_by_outcome": {"anyOf": [table, {"type": "null"}], "description": note},
            "rows": _list(_object({name: _typed(name, what) for name, what in COLUMNS.items()}), "采纳情况表各行"),
        }),
    }  # fmt: skip


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any], what: str) -> dict[str, Any]:
    return {"type": "array", "items": items} | ({"description": what} if what else {})


def _typed(name: str, what: str) -> dict[str, Any]:
    return {"type": "integer" if name in ("number", "likes") else "string", "description": what}
