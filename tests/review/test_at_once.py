"""Two people press the same button at the same moment: one act, one refusal in Chinese, a clean record."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import StageError
from consult.base.people import Actor
from consult.drafts import find
from consult.intake.models import Comment, Submission
from consult.review import (
    assign,
    bulk,
    decide,
    decide_additions,
    desk,
    dispute_find,
    disputes,
    internal_notes,
    masks,
    regroup,
    views,
)
from consult.review.disputes import Views
from consult.review.find import decisions_of
from consult.review.group_models import Addition
from consult.review.models import Membership
from consult.review.ruling import Ruling
from consult.summary import release, verify
from tests.factories.people import later, make_user
from tests.review.scene import campaign
from tests.summary.releasing import approve_formal
from tests.summary.world import AFTER, OFFICE, SETTLED, WHY, World, group, make_world, rule_all, say_yes

Press = Callable[[Actor], object]
NO = Ruling("not_adopted", WHY)


def pressed(app: Flask, press: Press, *actors: Actor) -> list[object]:
    """What two get who press at once: the first stays in its transaction until the second waits, or is through."""
    written, through = threading.Event(), threading.Event()
    got: list[object] = [None, None]

    def one(at: int) -> None:
        with app.app_context():
            try:
                if at:
                    written.wait(10)
                with transaction():
                    press(actors[at % len(actors)])
                    if not at:
                        written.set()
                        through.wait(0.3)
            except StageError as refusal:
                got[at] = refusal
            except Exception as error:  # noqa: BLE001 - told by the assertion
                got[at] = f"{type(error).__name__}: {error}"
            finally:
                (through if at else written).set()
                db.session.remove()

    threads = [threading.Thread(target=one, args=(at,)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.rollback()
    db.session.expire_all()
    return got


class Open:
    """In place of the lock of one process: PostgreSQL has writers in several, on several machines."""

    held = staticmethod(nullcontext)


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world()
    if db.engine.dialect.name == "postgresql":
        monkeypatch.setitem(app.extensions, "write_lock", Open())
    return made


def acts(name: str) -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == name)) or 0


def once(app: Flask, press: Press, act: str, *actors: Actor) -> None:
    """One of two got through, the other one was refused in words, and there is one entry."""
    before = acts(act)
    first, second = pressed(app, press, *actors)
    assert first is None, first
    assert isinstance(second, StageError), (act, second)
    assert acts(act) == before + 1
    assert list(verify.faults(db.session())) == [], act


def test_rulings_approvals_groups_and_what_hangs_on_them(app: Flask, world: World) -> None:
    anna, bert, chief = make_user("reviewer"), make_user("reviewer"), make_user("approver")
    third = [one.comment_ids[0] for one in world.nasty[1:12:2]]
    plain = [one.comment_ids[0] for one in world.nasty[0:12:2]]
    project = world.id
    many = campaign(find.by_slug("demo"))
    group(project)
    with transaction():
        desk.settle_all(project)

    once(app, lambda who: decide.decide(who, later(days=4), comment_id=plain[0], expected_number=0, outcome="deferred", reason=WHY),
         "decide", anna, bert)  # fmt: skip
    ruling = decisions_of([plain[0]])[plain[0]].id
    before = acts("approve")
    assert pressed(app, lambda who: decide.approve(who, later(days=4), [ruling], project), chief) == [None, None]
    assert acts("approve") == before + 1, "the second approves nothing more"
    once(app, lambda who: regroup.merge(who, later(days=4), third[:3], project), "regroup", anna, bert)
    once(app, lambda who: regroup.split(who, later(days=4), third[1:2], project), "regroup", anna, bert)
    once(app, lambda who: regroup.move(who, later(days=4), third[3:4], third[0], project), "regroup", anna, bert)
    act = regroup.acts(project)[0].id
    once(app, lambda who: regroup.undo(who, later(days=4), act, project), "regroup", anna, bert)
    with transaction():
        seen = bulk.seen(plain[1:4])[0]
    once(app, lambda who: bulk.decide_many(who, later(days=4), consultation_id=project, comment_ids=plain[1:4], expected=seen,
                                           ruling=NO), "decide_many", anna, bert)  # fmt: skip
    number = bulk.bulks(project)[0].id
    once(app, lambda who: bulk.undo(who, later(days=4), number), "undo_bulk", anna, bert)
    home = db.session.scalar(select(Membership.group_id).where(Membership.comment_id == many[0]))
    extras = list(db.session.scalars(select(Addition.id).where(Addition.group_id == home).order_by(Addition.id)))
    once(app, lambda who: decide_additions.decide_addition(who, later(days=4), addition_id=extras[0], expected_number=0, ruling=NO),
         "decide_addition", anna, bert)  # fmt: skip
    once(app, lambda who: decide_additions.decide_ticked(who, later(days=4), group_id=home, seen=dict.fromkeys(extras[1:], 0), ruling=NO),
         "decide_additions", anna, bert)  # fmt: skip
    with transaction():
        note = internal_notes.write_note(anna, later(days=4), plain[0], "核对过").id
        view = views.keep_view(anna, later(days=4), consultation_id=project, name="我的", query="outcome=adopted", shared=False).id
    once(app, lambda who: internal_notes.take_back_note(who, later(days=4), plain[0], note), "take_back_note", anna)
    once(app, lambda who: views.drop_view(who, later(days=4), project, view), "drop_view", anna)
    once(app, lambda who: assign.assign_clause(who, later(days=4), consultation_id=project, clause_key="a5", assignee=anna.ref, expected=""),
         "assign_clause", anna, bert)  # fmt: skip


def test_what_may_be_pressed_twice_is_written_once(app: Flask, world: World) -> None:
    anna, bert = make_user("reviewer"), make_user("reviewer")
    phone, one = world.phone.comment_ids[0], world.nasty[0].comment_ids[0]
    group(world.id)
    comment = db.session.get_one(Comment, phone)
    choices = masks.items(comment, masks.chosen_for(phone))[0].choose("mask")
    for name, press, who in (
        ("read", lambda who: decide.mark_read(who, later(days=4), one), (anna,)),
        ("withhold", lambda who: decide.withhold(who, later(days=4), one, "improper"), (anna, bert)),
        ("choose_masks", lambda who: masks.choose_masks(who, later(days=4), phone, choices), (anna, bert)),
    ):
        before = acts(name)
        assert pressed(app, press, *who) == [None, None], name
        assert acts(name) == before + 1 and list(verify.faults(db.session())) == [], name


def test_disputes_the_table_and_the_result(app: Flask, world: World) -> None:
    anna, bert, chief = make_user("reviewer"), make_user("reviewer"), make_user("approver")
    clerk = make_user("office")
    rule_all(world)
    point = next(one for one in _points(world) if not dispute_find.disputes_of([one]))
    number = decisions_of([point])[point].number
    with transaction():
        decide.decide(anna, later(days=4), comment_id=point, expected_number=number, outcome="not_adopted", reason=WHY)
    once(app, lambda who: disputes.open_dispute(who, later(days=4), point), "open_dispute", anna, bert)
    row = dispute_find.disputes_of([point])[point].id
    for press, act, who in (
        (lambda who, seen: disputes.change_views(who, later(days=4), dispute_find.by_id(row), Views("一", "二", who.name), seen),
         "change_dispute", (anna, bert)),
        (lambda who, seen: disputes.settle(who, later(days=4), dispute_find.by_id(row), "upheld", SETTLED, seen),
         "settle_dispute", (anna, bert)),
        (lambda who, seen: disputes.confirm(who, later(days=4), dispute_find.by_id(row), seen), "confirm_dispute", (chief,)),
    ):  # fmt: skip
        seen = disputes.edition(dispute_find.by_id(row))
        once(app, partial(press, seen=seen), act, *who)
    approve_formal(world.id)
    assert pressed(app, lambda who: say_yes(who, AFTER, find.by_slug("demo")), chief) == [None, None]
    once(app, lambda who: release.release(who, AFTER, find.by_slug("demo")), "release", OFFICE, clerk)


def _points(world: World) -> list[int]:
    query = select(Comment.id).join(Submission, Submission.id == Comment.submission_id).where(Submission.channel == "formal")
    return list(db.session.scalars(query.order_by(Comment.id)))
