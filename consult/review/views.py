"""Verbs and reads for views (常用筛选): a filter of the queue that somebody keeps under a name, alone or for all."""

from datetime import datetime

from sqlalchemy import func, select

from consult.base.audit import record
from consult.base.crypto import digest
from consult.base.db import db, serialise
from consult.base.errors import NotAllowed, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input, printable
from consult.review.decide import ROLES
from consult.review.desk_models import SavedView

LONGEST_NAME = 30
LONGEST_QUERY = 1_000
MOST = 50  # views of one person in one project


def keep_view(
    actor: Actor, now: datetime, *, consultation_id: int, name: str, query: str, shared: bool = False
) -> SavedView:
    """Keep the filter `query` (the arguments of an address) under a name.

    Refused without a name, for one that the same person has already, and beyond MOST: nothing is overwritten.
    """
    actor.require(*ROLES)
    serialise(f"views:{consultation_id}")
    name = printable(clean_input(name, "name")).strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(f"请给这个筛选起个名字，最多{LONGEST_NAME}个字。", "name")
    if not query or len(query) > LONGEST_QUERY:
        raise Refused("请先选好筛选条件，再保存。", "name")
    own = select(func.count()).select_from(SavedView)
    own = own.where(SavedView.consultation_id == consultation_id, SavedView.owner == actor.ref)
    if db.session.scalar(own.where(SavedView.name == name)):
        raise Refused(f"您已经有一个叫“{name}”的常用筛选，请换个名字，或者先删掉原来的。", "name")
    if (db.session.scalar(own) or 0) >= MOST:
        raise Refused(f"每人最多保存{MOST}个常用筛选，请先删掉不用的。", "name")
    view = SavedView(consultation_id=consultation_id, owner=actor.ref, name=name, query=query, shared=shared, at=now)
    db.session.add(view)
    db.session.flush()
    record(actor, "keep_view", f"consultation:{consultation_id}", now, view=view.id, digest=view_digest(view))
    return view


def drop_view(actor: Actor, now: datetime, consultation_id: int, number: int) -> None:
    """Forget a view of one's own. NotFound where it is gone, NotAllowed for somebody else's."""
    actor.require(*ROLES)
    serialise(f"views:{consultation_id}")
    view = db.session.get(SavedView, number, populate_existing=True)
    if view is None or view.consultation_id != consultation_id:
        raise NotFound("没有找到这个常用筛选，可能已经删掉了。")
    if view.owner != actor.ref:
        raise NotAllowed("这个常用筛选是别人保存的，只能由保存的人删除。")
    db.session.delete(view)
    db.session.flush()
    record(actor, "drop_view", f"consultation:{consultation_id}", now, view=number)


def views_of(consultation_id: int, ref: str) -> list[SavedView]:
    """One's own views and those that others share, one's own first."""
    query = select(SavedView).where(
        SavedView.consultation_id == consultation_id, SavedView.shared | (SavedView.owner == ref)
    )
    return list(
        db.session.scalars(query.order_by(SavedView.owner != ref, SavedView.name, SavedView.id).limit(4 * MOST))
    )


def view_digest(view: SavedView) -> str:
    """SHA-256 over what a view says and whose it is."""
    return digest([view.consultation_id, view.owner, view.name, view.query, view.shared])
