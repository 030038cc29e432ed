"""Tables and letters from other programs: every heading in any order, every fault told by its cell, no bomb opened."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.base.errors import Refused
from consult.intake.incoming import Batch, Incoming, Said
from consult.intake.incoming_blank import HELP, LISTS, ROWS, TITLE, blank_table
from consult.intake.loading import MOST_BYTES, read_incoming
from consult.intake.screen import Sender
from tests.factories.incoming import HEADINGS, document, workbook

FIRST = [1, "第三条", "间距太大", "改为三十米", "安全", "朱小明", "个人", 13912345678, date(2026, 3, 6), "来信", "建议修改", "A1"]


def row(**changes: object) -> list[object]:
    """A row that says only what is named."""
    return [changes.get(name, "") for name in HEADINGS]


def only(batch: Batch) -> Incoming:
    """The one sending of a batch without faults."""
    assert batch.troubles == []
    (one,) = batch.sendings
    return one


def test_a_row_says_everything() -> None:
    one = only(read_incoming(workbook([FIRST]), "表.xlsx"))
    assert one.said == (Said("间距太大", "第三条", "amend", "改为三十米", "安全", "第3行"),)
    assert one.sender == Sender("person", "朱小明", "13912345678")
    assert (one.received_on, one.channel, one.place) == (date(2026, 3, 6), "letter", "工作表“意见” 第3行")


@pytest.mark.parametrize(
    ("heading", "name"),
    [("章条编号", "clause"), ("条文序号", "clause"), ("建议", "text"), ("标准章条编号", "clause"), ("涉及条款", "clause"), ("*意见建议内容(必填)", "text"), ("修改意见", "text"),
     ("建议修改为：", "proposed_text"), ("理由依据", "reason")],
)  # fmt: skip
def test_headings_in_other_words(heading: str, name: str) -> None:
    others = {"text": "意见内容"} if name != "text" else {}
    one = only(read_incoming(workbook([["甲", *(["乙"] * len(others))]], [heading, *others.values()], above=()), "x.xlsx"))
    assert getattr(one.said[0], name) == "甲"


@pytest.mark.parametrize("heading", ["提出人", "提出单位(人)", "提出单位（人）", "姓名", "反馈单位"])
def test_who_speaks_in_other_words(heading: str) -> None:
    assert only(read_incoming(workbook([["甲", "乙"]], [heading, "意见"], above=()), "x.xlsx")).sender.name == "甲"


def test_rows_of_one_number_or_one_merged_name_are_one_sending() -> None:
    rows = [FIRST, row(意见内容="同意", 编号="A1"), row(意见内容="别的", 编号="A2"), row(意见内容="一", 提出人="李四"), row(意见内容="二")]
    batch = read_incoming(workbook(rows, merged=["F6:F7"]), "x.xlsx")
    assert batch.troubles == []
    assert [(one.sender.name, [said.text for said in one.said]) for one in batch.sendings] == [
        ("朱小明", ["间距太大", "同意"]), ("", ["别的"]), ("李四", ["一", "二"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({"收到日期": "昨天"}, "I", "没有读懂"), ({"渠道": "飞鸽"}, "J", "哪个渠道"), ({"意见类型": "赞"}, "K", "哪一种"),
        ({"意见内容": "", "理由": "因为", "提出人": "甲"}, "", "没有写意见内容"), ({"编号": "A1", "提出人": "王五"}, "F", "编号相同"),
        ({"意见内容": "=1+1"}, "C", "公式"),
    ],
)  # fmt: skip
def test_faults_are_told_by_their_cells(changes: dict[str, object], place: str, says: str) -> None:
    batch = read_incoming(workbook([FIRST, row(**({"意见内容": "好"} | changes))]), "x.xlsx")
    ((where, message),) = batch.troubles
    assert where == f"工作表“意见” 第4行{place and place + '列'}"
    assert says in message


@pytest.mark.parametrize(
    ("heading", "typed", "agreed"),
    [
        ("同意公开", "是", True), ("是否同意公开", "同 意", True), ("可否公开", "可以公开", True), ("公开意愿", "√", True), ("同意公开原文", True, True),
        ("同意公开", "", False), ("同意公开", "否", False), ("同意公开", "不同意", False), ("公开意愿", "未说明", False), ("同意公开", "—", False),
        ("是否公开", "不公开", False), ("同意公开", 0, False),
    ],
)  # fmt: skip
def test_consent_to_publish_is_read_from_its_column(heading: str, typed: object, agreed: bool) -> None:
    batch = read_incoming(workbook([["好", typed]], ["意见", heading], above=()), "x.xlsx")
    assert only(batch).sender.may_publish is agreed and batch.notices == []


def test_a_consent_that_is_neither_yes_nor_no_is_refused_by_its_cell() -> None:
    rows = [["好", "是"], ["好", "匿名可以"], ["好", "问过再说"]]
    batch = read_incoming(workbook(rows, ["意见", "同意公开"], above=()), "x.xlsx")
    assert [place for place, _ in batch.troubles] == ["工作表“意见” 第3行B列", "工作表“意见” 第4行B列"]
    assert batch.troubles[1][1] == "“问过再说”看不出是或者否，请写“是”或者“否”，没有说明的空着。"


def test_the_empty_table_is_filled_and_read_back() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank_table()))
    sheet = book.active
    assert (sheet["A1"].value, sheet["A2"].value, sheet.freeze_panes) == (TITLE, HELP, "A4")
    columns = {cell.value: cell.column for cell in sheet[3]}
    lists = {str(one.sqref): one.formula1.strip('"').split(",") for one in sheet.data_validations.dataValidation}
    for name, words in LISTS.items():
        letter = sheet.cell(3, columns[name]).column_letter
        assert lists[f"{letter}4:{letter}{ROWS + 3}"] == list(words)
    said = {"编号": "A1", "条款": "第三条", "意见内容": "太大", "修改建议": "三十米", "理由": "夜路", "意见类型": "建议修改", "提出人": "朱小明", "身份": "个人",
            "电话": "013912345678", "邮箱": "zhu@example.cn", "地址": "河湾路1号", "地区": "河湾县", "收到日期": "2026-03-06", "渠道": "来访",
            "要求答复": "是", "同意公开": "是"}  # fmt: skip
    assert list(columns) == list(said)
    for name, text in said.items():
        sheet.cell(4, columns[name]).value = text
    sheet.cell(5, columns["意见内容"]).value = "好"
    out = io.BytesIO()
    book.save(out)
    first, second = read_incoming(out.getvalue(), "x.xlsx").sendings
    assert first.sender == Sender("person", "朱小明", "013912345678", "zhu@example.cn", "河湾路1号", "河湾县", wants_reply=True, may_publish=True)
    assert (first.received_on, first.channel, second.sender) == (date(2026, 3, 6), "visit", Sender())


def test_what_was_left_out_is_told() -> None:
    batch = read_incoming(workbook([["好", "采纳"], ["", "合计1条"]], ["意见", "处理结果"], above=()), "x.xlsx")
    assert [one for one, _ in batch.notices] == ["工作表“意见” 第1行B列", "工作表“意见” 第3行B列"]
    assert len(batch.sendings) == 1


@pytest.mark.parametrize("headings", [["序号", "姓名"], ["a", "b"], ["", ""]])
def test_a_book_without_our_headings_is_refused(headings: list[str]) -> None:
    with pytest.raises(Refused, match="意见内容"):
        read_incoming(workbook([["1", "2"]], headings), "x.xlsx")


def test_two_columns_of_one_thing() -> None:
    one = only(read_incoming(workbook([["水利局", "吴工", "好"]], ["单位", "姓名", "意见"], above=()), "x.xlsx"))
    assert one.sender.name == "水利局 吴工"
    batch = read_incoming(workbook([["1", "2", "好"]], ["电话", "手机", "意见"], above=()), "x.xlsx")
    assert "同一项" in batch.troubles[0][1]


def test_a_table_in_word_and_a_letter_in_word() -> None:
    data = document(["意见表"], [["条款", "意见内容", "提出人"], ["第三条", "太大\n改小", "李四"], ["", "好", ""]])
    batch = read_incoming(data, "x.docx")
    assert [(one.said[0].clause, one.said[0].text, one.sender.name) for one in batch.sendings] == [
        ("第三条", "太大\n改小", "李四"), ("", "好", ""),
    ]  # fmt: skip
    assert batch.notices == [("表格外", "没有读入：“意见表”。")]
    letter = document(["住建局：", "第三条太大。", "姓名：李四", "联系电话：13900000000"])
    one = only(read_incoming(letter, "来信.docx"))
    assert one.said[0].text == "住建局：\n第三条太大。\n姓名：李四\n联系电话：13900000000"
    assert (one.sender, [file.name for file in one.files]) == (Sender(name="李四", phone="13900000000"), ["来信.docx"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_letters_in_text_parted_by_rules(encoding: str) -> None:
    batch = read_incoming("甲的来信\r\n第三条太大\r\n-----\r\n乙的来信".encode(encoding), "x.txt")
    assert [one.said[0].text for one in batch.sendings] == ["甲的来信\n第三条太大", "乙的来信"]
    assert [one.place for one in batch.sendings] == ["第 1 份", "第 2 份"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("灯太暗\n多修灯", ["灯太暗", "多修灯"]), ("1. 灯太暗\n又小\n2. 多修灯", ["灯太暗\n又小", "多修灯"]),
        ("灯太暗\n又小\n\n多修灯", ["灯太暗\n又小", "多修灯"]), ("2026年灯太暗\n好", ["2026年灯太暗", "好"]), ("1.5米太矮\n好", ["1.5米太矮", "好"]),
    ],
)  # fmt: skip
def test_paragraphs_of_a_list(text: str, wanted: list[str]) -> None:
    assert [one.said[0].text for one in read_incoming(text.encode(), "x.txt", "paragraph").sendings] == wanted


def bomb(name: str, size: int, more: bytes = b"") -> bytes:
    """A small package that unpacks to much."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", workbook_part())
        package.writestr("xl/_rels/workbook.xml.rels", LINKS)
        package.writestr(name, b"<worksheet>" + b" " * size + more)
    return out.getvalue()


