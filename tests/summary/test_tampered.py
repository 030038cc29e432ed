"""Show 4: rows changed behind the application's back: the result is refused, and in plain Chinese with the sum that fails."""

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base.db import db, transaction
from consult.base.errors import Refused
from consult.drafts import find as drafts
from consult.review import decide
from consult.review.find import awaiting_approval
from consult.summary import release
from consult.summary.find import current_release
from tests.summary.recount import equations, recount
from tests.summary.world import AFTER, APPROVER, OFFICE, World, make_world, rule_all, say_yes

WEB = "(SELECT id FROM submission WHERE channel = 'web' ORDER BY id LIMIT 1)"
ALIKE = "(SELECT group_id FROM membership GROUP BY group_id HAVING count(*) > 1 ORDER BY group_id LIMIT 1)"
# what somebody with the database in hand might do → what the office is told
TAMPERED = {
    "an opinion that is lost": (
        ["UPDATE submission SET comment_count = comment_count + 1 WHERE id = " + WEB],
        "收到 23 条，不等于有效 20 条＋撤回 1 条＋不予受理 1 条（合计 22 条）",
    ),
    "an opinion that nobody sent": (
        ["INSERT INTO comment (submission_id, ordinal, consultation_id, version_id, stance, text, proposed_text, reason, fingerprint) "
         "SELECT submission_id, 2, consultation_id, version_id, stance, '凭空多出的话', '', '', 'x' FROM comment "
         "WHERE submission_id = " + WEB],
        "不等于有效",
    ),
    "a ruling torn out": (["DELETE FROM decision WHERE group_id = " + ALIKE], "条公众意见没有处理意见"),
    "a ruling taken back in silence": (
        ["UPDATE decision SET revoked_at = decided_at, revoked_by = 'x', approved_at = NULL, approved_by = '' WHERE group_id = " + ALIKE],
        "条公众意见没有处理意见",
    ),
    "a member torn out of its group": (
        ["DELETE FROM membership WHERE comment_id = (SELECT max(comment_id) FROM membership WHERE group_id = " + ALIKE + ")"],
        "还有 1 条公众意见没有处理意见",
    ),
    "a withdrawn opinion brought back": (["UPDATE comment SET withdrawn_at = NULL"], "还有 1 条公众意见没有处理意见"),
    "a citizen's opinion turned into a unit's": (
        ["UPDATE submission SET channel = 'formal' WHERE id = " + WEB], "登记在册的单位意见 3 条，不等于各单位复函所列 2 条",
    ),
    "a unit's reply torn out": (
        ["DELETE FROM formal_opinion WHERE answer = 'has_opinion'"], "单位意见 2 条，不等于各单位复函所列 0 条",
    ),
    "a point that a unit did make left out": (
        ["UPDATE comment SET withdrawn_at = (SELECT max(sent_at) FROM formal_opinion) WHERE id = "
         "(SELECT max(comment.id) FROM comment JOIN submission ON submission.id = submission_id WHERE channel = 'formal')"],
        "单位意见 1 条，不等于各单位复函所列 2 条",
    ),
}  # fmt: skip
# changes that keep every sum: what was approved is no longer what stands
SILENT = {
    "another outcome": ["UPDATE decision SET outcome = 'adopted' WHERE outcome = 'not_adopted'"],
    "another reason": ["UPDATE decision SET reason = '换成另外一句十个字以上的理由。'"],
    "other words": ["UPDATE comment SET text = '换成另外一句话。' WHERE text = '第一行' OR text LIKE '%𠮷%'"],
    "an opinion taken back by nobody": ["UPDATE comment SET withdrawn_at = '2026-03-20 00:00:00.000000' WHERE submission_id = " + WEB],
    "a unit's silence turned into consent": [
        "UPDATE formal_opinion SET answer = 'no_objection' WHERE answer = 'no_objection'",
        "UPDATE solicitation SET withdrawn_at = '2026-03-20 00:00:00.000000', withdraw_reason = 'x' WHERE id = (SELECT max(id) FROM solicitation)",
    ],
}  # fmt: skip


@pytest.fixture
def world(app: Flask) -> World:
    """Decided to the end and approved: a press and the result is out."""
    found = make_world()
    rule_all(found)
    with transaction():
        decide.approve(APPROVER, AFTER, [one.id for one in awaiting_approval(found.id)], found.id)
    approve()
    return found


def approve() -> None:
    with transaction():
        say_yes(APPROVER, AFTER, drafts.by_slug("demo"))


def tamper(statements: list[str]) -> None:
    db.session.rollback()
    with transaction():
        for one in statements:
            db.session.connection().execute(text(one))
    db.session.expire_all()


def refusals() -> list[str]:
    """What approving and publishing are refused with."""
    said = []
    for verb, actor in ((release.release, OFFICE), (say_yes, APPROVER)):
        with pytest.raises(Refused) as caught, transaction():
            verb(actor, AFTER, drafts.by_slug("demo"))
        said.append(caught.value.message)
    return said


@pytest.mark.parametrize("name", TAMPERED)
def test_the_sum_that_fails_is_named(world: World, name: str) -> None:
    statements, named = TAMPERED[name]
    tamper(statements)
    assert any(named in one for one in refusals()), refusals()
    standing = release.standing(db.session(), drafts.by_slug("demo"), AFTER)
    assert any(named in one for one in standing.open), standing.open
    assert current_release(world.id) is None


@pytest.mark.parametrize("name", SILENT)
def test_what_keeps_the_sums_reopens_the_approval(world: World, name: str) -> None:
    tamper(SILENT[name])
    assert all(equations(recount(world.id, AFTER)).values()), "this one is about changes that keep every sum"
    with pytest.raises(Refused) as caught, transaction():
        release.release(OFFICE, AFTER, drafts.by_slug("demo"))
    assert "审批之后处理结果又有变动" in caught.value.message
    assert current_release(world.id) is None
