"""After sending, on the pages: the receipt as a file, supplements, taking parts back."""

import re

from flask import Flask, current_app
from flask.testing import FlaskClient

from consult.base import files
from consult.base.audit import AuditEntry
from consult.base.crypto import Keys
from consult.base.db import db
from consult.intake import find
from consult.intake.models import Attachment, Submission
from consult.intake.submit import Item
from tests.factories.people import CLOSES, later, make_project, send
from tests.web.sending import PAGE, PDF, act, code_of, hidden, say, upload


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
