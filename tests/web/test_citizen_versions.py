"""A correction in public: it is announced, the old text stays readable, what changed is marked, receipts know."""

from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.drafts import find, versions
from consult.drafts.models import Version
from consult.intake.submit import Item
from tests.factories.people import NOW, OPERATOR, make_project, make_user, send
from tests.factories.versions import CORRECTION, NEXT, by_key, confirm, propose, publish_next
from tests.web.pages import browser, field, post


def test_a_first_version_says_nothing_of_corrections(client: FlaskClient) -> None:
    project = make_project()
    assert "更正" not in client.get("/c/demo").text
    assert client.get("/c/demo/changes").status_code == 404
    assert client.get("/c/demo/versions/1").headers["Location"] == "/c/demo"
    assert client.get("/c/demo/versions/2").status_code == 404
    propose(project)
    assert "更正" not in client.get("/c/demo").text and client.get("/c/demo/changes").status_code == 404
    assert client.get("/c/demo/versions/2").status_code == 404, "a proposal is for nobody outside"
    assert client.get("/api/v1/consultations/demo/clauses").json["version"] == 1


def test_a_correction_is_announced_and_the_old_text_stays(client: FlaskClient) -> None:
    project = make_project()
    publish_next(project)
    page = client.get("/c/demo")
    assert f'第2版，2026年3月10日更正：<span class="lines">{CORRECTION}' in page.text
    assert 'href="/c/demo/versions/1"' in page.text and 'href="/c/demo/changes"' in page.text
    assert "三十米" in page.text and "四十米" not in page.text
    old = client.get("/c/demo/versions/1")
    assert old.status_code == 200 and "四十米" in old.text and "提意见</a>" not in old.text and CORRECTION in old.text
    for answer in (page, old, client.get("/c/demo/changes")):
        assert answer.headers["Cache-Control"].startswith("public") and "ETag" in answer.headers
        assert "Set-Cookie" not in answer.headers and " style=" not in answer.text
    assert client.get("/c/demo/versions/2").headers["Location"] == "/c/demo"
    assert client.get("/c/demo/versions/3").status_code == client.get("/c/none/changes").status_code == 404
    clauses = client.get("/api/v1/consultations/demo/clauses").json
    assert clauses["version"] == 2 and {"a3", "a2v2"} <= {one["key"] for one in clauses["clauses"]}


def test_changes_are_marked_word_by_word(client: FlaskClient) -> None:
    project = make_project()
    publish_next(project)
    page = client.get("/c/demo/changes").text
    assert "主路路灯间距不超过<del>四十米</del><ins>三十米</ins>。" in page
    assert "<ins>水塘、桥梁等危险路段应当优先安装照明。</ins>" in page
    assert "<del>路灯损坏的，村民委员会应当在五日内修复。</del>" in page
    assert "没有改动" in page and "原第三条" in page
    publish_next(project, NEXT.replace("节约用电", "节约用电、用水<b>"))
    page = client.get("/c/demo/changes").text
    assert "四十米" not in page, "only the last step"
    assert "&lt;b&gt;" in page and "<b>" not in page
    home = client.get("/c/demo").text
    assert home.index("第3版") < home.index("第2版") and 'href="/c/demo/versions/2"' in home


def test_a_receipt_shows_the_clause_of_its_version_and_how_it_reads_now(client: FlaskClient) -> None:
    project = make_project()
    sent = send(
        project,
        [Item("a3", "amend", "太远"), Item("a4", "amend", "太久"), Item("a5", "support"), Item(None, "other", "好")],
    )
    publish_next(project)
    page = post(client, "/receipt", "/receipt", code=sent.code).text
    assert "主路路灯间距不超过四十米。" in page and "主路路灯间距不超过三十米。" in page
    assert page.count("新的草案里这一条这样写") == 2 and "本条已删去" in page
    said = client.post("/api/v1/receipts/lookup", json={"code": sent.code}).json["comments"]
    assert [one["clause_now"] for one in said] == [
        "主路路灯间距不超过三十米。", "本条已删去", "本办法自公布之日起施行。", None,
    ]  # fmt: skip
    assert [one["clause"] for one in said] == ["a3", "a4", "a5", None] and said[0]["citation"].endswith("第三条")


