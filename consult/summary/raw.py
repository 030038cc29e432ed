"""Every opinion with all its facts but the contact data, in the order of arrival.

Read for speed, since a million rows leave this way: the database prints instants, days and marks as text, each
different one is put into Chinese once, and nothing is joined that a small dictionary knows.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, Select, Text, bindparam, cast, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from consult.base.clock import local
from consult.drafts.models import Version
from consult.intake.models import CHANNELS, STANCES, SUBMITTER_KINDS
from consult.review.filtering import Filter
from consult.review.models import GROUNDS, OUTCOMES
from consult.summary.narrow import Choice, meets
from consult.summary.table import Cell
from consult.summary.walk import WHOLE, C, D, K, M, S, W, ruling_of_group

SLICE = 1000
MARKS = {
    "phone": "含电话号码", "id_number": "含身份证号", "busy_address": "同一网络地址提交较多",
    "busy_project": "提交时本项目来件集中", "busy_site": "提交时全站来件集中",
}  # fmt: skip
HIDDEN = "（提出人已撤回）"
YES = {1: "是", 0: ""}
WITHDRAWN, GROUP = 19, 20  # where these stand in a row of the query
Keep = Callable[[Any], bool]


class _Minutes(dict[str | None, str]):
    """UTC minute as the database prints it → the same on a Shanghai clock; a project has few different ones."""

    def __missing__(self, printed: str | None) -> str:
        if printed is None:
            return ""
        if len(self) > 50_000:
            self.clear()
        at = local(datetime.fromisoformat(printed).replace(tzinfo=UTC))
        shown = self[printed] = at.isoformat(" ", "minutes")[:16]  # as ledger.short prints, which takes twice as long
        return shown


class _Marks(dict[str, str]):
    """The marks of a sending as stored → as printed."""

    def __missing__(self, stored: str) -> str:
        shown = self[stored] = "、".join(MARKS.get(mark, mark) for mark in json.loads(stored))
        return shown


def raw_rows(session: Session, consultation_id: int, keep: Keep | None = None) -> Iterator[tuple[Cell, ...]]:
    """Cells in the order of table.RAW, withdrawn opinions included with their words hidden (R13).

    `keep` is asked of each row of the query where only a part is wanted.
    """
    first, last = session.execute(
        select(func.min(C.c.id), func.max(C.c.id)).where(C.c.consultation_id == consultation_id)
    ).one()
    query, after = _query(session, consultation_id, last or 0), (first or 0) - 1
    versions, spots = _versions(session, consultation_id), _spots(session, consultation_id)
    minutes, marks = _Minutes(), _Marks()
    while rows := session.execute(query, {"after": after}).all():
        after = rows[-1][0]
        if keep is not None:
            rows = [row for row in rows if keep(row)]
        yield from _cells(rows, spots, versions, minutes, marks)


def keeper(consultation_id: int, wanted: Filter, only: Choice) -> Keep:
    """Whether a row is one of a chosen group and meets by itself what can be said of a single opinion."""
    said, minutes = meets(consultation_id, wanted), _Minutes()

    def keep(row: Any) -> bool:
        # a member that was taken back has a row of its own on the desk
        group = None if row[WITHDRAWN] is not None else row[GROUP]
        return only.has(row[0], group) and said(row[1], row[2], row[6], row[7], row[12], row[4] or minutes[row[3]][:10])

    return keep


def _minute(session: Session, column: ColumnElement[Any]) -> ColumnElement[str | None]:
    """The instant's minute in UTC, printed by the database: parsing a million instants here takes longer than the rest."""
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(type_coerce(column, Text), 1, 16)
    return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI")


def _versions(session: Session, consultation_id: int) -> dict[int, int]:
    """Id → number of the project's versions."""
    version = Version.__table__
    rows = session.execute(select(version.c.id, version.c.number).where(version.c.consultation_id == consultation_id))
    return {row.id: row.number for row in rows}


def _spots(session: Session, consultation_id: int) -> dict[int | None, tuple[str, str]]:
    """章条编号 and 条款代号 of every clause of every version; None is the whole draft."""
    version = Version.__table__
    mine = select(version.c.id).where(version.c.consultation_id == consultation_id)
    rows = session.execute(select(K.c.id, K.c.citation, K.c.label, K.c.key).where(K.c.version_id.in_(mine)))
    return {None: (WHOLE, "")} | {row.id: (row.citation or row.label or row.key, row.key) for row in rows}


def _query(session: Session, consultation_id: int, last: int) -> Select[Any]:
    """A slice behind the opinion `after`. The table is walked in its own order: `+ 0` keeps the database from taking
    the index over clauses, which sorts the whole project anew for every slice."""
    return (
        select(
            C.c.id, C.c.submission_id, S.c.channel, _minute(session, S.c.received_at), cast(S.c.received_on, Text),
            C.c.version_id, C.c.clause_id, C.c.stance, C.c.text, C.c.proposed_text, C.c.reason,
            S.c.submitter_shown, S.c.submitter_kind, S.c.region, _number(S.c.wants_reply), _number(S.c.may_publish),
            _number(S.c.late), S.c.registered_by, cast(S.c.marks, Text), _minute(session, C.c.withdrawn_at),
            M.c.group_id, D.c.outcome, D.c.reason, _minute(session, D.c.decided_at), W.c.ground,
        )
        .select_from(
            C.join(S, S.c.id == C.c.submission_id)
            .outerjoin(M, M.c.comment_id == C.c.id)
            .outerjoin(D, ruling_of_group())
            .outerjoin(W, W.c.comment_id == C.c.id)
        )
        .where(C.c.consultation_id + 0 == consultation_id, C.c.id > bindparam("after"), C.c.id <= last)
        .order_by(C.c.id)
        .limit(SLICE)
    )  # fmt: skip


def _number(column: ColumnElement[bool]) -> ColumnElement[int]:
    """A yes or no as the driver gives it: 1 and True are the same key."""
    return type_coerce(column, Integer)


def _cells(
    rows: Any, spots: dict[int | None, tuple[str, str]], versions: dict[int, int], minutes: _Minutes, marks: _Marks
) -> Iterator[tuple[Cell, ...]]:
    for (
        number, submission, channel, received_at, received_on, version, clause, stance, text, proposed, reason, shown, kind,
        region, wants_reply, may_publish, late, clerk, marked, withdrawn_at, group, outcome, why, decided_at, ground,
    ) in rows:  # fmt: skip
        if withdrawn_at is not None:
            text, proposed, reason, outcome = HIDDEN, "", "", None
        yield (
            number, submission, CHANNELS.get(channel, channel), minutes[received_at], received_on or "",
            versions[version], *spots[clause], STANCES[stance], text, proposed, reason, shown, SUBMITTER_KINDS[kind], region,
            YES[wants_reply], YES[may_publish], YES[late], clerk, marks[marked], minutes[withdrawn_at],
            "" if group is None else group, OUTCOMES[outcome] if outcome else "", why if outcome else "",
            minutes[decided_at] if outcome else "", GROUNDS[ground] if ground else "",
        )  # fmt: skip
