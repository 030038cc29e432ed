"""Search in Chinese on both databases: the same hits as comparing every opinion, whatever is indexed of them."""

import random
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select, text

from consult.base.db import db, transaction
from consult.drafts.models import Consultation
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.review import search, search_index, terms
from consult.review.search_store import place, reading, writing
from tests.factories.people import make_project, send

WORDS = ("停车", "停车场", "车场", "公共", "公共照明", "照明", "路灯", "应当", "的", "，", "。", " ", "ＡＢ", "ab", "3.5", "𠮷", "👍", "\n")
ODD = st.sampled_from(WORDS) | st.text(st.sampled_from("停车场公共的，aＡ1.𠮷👍 "), min_size=1, max_size=3)
SAID = st.lists(ODD, min_size=1, max_size=12).map("".join)


def filled(project: Consultation, texts: list[tuple[str, str, str]]) -> list[int]:
    """One sending and, straight into its table, many opinions; returns their ids."""
    first = send(project, [Item("a1", "amend", "起头")])
    one = db.session.get_one(Comment, first.comment_ids[0])
    common = {"submission_id": one.submission_id, "consultation_id": project.id, "version_id": one.version_id,
              "clause_id": one.clause_id, "stance": "support", "fingerprint": ""}  # fmt: skip
    start = db.session.scalar(select(Comment.ordinal).order_by(Comment.id.desc()).limit(1)) or 0
    rows = [
        common | {"ordinal": start + number, "text": words[0], "proposed_text": words[1], "reason": words[2]}
        for number, words in enumerate(texts, 1)
    ]
    with transaction():
        if rows:
            db.session.execute(insert(Comment), rows)
    return list(db.session.scalars(select(Comment.id).where(Comment.submission_id == one.submission_id)))


def truth(project_id: int, wanted: str) -> list[int]:
    """What the definition says, of every opinion."""
    query = select(Comment.id, Comment.text, Comment.proposed_text, Comment.reason)
    rows = db.session.execute(query.where(Comment.consultation_id == project_id).order_by(Comment.id.desc()))
    return [number for number, *fields in rows if any(terms.holds(field, wanted) for field in fields)]


def index_all(limit: int = 65_536) -> int:
    total = 0
    while taken := search.index_some(limit):
        total += taken
    return total


@pytest.fixture
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small bounds, so that a hundred opinions meet what a million do."""
    monkeypatch.setattr(terms, "COMMON", 2)
    monkeypatch.setattr(search_index, "MOST_PARTS", 2)
    for name in ("consult.review.search", "consult.review.search_index"):
        monkeypatch.setattr(f"{name}.SPAN", 16)
    monkeypatch.setattr(search, "_BATCH", 3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hits_are_what_the_definition_says(app: Flask, low: None, data: st.DataObject) -> None:
    db.session.rollback()
    project = db.session.scalar(select(Consultation)) or make_project()
    texts = data.draw(st.lists(st.tuples(SAID, SAID, SAID), max_size=12))
    filled(project, texts)
    for _ in range(data.draw(st.integers(0, 6))):
        search.index_some(data.draw(st.integers(1, 9)))
    wanted = data.draw(SAID | st.sampled_from(texts or [("停",)]).map(lambda one: one[0][1:5]))
    expected = truth(project.id, wanted)
    assert search.hits(project.id, wanted) == expected
    assert search.count(project.id, wanted) == len(expected)
    assert search.among(wanted, expected) == expected
    for low_end, high in pairwise([*expected[2::3][::-1], 1 << 40]):
        assert search.hits(project.id, wanted, high, 3) == [one for one in expected if one < high][:3], low_end
