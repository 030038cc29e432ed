"""The public asked a second time: each period keeps its opinions, its counts, its result and its deadlines."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask, current_app

from consult.base.clock import local_date
from consult.base.db import db, transaction
from consult.base.errors import Conflict, Refused
from consult.base.people import CITIZEN
from consult.drafts import find, rounds
from consult.drafts.models import Consultation
from consult.intake import contact
from consult.intake.find import submission
from consult.intake.models import Submission
from consult.intake.register import Entry, register
from consult.intake.submit import Item
from consult.intake.withdraw import withdraw
from consult.summary import find as results
from consult.summary import verify, yearly
from consult.summary.balance import Part
from consult.summary.numbers import read_balance
from consult.web.office.equations import equations
from tests.factories.people import CLOSES, OPERATOR, send
from tests.summary.next_draft import AGAIN, DONE, LATER, OPEN, answered_once, ask_again, load
from tests.summary.releasing import approve, publish
from tests.summary.world import AFTER, rule


@pytest.fixture
def first(app: Flask) -> dict[str, int]:
    """Three opinions of the first period, ruled on and published."""
    return answered_once()


def test_a_second_period_keeps_the_first(app: Flask, first: dict[str, int]) -> None:
    load("revision")
    project = find.by_slug("demo")
    with pytest.raises(Refused, match="缩短期限的理由"), transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), LATER + timedelta(days=2))
    ask_again()
    with pytest.raises(Conflict), transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN + timedelta(days=9))
    project = find.by_slug("demo")
    assert (project.opens_at, project.closes_at) == (LATER, AGAIN)
    assert rounds.periods(project, rounds.rounds(project.id))[0][1] == CLOSES
    assert find.status(project, LATER, bool(results.released_ids([project.id]))) == "open"
    assert find.status(project, DONE, bool(results.released_ids([project.id]))) == "reviewing", "the first result answers nobody new"
    new = send(project, [Item("a2v2", "support", "")], LATER + timedelta(days=1), OPEN)
    old = db.session.get_one(Submission, 1)
    assert results.is_answered(project.id, old.received_at) and not results.is_answered(project.id, new.received_at)
    with pytest.raises(Conflict), transaction():
        withdraw(CITIZEN, LATER, old, released=results.is_answered(project.id, old.received_at))
    assert results.newest_numbers() == {}, "nobody of the second period is told of the first result"
    rule(new.comment_ids[0], "adopted")
    approve(now=DONE)
    second = publish(now=DONE)
    lines = second.notice.split("\n")
    assert second.number == 2 and "2026年3月2日至2026年4月2日 17:00、2026年4月7日至" in lines[1] and "两次向社会公开征求意见" in lines[1]
    assert lines[0] == "关于《河湾县村庄公共照明管理办法(征求意见稿)》第二轮公开征求意见采纳情况的公告"
    assert lines[2:5] == [
        "第二轮（2026年4月7日至2026年5月17日 17:00）收到意见建议1条，有效意见1条：采纳1条，部分采纳0条，不采纳0条。",
        "第一轮（2026年3月2日至2026年4月2日 17:00）收到意见建议3条，有效意见3条：采纳2条，部分采纳1条，不采纳0条。第一轮采纳情况已于2026年4月5日公布。",
        "经逐条研究，各轮意见合计采纳3条，部分采纳1条，不采纳0条。主要意见及处理情况见附表。",
    ]
    assert second.numbers["received"] == 4 and [one["received"] for one in second.numbers["rounds"]] == [3, 1]
    assert "rounds" not in results.releases(project.id)[0].numbers and "第一轮" not in results.releases(project.id)[0].notice
    assert find.status(find.by_slug("demo"), DONE, bool(results.released_ids([project.id]))) == "answered"
    assert list(verify.faults(db.session())) == []


def test_each_period_counts_what_came_in_then(app: Flask, first: dict[str, int]) -> None:
    """Opinions after the first deadline but before the second opening, an old letter entered late, one taken back, none at all."""
    project = find.by_slug("demo")
    between = register_letter(project, "间隔期里寄来的。", AFTER + timedelta(days=1))
    load("revision")
    assert by_round(LATER) == ()
    ask_again()
    assert [(one.received, one.undecided) for one in by_round(LATER)] == [(4, 1), (0, 0)]
    now = LATER + timedelta(days=1)
    old = register_letter(project, "三月寄出，现在才登记。", now, date(2026, 3, 20))
    same = register_letter(project, "再次征求当天收到。", now, local_date(LATER))
    new = send(project, [Item("a3", "support", ""), Item(None, "other", "好。")], now, OPEN)
    gone = send(project, [Item(None, "other", "收回。")], now, OPEN)
    with transaction():
        withdraw(CITIZEN, now, db.session.get_one(Submission, gone.submission_id))
    rule(between, "adopted")
    rule(old, "not_adopted", "与上位法的规定不一致，不采纳。")
    rule(same, "inadmissible", "没有说明任何意见的内容。")
    for one in new.comment_ids:
        rule(one, "adopted")
    first_part, second_part = by_round(now)
    assert first_part == Part(received=5, valid=5, by_outcome={"adopted": 3, "partly_adopted": 1, "not_adopted": 1})
    assert second_part == Part(received=4, withdrawn=1, inadmissible=1, valid=2, by_outcome={"adopted": 2})
    balance = read_balance(db.session(), project.id, DONE)
    assert balance.faults() == [] and balance.received == 9
    said = equations(balance)
    assert [(one.name, one.whole) for one in said] == [
        ("第一轮收到公众意见", 5), ("第一轮有效意见", 5), ("第二轮收到公众意见", 4), ("第二轮有效意见", 2), ("收到公众意见", 9),
        ("各轮合计收到公众意见", 9), ("各轮合计有效意见", 7),
    ]  # fmt: skip
    assert all(one.holds for one in said)
    approve(now=DONE)
    second = publish(now=DONE)
    assert "第二轮（2026年4月7日至2026年5月17日 17:00）收到意见建议4条，扣除提出人撤回1条、不予受理1条，有效意见2条：采纳2条" in second.notice
    assert second.numbers["rounds"][1] == {"received": 4, "withdrawn": 1, "inadmissible": 1, "valid": 2, "undecided": 0, "by_outcome": {"adopted": 2}}
    assert list(verify.faults(db.session())) == []


def register_letter(project: Consultation, words: str, at: datetime, received: date | None = None) -> int:
    """One letter entered at a moment, received that day unless another is named; its opinion's number."""
    with transaction():
        done = register(OPERATOR, at, consultation=find.by_slug(project.slug), version_id=find.current_version(project).id, channel="letter",
                        entries=[Entry((Item(None, "other", words),), OPEN, received)], keys=current_app.extensions["keys"])  # fmt: skip
    return done[0].comment_ids[0]


