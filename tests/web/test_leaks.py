"""What is kept from the public stands in no answer to the public: withheld words, numbers, names, notes, who decided."""

from flask import Flask
from flask.testing import FlaskClient

from consult.base.db import db, transaction
from consult.drafts import find
from consult.review import decide, internal_notes
from tests.factories.people import later
from tests.summary.releasing import publish
from tests.summary.rich import make_rich
from tests.summary.world import AFTER, APPROVER, REVIEWER, World, say_yes

WITHHELD, NOTE = "_x0041_ 与 &P &N", "备注里的悄悄话"
PUBLIC = (
    "/", "/c/demo", "/c/demo/clauses/a3", "/c/demo/clauses/a4", "/c/demo/result", "/c/demo/result?page=2", "/feed.xml", "/c/demo/feed.xml", "/c/demo/download.txt",
    "/open", "/c/demo/data.json", "/c/demo/data.csv", "/c/demo/data-schema.json", "/api/v1/consultations", "/api/v1/consultations/demo",
    "/api/v1/consultations/demo/clauses", "/c/demo/poster", "/c/demo/changes", "/c/demo/survey", "/verify", "/metrics",
)  # fmt: skip
SECRET = (
    WITHHELD, NOTE, "不愿公开的原话", "13812345678", "13800138000", "审阅员", "张主任", "朱重八", "王小明", "李雷", "我想收回这句话",
    "user:90", "operator:", "和住建局核对过", "王科", "0000-7654321", "李局", "经费从哪里来", "请明确经费来源", "wang@example.cn", "小李", "小钱",
)  # fmt: skip


def test_no_public_answer_holds_what_is_kept(app: Flask, client: FlaskClient) -> None:
    world: World = make_rich()
    with transaction():
        decide.withhold(REVIEWER, AFTER, world.nasty[11].comment_ids[0], "improper")
    with transaction():
        internal_notes.write_note(REVIEWER, AFTER, world.nasty[7].comment_ids[0], NOTE)
    with transaction():
        say_yes(APPROVER, AFTER, find.by_slug("demo"))
    publish()
    app.extensions["clock"] = lambda: later(days=40)
    code = world.nasty[7].code
    db.session.remove()
    answered = 0
    for address in PUBLIC:
        answer = client.get(address)
        answered += answer.status_code == 200
        text = answer.get_data(as_text=True)
        found = [one for one in SECRET if one in text]
        assert not found, (address, found)
    assert answered >= 16, answered
    for address in ("/c/demo/result", "/c/demo/data.json", "/c/demo/data.csv"):
        assert "野家的灯" in client.get(address).text, "what may be quoted is there"
    receipt = client.post("/api/v1/receipts/lookup", json={"code": code})
    assert receipt.status_code == 200 and not [one for one in SECRET if one in receipt.get_data(as_text=True)]
