"""After sending, on the pages: files, the receipt as a file, supplements, the mail, taking parts back."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consult.base import files, jobs, mail
from consult.base.audit import AuditEntry
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.jobs import Job
from consult.base.mail import Mail
from consult.base.people import CITIZEN
from consult.drafts import find as drafts
from consult.intake import find, wish
from consult.intake.models import Attachment, Submission
from consult.intake.submit import Item, Sent
from consult.intake.wish import want
from consult.summary import release
from consult.web import limits
from consult.wiring import jobs as wired
from tests.factories.people import CLOSES, NOW, later, make_project, make_user, send
from tests.summary.world import AFTER, APPROVER, OFFICE, make_world, rule_all, say_yes
from tests.web.pages import browser, field, forget, post

PAGE = "/c/demo/opinion"
PDF = b"%PDF-1.4\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 30


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the opinion form, as a browser sends them back."""
    form = page.split('<form id="opinion"', 1)[1].split("</form>", 1)[0]
    names = re.findall(r'<input type="hidden" name="([^"]+)"', form)
    return {name: field(form, name) for name in names}


def upload(name: str, data: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def say(client: FlaskClient, page: str = "", **more: object) -> TestResponse:
    """Send the opinion form as it stands on `page`, else on a page opened now."""
    words = hidden(page or client.get(PAGE).text)
    return client.post(PAGE, data={**words, "text": "路灯太稀了", "action": "send", **more})


def code_of(answer: TestResponse) -> str:
    assert answer.status_code == 200 and "提交成功" in answer.text, answer.text
    found = re.search(r'name="code" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def act(client: FlaskClient, where: str, code: str, **more: object) -> TestResponse:
    return post(client, "/receipt", where, code=code, **more)


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


def test_the_receipt_as_a_file_says_what_was_sent_and_how_to_check(client: FlaskClient) -> None:
    make_project()
    code = code_of(say(client, files=[upload("照片.pdf", PDF)]))
    answer = act(client, "/receipt/file", code.lower().replace("-", " "))
    assert answer.status_code == 200 and answer.mimetype == "text/plain" and answer.headers["Cache-Control"] == "no-store"
    assert "%E5%9B%9E%E6%89%A7" in answer.headers["Content-Disposition"] and answer.data.startswith(b"\xef\xbb\xbf")
    text = answer.data.decode("utf-8-sig")
    entry = db.session.query(AuditEntry).filter_by(action="submit").one()
    for words in (code, "路灯太稀了", "照片.pdf", "2026年3月10日 10:00", "全文", entry.hash, f"第 {entry.id} 条",
                  find.submission(1).digest, "查询回执", "2026年4月2日 17:00"):  # fmt: skip
        assert words in text, words
    assert text.count("\r\n") == text.count("\n")
    assert act(client, "/receipt/file", "ABCD").status_code == 404
    assert client.get("/receipt/file").status_code == 405


def test_a_supplement_needs_no_code_in_any_address(client: FlaskClient, keys: Keys) -> None:
    make_project()
    code = code_of(say(client))
    assert "补充意见" in act(client, "/receipt", code).text
    go = act(client, "/receipt/supplement", code)
    assert go.status_code == 303 and go.headers["Location"] == PAGE
    assert code not in str(go.headers) and code.replace("-", "") not in str(go.headers)
    page = client.get(PAGE).text
    assert "您正在补充 2026年3月10日 10:00 提交的意见" in page and "supplements" in hidden(page)
    done = say(client, page, text="还有一句")
    assert "原来的回执码照样能用</h1>" in done.text and "唯一凭证" not in done.text
    assert "用原来的回执码就能看到两份" in done.text and code_of(done) != code
    assert "您正在补充" not in client.get(PAGE).text
    both = act(client, "/receipt", code).text
    assert "路灯太稀了" in both and "还有一句" in both and "补充，1 条" in both
    alone = act(client, "/receipt", code_of(done)).text
    assert "还有一句" in alone and "路灯太稀了" not in alone and "补充" in alone
    api = client.post("/api/v1/receipts/lookup", json={"code": code}).json
    assert api is not None and [one["text"] for one in api["comments"]] == ["路灯太稀了", "还有一句"]
    assert [("received_at" in one) for one in api["comments"]] == [False, True]
    assert "还有一句" in act(client, "/receipt/file", code).data.decode()


def test_a_supplement_can_become_a_sending_of_its_own(client: FlaskClient) -> None:
    make_project()
    code = code_of(say(client))
    act(client, "/receipt/supplement", code)
    page = say(client, client.get(PAGE).text, action="alone", text="写着的话")
    assert "作为一份新的意见" in page.text and "写着的话" in page.text and "supplements" not in hidden(page.text)
    assert "您正在补充" not in client.get(PAGE).text
    code_of(say(client, page.text))
    assert db.session.query(Submission).filter(Submission.supplements.is_not(None)).count() == 0


def test_an_old_or_foreign_ticket_never_loses_words_or_adds_to_the_wrong_sending(
    client: FlaskClient, app: Flask
) -> None:
    make_project()
    code = code_of(say(client))
    act(client, "/receipt/supplement", code)
    page = client.get(PAGE).text
    app.extensions["clock"] = lambda: later(hours=3)
    late = say(client, page, text="写了三个小时")
    assert late.status_code == 422 and "标记已经过期" in late.text and "写了三个小时" in late.text
    assert "supplements" not in hidden(late.text)
    code_of(say(client, late.text))
    for ticket in ("forged", hidden(page)["supplements"] + "x"):
        assert say(client, supplements=ticket).status_code == 422
    assert db.session.query(Submission).filter(Submission.supplements.is_not(None)).count() == 0


def test_a_supplement_to_what_was_withdrawn_meanwhile_is_refused_and_kept(client: FlaskClient) -> None:
    make_project()
    code = code_of(say(client))
    act(client, "/receipt/supplement", code)
    page = client.get(PAGE).text
    act(client, "/receipt/withdraw", code, sure="yes")
    refused = say(client, page, text="还想说")
    assert refused.status_code == 422 and "全部撤回" in refused.text and "还想说" in refused.text
    assert act(client, "/receipt/supplement", code).status_code == 409
    assert ">补充意见</button>" not in act(client, "/receipt", code).text


def test_after_the_deadline_a_supplement_is_refused_in_kind_words(client: FlaskClient, app: Flask) -> None:
    sent = send(make_project(), [Item("a3", text="路灯太稀")])
    app.extensions["clock"] = lambda: CLOSES
    answer = act(client, "/receipt/supplement", sent.code)
    assert answer.status_code == 409 and "已经截止，不能再补充了。已经提交的意见照常办理" in answer.text
    assert ">补充意见</button>" not in answer.text


def test_single_opinions_are_taken_back_after_a_choice_and_a_question(client: FlaskClient) -> None:
    make_project()
    first = say(client, files=[upload("照片.pdf", PDF)])
    code = code_of(first)
    act(client, "/receipt/supplement", code)
    say(client, client.get(PAGE).text, text="补充的话")
    page = act(client, "/receipt/withdraw", code)
    assert len(re.findall('name="(?:comment|file)"', page.text)) == 3 and " checked" not in page.text and "照片.pdf" in page.text
    assert act(client, "/receipt/withdraw", code, pick="some").status_code == 422
    asked = act(client, "/receipt/withdraw", code, pick="some", comment="2")
    assert "确定要撤回吗" in asked.text and "补充的话" in asked.text and "路灯太稀了" not in asked.text
    assert find.comments_of(2)[0].withdrawn_at is None
    done = act(client, "/receipt/withdraw", code, comment="2", sure="yes")
    assert "已经撤回 1 条意见" in done.text and "路灯太稀了" in done.text and "补充的话" not in done.text
    again = act(client, "/receipt/withdraw", code, comment="2", sure="yes")
    assert again.status_code == 409
    done = act(client, "/receipt/withdraw", code, pick="all", sure="yes")
    assert "已经撤回 1 条意见、1 个附件" in done.text and "照片.pdf" not in done.text
    db.session.expire_all()
    assert not files.place(current_app.config["SETTINGS"].files, db.session.get_one(Attachment, 1).sha256).exists()


def test_nobody_takes_back_what_is_behind_another_code(client: FlaskClient) -> None:
    project = make_project()
    mine, other = send(project, [Item("a3", text="我的")]), send(project, [Item("a3", text="别人的")])
    answer = act(client, "/receipt/withdraw", mine.code, comment=str(other.comment_ids[0]), sure="yes")
    assert answer.status_code == 409
    db.session.expire_all()
    assert find.comments_of(other.submission_id)[0].withdrawn_at is None


def test_the_wish_for_a_mail_is_apart_from_the_wish_for_an_answer(client: FlaskClient, keys: Keys) -> None:
    make_project()
    page = client.get(PAGE).text
    assert not re.search(r'id="wish"[^>]*checked', page)
    bad = say(client, wish="y", wish_email="li@")
    assert bad.status_code == 422 and 'id="wish_email-wrong"' in bad.text and "路灯太稀了" in bad.text
    assert re.search(r'id="wish"[^>]*checked', bad.text)
    done = say(client, bad.text, wish="y", wish_email=" li@example.cn ")
    assert code_of(done) and "会给您填的邮箱发一封邮件" in done.text and wish.wanted(1)
    row = find.submission(1)
    assert row.contact_sealed is None and not row.wants_reply
    code_of(say(client, wish="y", email="zhao@example.cn"))
    assert wish.wanted(2)
    code_of(say(client))
    assert not wish.wanted(3)


def test_the_wish_is_added_changed_and_dropped_on_the_receipt_page(client: FlaskClient) -> None:
    sent = send(make_project(), [Item("a3", text="路灯太稀")])
    bad = act(client, "/receipt/mail", sent.code, wish_email="不是邮箱")
    assert bad.status_code == 422 and 'value="不是邮箱"' in bad.text and 'href="#wish_email"' in bad.text
    done = act(client, "/receipt/mail", sent.code, wish_email="li@example.cn")
    assert done.status_code == 200 and "已经登记" in done.text and "li@example.cn" not in done.text
    assert wish.wanted(sent.submission_id)
    gone = act(client, "/receipt/mail/drop", sent.code)
    assert "已经取消邮件通知" in gone.text and not wish.wanted(sent.submission_id)


@pytest.fixture
def told(app: Flask) -> Sent:
    """A project whose result is out, with one who wished to be told."""
    world = make_world(units=False)
    sent = send(drafts.by_slug("demo"), [Item("a3", text="请告诉我结果，路灯太稀。")], later(hours=30))
    with transaction():
        want(CITIZEN, NOW, find.submission(sent.submission_id), "li@example.cn", app.extensions["keys"])
    rule_all(world)
    for actor, verb in ((APPROVER, say_yes), (OFFICE, release.release)):
        with transaction():
            verb(actor, AFTER, drafts.by_slug("demo"))
    app.extensions["clock"] = lambda: AFTER
    return sent


def work(app: Flask) -> None:
    wired.schedule_often(app)
    while wired.run_next(app):
        pass
    db.session.rollback()


def test_without_a_mail_server_the_result_waits_for_a_clerk(app: Flask, told: Sent) -> None:
    work(app)
    work(app)
    (one,) = db.session.query(Mail).all()
    assert not db.session.query(Job).filter_by(name=jobs.SEND_MAIL).count()
    assert db.session.query(Job).filter_by(name=jobs.TELL_RESULTS).count() == 1
    assert not wish.wanted(told.submission_id) and told.code not in one.body and "路灯太稀" not in one.body
    assert "采纳情况已经公布" in one.body and "查询回执" in one.body
    clerk = browser(app, make_user("office"))
    page = clerk.get("/office/outbox")
    assert "没有设置邮件服务器" in page.text and one.subject in page.text and "li@example.cn" not in page.text
    shown = post(clerk, "/office/outbox", f"/office/outbox/{one.id}/address")
    assert "li@example.cn" in shown.text and "采纳情况已经公布" in shown.text
    done = post(clerk, "/office/outbox", f"/office/outbox/{one.id}/forwarded")
    assert done.status_code == 303 and "没有等待发出的邮件" in clerk.get("/office/outbox").text
    assert post(clerk, "/office/outbox", f"/office/outbox/{one.id}/address").status_code == 409
    for role in ("reviewer", "approver", "sysadmin"):
        assert browser(app, make_user(role)).get("/office/outbox").status_code == 403


def test_after_the_result_no_mail_and_no_withdrawal_is_offered(client: FlaskClient, told: Sent) -> None:
    page = act(client, "/receipt", told.code).text
    assert "/receipt/mail" not in page and "/receipt/withdraw" not in page and "/receipt/file" in page
    assert act(client, "/receipt/mail", told.code, wish_email="a@b.cn").status_code == 409


def test_the_job_hands_the_mail_to_a_server_once(app: Flask, told: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"].__class__(
        **{**vars(app.config["SETTINGS"]), "smtp_url": "smtp://127.0.0.1:1", "mail_from": "a@b.cn",
           "public_url": "https://yj.example.cn"}
    )  # fmt: skip
    app.config["SETTINGS"] = settings
    work(app)
    (one,) = db.session.query(Mail).all()
    assert one.tries == 1 and one.sent_at is None and "https://yj.example.cn/receipt" in one.body
    work(app)
    assert db.session.query(Mail).one().tries == 1, "not due again yet"
    assert mail.has_due(AFTER + mail.PAUSES[0])


def test_sweeping_takes_files_never_sent_and_bytes_taken_back(app: Flask, client: FlaskClient) -> None:
    make_project()
    words = hidden(client.get(PAGE).text)
    client.post(PAGE, data={**words, "action": "attach", "files": [upload("证明.pdf", PDF)]})
    assert len(waiting()) == 1
    app.extensions["clock"] = lambda: NOW + timedelta(hours=25)
    work(app)
    assert waiting() == []


