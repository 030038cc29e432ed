"""What changes after the approval or the publication: the pages say what it asks for, and nothing unseen is approved."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import transaction
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.intake.register import Entry, register
from consult.intake.submit import Item
from consult.review import decide
from tests.factories.people import make_user
from tests.web.deciding import AFTER, REASON, RESULT, rule_all, two_opinions
from tests.web.pages import browser, field, forget, post

HOME, REVIEW = "/office/c/demo", "/review/c/demo"
PUBLISH, NEXT_DRAFT = "公布采纳情况</button>", "<b>放入修改稿或者正式文本</b>"


@pytest.fixture
def project(app: Flask) -> Consultation:
    return two_opinions()


class Desks:
    """A reviewer, the office and the approver of one ruled project; every step is a minute after the one before."""

    def __init__(self, app: Flask, project: Consultation) -> None:
        self.app, self.project, self.at = app, project, AFTER
        self.reviewer, self.office, self.leader = make_user("reviewer"), make_user("office"), make_user("approver")
        rule_all(self.reviewer)

    def opened(self) -> FlaskClient:
        """The office's browser, a minute later."""
        self._later()
        return browser(self.app, self.office)

    def shown(self, step: str) -> str:
        """What the office reads; the next step is the same on the project and in the list, and leads to the result."""
        desk = self.opened()
        home, page = desk.get("/office").text, desk.get(HOME).text
        assert f"<b>{step}</b>" in page and step in home and f'class="button" href="{RESULT}">去办理' in page, page
        return desk.get(RESULT).text

    def act(self, who: Actor, name: str) -> None:
        """Press the button of the result page: approve or release."""
        self._later()
        assert post(browser(self.app, who), RESULT, f"{RESULT}/{name}", sure="y").status_code == 303

    def rule(self, comment_id: int, number: int, outcome: str) -> None:
        """Rule on an opinion that has `number` rulings."""
        self._later()
        with transaction():
            decide.decide(self.reviewer, self.at, comment_id=comment_id, expected_number=number, outcome=outcome, reason=REASON)

    def _later(self) -> None:
        self.at += timedelta(minutes=1)
        self.app.extensions["clock"] = lambda: self.at
        forget()


def test_the_pages_say_what_a_change_after_approval_or_publication_asks_for(app: Flask, project: Consultation) -> None:
    """The project's page, the list and the page of the result, step by step, each with the step that follows."""
    desks = Desks(app, project)
    _approved_twice(desks)
    desks.act(desks.office, "release")
    _nothing_more_is_extended(desks)
    _published_on_every_page(desks)
    desks.rule(1, 2, "deferred")
    _corrected(desks)
    _late_letter(desks)


def _approved_twice(desks: Desks) -> None:
    """Awaited, approved, changed, awaited again, approved."""
    page = desks.shown("请审批负责人审批采纳情况表，通过以后公布")
    assert f"等审批负责人审批（{desks.leader.name}）" in page and PUBLISH not in page
    desks.act(desks.leader, "approve")
    page = desks.shown("已经审批，公布采纳情况")
    assert PUBLISH in page and "等审批负责人" not in page
    desks.rule(1, 1, "not_adopted")
    page = desks.shown("审批以后处理意见有变动，需要重新审批")
    assert "审批之后处理结果有变动" in page and f"等审批负责人审批（{desks.leader.name}）" in page and PUBLISH not in page
    desks.act(desks.leader, "approve")


def _nothing_more_is_extended(desks: Desks) -> None:
    """Published: the next step is the next draft, and a later deadline is refused with the way that is left."""
    desk = desks.opened()
    assert NEXT_DRAFT in desk.get(HOME).text and "延长期限" not in desk.get(HOME).text
    assert "采纳情况已经公布，不能再延长期限" in desk.get(f"{HOME}/extend").text
    late = {"closes_at": ["2026-06-01", ""], "reason": "还有人来电要求多留几天。", "sure": "y", "csrf_token": field(desk.get(RESULT).text, "csrf_token")}
    refused = desk.post(f"{HOME}/extend", data=late)
    assert refused.status_code == 409 and "就修改稿再次征求意见" in refused.text


