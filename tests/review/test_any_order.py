"""Property: after any order of acts nobody is lost, no sentence is hidden, and the list equals the ledger."""

from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from consult.base.db import db, transaction
from consult.base.errors import StageError
from consult.base.people import CITIZEN, SYSTEM, Actor
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.intake.withdraw import withdraw
from consult.review import bulk, decide, desk, extras, regroup, sayings, unread
from consult.review import near as machine
from consult.review.case import case
from consult.review.decide_additions import decide_addition, decide_open
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.find import decisions_of
from consult.review.group_models import Addition, Bulk, GroupAct
from consult.review.models import Group, Membership
from consult.review.read_page import Seen, read_page
from consult.review.ruling import Ruling
from consult.review.sentences import parts, same
from consult.summary import verify_counts, verify_groups, verify_readings, verify_review
from tests.factories.empty import empty
from tests.factories.people import NOW, make_project, send
from tests.review.desk import group
from tests.review.scene import CHANGE, CRITICAL, NEW, SHARED

REASON = "上位法对此已有明确规定，不再重复。"
ACTOR = Actor("user:1", "审阅员", frozenset({"reviewer"}), 1)
TEXTS = ["".join(SHARED), "".join(SHARED) + NEW, SHARED[0] + CRITICAL + SHARED[2], CHANGE + SHARED[1] + SHARED[2], "，".join(SHARED),
         "不同意安装路灯。", "村里的路太窄了。请先修路！", "村里的路太窄了；请先修路。"]  # fmt: skip
KINDS = ["arrive", "settle", "machine", "gather", "split", "merge", "move", "undo", "withdraw", "decide", "read", "page", "add", "adds",
         "bulk", "unbulk"]  # fmt: skip
ACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 40), st.integers(0, 40)), max_size=24)


def pick(number: int, ids: list[int]) -> int:
    return ids[number % len(ids)] if ids else 0


def ids_of(column, *conditions) -> list[int]:
    return list(db.session.scalars(select(column).where(*conditions).order_by(column)))


def act(project: Consultation, kind: str, a: int, b: int, turn: int) -> None:
    """One act, as the pages do it; what the rules refuse is refused."""
    living = ids_of(Comment.id, Comment.withdrawn_at.is_(None))
    one, two = pick(a, living), pick(b, living)
    outcome = ("adopted", "not_adopted", "deferred", "inadmissible")[b % 4]
    if kind == "arrive":
        stance = "oppose" if b % 5 == 0 else "amend"
        send(project, [Item("a3" if b % 7 else None, stance, pick(a, TEXTS))])  # type: ignore[arg-type, list-item]
    elif kind == "settle":
        desk_settle(project)
    elif kind == "machine":
        group(SYSTEM, project)  # the whole machine, from reading to writing
    elif kind == "gather":
        desk_settle(project)
        gather(project, living)
    elif kind in ("split", "merge", "move"):
        do: Callable = {"split": lambda: regroup.split(ACTOR, NOW, [one, two], project.id), "merge": lambda: regroup.merge(ACTOR, NOW, [one, two], project.id),
                        "move": lambda: regroup.move(ACTOR, NOW, [one], two, project.id)}[kind]  # fmt: skip
        desk_settle(project)
        with transaction():
            do()
    elif kind == "undo":
        with transaction():
            regroup.undo(ACTOR, NOW, pick(a, ids_of(GroupAct.id)), project.id)
    elif kind == "withdraw" and one:
        with transaction():
            withdraw(CITIZEN, NOW, submission(db.session.get_one(Comment, one).submission_id))
    elif kind == "decide" and one:
        last = decisions_of([one]).get(one)
        with transaction():
            decide.decide(ACTOR, NOW, comment_id=one, expected_number=last.number if last else 0, outcome=outcome, reason=REASON)
    elif kind == "read" and one:
        desk_settle(project)
        with transaction():
            decide.mark_read(Actor(f"user:{b % 3}", "某人", frozenset({"reviewer"}), b % 3), NOW, one)
    elif kind == "page":
        desk_settle(project)
        rows = unread.page(project.id, unread.Scope()).rows[: a % 4 + 1]
        with transaction():
            read_page(Actor(f"user:{b % 3}", "某人", frozenset({"reviewer"}), b % 3), NOW, project.id,
                      [Seen(one.row.id, one.how, one.digest) for one in rows])  # fmt: skip
    elif kind == "add":
        found = db.session.get(Addition, pick(a, ids_of(Addition.id, Addition.said > 0)))
        if found:
            with transaction():
                decide_addition(ACTOR, NOW, addition_id=found.id, expected_number=found.ruling, ruling=Ruling(outcome, REASON))
    elif kind == "adds":
        with transaction():
            decide_open(ACTOR, NOW, group_id=pick(a, ids_of(Group.id)), ruling=Ruling(outcome, REASON) if b % 2 else None)
    elif kind == "bulk":
        desk_settle(project)
        rows = ids_of(DeskRow.comment_id, DeskRow.state != WITHDRAWN)[: a % 4 + 1]
        with transaction():
            bulk.decide_many(ACTOR, NOW, consultation_id=project.id, comment_ids=rows, expected=bulk.seen(rows)[0],
                             ruling=Ruling("not_adopted", REASON))  # fmt: skip
    elif kind == "unbulk":
        with transaction():
            bulk.undo(ACTOR, NOW, pick(a, ids_of(Bulk.id)))


