"""Search in Chinese on both databases: the same hits as comparing every opinion, whatever is indexed of them."""

from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select, text

from consult.base.db import db, transaction
from consult.base.errors import Conflict
from consult.drafts.models import Consultation
from consult.intake.models import Comment
from consult.intake.submit import Item
from consult.review import desk, queue, search, search_index, terms
from consult.review.search_store import place, reading, writing
from tests.factories.people import make_project, send

WORDS = (
    "停车",
    "停车场",
    "车场",
    "公共",
    "公共照明",
    "照明",
    "路灯",
    "应当",
    "的",
    "，",
    "。",
    " ",
    "ＡＢ",
    "ab",
    "3.5",
    "𠮷",
    "👍",
    "\n",
)
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
    return list(db.session.scalars(select(Comment.id).where(Comment.submission_id == one.submission_id).order_by(Comment.id)))


def truth(project_id: int, wanted: str) -> list[int]:
    """What the definition says, of every opinion."""
    query = select(Comment.id, Comment.text, Comment.proposed_text, Comment.reason)
    rows = db.session.execute(query.where(Comment.consultation_id == project_id).order_by(Comment.id.desc()))
    return [number for number, *fields in rows if any(terms.holds(field, wanted) for field in fields)]


def behind() -> bool:
    """Whether a search passes over some of what waits for the index."""
    with search.opened(partly=True) as index:
        return index.behind


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


def test_an_opinion_is_found_before_and_after_it_is_indexed(app: Flask) -> None:
    project = make_project()
    ids = [send(project, [Item("a1", "amend", words)]).comment_ids[0] for words in ("路灯太暗", "停车难", "路灯坏了")]
    assert search.hits(project.id, "路灯") == [ids[2], ids[0]]
    assert search.missing()
    assert search.index_some(2) == 2
    assert search.hits(project.id, "路灯") == [ids[2], ids[0]]
    assert index_all() == 1
    assert not search.missing()
    assert search.index_some() == 0
    assert search.hits(project.id, "灯") == [ids[2], ids[0]]
    assert search.hits(project.id, "路灯", before=ids[2]) == [ids[0]]
    assert search.hits(project.id, "路灯", limit=1) == [ids[2]]
    assert search.hits(project.id, "路灯", before=0) == search.hits(project.id, "。") == []


def test_a_hit_does_not_span_two_fields_nor_two_projects(app: Flask) -> None:
    project, other = make_project(), make_project("other")
    one = send(project, [Item("a1", "amend", "路", "灯", "亮")]).comment_ids[0]
    send(other, [Item("a1", "amend", "路灯")])
    index_all()
    assert search.hits(project.id, "路灯") == []
    assert search.hits(project.id, "亮") == [one]


def test_what_is_not_committed_is_not_indexed(app: Flask) -> None:
    project = make_project()
    filled(project, [])
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.execute(insert(Comment), [_copy(db.session.scalars(select(Comment)).one(), "没有说过")])
        found = search.hits(project.id, "没有说过")
        assert len(found) == 1  # seen by the one who writes it
        assert search.index_some() == 1  # the other one
        raise ZeroDivisionError
    assert search.hits(project.id, "没有说过") == []
    later = filled(project, [("后来说的", "", "")])
    index_all()
    assert search.hits(project.id, "后来说的") == [later[-1]]
    assert search.hits(project.id, "没有说过") == []


def _copy(one: Comment, said: str) -> dict[str, object]:
    names = ("submission_id", "consultation_id", "version_id", "clause_id", "stance")
    return {name: getattr(one, name) for name in names} | {
        "ordinal": one.ordinal + 1000,
        "text": said,
        "fingerprint": "",
    }


def test_another_database_is_noticed(app: Flask) -> None:
    """As after putting back a backup: the same ids, other words."""
    project = make_project()
    one = send(project, [Item("a1", "amend", "原来说的")])
    index_all()
    with transaction():
        db.session.execute(text("UPDATE submission SET digest = 'of another'"))
        db.session.execute(text("UPDATE comment SET text = '另外说的'"))
    assert search.hits(project.id, "另外说的") == one.comment_ids
    assert search.hits(project.id, "原来") == []
    assert search.missing()
    index_all()
    with reading() as index:
        assert index is not None
        assert index.rows("SELECT count(*) FROM {at}part")[0][0] == 1
    assert search.hits(project.id, "另外") == one.comment_ids


