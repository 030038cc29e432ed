"""Open data: only what was published, at lasting addresses, as its own schema says."""

import csv
import io
import json

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from consult.base.db import db, transaction
from consult.drafts import find, publish
from consult.intake.submit import Item
from consult.summary import find as results
from consult.summary.open_data import COLUMNS, rows_of
from consult.summary.sheet import unguarded
from tests.factories.people import OPERATOR, later, log_in, make_project, make_user, send
from tests.summary.releasing import approve, approve_formal
from tests.summary.releasing import publish as publish_result
from tests.summary.world import AFTER, make_world, rule_all


def released() -> None:
    world = make_world()
    rule_all(world)
    approve_formal(world.id)
    approve()
    publish_result()


def valid(value: object, schema: dict) -> None:
    """The parts of JSON Schema that ours uses, checked by hand: type, properties, required, items, anyOf, enum, minimum."""
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            try:
                return valid(value, one)
            except AssertionError:
                continue
        raise AssertionError((value, schema))
    if "enum" in schema:
        assert value in schema["enum"]
        return
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}
    assert isinstance(value, kinds[schema["type"]]) and not isinstance(value, bool), (value, schema)
    if schema["type"] == "integer":
        assert value >= schema.get("minimum", 0)
    if schema["type"] == "array":
        for one in value:
            valid(one, schema["items"])
    if schema["type"] == "object":
        assert set(schema.get("required", ())) <= set(value)
        assert schema.get("additionalProperties", True) or set(value) <= set(schema["properties"])
        for name, one in schema.get("properties", {}).items():
            valid(value[name], one)


def test_files_are_the_published_rows_and_fit_their_schema(app: Flask, client: FlaskClient) -> None:
    released()
    answer = client.get("/c/demo/data.json")
    data, schema = answer.get_json(), client.get("/c/demo/data-schema.json").get_json(force=True)
    valid(data, schema)
    release = results.current_release(find.by_slug("demo").id)
    rows = list(rows_of(db.session(), release.id))
    assert [tuple(one.values()) for one in data["rows"]] == rows and data["numbers"] == release.numbers
    assert sum(one["likes"] for one in data["rows"]) == data["numbers"]["valid"]
    assert data["schema"] == schema["$id"] and data["schema"].endswith("/c/demo/data-schema.json")
    small = [cell for one in (data["clauses_by_outcome"] or {"clauses": []})["clauses"] for cell in one["counts"]]
    assert not any(isinstance(cell, int) and cell < 5 for cell in small)
    file = client.get("/c/demo/data.csv")
    lines = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"), newline="")))
    assert lines[0] == list(COLUMNS) and [[unguarded(cell) for cell in line] for line in lines[1:]] == [list(map(str, row)) for row in rows]
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
    text = answer.text + file.data.decode()
    assert "13812345678" not in text and "朱重八" not in text and "不愿公开的原话" not in text and "水利局" not in text


def test_addresses_last_and_ask_again_costs_nothing(app: Flask, client: FlaskClient) -> None:
    released()
    first = client.get("/c/demo/data.json")
    assert 'rel="license"' in first.headers["Link"] and "Set-Cookie" not in first.headers
    for name in ("data.json", "data.csv"):
        again = client.get(f"/c/demo/{name}", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304 and not again.data
    page = client.get("/open").text
    assert all(f"/c/demo/{name}" in page for name in ("data.json", "data.csv", "data-schema.json", "result"))
    assert "/c/demo/data.json" in client.get("/c/demo/result").text and "/open" in client.get("/").text


def test_what_is_not_released_has_none(app: Flask, client: FlaskClient) -> None:
    send(make_project(), [Item(None, "other", "还没公布")])
    for name in ("data.json", "data.csv", "data-schema.json"):
        assert client.get(f"/c/demo/{name}").status_code == 404
        assert client.get(f"/c/none/{name}").status_code == 404
    assert "还没有公布采纳情况的项目" in client.get("/open").text


def test_a_year_is_counted_shown_and_taken_away(app: Flask, client: FlaskClient) -> None:
    released()
    make_project("other", kind="rule", title="另一个办法")
    app.extensions["clock"] = lambda: later(days=60)
    with transaction():
        publish.withdraw(OPERATOR, later(days=1), find.by_slug("other"), "方案有重大调整，另行征求。")
    office = log_in(client, make_user("office"))
    page = office.get("/office/year?year=2026").text
    assert "2 个项目" in page.replace("<b>", "").replace("</b>", "") and "河湾县住房和城乡建设局" in page and "<svg" in page
    book = load_workbook(io.BytesIO(office.get("/office/year.xlsx?year=2026").data))
    lines = {row[0]: row for row in book.worksheets[0].iter_rows(values_only=True) if row[0]}
    release = results.current_release(find.by_slug("demo").id)
    title = find.by_slug("demo").title
    head = next(row for row in lines.values() if row[0] == "项目")
    mine = dict(zip(head, lines[title], strict=True))
    assert mine["收到意见"] == release.numbers["received"] and mine["采纳"] == release.numbers["by_outcome"]["adopted"]
    assert (mine["征求单位"], mine["已复函"], mine["按时复函"], mine["按期反馈"], mine["天数"]) == (3, 2, 2, "是", 32)
    assert mine["反馈天数"] == (AFTER - find.by_slug("demo").closes_at).days
    whole = dict(zip(head, lines["合计"], strict=True))
    assert whole["收到意见"] == release.numbers["received"] and whole["采纳"] == mine["采纳"]
    rows = list(csv.reader(io.StringIO(office.get("/office/year.csv?year=2026&unit=没有的单位").data.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[1][0] == "合计"
    assert "另一个办法（已撤回）" in page and "规章" in page
    assert "这一年没有项目" in office.get("/office/year?year=1999").text
    assert json.dumps(mine["来源渠道"], ensure_ascii=False).count("网上") == 1
