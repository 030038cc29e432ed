"""Digests that cover numbers: where numbers move, each is computed anew from the row, and the old one exchanged.

The old one is computed as well, from the row as it came: a row that was changed on the way has another digest than
its entry in the audit states, nothing is exchanged for it, and the check at the end refuses the archive.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from consult.base.crypto import digest
from consult.drafts import bulletins, hearings, notes
from consult.drafts.models import Consultation, Round
from consult.drafts.publish import published_digest
from consult.intake.record import submission_digest
from consult.letters import draft, proposals, remind
from consult.letters.issue import letter_digest
from consult.letters.reply import sent_digest
from consult.review import disputes, internal_notes, regroup, views
from consult.review.decide_additions import addition_digest
from consult.review.find import slices as id_slices
from consult.review.group_models import Bulk
from consult.review.masks import masks_digest
from consult.review.naming import name_digest
from consult.review.personal_models import Mask
from consult.review.ruling import decision_digest
from consult.summary import survey, verify_files
from consult.summary.additions import AD
from consult.summary.entries import along, batches, moment, slices
from consult.summary.models import Release
from consult.summary.release import release_digest
from consult.summary.restore_moves import Moves
from consult.summary.verify_projects import as_published
from consult.summary.walk import C, D, K, S

Facts = dict[str, Any]
Told = Callable[[Any], str]  # the hash of a file by its number
Rule = Callable[[Any, Told], list[str]]


def _letter(row: Any, _: Told) -> list[str]:
    first = moment(row.extensions[0]["before"]) if row.extensions else row.due_at
    return [letter_digest(row, first), *(letter_digest(row, first, one["before"]) for one in row.corrections)]


# table → the digests that follow from one of its rows
RULES: dict[str, Rule] = {
    "consultation": lambda row, _: [published_digest(row)],
    "clause_note": lambda row, _: [notes.note_digest(row)],
    "bulletin": lambda row, _: [bulletins.bulletin_digest(row), bulletins.withdrawal_digest(row)],
    "hearing": lambda row, told: [hearings.hearing_digest(row, told(row.minutes_file_id))],
    "solicitation": _letter,
    "proposal": lambda row, _: [proposals.proposal_digest(row)],
    "urging": lambda row, _: [remind.urging_digest(row)],
    "group_act": lambda row, _: [regroup.act_digest(row)],
    "internal_note": lambda row, _: [internal_notes.note_digest(row)],
    "saved_view": lambda row, _: [views.view_digest(row)],
    "dispute": lambda row, _: [disputes.views_digest(row), disputes.result_digest(row)],
    "mediation": lambda row, told: [disputes.mediation_digest(row, told(row.file_id))],
    "decision": lambda row, _: [decision_digest(row)],
    "addition_decision": lambda row, _: [addition_digest(row)],
    "opinion_group": lambda row, _: [name_digest(row)],
    "satisfaction": lambda row, _: [survey.answer_digest(row)],
}


def follow(moves: Moves, name: str, old: Facts, new: Facts) -> None:
    """Note what the digests of a row as it came are, as it lands here; `new` gets its own."""
    if old == new:
        return
    before, after = SimpleNamespace(**old), SimpleNamespace(**new)
    moves.slug = old["slug"] if name == "consultation" else moves.slug
    far = moves.by.get("stored_file", 0)
    if name == "formal_opinion":
        moves.digests.put(zip(_answer(moves, before, far, 0), _answer(moves, after, 0, 1), strict=True))
    elif name in RULES:
        here = RULES[name](after, moves.hashed)
        there = RULES[name](before, lambda one: moves.hashed(one and one + far))
        moves.digests.put(zip(there, here, strict=True))
    if name in ("formal_opinion", "decision", "addition_decision"):
        new["digest"] = moves.digests.here(new["digest"])


def _answer(moves: Moves, row: Any, far: int, side: int) -> list[str]:
    """The digests of a unit's answer as a draft and as it was sent; its sending is there already."""
    sending = row.submission_id and row.submission_id + (0 if side else moves.by.get("submission", 0))
    entered = moves.formal.get(sending, ("", ""))[side] if sending else ""
    hashes = [moves.hashed(one + far) for one in (row.seal_file_id, row.form_file_id) if one]
    return [draft.draft_digest(row), sent_digest(row, entered, hashes)]


