"""Pages of disputes: a ruling begins one, two people end it, the unit sees how, the report leaves with an entry."""

import io
import re

import pytest
from docx import Document
from flask import Flask

from consult.base.db import db
from consult.review import disputes
from consult.review.dispute_find import quarrels
from consult.summary.verify import faults
from tests.factories.people import make_project
from tests.review.desk import REASON, rule, say
from tests.review.quarrel import RESULT, Quarrel, make_quarrel
from tests.web.pages import actions, browser, field, forget, post

ALL = "/review/c/demo/disputes"
ONE = ALL + "/1"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def one(app: Flask, keys) -> Quarrel:
    return make_quarrel(keys)


def test_turning_a_units_point_down_begins_its_dispute(app: Flask, one: Quarrel) -> None:
    desk = browser(app, one.reviewer)
    case = f"/review/c/demo/opinions/{one.comments[0]}"
    said = post(desk, case, case, outcome="not_adopted", reason=REASON, expected_number="0", go="stay")
    assert said.status_code == 303
    page = desk.get(case).text
    assert "已登记为争议" in page and f'href="{ONE}"' in page
    assert actions()[-2:] == ["decide", "open_dispute"]
    again = post(desk, case, case, outcome="partly_adopted", adopted_part="前半", reason=REASON, expected_number="1")
    assert again.status_code == 303
    assert actions()[-1] == "decide"
    other = say(one.project, "公众的意见")
    case = f"/review/c/demo/opinions/{other}"
    post(desk, case, case, outcome="not_adopted", reason=REASON, expected_number="0", go="stay")
    assert actions()[-1] == "decide"
    assert len(quarrels(one.project.id)) == 1


def test_the_whole_way_on_the_page(app: Flask, one: Quarrel) -> None:
    one.turned_down()
    desk = browser(app, one.reviewer)
    assert "协调中" in desk.get(ALL).text and "市财政局" in desk.get("/review/disputes").text
    views = {"point": "经费由谁承担", "unit_view": "乡镇承担", "office_view": "县级财政承担"}
    assert post(desk, ONE, ONE + "/views", **views).status_code == 303
    held = {"held_on": "2026-03-09", "units": "市财政局", "words": "面商一次。", "file": (io.BytesIO(PDF), "纪要.pdf")}
    assert post(desk, ONE, ONE + "/meetings", **held).status_code == 303
    page = desk.get(ONE).text
    assert "经费由谁承担" in page and "面商一次。" in page
    with desk.get(re.search(rf"{ONE}/files/\d+", page)[0]) as scan:
        assert (scan.data, scan.headers["Content-Disposition"][:10]) == (PDF, "attachment")
    assert post(desk, ONE, ONE + "/result", outcome="agreed", result=RESULT).status_code == 303
    assert "确认处理结果</button>" not in desk.get(ONE).text
    assert post(desk, ONE, ONE + "/confirm").status_code == 403
    leader = browser(app, one.approver)
    assert post(leader, ONE, ONE + "/confirm").status_code == 303
    assert "重新填写" not in leader.get(ONE).text
    assert "没有需要协调" in leader.get("/review/disputes").text
    assert list(faults(db.session())) == []


def test_what_is_wrong_stands_at_its_field_and_stays(app: Flask, one: Quarrel) -> None:
    one.turned_down()
    desk = browser(app, one.reviewer)
    for way, fields, word in (
        ("/result", {"outcome": "yielded", "result": RESULT}, "请先在意见页面"),
        ("/result", {"outcome": "agreed", "result": "短"}, "至少10个字"),
        ("/views", {"point": "", "unit_view": "甲", "office_view": "乙"}, "请填写争议事项"),
        ("/meetings", {"held_on": "2026-03-11", "units": "甲", "words": "乙"}, "不能晚于今天"),
        ("/meetings", {"held_on": "2026-03-09", "units": "甲", "words": "乙", "file": (io.BytesIO(b"MZ"), "a.pdf")}, "类型"),
    ):
        page = post(desk, ONE, ONE + way, **fields)
        assert page.status_code in (415, 422), way
        assert word in page.text
    assert "甲" in page.text and "乙" in page.text
    assert actions()[-1] == "log_in"


