"""What the office and the units do in a history: letters and answers, texts and periods, disputes, the result."""

from datetime import timedelta
from typing import Any

from flask import current_app

from consult.base import directory
from consult.base.clock import local_date
from consult.base.db import db, transaction
from consult.base.errors import StageError
from consult.base.people import Actor, Unit
from consult.drafts import find as drafts
from consult.drafts import publish, rounds, versions
from consult.drafts.models import Version
from consult.drafts.split import read_and_split
from consult.drafts.workdays import read_calendar
from consult.intake.submit import Item
from consult.letters import issue, paper, reply
from consult.letters.find import current_reply
from consult.letters.models import Solicitation
from consult.review import decide, dispute_find, disputes
from consult.review.decide_additions import decide_open
from consult.review.find import decisions_of, stands
from consult.review.models import Decision, Dispute, Group
from consult.review.ruling import Ruling
from consult.summary import release
from consult.summary.find import is_answered
from tests.factories.people import OPERATOR, STATUTE
from tests.factories.versions import NEXT, confirm, publish_next
from tests.summary.acts_desk import settle
from tests.summary.history import ALL, CLAUSES, DAY, OTHER, TEXTS, UNITS, History, ids, living, pick, ruling
from tests.summary.world import APPROVER, OFFICE, REVIEWER, WHY, say_yes


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
