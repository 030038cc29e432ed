"""The directory on pages: finding, adding, changing, confirming, merging; a sheet taken away and read back."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from openpyxl import load_workbook

from consult.base import directory
from consult.base.db import db, transaction
from consult.base.directory import Facts
from consult.letters import find
from consult.summary import verify
from consult.web.office import unit_choice
from tests.factories.people import NOW, OPERATOR, make_project, make_unit, make_user
from tests.web.asking import ask
from tests.web.pages import actions, browser, field, forget, post

WATER = Facts("河湾县水利局", "水利局", handler="吴工", phone="0000-1234567", email="slj@example.cn")
EXPERT = Facts("钱教授", kind="expert", field="照明工程", affiliation="河湾学院")
UNITS, NEW, IMPORT = "/office/units", "/office/units/new", "/office/units/import"
TYPED = {"name": "河湾县文化局", "kind": "department", "active": "y", "handler": "冯工"}


def add(facts: Facts = WATER) -> int:
    with transaction():
        return directory.add_unit(OPERATOR, NOW, facts).id


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser(app, make_user("office"))


def test_the_list_is_searched(app: Flask, office: FlaskClient) -> None:
    water, expert = add(), add(EXPERT)
    add(Facts("<b>企业</b>", kind="enterprise", active=False))
    forget()
    page = office.get(UNITS).text
    assert "河湾县水利局" in page and "钱教授" in page and "企业&lt;/b&gt;" not in page
    assert "2026年还有 2 个没有核对过" in page
    for query, seen, unseen in (
        ("?kind=expert", "钱教授", "河湾县水利局"), ("?kind=expert&field=照明", "钱教授", "河湾县水利局"),
        ("?q=吴工", "河湾县水利局", "钱教授"), ("?state=closed", "&lt;b&gt;企业&lt;/b&gt;", "钱教授"),
        ("?state=unconfirmed", "钱教授", "企业&lt;/b&gt;"), ("?q=没有", "没有找到", "钱教授"), ("?page=x&kind=zzz", "没有", "钱教授"),
    ):  # fmt: skip
        text = office.get(f"{UNITS}{query}").text
        assert seen in text and unseen not in text, query
    assert office.get(f"{UNITS}/{water}").status_code == office.get(f"{UNITS}/{expert}").status_code == 200
    assert office.get(f"{UNITS}/99").status_code == 404


def test_added_and_renamed_with_the_former_name_in_sight(app: Flask, office: FlaskClient) -> None:
    assert post(office, NEW, NEW, **TYPED).status_code == 303
    page = f"{UNITS}/1"
    edit = f"{page}/edit"
    edition = field(office.get(edit).text, "edition")
    typed = TYPED | {"name": "河湾县文旅局", "edition": edition}
    assert post(office, edit, edit, **typed).status_code == 303
    text = office.get(page).text
    assert "河湾县文旅局" in text and "河湾县文化局" in text and "冯工" in text
    late = post(office, edit, edit, **(typed | {"handler": "别人"}))
    assert late.status_code == 409 and "刚才由别人改过" in late.text
    taken = post(office, NEW, NEW, **TYPED)
    assert taken.status_code == 409 and "是“河湾县文旅局”的原名" in taken.text and 'name="namesake"' in taken.text
    assert post(office, NEW, NEW, **TYPED, namesake="y").status_code == 303
    bad = post(office, NEW, NEW, **(TYPED | {"name": "", "email": "nobody"}))
    assert bad.status_code == 422 and 'id="name-error"' in bad.text and "冯工" in bad.text
    assert actions().count("add_unit") == 2 and actions().count("change_unit") == 1


def test_confirmed_by_the_office_and_merged(app: Flask, office: FlaskClient) -> None:
    old, new = add(), add(Facts("河湾县自然资源局"))
    make_project()
    asked = ask(office, directory.by_id(old))
    assert asked.status_code == 303
    page = f"{UNITS}/{old}"
    edition = field(office.get(page).text, "edition")
    assert post(office, page, f"{page}/confirm", edition="old").status_code == 409
    assert post(office, page, f"{page}/confirm", edition=edition).status_code == 303
    assert "今年已核对" in office.get(page).text
    merge = f"{page}/merge"
    assert "还有 1 封函没有复函" in office.get(merge).text
    assert post(office, merge, merge, into=str(new)).status_code == 422
    assert post(office, merge, merge, into=str(old), sure="y").status_code == 422
    assert post(office, merge, merge, into=str(new), sure="y").status_code == 303
    text = office.get(page).text
    assert f'href="{UNITS}/{new}"' in text and "河司函〔2026〕1号" in text, "its letters stay with it"
    assert "河湾县水利局" in office.get(f"{UNITS}/{new}").text
    assert actions()[-1] == "merge_units" and list(verify.faults(db.session())) == []


def test_who_may_only_look(app: Flask) -> None:
    add()
    approver = browser(app, make_user("approver"))
    assert approver.get(UNITS).status_code == 200
    text = approver.get(f"{UNITS}/1").text
    assert "吴工" in text and "核对无误" not in text
    for address in (NEW, f"{UNITS}/1/edit", f"{UNITS}/1/merge", IMPORT, f"{IMPORT}/check"):
        assert approver.get(address).status_code == 403, address
    for address in (f"{UNITS}/1/confirm", f"{UNITS}/export"):
        assert post(approver, UNITS + "/1", address).status_code == 403, address
    for role in ("agency", "reviewer", "sysadmin"):
        other = browser(app, make_user(role))
        assert other.get(UNITS).status_code == 403


def exported(office: FlaskClient) -> bytes:
    answer = post(office, UNITS, f"{UNITS}/export")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment;")
    return answer.data


def upload(office: FlaskClient, data: bytes) -> str:
    """Send a sheet; the address of the page that shows its differences."""
    answer = post(office, IMPORT, IMPORT, file=(BytesIO(data), "名录.xlsx"))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def edited(data: bytes, **cells: str) -> bytes:
    book, out = load_workbook(BytesIO(data)), BytesIO()
    for name, value in cells.items():
        book.active[name] = value
    book.save(out)
    return out.getvalue()


def test_a_sheet_goes_out_and_comes_back(app: Flask, office: FlaskClient) -> None:
    add()
    forget()
    check = upload(office, edited(exported(office), F4="郑工", A5="河湾县<i>文化局", C5="部门和单位"))
    text = office.get(check).text
    assert "<del>吴工</del>" in text and "<ins>郑工</ins>" in text and "河湾县&lt;i&gt;文化局" in text
    assert directory.by_id(1).handler == "吴工" and actions()[-1] == "export", "nothing is written yet"
    source, agreed = field(text, "source"), field(text, "agreed")
    refused = post(office, check, f"{IMPORT}/check", source=source, agreed="x" * 64)
    assert refused.status_code == 409 and "请重新核对" in refused.text
    assert post(office, check, f"{IMPORT}/check", source=source, agreed=agreed).status_code == 303
    assert actions()[-1] == "import_units" and directory.by_id(1).handler == "郑工"
    again = post(office, check, f"{IMPORT}/check", source=source, agreed=agreed)
    assert again.status_code == 409, "the same yes does nothing twice"
    assert len(directory.find()) == 2 and list(verify.faults(db.session())) == []


def test_a_bad_sheet_is_told_by_its_cells_and_offers_no_yes(app: Flask, office: FlaskClient) -> None:
    add()
    forget()
    check = upload(office, edited(exported(office), F4="=1+1", C5="局", A5="新局"))
    text = unescape(office.get(check).text)
    assert "第4行F列" in text and "是公式" in text and 'name="agreed"' not in text
    source = check.partition("source=")[2]
    answer = post(office, check, f"{IMPORT}/check", source=source, agreed="x")
    assert answer.status_code == 200 and "import_units" not in actions()
    assert "这不是 xlsx 文件" in office.get(upload(office, b"%PDF-1.7")).text
    assert post(office, IMPORT, IMPORT).status_code == 422
    assert office.get(f"{IMPORT}/check?source=forged").status_code == 422


def test_another_person_cannot_use_the_upload(app: Flask, office: FlaskClient) -> None:
    check = upload(office, edited(exported(office), A4="河湾县文化局", C4="部门和单位"))
    other = browser(app, make_user("office"))
    assert other.get(check).status_code == 422


def test_a_unit_confirms_itself(app: Flask) -> None:
    number = add()
    other = make_unit("河湾县财政局")
    own = browser(app, make_user("agency", directory.by_id(number)))
    text = own.get("/agency/unit").text
    assert "河湾县水利局" in text and "今年未核对" in text
    typed = {"edition": field(text, "edition"), "handler": "郑工", "phone": "0000-2", "name": "改名", "email": "x@y.cn"}
    assert post(own, "/agency/unit", "/agency/unit", **typed).status_code == 303
    unit = directory.by_id(number)
    assert (unit.name, unit.email, unit.handler) == ("河湾县水利局", "slj@example.cn", "郑工")
    assert actions()[-2:] == ["change_unit", "confirm_unit"] and "今年已核对" in own.get("/agency/unit").text
    assert post(own, "/agency/unit", "/agency/unit", **typed).status_code == 409
    assert directory.by_id(other.id).confirmed_at is None
    assert list(verify.faults(db.session())) == []


def test_choosing_whom_to_ask(app: Flask) -> None:
    water, expert, asked = add(), add(EXPERT), make_unit("河湾县财政局").id
    with transaction():
        directory.confirm_unit(OPERATOR, NOW, directory.by_id(water))
    choice = unit_choice.of({asked}, [])
    assert [(label, [one.name for one in boxes]) for label, boxes in choice.groups] == [
        ("部门和单位", ["河湾县水利局"]), ("专家", ["钱教授"]),
    ]  # fmt: skip
    (water_box,), (expert_box,) = (boxes for _, boxes in choice.groups)
    assert water_box.warnings == () and expert_box.warnings == ("没有邮箱", "今年未核对")
    narrow = unit_choice.of(set(), [expert], words="水利")
    assert {one.id: one.ticked for _, boxes in narrow.groups for one in boxes} == {water: False, expert: True}
    assert narrow.hidden == 1 and unit_choice.of(set(), [], kind="expert").shown == 1
    assert len(unit_choice.sentences([directory.by_id(asked)], 2026)) == 2
    assert re.search("钱教授", unit_choice.sentences([directory.by_id(expert)], 2026)[0])


def test_the_ledger_prints_the_name_of_then(app: Flask, office: FlaskClient) -> None:
    number = add()
    make_project()
    ask(office, directory.by_id(number))
    with transaction():
        one = directory.by_id(number)
        directory.change_unit(OPERATOR, NOW + timedelta(days=1), one, replace(WATER, name="河湾县水务局"))
    assert [row.unit_name for row in find.ledger(1, NOW)] == ["河湾县水务局（原河湾县水利局）"]


def test_the_boxes_keep_what_is_ticked_in_sight(app: Flask) -> None:
    water, expert = add(), add(EXPERT)
    with app.test_request_context():
        choice = unit_choice.of(set(), [expert], words="水利")
        page = render_template("office/unit_choice.html", choice=choice, ui=_fields(app))
    boxes = dict(re.findall(r'name="units" value="(\d+)"( checked)?', page))
    assert boxes == {str(water): "", str(expert): " checked"}
    assert 'name="find_units"' in page and 'value="水利"' in page and "formnovalidate" in page
    assert "今年未核对" in page and "没有邮箱" in page


def _fields(app: Flask) -> object:
    return app.jinja_env.get_template("shared/desk_fields.html").module
