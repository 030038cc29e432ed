"""Files that go with a sending, on the pages: kept while other things are wrong, named, limited, never public."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base.db import db
from consult.intake.models import Attachment, Submission
from consult.web import limits
from tests.factories.people import NOW, make_project, make_user
from tests.web.pages import browser, field, forget
from tests.web.sending import PAGE, PDF, PNG, act, code_of, hidden, say, upload, work


def waiting() -> list[Path]:
    return sorted((current_app.config["SETTINGS"].files / "waiting").glob("*"))


def test_files_go_with_the_sending_and_only_names_are_shown(client: FlaskClient) -> None:
    make_project()
    answer = say(client, files=[upload("../照片<b>.pdf", PDF), upload("图.png", PNG)])
    code = code_of(answer)
    page = act(client, "/receipt", code).text
    for text in (answer.text, page):
        assert "照片&lt;b&gt;.pdf" in text and "图.png" in text and "1 KB" in text and "/files/" not in text
    assert db.session.query(Attachment).count() == 2 and waiting() == []


def test_a_bad_file_is_named_and_everything_else_stays(client: FlaskClient) -> None:
    make_project()
    bad = say(client, files=[upload("好.pdf", PDF), upload("坏.pdf", b"MZ00"), upload("空.png", b"")], name="王小明")
    assert bad.status_code == 415 and "“坏.pdf”" in bad.text and "“空.png”" in bad.text
    assert "路灯太稀了" in bad.text and 'value="王小明"' in bad.text and ">好.pdf<" in bad.text
    assert "拿掉附件 好.pdf" in bad.text and 'href="#files"' in bad.text
    assert db.session.query(Submission).count() == 0 and len(waiting()) == 1
    again = say(client, bad.text)
    assert "好.pdf" in act(client, "/receipt", code_of(again)).text and waiting() == []


def test_other_errors_keep_a_chosen_file_too(client: FlaskClient) -> None:
    make_project()
    words = hidden(client.get(PAGE).text)
    page = client.post(PAGE, data={**words, "text": "", "action": "send", "files": [upload("证明.pdf", PDF)]})
    assert page.status_code == 422 and ">证明.pdf<" in page.text
    forget()
    bare = page.text  # a browser that keeps no cookie still has the hidden field
    page = say(client, bare, csrf_token="old")
    assert page.status_code == 400 and ">证明.pdf<" in page.text


def test_a_kept_file_is_there_when_the_page_is_opened_anew_and_can_be_taken_off(client: FlaskClient) -> None:
    make_project()
    words = hidden(client.get(PAGE).text)
    kept = client.post(PAGE, data={**words, "text": "", "action": "attach", "files": [upload("证明.pdf", PDF)]})
    assert kept.status_code == 200 and "已经传上来了" in kept.text
    bad = client.post(PAGE, data={**words, "action": "attach", "files": [upload("坏.pdf", b"MZ")]})
    assert "附件没有加上</h2>" in bad.text and "还没有提交成功" not in bad.text
    page = client.get(PAGE).text
    assert ">证明.pdf<" in page
    mark = re.search(r'name="remove" value="(file-[0-9a-f]+)"', page)
    assert mark
    off = client.post(PAGE, data={**hidden(page), "text": "还在写", "remove": mark[1]})
    assert ">证明.pdf<" not in off.text and "还在写" in off.text and waiting() == []
    assert ">证明.pdf<" not in client.get(PAGE).text


def test_at_most_three_and_the_same_one_once(client: FlaskClient) -> None:
    make_project()
    page = say(client, files=[upload(f"{n}.pdf", PDF + str(n).encode()) for n in range(4)])
    assert page.status_code == 422 and "最多带 3 个" in page.text and "“3.pdf”" in page.text and len(waiting()) == 3
    again = say(client, page.text, files=[upload("又一次.pdf", PDF + b"0")])
    assert code_of(again) and db.session.query(Attachment).count() == 3 and waiting() == []


def test_forged_and_expired_names_of_files(client: FlaskClient, app: Flask) -> None:
    make_project()
    page = say(client, **{"attached-1": "forged"})
    assert page.status_code == 422 and "放了超过一天" in page.text and "attached-1" not in page.text
    words = hidden(client.get(PAGE).text)
    kept = client.post(PAGE, data={**words, "action": "attach", "files": [upload("证明.pdf", PDF)]})
    app.extensions["clock"] = lambda: NOW + timedelta(hours=25)
    page = say(client, kept.text, csrf_token=field(client.get("/receipt").text, "csrf_token"))
    assert page.status_code == 422 and "放了超过一天" in page.text
    assert code_of(say(client, page.text)) and db.session.query(Attachment).count() == 0


def test_the_same_sending_again_stores_no_file_twice(client: FlaskClient) -> None:
    make_project()
    words = hidden(client.get(PAGE).text)

    def once(text: str = "路灯太稀了", name: str = "证明.pdf", data: bytes = PDF) -> TestResponse:
        return client.post(PAGE, data={**words, "text": text, "action": "send", "files": [upload(name, data)]})

    assert code_of(once()) == code_of(once()) and db.session.query(Attachment).count() == 1 and waiting() == []
    more = once(name="新的.png", data=PNG)
    assert more.status_code == 422 and "新加的附件还没有提交" in more.text and ">新的.png<" in more.text
    assert code_of(once("补一句", "新的.png", PNG)) and db.session.query(Attachment).count() == 2


def test_too_much_at_once_says_what_to_do(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project()
    words = hidden(client.get(PAGE).text)
    monkeypatch.setitem(client.application.config, "MAX_CONTENT_LENGTH", 2000)
    answer = client.post(PAGE, data={**words, "files": [upload("大.pdf", PDF + b"0" * 4000)]})
    assert answer.status_code == 413 and "40 MB" in answer.text and "返回" in answer.text


def test_uploads_are_limited_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    make_project()
    words = hidden(client.get(PAGE).text) | {"text": "写了很久"}
    for number in range(int(limits.UPLOAD.split()[0])):
        body = {**words, "action": "attach", "files": [upload("证明.pdf", PDF + str(number).encode())]}
        assert client.post(PAGE, data=body).status_code in (200, 422)
    last = client.post(PAGE, data={**words, "action": "attach", "files": [upload("证明.pdf", PDF)]})
    assert last.status_code == 429 and "写了很久" in last.text


def test_files_are_downloaded_by_those_who_decide_and_nobody_else(app: Flask) -> None:
    make_project()
    citizen = app.test_client()
    code = code_of(say(citizen, files=[upload("照片.pdf", PDF)]))
    where = "/review/c/demo/opinions/1/files/1"
    for role in ("reviewer", "approver", "office"):
        client = browser(app, make_user(role))
        page = client.get("/review/c/demo/opinions/1")
        assert "下载 照片.pdf" in page.text and where in page.text
        answer = client.get(where)
        assert answer.data == PDF and answer.headers["Content-Disposition"].startswith("attachment;")
        answer.close()
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
        assert client.get("/review/c/demo/opinions/1/files/2").status_code == 404
    for role in ("auditor", "agency", "sysadmin"):
        assert browser(app, make_user(role)).get(where).status_code == 403
    forget()
    assert app.test_client().get(where).status_code == 302
    make_project("other")
    forget()
    reviewer = browser(app, make_user("reviewer"))
    assert reviewer.get("/review/c/other/opinions/1/files/1").status_code == 404
    forget()
    act(app.test_client(), "/receipt/withdraw", code, sure="yes")
    forget()
    reviewer = browser(app, make_user("reviewer"))
    assert reviewer.get(where).status_code == 404
    assert "下载 照片.pdf" not in reviewer.get("/review/c/demo/opinions/1").text


def test_sweeping_takes_files_never_sent_and_bytes_taken_back(app: Flask, client: FlaskClient) -> None:
    make_project()
    words = hidden(client.get(PAGE).text)
    client.post(PAGE, data={**words, "action": "attach", "files": [upload("证明.pdf", PDF)]})
    assert len(waiting()) == 1
    app.extensions["clock"] = lambda: NOW + timedelta(hours=25)
    work(app)
    assert waiting() == []
