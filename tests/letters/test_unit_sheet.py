"""The directory as a sheet and back: the same facts, every difference cell by cell, refusals that name the cell."""

from collections.abc import Callable
from dataclasses import asdict, replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from consult.base import directory, directory_import
from consult.base.db import db, transaction
from consult.base.directory import Facts, cleaned, facts_of
from consult.base.directory_import import code_of, names_of_all, plan_of, shown
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import UNIT_KINDS, Unit
from consult.letters import unit_sheet
from consult.summary import verify
from tests.factories.people import NOW, OPERATOR, make_user
from tests.web.pages import actions

WATER = Facts("河湾县水利局", "水利局", handler="吴工", phone="0000-1234567", email="slj@example.cn")
MONEY = Facts("河湾县财政局", handler="郑工", phone="0000-7")
EXPERT = Facts("钱教授", kind="expert", field="照明工程", affiliation="河湾学院")
COLUMN = {heading: number for number, heading in enumerate(unit_sheet.COLUMNS.values(), 1)}


def exported() -> bytes:
    names = names_of_all()
    rows = [(shown(facts_of(one)), code_of(one, names.get(one.id, []))) for one in directory.find(closed=None)]
    return unit_sheet.write(rows, "单位名录", NOW)


def edited(data: bytes, edit: Callable[[Any], object]) -> bytes:
    book, out = load_workbook(BytesIO(data)), BytesIO()
    edit(book.active)
    book.save(out)
    return out.getvalue()


def put(**cells: str) -> Callable[[Any], None]:
    """Write cells such as F4."""

    def edit(sheet: Any) -> None:
        for name, value in cells.items():
            sheet[name] = value

    return edit


def load(data: bytes) -> directory_import.Plan:
    """Read, look, agree."""
    read = unit_sheet.read(data)
    assert read.troubles == []
    agreed = plan_of(read.rows).digest
    with transaction():
        return directory_import.import_units(OPERATOR, NOW, read.rows, agreed)


def refusals(data: bytes) -> list[tuple[str, str]]:
    read = unit_sheet.read(data)
    return read.troubles or plan_of(read.rows).troubles


@pytest.fixture
def three(app: Flask) -> list[int]:
    made = []
    for facts in (WATER, MONEY, EXPERT):
        with transaction():
            made.append(directory.add_unit(OPERATOR, NOW, facts).id)
    return made


def line_of(name: str) -> int:
    """The row of the sheet that an export gives this unit."""
    return 4 + [one.name for one in directory.find(closed=None)].index(name)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), max_size=20)
FACTS = st.builds(
    Facts, name=TEXT.filter(lambda text: bool(text.split())), short_name=TEXT, kind=st.sampled_from(sorted(UNIT_KINDS)),
    office_section=TEXT, leader=TEXT, handler=TEXT, phone=TEXT, email=st.sampled_from(["", "a@b.cn"]), address=TEXT,
    field=st.sampled_from(["=1+1", "_x0041_", "+86", "@x", "0012", ""]), affiliation=TEXT, active=st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(FACTS, max_size=5))
def test_what_is_written_is_read(made: list[Facts]) -> None:
    facts = [cleaned(one) for one in made]
    read = unit_sheet.read(unit_sheet.write([(shown(one), f"{n}-x-y") for n, one in enumerate(facts)], "名录", NOW))
    if not facts:
        assert read.rows == [] and len(read.troubles) == 1
        return
    assert read.troubles == []
    assert [row.code for row in read.rows] == [f"{n}-x-y" for n in range(len(facts))]
    back = [directory_import.shown(one) for one in facts]
    assert [{unit_sheet.COLUMNS[name]: text for name, text in row.texts.items()} for row in read.rows] == back


def test_an_untouched_sheet_changes_nothing(three: list[int]) -> None:
    read = unit_sheet.read(exported())
    plan = plan_of(read.rows)
    assert plan.troubles == [] and [one.act for one in plan.lines] == ["same"] * 3
    with pytest.raises(Refused, match="完全一样"):
        load(exported())


def test_changed_new_renamed_closed_and_untouched(three: list[int]) -> None:
    water, expert = line_of(WATER.name), line_of(EXPERT.name)
    money = line_of(MONEY.name)

    def edit(sheet: Any) -> None:
        sheet.cell(water, COLUMN["单位全称"]).value = "河湾县水务局"
        sheet.cell(water, COLUMN["电话"]).value = None
        sheet.cell(expert, COLUMN["状态"]).value = "停用"
        for heading, value in (("单位全称", "河湾县文化局"), ("类别", "部门和单位"), ("邮箱", "whj@example.cn")):
            sheet.cell(7, COLUMN[heading]).value = value
        for column in range(1, len(COLUMN) + 2):
            sheet.cell(money, column).value = None

    data = edited(exported(), edit)
    plan = plan_of(unit_sheet.read(data).rows)
    by_act = {one.act: one for one in plan.lines}
    assert by_act["changed"].cells == (("单位全称", "河湾县水利局", "河湾县水务局"), ("电话", "0000-1234567", ""))
    assert by_act["closed"].cells == (("状态", "启用", "停用"),)
    assert by_act["new"].after == Facts("河湾县文化局", email="whj@example.cn") and plan.untouched == 1
    load(data)
    assert actions().count("import_units") == 1 and actions()[-1] == "import_units"
    assert facts_of(directory.by_id(three[0])) == replace(WATER, name="河湾县水务局", phone="")
    assert facts_of(directory.by_id(three[1])) == MONEY
    assert not directory.by_id(three[2]).active
    assert [one.name for one in directory.former_names(three[0])] == ["河湾县水利局"]
    assert list(verify.faults(db.session())) == []
    assert [one.act for one in plan_of(unit_sheet.read(exported()).rows).lines] == ["same"] * 4


