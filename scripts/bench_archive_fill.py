"""A filled project whose every opinion was received in due form, so that it can be archived, checked and brought back."""

from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import Row, bindparam, select, update

from consult.base.audit import record
from consult.base.db import db, transaction
from consult.base.people import CITIZEN
from consult.intake.record import sender_digests, submission_digest
from consult.summary import verify
from consult.summary.walk import C, K, S
from scripts import bench_fill

PART = 5000


def fill(app: Flask, opinions: int) -> None:
    """As `scripts/bench fill` does it; then each sending gets its digest and its entry. What verify faults ends the run."""
    bench_fill.fill(app, opinions)
    with app.app_context():
        clock, last = bench_fill.Steps(), 0
        while last is not None:
            with transaction():
                last = _received(last)
        clock.done("entered into the audit chain")
        for fault in islice(verify.faults(db.session()), 1):
            raise SystemExit(f"the filled project is not sound: {fault}")
        clock.done("verified")
        db.session.remove()


def _received(last: int) -> int | None:
    """Seal some sendings after number `last`, one opinion each; the last number, None where there are no more."""
    sent = db.session.execute(select(S).where(S.c.id > last).order_by(S.c.id).limit(PART)).all()
    if not sent:
        return None
    query = select(C, K.c.key).select_from(C.outerjoin(K, K.c.id == C.c.clause_id))
    said = {one.submission_id: one for one in db.session.execute(query.where(C.c.submission_id.between(sent[0].id, sent[-1].id)))}
    sealed = [{"number": one.id, "sealed": _entered(one, said[one.id])} for one in sent]
    change = update(S).where(S.c.id == bindparam("number")).values(digest=bindparam("sealed"))
    db.session.connection().execute(change, sealed)
    number: int = sent[-1].id
    return number


def _entered(row: Row[Any], said: Row[Any]) -> str:
    facts = dict(row._mapping)
    sealed = submission_digest(facts, [(said.key, said)])  # type: ignore[list-item]
    record(CITIZEN, "submit", f"submission:{row.id}", row.received_at, channel=row.channel, comments=1, digest=sealed,
           sender=sender_digests(facts))  # fmt: skip
    return sealed
