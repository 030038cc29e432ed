"""Letters to units from the office's side: asking, the ledger, a later date, taking back, returning an answer."""

import io
import re
import zipfile
from datetime import timedelta
from urllib.parse import quote

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from consult.base import accounts
from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.base.files import SCAN_KINDS, Upload, check, keep
from consult.base.people import Unit
from consult.drafts.models import Consultation
from consult.intake.submit import Item
from consult.letters import find, reply
from consult.letters.issue import SILENCE
from consult.letters.models import Solicitation
from tests.factories.people import NOW, make_project, make_unit, make_user
from tests.web.pages import actions, browser, forget, post

NEW = "/office/c/demo/letters/new"
ASK = {"letter_no": "河司函〔2026〕1号", "body": "请研究提出意见。", "due_at": ["2026-03-25", ""]}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def project(app: Flask) -> Consultation:
    return make_project()


@pytest.fixture
def office(app: Flask, project: Consultation) -> FlaskClient:
    return browser(app, make_user("office"))


def ask(client: FlaskClient, *units: Unit, **changes: object) -> object:
    """Send the letter form."""
    forget()
    return post(client, NEW, NEW, units=[str(unit.id) for unit in units], **{**ASK, **changes})


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


def test_units_are_asked_and_stand_in_the_ledger(app: Flask, office: FlaskClient, project: Consultation) -> None:
    water, money = make_unit("河湾县水利局"), make_unit("河湾县财政局")
    assert ask(office, water, money, silence_is_consent="y").status_code == 303
    letters = db.session.query(Solicitation).order_by(Solicitation.id).all()
    assert [one.unit_id for one in letters] == [water.id, money.id]
    assert letters[0].body == f"请研究提出意见。\n{SILENCE}"
    page = office.get("/office/c/demo/letters").text
    assert "河湾县水利局" in page
    assert page.count("未签收") == 2
    assert "河湾县水利局" not in office.get(NEW).text  # asked already: not offered again
    assert actions()[-1] == "issue_letter"


def test_the_letter_is_suggested_in_our_words(app: Flask, office: FlaskClient) -> None:
    page = office.get(NEW).text
    assert "河湾县住房和城乡建设局起草了《河湾县村庄公共照明管理办法" in page
    assert SILENCE in page


def test_a_unit_is_added_by_name_and_nothing_typed_is_lost(app: Flask, office: FlaskClient) -> None:
    water = make_unit("河湾县水利局")
    page = ask(office, water, new_unit="河湾县 文化局", add_unit="1", clauses=["a3"])
    assert page.status_code == 200
    added = next(unit for unit in accounts.units() if unit.name == "河湾县 文化局")
    for number in (water.id, added.id):
        assert re.search(rf'<input checked[^>]*value="{number}"', page.text), number
    assert "河司函〔2026〕1号" in page.text
    assert re.search(r'<input checked[^>]*value="a3"', page.text)
    assert 'value="2026-03-25"' in page.text
    assert not db.session.query(Solicitation).count()
    refused = ask(office, water, new_unit=" ", add_unit="1")
    assert refused.status_code == 422
    assert 'id="new_unit-error"' in refused.text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"due_at": ["2026-03-09", ""]}, "截止时间必须晚于现在"),
        ({"due_at": ["2026-03-10", "18:00"]}, "不足一个工作日"),
        ({"due_at": ["", ""]}, "请选择截止日期"),
        ({"body": ""}, "请填写函的正文"),
        ({"units": []}, "请至少选择一个单位"),
        ({"units": ["999"]}, "units-error"),
    ],
)
def test_refusals_keep_the_form(app: Flask, office: FlaskClient, changes: dict[str, object], says: str) -> None:
    given = {**ASK, "units": [str(make_unit().id)], **changes}
    page = post(office, NEW, NEW, **given)
    assert page.status_code == 422
    assert says in page.text
    assert "河司函〔2026〕1号" in page.text


def test_a_later_date_and_taking_back(app: Flask, office: FlaskClient) -> None:
    ask(office, make_unit())
    page = "/office/letters/1"
    early = post(office, page, f"{page}/extend", due_at=["2026-03-20", ""], reason="更多时间")
    assert early.status_code == 422
    assert "<details class=\"card\" open>" in early.text
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


def test_the_letter_on_paper(app: Flask, office: FlaskClient, project: Consultation) -> None:
    ask(office, make_unit(), clauses=["a3"])
    printed = office.get("/office/letters/1/print").text
    assert f"<h1>关于征求《{project.title}》意见的函</h1>" in printed
    assert "请于2026年3月25日 24时之前复函。" in printed
    document = office.get("/office/letters/1/letter.docx")
    assert zipfile.is_zipfile(io.BytesIO(document.data))
    text = [one.text for one in Document(io.BytesIO(document.data)).paragraphs]
    assert "河湾县水利局：" in text
    assert any("请重点研究" in line and "第三条" in line for line in text)


def test_overdue_is_never_without_objection(app: Flask, office: FlaskClient) -> None:
    ask(office, make_unit(), silence_is_consent="y")
    app.extensions["clock"] = lambda: NOW + timedelta(days=20)
    late = browser(app, make_user("office"))
    page = late.get("/office/c/demo/letters").text
    assert "逾期未复(按通知视为无意见)" in page
    assert "已复函（无意见 0，有意见 0）" in page
    assert find.counts(1, NOW + timedelta(days=20)).none == 0
