"""A letter to units, written by the office: suggested, filled from a template, looked at, refused, sent, printed."""

import io
import re
import zipfile

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from consult.base import accounts
from consult.base.db import db
from consult.drafts.models import Consultation
from consult.letters.issue import SILENCE
from consult.letters.models import Solicitation
from tests.factories.people import make_project, make_unit, make_user
from tests.web.asking import ASK, NEW, ask, mails
from tests.web.pages import actions, browser, post


@pytest.fixture
def project(app: Flask) -> Consultation:
    return make_project()


@pytest.fixture
def office(app: Flask, project: Consultation) -> FlaskClient:
    return browser(app, make_user("office"))


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
    assert actions()[-3:] == ["issue_letter", "make_link", "make_link"]


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
        assert re.search(rf'name="units" value="{number}" checked', page.text), number
    assert "河司函〔2026〕1号" in page.text
    assert re.search(r'<input checked[^>]*value="a3"', page.text)
    assert 'value="2026-03-25"' in page.text
    assert not db.session.query(Solicitation).count()
    refused = ask(office, water, new_unit=" ", add_unit="1")
    assert refused.status_code == 422
    assert 'id="new_unit-error"' in refused.text
    for press in ({}, {"preview": "1"}):  # a name that is typed only would get no letter
        forgotten = ask(office, water, new_unit="河湾县民政局", **press)
        assert forgotten.status_code == 422 and "不会收到函" in forgotten.text and "河湾县民政局" in forgotten.text
    assert not db.session.query(Solicitation).count()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"due_at": ["2026-03-09", ""]}, "截止时间必须晚于现在"),
        ({"due_at": ["2026-03-10", "18:00"]}, "不足一个工作日"),
        ({"due_at": ["", ""]}, "请选择截止日期"),
        ({"due_at": ["\u2028", ""]}, "请选择截止日期"),
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


def test_the_due_date_is_suggested_and_templates_fill_in(app: Flask, office: FlaskClient) -> None:
    page = office.get(NEW).text
    assert 'value="2026-03-17"' in page  # five workdays from Tuesday the 10th
    text = "/office/letter-texts"
    assert post(office, text, text, name="专项", body="{office}请{units}在{due}前答复。{不明}").status_code == 422
    assert post(office, text, text, name="专项", body="{office}请{units}在{due}前答复。").status_code == 303
    assert "专项" in office.get(text).text
    water = make_unit()
    chosen = ask(office, water, template="专项", use_template="1")
    assert "河湾县住房和城乡建设局请{units}在{due}前答复。" in chosen.text
    assert f'name="units" value="{water.id}" checked' in chosen.text
    body = "河湾县住房和城乡建设局请{units}在{due}前答复。"
    assert ask(office, water, body=body).status_code == 303
    assert db.session.get_one(Solicitation, 1).body == "河湾县住房和城乡建设局请河湾县水利局在2026年3月25日 24时前答复。"


def test_a_letter_is_looked_at_before_it_goes_out(app: Flask, office: FlaskClient) -> None:
    water = make_unit()
    page = ask(office, water, preview="1", due_at=["2026-03-13", ""], clauses=["a3"], silence_is_consent="y")
    assert page.status_code == 200
    assert "只有3个工作日" in page.text
    assert "没有登记邮箱" in page.text
    assert SILENCE in page.text
    assert "请重点研究：第三条。" in page.text
    assert not db.session.query(Solicitation).count()
    assert not mails()
    kept = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text)
    fields: dict[str, list[str]] = {}
    for name, value in kept:
        fields.setdefault(name, []).append(value)
    back = office.post(NEW, data={**fields, "back": "1"})
    assert "研究提出意见" in back.text
    assert not db.session.query(Solicitation).count()
    assert office.post(NEW, data=fields).status_code == 303
    assert db.session.get_one(Solicitation, 1).clause_keys == ["a3"]
    assert ask(office, water, preview="1", due_at=["2026-03-09", ""]).status_code == 422


def test_the_letter_to_all_with_a_red_head(app: Flask, office: FlaskClient) -> None:
    ask(office, make_unit("河湾县水利局"), make_unit("河湾县财政局"))
    data = office.get("/office/letters/1/letter.docx?to=all&head=red").data
    text = [one.text for one in Document(io.BytesIO(data)).paragraphs]
    assert text[0] == "河湾县住房和城乡建设局"
    assert "河湾县水利局、河湾县财政局：" in text
