"""The API: reading, sending, looking up; names and statuses as the contract says them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.crypto import Keys
from consult.base.db import db, transaction
from consult.drafts import find, publish
from consult.intake.models import Comment, Submission
from consult.intake.submit import Item
from consult.summary.numbers import read_balance
from consult.web.api.answers import ClausesSchema, ProjectsSchema, ProjectWholeSchema, ReceiptSchema
from tests.factories.people import CLOSES, NOW, OPENS, OPERATOR, later, make_project, send
from tests.letters.desk import one_letter

ROOT = "/api/v1/consultations"


def citation(key: str) -> str:
    """How the draft cites one of its clauses."""
    return find.clause_by_key(find.current_version(find.by_slug("demo")).id, key).citation


def test_list_names_published_projects_only(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    make_project("hidden", published=False)
    answer = client.get(ROOT)
    assert answer.status_code == 200
    assert ProjectsSchema().validate(answer.json) == {}
    (one,) = answer.json["consultations"]
    assert one["slug"] == "demo"
    assert one["status"] == "open"
    assert one["opens_at"] == "2026-03-02T09:00:00+08:00"
    assert one["closes_at"] == "2026-04-02T17:00:00+08:00"
    assert one["url"] == "/c/demo"
    assert one["drafting_unit"] == "河湾县住房和城乡建设局"


def test_url_is_absolute_where_the_installation_knows_its_address(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://yijian.example.cn/")
    assert client.get(f"{ROOT}/demo").json["url"] == "https://yijian.example.cn/c/demo"


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (OPENS - timedelta(microseconds=1), "upcoming"),
        (OPENS, "open"),
        (CLOSES - timedelta(microseconds=1), "open"),
        (CLOSES, "reviewing"),
    ],
)
def test_status_follows_the_clock(app: Flask, client: FlaskClient, moment: object, status: str) -> None:
    make_project("demo", now=OPENS - timedelta(days=1))
    app.extensions["clock"] = lambda: moment
    assert client.get(f"{ROOT}/demo").json["status"] == status


def test_one_project_says_everything_that_its_page_says(app: Flask, client: FlaskClient) -> None:
    project = make_project("demo", closes=OPENS + timedelta(days=3), shorten_reason="汛期将至，需要尽快施行本办法。")
    with transaction():
        publish.extend(OPERATOR, NOW, find.by_id(project.id), CLOSES, "来信较多，延长期限以便大家充分表达。")
    answer = client.get(f"{ROOT}/demo")
    assert answer.status_code == 200
    assert ProjectWholeSchema().validate(answer.json) == {}
    assert answer.json["explanation"] == "<p>为了让村里的路晚上看得见。</p>"
    assert answer.json["contact"] == "联系人：周工 电话：0000-1234567"
    assert answer.json["shorten_reason"] == "汛期将至，需要尽快施行本办法。"
    assert answer.json["version"] == 1
    assert answer.json["numbers"] == {"clauses": 10, "received": 0}
    assert answer.json["extensions"] == [
        {
            "before": "2026-03-05T09:00:00+08:00",
            "after": "2026-04-02T17:00:00+08:00",
            "reason": "来信较多，延长期限以便大家充分表达。",
        }
    ]


def test_clauses_come_in_reading_order_without_labels_in_their_text(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    answer = client.get(f"{ROOT}/demo/clauses")
    assert answer.status_code == 200
    assert ClausesSchema().validate(answer.json) == {}
    assert answer.json["version"] == 1
    clauses = answer.json["clauses"]
    assert [one["label"] for one in clauses][:5] == ["第一章", "第一条", "第二条", "（一）", "（二）"]
    third = next(one for one in clauses if one["label"] == "第三条")
    assert third["text"] == "主路路灯间距不超过四十米。"
    assert third["path"] == ["第二章", "第三条"]
    assert {one["kind"] for one in clauses} <= {"clause", "paragraph", "attachment"}
    assert len({one["key"] for one in clauses}) == len(clauses)
    paragraph = next(one for one in clauses if one["text"].startswith("县住房和城乡建设局负责"))
    assert paragraph["label"] == ""


@pytest.mark.parametrize("path", ["", "/demo", "/demo/clauses"])
def test_readings_carry_an_etag(app: Flask, client: FlaskClient, path: str) -> None:
    make_project("demo")
    first = client.get(ROOT + path)
    again = client.get(ROOT + path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Vary" not in first.headers
    app.extensions["clock"] = lambda: CLOSES
    changed = client.get(ROOT + path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == (304 if path.endswith("clauses") else 200)


@pytest.mark.parametrize("path", ["/nobody", "/nobody/clauses", "/hidden", "/hidden/clauses", "/a%00b", "/%ff%fe"])
def test_unknown_and_unpublished_projects_are_404(app: Flask, client: FlaskClient, path: str) -> None:
    make_project("hidden", published=False)
    answer = client.get(ROOT + path)
    assert answer.status_code == 404
    assert answer.json["message"].startswith("没有找到")


def test_sending_answers_with_the_receipt(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    body = {
        "comments": [
            {
                "clause": "a3",
                "stance": "amend",
                "text": "间距太大\r\n老人看不清 <b>",
                "proposed_text": "三十米",
                "reason": "安全",
            },
            {"clause": None, "stance": "support"},
        ],
        "submitter": {"kind": "person", "name": "朱小明", "phone": "13900000000", "may_contact": True},
        "source": "wechat",
        "unknown member": [1, 2, 3],
    }
    answer = client.post(f"{ROOT}/demo/submissions", json=body)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert ReceiptSchema().validate(answer.json) == {}
    assert answer.json["received_at"] == "2026-03-10T10:00:00+08:00"
    assert answer.json["comments"] == [
        {
            "clause": "a3", "citation": citation("a3"), "stance": "amend", "text": "间距太大\n老人看不清 <b>",
            "proposed_text": "三十米", "reason": "安全",
        },
        {"clause": None, "citation": "全文", "stance": "support", "text": "", "proposed_text": "", "reason": ""},
    ]  # fmt: skip
    row = db.session.query(Submission).one()
    assert (row.channel, row.source, row.submitter_shown, row.may_contact) == ("web", "wechat", "朱**", True)
    assert row.address_hash and "127.0.0.1" not in row.address_hash
    assert client.get(f"{ROOT}/demo").json["numbers"]["received"] == 2


def test_the_number_received_is_that_of_the_public(app: Flask, client: FlaskClient, keys: Keys) -> None:
    desk = one_letter(keys, received=True)
    send(desk.project, [Item(None, "support", "好")])
    desk.answer("经费没有着落", "年限太短")  # internal (政府信息公开条例 16), and a ledger of its own in the notice
    with transaction():
        received = read_balance(db.session(), desk.project.id, NOW).received
    assert client.get(f"{ROOT}/{desk.project.slug}").json["numbers"]["received"] == received == 1


def test_only_the_text_is_needed(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    answer = client.post(f"{ROOT}/demo/submissions", json={"comments": [{"text": "同意"}]})
    assert answer.status_code == 201
    assert answer.json["comments"][0]["stance"] == "other"


def test_null_is_the_same_as_nothing(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    nothing = dict.fromkeys(("clause", "stance", "proposed_text", "reason"))
    body = {"comments": [{"text": "同意"} | nothing], "submitter": None, "captcha": None, "source": None}
    assert client.post(f"{ROOT}/demo/submissions", json=body).status_code == 201


def test_cookies_are_neither_read_nor_set(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    client.set_cookie("consult_session", "garbage.of.somebody")
    client.set_cookie("remember_token", "1|x")
    answer = client.post(f"{ROOT}/demo/submissions", json={"comments": [{"text": "同意"}]})
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers


def test_the_same_key_gives_the_same_receipt(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    make_project("other")
    url, key = f"{ROOT}/demo/submissions", {"Idempotency-Key": "5f0c2f3e-8f0e-4f5b-9d55-0c3f8f4f7a10"}
    first = client.post(url, json={"comments": [{"text": "第一次"}]}, headers=key)
    app.extensions["clock"] = lambda: later(days=100)  # the answer was lost, the period is over
    again = client.post(url, json={"comments": [{"text": "第一次"}]}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    app.extensions["clock"] = lambda: NOW
    elsewhere = client.post(f"{ROOT}/other/submissions", json={"comments": [{"text": "第一次"}]}, headers=key)
    assert elsewhere.json["receipt_code"] != first.json["receipt_code"]
    assert db.session.query(Comment).count() == 2


@pytest.mark.parametrize("key", ["5f0c2f3e-8f0e-4f5b-9d55-0c3f8f4f7a10", "1"])
def test_other_words_under_a_used_key_are_neither_lost_unseen_nor_shown_what_a_stranger_said(
    client: FlaskClient, key: str
) -> None:
    make_project("demo")
    url, header = f"{ROOT}/demo/submissions", {"Idempotency-Key": key}
    first = client.post(url, json={"comments": [{"text": "我的话"}, {"clause": "a3", "text": "第二句"}]}, headers=header)
    assert first.status_code == 201
    other = client.post(url, json={"comments": [{"text": "别人的话"}]}, headers=header)
    assert (other.status_code, other.json["field"]) == (422, "Idempotency-Key")
    assert "我的话" not in other.text and first.json["receipt_code"] not in other.text
    moved = client.post(url, json={"comments": [{"text": "第二句"}]}, headers=header)
    assert moved.status_code == 422
    assert db.session.query(Comment).count() == 2


def test_without_a_key_every_sending_is_a_new_one(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    codes = {
        client.post(f"{ROOT}/demo/submissions", json={"comments": [{"text": "同意"}]}).json["receipt_code"]
        for _ in range(3)
    }
    assert len(codes) == 3


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (OPENS - timedelta(microseconds=1), 409),
        (OPENS, 201),
        (CLOSES - timedelta(seconds=1), 201),
        (CLOSES - timedelta(microseconds=1), 201),
        (CLOSES, 409),
        (CLOSES + timedelta(days=1), 409),
    ],
)
def test_the_servers_clock_opens_and_closes(app: Flask, client: FlaskClient, moment: object, status: int) -> None:
    make_project("demo", now=OPENS - timedelta(days=1))
    app.extensions["clock"] = lambda: moment
    answer = client.post(f"{ROOT}/demo/submissions", json={"comments": [{"text": "同意"}]})
    assert answer.status_code == status
    assert db.session.query(Submission).count() == (status == 201)
    if status == 409:
        assert "征求意见" in answer.json["message"]


def test_a_withdrawn_project_takes_nothing(app: Flask, client: FlaskClient) -> None:
    project = make_project("demo")
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_id(project.id), "草案需要作较大的修改，择期重新征求。")
    answer = client.post(f"{ROOT}/demo/submissions", json={"comments": [{"text": "同意"}]})
    assert (answer.status_code, answer.json["message"]) == (409, "这个项目已经撤回，不再征求意见。")
    assert client.get(f"{ROOT}/demo").json["status"] == "withdrawn"


def test_limits_count_the_true_address_and_spare_retries(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    url = f"{ROOT}/demo/submissions"
    for number in range(20):
        forged = {
            "X-Forwarded-For": f"203.0.113.{number}",
            "X-Real-IP": f"203.0.113.{number}",
            "Forwarded": "for=1.1.1.1",
        }
        forged["Idempotency-Key"] = f"sending-{number}"
        assert client.post(url, json={"comments": [{"text": f"第{number}次"}]}, headers=forged).status_code == 201
    refused = client.post(url, json={"comments": [{"text": "再来"}]}, headers={"X-Forwarded-For": "198.51.100.7"})
    assert refused.status_code == 429
    assert 590 <= int(refused.headers["Retry-After"]) <= 600
    assert "请过几分钟再试" in refused.json["message"]
    retry = client.post(url, json={"comments": [{"text": "第3次"}]}, headers={"Idempotency-Key": "sending-3"})
    assert retry.status_code == 201
    other = client.post(url, json={"comments": [{"text": "别人"}]}, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert other.status_code == 201


def test_a_household_counts_by_its_ipv6_network(app: Flask, client: FlaskClient) -> None:
    make_project("demo")
    url = f"{ROOT}/demo/submissions"
    statuses = [
        client.post(
            url, json={"comments": [{"text": "同意"}]}, environ_base={"REMOTE_ADDR": f"2001:db8:0:1::{n:x}"}
        ).status_code
        for n in range(1, 22)
    ]
    assert statuses == [201] * 20 + [429]
