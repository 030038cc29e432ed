"""Being answered: the receipt page, withdrawal, the published result, downloads."""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.drafts import download, find
from consult.intake.find import comments_of, submission
from consult.intake.submit import Item
from consult.review.models import OUTCOMES
from consult.summary import release
from consult.summary.find import current_release
from consult.summary.models import ReleaseRow
from consult.summary.table import ADOPTION
from consult.web import limits
from consult.web.citizen import results
from tests.factories.people import NOW, later, make_project, send
from tests.summary.world import AFTER, APPROVER, OFFICE, World, group, make_world, rule, rule_all, say_yes, withdraw
from tests.web.pages import post

WHY = "夏天人多，路灯再密一些更安全，所以采纳。"


def look(client: FlaskClient, code: str) -> str:
    answer = post(client, "/receipt", "/receipt", code=code)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store", answer.text
    return answer.text


def test_a_receipt_tells_the_fate_of_every_opinion(client: FlaskClient) -> None:
    project = make_project()
    mine = send(project, [Item("a3", "amend", "太远了", "三十米"), Item(None, "support")])
    other = send(project, [Item("a3", "amend", "太远了", "三十米")], later(hours=1))
    page = look(client, mine.code.lower().replace("-", " "))
    assert page.count("等待阅读") == 2 and page.count("等待研究") == 2 and "太远了" in page
    group(project.id)
    rule(mine.comment_ids[0], "adopted", WHY, new_wording="主路路灯间距不超过三十米。")
    page = look(client, mine.code)
    assert "与另外 1 条相同的意见" in page and "采纳" in page and WHY in page and "不超过三十米。" in page
    assert "2026年3月14日 10:00" in page and page.count("等待阅读") == 1
    assert WHY in look(client, other.code)


WRONG = ["", "ABCD", "0000-0000-0000-0001", "' OR 1=1 --", "Ａ" * 300, "<script>alert(1)</script>"]


@pytest.mark.parametrize("typed", WRONG)
def test_a_wrong_code_is_not_found_and_stays_in_the_form(client: FlaskClient, typed: str) -> None:
    make_project()
    answer = post(client, "/receipt", "/receipt", code=typed)
    assert answer.status_code == 404 and "没有查到这个回执码" in answer.text and "<script>alert" not in answer.text
    if typed == "ABCD":
        assert 'value="ABCD"' in answer.text and 'aria-invalid="true"' in answer.text


def test_a_code_is_never_taken_from_an_address(client: FlaskClient) -> None:
    sent = send(make_project(), [Item(None, "other", "意见")])
    page = client.get(f"/receipt?code={sent.code}").text
    assert "意见办到哪一步" not in page and sent.code not in page


def test_expired_tokens_and_limits_keep_the_code(client: FlaskClient) -> None:
    sent = send(make_project(), [Item(None, "other", "意见")])
    answer = client.post("/receipt", data={"code": sent.code, "csrf_token": "old"})
    assert answer.status_code == 400 and f'value="{sent.code}"' in answer.text
    for _ in range(int(limits.LOOK_UP.split()[0])):
        last = post(client, "/receipt", "/receipt", code=sent.code)
        assert last.status_code == 200
    answer = post(client, "/receipt", "/receipt", code=sent.code)
    assert answer.status_code == 429 and f'value="{sent.code}"' in answer.text and "Retry-After" in answer.headers


def test_withdrawal_asks_first_and_then_hides(client: FlaskClient) -> None:
    sent = send(make_project(), [Item("a3", "amend", "想收回的话")])
    asked = post(client, "/receipt", "/receipt/withdraw", code=sent.code)
    assert "确定要撤回吗" in asked.text and comments_of(sent.submission_id)[0].withdrawn_at is None
    done = post(client, "/receipt", "/receipt/withdraw", code=sent.code, sure="yes")
    assert done.status_code == 200 and "已撤回" in done.text and "想收回的话" not in done.text
    db.session.expire_all()
    assert comments_of(sent.submission_id)[0].withdrawn_at == NOW
    assert submission(sent.submission_id).contact_sealed is None
    again = post(client, "/receipt", "/receipt/withdraw", code=sent.code, sure="yes")
    assert again.status_code == 409 and "已经撤回过" in again.text
    assert post(client, "/receipt", "/receipt/withdraw", code="ABCD", sure="yes").status_code == 404


@pytest.fixture
def published(app: Flask) -> Iterator[World]:
    """A project whose result is out."""
    world = make_world(units=False)
    rule_all(world)
    publish()
    app.extensions["clock"] = lambda: AFTER
    yield world