def _published_on_every_page(desks: Desks) -> None:
    """The reviewers' pages say so too, and nothing is left to approve one by one."""
    desk = desks.opened()
    for page in ("/review", REVIEW, f"{REVIEW}/dashboard", f"{REVIEW}/approve", f"{REVIEW}/disputes"):
        text = desk.get(page).text
        assert "已公布采纳情况" in text and "意见整理中" not in text, page
    text = desk.get(f"{REVIEW}/dashboard").text
    assert 'href="/c/demo/result">看公布的内容</a>' in text and "日前反馈" not in text
    assert '<a href="/c/demo/result">看采纳情况' in desk.get("/review").text
    assert "已经随整张采纳情况表审批，不用再逐条审批" in desk.get(f"{REVIEW}/approve").text


def _corrected(desks: Desks) -> None:
    """Changed after the publication: approved again and published again, as a correction."""
    assert "已经随整张" not in browser(desks.app, desks.office).get(f"{REVIEW}/approve").text
    page = desks.shown("公布以后处理意见有变动，需要重新审批，再次公布作为更正")
    assert "需要更正" in page and "重新审批后再次公布，作为更正" in page and "现在的采纳情况已经公布" not in page
    desks.act(desks.leader, "approve")
    page = desks.shown("更正已经审批，再次公布采纳情况")
    assert "再次公布，作为更正</button>" in page and "这是更正：" in page
    desks.act(desks.office, "release")
    desk = desks.opened()
    assert NEXT_DRAFT in desk.get(HOME).text and "需要更正" not in desk.get(RESULT).text


def _late_letter(desks: Desks) -> None:
    """A letter entered after all that is ruled on too, and asks for a correction in its turn."""
    entry = Entry((Item(None, "other", "迟到的来信。"),))
    with transaction():
        (sent,) = register(desks.office, desks.at, consultation=desks.project, version_id=1, channel="letter", entries=[entry],
                           keys=desks.app.extensions["keys"])  # fmt: skip
    assert "<b>审阅意见，还有 1 条未处理</b>" in desks.opened().get(HOME).text, "late letters are ruled on too"
    with transaction():
        decide.mark_read(desks.reviewer, desks.at, sent.comment_ids[0])
    desks.rule(sent.comment_ids[0], 0, "adopted")
    desks.shown("公布以后处理意见有变动，需要重新审批，再次公布作为更正")


def test_a_change_after_approval_reopens_it(app: Flask, project: Consultation) -> None:
    reviewer = make_user("reviewer")
    rule_all(reviewer)
    app.extensions["clock"] = lambda: AFTER
    leader = browser(app, make_user("approver"))
    post(leader, RESULT, f"{RESULT}/approve", sure="y")
    with transaction():
        decide.decide(reviewer, AFTER, comment_id=1, expected_number=1, outcome="not_adopted", reason=REASON)
    forget()
    assert "需要重新审批" in leader.get(RESULT).text
    refused = post(browser(app, make_user("office")), RESULT, f"{RESULT}/release", sure="y")
    assert "请重新审批采纳情况表" in refused.text


def test_the_table_that_is_approved_is_the_one_that_was_seen(app: Flask, project: Consultation) -> None:
    reviewer, leader = make_user("reviewer"), make_user("approver")
    rule_all(reviewer)
    app.extensions["clock"] = lambda: AFTER
    client = browser(app, leader)
    old = field(client.get(RESULT).text, "seen")
    with transaction():
        decide.decide(reviewer, AFTER, comment_id=1, expected_number=1, outcome="deferred", reason=REASON)
    answer = post(client, RESULT, RESULT + "/approve", sure="y", seen=old)
    assert answer.status_code == 409 and "处理结果又有变动" in answer.text
    assert post(client, RESULT, RESULT + "/approve", sure="y").status_code == 303