def by_round(now: datetime) -> tuple[Part, ...]:
    return read_balance(db.session(), find.by_slug("demo").id, now).rounds


def test_a_second_period_without_opinions_has_its_result_too(app: Flask, first: dict[str, int]) -> None:
    load("revision")
    ask_again()
    with pytest.raises(Refused, match="重新审批"):
        publish(now=DONE)
    approve(now=DONE)
    second = publish(now=DONE)
    assert "第二轮（2026年4月7日至2026年5月17日 17:00）未收到社会公众的意见建议。" in second.notice
    assert find.status(find.by_slug("demo"), DONE, bool(results.released_ids([1]))) == "answered"


def test_the_year_counts_days_to_the_first_result_from_the_first_deadline(app: Flask, first: dict[str, int]) -> None:
    (before,) = yearly.lines(db.session(), 2026, AFTER, 20)
    load("revision")
    ask_again()
    (after,) = yearly.lines(db.session(), 2026, LATER, 20)
    assert (after.days_to_result, after.in_time) == (before.days_to_result, before.in_time) == (3, True)


def test_contact_data_of_each_period_goes_with_its_own_result(app: Flask, first: dict[str, int]) -> None:
    load("revision")
    ask_again()
    new = send(find.by_slug("demo"), [Item("a3", "other", "再说一句。")], LATER + timedelta(days=1), OPEN)
    late = AFTER + timedelta(days=181)
    with transaction():
        assert contact.erase_due(late, results.released_at(late - timedelta(days=180)), 180) == 3
    assert submission(new.submission_id).contact_sealed is not None
    rule(new.comment_ids[0], "adopted")
    approve(now=DONE)
    publish(now=DONE)
    late = DONE + timedelta(days=181)
    with transaction():
        assert contact.erase_due(late, results.released_at(late - timedelta(days=180)), 180) == 1
