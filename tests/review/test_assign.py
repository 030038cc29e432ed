"""Who handles what: rows and clauses given to persons, counters in step, two people never overwrite each other."""

import pytest
from flask import Flask

from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.review import assign, desk, workload
from consult.review.queue import Filter
from consult.summary import verify
from tests.factories.people import NOW, later, make_user
from tests.review.desk import REASON, facets, group, page, rule, say


@pytest.fixture
def others(app: Flask) -> tuple[Actor, Actor]:
    return make_user("reviewer"), make_user("approver")


def give(actor: Actor, project: Consultation, ids: list[int], to: str, **more) -> int:
    number = project.id
    with transaction():
        return assign.assign(actor, NOW, consultation_id=number, comment_ids=ids, assignee=to, **more)


def duty(actor: Actor, project: Consultation, key: str, to: str, expected: str = "") -> None:
    number = project.id
    with transaction():
        assign.assign_clause(actor, NOW, consultation_id=number, clause_key=key, assignee=to, expected=expected)


def whose(project: Consultation) -> dict[int, str]:
    return {row.id: row.assignee for row in page(project.id, Filter()).rows}


def in_step(project: Consultation) -> None:
    """Rows and counters are what they would be if they were made anew, and the record agrees."""
    number = project.id
    before = (desk.led_by(whose(project)), desk.counters(number, "assigned_todo", "assigned_done"))
    with transaction():
        desk.rebuild(before[0])
    assert (desk.led_by(before[0]), desk.counters(number, "assigned_todo", "assigned_done")) == before
    assert list(verify.faults(db.session())) == []


def test_rows_are_given_to_a_person_and_back(project, reviewer, others):
    first, second, third = (say(project, word) for word in "甲乙丙")
    say(project, "甲")
    group(reviewer, project)
    assert give(reviewer, project, [first, second], others[0].ref) == 2
    assert whose(project) == {first: others[0].ref, second: others[0].ref, third: ""}
    assert facets(project.id).todo == {others[0].ref: 3}
    rule(reviewer, first, "deferred", reason=REASON)
    assert (facets(project.id).todo, facets(project.id).done) == ({others[0].ref: 1}, {others[0].ref: 2})
    assert give(others[1], project, [second], "", expected={second: others[0].ref}) == 1
    assert whose(project)[second] == ""
    assert [row.id for row in page(project.id, Filter(assignee=others[0].ref)).rows] == [first]
    in_step(project)


def test_a_clause_takes_all_under_it_along_but_what_was_given_by_itself(project, reviewer, others):
    on_item, on_article, on_other, whole = (
        say(project, "一", "a2-i1"),
        say(project, "二", "a2"),
        say(project, "三", "a1"),
        say(project, "四", None),
    )
    give(reviewer, project, [on_article], others[1].ref)
    duty(reviewer, project, "c1", others[0].ref)
    assert whose(project) == {on_item: others[0].ref, on_article: others[1].ref, on_other: others[0].ref, whole: ""}
    duty(reviewer, project, "a2", others[1].ref)
    assert whose(project)[on_item] == others[1].ref
    assert whose(project)[on_other] == others[0].ref
    later_one = say(project, "五", "a2-i1")
    assert whose(project)[later_one] == others[1].ref
    duty(reviewer, project, "", reviewer.ref)
    assert whose(project)[whole] == reviewer.ref
    rule(reviewer, on_other, "adopted")
    in_step(project)
    duty(reviewer, project, "c1", "", others[0].ref)
    give(reviewer, project, [on_article], "")
    assert whose(project) == {on_item: others[1].ref, on_article: others[1].ref, on_other: "", whole: reviewer.ref,
                              later_one: others[1].ref}  # fmt: skip
    assert workload.duties(project.id) == {"a2": others[1].ref, "": reviewer.ref}
    in_step(project)


def test_two_people_do_not_overwrite_each_other(project, reviewer, others):
    one, two = say(project, "甲"), say(project, "乙")
    seen = assign.seen([one, two])
    give(others[0], project, [one], others[0].ref, expected={one: ""})
    with pytest.raises(Conflict, match=others[0].name):
        give(others[1], project, [one, two], others[1].ref, expected={one: "", two: ""})
    with pytest.raises(Conflict):
        give(others[1], project, [one, two], others[1].ref, digest_seen=seen)
    assert whose(project) == {one: others[0].ref, two: ""}
    give(others[1], project, [one], others[0].ref, expected={one: ""})  # the same person: nothing is lost
    duty(others[0], project, "a1", others[0].ref)
    with pytest.raises(Conflict, match=others[0].name):
        duty(others[1], project, "a1", others[1].ref)
    assert workload.duties(project.id) == {"a1": others[0].ref}


def test_only_who_may_decide_is_given_anything(project, reviewer):
    one = say(project, "甲")
    for role in ("agency", "auditor"):
        with pytest.raises(Refused):
            give(reviewer, project, [one], make_user(role).ref)
    with pytest.raises(Refused):
        give(reviewer, project, [], reviewer.ref)
    with pytest.raises(Refused):
        duty(reviewer, project, "none-such", reviewer.ref)
    with pytest.raises(NotAllowed):
        give(make_user("secadmin"), project, [one], reviewer.ref)
    with pytest.raises(Conflict):
        give(reviewer, project, [one + 999], reviewer.ref)


def test_workload_counts_and_names_the_last_ruling(project, reviewer, others):
    one, two = say(project, "甲"), say(project, "乙")
    give(reviewer, project, [one, two], reviewer.ref)
    rule(reviewer, one, now=later(hours=1))
    loads = {load.ref: load for load in workload.workload(project.id)}
    assert (loads[reviewer.ref].todo, loads[reviewer.ref].done, loads[reviewer.ref].last) == (1, 1, later(hours=1))
    assert (loads[others[0].ref].all, loads[others[0].ref].last) == (0, None)
    assert loads[""].all == 0
    assert workload.todo_of(reviewer.ref) == {project.id: 1}
