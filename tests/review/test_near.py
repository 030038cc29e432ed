"""Near copies find each other as they arrive and all at once; what each adds stands in a row of its own."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from consult.base.audit import faults
from consult.base.db import db, transaction
from consult.base.people import SYSTEM
from consult.intake.models import Comment
from consult.review import desk, gathering, near, regroup, sayings
from consult.review.group_models import Addition, Saying
from consult.review.models import Group, Membership
from consult.review.sentences import parts, same
from consult.summary.verify_review import faults as review_faults
from tests.factories.people import NOW
from tests.review.desk import page, read, rule, say

LETTER = (
    "我们小区住着四百多户人家，门口这条路是孩子们上学的必经之路。现在的草案只写了主路的照明，没有写支路。"
    "支路晚上一片漆黑，去年冬天就有老人在这里摔伤。建议把支路的照明也写进去，并且写明由谁来维护。"
    "我们愿意配合街道做好入户登记。希望尽快答复。"
)


@pytest.fixture
def sketches(project, tmp_path: Path) -> gathering.Sketches:
    return gathering.Sketches(tmp_path, project.id)


def gather(project, plan) -> int:
    made: dict[tuple[str, ...], int] = {}
    total = 0
    for batch in plan:
        with transaction():
            total += near.gather(SYSTEM, NOW, project.id, batch, made)[0]
    return total


def letters(project, count: int, add=lambda number: "") -> list[int]:
    return [say(project, LETTER.replace("四百", f"四百{'零' * (number % 2)}") + add(number)) for number in range(count)]


def shown(comment_id: int) -> set[str]:
    """What a reviewer of this opinion's row is shown, as `same` has it."""
    group = db.session.get(Membership, comment_id)
    if group is None:
        return {same(one) for one in sayings.words_of(comment_id)}
    held = db.session.get_one(Group, group.group_id)
    said = select(Addition.sentence).join(Saying, Saying.addition_id == Addition.id).where(Addition.group_id == held.id)
    return {same(one) for one in [*sayings.shared_of(held), *db.session.scalars(said)]}


def whole_in_view(project) -> None:
    """No sentence of any opinion is missing from what the reviewer is shown."""
    query = select(Comment).where(Comment.consultation_id == project.id)
    for one in db.session.scalars(query):
        wanted = {same(piece) for piece in parts(one.text, one.proposed_text, one.reason)}
        assert wanted <= shown(one.id), one.id


def test_a_whole_project_is_grouped_and_nothing_is_lost(project, reviewer, sketches):
    ids = letters(project, 6, lambda number: "另外请装上摄像头。" if number == 4 else "")
    other = say(project, "开放时间太短，请延长到晚上九点，周末也要开。")
    assert gather(project, gathering.whole(project.id, sketches)) == 6
    rows = page(project.id, desk_filter()).rows
    assert [(row.id, row.size) for row in rows] == [(ids[0], 6), (other, 1)]
    assert rows[0].extra >= 1
    sentences = set(db.session.scalars(select(Addition.sentence).where(Addition.kind == "new")))
    assert sentences == {"另外请装上摄像头。"}
    whole_in_view(project)
    assert gather(project, gathering.whole(project.id, sketches)) == 0
    assert list(review_faults(db.session(), project.id)) == list(faults(db.session())) == []


def desk_filter():
    from consult.review.queue import Filter

    return Filter()


def test_later_ones_join_what_stands_and_what_stood_alone(project, reviewer, sketches):
    alone = letters(project, 1)[0]
    assert gather(project, gathering.fresh(project.id, sketches)) == 0
    assert gathering.has_fresh(project.id, sketches) is False
    second = say(project, LETTER + "请把施工时间也公布出来。")
    assert gathering.has_fresh(project.id, sketches) is True
    assert gather(project, gathering.fresh(project.id, sketches)) == 2
    group = db.session.get_one(Membership, alone).group_id
    rule(reviewer, alone, "deferred", reason="下一步结合预算安排再作研究。")
    read(reviewer, alone)
    third = say(project, LETTER.replace("孩子们", "小孩子们"))
    assert gather(project, gathering.fresh(project.id, sketches)) == 1
    assert {db.session.get_one(Membership, one).group_id for one in (alone, second, third)} == {group}
    (row,) = page(project.id, desk_filter()).rows
    assert (row.size, row.unread, row.decision.outcome) == (3, 1, "deferred")
    whole_in_view(project)


def test_sketches_of_another_database_are_made_anew(project, sketches):
    letters(project, 2)
    gather(project, gathering.fresh(project.id, sketches))
    sketches.path(near.places(project.id)[0]).write_bytes(b"odd")
    say(project, LETTER)
    assert gather(project, gathering.fresh(project.id, sketches)) == 1
    folder = sketches.path(near.places(project.id)[0]).parent
    (folder / "last.json").write_text('{"last": 2, "digest": "other"}')
    assert sketches.last() is None
    say(project, LETTER)
    assert gather(project, gathering.fresh(project.id, sketches)) == 1


def test_what_a_person_split_off_stays_alone(project, reviewer, sketches):
    ids = letters(project, 4)
    gather(project, gathering.whole(project.id, sketches))
    with transaction():
        act = regroup.split(reviewer, NOW, [ids[2]], 1)
        number = act.id
    assert gather(project, gathering.whole(project.id, sketches)) == 0
    assert [row.size for row in page(project.id, desk_filter()).rows] == [3, 1]
    with transaction():
        regroup.undo(reviewer, NOW, number, 1)
    assert [row.size for row in page(project.id, desk_filter()).rows] == [4]
    whole_in_view(project)
    assert list(review_faults(db.session(), project.id)) == []
    total = db.session.scalar(select(func.sum(desk.R.c.size)).where(desk.R.c.consultation_id == project.id))
    assert total == 4
