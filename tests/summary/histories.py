"""Random histories of a project, act by act as the pages do them; what the rules refuse is refused and the rest goes on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from hypothesis import strategies as st
from sqlalchemy import func, select

from consult.base import directory
from consult.base.clock import local_date
from consult.base.db import db, transaction
from consult.base.errors import StageError
from consult.base.people import CITIZEN, Actor, Unit
from consult.drafts import find as drafts
from consult.drafts import publish, rounds, versions
from consult.drafts.models import Version
from consult.drafts.split import read_and_split
from consult.drafts.workdays import read_calendar
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.register import Entry, register
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw
from consult.letters import issue, paper, reply
from consult.letters.find import current_reply
from consult.letters.models import Solicitation
from consult.review import bulk, decide, desk, dispute_find, disputes, readdress, regroup, unread
from consult.review.decide_additions import decide_addition, decide_open
from consult.review.desk_models import WITHDRAWN, DeskRow
from consult.review.find import decisions_of, stands
from consult.review.group_models import Addition, Bulk, GroupAct
from consult.review.models import Decision, Dispute, Group, Membership
from consult.review.read_page import Seen, read_page
from consult.review.ruling import Ruling
from consult.summary import release
from consult.summary.find import is_answered
from tests.factories.gathered import gather
from tests.factories.people import NOW, OPERATOR, STATUTE, send
from tests.factories.versions import NEXT, confirm, publish_next
from tests.review.scene import CHANGE, CRITICAL, NEW, SHARED
from tests.summary.world import APPROVER, OFFICE, REVIEWER, WHY, say_yes

OTHER = Actor("user:904", "李主任", frozenset({"approver"}), 904)
TEXTS = ["".join(SHARED), "".join(SHARED) + NEW, SHARED[0] + CRITICAL + SHARED[2], CHANGE + SHARED[1] + SHARED[2], "，".join(SHARED),
         "不同意安装路灯。", "村里的路太窄了。请先修路！", "村里的路太窄了；请先修路。"]  # fmt: skip
CLAUSES = ("a3", "a3", "a4", None)
ALL = ("adopted", "partly_adopted", "not_adopted", "already_covered", "out_of_scope", "referred", "deferred", "inadmissible")
UNITS = ("河湾县水利局", "河湾县交通局", "河湾县财政局", "王教授")
DAY = timedelta(days=1)


@dataclass
class History:
    """One project and its clock; every act moves it on by a minute."""

    project_id: int
    now: datetime = NOW
    refused: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def project(self) -> Any:
        return drafts.by_id(self.project_id)

    def step(self, kind: str, a: int, b: int) -> None:
        """One act; a refusal is noted and rolls back."""
        self.now += timedelta(minutes=1)
        try:
            ACTS[kind](self, a, b)
            self.done.append(kind)
        except StageError as refusal:
            db.session.rollback()
            self.refused.append(refusal.message)


def ids(column: Any, *conditions: Any) -> list[int]:
    """Ids in order."""
    return list(db.session.scalars(select(column).where(*conditions).order_by(column)))


def pick(number: int, found: list[int]) -> int:
    return found[number % len(found)] if found else 0


def living(_: History) -> list[int]:
    return ids(Comment.id, Comment.withdrawn_at.is_(None))


def ruling(outcome: str) -> dict[str, str]:
    """What a ruling of this kind needs."""
    part = {"adopted_part": "关于时限的部分"} if outcome == "partly_adopted" else {}
    part |= {"referred_to": "县财政局"} if outcome == "referred" else {}
    part |= {"new_wording": "村民委员会应当在三日内修复。"} if outcome in ("adopted", "partly_adopted") else {}
    return {"outcome": outcome, "reason": WHY} | part


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


def ask(at: History, a: int, b: int) -> None:
    """Letters to one or two units, or to an expert."""
    chosen = sorted({UNITS[a % 4], UNITS[b % 4]})
    with transaction():
        for name in chosen:
            if not directory.named(name):
                kind = "expert" if name == "王教授" else "department"
                directory.add_unit(OPERATOR, at.now, directory.Facts(name, kind=kind))
        numbers = [directory.named(name)[0].id for name in chosen]
    with transaction():
        one = at.project
        issue.issue(
            OFFICE, at.now, consultation=one, version_id=drafts.current_version(one).id, unit_ids=numbers,
            letter_no=f"函〔2026〕{at.now:%m%d%H%M}号", body="请提出意见。", due_at=at.now + (8 + a % 20) * DAY,
            calendar=read_calendar(),
        )  # fmt: skip


def _letter(a: int) -> Solicitation | None:
    return db.session.get(Solicitation, pick(a, ids(Solicitation.id)))


def _answer(one: Solicitation, b: int) -> dict[str, Any]:
    person = db.session.get_one(Unit, one.unit_id).kind == "expert"
    has = b % 3 != 0
    items = [Item(CLAUSES[n % 4], "amend", f"单位意见{n}：{TEXTS[n % 8]}") for n in range(b % 3)] if has else []
    facts = {"answer": "has_opinion" if has else "no_objection", "items": items, "handler": "王科", "phone": "0000-7654321", "signatory": "李局"}
    return facts | ({"recusal": "none"} if person else {"reply_no": "水函3号"})


def answer(at: History, a: int, b: int) -> None:
    """A unit or an expert answers online; an expert may stand aside instead."""
    one = _letter(a)
    if one is None:
        return
    actor = Actor(f"user:8{one.unit_id}", "单位经办", frozenset({"agency"}), 800 + one.unit_id, one.unit_id)
    facts, last = _answer(one, b), current_reply(one.id)
    if "recusal" in facts and b % 4 == 0:
        facts |= {"recusal": "declared", "recusal_text": "参加过起草。", "answer": "", "items": []}
    with transaction():
        reply.save_reply(actor, at.now, one, edition=last.edition if last else 0, **facts)
        reply.send_reply(actor, at.now, one, keys=current_app.extensions["keys"])


def answer_on_paper(at: History, a: int, b: int) -> None:
    one = _letter(a)
    if one is not None:
        facts = _answer(one, b)
        facts.pop("recusal", None)
        with transaction():
            paper.enter_reply(OFFICE, at.now, one, paper.Paper(local_date(at.now), **facts), keys=current_app.extensions["keys"])


def send_back(at: History, a: int, b: int) -> None:
    """退回补正: the points of the reply leave the ledger."""
    one = _letter(a)
    last = current_reply(one.id) if one else None
    if last is not None:
        with transaction():
            reply.return_reply(OFFICE, at.now, last, "请补盖公章。", released=is_answered(at.project_id, last.sent_at or at.now))


def take_letter_back(at: History, a: int, b: int) -> None:
    one = _letter(a)
    if one is not None:
        with transaction():
            issue.withdraw_letter(OFFICE, at.now, one, "发错了单位。")


def longer_letter(at: History, a: int, b: int) -> None:
    one = _letter(a)
    if one is not None:
        with transaction():
            issue.extend_due(OFFICE, at.now, one, at.now + (9 + b % 20) * DAY, "单位申请延期。")


def longer(at: History, a: int, b: int) -> None:
    with transaction():
        one = at.project
        publish.extend(OFFICE, at.now, one, one.closes_at + (a % 5 + 1) * DAY, "来信较多，适当延长征求意见的期限。")


def correct_text(at: History, a: int, b: int) -> None:
    """The draft is corrected while it is open: opinions stay on their version."""
    if len(drafts.versions(at.project_id)) == 1:
        publish_next(at.project, NEXT, now=at.now)


def revise(at: History, a: int, b: int) -> None:
    """A revised text once the period is over, and the public asked again about it; opinions of before may be pointed at it."""
    one = at.project
    if at.now < one.closes_at or len(drafts.versions(one.id)) > 3:
        return
    body = STATUTE.replace("四十米", f"{20 + len(drafts.versions(one.id))}米")
    with transaction():
        split = read_and_split(body.encode(), "修改稿.txt")
        number = versions.propose_version(OPERATOR, at.now, one, split, "修改稿.txt", "1" * 64, "根据公众意见作了修改。", "revision").id
    confirm(db.session.get_one(Version, number), now=at.now)
    with transaction():
        versions.clear_version(OPERATOR, at.now, db.session.get_one(Version, number))
        versions.publish_version(OPERATOR, at.now, db.session.get_one(Version, number))
    if b % 3:
        with transaction():
            rounds.open_round(OPERATOR, at.now, at.project, at.now + 30 * DAY)


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


def settle_one(at: History, number: int, outcome: str) -> None:
    row = dispute_find.by_id(number)
    disputes.settle(REVIEWER, at.now, row, outcome, "经两次面商，仍按原处理意见办理。", disputes.edition(row))


def confirm_one(at: History, number: int, actor: Actor) -> None:
    row = dispute_find.by_id(number)
    disputes.confirm(actor, at.now, row, disputes.edition(row))


def quarrel(at: History, a: int, b: int) -> None:
    """Begin, settle, confirm: one step of one dispute."""
    if missing := dispute_find.lacking(at.project_id):
        with transaction():
            disputes.open_dispute(REVIEWER, at.now, pick(a, missing))
        return
    number = pick(a, ids(Dispute.id))
    with transaction():
        if number and b % 2:
            settle_one(at, number, ("upheld", "agreed", "reported")[b % 3])
        elif number:
            confirm_one(at, number, APPROVER)


def approve_table(at: History, a: int, b: int) -> None:
    with transaction():
        say_yes(APPROVER, at.now, at.project)


def publish_result(at: History, a: int, b: int) -> None:
    with transaction():
        release.release(OFFICE, at.now, at.project)


def finish(at: History, a: int, b: int) -> None:
    """A diligent office does whatever is still open, then approves."""
    settle(at, 0, 0)
    for one in living(at):
        with transaction():
            decide.mark_read(REVIEWER, at.now, one)
        if one not in decisions_of([one]):
            with transaction():
                decide.decide(REVIEWER, at.now, comment_id=one, expected_number=0, **ruling(ALL[(one + b) % 7]))
    for group in ids(Group.id):
        try:
            with transaction():
                decide_open(REVIEWER, at.now, group_id=group, ruling=Ruling("not_adopted", WHY))
        except StageError:
            db.session.rollback()  # nothing is open there
    quarrels(at)
    waiting = ids(Decision.id, Decision.approved_at.is_(None), stands())
    if waiting:
        with transaction():
            decide.approve(APPROVER, at.now, waiting, at.project_id)
    settle(at, 0, 0)
    approve_table(at, 0, 0)


def quarrels(at: History) -> None:
    """Every dispute to its end, also those that a newer ruling opened again."""
    for one in dispute_find.lacking(at.project_id):
        with transaction():
            disputes.open_dispute(REVIEWER, at.now, one)
    at.now += timedelta(minutes=1)
    for found in dispute_find.quarrels(at.project_id):
        if not found.open:
            continue
        number, settled = found.dispute.id, found.state == "待确认"
        if not settled:
            outcome = "upheld" if found.ruling and found.ruling.outcome in dispute_find.DISPUTED else "agreed"
            with transaction():
                settle_one(at, number, outcome)
        with transaction():
            confirm_one(at, number, OTHER)


def days_pass(at: History, a: int, b: int) -> None:
    at.now += (a % 12 + 1) * DAY


def deadline(at: History, a: int, b: int) -> None:
    at.now = max(at.now, at.project.closes_at + timedelta(minutes=b))


ACTS: dict[str, Callable[[History, int, int], None]] = {
    "arrive": arrive, "by_hand": by_hand, "settle": settle, "machine": machine, "split": split, "merge": merge, "move": move, "undo": undo, "take_back": take_back, "rule": rule,
    "read_through": read_through,
    "rule_addition": rule_addition, "rule_additions": rule_additions, "rule_many": rule_many, "unrule_many": unrule_many,
    "ask": ask, "answer": answer, "answer_on_paper": answer_on_paper, "send_back": send_back,
    "take_letter_back": take_letter_back, "longer_letter": longer_letter, "longer": longer, "correct_text": correct_text, "revise": revise, "point": point,
    "withhold": withhold, "approve_some": approve_some, "quarrel": quarrel, "approve_table": approve_table,
    "publish_result": publish_result, "finish": finish, "days_pass": days_pass, "deadline": deadline,
}  # fmt: skip
OFTEN = ["machine", "read_through", "merge", "move", "split", "split", "undo", "undo", "rule", "rule", "take_back", "rule_many", "unrule_many", "rule_additions"]
_number = st.integers(0, 40)
_act = st.tuples(st.sampled_from(sorted(ACTS) + OFTEN), _number, _number)
_coming = st.tuples(st.sampled_from(["arrive", "arrive", "by_hand", "ask", "answer", "take_back"]), _number, _number)
# what comes in, the desk's work, more of it after the end of the period, and what changes after the first result
HISTORIES = st.tuples(*(st.lists(one, min_size=least, max_size=most) for one, least, most in (
    (_coming, 0, 10), (_act, 4, 20), (_act, 0, 12), (_act, 0, 8))))  # fmt: skip
