"""A project in which everything happened that an archive must carry, from attachments to a second version."""

from datetime import date, timedelta

from flask import current_app
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.files import Upload, keep
from consult.base.people import CITIZEN, Actor
from consult.drafts import bulletins, hearings, notes, publish
from consult.drafts import find as drafts
from consult.drafts.hearings import Notice
from consult.intake import attachments, wish
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw
from consult.letters import access_link, proposals, remind
from consult.letters.models import Solicitation
from consult.review import (
    assign,
    bulk,
    decide_additions,
    desk,
    dispute_find,
    disputes,
    internal_notes,
    masks,
    regroup,
    unread,
    views,
)
from consult.review.find import decisions_of
from consult.review.group_models import Addition
from consult.review.models import Dispute
from consult.review.read_page import Seen, read_page
from consult.review.ruling import Ruling
from consult.summary import release, survey
from consult.summary.back import Filled, Key
from consult.summary.fill import Wish, fill_table
from tests.factories.people import CLOSES, later, make_user, send
from tests.factories.versions import publish_next
from tests.summary.releasing import approve_formal
from tests.summary.world import (
    AFTER,
    APPROVER,
    OFFICE,
    REVIEWER,
    World,
    group,
    make_world,
    rule_all,
    say_yes,
    settle_disputes,
)

PDF = b"%PDF-1.7\n" + b"1" * 400
WANG = Sender(kind="person", name="王小明", phone="13800138000", may_publish=True)


def make_rich() -> World:
    """Everything, published twice; contact data, a wish for a mail and a link are there, which stay behind or close."""
    world = make_world()
    _attached(world)
    _told(world)
    _inside(world)
    group(world.id)
    publish_next(drafts.by_slug("demo"), now=later(hours=12))
    send(drafts.by_slug("demo"), [Item(None, "other", "对第二稿的意见")], later(days=1), WANG)
    _reviewed(world)
    rule_all(world)
    _many(world)
    _filled(world)
    _mediated(world)
    settle_disputes(world.id)
    approve_formal(world.id)
    for _ in range(2):
        with transaction():
            say_yes(APPROVER, AFTER, drafts.by_slug("demo"))
        with transaction():
            release.release(OFFICE, AFTER, drafts.by_slug("demo"))
        with transaction():
            survey.answer(CITIZEN, AFTER, drafts.by_slug("demo"), 4, "清楚", str(db.session.info.get("n", 0)))
        db.session.info["n"] = 1
        _again(world)
    return world


def _again(world: World) -> None:
    """A ruling is changed after the first result, so that a second one follows."""
    from tests.summary.world import rule

    rule(world.nasty[0].comment_ids[0], "deferred")


def _attached(world: World) -> None:
    folder, keys = current_app.config["SETTINGS"].files, current_app.extensions["keys"]
    held = [attachments.stage(folder, Upload(f"照片{n}.pdf", PDF + bytes([n])), later(hours=1)) for n in range(2)]
    items = [Item("a3", text="路灯太稀，请看照片"), Item(None, "support")]
    sent = send(world.project, items, later(hours=2), WANG, files=held, folder=folder)
    with transaction():
        withdraw(CITIZEN, later(hours=3), submission(sent.submission_id), [sent.comment_ids[1]], [2])
    with transaction():
        wish.want(CITIZEN, later(hours=3), submission(sent.submission_id), "wang@example.cn", keys)
    send(world.project, [Item("a3", text="补充一句")], later(hours=4), WANG, supplements=sent.submission_id)


def _told(world: World) -> None:
    folder = current_app.config["SETTINGS"].files
    with transaction():
        project = drafts.by_slug("demo")
        notes.note_clause(OFFICE, later(hours=1), project, clause_key="a3", kind="interpretation", text="四十米是上限。")
        one = notes.note_clause(OFFICE, later(hours=1), project, kind="question", title="何时施行？", text="公布之日。")
        notes.withdraw_note(OFFICE, later(hours=2), one)
        bulletins.post_bulletin(OFFICE, later(hours=2), project, "进展", "已收到二十条。")
        gone = bulletins.post_bulletin(OFFICE, later(hours=2), project, "写错的", "数字不对。")
        bulletins.withdraw_bulletin(OFFICE, later(hours=3), gone, "数字写错了，另发一条更正的。")
        publish.extend(OFFICE, later(days=1), project, CLOSES + timedelta(hours=1), "来信还在路上，多等一个小时。")
        notice = Notice("discussion", "座谈会", later(days=2), "村委会", "路灯", "直接参加")
        meeting = hearings.notice_hearing(OFFICE, later(hours=1), project, notice)
        scan = keep(Upload("笔录.pdf", PDF + b"m"), "pdf", folder, OFFICE, later(days=3))
        hearings.publish_minutes(OFFICE, later(days=3), meeting, "大家都说太暗。", scan.id)


