"""Opinions by letter or call are entered once, with a receipt for the sender; what was typed stays on a refusal."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.crypto import Keys
from consult.base.db import db
from consult.intake import attachments, find
from consult.intake.models import Comment, Submission
from tests.factories.people import CLOSES, make_project, make_user
from tests.web.pages import actions, browser, field, forget, token

PAGE = "/office/c/demo/register"


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    make_project()
    return browser(app, make_user("office"))


def enter(client: FlaskClient, **fields: object) -> object:
    """Send the form as a clerk would."""
    forget()
    once = field(client.get(PAGE).text, "once")
    given = {
        "once": once, "channel": "letter", "received_on": "2026-03-09", "opinions-0-clause": "a3",
        "opinions-0-stance": "amend", "opinions-0-text": "灯太少，\r\n请加<灯>。",
    }  # fmt: skip
    return client.post(PAGE, data={"csrf_token": token(client, PAGE), **given, **fields})


def test_a_letter_is_entered_and_its_receipt_opens(app: Flask, office: FlaskClient, keys: Keys) -> None:
    page = enter(office, name="朱小明", kind="person", phone="0816-1")
    assert page.status_code == 200
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", page.text)
    assert code
    sent = find.by_receipt(keys, code[0])
    assert (sent.channel, str(sent.received_on), sent.submitter_shown) == ("letter", "2026-03-09", "朱**")
    assert find.comments_of(sent.id)[0].text == "灯太少，\n请加<灯>。"
    assert actions()[-1] == "register"


def test_the_same_page_twice_is_one_letter(app: Flask, office: FlaskClient) -> None:
    once = field(office.get(PAGE).text, "once")
    assert enter(office, once=once).status_code == 200
    again = enter(office, once=once)
    assert again.status_code == 409
    assert "已经登记过" in again.text
    assert "请加&lt;灯&gt;" in again.text
    assert field(again.text, "once") != once
    assert db.session.query(Submission).count() == 1


def test_one_more_opinion_keeps_the_first(app: Flask, office: FlaskClient) -> None:
    page = enter(office, more="1", name="朱小明")
    assert page.status_code == 200
    assert "第 2 条意见" in page.text
    assert "请加&lt;灯&gt;" in page.text
    assert "朱小明" in page.text
    both = enter(office, **{"opinions-1-clause": "", "opinions-1-stance": "support", "opinions-1-text": ""})
    assert "2 条意见已经登记" in both.text
    assert [one.stance for one in db.session.query(Comment).order_by(Comment.id)] == ["amend", "support"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"opinions-0-text": " "}, "还没有写内容"),
        ({"received_on": "2026-03-11"}, "收到日期还没有到"),
        ({"received_on": ""}, "请填写收到日期"),
        ({"channel": "formal"}, "channel-error"),
        ({"opinions-0-clause": "nothing"}, "opinions-0-clause-error"),
        ({"wants_reply": "y"}, "：提出人要求答复的，请登记电话或者邮箱"),
        ({"opinions-0-text": "坏\x07字"}, "控制字符"),
    ],
)
def test_refusals_store_nothing(app: Flask, office: FlaskClient, changes: dict[str, object], says: str) -> None:
    page = enter(office, address="河湾村", **changes)
    assert page.status_code == 422
    assert "第 1 份" not in page.text
    assert says in page.text
    assert "河湾村" in page.text
    assert not db.session.query(Submission).count()


def test_what_came_late_is_marked(app: Flask, office: FlaskClient) -> None:
    app.extensions["clock"] = lambda: CLOSES.replace(day=5)
    late = browser(app, make_user("office"))
    page = enter(late, received_on="2026-04-04")
    assert "逾期收到" in page.text
    assert db.session.query(Submission).one().late
    number = db.session.query(Comment).one().id
    assert "2026年4月4日收到，截止以后" in browser(app, make_user("reviewer")).get(f"/review/c/demo/opinions/{number}").text


def test_an_approver_does_not_enter(app: Flask) -> None:
    make_project()
    assert browser(app, make_user("approver")).get(PAGE).status_code == 403


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def chosen(*files: tuple[str, bytes]) -> dict[str, object]:
    """Files as a browser sends them."""
    return {"scans": [(io.BytesIO(data), name) for name, data in files]}


def test_a_scan_stands_with_the_letter_and_reviewers_can_take_it(app: Flask, office: FlaskClient) -> None:
    page = enter(office, **chosen(("来信.pdf", PDF), ("录音.amr", b"#!AMR\n")))
    assert "附件 2 个" in page.text
    (one,) = db.session.query(Submission)
    assert [(file.name, file.kind) for file in attachments.of([one.id])[one.id]] == [("来信.pdf", "pdf"), ("录音.amr.bin", "bin")]
    number = db.session.query(Comment).one().id
    reviewer = browser(app, make_user("reviewer"))
    assert "来信.pdf" in reviewer.get(f"/review/c/demo/opinions/{number}").text
    taken = reviewer.get(f"/review/c/demo/opinions/{number}/files/2")
    data = taken.data
    taken.close()
    assert (data, taken.mimetype, taken.headers["Content-Disposition"][:10]) == (b"#!AMR\n", "application/octet-stream", "attachment")


def test_a_scan_outlives_a_refusal_and_can_be_dropped(app: Flask, office: FlaskClient) -> None:
    refused = enter(office, **chosen(("来信.pdf", PDF)), **{"opinions-0-text": " "})
    assert (refused.status_code, "来信.pdf" in refused.text) == (422, True)
    kept = field(refused.text, "scan")
    more = enter(office, scan=kept, more="1", **chosen(("二.pdf", PDF + b"%"), ("又.pdf", PDF)))
    names = re.findall(r'name="scan" value="([^"]+)"', more.text)
    assert (more.status_code, len(names)) == (200, 2)
    dropped = enter(office, scan=names, drop=names[0])
    assert re.findall(r'name="scan" value="([^"]+)"', dropped.text) == names[1:]
    assert not db.session.query(Submission).count()
    enter(office, scan=names[1:])
    (one,) = db.session.query(Submission)
    assert [file.name for file in attachments.of([one.id])[one.id]] == ["二.pdf"]


@pytest.mark.parametrize(
    ("files", "fields", "says"),
    [
        ([("空.pdf", b"")], {}, "是空的"), ([(f"{number}.txt", b"%d" % number) for number in range(21)], {}, "最多带 20 个"),
        ([], {"scan": "forged"}, "请重新选择"),
    ],
    ids=["empty", "many", "forged"],
)  # fmt: skip
def test_a_scan_that_cannot_be_kept_stores_nothing(
    app: Flask, office: FlaskClient, files: list[tuple[str, bytes]], fields: dict[str, object], says: str
) -> None:
    page = enter(office, **fields, **(chosen(*files) if files else {}))
    assert (page.status_code in (413, 422), says in page.text, "请加&lt;灯&gt;" in page.text) == (True, True, True)
    assert not db.session.query(Submission).count()
