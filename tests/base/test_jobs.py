"""The job table is the truth: one waiting job for each wish, lost ones come back, failures keep their reason."""

from datetime import timedelta

import pytest
from flask import Flask

from consult.base import jobs
from consult.base.db import db, transaction
from consult.base.jobs import Job
from consult.intake.submit import Item
from consult.review import find as review
from consult.wiring import jobs as wired
from tests.factories.people import NOW, make_project, send


def ask(**arguments: object) -> int:
    with transaction():
        return jobs.ask(NOW, jobs.SWEEP_BASKETS, **arguments).id


def test_every_name_has_its_function() -> None:
    assert set(jobs.NAMES) == set(wired.FUNCTIONS)


def test_one_wish_waits_once(app: Flask) -> None:
    assert ask() == ask()
    with pytest.raises(KeyError), transaction():
        jobs.ask(NOW, "nonsense")


def test_a_lost_job_comes_back_and_is_given_up_after_five_tries(app: Flask) -> None:
    ask()
    for number in range(jobs.MOST_TRIES):
        with transaction():
            job = jobs.take(NOW + number * 2 * jobs.STALE)
            assert job is not None and job.tries == number + 1
    with transaction():
        assert jobs.take(NOW + 20 * jobs.STALE) is None
    assert jobs.gave_up(jobs.SWEEP_BASKETS)


def test_at_the_start_of_the_one_worker_nothing_is_running(app: Flask) -> None:
    ask()
    with transaction():
        jobs.take(NOW)
    with transaction():
        assert jobs.give_all_back(NOW + timedelta(seconds=1)) == 1
    assert db.session.query(Job).one().state == "waiting"


def test_a_job_that_raises_keeps_its_reason_and_the_worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_report: object) -> str:
        raise ValueError("磁盘满了")

    monkeypatch.setitem(wired.FUNCTIONS, jobs.SWEEP_BASKETS, broken)
    ask()
    assert wired.run_next(app)
    job = db.session.query(Job).one()
    assert job.state == "waiting" and "磁盘满了" in job.message


def test_what_comes_in_is_grouped_by_the_worker(app: Flask) -> None:
    project = make_project()
    ids = [one for _ in range(3) for one in send(project, [Item("a3", text="路灯太稀，看不清路。")]).comment_ids]
    wired.schedule_often(app)
    while wired.run_next(app):
        pass
    db.session.rollback()
    assert review.group_sizes(ids) == dict.fromkeys(ids, 3)
    assert {job.state for job in db.session.query(Job)} == {"done"}