def _inside(world: World) -> None:
    keys = current_app.extensions["keys"]
    letter = db.session.scalars(select(Solicitation.id).order_by(Solicitation.id.desc())).first()
    with transaction():
        one = db.session.get_one(Solicitation, letter)
        made = access_link.make_link(OFFICE, later(hours=1), one, "unit", keys=keys)
        token = made.token
    with transaction():
        access_link.enter(CITIZEN, later(hours=2), keys=keys, token=token, name="小李", section="法规科")
    with transaction():
        remind.urge(OFFICE, later(days=1), db.session.get_one(Solicitation, letter), note="电话催过", way="电话")
    with transaction():
        remind.remind_now(OFFICE, later(days=1), db.session.get_one(Solicitation, letter), keys=keys, site="")
    with transaction():
        lead = Actor("user:899", "财政局经办", frozenset({"agency"}), 899, db.session.get_one(Solicitation, letter).unit_id)
        made = access_link.make_link(lead, later(hours=3), db.session.get_one(Solicitation, letter), "colleague", keys=keys)
        token = made.token
    with transaction():
        _, secret = access_link.enter(CITIZEN, later(hours=3), keys=keys, token=token, name="小钱", section="预算科")
    colleague = access_link.guest_actor(keys, later(hours=3), secret)
    for text in ("经费从哪里来，请写明。", "写错了的一条"):
        with transaction():
            one = db.session.get_one(Solicitation, letter)
            number = proposals.propose(colleague, later(hours=4), one, Item(None, "other", text)).id
    with transaction():
        proposals.withdraw_proposal(colleague, later(hours=5), db.session.get_one(Solicitation, letter), number)


def _reviewed(world: World) -> None:
    desk_worker = make_user("reviewer")
    with transaction():
        desk.settle_all(world.id)
    first, second, third, phone = (one.comment_ids[0] for one in (*world.nasty[1:6:2], world.phone))
    with transaction():
        internal_notes.write_note(REVIEWER, later(days=2), first, "和住建局核对过")
        one = internal_notes.write_note(REVIEWER, later(days=2), first, "写错了")
        internal_notes.take_back_note(REVIEWER, later(days=2, hours=1), first, one.id)
        views.keep_view(desk_worker, later(days=2), consultation_id=world.id, name="我的", query="outcome=adopted", shared=True)
    comment = db.session.get(Comment, phone)
    found = masks.items(comment, masks.chosen_for(phone))
    with transaction():
        masks.choose_masks(REVIEWER, later(days=2), phone, found[0].choose("mask"))
    with transaction():
        regroup.merge(REVIEWER, later(days=2), [first, second, third], world.id)
    alike = [one.comment_ids[0] for one in world.alike]
    with transaction():
        act = regroup.split(REVIEWER, later(days=2), alike[:1], world.id).id
    with transaction():
        regroup.undo(REVIEWER, later(days=2), act, world.id)
    with transaction():
        desk.settle_all(world.id)
    page = unread.page(world.id, unread.Scope()).rows[:4]
    with transaction():
        read_page(desk_worker, later(days=2), world.id, [Seen(one.row.id, one.how, one.digest) for one in page])
    with transaction():
        assign.assign(REVIEWER, later(days=2), consultation_id=world.id, comment_ids=[first], assignee=desk_worker.ref)
        assign.assign_clause(REVIEWER, later(days=2), consultation_id=world.id, clause_key="a3", assignee=desk_worker.ref, expected="")


def _many(world: World) -> None:
    """Everything that was added beyond a shared text is ruled on, and two opinions are ruled on at once."""
    ruling = Ruling("not_adopted", "经研究，现有规定已经能够解决这一问题。")
    for group_id in db.session.scalars(select(Addition.group_id).distinct()).all():
        with transaction():
            decide_additions.decide_open(REVIEWER, later(days=4), group_id=group_id, ruling=ruling)
    with transaction():
        desk.settle_all(world.id)
    two = sorted(one.comment_ids[0] for one in world.nasty[4:8:2])
    with transaction():
        expected = bulk.seen(two)[0]
        bulk.decide_many(REVIEWER, later(days=4), consultation_id=world.id, comment_ids=two, expected=expected, ruling=ruling)
    with transaction():
        gone = bulk.decide_many(REVIEWER, later(days=4), consultation_id=world.id, comment_ids=two,
                                expected=bulk.seen(two)[0], ruling=ruling).id  # fmt: skip
    with transaction():
        bulk.undo(REVIEWER, later(days=4), gone)


def _filled(world: World) -> None:
    """A table comes back with a ruling on an opinion and one on a sentence that was added."""
    folder = current_app.config["SETTINGS"].files
    extra = db.session.scalars(select(Addition).where(Addition.said > 0).order_by(Addition.id)).first()
    number = decisions_of([world.silent.comment_ids[0]])[world.silent.comment_ids[0]].number
    wanted = Filled("deferred", "表里填的理由，也有十个字。")
    wishes = [Wish(Key("", world.silent.comment_ids[0]), number, 1, wanted), Wish(Key("B", extra.id), extra.ruling, 1, wanted)]
    with transaction():
        file = keep(Upload("表.xlsx", PDF + b"t"), "xlsx", folder, REVIEWER, later(days=4))
        fill_table(REVIEWER, later(days=4), consultation_id=world.id, wishes=wishes, file=file, rows=2)


def _mediated(world: World) -> None:
    """A meeting about a dispute, with a scan of its record."""
    numbers = list(db.session.scalars(select(Dispute.id).where(Dispute.consultation_id == world.id)))
    with transaction():
        scan = keep(Upload("协调.pdf", PDF + b"c"), "pdf", current_app.config["SETTINGS"].files, OFFICE, later(days=5))
        disputes.mediate(REVIEWER, later(days=5), dispute_find.by_id(numbers[0]), held_on=date(2026, 3, 14),
                         units="水利局、住建局", words="双方各退一步，达成一致意见。", file_id=scan.id)  # fmt: skip