def workbook_part() -> str:
    return ('<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="r"><sheets>'
            '<sheet name="a" r:id="i"/></sheets></workbook>')  # fmt: skip


LINKS = '<Relationships><Relationship Id="i" Target="worksheets/a.xml"/></Relationships>'


def rows_without_end() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("意见")
    sheet.append(["意见"])
    for number in range(20_001):
        sheet.append([f"好{number}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "x.xlsx", "空"), (b"\x00" * 100, "x.txt", "空"), (b"PK\x03\x04junk", "x.xlsx", "损坏"), (b"\x89PNG\r\n", "x.png", "图片"),
        (bomb("xl/worksheets/a.xml", 20 << 20), "x.xlsx", "过大"), (bomb("xl/worksheets/a.xml", 210 << 20), "x.xlsx", "过大"),
        (rows_without_end(), "x.xlsx", "超过20000行"), (b"x" * (MOST_BYTES + 1), "x.txt", "40 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"), "x.msg", "eml"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "x.xls", "xlsx"),
        (document(), "x.docx", "没有"), (bomb("xl/worksheets/a.xml", 0, b"<c/>" * 2_000_000 + b"</worksheet>"), "x.xlsx", "格子太多"),
    ],
    ids=range(12),
)  # fmt: skip
def test_what_cannot_be_read_is_refused(data: bytes, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_incoming(data, name)


def test_a_cell_at_the_end_of_the_sheet_costs_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([FIRST])))
    book.active["XFD1048576"] = "尾"
    out = io.BytesIO()
    book.save(out)
    batch = read_incoming(out.getvalue(), "x.xlsx")
    assert [one.sender.name for one in batch.sendings] == ["朱小明"]