def desk_settle(project: Consultation) -> None:
    with transaction():
        desk.settle_all(project.id)


def gather(project: Consultation, living: list[int]) -> None:
    """The machine finds the campaign among those that say two thirds of it."""
    query = select(Comment.id, Comment.text).where(Comment.id.in_(living), Comment.clause_id.is_not(None), Comment.stance == "amend")
    words = {one.id: one.text for one in db.session.execute(query) if "孩子晚上回家看不清路" in one.text}
    like = list(words)
    held = dict(db.session.execute(select(Membership.comment_id, Membership.group_id).where(Membership.comment_id.in_(like))).all())
    if len(like) < 2:
        return
    clause = db.session.get_one(Comment, like[0]).clause_id
    found = machine.homes([(like, SHARED)], held, machine.standing(held.values()), clause)
    for part in machine.batches(found, 3, words):
        with transaction():
            machine.gather(SYSTEM, NOW, project.id, part, {})


def check(project: Consultation) -> None:
    """What always holds, once everything that came in is in the list."""
    desk_settle(project)
    opinions = db.session.scalar(select(func.count()).select_from(Comment)) or 0
    rows = db.session.scalars(select(DeskRow)).all()
    assert sum(row.size for row in rows) == opinions
    living = ids_of(Comment.id, Comment.withdrawn_at.is_(None))
    members = Counter(db.session.execute(select(Membership.comment_id, Membership.group_id)).all())
    assert max(members.values(), default=1) == 1
    grouped = dict(members.keys())
    sizes = Counter(grouped.get(one, -one) for one in living)
    assert sum(sizes.values()) == len(living)
    for one in living:
        _nothing_hidden(one)
    assert list(verify_groups.faults(db.session(), None)) == []
    assert list(verify_counts.faults(db.session(), None)) == []
    assert list(verify_review.faults(db.session(), None)) == []
    assert list(verify_readings.faults(db.session(), None)) == []


def _nothing_hidden(comment_id: int) -> None:
    """Every sentence of the opinion stands among the shared ones or among the additions on its group's pages."""
    found = case(comment_id)
    comment = found.comment
    own = {same(one) for one in parts(comment.text, comment.proposed_text, comment.reason)}
    shown = {same(one) for one in (found.shared or (sayings.shared_of(found.group) if found.group else []))}
    if found.group is None:
        shown = set(own)  # alone in its row: its own words are what is shown
    for kind in found.extras:
        after = ""
        while True:
            page, after = extras.page(found.group, kind, after, limit=2)
            shown |= {same(one.addition.sentence) for one in page}
            if not after:
                break
    assert own <= shown, (comment.text, shown)


def play(app: Flask, acts: list[tuple[str, int, int]]) -> None:
    empty(app, app.config["SETTINGS"])
    app.extensions["clock"] = lambda: NOW
    with app.app_context():
        project, turns = make_project(), count()
        for kind, a, b in [("arrive", 0, 1), ("arrive", 1, 1), ("arrive", 2, 1), *acts]:
            try:
                act(project, kind, a, b, next(turns))
            except StageError:
                db.session.rollback()
        check(project)
        db.session.remove()


CALM = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.shrink])


@CALM
@given(acts=ACTS)
def test_on_sqlite(sqlite_app: Flask, acts: list[tuple[str, int, int]]) -> None:
    play(sqlite_app, acts)


@settings(CALM, max_examples=3, phases=[Phase.generate])
@given(acts=ACTS)
def test_on_postgresql(postgresql_app: Flask, acts: list[tuple[str, int, int]]) -> None:
    play(postgresql_app, acts)


LONG = [("arrive", 1, 2), ("arrive", 3, 3), ("gather", 0, 0), ("decide", 0, 1), ("adds", 0, 1), ("withdraw", 1, 0), ("split", 2, 0),
        ("merge", 0, 1), ("undo", 0, 0), ("arrive", 4, 1), ("machine", 0, 0), ("gather", 0, 0), ("add", 0, 1), ("unbulk", 0, 0)]  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite_app", "postgresql_app"])
def test_a_long_day(request: pytest.FixtureRequest, database: str) -> None:
    play(request.getfixturevalue(database), LONG)
