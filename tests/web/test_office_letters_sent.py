"""What becomes of a letter that went out: mails, links, a later date, corrections, answers, taking back."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from consult.base import mail
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.files import SCAN_KINDS, Upload, check, keep
from consult.base.mail import SECRET
from consult.base.people import Unit
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.letters import find, letter_post, reply
from consult.letters.models import Solicitation
from consult.summary.verify import faults
from tests.factories.people import NOW, make_project, make_unit, make_user
from tests.web.asking import ask, mails
from tests.web.pages import actions, browser, forget, post

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def project(app: Flask) -> Consultation:
    return make_project()


@pytest.fixture
def office(app: Flask, project: Consultation) -> FlaskClient:
    return browser(app, make_user("office"))


def answer(app: Flask, unit: Unit, number: int, keys: Keys, seal: bool = False) -> int | None:
    """The unit answers its letter; the id of its scan."""
    me = make_user("agency", unit)
    scan = None
    if seal:
        upload = Upload("复函 盖章.png", PNG)
        with transaction():
            scan = keep(upload, check(upload, SCAN_KINDS), app.config["SETTINGS"].files, me, NOW).id
    with transaction():
        reply.save_reply(
            me, NOW, db.session.get_one(Solicitation, number), edition=0, answer="has_opinion",
            items=[Item("a3", "amend", "改为<三十五>米")], handler="吴工", phone="0000-7654321", signatory="郑局",
            reply_no="水函〔2026〕3号", seal_file_id=scan,
        )  # fmt: skip
    if not seal:
        with transaction():
            reply.send_reply(me, NOW, db.session.get_one(Solicitation, number), keys=keys)
    return scan


def test_a_later_date_and_taking_back(app: Flask, office: FlaskClient) -> None:
    ask(office, make_unit())
    page = "/office/letters/1"
    early = post(office, page, f"{page}/extend", due_at=["2026-03-20", ""], reason="更多时间")
    assert early.status_code == 422
    assert "<details class=\"card\" open>" in early.text
    assert post(office, page, f"{page}/extend", due_at=[" ", ""], reason="更多时间").status_code == 422
    assert post(office, page, f"{page}/extend", due_at=["2026-04-01", ""], reason="更多时间").status_code == 303
    assert "更多时间" in office.get(page).text
    assert post(office, page, f"{page}/withdraw", reason="").status_code == 422
    assert post(office, page, f"{page}/withdraw", reason="发错了").status_code == 303
    assert "发错了" in office.get(page).text
    assert "还没有发函" in office.get("/office/c/demo/letters").text


def test_an_answer_is_read_taken_in_and_returned(app: Flask, office: FlaskClient, keys: Keys) -> None:
    unit = make_unit()
    ask(office, unit)
    answer(app, unit, 1, keys)
    forget()
    page = "/office/letters/1"
    text = office.get(page).text
    assert "改为&lt;三十五&gt;米" in text
    assert "吴工" in text
    assert post(office, page, f"{page}/accept").status_code == 303
    assert "已复函" in office.get(page).text
    assert post(office, page, f"{page}/return", reason="").status_code == 422
    assert post(office, page, f"{page}/return", reason="请补签发人").status_code == 303
    assert "退回补正" in office.get("/office/c/demo/letters").text
    assert [one for one in actions() if one.endswith("_reply")][-2:] == ["accept_reply", "return_reply"]
    assert post(office, page, f"{page}/accept").status_code == 409  # nothing stands to be taken in


def test_a_scan_is_downloaded_only_once_it_was_sent(app: Flask, office: FlaskClient, keys: Keys) -> None:
    unit = make_unit()
    ask(office, unit)
    scan = answer(app, unit, 1, keys, seal=True)
    forget()
    assert office.get(f"/office/files/{scan}").status_code == 404
    sender = make_user("agency", unit)
    with transaction():
        reply.send_reply(sender, NOW, db.session.get_one(Solicitation, 1), keys=keys)
    forget()
    file = office.get(f"/office/files/{scan}")
    assert file.data == PNG
    assert file.mimetype == "image/png"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert quote("复函 盖章.png") in file.headers["Content-Disposition"]
    file.close()
    assert office.get("/office/files/999").status_code == 404


def test_overdue_is_never_without_objection(app: Flask, office: FlaskClient) -> None:
    ask(office, make_unit(), silence_is_consent="y")
    app.extensions["clock"] = lambda: NOW + timedelta(days=20)
    late = browser(app, make_user("office"))
    page = late.get("/office/c/demo/letters").text
    assert "逾期未复(按通知视为无意见)" in page
    assert "已复函（无意见 0，有意见 0）" in page
    assert find.counts(1, NOW + timedelta(days=20)).none == 0


def test_each_unit_gets_a_mail_with_its_own_link(app: Flask, office: FlaskClient, keys: Keys) -> None:
    water, money = make_unit("河湾县水利局"), make_unit("河湾县财政局")
    with transaction():
        db.session.get_one(Unit, water.id).email = "shuili@example.cn"
    ask(office, water, money)
    first, second = mails()
    assert (first.given_up_at, second.given_up_at) == (None, NOW), "without an address it waits for a person"
    for one in (first, second):
        assert one.body.count(SECRET) == 1
        link = re.search(r"http://localhost/agency/enter/([\w-]{22})", mail.words(one, keys))
        assert link
        assert link[1] not in one.body
    waiting = office.get("/office/outbox").text
    assert waiting.count("<b>河湾县水利局</b>") == waiting.count("<b>河湾县财政局</b>") == 1
    shown = post(office, "/office/outbox", "/office/outbox/1/address").text
    assert "shuili@example.cn" in shown
    assert "/agency/enter/" in shown
    assert "/agency/enter/" not in office.get("/office/outbox").text
    by_hand = post(office, "/office/outbox", "/office/outbox/2/address").text
    assert "名录里没有邮箱" in by_hand
    names = [one.name for one in letter_post.enclosed(keys, first.reference)]
    assert names == ["征求意见函.docx", "征求意见反馈表.docx"]
    assert post(office, "/office/outbox", "/office/outbox/2/forwarded").status_code == 303
    assert actions()[-1] == "forward_mail"


def test_a_correction_reaches_everybody_and_the_old_words_stay(app: Flask, office: FlaskClient, keys: Keys) -> None:
    water, money = make_unit("河湾县水利局"), make_unit("河湾县财政局")
    ask(office, water, money)
    answer(app, water, 1, keys)
    forget()
    page = "/office/letters/1"
    words = {"correct-letter_no": "河司函〔2026〕1号", "correct-body": "请研究提出书面意见。"}
    refused = post(office, page, f"{page}/correct", **words, **{"correct-reason": ""})
    assert refused.status_code == 422
    same = {**words, "correct-body": "请研究提出意见。", "correct-reason": "改错字"}
    assert "没有改动" in post(office, page, f"{page}/correct", **same).text
    done = post(office, page, f"{page}/correct", **words, **{"correct-reason": "写明要书面", "correct-everywhere": "y"})
    assert done.status_code == 303
    assert [one.body for one in db.session.query(Solicitation)] == ["请研究提出书面意见。"] * 2
    text = office.get(page).text
    assert "写明要书面" in text
    assert "请研究提出意见。" in text
    told = [one for one in mails() if ":correct:" in one.reference]
    assert ["仍然有效" in one.body for one in told] == [True, False], "the one that has answered knows where it stands"
    assert SECRET not in told[0].body
    assert list(faults(db.session)) == []
    with transaction():
        db.session.execute(update(Solicitation).values(body="另一封函"))
    assert list(faults(db.session))


def test_everybody_gets_more_time_at_once(app: Flask, office: FlaskClient, keys: Keys) -> None:
    units = [make_unit(f"第{number}局") for number in range(3)]
    ask(office, *units)
    answer(app, units[0], 1, keys)
    forget()
    page = "/office/c/demo/letters/extend"
    assert "第0局" not in office.get(page).text
    assert post(office, page, page, due_at=["2026-03-20", ""], reason="需要调研论证").status_code == 422
    assert post(office, page, page, due_at=["2026-04-03", ""], reason="需要调研论证").status_code == 303
    assert [len(one.extensions) for one in db.session.query(Solicitation).order_by(Solicitation.id)] == [0, 1, 1]
    assert [one.subject.split("：")[0] for one in mails()][-2:] == ["复函期限延长"] * 2
    assert list(faults(db.session)) == []


def test_reminding_urging_and_new_links(app: Flask, office: FlaskClient) -> None:
    ask(office, make_unit())
    page = "/office/letters/1"
    assert post(office, page, f"{page}/remind").status_code == 303
    assert post(office, page, f"{page}/urge", way="电话", person="王工", note="答应明天报送").status_code == 303
    assert post(office, page, f"{page}/urge", way="电话", note="").status_code == 422
    text = office.get(page).text
    assert "人工催办" in text
    assert "答应明天报送" in text
    assert post(office, page, f"{page}/link").status_code == 303
    assert [bool(one.address_sealed) for one in mails()] == [False, False, True], "only the newest waits"
    assert post(office, page, f"{page}/close-link").status_code == 303
    assert "链接已经停用" in office.get(page).text
    assert post(office, page, f"{page}/withdraw", reason="发错了").status_code == 303
    assert "不需要再答复" in mails()[-1].body
    for act in ("remind", "link"):
        assert post(office, "/office", f"{page}/{act}").status_code == 409
    assert list(faults(db.session)) == []
