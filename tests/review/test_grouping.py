"""What says the very same is decided once; what does not, is not."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound
from consult.base.people import SYSTEM
from consult.drafts.find import current_version
from consult.intake.find import submission
from consult.intake.submit import Item, Sender, new_send_key, submit
from consult.intake.withdraw import withdraw_submission
from consult.review import find, regroup
from consult.review.models import Group
from tests.factories.people import NOW, make_user, send
from tests.review.desk import REASON, group, rule, say


def partition(ids: list[int]) -> set[frozenset[int]]:
    """The groups among these comments, each as a set; loners are sets of one."""
    groups: dict[object, set[int]] = {}
    for one in ids:
        groups.setdefault(find.group_ids([one]).get(one, f"alone {one}"), set()).add(one)
    return {frozenset(members) for members in groups.values()}


def groups_stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Group)) or 0


def test_equal_words_on_one_clause_share_a_group(project, reviewer):
    one, two = say(project, "建议间距改为三十米。"), say(project, "建议间距改为三十米")
    elsewhere, other = say(project, "建议间距改为三十米。", "a2"), say(project, "建议间距改为五十米。")
    whole = [say(project, "很好。", None), say(project, "很好。", None)]
    done = group(reviewer, project)
    assert (done.comments, done.groups) == (4, 2)
    assert partition([one, two, elsewhere, other, *whole]) == {
        frozenset({one, two}), frozenset({elsewhere}), frozenset({other}), frozenset(whole),
    }  # fmt: skip
    assert groups_stored() == 2
    again = group(reviewer, project)
    assert (again.comments, again.groups) == (0, 0)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "group")).all()
    facts = [json.loads(one.facts) for one in entries]
    assert sum(one["comments"] for one in facts) == 4 and sum(one["groups"] for one in facts) == 2
    assert sorted(sorted(ids) for one in facts for ids in one["members"].values()) == [[one, two], whole]


def test_a_later_copy_joins_and_the_ruling_covers_it(project, reviewer):
    first = say(project, "建议删去第二款。")
    decision = rule(reviewer, first, "not_adopted", reason=REASON)
    copy = say(project, "建议删去第二款。")
    done = group(reviewer, project)
    assert (done.comments, done.groups) == (1, 0)
    assert find.decisions_of([first, copy]) == {first: decision, copy: decision}
    assert find.group_sizes([first, copy]) == {first: 2, copy: 2}
    assert db.session.get(Group, decision.group_id).method == "near"


def test_nobody_joins_an_opinion_that_was_ruled_inadmissible(project, reviewer):
    first = say(project, "广告")
    rule(reviewer, first, "inadmissible", reason="与本稿无关的商业广告内容")
    copies = [say(project, "广告"), say(project, "广告")]
    done = group(reviewer, project)
    assert (done.comments, done.groups) == (2, 1)
    assert partition([first, *copies]) == {frozenset({first}), frozenset(copies)}
    rule(reviewer, first, "out_of_scope", 1, reason="与本稿调整的范围没有关系")
    fourth = say(project, "广告")
    group(reviewer, project)
    assert partition([first, fourth, *copies]) == {frozenset({first, fourth, *copies})}


def formal(actor, project, keys, text: str) -> int:
    with transaction():
        return submit(
            actor, NOW, consultation=project, version_id=current_version(project).id, channel="formal",
            items=[Item("a1", "amend", text)], sender=Sender(kind="agency", unit_name="市财政局"),
            send_key=new_send_key(), opens_at=project.opens_at, closes_at=project.closes_at, keys=keys,
        ).comment_ids[0]  # fmt: skip


def test_units_opinions_stay_alone(project, reviewer, keys):
    official = [formal(reviewer, project, keys, "同样的话") for _ in range(2)]
    rule(reviewer, official[0])
    public = [say(project, "同样的话"), say(project, "同样的话")]
    group(reviewer, project)
    assert partition(official + public) == {frozenset({official[0]}), frozenset({official[1]}), frozenset(public)}


def test_withdrawn_comments_are_left_alone(project, reviewer):
    kept = say(project, "甲")
    sent = send(project, [Item("a1", "amend", "甲")])
    with transaction():
        withdraw_submission(SYSTEM, NOW, submission(sent.submission_id))
    assert group(reviewer, project).comments == 0
    assert find.group_sizes([kept, *sent.comment_ids]) == {kept: 1, sent.comment_ids[0]: 0}


def test_splitting_off_makes_a_group_that_stays_alone(project, reviewer):
    ids = [say(project, "甲") for _ in range(3)]
    group(reviewer, project)
    decision = rule(reviewer, ids[0])
    with transaction():
        regroup.split(reviewer, NOW, [ids[1]], 1)
    say(project, "甲")
    group(reviewer, project)
    assert find.decisions_of(ids) == {ids[0]: decision, ids[2]: decision}
    assert find.group_sizes(ids) == {ids[0]: 3, ids[1]: 1, ids[2]: 3}
    for number in (ids[1], say(project, "从未归并")):
        with pytest.raises(Conflict), transaction():
            regroup.split(reviewer, NOW, [number], 1)
    with pytest.raises(NotFound), transaction():
        regroup.split(reviewer, NOW, [987654], 1)


def test_who_may_group(project):
    say(project, "同样的话")
    say(project, "同样的话")
    for role in ("agency", "sysadmin", "secadmin", "auditor"):
        with pytest.raises(NotAllowed):
            group(make_user(role), project)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from("甲乙丙丁"), min_size=1, max_size=9), part=st.integers(1, 9))
def test_any_order_and_any_pause_gives_the_partition_by_words(project, reviewer, words, part):
    clause = f"a{1 + len(words) % 3}"
    mark = new_send_key()[:8]  # so short that only equal words are the same
    ids = {}
    for start in range(0, len(words), part):
        ids |= {say(project, f"{word}{mark}", clause): word for word in words[start : start + part]}
        group(reviewer, project)
    wanted = {frozenset(one for one in ids if ids[one] == word) for word in set(words)}
    assert partition(list(ids)) == wanted
