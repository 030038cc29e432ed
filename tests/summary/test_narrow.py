"""A filter narrows a table to exactly what the queue shows with it, and the table says so in every format."""

import csv
import json
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from flask import Flask

from consult.base.db import db, transaction
from consult.base.errors import Refused
from consult.intake.submit import Item, Sender
from consult.review import assign, desk, queue
from consult.review.filtering import NOBODY, WHOLE, Filter
from consult.summary import export
from consult.summary.narrow import Narrowing, choice, part_of
from consult.summary.tables import build
from consult.summary.walk import Entry, walk
from tests.factories.people import later, make_user, send
from tests.summary.world import REVIEWER, World, make_world, rule_all

NOW = later(days=5)
FILTERS = {
    "全部": Filter(), "条款": Filter(clause_key="a3"), "全文": Filter(clause_key=WHOLE), "来源": Filter(channel="letter"),
    "复函": Filter(channel="formal"), "类型": Filter(stance="amend"), "提出人": Filter(kind="enterprise"),
    "未处理": Filter(state="undecided"), "已处理": Filter(state="decided"), "撤回": Filter(state="withdrawn"),
    "处理意见": Filter(outcome="adopted"), "不予受理": Filter(outcome="inadmissible"), "无人承办": Filter(assignee=NOBODY),
    "以后": Filter(since=date(2026, 3, 11)), "以前": Filter(until=date(2026, 3, 5)), "搜": Filter(text="三日内修复"),
    "多条": Filter(grouped=True), "两样": Filter(stance="amend", clause_key="a4", outcome="already_covered"), "有争议": Filter(state="disputed"),
    "没有": Filter(clause_key="a5"),
}  # fmt: skip


@pytest.fixture
def world(app: Flask) -> World:
    made = make_world()
    rule_all(made)
    send(made.project, [Item("a5", "question", "何时施行")], later(days=4), Sender(name="未处理的"))
    with transaction():
        desk.settle_all(made.id)
    made.project = db.session.get_one(type(made.project), made.id)
    return made


def table(world: World, name: str, wanted: Filter | None = None) -> list[tuple[object, ...]]:
    part = part_of(world.id, Narrowing(wanted, "甲")) if wanted else None
    return list(build(db.session(), name, world.project, NOW, part).rows)


def test_the_rows_are_those_of_the_queue_with_their_numbers_in_the_whole(world: World, subtests: pytest.Subtests) -> None:
    whole = {name: table(world, name) for name in ("summary", "summary-gb", "adoption", "comparison", "disputes")}
    entries = list(walk(db.session(), world.id))
    for said, wanted in FILTERS.items():
        with subtests.test(said):
            _narrowed(world, wanted, whole, entries)


def _narrowed(world: World, wanted: Filter, whole: dict[str, list[tuple[object, ...]]], entries: list[Entry]) -> None:
    led = {row.id for row in queue.page(world.id, wanted, limit=500).rows}
    numbers = {number for number, entry in enumerate(entries, 1) if entry.comment_id in led}
    for name in ("summary", "summary-gb"):
        found = table(world, name, wanted)
        assert {int(str(row[0]).partition("-")[0]) for row in found} == numbers
        assert [row for row in whole[name] if row in found] == found, "each as it stands in the whole"
    groups = {entry.group_id for entry in entries if entry.comment_id in led}
    adopted = table(world, "adoption", wanted)
    assert [row for row in whole["adoption"] if row in adopted] == adopted
    assert len(adopted) <= len(groups) + sum(row[-1] == "补充" for row in adopted)
    for name in ("comparison", "disputes"):
        assert len(table(world, name, wanted)) <= len(whole[name])


def test_raw_data_also_ask_each_opinion(world: World) -> None:
    """A group is shown because one member came from a firm; of its raw data only that member did."""
    whole = {row[0]: row for row in table(world, "raw")}
    for name, wanted in FILTERS.items():
        found = table(world, "raw", wanted)
        assert all(whole[row[0]] == row for row in found), name
    firm = table(world, "raw", Filter(kind="enterprise"))
    assert len(firm) == 1 and firm[0][13] == "企业" and len(table(world, "summary", Filter(kind="enterprise"))) == 1
    assert {row[6] for row in table(world, "raw", Filter(clause_key="a3"))} == {"第三条"}
    assert [row[20] != "" for row in table(world, "raw", Filter(state="withdrawn"))] == [True]
    assert len(table(world, "raw", Filter())) == len(whole)
    assert {row[4] for row in table(world, "raw", Filter(until=date(2026, 3, 5)))} == {"2026-03-05"}
    assert {row[2] for row in table(world, "raw", Filter(channel="formal"))} == {"单位复函"}
    assert {row[12] for row in table(world, "raw", Filter(unit=world.units["河湾县水利局"]))} == {"河湾县水利局"}


def test_what_is_assigned_to_somebody(app: Flask, world: World) -> None:
    me = make_user("reviewer")
    first = choice(world.id, Filter(clause_key="a4")).leads[0]
    with transaction():
        assign.assign(REVIEWER, NOW, consultation_id=world.id, comment_ids=[first], assignee=me.ref)
    assert len(table(world, "summary", Filter(assignee=me.ref))) >= 1
    assert list(choice(world.id, Filter(assignee=me.ref)).leads) == [first]


def test_every_format_names_the_filter(world: World, tmp_path: Path) -> None:
    narrowing = Narrowing(Filter(channel="letter"), "来源：信函；搜“&P <b> =1”")
    words = "截至2026年3月15日 10:00（征求意见进行中）　只列出部分意见（筛选条件：来源：信函；搜“&P <b> =1”）"
    for name in ("summary", "raw"):
        made = {
            fmt: export.export(name, fmt, world.project, NOW, tmp_path / f"{name}.{fmt}", narrowing=narrowing)
            for fmt in ("xlsx", "docx", "csv", "json")
        }
        assert {one.rows for one in made.values()} == {2} and "-部分-" in made["csv"].filename
        book = openpyxl.load_workbook(made["xlsx"].path)
        assert words in [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
        assert all("统计" not in page.title and "＆P" in page.oddHeader.right.text for page in book.worksheets)
        said = [one.text for one in docx.Document(str(made["docx"].path)).paragraphs]
        assert said[1] == words and any("不是全部" in one for one in said)
        with made["csv"].path.open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file))[-1] == [words]
        found = json.loads(made["json"].path.read_text(encoding="utf-8"))
        assert found["mark"] == words and found["filter"] == narrowing.words and "不是全部" in found["foot"][0]


def test_what_no_filter_narrows_is_refused(world: World, tmp_path: Path) -> None:
    for table_, fmt in (("ledger", "csv"), ("summary", "zip")):
        with pytest.raises(Refused, match="筛选"):
            export.export(table_, fmt, world.project, NOW, tmp_path / "a", narrowing=Narrowing(Filter(), "甲"))
    assert not list(tmp_path.iterdir())
