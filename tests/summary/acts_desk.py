"""What happens to opinions in a history: they come, are grouped, ruled on, taken back."""

from flask import current_app
from sqlalchemy import func, select

from consult.base.clock import local_date
from consult.base.db import db, transaction
from consult.base.people import CITIZEN
from consult.drafts import find as drafts
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.register import Entry, register
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw
from consult.review import bulk, decide, desk, readdress, regroup, unread
from consult.review.decide_additions import decide_addition, decide_open
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.find import decisions_of, stands
from consult.review.group_models import Addition, Bulk, GroupAct
from consult.review.models import Decision, Group, Membership
from consult.review.read_page import Seen, read_page
from consult.review.ruling import Ruling
from consult.summary.find import is_answered
from tests.factories.gathered import gather
from tests.factories.people import send
from tests.summary.history import ALL, CLAUSES, DAY, OTHER, TEXTS, History, ids, living, pick, ruling
from tests.summary.world import APPROVER, OFFICE, REVIEWER


def arrive(at: History, a: int, b: int) -> None:
    items = [Item(CLAUSES[b % 4], "oppose" if b % 5 == 0 else "amend", TEXTS[a % 8])]
    items += [Item("a4", "other", TEXTS[(a + 3) % 8])] if b % 3 == 0 else []
    send(at.project, items, at.now, Sender(name="朱重八", may_publish=b % 2 == 0))


def by_hand(at: History, a: int, b: int) -> None:
    """A letter or a call that a clerk enters, some long after the deadline, some of an earlier day."""
    with transaction():
        one = at.project
        register(
            OFFICE, at.now, consultation=one, version_id=drafts.current_version(one).id, channel=("letter", "phone")[a % 2],
            entries=[Entry((Item(CLAUSES[b % 4], "amend", TEXTS[a % 8]),), Sender(), local_date(at.now) - b % 3 * DAY)],
            keys=current_app.extensions["keys"],
        )  # fmt: skip


def settle(at: History, a: int, b: int) -> None:
    with transaction():
        desk.settle_all(at.project_id)


def machine(at: History, a: int, b: int) -> None:
    gather(at.project_id, REVIEWER, at.now)


def fellows(one: int) -> list[int]:
    """Living opinions on the same clause: the only ones that can be grouped with it."""
    clause = db.session.scalar(select(Comment.clause_id).where(Comment.id == one))
    same = Comment.clause_id.is_(None) if clause is None else Comment.clause_id == clause
    return ids(Comment.id, Comment.withdrawn_at.is_(None), same, Comment.id != one)


def split(at: History, a: int, b: int) -> None:
    settle(at, 0, 0)
    shared = select(Membership.group_id).group_by(Membership.group_id).having(func.count() > 1)
    one = pick(a, ids(Membership.comment_id, Membership.group_id.in_(shared)))
    with transaction():
        regroup.split(REVIEWER, at.now, [one], at.project_id)


def merge(at: History, a: int, b: int) -> None:
    settle(at, 0, 0)
    one = pick(a, living(at))
    with transaction():
        regroup.merge(REVIEWER, at.now, [one, pick(b, fellows(one))], at.project_id)


def move(at: History, a: int, b: int) -> None:
    settle(at, 0, 0)
    one = pick(a, living(at))
    with transaction():
        regroup.move(REVIEWER, at.now, [one], pick(b, fellows(one)), at.project_id)


def undo(at: History, a: int, b: int) -> None:
    with transaction():
        regroup.undo(REVIEWER, at.now, pick(a, ids(GroupAct.id)), at.project_id)


def take_back(at: History, a: int, b: int) -> None:
    """A citizen takes one opinion or a whole sending back, as the receipt page does it."""
    one = db.session.get(Comment, pick(a, living(at)))
    if one and submission(one.submission_id).channel != "formal":
        released = is_answered(at.project_id, submission(one.submission_id).received_at)
        with transaction():
            withdraw(CITIZEN, at.now, submission(one.submission_id), [one.id] if b % 2 else None, released=released)


def rule(at: History, a: int, b: int) -> None:
    one = pick(a, living(at))
    if one:
        last = decisions_of([one]).get(one)
        with transaction():
            decide.mark_read(REVIEWER, at.now, one)
            decide.decide(REVIEWER, at.now, comment_id=one, expected_number=last.number if last else 0, **ruling(ALL[b % 8]))


def read_through(at: History, a: int, b: int) -> None:
    """One of two colleagues reads the next page of what nobody has opened, or the beginning of it."""
    rows = unread.page(at.project_id, unread.Scope()).rows[: a % 5 + 1]
    with transaction():
        read_page(OTHER if b % 2 else REVIEWER, at.now, at.project_id, [Seen(one.row.id, one.how, one.digest) for one in rows])


def rule_addition(at: History, a: int, b: int) -> None:
    found = db.session.get(Addition, pick(a, ids(Addition.id, Addition.said > 0)))
    if found:
        with transaction():
            decide_addition(REVIEWER, at.now, addition_id=found.id, expected_number=found.ruling, ruling=Ruling(**ruling(ALL[b % 8])))


def rule_additions(at: History, a: int, b: int) -> None:
    with transaction():
        decide_open(REVIEWER, at.now, group_id=pick(a, ids(Group.id)), ruling=Ruling(**ruling(ALL[b % 8])) if b % 2 else None)


def rule_many(at: History, a: int, b: int) -> None:
    settle(at, 0, 0)
    rows = ids(DeskRow.comment_id, DeskRow.state != WITHDRAWN)[: a % 4 + 1]
    with transaction():
        bulk.decide_many(REVIEWER, at.now, consultation_id=at.project_id, comment_ids=rows, expected=bulk.seen(rows)[0],
                         ruling=Ruling(**ruling(ALL[b % 7])))  # fmt: skip


def unrule_many(at: History, a: int, b: int) -> None:
    with transaction():
        bulk.undo(REVIEWER, at.now, pick(a, ids(Bulk.id)))


def point(at: History, a: int, b: int) -> None:
    one = pick(a, living(at))
    if one:
        with transaction():
            readdress.readdress(REVIEWER, at.now, one, ("a3", "a5")[b % 2])


def withhold(at: History, a: int, b: int) -> None:
    with transaction():
        decide.withhold(REVIEWER, at.now, pick(a, living(at)), ("secret", "improper", "office", "")[b % 4])


def approve_some(at: History, a: int, b: int) -> None:
    with transaction():
        decide.approve(APPROVER, at.now, ids(Decision.id, Decision.approved_at.is_(None), stands())[: b % 5 + 1], at.project_id)
