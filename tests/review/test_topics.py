"""Topics over a real database: copies count once, opinions are counted exactly, what changed is noticed, jobs make them."""

from datetime import timedelta

import pytest
from flask import Flask

from consult.base import jobs
from consult.base.db import db, transaction
from consult.base.jobs import Job
from consult.base.people import SYSTEM, Actor
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.intake.withdraw import withdraw_submission
from consult.review import queue, sweeps, topics
from consult.review.filtering import WHOLE, Filter
from consult.wiring import jobs as wired
from consult.wiring import seeing
from tests.factories.people import NOW, later, make_user, send
from tests.review.desk import group, say, take_in

WISH = "路灯间距改成三十米"
COPY = f"我们全村要求{WISH}，谢谢！"


@pytest.fixture
def spoken(project: Consultation) -> Consultation:
    """On 第三条: a letter of five copies and three by themselves with one wish; on 第二条 its item too; on the whole others."""
    for _ in range(5):
        say(project, COPY, "a3")
    for text in (f"孩子放学晚，{WISH}。", f"天黑得早，{WISH}吧！", f"老人看不清，{WISH}。"):
        say(project, text, "a3")
    for text, clause in (("谁来认定主路和支路？", "a2"), ("认定主路和支路要公开。", "a2-i1"), ("请写明谁认定主路和支路", "a2-i1")):
        say(project, text, clause)
    send(project, [Item(None, "other", "都好。")])
    group(make_user("reviewer"), project)
    take_in(project)
    return project


def make(project: Consultation) -> dict[str, list[tuple[str, int, int]]]:
    with transaction():
        topics.make_all(NOW, project.id)
    return {key: [(one.phrase, one.count, one.opinions) for one in found] for key, found in topics.topics(project.id).items()}


def test_a_campaign_counts_once_and_its_opinions_are_told(spoken: Consultation) -> None:
    found = make(spoken)
    assert found["a3"] == [(WISH, 4, 8)]
    assert [one[1:] for one in found["a2"]] == [(3, 3)] and "认定主路和支路" in found["a2"][0][0]
    assert WHOLE not in found and "a2-i1" not in found


def test_the_way_into_the_list_finds_those_rows(spoken: Consultation) -> None:
    make(spoken)
    for key, found in topics.topics(spoken.id).items():
        for one in found:
            assert queue.page(spoken.id, Filter(clause_key=key, text=one.phrase)).total == one.count
            examples = [db.session.get_one(Comment, int(number)).text for number in one.examples.split(",")]
            assert 1 <= len(examples) <= topics.EXAMPLES and all(one.phrase in text for text in examples)


def test_a_sample_of_a_long_clause_still_counts_all(spoken: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "SAMPLE", 40)
    monkeypatch.setattr(topics, "SLICE", 2)
    monkeypatch.setattr(topics, "LEAST", 1)
    ground = next(one for one in topics.grounds(spoken.id) if one.key == "a3")
    assert len(topics._sample(spoken.id, ground)) < 4
    assert topics._counted(spoken.id, ground, [WISH])[0].rows == 4


def test_what_is_withdrawn_is_not_counted_and_is_noticed(spoken: Consultation) -> None:
    make(spoken)
    assert not sweeps.stale(spoken.id, sweeps.TOPICS)
    with transaction():
        withdraw_submission(SYSTEM, NOW, submission(db.session.get_one(Comment, 6).submission_id))
    take_in(spoken)
    assert sweeps.stale(spoken.id, sweeps.TOPICS)
    assert make(spoken)["a3"] == [(WISH, 3, 7)]


def test_topics_of_a_clause_nobody_speaks_of_any_more_go(spoken: Consultation) -> None:
    make(spoken)
    with transaction():
        topics.store(NOW, spoken.id, "gone", [topics.Found("早先的说法", 3, 3, [1])])
    assert "gone" not in make(spoken)


STAMPS = {
    "nothing new": ("100|0|80", "100|0|80", timedelta(days=9), False),
    "a little, just now": ("100|0|80", "101|0|81", timedelta(minutes=11), False),
    "a little, this morning": ("100|0|80", "101|0|81", timedelta(hours=13), True),
    "much, just now": ("100|0|80", "110|0|88", timedelta(minutes=5), False),
    "much, a while ago": ("100|0|80", "110|0|88", timedelta(minutes=10), True),
    "the first": ("0|0|0", "1|0|1", timedelta(minutes=10), True),
}


@pytest.mark.parametrize("name", STAMPS)
def test_when_a_run_is_due(name: str) -> None:
    before, present, age, expected = STAMPS[name]
    assert sweeps.is_due(before, NOW - age, present, NOW) == expected


def test_the_job_makes_them_and_says_how_far_it_is(app: Flask, spoken: Consultation) -> None:
    number = spoken.id
    assert (jobs.MAKE_TOPICS, number) in seeing.wanted(NOW)
    wired.schedule_often(app)
    waiting = jobs.at_work(jobs.MAKE_TOPICS, consultation_id=number)
    assert waiting is not None and waiting.state == "waiting"
    db.session.rollback()
    while wired.run_next(app):
        pass
    job = db.session.query(Job).filter_by(name=jobs.MAKE_TOPICS).one()
    assert (job.state, job.done, job.total, job.message) == ("done", 2, 2, "整理出 2 个话题")
    assert jobs.at_work(jobs.MAKE_TOPICS, consultation_id=number) is None
    assert topics.topics(number)["a3"][0].count == 4
    db.session.rollback()
    assert (jobs.MAKE_TOPICS, number) not in seeing.wanted(later(minutes=30))


def test_nothing_said_no_topics(project: Consultation, reviewer: Actor) -> None:
    assert make(project) == {} and seeing.wanted(NOW) == []
