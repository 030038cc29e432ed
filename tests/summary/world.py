"""A small project with every kind of opinion that the tables must show, hide, count or refuse."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.drafts import find as drafts
from consult.drafts.models import Consultation
from consult.drafts.workdays import read_calendar
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.register import Entry, register
from consult.intake.submit import Item, Sender, Sent
from consult.intake.withdraw import withdraw_submission
from consult.letters import issue, reply
from consult.letters.models import Solicitation
from consult.review import decide, dispute_find, disputes
from consult.review.find import decisions_of
from consult.summary import release
from tests.factories.gathered import gather
from tests.factories.people import CLOSES, NOW, later, make_project, make_unit, send

OFFICE = Actor("user:901", "周工", frozenset({"office"}), 901)
REVIEWER = Actor("user:902", "审阅员", frozenset({"reviewer"}), 902)
APPROVER = Actor("user:903", "张主任", frozenset({"approver"}), 903)
AFTER = CLOSES + timedelta(days=3)
WHY = "理由写满十个字才算有理由。"
SETTLED = "经两次面商，仍按原处理意见办理，水利局保留意见。"
OPEN = Sender(kind="person", name="朱重八", may_publish=True)

# texts that break careless exports: formulas, astral characters, markup, line breaks, quotes, long spaces
NASTY = (
    "=1+1",
    "@SUM(A1:A9)",
    "+86 开头",
    "-负号开头",
    "\t制表开头",
    "𠮷野家的灯😀太暗",
    "<b>粗</b>&amp;&lt;x&gt;",
    "第一行\n第二行\n\n第四行",
    "  前后有空格  ",
    '引号"和,逗号;分号',
    "'=1+1",
    "_x0041_ 与 &P &N",
    "http://example.cn/ 网址",
)


@dataclass
class World:
    """The project and what was sent into it."""

    project: Consultation
    nasty: list[Sent] = field(default_factory=list)
    alike: list[Sent] = field(default_factory=list)
    withdrawn: Sent | None = None
    silent: Sent | None = None
    phone: Sent | None = None
    letter_ids: list[int] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.project.id


def key_of(project: Consultation, label: str) -> str:
    """The key of the clause with this label."""
    clauses = drafts.clauses(drafts.current_version(project).id)
    return next(one.key for one in clauses if one.label.startswith(label) or one.citation.startswith(label))


def make_world(units: bool = True) -> World:
    """Thirteen nasty texts, four alike, one withdrawn, one without consent, two letters, three units."""
    project = make_project("demo")
    world = World(project)
    third, fourth = key_of(project, "第三条"), key_of(project, "第四条")
    for number, text in enumerate(NASTY):
        item = Item(third if number % 2 else None, "amend", text, f"改为{text}", "" if number % 3 else "亲眼所见")
        world.nasty.append(send(project, [item], later(minutes=number), OPEN))
    for number in range(4):
        who = Sender(kind="enterprise", name="河湾灯具厂", may_publish=True) if number == 3 else Sender()
        item = Item(fourth, "amend", "建议改为三日内修复。")
        world.alike.append(send(project, [item], later(hours=1, minutes=number), who))
    world.withdrawn = send(project, [Item(third, "other", "我想收回这句话")], later(hours=2))
    world.silent = send(project, [Item(fourth, "oppose", "不愿公开的原话")], later(hours=3))
    world.phone = send(project, [Item(fourth, "other", "请打我电话13812345678商量")], later(hours=4), OPEN)
    with transaction():
        sent = register(
            OFFICE, later(hours=5), consultation=drafts.by_slug("demo"),
            version_id=drafts.current_version(project).id, channel="letter", keys=current_app.extensions["keys"],
            entries=[
                Entry((Item(None, "support", "来信支持。"),), Sender(name="李雷", may_publish=True), date(2026, 3, 5)),
                Entry((Item(third, "delete", "来信建议删去本条。"),), Sender(), None),
            ],
        )  # fmt: skip
        world.letter_ids = [number for one in sent for number in one.comment_ids]
    if units:
        _ask(world, third)
    withdraw(world.withdrawn)
    world.project = drafts.by_slug("demo")
    return world


def withdraw(sent: Sent) -> None:
    """Take a sending back."""

    with transaction():
        withdraw_submission(Actor("citizen", "公众"), later(hours=9), submission(sent.submission_id))


def _ask(world: World, clause: str) -> None:
    names = ("河湾县水利局", "河湾县交通局", "河湾县财政局")
    numbers = [make_unit(name).id for name in names]
    world.units = dict(zip(names, numbers, strict=True))
    with transaction():
        project = drafts.by_slug("demo")
        made = issue.issue(
            OFFICE, NOW, consultation=project, version_id=drafts.current_version(project).id, unit_ids=numbers,
            letter_no="河住建函〔2026〕3号", body="请提出意见。", due_at=later(days=10), calendar=read_calendar(),
        )  # fmt: skip
        letters = [one.id for one in made.solicitations]
    points = [
        Item(clause, "amend", "间距改为三十米。", "主路路灯间距不超过三十米。", "照度不足。"),
        Item(None, "other", "请明确经费来源。"),
    ]
    answer(letters[0], numbers[0], "has_opinion", points)
    answer(letters[1], numbers[1], "no_objection", [])


def answer(letter: int, unit: int, kind: str, items: Sequence[Item]) -> None:
    """A unit drafts and sends its answer."""
    actor = Actor(f"user:8{unit}", "单位经办", frozenset({"agency"}), 800 + unit, unit)
    for step in ("save", "send"):
        with transaction():
            one = db.session.get_one(Solicitation, letter)
            if step == "save":
                reply.save_reply(actor, later(days=1), one, edition=0, answer=kind, items=items, reply_no="水函3号",
                                 handler="王科", phone="0000-7654321", signatory="李局")  # fmt: skip
            else:
                reply.send_reply(actor, later(days=2), one, keys=current_app.extensions["keys"])


def group(project_id: int) -> None:
    """Group copies and near copies."""
    gather(project_id, REVIEWER, later(days=3))


def rule(comment_id: int, outcome: str, reason: str = WHY, **more: str) -> None:
    """Open an opinion and rule on it, whatever was ruled before."""
    with transaction():
        decide.mark_read(REVIEWER, later(days=4), comment_id)
    before = decisions_of([comment_id]).get(comment_id)
    number = before.number if before else 0
    with transaction():
        decide.decide(REVIEWER, later(days=4), comment_id=comment_id, expected_number=number, outcome=outcome,
                      reason=reason, **more)  # fmt: skip


def living(project_id: int) -> list[int]:
    """Ids of opinions that are not withdrawn."""
    query = select(Comment.id).where(Comment.consultation_id == project_id, Comment.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(Comment.id)))


def rule_all(world: World) -> None:
    """Group, then rule on everything: the outcomes in turn, the first letter inadmissible."""
    group(world.id)
    outcomes = ("adopted", "not_adopted", "partly_adopted", "already_covered", "out_of_scope", "referred", "deferred")
    for number, comment_id in enumerate(living(world.id)):
        if comment_id in decisions_of([comment_id]):
            continue
        outcome = "inadmissible" if comment_id == world.letter_ids[0] else outcomes[number % 7]
        part = {"adopted_part": "关于时限的部分"} if outcome == "partly_adopted" else {}
        part |= {"referred_to": "县财政局"} if outcome == "referred" else {}
        part |= {"new_wording": "村民委员会应当在三日内修复。"} if outcome == "adopted" else {}
        rule(comment_id, outcome, **part)
    settle_disputes(world.id)


def settle_disputes(project_id: int) -> None:
    """Every point of a unit that was turned down: its dispute is begun, settled by one and confirmed by another."""
    for comment_id in dispute_find.lacking(project_id):
        with transaction():
            number = disputes.open_dispute(REVIEWER, later(days=4), comment_id).id
        with transaction():
            row = dispute_find.by_id(number)
            disputes.settle(REVIEWER, later(days=4), row, "upheld", SETTLED, disputes.edition(row))
        with transaction():
            row = dispute_find.by_id(number)
            disputes.confirm(APPROVER, later(days=4), row, disputes.edition(row))


def say_yes(actor: Actor, now: datetime, project: Consultation) -> None:
    """Approve the table as it stands; inside a transaction."""
    release.approve_table(actor, now, project, release.standing(db.session(), project, now).digest)
