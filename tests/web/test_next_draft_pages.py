"""The next draft on the pages: a revised text with reasons, asked about again, an opinion pointed, the final text for the public."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.drafts import find
from consult.drafts.introduction import introduce
from consult.intake.submit import Item, Sender
from consult.summary.find import releases
from consult.web.filters import machine
from tests.factories.people import OPERATOR, make_project, make_user, send
from tests.factories.versions import NEXT
from tests.summary.next_draft import AGAIN, LATER, SAID, ask_again, load
from tests.summary.releasing import approve, publish
from tests.summary.world import rule
from tests.web.pages import browser, field, post
from tests.web.test_office_versions import LIST, NEW, SECOND, chosen


@pytest.fixture
def codes(app: Flask) -> dict[str, str]:
    """Two opinions of the first period with their receipt codes, adopted and published; the clock stands after it."""
    project = make_project()
    sent = {"third": send(project, [Item("a3", "amend", "间距太大。")], sender=Sender(name="朱重八", may_publish=True)),
            "whole": send(project, [Item(None, "other", "水塘边也要装路灯。")])}  # fmt: skip
    rule(sent["third"].comment_ids[0], "adopted", "间距确实太大，采纳这条。", new_wording="主路路灯间距不超过三十米。")
    rule(sent["whole"].comment_ids[0], "adopted", "水塘边确有危险，采纳。")
    approve()
    publish()
    app.extensions["clock"] = lambda: LATER
    return {name: one.code for name, one in sent.items()}


def press(client: FlaskClient, page: str, name: str, **fields: object) -> object:
    token = field(client.get(page).text, f"{name}-csrf_token")
    return client.post(f"{page}/{name}", data={f"{name}-csrf_token": token, f"{name}-sure": "y", **fields})


def test_the_office_brings_a_revised_text_out_and_asks_again(app: Flask, codes: dict[str, str], client: FlaskClient) -> None:
    first, second = make_user("office"), make_user("office")
    office = browser(app, first)
    page = office.get(NEW).text
    assert re.search('<input[^>]*checked[^>]*value="revision"', page) and "更正公告或者修改说明" in page, "after the deadline the likelier one"
    answer = post(office, NEW, NEW, pasted=NEXT, correction=SAID, purpose="revision")
    assert answer.status_code == 303
    page = office.get(SECOND).text
    assert "采纳的意见" in page and "采纳了，条文没有跟着改的意见" in page and "修改说明" not in client.get("/c/demo").text
    version = find.proposal(find.by_slug("demo"))
    assert version is not None
    third = next(one.id for one in find.clauses(version.id) if one.key == "a3")
    assert f'name="why-{third}" rows="2">间距确实太大，采纳这条。</textarea>' in page, "the rulings' reasons to begin with"
    done = post(office, SECOND, SECOND, correction=SAID, **chosen(page) | {f"why-{third}": "间距缩短到三十米，夜间看得清。"})
    assert done.status_code == 303
    assert f'name="why-{third}" rows="2">间距缩短到三十米，夜间看得清。</textarea>' in office.get(SECOND).text
    long = post(office, SECOND, SECOND, correction=SAID, **chosen(page) | {f"why-{third}": "长" * 2001})
    assert long.status_code == 422 and "每条修改理由最多" in long.text and "长长长" in long.text
    other = browser(app, second)
    assert "<b>第 2 版正在准备，公众还看不到，请继续办理</b>" in other.get("/office/c/demo").text
    assert press(other, SECOND, "secrecy").status_code == 303
    office = browser(app, first)
    assert press(office, SECOND, "publish").status_code == 303
    assert "修改稿" in office.get(LIST).text and "<b>就第 2 版修改稿再次征求意见</b>" in office.get(LIST).text
    assert "<b>就修改稿再次征求意见，或者放入正式文本</b>" in office.get("/office/c/demo").text
    public = client.get("/c/demo/changes").text
    assert "间距缩短到三十米，夜间看得清。" in public and "修改理由" in public and "根据采纳情况表第" in public and "公布修改稿" in public
    short = press(office, SECOND, "round", **{"round-closes_at": ["2026-04-08", ""]})
    assert short.status_code == 422 and "少于规定的" in short.text
    done = press(office, SECOND, "round", **{"round-closes_at": ["2026-05-20", ""]})
    assert done.status_code == 303, done.text
    assert "再次征求意见：" in office.get(SECOND).text and "就第 2 版修改稿再次征求意见" not in office.get(LIST).text
    public = client.get("/c/demo").text
    assert "提意见" in public and "再次征求意见" in public and "三十米" in public and "公布修改稿" in public
    assert "现在正就修改稿再次征求意见" in client.get("/c/demo/result").text and len(releases(1)) == 1


def test_every_result_stays_within_reach_under_the_name_of_its_round(app: Flask, codes: dict[str, str], client: FlaskClient) -> None:
    load("revision")
    assert "第一轮" not in client.get("/c/demo").text, "nobody was asked again yet"
    ask_again()
    assert f"<updated>{machine(LATER)}</updated>" in client.get("/feed.xml").text, "asked again: the entry is renewed"
    first = '<a href="/c/demo/result/1">看第一轮采纳情况</a>'
    page = client.get("/c/demo").text
    assert "<b>现在是第二轮征求意见</b>，请对下面的第2版提意见" in page and "<b>第一轮截止</b>" in page and "<b>公布第二轮采纳情况</b>" in page
    assert "草案还更正过" not in client.get("/c/demo/result/1").text, "a revised text after the result corrects nothing of its period"
    assert page.count(first) == 1 and '<a href="/c/demo/result/1">公布第一轮采纳情况</a>' in page and "看采纳情况" not in page
    later = send(find.by_slug("demo"), [Item("a3", "other", "再说一句。")], LATER + timedelta(minutes=1))
    assert "看全部意见的第一轮采纳情况" in ask(client, codes["third"])
    assert "采纳情况</a>" not in ask(client, later.code), "what came since is not answered"
    app.extensions["clock"] = lambda: AGAIN + timedelta(hours=1)
    assert client.get("/c/demo").text.count(first) == 2, "beside the draft and where it says that the period is over"
    assert "后来就修改稿再次征求了意见，采纳情况还没有公布" in client.get("/c/demo/result").text

    rule(later.comment_ids[0], "adopted", "说得对，采纳这一条。")
    for day in (1, 2):  # the result of the second period, and its correction
        approve(now=AGAIN + timedelta(days=day))
        publish(now=AGAIN + timedelta(days=day))
        rule(later.comment_ids[0], "not_adopted", f"第{day}次再想，与上位法不一致，不采纳。")
    app.extensions["clock"] = lambda: AGAIN + timedelta(days=3)
    page = client.get("/c/demo").text
    for number, name in enumerate(("公布第一轮采纳情况", "公布第二轮采纳情况", "更正第二轮采纳情况（第2次公布）"), 1):
        assert f'<a href="/c/demo/result/{number}">{name}</a>' in page and client.get(f"/c/demo/result/{number}").status_code == 200
    old, middle, newest = (client.get(f"/c/demo/result{one}").text for one in ("/1", "/2", ""))
    assert "这是第一轮征求意见的采纳情况" in old and '<a href="/c/demo/result">看第二轮采纳情况</a>' in old and "后来作了更正" not in old
    assert "红色竖线是第一轮截止日4月2日" in old and "竖线右边" not in old, "its own deadline, not that of today"
    assert "这是第二轮第 1 次公布的内容，后来作了更正" in middle and '<a href="/c/demo/result">看第二轮采纳情况</a>' in middle
    assert "第二轮，第 2 次（更正）" in newest and 'class="notice"' not in newest and "红色竖线是第二轮截止日5月17日" in newest
    for one in ("第一轮采纳情况，", "第二轮采纳情况，", "第二轮采纳情况（第2次公布，更正），"):
        assert one in newest
    assert "各轮合计共收到 <b>3</b> 条" in newest and 'class="turns"' not in old
    for name, *counts in (("收到", 2, 1, 3), ("有效", 2, 1, 3), ("采纳", 2, 0, 2), ("不采纳", 0, 1, 1)):
        assert f'<th scope="row">{name}</th>{"".join(f"<td>{one}</td>" for one in counts)}</tr>' in newest, name
    public = client.get("/c/demo/changes").text
    assert re.findall(r'href="/c/demo/result(?:/(\d+))?[?]#r', public) == ["1"], "the text follows the result before it, not opinions on itself"
    office = browser(app, make_user("office"))
    page = office.get("/office/c/demo/result").text
    assert "第二轮收到公众意见 <b>1</b>" in page and "收到公众意见 <b>3</b> = 第一轮 <b>2</b> + 第二轮 <b>1</b>" in page
    assert "更正第二轮采纳情况（第2次公布）" in office.get("/office/c/demo").text
    assert "<h2>第二轮第 2 次公布</h2>" in office.get("/office/c/demo/result").text
    feed = client.get("/c/demo/feed.xml").text
    for said in ("<title>公布第一轮采纳情况</title>", "<title>更正第二轮采纳情况（第2次公布）</title>", "<title>再次征求意见（第二轮）</title>",
                 "<title>征求意见截止</title>", "<title>第二轮征求意见截止</title>", "<title>公布修改稿，第2版</title>", 'href="http://localhost/c/demo/result/1"',
                 "从2026年3月2日"):  # fmt: skip
        assert said in feed, said


def ask(client: FlaskClient, code: str) -> str:
    """The page behind a receipt code."""
    return client.post("/receipt", data={"code": code, "csrf_token": field(client.get("/receipt").text, "csrf_token")}).text


def test_who_is_for_the_text_is_not_missed_in_it(app: Flask) -> None:
    project = make_project()
    for stance in ("support", "other"):
        number = send(project, [Item(None, stance, "总体赞成。" if stance == "support" else "写得太笼统。")]).comment_ids[0]
        rule(number, "adopted", "意见予以采纳，谢谢。")
    app.extensions["clock"] = lambda: LATER
    office = browser(app, make_user("office"))
    post(office, NEW, NEW, pasted=NEXT, correction=SAID, purpose="revision")
    page = office.get(SECOND).text
    part = page[page.index("采纳了，条文没有跟着改的意见") :]
    assert "下面 1 件意见" in part and 'opinions/2">意见 2</a>' in part and 'opinions/1">意见 1</a>' not in part


def test_a_reviewer_points_an_opinion_and_its_author_reads_the_clause(app: Flask, codes: dict[str, str], client: FlaskClient) -> None:
    load("revision")
    ask_again()
    me = make_user("reviewer")
    reviewer, case = browser(app, me), "/review/c/demo/opinions/2"
    page = reviewer.get(case).text
    assert "在第 2 版里对应哪一条" in page and "意见留在原来的版本上" in page
    assert post(reviewer, case, f"{case}/readdress", clause="").status_code == 303
    assert "请从现在这一版的条款里选择" in reviewer.get(case).text
    assert post(reviewer, case, f"{case}/readdress", clause="a2v2").status_code == 303
    page = reviewer.get(case).text
    assert "改挂到 <b>" in page and "撤销改挂" in page
    shown = ask(client, codes["whole"])
    assert "水塘、桥梁等危险路段应当优先安装照明。" in shown and "您的意见现在对应第二条" in shown
    shown = ask(client, codes["third"])
    assert "这一条现在这样写" in shown and "主路路灯间距不超过三十米。" in shown
    found = client.post("/api/v1/receipts/lookup", json={"code": codes["whole"]}).json
    assert found["comments"][0]["clause_now"] == "水塘、桥梁等危险路段应当优先安装照明。"
    assert post(reviewer, case, f"{case}/readdress/1/undo").status_code == 303
    assert "以前的改挂" in reviewer.get(case).text
    assert client.post("/api/v1/receipts/lookup", json={"code": codes["whole"]}).json["comments"][0]["clause_now"] is None
    new = send(find.by_slug("demo"), [Item("a3", "other", "再说一句。")], LATER + timedelta(minutes=1))
    assert "对应哪一条" not in reviewer.get(f"/review/c/demo/opinions/{new.comment_ids[0]}").text


def test_the_public_reads_the_final_text_with_its_interpretation(app: Flask, codes: dict[str, str], client: FlaskClient) -> None:
    with transaction():
        introduce(OPERATOR, LATER, find.by_slug("demo"), plain_summary="", interpretation_url="https://www.example.gov.cn/jiedu.html")
    load("final")
    page = client.get("/c/demo").text
    assert "（正式文本）" in page and "这里是正式公布的文本" in page and page.count("看解读（www.example.gov.cn）") >= 1
    assert "/c/demo/changes?from=1&amp;to=2" in page and client.get("/c/demo/changes?from=1&to=2").status_code == 200
    assert "正式文本，第2版" in page and "看采纳情况" in page
    db.session.rollback()
