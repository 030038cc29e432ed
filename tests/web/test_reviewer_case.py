"""One case: opening notes who read it, a ruling by form, two people at once, splitting, withholding, contact."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.people import SYSTEM, Actor
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.submit import Item, Sender
from consult.intake.withdraw import withdraw_submission
from consult.review import decide
from consult.review.find import decisions_of, first_reads, withholdings_of
from consult.review.group_models import GroupReading
from consult.review.models import OUTCOMES, Decision
from tests.factories.gathered import gather
from tests.factories.people import NOW, make_project, make_user, send
from tests.web.pages import actions, field, post, token

CASE = "/review/c/demo/opinions/1"
REASON = "间距由行业标准确定，全县统一执行。"
CONTACT = Sender(kind="person", name="朱小明", phone="13800001234", may_contact=True)


@pytest.fixture
def project(app: Flask) -> Consultation:
    """Comments 1 and 2 alike, 3 with all parts and a telephone number, 4 on the whole."""
    project = make_project()
    for _ in range(2):
        send(project, [Item("a3", "amend", "建议路灯间距改为三十米。")])
    send(
        project,
        [Item("a4", "amend", "请打13912345678，<b>五日</b>太短。", "七日内修复", "买零件要时间")],
        sender=CONTACT,
    )
    send(project, [Item(None, "oppose", "不需要这个办法。")])
    gather(project.id)
    return project


def rule(client: FlaskClient, case: str = CASE, number: int = 0, **fields: object):
    return post(client, case, case, expected_number=str(number), **fields)


def test_opening_notes_the_reader_once(desk: FlaskClient, reviewer: Actor) -> None:
    page = desk.get(CASE)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert "审阅人员1（您）" in page.text
    desk.get(CASE)
    desk.get("/review/c/demo/opinions/2")
    readings = db.session.scalars(select(GroupReading.reader)).all()
    assert readings == [reviewer.ref] and first_reads([1, 2]).keys() == {1, 2}
    assert actions().count("read") == 1


def test_a_page_fetched_ahead_is_not_a_reading(desk: FlaskClient) -> None:
    assert desk.get(CASE, headers={"Sec-Purpose": "prefetch;prerender"}).status_code == 200
    assert "read" not in actions()


def test_an_opinion_that_joins_later_is_read_when_the_group_is_opened_again(
    desk: FlaskClient, project: Consultation
) -> None:
    desk.get(CASE)
    sent = send(project, [Item("a3", "amend", "建议路灯间距改为三十米。")])
    gather(project.id)
    desk.get(CASE)
    assert sent.comment_ids[0] in first_reads(sent.comment_ids)


def test_the_case_shows_all_parts_exactly_as_written(desk: FlaskClient) -> None:
    page = desk.get("/review/c/demo/opinions/3").text
    assert "请打13912345678，&lt;b&gt;五日&lt;/b&gt;太短。" in page
    assert "七日内修复" in page and "买零件要时间" in page
    assert "含电话号码" in page and "村民委员会应当在五日内修复" in page and "朱**" in page
    assert "朱小明" not in page and "13800001234" not in page
    assert "同类意见" not in page


def test_each_outcome_is_stored_with_what_it_asks_for(desk: FlaskClient, reviewer: Actor) -> None:
    case = "/review/c/demo/opinions/3"
    for number, outcome in enumerate(OUTCOMES):
        answer = rule(desk, case, number, outcome=outcome, reason=REASON, adopted_part="七日", referred_to="县财政局",
                      new_wording="七日内修复。", go="stay")  # fmt: skip
        assert (answer.status_code, answer.headers["Location"]) == (303, case)
        ruling = decisions_of([3])[3]
        assert (ruling.number, ruling.outcome, ruling.reason) == (number + 1, outcome, REASON)
        assert (ruling.decided_by, ruling.new_wording) == (reviewer.ref, "七日内修复。")
        page = desk.get(case).text
        assert f"已作出处理：{OUTCOMES[outcome]}。" in page and "处理记录" in page and "待审批" in page
        assert field(page, "expected_number") == str(number + 1)


REFUSED = [
    ({"reason": REASON}, "请选择处理意见"),
    ({"outcome": "not_adopted", "reason": "太短"}, "至少10个字"),
    ({"outcome": "partly_adopted", "reason": REASON}, "采纳了哪一部分"),
    ({"outcome": "referred", "reason": REASON}, "转给哪个单位"),
    ({"outcome": "inadmissible", "reason": REASON}, "不予受理只能针对单独一条意见"),
]


def test_what_is_missing_stands_at_its_field_and_nothing_is_lost(desk: FlaskClient) -> None:
    for fields, message in REFUSED:
        answer = rule(desk, new_wording="三十米。", **fields)
        assert answer.status_code == 422 and message in answer.text, fields
        assert f"{fields['reason']}</textarea>" in answer.text and "三十米。</textarea>" in answer.text
        assert 'aria-describedby="outcome-error"' in answer.text or 'aria-invalid="true"' in answer.text
        chosen = re.search(r'value="(\w+)" data-outcome="\d" checked', answer.text)
        assert (chosen[1] if chosen else None) == fields.get("outcome")
    assert not decisions_of([1])


def test_the_second_person_sees_the_first_ruling_and_keeps_what_was_typed(app: Flask, desk: FlaskClient) -> None:
    other = make_user("approver")
    page = desk.get(CASE).text
    assert field(page, "expected_number") == "0"
    with transaction():
        decide.decide(other, NOW, comment_id=1, expected_number=0, outcome="adopted", reason="采纳，改为三十米。")
    mine = {"outcome": "not_adopted", "reason": REASON, "new_wording": "我写的条文。"}
    late = rule(desk, number=0, **mine)
    assert late.status_code == 409
    assert "审批负责人" in late.text and "采纳，改为三十米。" in late.text
    assert REASON in late.text and "我写的条文。" in late.text
    assert late.text.index("采纳，改为三十米。") < late.text.index('name="outcome"')
    assert field(late.text, "expected_number") == "1"
    assert decisions_of([1])[1].number == 1
    assert rule(desk, number=1, **mine).status_code == 303
    standing = decisions_of([1])[1]
    assert (standing.number, standing.outcome) == (2, "not_adopted")
    history = desk.get(CASE).text
    assert "第 2 次处理" in history and "第 1 次处理" in history


def test_a_broken_number_decides_nothing(desk: FlaskClient) -> None:
    answer = post(desk, CASE, CASE, expected_number="zehn", outcome="adopted", reason="我写的理由")
    assert answer.status_code == 409 and "我写的理由" in answer.text and not decisions_of([1])
    assert field(answer.text, "expected_number") == "0"


def test_without_a_token_nothing_is_decided(desk: FlaskClient) -> None:
    assert desk.post(CASE, data={"outcome": "adopted", "expected_number": "0"}).status_code == 400
    assert not decisions_of([1])


def test_decide_and_next_goes_through_the_filter_to_its_end(desk: FlaskClient) -> None:
    here, place = CASE, "?state=undecided"
    seen = []
    for _ in range(3):
        seen.append(here)
        answer = rule(desk, here + place, outcome="adopted", go="next")
        assert answer.status_code == 303
        here = answer.headers["Location"].split("?")[0]
    assert [one.rsplit("/", 1)[1] for one in seen] == ["1", "3", "4"]
    assert here == "/review/c/demo"
    assert "没有下一组待处理的意见了" in desk.get(answer.headers["Location"]).text


def test_next_starts_over_at_the_beginning(desk: FlaskClient) -> None:
    answer = rule(desk, "/review/c/demo/opinions/4?channel=web", outcome="adopted", go="next")
    assert answer.headers["Location"] == "/review/c/demo/opinions/1?channel=web"


def test_a_withdrawn_opinion_has_no_form_and_takes_no_ruling(desk: FlaskClient) -> None:
    case = "/review/c/demo/opinions/4"
    form = {"csrf_token": token(desk, case), "expected_number": "0", "outcome": "adopted", "reason": "写好了的理由"}
    with transaction():
        withdraw_submission(SYSTEM, NOW, submission(4))
    answer = desk.post(case, data=form)
    assert answer.status_code == 409 and not decisions_of([4])
    page = desk.get(case).text
    assert "不需要处理" in page and 'name="outcome"' not in page and "不需要这个办法" not in page


def test_splitting_off_leaves_the_ruling_behind(desk: FlaskClient) -> None:
    rule(desk, outcome="adopted")
    case = "/review/c/demo/opinions/2"
    assert "拆出单独处理" in desk.get(case).text
    assert post(desk, case, case + "/split").status_code == 303
    assert set(decisions_of([1, 2])) == {1}
    assert "拆出单独处理" not in desk.get(case).text
    assert post(desk, case, case + "/split").status_code == 409


def test_wording_is_withheld_on_a_ground_and_given_free_again(desk: FlaskClient) -> None:
    assert post(desk, CASE, CASE + "/withhold", ground="improper").status_code == 303
    assert withholdings_of([1]) == {1: "improper"}
    assert "不公开原文" in desk.get(CASE).text
    assert post(desk, CASE, CASE + "/withhold", ground="nonsense").status_code == 422
    assert post(desk, CASE, CASE + "/withhold", ground="").status_code == 303
    assert withholdings_of([1]) == {}


def test_contact_data_only_by_post_once_and_audited(desk: FlaskClient) -> None:
    case = "/review/c/demo/opinions/3"
    assert "13800001234" not in desk.get(case).text and "view_contact" not in actions()
    assert desk.get(case + "/contact").status_code == 405
    answer = post(desk, case, case + "/contact")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "13800001234" in answer.text and "朱小明" in answer.text
    assert actions().count("view_contact") == 1
    assert "13800001234" not in desk.get(case).text


def test_nobody_without_contact_data_gets_a_button(desk: FlaskClient) -> None:
    assert "提出人没有留下联系方式" in desk.get(CASE).text
    assert "没有可以显示的联系方式" in post(desk, CASE, CASE + "/contact").text


def test_every_ruling_is_one_audit_entry(desk: FlaskClient) -> None:
    rule(desk, outcome="adopted")
    rule(desk, number=1, outcome="deferred", reason=REASON)
    assert actions().count("decide") == 2
    assert db.session.scalar(select(Decision.number).order_by(Decision.id.desc())) == 2
    assert token(desk, CASE)