SOME = st.one_of(st.none(), st.text(max_size=20), st.integers(), st.dates(), st.booleans(), st.floats(allow_nan=False))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(st.one_of(SOME, st.sampled_from(["意见", "条款", "姓名", "日期", "电话"])), min_size=1, max_size=6), max_size=8))
def test_no_table_breaks_the_reader(rows: list[list[object]]) -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    for one in rows:
        try:
            book.active.append(one)
        except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
            return
    book.save(out)
    try:
        read_incoming(out.getvalue(), "x.xlsx")
    except Refused as refusal:
        assert refusal.message.endswith(("。", "编号。"))


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["x.eml", "x.txt", "x.mbox", "x.xlsx", "x.docx", "x.htm"]))
def test_no_bytes_break_the_door(data: bytes, name: str) -> None:
    try:
        read_incoming(data, name)
    except Refused as refusal:
        assert refusal.message


def test_rows_of_one_number_need_not_stand_together() -> None:
    rows = [row(意见内容="一", 编号="A1", 提出人="甲"), row(意见内容="二", 编号="A2"), row(意见内容="三", 编号="A1")]
    batch = read_incoming(workbook(rows), "x.xlsx")
    assert [[said.text for said in one.said] for one in batch.sendings] == [["一", "三"], ["二"]]


def test_beside_a_decision_the_reason_is_the_office_s() -> None:
    headings = ["章条编号", "意见内容", "提出单位(人)", "处理意见", "理由"]
    batch = read_incoming(workbook([["第三条", "太大", "甲", "不采纳", "已经很小"]], headings, above=()), "x.xlsx")
    assert (batch.sendings[0].said[0].reason, len(batch.notices)) == ("", 2)


@pytest.mark.parametrize(
    ("text", "name"),
    [("条款\t意见\t姓名\n第三条\t\"太大\n改小\"\t甲\n\t好\t\n", "粘贴的文字.txt"), ("条款,意见,姓名\r\n第三条,\"太大\n改小\",甲\r\n,好,\r\n", "x.csv")],
)  # fmt: skip
def test_tables_pasted_or_saved_with_separators(text: str, name: str) -> None:
    batch = read_incoming(text.encode(), name)
    assert [(one.said[0].clause, one.said[0].text, one.sender.name) for one in batch.sendings] == [("第三条", "太大\n改小", "甲"), ("", "好", "")]
    assert batch.sendings[0].place == "第2行"


def test_tabs_in_a_letter_make_no_table() -> None:
    assert only(read_incoming("您好\t\n第三条\t太大".encode(), "x.txt")).said[0].text == "您好\t\n第三条\t太大"
