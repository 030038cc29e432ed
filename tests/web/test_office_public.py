"""公开页面: plain words, notes by clause, bulletins with the present numbers, links and where people came from."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import transaction
from consult.drafts import bulletins, find, notes, publish, views
from consult.drafts.models import Bulletin, ClauseNote
from consult.intake.submit import Item
from tests.factories.people import NOW, OPERATOR, make_project, make_user, send
from tests.factories.versions import publish_next
from tests.web.pages import actions, browser, field, forget, post

PUBLIC, NOTES, BULLETINS = (f"/office/c/demo/public{tail}" for tail in ("", "/notes", "/bulletins"))
REASON = "数字有误，核对以后重新发布。"


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser(app, make_user("office"))


def act(client: FlaskClient, page: str, address: str = "", **fields: object) -> object:
    forget()
    return post(client, page, address or page, **fields)


def public(app: Flask, address: str = "/c/demo") -> str:
    """What anybody reads."""
    forget()
    return app.test_client().get(address).text


def all_notes() -> list[ClauseNote]:
    return notes.every_note(find.by_slug("demo").id)


def all_bulletins() -> list[Bulletin]:
    return bulletins.public_bulletins(find.by_slug("demo").id)


def test_plain_words_and_link_change_after_publication(app: Flask, office: FlaskClient) -> None:
    make_project()
    given = {"plain_summary": "路灯装多密、坏了谁修。", "interpretation_url": "https://hewan.example.cn/jiedu"}
    assert act(office, PUBLIC, **given).status_code == 303
    page = public(app)
    assert given["plain_summary"] in page and f'href="{given["interpretation_url"]}"' in page
    assert actions()[-1] == "introduce"
    refused = act(office, PUBLIC, plain_summary="别的话", interpretation_url="javascript:alert(1)")
    assert refused.status_code == 422 and "https://" in refused.text and "别的话" in refused.text
    assert find.by_slug("demo").plain_summary == given["plain_summary"]


def test_a_new_project_is_given_both_before_publication(app: Flask, office: FlaskClient) -> None:
    make_project(published=False)
    page = "/office/c/demo/edit"
    forget()
    text = office.get(page).text
    kept = {name: field(text, name) for name in ("title", "slug", "stage_label", "drafting_unit")}
    days = {"opens_at": ["2026-03-12", "09:00"], "closes_at": ["2026-04-20", ""]}
    words = {"kind": "normative", "explanation": "为了看得见。", "contact": "周工", "plain_summary": "路灯的事。"}
    wrong = act(office, page, **kept, **days, **words, interpretation_url="hewan.example.cn")
    assert wrong.status_code == 422 and "路灯的事。" in wrong.text
    right = act(office, page, **kept, **days, **words, interpretation_url="http://hewan.example.cn/a")
    assert right.status_code == 303
    project = find.by_slug("demo")
    assert (project.plain_summary, project.interpretation_url) == ("路灯的事。", "http://hewan.example.cn/a")
    assert "项目还没有发布" in office.get(PUBLIC).text


def test_notes_are_written_by_clause_and_read_by_the_public(app: Flask, office: FlaskClient) -> None:
    make_project()
    forget()
    page = office.get(NOTES).text
    assert 'href="/office/c/demo/public/notes?clause=a3"' in page and "给第三条加说明" not in page
    at = f"{NOTES}?clause=a3"
    assert "给第三条加说明" in office.get(at).text
    assert act(office, at, kind="question", title="谁来修？", text="村民委员会 <修>。").status_code == 303
    assert act(office, f"{NOTES}?clause=", kind="interpretation", url="https://hewan.example.cn/x").status_code == 303
    whole, alone = public(app), public(app, "/c/demo/clauses/a3")
    assert "说明与解读" in whole and "村民委员会 &lt;修&gt;。" in whole and "村民委员会 &lt;修&gt;。" in alone
    assert 'href="https://hewan.example.cn/x"' in whole and "hewan.example.cn）" in whole
    assert "谁来修？" not in public(app, "/c/demo/clauses/a4")


def test_what_is_wrong_with_a_note_stands_at_its_field(office: FlaskClient) -> None:
    make_project()
    at = f"{NOTES}?clause=a3"
    empty = act(office, at, kind="question", title="谁来修？")
    assert empty.status_code == 422 and 'id="text-error"' in empty.text and field(empty.text, "title") == "谁来修？"
    assert 'id="url-error"' in act(office, at, kind="interpretation", url="gov.cn").text
    assert act(office, at, kind="joke", text="一").status_code == 422
    lost = office.get(f"{NOTES}?clause=a99").text
    assert "现行文本里没有这一条" in lost and "<textarea" not in lost
    assert all_notes() == []


def test_a_withdrawn_note_is_gone_for_the_public_and_stays_for_the_office(app: Flask, office: FlaskClient) -> None:
    make_project()
    act(office, f"{NOTES}?clause=a3", kind="design_note", text="四十米是测出来的。")
    number = all_notes()[0].id
    assert "四十米是测出来的。" in public(app)
    assert act(office, NOTES, f"{NOTES}/{number}/withdraw").status_code == 303
    assert "四十米是测出来的。" not in public(app)
    forget()
    page = office.get(NOTES).text
    assert "四十米是测出来的。" in page and "已撤下" in page
    assert act(office, NOTES, f"{NOTES}/{number}/withdraw").status_code == 409
    assert act(office, NOTES, f"{NOTES}/999/withdraw").status_code == 404


def test_notes_on_a_clause_that_went_stand_apart(app: Flask, office: FlaskClient) -> None:
    project = make_project()
    act(office, f"{NOTES}?clause=a4", kind="design_note", text="五日够用。")
    publish_next(project)
    forget()
    page = office.get(NOTES).text
    assert page.index("现行文本里已经没有的条款") < page.index("五日够用。")
    assert "五日够用。" not in public(app)


def test_a_bulletin_begins_with_the_present_numbers(app: Flask, office: FlaskClient) -> None:
    project = make_project()
    send(project, [Item("a3", "amend", "太远。"), Item("a4", "support")])
    forget()
    assert "共收到社会各界意见2条，来自1份提交。" in office.get(BULLETINS).text
    assert act(office, BULLETINS, title="进展", text="收到 2 条。\n谢谢大家。").status_code == 303
    assert act(office, BULLETINS, title="", text="一").status_code == 422
    page = public(app)
    assert "征求意见情况通报" in page and "收到 2 条。\n谢谢大家。" in page
    assert [one.title for one in all_bulletins()] == ["进展"]


def test_a_bulletin_is_taken_back_with_a_public_reason(app: Flask, office: FlaskClient) -> None:
    make_project()
    act(office, BULLETINS, title="进展", text="收到 99 条。")
    address = f"{BULLETINS}/{all_bulletins()[0].id}/withdraw"
    assert act(office, address, reason=REASON).status_code == 422
    assert act(office, address, reason="错了", sure="y").status_code == 422
    assert "收到 99 条。" in public(app)
    assert act(office, address, reason=REASON, sure="y").status_code == 303
    page = public(app)
    assert "收到 99 条。" not in page and "撤下" in page and REASON in page
    assert act(office, address, reason=REASON, sure="y").status_code == 409


def test_every_channel_has_its_link_and_the_numbers_say_who_came(app: Flask, office: FlaskClient) -> None:
    project = make_project()
    with transaction():
        views.add({("demo", date(2026, 3, 5), "wechat"): 4100, ("demo", date(2026, 3, 8), ""): 7})
    send(project, [Item("a3", "support")], source="wechat")
    send(project, [Item("a3", "support")], source="wechat")
    forget()
    page = office.get(f"{PUBLIC}?channel=radio-2").text
    for word in ("wechat", "weibo", "portal", "poster", "sms", "radio-2"):
        assert f'value="http://localhost/c/demo?src={word}"' in page and f'src="/c/demo/qr.svg?src={word}"' in page
    assert '<th scope="row">微信</th><td class="number">4,100</td><td class="number">2</td>' in page
    assert '<th scope="row">直接打开</th><td class="number">7</td><td class="number">0</td>' in page
    for day in ("2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08", "2026-03-10"):
        assert f'<th scope="row">{day}</th>' in page
    assert 'aria-label="每天浏览次数：2026-03-05 4100，2026-03-08 7"' in page
    wrong = office.get(f"{PUBLIC}?channel=%E7%94%B5%E5%8F%B0%22%3E").text
    assert 'id="channel-error"' in wrong and "电台&#34;&gt;" in wrong and "src=电台" not in wrong


def test_only_the_office_changes_anything(app: Flask) -> None:
    make_project()
    approver = browser(app, make_user("approver"))
    for page in (PUBLIC, NOTES, f"{NOTES}?clause=a3", BULLETINS):
        text = approver.get(page).text
        assert 'method="post"' not in text.partition("<main")[2]
    assert post(approver, "/office/settings", PUBLIC, plain_summary="一").status_code == 403
    assert post(approver, "/office/settings", f"{NOTES}?clause=a3", kind="design_note", text="一").status_code == 403
    assert post(approver, "/office/settings", BULLETINS, title="一", text="一").status_code == 403
    assert browser(app, make_user("reviewer")).get(PUBLIC).status_code == 403
    assert all_notes() == [] and all_bulletins() == []


def test_a_project_that_was_taken_back_says_so(app: Flask, office: FlaskClient) -> None:
    make_project()
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "上位法即将修订，需要重新起草。")
    assert "不能再添加说明" in office.get(f"{NOTES}?clause=a3").text
    assert act(office, BULLETINS, title="后续", text="重新起草以后再征求意见。").status_code == 303
    assert "重新起草以后再征求意见。" in public(app)