def test_a_crash_leaves_the_index_as_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project()
    ids = filled(project, [("路灯一", "", "")])
    index_all()
    ids = filled(project, [("路灯二", "", "")])[-1:] + ids[-1:]
    with monkeypatch.context() as broken:
        broken.setattr("consult.review.search_store.Index.put_state", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            search.index_some()
    assert search.hits(project.id, "路灯") == ids
    index_all()
    assert search.hits(project.id, "路灯") == ids


def test_one_at_a_time_writes(app: Flask) -> None:
    project = make_project()
    filled(project, [])
    with writing() as index:
        assert index is not None
        assert search.index_some() == 0
        with pytest.raises(RuntimeError):
            search.rebuild()
    assert index_all() == 1
    search.rebuild()
    assert search.missing()
    assert index_all() == 1


def test_small_parts_become_larger_ones(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project()
    filled(project, [(f"路灯{number}", "", "") for number in range(60)])
    index_all(3)
    with reading() as index:
        assert index is not None
        parts = index.parts(project.id, 0)
    assert sum(part.size for part in parts) == 61
    assert len(parts) <= search_index.MOST_PARTS + 1
    assert search.hits(project.id, "路灯") == truth(project.id, "路灯")


def test_counting_stops_where_it_is_told(app: Flask) -> None:
    project = make_project()
    filled(project, [("路灯照明", "", "")] * 5 + [("路灯", "", "")] * 5)
    index_all()
    assert search.count(project.id, "路灯", 4) == 5
    assert search.count(project.id, "路灯") == 10


def test_an_opinion_committed_late_is_found_and_indexed(app: Flask) -> None:
    """In PostgreSQL a higher id may be committed first; SQLite has one writer."""
    if db.engine.dialect.name == "sqlite":
        return
    project = make_project()
    filled(project, [])
    one = _copy(db.session.scalars(select(Comment)).one(), "慢慢说的")
    db.session.rollback()
    engine = create_engine(db.engine.url)
    with engine.connect() as slow:
        late = slow.execute(insert(Comment).returning(Comment.id), one).scalar()
        after = filled(project, [("快快说的", "", "")])[-1]
        assert late is not None
        assert late < after
        assert index_all() == 3  # the first of each `filled` and the quick one
        assert index_all() == 0
        assert search.hits(project.id, "说的") == [after]
        slow.commit()
    assert search.hits(project.id, "说的") == [after, late]
    assert index_all() == 1
    assert search.hits(project.id, "说的") == [after, late]
    index_all()
    with reading() as index:
        assert index is not None
        assert not [row for row in index.rows("SELECT first, last FROM {at}hole") if row[0] <= late <= row[1]]
    engine.dispose()


def test_the_file_is_beside_the_database(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        assert place().parent == app.config["SETTINGS"].instance


def test_what_waits_for_the_index_is_read_up_to_a_bound(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "READ", 3)
    project = make_project()
    ids = [send(project, [Item("a1", "amend", f"路灯太暗，第{n}处")]).comment_ids[0] for n in range(5)]
    with transaction():
        desk.settle(project.id, 10)
    assert behind() and search.hits(project.id, "路灯", partly=True) == ids[:1:-1]
    with pytest.raises(Conflict, match="几分钟"):
        search.hits(project.id, "路灯")
    found = queue.page(project.id, queue.Filter(text="路灯"))
    assert found.partly and [row.id for row in found.rows] == ids[:1:-1]
    with pytest.raises(Conflict):
        queue.leads(project.id, queue.Filter(text="路灯"), 10)
    index_all()
    assert not behind() and search.hits(project.id, "路灯") == ids[::-1]
    assert not queue.page(project.id, queue.Filter(text="路灯")).partly
