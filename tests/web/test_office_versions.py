"""The office's way to the next version without JavaScript: text, list to confirm, a colleague's yes, publication."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.drafts import find, publish
from consult.drafts.models import Version
from tests.factories.people import NOW, OPERATOR, STATUTE, make_project, make_user
from tests.factories.versions import CORRECTION, NEXT, by_key, propose
from tests.web.pages import actions, browser, field, post

LIST, NEW, SECOND = "/office/c/demo/versions", "/office/c/demo/versions/new", "/office/c/demo/versions/2"


@pytest.fixture
def drafter(app: Flask) -> Actor:
    make_project()
    return make_user("office")


@pytest.fixture
def office(app: Flask, drafter: Actor) -> FlaskClient:
    return browser(app, drafter)


def chosen(page: str) -> dict[str, str]:
    """Every select of the list with what is chosen in it, as a browser would send it."""
    found = {}
    for name, body in re.findall(r'<select id="[^"]+" name="([^"]+)">(.*?)</select>', page, re.S):
        first = re.search(r'<option value="([^"]*)"', body)
        marked = re.search(r'<option value="([^"]*)" selected', body)
        assert first
        found[name] = (marked or first)[1]
    return found


def test_the_whole_way(app: Flask, office: FlaskClient) -> None:
    colleague = make_user("approver")
    assert NEW in office.get(LIST).text
    answer = post(office, NEW, NEW, pasted=NEXT, correction=CORRECTION)
    assert answer.status_code == 303 and answer.headers["Location"] == SECOND
    page = office.get(SECOND).text
    for words in ("编号变动", "有修改", "新增", "删去", "<del>四十米</del>", "<ins>三十米</ins>", "核对完毕"):
        assert words in page, words
    assert "三十米" not in office.get("/c/demo").text, "nobody outside sees it yet"
    said = chosen(page)
    new, old = by_key(db.session.get_one(Version, 2)), by_key(db.session.get_one(Version, 1))
    assert said[f"new-{new['a3'].id}"] == str(old["a3"].id) and said[f"new-{new['a2v2'].id}"] == ""
    assert said[f"old-{old['a4'].id}"] == "" and len([name for name in said if name.startswith("new-")]) == len(new)
    done = post(office, SECOND, SECOND, correction=CORRECTION, **said)
    assert done.status_code == 303
    assert "请另一位同事" in office.get(SECOND).text and f"{SECOND}/secrecy" not in office.get(SECOND).text
    own = office.post(f"{SECOND}/secrecy", data={"secrecy-csrf_token": "x", "secrecy-sure": "y"})
    assert own.status_code == 400
    other = browser(app, colleague)
    page = other.get(SECOND).text
    assert "审查通过" in page and "<select" not in page
    token = field(page, "secrecy-csrf_token")
    unticked = other.post(f"{SECOND}/secrecy", data={"secrecy-csrf_token": token})
    assert unticked.status_code == 422 and "请先核对，再勾选确认" in unticked.text
    assert other.post(f"{SECOND}/secrecy", data={"secrecy-csrf_token": token, "secrecy-sure": "y"}).status_code == 303
    assert f"{SECOND}/publish" not in other.get(SECOND).text, "an approver publishes nothing"
    refused = other.post(f"{SECOND}/publish", data={"publish-csrf_token": token, "publish-sure": "y"})
    assert refused.status_code == 403


def test_publication_and_what_stays(app: Flask, drafter: Actor, office: FlaskClient) -> None:
    colleague = make_user("office")
    version = propose(find.by_slug("demo"), actor=drafter)
    page = office.get(SECOND).text
    post(office, SECOND, SECOND, correction=CORRECTION, **chosen(page))
    token = field(office.get(SECOND).text, "discard-csrf_token")
    early = office.post(f"{SECOND}/publish", data={"publish-csrf_token": token, "publish-sure": "y"})
    assert early.status_code == 422 and "另一位同事完成保密审查" in early.text
    own = office.post(f"{SECOND}/secrecy", data={"secrecy-csrf_token": token, "secrecy-sure": "y"})
    assert own.status_code == 403 and "不能审查自己的稿件" in own.text
    other = browser(app, colleague)
    token = field(other.get(SECOND).text, "secrecy-csrf_token")
    assert other.post(f"{SECOND}/secrecy", data={"secrecy-csrf_token": token, "secrecy-sure": "y"}).status_code == 303
    office = browser(app, drafter)
    token = field(office.get(SECOND).text, "publish-csrf_token")
    assert office.post(f"{SECOND}/publish", data={"publish-csrf_token": token, "publish-sure": "y"}).status_code == 303
    assert find.current_version(find.by_slug("demo")).id == version.id
    page = office.get(SECOND).text
    assert "已经固定" in page and "<select" not in page and CORRECTION in page
    again = post(office, NEW, SECOND, correction=CORRECTION)
    assert again.status_code == 409
    assert "三十米" in office.get("/c/demo").text and "四十米" in office.get("/office/c/demo/versions/1").text
    done = [one for one in actions() if one != "log_in"]
    assert done[-3:] == ["match_clauses", "clear_secrecy", "publish_version"]


def test_a_match_is_corrected_by_the_selects(app: Flask, drafter: Actor, office: FlaskClient) -> None:
    version = propose(find.by_slug("demo"), actor=drafter)
    old, new = by_key(find.current_version(find.by_slug("demo"))), by_key(version)
    third, water = new["a3"].id, new["a2v2"].id
    said = chosen(office.get(SECOND).text)
    post(
        office, SECOND, SECOND, correction=CORRECTION, **said | {f"new-{third}": "", f"new-{water}": str(old["a4"].id)}
    )
    db.session.expire_all()
    keys = {one.id: one.key for one in find.clauses(version.id)}
    assert keys[water] == "a4" and keys[third] not in old
    clash = said | {
        f"new-{third}": str(old["a3"].id),
        f"new-{water}": str(old["a3"].id),
        f"old-{old['a4'].id}": str(third),
    }
    answer = post(office, SECOND, SECOND, correction=CORRECTION, **clash)
    assert answer.status_code == 422 and "既拆分又合并" in answer.text
    assert chosen(answer.text)[f"new-{water}"] == str(old["a3"].id), "what was chosen is still there"
    short = post(office, SECOND, SECOND, **said | {"correction": "短"})
    assert short.status_code == 422 and 'id="correction-error"' in short.text


def test_a_file_is_kept_while_the_correction_is_mended(app: Flask, office: FlaskClient) -> None:
    answer = post(office, NEW, NEW, file=(io.BytesIO(NEXT.encode()), "更正稿.txt"), correction="短")
    assert (
        answer.status_code == 422 and "已经收到“更正稿.txt”" in answer.text and 'id="correction-error"' in answer.text
    )
    kept = field(answer.text, "kept")
    done = post(office, NEW, NEW, kept=kept, correction=CORRECTION)
    assert done.status_code == 303
    version = find.proposal(find.by_slug("demo"))
    assert version is not None and version.source_name == "更正稿.txt"


@pytest.mark.parametrize(
    ("fields", "at", "says"),
    [
        ({"correction": CORRECTION}, "file", "请选择一个文件"),
        ({"correction": CORRECTION, "kept": "forged"}, "file", "已经过期"),
        ({"correction": CORRECTION, "pasted": STATUTE}, "file", "没有差别"),
        ({"correction": "", "pasted": NEXT}, "correction", "请写明改了什么"),
        ({"correction": CORRECTION, "file": (b"\x89PNG\r\n\x1a\n1", "x.docx")}, "file", "图片"),
    ],
)
def test_refusals_stand_at_their_field(
    app: Flask, office: FlaskClient, fields: dict[str, object], at: str, says: str
) -> None:
    if isinstance(given := fields.get("file"), tuple):
        fields = fields | {"file": (io.BytesIO(given[0]), given[1])}
    answer = post(office, NEW, NEW, **fields)
    assert answer.status_code == 422
    found = re.search(rf'id="{at}-error">([^<]+)', answer.text)
    assert found and says in found[1]
    assert find.proposal(find.by_slug("demo")) is None


def test_a_proposal_is_thrown_away_by_a_press(app: Flask, drafter: Actor, office: FlaskClient) -> None:
    propose(find.by_slug("demo"), actor=drafter)
    assert "正在准备" in office.get(LIST).text and "发布或者放弃" in office.get(NEW).text
    busy = post(office, SECOND, NEW, pasted=STATUTE + "第六条　再加一条。\n", correction=CORRECTION)
    assert busy.status_code == 409
    token = field(office.get(SECOND).text, "discard-csrf_token")
    assert office.post(f"{SECOND}/discard", data={"discard-csrf_token": token}).status_code == 422
    gone = office.post(f"{SECOND}/discard", data={"discard-csrf_token": token, "discard-sure": "y"})
    assert gone.status_code == 303 and gone.headers["Location"] == LIST
    assert office.get(SECOND).status_code == 404 and find.proposal(find.by_slug("demo")) is None


def test_pages_of_projects_in_other_states(app: Flask, office: FlaskClient) -> None:
    make_project("unborn", published=False)
    assert "直接" in office.get("/office/c/unborn/versions").text
    assert office.get("/office/c/unborn/versions/1").status_code == 200
    assert post(office, "/office/c/unborn/versions/new", "/office/c/unborn/versions/new", pasted=NEXT,
                correction=CORRECTION).status_code == 409  # fmt: skip
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "上位法修改，本稿需要重新起草")
    assert "不能再更正" in office.get(LIST).text
    for number in ("0", "3", "99999999999999999999"):
        assert office.get(f"/office/c/demo/versions/{number}").status_code == 404


def test_a_long_text_offers_neighbours_only(app: Flask, office: FlaskClient) -> None:
    text = "某办法\n\n" + "\n\n".join(f"第{n}条　第{n}号路口的路灯由村里在第{n}天检查一次。" for n in range(1, 301))
    project = make_project("long", text=text)
    propose(
        project,
        text.replace("第150号路口", "第150号桥头").replace(
            "第20号路口的路灯由村里在第20天检查一次。", "本条改写为另外的内容。"
        ),
    )
    page = office.get("/office/c/long/versions/2").text
    assert len(page) < 900_000
    said = chosen(page)
    assert len(said) >= 300
    offered = re.findall(r'<select id="new-\d+".*?</select>', page, re.S)
    assert max(one.count("<option") for one in offered) < 40