def test_the_result_balances_and_can_be_read_as_a_table(client: FlaskClient, published: World) -> None:
    answer = client.get("/c/demo/result")
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers and " style=" not in answer.text
    row = current_release(published.id)
    assert row is not None
    numbers = [int(one.replace(",", "")) for one in re.findall(r"<b>([\d,]+)</b>", answer.text)]
    received, valid, withdrawn, inadmissible, again, *outcomes, merged = numbers
    assert received == valid + withdrawn + inadmissible == row.numbers["received"]
    assert again == valid == sum(outcomes) and merged == row.numbers["merged"]
    for heading in ADOPTION:
        assert f'scope="col">{heading}</th>' in answer.text
    body = answer.text.split('class="adoption"')[1].split("<tbody")[1]
    assert body.count("<tr role=") == merged
    for line in row.notice.split("\n"):
        assert str(line).replace("&", "&amp;") in answer.text
    assert "不愿公开的原话" not in answer.text and "13812345678" not in answer.text
    assert "&lt;b&gt;粗" in answer.text and "<b>粗" not in answer.text
    assert row.digest in answer.text and OUTCOMES["adopted"] in answer.text


def test_a_filter_shows_its_lines_and_their_sum(client: FlaskClient, published: World) -> None:
    row = current_release(published.id)
    assert row is not None
    for key, (name, number) in row.numbers["by_clause"].items():
        page = client.get("/c/demo/result", query_string={"clause": key or "-"}).text
        likes = [int(one) for one in re.findall(r'data-name="同类意见数">(\d+)<', page)]
        assert sum(likes) == number and (f"符合条件的 {number} 条意见" in page) == (number > 0)
        assert set(re.findall(r'data-name="涉及条款">([^<]+)<', page)) == ({name} if number else set())
        if number:
            assert f'<option value="{key or "-"}" selected>{name}（{number} 条）' in page
    both = client.get("/c/demo/result?clause=a3&outcome=adopted").text
    assert set(re.findall(r'data-name="采纳情况">([^<]+)<', both)) == {"采纳"} and "看修改前后" in both


def test_a_filter_without_a_hit_says_so(client: FlaskClient, published: World, subtests: pytest.Subtests) -> None:
    for asked in ("clause=a5", "clause=none", "clause=%00", "clause=%ED%A0%80", "outcome=x", "outcome=%00"):
        with subtests.test(asked):
            answer = client.get(f"/c/demo/result?{asked}")
            assert answer.status_code == 200 and "没有符合条件的意见" in answer.text and "<tr role=" not in answer.text


def test_a_page_that_is_none_is_one_of_the_table(client: FlaskClient, published: World, subtests: pytest.Subtests) -> None:
    for page in ("0", "-1", "abc", "9999999", "99999999999", "٣", "²"):
        with subtests.test(page):
            answer = client.get("/c/demo/result", query_string={"page": page})
            assert answer.status_code == 200 and 'id="r1"' in answer.text


