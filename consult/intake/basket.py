"""The basket of somebody without JavaScript: kept on the server behind an anonymous token for 24 hours."""

import secrets
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import delete

from consult.base.crypto import Keys, keyed
from consult.base.db import db
from consult.base.errors import Refused
from consult.intake.models import Basket
from consult.intake.screen import MOST_ITEMS, Item, screen_items

KEPT = timedelta(hours=24)


def new_token() -> str:
    """128 random bits for the cookie."""
    return secrets.token_urlsafe(16)


def read(keys: Keys, token: str | None, consultation_id: int, now: datetime) -> list[Item]:
    """What lies in the basket; empty where there is none or it has expired."""
    row = _row(keys, token, consultation_id) if token else None
    if row is None or row.expires_at <= now:
        return []
    return [
        Item(one["clause_key"] or None, one["stance"], one["text"], one["proposed_text"], one["reason"], one.get("mark", ""))
        for one in row.items
    ]


def put(keys: Keys, token: str, consultation_id: int, now: datetime, item: Item) -> list[Item]:
    """Add one opinion, screened as it will be on sending; returns all. Baskets are no ledger: no audit entry."""
    kept = read(keys, token, consultation_id, now)
    if len(kept) >= MOST_ITEMS:
        raise Refused(f"意见篮里最多放{MOST_ITEMS}条，请先提交。", "text")
    items = [*kept, *screen_items([item])]
    _write(keys, token, consultation_id, now, items)
    return items


def files(keys: Keys, token: str | None, consultation_id: int, now: datetime) -> list[str]:
    """The signed names of the uploads that wait with the basket."""
    row = _row(keys, token, consultation_id) if token else None
    return list(row.files) if row is not None and row.expires_at > now else []


def put_files(keys: Keys, token: str, consultation_id: int, now: datetime, names: list[str]) -> None:
    """Let exactly these uploads wait with the basket."""
    row = _write(keys, token, consultation_id, now, read(keys, token, consultation_id, now))
    row.files = names
    db.session.flush()


def take_out(keys: Keys, token: str, consultation_id: int, now: datetime, index: int) -> list[Item]:
    """Remove the opinion at `index` (from 0); an unknown index changes nothing."""
    kept = read(keys, token, consultation_id, now)
    items = [one for at, one in enumerate(kept) if at != index]
    _write(keys, token, consultation_id, now, items)
    return items


def empty(keys: Keys, token: str, consultation_id: int) -> None:
    """Throw the basket away, after it was sent."""
    row = _row(keys, token, consultation_id)
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def sweep(now: datetime) -> None:
    """Delete baskets that have expired: they hold words nobody has sent."""
    db.session.execute(delete(Basket).where(Basket.expires_at <= now))


def _row(keys: Keys, token: str, consultation_id: int) -> Basket | None:
    return db.session.get(Basket, (keyed(keys.form, token), consultation_id))


def _write(keys: Keys, token: str, consultation_id: int, now: datetime, items: list[Item]) -> Basket:
    row = _row(keys, token, consultation_id)
    if row is None:
        row = Basket(token_hash=keyed(keys.form, token), consultation_id=consultation_id)
        db.session.add(row)
    row.items = [asdict(replace(one, clause_key=one.clause_key or "")) for one in items]
    row.expires_at = now + KEPT
    db.session.flush()
    return row
