"""The verb that takes in a filled 意见汇总处理表: every ruling in it at once, all or none, with the file's hash."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Conflict, Refused
from consult.base.files import StoredFile, named
from consult.base.people import Actor
from consult.review import desk
from consult.review.decide import ROLES, require_decider
from consult.review.desk import lock
from consult.review.desk_models import WITHDRAWN
from consult.review.dispute_find import missing
from consult.review.disputes import open_dispute
from consult.review.find import decisions_of, slices
from consult.review.groups import homes
from consult.review.models import Decision
from consult.review.ruling import Ruling, check, decision_digest
from consult.summary.back import MOST_ROWS, Filled, Key
from consult.summary.fill_extras import MEANWHILE, fill_extras, groups_of
from consult.summary.models import TableReturn

D = Decision.__table__


@dataclass(frozen=True)
class Wish:
    """One ruling of the file; `number` is that of the ruling which it replaces, 0 for none, `size` the opinions it is for."""

    key: Key
    number: int
    size: int
    filled: Filled


def fill_table(
    actor: Actor, now: datetime, *, consultation_id: int, wishes: Sequence[Wish], file: StoredFile, rows: int
) -> TableReturn:
    """Write the rulings of a table that somebody looked through and confirmed, all or none (R41, R43).

    `wishes` say what the person saw; `rows` how many the file has. Raises Conflict where any of them was ruled on,
    regrouped or withdrawn since, Refused for a ruling that breaks a rule, for none and for more than MOST_ROWS.
    """
    require_decider(actor, *ROLES)
    lock(consultation_id)
    if not wishes or len(wishes) > MOST_ROWS:
        raise Refused(f"表里没有要写入的处理意见，或者超过{MOST_ROWS:,}行。", "table_file")
    if len({one.key for one in wishes}) != len(wishes):
        raise Refused("同一条意见在表里有两行，请删去多的一行。", "table_file")
    own, extra = [one for one in wishes if not one.key.kind], [one for one in wishes if one.key.kind]
    made = _rulings(actor, now, _led(consultation_id, own), own)
    order = sorted(made.values(), key=lambda one: one.group_id)
    more = fill_extras(actor, now, consultation_id, {one.key.id: (one.number, one.filled) for one in extra})
    sealed = filled_digest([*order, *more])
    back = TableReturn(
        consultation_id=consultation_id, file_id=file.id, sha256=file.sha256, rows=rows, rulings=len(made),
        additions=len(more), at=now, by=actor.ref, by_name=actor.name, digest=sealed,
    )  # fmt: skip
    db.session.add(back)
    db.session.flush()
    db.session.expire_all()
    desk.touch(made)
    desk.touch_groups(groups_of(one.addition_id for one in more))
    record(actor, "fill_table", f"consultation:{consultation_id}", now, back=back.id, sha256=file.sha256,
           decisions={str(one): row.group_id for one, row in made.items()}, numbers=[one.number for one in order],
           additions={str(one.addition_id): one.number for one in more}, digest=sealed,
           also=digest([rows, actor.name, named(file)]))  # fmt: skip
    return back


def filled_digest(rulings: Iterable[Any]) -> str:
    """SHA-256 over what a table ruled, in an order of its own: it holds wherever the rows are restored."""
    names = ("number", *(one.name for one in fields(Filled)))
    return digest(sorted([getattr(one, name) for name in names] for one in rulings))


def _led(consultation_id: int, wishes: Sequence[Wish]) -> list[desk.Row]:
    """The rows of the desk that are ruled on, in the order of the wishes, if all are as they were seen."""
    ids = [one.key.id for one in wishes]
    rows = desk.led_by(ids)
    standing = {number: ruling.number for number, ruling in decisions_of(ids).items()}
    for one in wishes:
        row = rows.get(one.key.id)
        fits = row is not None and row["consultation_id"] == consultation_id and row["state"] != WITHDRAWN
        if not fits or row is None or row["size"] != one.size or standing.get(one.key.id, 0) != one.number:
            raise Conflict(MEANWHILE)
        if one.filled.outcome == "inadmissible" and one.size > 1:
            raise Refused("不予受理只能针对单独一条意见，请先将它从归并组中拆出。", "outcome")
    return [rows[one] for one in ids]


def _rulings(actor: Actor, now: datetime, led: Sequence[desk.Row], wishes: Sequence[Wish]) -> dict[int, Decision]:
    """First opinion → the ruling on its group, stored."""
    home = homes(now, led)
    last = _last_numbers(home.values())
    made = {
        one.key.id: Decision(
            group_id=home[one.key.id], number=last.get(home[one.key.id], 0) + 1, decided_at=now, decided_by=actor.ref,
            decided_name=actor.name, digest="", **vars(check(Ruling(**vars(one.filled)))),
        )
        for one in wishes
    }  # fmt: skip
    for ruling in made.values():
        ruling.digest = decision_digest(ruling)
    names = [column.name for column in D.columns if column.name != "id"]
    if not made:
        return made
    values: list[dict[str, Any]] = [
        {name: getattr(one, name) for name in names} | {"revoked_by": "", "approved_by": ""} for one in made.values()
    ]
    db.session.execute(insert(D), values)
    return made


def _last_numbers(groups: Iterable[int]) -> Mapping[int, int]:
    """group → the number of the newest ruling ever made on it, also one that was taken back."""
    found: dict[int, int] = {}
    for part in slices(groups):
        query = select(D.c.group_id, func.max(D.c.number)).where(D.c.group_id.in_(part)).group_by(D.c.group_id)
        found |= {group: number for group, number in db.session.execute(query)}  # noqa: C416
    return found


def begin_disputes(actor: Actor, now: datetime, wishes: Iterable[Wish]) -> int:
    """A unit's point that is turned down begins a dispute in the same breath (R44); an entry for each, how many.

    Call it in the transaction of `fill_table`, behind it.
    """
    ids = {one.key.id for one in wishes if not one.key.kind}
    units = [number for number, row in desk.led_by(ids).items() if row["unit_id"]]
    begun = [open_dispute(actor, now, point) for number in sorted(units) for point in missing(number)]
    return len(begun)


def returns(consultation_id: int, limit: int = 50) -> list[TableReturn]:
    """The tables that came back, the newest first."""
    query = select(TableReturn).where(TableReturn.consultation_id == consultation_id)
    return list(db.session.scalars(query.order_by(TableReturn.id.desc()).limit(limit)))
