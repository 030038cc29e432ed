"""The next draft on the pages: a revised text with reasons, asked about again, an opinion pointed, the final text for the public."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.drafts import find, rounds
from consult.drafts.introduction import introduce
from consult.intake.submit import Item, Sender
from consult.summary.find import releases
from tests.factories.people import OPERATOR, make_project, make_user, send
from tests.factories.versions import NEXT
from tests.summary.test_next_draft import AGAIN, LATER, SAID, load
from tests.summary.test_release import approve, publish
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
    assert "修改稿" in office.get(NEW).text
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
    assert press(other, SECOND, "secrecy").status_code == 303
    office = browser(app, first)
    assert press(office, SECOND, "publish").status_code == 303
    assert "修改稿" in office.get(LIST).text
    public = client.get("/c/demo/changes").text
    assert "间距缩短到三十米，夜间看得清。" in public and "修改理由" in public and "根据采纳情况表第" in public and "公布修改稿" in public
    short = press(office, SECOND, "round", **{"round-closes_at": ["2026-04-08", ""]})
    assert short.status_code == 422 and "少于规定的" in short.text
    done = press(office, SECOND, "round", **{"round-closes_at": ["2026-05-20", ""]})
    assert done.status_code == 303, done.text
    assert "再次征求意见：" in office.get(SECOND).text
    public = client.get("/c/demo").text
    assert "提意见" in public and "再次征求意见" in public and "三十米" in public and "公布修改稿" in public
    assert "现在正就修改稿再次征求意见" in client.get("/c/demo/result").text and len(releases(1)) == 1


def test_a_reviewer_points_an_opinion_and_its_author_reads_the_clause(app: Flask, codes: dict[str, str], client: FlaskClient) -> None:
    load("revision")
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)
    me = make_user("reviewer")
    reviewer, case = browser(app, me), "/review/c/demo/opinions/2"
    page = reviewer.get(case).text
    assert "在第 2 版里对应哪一条" in page and "意见留在原来的版本上" in page
    assert post(reviewer, case, f"{case}/readdress", clause="").status_code == 303
    assert "请从现在这一版的条款里选择" in reviewer.get(case).text
    assert post(reviewer, case, f"{case}/readdress", clause="a2v2").status_code == 303
    page = reviewer.get(case).text
    assert "改挂到 <b>" in page and "撤销改挂" in page
    shown = client.post("/receipt", data={"code": codes["whole"], "csrf_token": field(client.get("/receipt").text, "csrf_token")}).text
    assert "水塘、桥梁等危险路段应当优先安装照明。" in shown and "您的意见现在对应第二条" in shown
    shown = client.post("/receipt", data={"code": codes["third"], "csrf_token": field(client.get("/receipt").text, "csrf_token")}).text
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