def test_what_was_put_by_for_a_clause_that_went_is_not_lost(client: FlaskClient) -> None:
    project = make_project()
    put = post(
        client, "/c/demo/opinion", "/c/demo/opinion", clause="a4", text="五日太长了", stance="amend", action="keep"
    )
    assert put.status_code == 200
    publish_next(project)
    page = client.get("/c/demo/opinion").text
    assert "五日太长了" in page
    assert "第四条（新的版本里已经删去）" in page
    key = field(page, "send_key")
    refused = post(client, "/c/demo/opinion", "/c/demo/opinion", action="send", send_key=key)
    assert refused.status_code == 422 and "五日太长了" in refused.text
    assert "您意见篮里有的条款已经删去" in refused.text and "第四条" in refused.text
    assert client.get("/c/demo/clauses/a3").status_code == 200


def test_a_permalink_to_a_clause_that_went_keeps_its_promise(client: FlaskClient) -> None:
    project = make_project()
    publish_next(project)
    page = client.get("/c/demo/clauses/a4")
    assert page.status_code == 200 and "这一条在第2版中已经删去" in page.text and '"noindex"' in page.text
    assert "路灯损坏的，村民委员会应当在五日内修复。" in page.text and "clause=a4" not in page.text
    assert 'href="/c/demo/changes?from=1&amp;to=2"' in page.text
    assert client.get("/c/demo/clauses/none").status_code == 404
    merged = NEXT.replace(
        "第四条　主路路灯间距不超过三十米。\n\n第五条　本办法自公布之日起施行。",
        "第四条　主路路灯间距不超过三十米。本办法自公布之日起施行。",
    )
    version = propose(find.by_slug("demo"), merged)
    old, new = (by_key(one) for one in (find.published_versions(project.id)[-1], version))
    text = {one.text: one.id for one in new.values()}
    pairs = [(old[key].id, text[old[key].text]) for key in old if old[key].text in text]
    last = text["主路路灯间距不超过三十米。本办法自公布之日起施行。"]
    confirm(version, pairs=[*pairs, (old["a3"].id, last), (old["a5"].id, last)])
    with transaction():
        versions.clear_version(OPERATOR, NOW, db.session.get_one(Version, version.id))
        versions.publish_version(OPERATOR, NOW, db.session.get_one(Version, version.id))
    gone, heir = ("a5", "a3") if client.get("/c/demo/clauses/a3").text.count("已经并入") == 0 else ("a3", "a5")
    page = client.get(f"/c/demo/clauses/{gone}").text
    assert "这一条在第3版中已经并入" in page and f'href="/c/demo/clauses/{heir}"' in page
    assert "这一条在第2版中已经删去" in client.get("/c/demo/clauses/a4").text


def main(page: str) -> str:
    """The page without its frame, which knows its own address."""
    return page.split("<main")[1].split("</main>")[0]


def test_any_two_versions_stand_beside_each_other(client: FlaskClient) -> None:
    project = make_project()
    publish_next(project)
    assert "<form" not in client.get("/c/demo/changes").text, "of two versions there is nothing to choose"
    publish_next(project, NEXT.replace("三十米", "二十五米").replace("水塘、桥梁等危险路段应当优先安装照明。", "水塘应当装灯。"))
    last = client.get("/c/demo/changes").text
    assert "<h1>第3版改了哪里" in last and "二十五" in last and "四十" not in last
    for query in ("from=1&to=3", "from=3&to=1"):
        whole = client.get(f"/c/demo/changes?{query}").text
        assert "从第1版到第3版" in whole and "不超过<del>四十米</del><ins>二十五米</ins>。" in whole
        assert "<ins>水塘应当装灯。</ins>" in whole and "<del>路灯损坏的，村民委员会应当在五日内修复。</del>" in whole
        assert whole.count("更正") == 0 and whole.count(CORRECTION) == 2
    first = client.get("/c/demo/changes?from=1&to=2").text
    assert "<h1>第2版改了哪里" in first and "三十" in first and "二十五" not in first
    assert 'href="/c/demo/versions/2#a3"' in first, "links lead into the version they speak of"
    for query, page in (("from=2&to=2", first), ("from=x&to=", last)):
        assert main(client.get(f"/c/demo/changes?{query}").text) == main(page)
    assert client.get("/c/demo/changes?from=1&to=9").status_code == 404
    assert 'href="/c/demo/changes?from=1&amp;to=3"' in client.get("/c/demo").text


def test_reviewers_find_opinions_of_every_version(app: Flask) -> None:
    project = make_project()
    send(project, [Item("a3", "amend", "四十米太远"), Item("a4", "amend", "五日太久")])
    publish_next(project)
    send(find.by_slug("demo"), [Item("a3", "support", "三十米正好")])
    client = browser(app, make_user("reviewer"))
    page = client.get("/review/c/demo?clause=a3").text
    assert "四十米太远" in page and "三十米正好" in page and "五日太久" not in page
    assert "（旧版）" in page
    assert "五日太久" in client.get("/review/c/demo?clause=a4").text
