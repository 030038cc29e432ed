"""Inside a unit: a join code for colleagues, their own points only, the lead's page, the signatory's page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.crypto import Keys
from consult.base.db import transaction
from consult.letters import find, proposals, reply
from tests.factories.people import NOW, make_unit, make_user
from tests.letters.desk import SIGNED, Desk, one_letter, points, write_to
from tests.web.pages import browser, field, forget, post, token

LETTER = "/agency/letters/1"
INSIDE = LETTER + "/inside"


@pytest.fixture
def desk(app: Flask, keys: Keys) -> Desk:
    return one_letter(keys, received=True)


@pytest.fixture
def client(app: Flask, desk: Desk) -> FlaskClient:
    return browser(app, desk.agent)


def new_code(client: FlaskClient) -> str:
    forget()
    page = post(client, INSIDE, INSIDE + "/code").text
    found = re.search(r'<p class="join-code">([0-9A-Z]{5}-[0-9A-Z]{5})</p>', page)
    assert found and page.count(found[1]) == 3 and "data:image/svg+xml" in page
    assert found[1] not in client.get(INSIDE).text  # shown once
    return found[1]


def join(app: Flask, code: str, name: str = "李工") -> FlaskClient:
    forget()
    colleague = app.test_client()
    answer = post(colleague, "/agency/join", "/agency/join", code=code.lower().replace("-", " "), name=name, section="法规科")
    assert answer.status_code == 303 and answer.headers["Location"] == "/agency/points", answer.text
    return colleague


def write(colleague: FlaskClient, text: str, key: str = "a3", address: str = "/agency/points", **more: str):
    forget()
    return post(colleague, "/agency/points", address, clause_key=key, stance="amend", text=text, **more)


def test_a_colleague_comes_in_by_a_code_and_sees_only_own_points(app: Flask, client: FlaskClient, desk: Desk) -> None:
    code = new_code(client)
    li, wu = join(app, code), join(app, code, "吴工")
    assert write(li, "间距宜为三十米。").status_code == 303 and write(wu, "另一个人的意见。").status_code == 303
    forget()
    page = li.get("/agency/points").text
    assert "间距宜为三十米。" in page and "另一个人的意见。" not in page and "主路路灯间距" in page and "请研提意见。" in page
    assert li.get("/agency/points/2").status_code == 404
    assert write(li, "改别人的", address="/agency/points/2", edition="1").status_code == 404
    assert post(li, "/agency/points", "/agency/points/2/withdraw").status_code == 404
    for path in (LETTER, INSIDE, LETTER + "/confirm", LETTER + "/sign", "/agency", "/agency/letters/1/form.docx"):
        assert li.get(path).status_code == 403, path


def test_own_points_are_changed_and_withdrawn_without_javascript(app: Flask, client: FlaskClient) -> None:
    li = join(app, new_code(client))
    write(li, "间距")
    page = li.get("/agency/points/1").text
    assert "间距</textarea>" in page and field(page, "edition") == "1"
    assert write(li, "间距三十米", address="/agency/points/1", edition="1").status_code == 303
    stale = write(li, "旧页面的文字", address="/agency/points/1", edition="1")
    assert stale.status_code == 409 and "旧页面的文字</textarea>" in stale.text and "间距三十米" in stale.text
    empty = write(li, " ", address="/agency/points/1", edition="2")
    assert empty.status_code == 422 and 'id="text-error"' in empty.text
    assert post(li, "/agency/points", "/agency/points/1/withdraw").status_code == 303
    assert "已撤回" in li.get("/agency/points").text and proposals.of_letter(1) == []


def test_wrong_expired_and_revoked_codes(app: Flask, client: FlaskClient, desk: Desk) -> None:
    code = new_code(client)
    forget()
    visitor = app.test_client()
    assert post(visitor, "/agency/join", "/agency/join", code="AAAAA-AAAAA", name="甲").status_code == 404
    unnamed = post(visitor, "/agency/join", "/agency/join", code=code, name=" ")
    assert unnamed.status_code == 422 and 'id="name-error"' in unnamed.text
    li = join(app, code)
    forget()
    revoked = post(client, INSIDE, INSIDE + "/revoke", link="1")
    assert revoked.status_code == 303
    forget()
    assert li.get("/agency/points").status_code == 302  # out at once
    assert post(app.test_client(), "/agency/join", "/agency/join", code=code, name="乙").status_code == 409


def test_the_lead_takes_leaves_out_and_the_colleague_reads_why(app: Flask, client: FlaskClient, desk: Desk) -> None:
    li = join(app, new_code(client))
    write(li, "间距宜为三十米。")
    write(li, "与本文无关。", key="")
    client = browser(app, desk.agent)
    page = client.get(INSIDE).text
    assert "李工" in page and "法规科" in page and page.index("全文") < page.index("第三条")
    assert "2 条待处理" in client.get(LETTER).text
    missing = post(client, INSIDE, INSIDE + "/2/leave-out", note=" ")
    assert missing.status_code == 422 and 'id="note-2-error"' in missing.text
    assert post(client, INSIDE, INSIDE + "/2/leave-out", note="不在征求意见范围").status_code == 303
    assert post(client, INSIDE, INSIDE + "/take").status_code == 422
    stale = post(client, INSIDE, INSIDE + "/take", take="1", **{"edition-1": "9"})
    assert stale.status_code == 409 and "刚刚改过" in stale.text
    assert post(client, INSIDE, INSIDE + "/take", take="1", **{"edition-1": "1"}).status_code == 303
    page = client.get(LETTER).text
    assert "间距宜为三十米。</textarea>" in page and "<b>李工</b>（法规科）" in page
    forget()
    page = li.get("/agency/points").text
    assert "已写进复函" in page and "没有采用" in page and "不在征求意见范围" in page
    assert write(li, "再改", address="/agency/points/1", edition="1").status_code == 409


def test_other_units_find_nothing_inside(app: Flask, client: FlaskClient, desk: Desk) -> None:
    write(join(app, new_code(client)), "间距")
    stranger = browser(app, make_user("agency", make_unit("市司法局")))
    for path in (INSIDE, LETTER + "/sign"):
        assert stranger.get(path).status_code == 404
    for path in ("/code", "/signing", "/revoke", "/take", "/1/leave-out"):
        assert post(stranger, "/agency", INSIDE + path, take="1", note="x", link="1").status_code == 404, path
    assert post(stranger, "/agency", LETTER + "/sign", name="甲", edition="0", agree="1").status_code == 404


def by_link(app: Flask, client: FlaskClient) -> FlaskClient:
    """The signatory, in by a link that the lead made."""
    forget()
    page = post(client, INSIDE, INSIDE + "/signing").text
    found = re.search(r"(/agency/enter/[\w-]+)", page)
    assert found
    forget()
    boss = app.test_client()
    door = boss.get(found[1]).text
    answer = boss.post(found[1], data={"csrf_token": field(door, "csrf_token"), "name": "赵局长"})
    assert answer.headers["Location"] == LETTER + "/sign"
    forget()
    return boss


def test_the_signatory_reads_everything_and_signs(app: Flask, client: FlaskClient, desk: Desk) -> None:
    desk.save(answer="has_opinion", items=points("第一点意见"), **SIGNED)
    assert "还没有上传加盖公章的扫描件" in client.get(LETTER + "/confirm").text
    boss = by_link(app, client)
    page = boss.get(LETTER + "/sign").text
    assert "第一点意见" in page and 'value="赵局长"' in page and "王经办" in page
    for path in (LETTER, INSIDE, "/agency"):
        assert boss.get(path).status_code == 403, path
    edition = field(page, "edition")
    desk.save(1, answer="has_opinion", items=points("第一点意见，刚改"), **SIGNED)
    stale = post(boss, LETTER + "/sign", LETTER + "/sign", name="赵局长", edition=edition, agree="1")
    assert stale.status_code == 409 and "第一点意见，刚改" in stale.text
    assert post(boss, LETTER + "/sign", LETTER + "/sign", name="赵局长", edition=field(stale.text, "edition"), agree="1").status_code == 303
    opinion = find.current_reply(1)
    assert opinion is not None and opinion.signed_at == NOW and opinion.signed_by.startswith("guest:")
    client = browser(app, desk.agent)
    assert "还没有上传加盖公章" not in client.get(LETTER + "/confirm").text and "在系统内签发" in client.get(LETTER).text
    desk.save(2, answer="has_opinion", items=points("签发之后再改"), **SIGNED)
    assert "还没有上传加盖公章" in client.get(LETTER + "/confirm").text


def test_the_signatory_gives_it_back(app: Flask, client: FlaskClient, desk: Desk) -> None:
    desk.save(answer="has_opinion", items=points("第一点意见"), **SIGNED)
    boss = by_link(app, client)
    empty = post(boss, LETTER + "/sign", LETTER + "/sign", name="赵局长", edition="1", decline="1")
    assert empty.status_code == 422 and 'id="note-error"' in empty.text
    assert post(boss, LETTER + "/sign", LETTER + "/sign", name="赵局长", note="请写明依据", edition="1", decline="1").status_code == 303
    assert "请写明依据" in browser(app, desk.agent).get(LETTER).text


def test_a_person_declares_recusal_on_the_page(app: Flask, desk: Desk) -> None:
    unit = make_unit("孙教授")
    with transaction():
        unit.kind = "expert"
    (letter,) = write_to(desk.office, desk.project, unit, letter_no="9号")
    me = make_user("agency", unit)
    with transaction():
        reply.acknowledge(me, NOW, letter)
    client, address = browser(app, me), "/agency/letters/2"
    page = client.get(address).text
    assert 'name="recusal"' in page and 'name="handler"' not in page and 'name="reply_no"' not in page
    facts = {"edition": "0", "seen": field(page, "seen"), "do": "check", "signatory": "孙教授", "phone": "138"}
    missing = client.post(address + "/reply", data={"csrf_token": token(client, address), **facts})
    assert missing.status_code == 422 and "请先说明是否需要回避" in missing.text
    facts |= {"edition": "1", "seen": field(missing.text, "seen"), "recusal": "declared", "recusal_text": "参与过起草"}
    done = client.post(address + "/reply", data={"csrf_token": token(client, address), **facts})
    assert done.status_code == 303, done.text
    page = client.get(address + "/confirm").text
    assert "参与过起草" in page and "还没有上传加盖公章" not in page
    client.post(address + "/send", data={"csrf_token": field(page, "csrf_token"), "edition": field(page, "edition")})
    opinion = find.current_reply(2)
    assert opinion is not None and opinion.answer == "recused" and opinion.sent_at == NOW
    assert "回避" in client.get(address).text