def reseal_sendings(session: Session, moves: Moves, consultation_id: int) -> None:
    """The digest of each sending over its opinions and files, which must be there."""
    for batch in batches(slices(session, along(select(S), S.c.consultation_id, consultation_id), S.c.id)):
        _reseal(session, moves, batch)


def _reseal(session: Session, moves: Moves, batch: Sequence[Row[Any]]) -> None:
    numbers = [row.id for row in batch]
    query = (
        select(C, K.c.key).select_from(C.outerjoin(K, K.c.id == C.c.clause_id)).where(C.c.submission_id.in_(numbers))
    )
    found = session.execute(query.order_by(C.c.submission_id, C.c.ordinal))
    comments = {
        number: [(one.key, one) for one in rows] for number, rows in groupby(found, lambda one: one.submission_id)
    }
    files, changed, digests = verify_files.facts_of(session, numbers), [], []
    for row in batch:
        facts = dict(row._mapping)
        parts: Any = comments.get(row.id, []), files.get(row.id, [])
        old, new = submission_digest(moves.there("submission", facts), *parts), submission_digest(facts, *parts)
        digests.append((old, new))
        if row.channel == "formal":
            moves.formal[row.id] = (old, new)
        if old == row.digest:
            changed.append({"number": row.id, "sealed": new})
    moves.digests.put(digests)
    if changed:
        change = update(S).where(S.c.id == bindparam("number")).values(digest=bindparam("sealed"))
        session.connection().execute(change, changed)


def reseal_rest(session: Session, moves: Moves, consultation_id: int) -> None:
    """The digests over several rows that come last: of results with their tables, of what is covered in an opinion."""
    for one in session.scalars(select(Release).where(Release.consultation_id == consultation_id)):
        columns = {column.name: getattr(one, column.name) for column in Release.__table__.columns}
        was: Any = SimpleNamespace(**moves.there("release", columns) | {"id": one.id})
        old, new = release_digest(session, was), release_digest(session, one)
        moves.digests.put([(old, new)])
        one.digest = new if one.digest == old else one.digest
    _first_publication(session, moves, consultation_id)
    session.flush()
    query = select(Mask.__table__).join(C, C.c.id == Mask.comment_id).where(C.c.consultation_id == consultation_id)
    masks = session.execute(query.order_by(Mask.comment_id)).all()
    for _, rows in groupby(masks, lambda row: row.comment_id):
        held = [dict(row._mapping) for row in rows]
        before: Any = [SimpleNamespace(**moves.there("mask", facts)) for facts in held]
        after: Any = [SimpleNamespace(**facts) for facts in held]
        moves.digests.put([(masks_digest(before), masks_digest(after))])


def _first_publication(session: Session, moves: Moves, consultation_id: int) -> None:
    """What was said of a project when it was published, where a further period has taken the place of the first."""
    again = session.scalars(select(Round).where(Round.consultation_id == consultation_id).order_by(Round.id)).all()
    if again:
        one = session.get_one(Consultation, consultation_id)
        facts = {column.name: getattr(one, column.name) for column in Consultation.__table__.columns}
        was: Any = SimpleNamespace(**moves.there("consultation", facts) | {"slug": moves.slug})
        moves.digests.put([(published_digest(as_published(was, again)), published_digest(as_published(one, again)))])


def reseal_batch(session: Session, moves: Moves, action: str, facts: Facts) -> None:
    """The digest over the digests of many rulings made at once, in an entry and in its bulk."""
    if action == "decide_many":
        ruled = {row.group_id: row.digest for row in session.execute(select(D).where(D.c.bulk_id == facts["bulk"]))}
        here = [ruled.get(group, "") for _, group in sorted((int(one), group) for one, group in facts["decisions"].items())]
    elif action == "decide_additions":
        order = sorted((int(one), number) for one, number in facts["decisions"].items())
        found = _of_additions(session, [one for one, _ in order])
        here = [found.get(key, "") for key in order]
    else:
        return
    if facts["digest"] == digest(moves.digests.there(here)):
        facts["digest"] = digest(here)
        if action == "decide_many":
            session.execute(update(Bulk).where(Bulk.id == facts["bulk"]).values(digest=facts["digest"]))


def _of_additions(session: Session, addition_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    """(addition, number of the ruling) → digest."""
    query = select(AD.c.addition_id, AD.c.number, AD.c.digest)
    found: dict[tuple[int, int], str] = {}
    for part in id_slices(addition_ids):
        found |= {(row.addition_id, row.number): row.digest for row in session.execute(query.where(AD.c.addition_id.in_(part)))}
    return found