def test_pages_follow_each_other_and_keep_the_filter(
    client: FlaskClient, published: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "ROWS", 4)
    found, href = [], "?clause=a3&outcome=#table"
    while href:
        page = client.get("/c/demo/result" + href.partition("#")[0]).text
        found += [int(one) for one in re.findall(r'<tr role="row" id="r(\d+)"', page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        href = following[1].replace("&amp;", "&") if following else ""
        assert not href or "clause=a3" in href
    assert len(found) == 7 and found == sorted(set(found)) and "第 2 页，共 2 页" in page


def test_the_draft_is_shown_as_it_changes(app: Flask, client: FlaskClient) -> None:
    sent = send(make_project(), [Item("a4", "amend", "太慢"), Item("a4", "oppose", "不必"), Item(None, "other", "加奖励")])
    slow, needless, more = sent.comment_ids
    rule(slow, "adopted", WHY, new_wording="路灯损坏的，村民委员会应当在三日内修复。")
    rule(needless, "not_adopted", WHY)
    rule(more, "adopted", WHY, new_wording="增加一条奖励。")
    publish()
    app.extensions["clock"] = lambda: AFTER
    page = client.get("/c/demo/result").text
    changed = page.split('id="change-a4"')[1].split("</li>")[0]
    assert "<del>五日</del><ins>三日</ins>" in changed and "村民委员会应当在" in changed and WHY in changed
    assert re.findall(r'href="([^"]*#r\d+)"', changed) == ["?#r2"] and 'id="r2"' in page
    assert "<ins>增加一条奖励。</ins>" in page.split('id="change--"')[1].split("</li>")[0]
    assert page.index('id="change--"') < page.index('id="change-a4"') and "/c/demo/changes" not in page
    assert "看修改前后" in client.get("/c/demo/result?clause=a4").text


def publish(slug: str = "demo") -> None:
    """One approves, another publishes."""
    for actor, verb in ((APPROVER, say_yes), (OFFICE, release.release)):
        with transaction():
            verb(actor, AFTER, find.by_slug(slug))


def test_pictures_stand_beside_their_tables(client: FlaskClient, published: World) -> None:
    page = client.get("/c/demo/result").text
    assert page.count("<svg") == page.count("看数字表") == 3
    for name, whole in (("outcomes", "valid"), ("outline", "valid"), ("days", "received")):
        part = page.split(f'id="{name}"')[1].split("</details>")[0]
        counts = [int(one) for one in re.findall(r"<td>(\d+)</td>", part)]
        row = current_release(published.id)
        assert row is not None and sum(counts) == row.numbers[whole]
    assert "红色竖线是截止日4月2日" in page and 'class="mark"' in page and "最多的一天是3月10日，21 条" in page
    assert 'href="?outcome=adopted#table"' in page and 'href="?clause=a4#table"' in page


def test_a_result_may_be_kept_and_asked_for_again(client: FlaskClient, published: World) -> None:
    for address in ("/c/demo/result", "/c/demo/result?clause=a3", "/c/demo/result/1"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"].startswith("public") and "Set-Cookie" not in answer.headers
        again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304 and not again.data


def test_a_corrected_result_stays_readable(client: FlaskClient, published: World) -> None:
    rule(published.silent.comment_ids[0], "adopted", WHY)
    publish()
    newest, first = client.get("/c/demo/result").text, client.get("/c/demo/result/1").text
    assert "第 2 次（更正）" in newest and 'href="/c/demo/result/1"' in newest and "后来作了更正" not in newest
    assert "后来作了更正" in first and 'href="/c/demo/result"' in first
    assert client.get("/c/demo/result/2").status_code == 200
    assert [client.get(f"/c/demo/result/{number}").status_code for number in (0, 3, 2**40)] == [404] * 3


def test_a_result_without_opinions_says_so_calmly(app: Flask, client: FlaskClient) -> None:
    project = make_project()
    number = project.id
    taken = send(make_project("taken"), [Item("a3", "amend", "想收回")])
    withdraw(taken)
    for slug in ("demo", "taken"):
        publish(slug)
    page = client.get("/c/demo/result").text
    assert "征求意见期间没有收到公众的意见建议" in page and "<svg" not in page and "<form" not in page
    page = client.get("/c/taken/result").text
    assert "都已经撤回或者不予受理" in page and page.count("<svg") == 1 and "想收回" not in page
    assert current_release(number) is not None


def test_a_result_of_old_is_shown_without_what_it_did_not_keep(client: FlaskClient, published: World) -> None:
    with transaction():
        row = current_release(published.id)
        assert row is not None
        row.numbers = {name: value for name, value in row.numbers.items() if name not in ("by_day", "by_clause")}
        row.changes = []
        db.session.query(ReleaseRow).update({"clause_key": ""})
    page = client.get("/c/demo/result").text
    assert page.count("<svg") == 2 and 'name="clause"' not in page and 'name="outcome"' in page and "第四条" in page


def test_after_the_result_nothing_is_withdrawn(client: FlaskClient, published: World) -> None:
    code = published.alike[0].code
    assert "撤回这次提交的意见" not in look(client, code)
    answer = post(client, "/receipt", "/receipt/withdraw", code=code, sure="yes")
    assert answer.status_code == 409 and "不能再撤回" in answer.text
    home = client.get("/").text
    assert 'href="/c/demo/result"' in home and "已公布采纳情况" in home


def test_before_the_result_its_day_is_named(client: FlaskClient) -> None:
    make_project()
    assert "2026年4月30日前公布" in client.get("/c/demo/result").text
    assert client.get("/c/none/result").status_code == 404


def test_downloads_hold_every_clause(app: Flask, client: FlaskClient) -> None:
    project = make_project()
    clauses = [one for one in find.clauses(find.current_version(project).id) if one.kind != "title"]
    text = client.get("/c/demo/download.txt")
    assert text.data.startswith(b"\xef\xbb\xbf") and "attachment" in text.headers["Content-Disposition"]
    lines = text.data.decode("utf-8-sig").split("\n")
    document = docx.Document(io.BytesIO(client.get("/c/demo/download.docx").data))
    printed = [one.text for one in document.paragraphs]
    for one in clauses:
        assert any(line.strip("　").startswith(one.label) and line.endswith(one.text) for line in lines)
        assert any(line.startswith(one.label) and line.endswith(one.text) for line in printed)
    assert printed[0] == project.title and document.sections[0].page_width.mm == pytest.approx(210, abs=0.5)


def test_pdf_waits_for_its_job_and_is_then_served(app: Flask, client: FlaskClient) -> None:
    make_project()
    waiting = client.get("/c/demo/download.pdf")
    assert waiting.status_code == 404 and "下载 Word" in waiting.text
    paper = download.paper_of(find.by_slug("demo"), find.current_version(find.by_slug("demo")))
    instance: Path = app.config["SETTINGS"].instance
    assert shutil.which("soffice"), "scripts/test installs LibreOffice"
    path = download.prepare_pdf(instance, paper)
    served = client.get("/c/demo/download.pdf")
    assert served.status_code == 200 and served.mimetype == "application/pdf" and served.data == path.read_bytes()
    page = pypdfium2.PdfDocument(served.data)[0].get_textpage().get_text_range()
    assert "主路路灯间距不超过四十米" in "".join(page.split())
    path.unlink()