NEW_ROW = {"A7": "河湾县文化局", "C7": "部门和单位"}


@pytest.mark.parametrize(
    ("edit", "place", "says"),
    [
        (put(F3="联系人"), "第3行F列", "应当是“经办人”，现在是“联系人”"),
        (put(N3="备注"), "第3行N列", "多了一列“备注”"),
        (put(D4="=1+1"), "第4行D列", "是公式"),
        (put(**(NEW_ROW | {"C7": "局"})), "第7行C列", "没有“局”这个类别"),
        (put(**(NEW_ROW | {"C7": ""})), "第7行C列", "类别"),
        (put(**(NEW_ROW | {"A7": "钱教授"})), "第7行A列", "已经写过"),
        (put(**NEW_ROW, A8="河湾县文化局", C8="专家"), "第8行A列", "第7行已经写过"),
        (put(**NEW_ROW, L7="暂停"), "第7行L列", "不能写“暂停”"),
        (put(**NEW_ROW, H7="nobody"), "第7行H列", "邮箱"),
        (put(**NEW_ROW, M7="99-aa-bb"), "第7行M列", "不是本系统名录的"),
        (put(**NEW_ROW, M7="一二三"), "第7行M列", "不是本系统名录的"),
        (put(C7="专家", B7="有简称没有名称"), "第7行A列", "请填写单位全称"),
        (put(O5="写到外面了"), "第5行O列", "右边多写了"),
        (lambda sheet: sheet.merge_cells("D4:E5"), "第4行D列", "合并"),
        (lambda sheet: sheet.delete_cols(2), "第3行B列", "应当是“简称”"),
        (lambda sheet: sheet.delete_rows(1, 3), "", "没有找到名录"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_cell(three: list[int], edit: Callable[[Any], object], place: str, says: str) -> None:
    found = refusals(edited(exported(), edit))
    assert any(one == place and says in message for one, message in found), found


def test_one_bad_cell_and_nothing_is_written(three: list[int]) -> None:
    read = unit_sheet.read(edited(exported(), put(**NEW_ROW, B4="新简称", L5="暂停")))
    with pytest.raises(Refused, match="不能写入"), transaction():
        directory_import.import_units(OPERATOR, NOW, read.rows, plan_of(read.rows).digest)
    assert db.session.query(Unit).count() == 3 and "import_units" not in actions()
    assert "新简称" not in {one.short_name for one in directory.find()}


def test_a_copied_row_and_a_row_of_another_unit_are_refused(three: list[int]) -> None:
    money, water = line_of(MONEY.name), line_of(WATER.name)

    def copied(sheet: Any) -> None:
        for column in range(1, len(COLUMN) + 2):
            sheet.cell(7, column).value = sheet.cell(water, column).value
        sheet.cell(7, 1).value = "河湾县文化局"

    def shifted(sheet: Any) -> None:  # sorted without the hidden column
        for column in range(1, len(COLUMN) + 1):
            one, other = sheet.cell(water, column), sheet.cell(money, column)
            one.value, other.value = other.value, one.value

    assert "同一个单位" in refusals(edited(exported(), copied))[0][1]
    assert "另一个单位" in refusals(edited(exported(), shifted))[0][1]


def test_a_sheet_of_another_place_is_refused(three: list[int]) -> None:
    rows = [(asdict(WATER) | shown(WATER), "1-00000000-00000000")]
    assert "不是本系统名录的" in refusals(unit_sheet.write(rows, "名录", NOW))[0][1]


def test_names_of_before(three: list[int]) -> None:
    with transaction():
        directory.change_unit(OPERATOR, NOW, directory.by_id(three[0]), replace(WATER, name="河湾县水务局"))
    found = refusals(edited(exported(), put(A7="河湾县水利局", C7="部门和单位")))
    assert found[0][0] == "第7行A列" and "是“河湾县水务局”的原名" in found[0][1]


def test_what_was_shown_is_what_is_written(three: list[int]) -> None:
    read = unit_sheet.read(edited(exported(), put(B4="新简称")))
    agreed = plan_of(read.rows).digest
    unit = three[[WATER.name, MONEY.name, EXPERT.name].index(read.rows[0].texts["name"])]
    with transaction():
        one = directory.by_id(unit)
        directory.change_unit(OPERATOR, NOW, one, replace(facts_of(one), leader="局长"))
    with pytest.raises(Conflict, match="重新核对"), transaction():
        directory_import.import_units(OPERATOR, NOW, read.rows, agreed)
    again = plan_of(read.rows)
    assert [(one.act, one.stale) for one in again.writes] == [("changed", True)]
    assert ("分管领导", "局长", "") in again.writes[0].cells
    approver = make_user("approver")
    with pytest.raises(NotAllowed), transaction():
        directory_import.import_units(approver, NOW, read.rows, again.digest)


def test_other_files_are_refused_in_words() -> None:
    book, out = Workbook(), BytesIO()
    book.active["A1"] = "别的表"
    book.save(out)
    for data, says in ((b"", "是空的"), (b"\xd0\xcf\x11\xe0", "另存为 xlsx"), (b"PK\x03\x04", ""), (out.getvalue(), "没有找到名录")):
        read = unit_sheet.read(data)
        assert read.rows == [] and len(read.troubles) == 1 and says in read.troubles[0][1]