def test_a_point_without_its_dispute_is_offered(app: Flask, one: Quarrel) -> None:
    rule(one.reviewer, one.comments[0], "not_adopted", reason=REASON)
    desk = browser(app, one.reviewer)
    assert "还没有登记的" in desk.get(ALL).text
    assert post(desk, ALL, ALL, comment=str(one.comments[0])).headers["Location"].endswith(ONE)
    assert "还没有登记的" not in desk.get(ALL).text
    assert post(desk, ALL, ALL, comment="999").status_code == 404


def test_disputes_of_another_project_and_strangers(app: Flask, one: Quarrel) -> None:
    one.turned_down()
    make_project("other")
    desk = browser(app, one.reviewer)
    assert desk.get("/review/c/other/disputes/1").status_code == 404
    assert desk.get(ONE + "/files/1").status_code == 404
    assert post(desk, ONE, "/review/c/other/disputes/1/result", outcome="upheld", result=RESULT).status_code == 404
    unit = browser(app, one.desks[0].agent)
    for address in ("/review/disputes", ALL, ONE):
        assert unit.get(address).status_code == 403
    forget()
    assert app.test_client().get(ONE).status_code == 302


def test_the_report_names_both_sides_and_is_noted(app: Flask, one: Quarrel) -> None:
    one.turned_down()
    one.turned_down(1, "partly_adopted")
    second = quarrels(one.project.id)[1].dispute
    one.on(disputes.settle, second, "agreed", RESULT)
    one.on(disputes.confirm, second, actor=one.approver)
    desk = browser(app, one.reviewer)
    got = post(desk, ALL, ALL + "/report", to="市人民政府")
    words = [line.text for line in Document(io.BytesIO(got.data)).paragraphs]
    assert words[0].replace("\n", "") == f"关于《{one.project.title}》有关部门意见分歧情况的报告"
    assert words[1] == "市人民政府："
    assert "共登记2项" in words[2] and "尚有1项" in words[2] and "书面征求了2个单位" in words[2]
    assert words[3] == "一、关于第一条"
    assert words[4] == "（一）有关单位的意见和理由。市财政局提出：路灯经费应当由乡镇承担。"
    assert REASON in words[5] and words[6] == "（三）协调情况。尚未召开协调会议。"
    assert not any("间距" in line for line in words)
    assert actions()[-1] == "export"


def test_no_report_where_nothing_is_left(app: Flask, one: Quarrel) -> None:
    say(one.project, "公众的意见")
    desk = browser(app, one.reviewer)
    assert "没有争议" in desk.get(ALL).text
    refused = post(desk, "/review/c/demo", ALL + "/report", to="")
    assert refused.status_code == 422
    assert "export" not in actions()


def test_the_unit_sees_how_its_own_point_ended_and_nobody_elses(app: Flask, one: Quarrel) -> None:
    row = one.turned_down()
    letter = f"/agency/letters/{one.desks[0].letter.id}"
    unit = browser(app, one.desks[0].agent)
    assert "已登记为争议，正在协调" in unit.get(letter).text
    one.on(disputes.settle, row, "upheld", RESULT)
    forget()
    unit = browser(app, one.desks[0].agent)
    assert RESULT not in unit.get(letter).text  # nobody has confirmed it
    one.on(disputes.confirm, row, actor=one.approver)
    unit = browser(app, one.desks[0].agent)
    assert "维持原处理意见" in unit.get(letter).text and RESULT in unit.get(letter).text
    other = browser(app, one.desks[1].agent)
    assert other.get(letter).status_code == 404
    assert RESULT not in other.get(f"/agency/letters/{one.desks[1].letter.id}").text


def test_nobody_confirms_or_overwrites_what_they_have_not_seen(app: Flask, one: Quarrel) -> None:
    row = one.turned_down()
    desk = browser(app, one.reviewer)
    old = field(desk.get(ONE).text, "seen")
    one.on(disputes.settle, row, "upheld", RESULT)
    late = post(desk, ONE, ONE + "/result", outcome="agreed", result="另一位同事稍晚写下的处理结果。", seen=old)
    assert late.status_code == 409 and "别人改过这项争议" in late.text and "另一位同事稍晚写下的处理结果。" in late.text
    leader = browser(app, one.approver)
    old = field(leader.get(ONE).text, "seen")
    one.on(disputes.settle, row, "agreed", RESULT)
    assert "别人改过这项争议" in post(leader, ONE, ONE + "/confirm", seen=old).text
    assert post(leader, ONE, ONE + "/confirm").status_code == 303
