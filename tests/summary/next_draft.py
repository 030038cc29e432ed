"""On the way to the next draft: a first period answered, a text brought out after it, a second period begun."""

from datetime import datetime, timedelta

from consult.base.db import db, transaction
from consult.drafts import find, rounds, versions
from consult.drafts.models import Version
from consult.drafts.split import read_and_split
from consult.intake.submit import Item, Sender
from tests.factories.people import OPERATOR, make_project, send
from tests.factories.versions import NEXT, linked
from tests.summary.releasing import approve, publish
from tests.summary.world import AFTER, rule

LATER = AFTER + timedelta(days=2)
AGAIN = LATER + timedelta(days=40)  # the end of the second period
DONE = AGAIN + timedelta(days=3)
SAID = "根据公众意见缩短间距、删去第四条，增加水塘照明的规定。"
OPEN = Sender(name="朱重八", email="a@example.cn", may_publish=True)


def load(purpose: str, at: datetime = LATER, body: str = NEXT, why: dict[str, str] | None = None) -> Version:
    """A text, its clauses confirmed with reasons by key, cleared and out."""
    project = find.by_slug("demo")
    split = read_and_split(body.encode(), "修改稿.txt")
    with transaction():
        number = versions.propose_version(OPERATOR, at, project, split, "修改稿.txt", "1" * 64, SAID, purpose).id
    version = db.session.get_one(Version, number)
    ids = {one.key: one.id for one in find.clauses(number)} | {
        one.key: one.id for one in find.clauses(find.current_version(find.by_slug("demo")).id) if one.key in ("a4",)
    }
    pairs, reasons = linked(version), {ids[key]: said for key, said in (why or {}).items()}
    with transaction():
        versions.confirm_version(OPERATOR, at, db.session.get_one(Version, number), pairs, SAID, reasons)
    with transaction():
        versions.clear_version(OPERATOR, at, db.session.get_one(Version, number))
        versions.publish_version(OPERATOR, at, db.session.get_one(Version, number))
    return db.session.get_one(Version, number)


def ask_again() -> None:
    """Open the second period, from LATER to AGAIN."""
    with transaction():
        rounds.open_round(OPERATOR, LATER, find.by_slug("demo"), AGAIN)


def answered_once() -> dict[str, int]:
    """Three opinions of the first period, ruled on and published; what each is about → its number."""
    project = make_project()
    said = {"third": Item("a3", "amend", "间距太大，改为三十米。"), "whole": Item(None, "other", "水塘边也要装路灯。"),
            "fourth": Item("a4", "delete", "删去这一条。")}  # fmt: skip
    ids = {name: send(project, [item], sender=OPEN).comment_ids[0] for name, item in said.items()}
    rule(ids["third"], "adopted", "间距确实太大，采纳。", new_wording="主路路灯间距不超过三十米。")
    rule(ids["whole"], "partly_adopted", "水塘边确有危险，部分采纳。", adopted_part="水塘边")
    rule(ids["fourth"], "adopted", "与上位法重复，删去。")
    approve()
    publish()
    return ids
