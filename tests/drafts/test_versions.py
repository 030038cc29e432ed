"""R05 on both databases: a proposal is seen by nobody, keys follow their clause, opinions stay where they were written."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.base.people import Actor
from consult.drafts import descent, find, publish, versions
from consult.drafts.models import Clause, ClauseLink, Version
from consult.intake.submit import Item
from consult.review.queue import Filter
from consult.summary.rows import summary_rows
from consult.summary.verify import faults
from consult.web.reviewer.board import clause_links
from tests.factories.people import NOW, OPERATOR, STATUTE, make_project, make_user, send
from tests.factories.versions import CORRECTION, NEXT, by_key, confirm, linked, propose, publish_next
from tests.review.desk import facets, page

OLD_KEYS = ["t1", "t2", "c1", "a1", "a2", "a2-i1", "a2-i2", "a2-i3", "a2-p2", "c2", "a3", "a4", "a5"]


def attempt(verb: Callable[..., object], actor: Actor, version: Version, *more: object) -> None:
    number = version.id
    with transaction():
        verb(actor, NOW, db.session.get_one(Version, number), *more)


def test_a_proposal_is_not_the_current_version(app: Flask) -> None:
    project = make_project()
    before = find.current_version(project)
    version = propose(project)
    assert version.number == 2 and version.frozen_at is None
    assert find.current_version(find.by_slug("demo")).id == before.id
    assert find.proposal(find.by_slug("demo")).id == version.id
    assert [one.number for one in find.published_versions(project.id)] == [1]
    with pytest.raises(Conflict), transaction():
        send_now = find.by_slug("demo")
        versions.propose_version(OPERATOR, NOW, send_now, None, "", "", CORRECTION)  # type: ignore[arg-type]
    sent = send(project, [Item("a3", "amend", "太远")])
    assert (
        db.session.scalar(select(Clause.version_id).where(Clause.id == find.clause_ids(before.id, {"a3"})["a3"]))
        == before.id
    )
    assert sent.comment_ids


def test_keys_follow_their_clause_and_are_never_used_again(app: Flask) -> None:
    project = make_project()
    version = publish_next(project)
    new = by_key(version)
    assert {key: new[key].label for key in ("a1", "a2", "a3", "a5")} == {
        "a1": "第一条", "a2": "第三条", "a3": "第四条", "a5": "第五条",
    }  # fmt: skip
    assert new["a3"].text == "主路路灯间距不超过三十米。" and "a4" not in new
    assert new["a2v2"].text.startswith("水塘") and new["a2-i2"].parent_id == new["a2"].id
    third = publish_next(project, NEXT + "\n第六条　本办法由县人民政府解释。\n")
    assert by_key(third)["a6"].label == "第六条"
    fourth = publish_next(project, STATUTE)  # the old fourth article again: another clause, another key
    keys = by_key(fourth)
    assert keys["a4v4"].label == "第四条" and "a4" not in keys and "a6" not in keys and "a2v2" not in keys
    assert keys["a3"].text == "主路路灯间距不超过四十米。"
    assert list(faults(db.session())) == []


def test_links_cover_both_texts(app: Flask) -> None:
    project = make_project()
    old, version = find.current_version(project), propose(project)
    rows = descent.links(db.session(), version.id)
    assert {one.old_clause_id for one in rows} - {None} == {one.id for one in find.clauses(old.id)}
    assert {one.new_clause_id for one in rows} - {None} == {one.id for one in find.clauses(version.id)}
    kinds = {
        (one.label, link.kind) for link in rows for one in find.clauses(version.id) if one.id == link.new_clause_id
    }
    assert kinds >= {
        ("第一条", "kept"),
        ("第二条", "new"),
        ("第三条", "renumbered"),
        ("第四条", "changed"),
        ("第五条", "kept"),
    }
    assert [link.kind for link in rows].count("gone") == 1
    assert {one.confirmed_by for one in rows} == {""}


def test_the_confirmed_list_decides(app: Flask) -> None:
    project = make_project()
    old, version = by_key(find.current_version(project)), propose(project)
    third, water = by_key(version)["a3"], by_key(version)["a2v2"]
    pairs = [pair for pair in linked(version) if pair[1] != third.id]
    confirm(version, pairs=[*pairs, (old["a4"].id, third.id)])  # somebody says: the fourth article became it
    new = by_key(version)
    assert new["a4"].id == third.id and "a3" not in new and new["a2v2"].id == water.id
    found = {(one.old_clause_id, one.new_clause_id): one for one in descent.links(db.session(), version.id)}
    assert found[old["a4"].id, third.id].kind == "changed" and found[old["a3"].id, None].kind == "gone"
    assert {one.confirmed_by for one in found.values()} == {OPERATOR.ref}
    confirm(version, pairs=[*pairs, (old["a3"].id, third.id), (old["a4"].id, third.id)])
    assert by_key(version)["a3"].id == third.id
    assert {one.kind for one in descent.links(db.session(), version.id) if one.new_clause_id == third.id} == {"merged"}
    confirm(version, pairs=[*pairs, (old["a3"].id, third.id), (old["a3"].id, water.id)])
    assert {one.kind for one in descent.links(db.session(), version.id) if one.old_clause_id == old["a3"].id} == {
        "split"
    }
    confirm(version, pairs=[])
    assert not set(by_key(version)) & set(OLD_KEYS), "nothing comes from anything: every key is new"
    with pytest.raises(Refused, match="既拆分又合并"):
        confirm(version, pairs=[(old["a3"].id, third.id), (old["a3"].id, water.id), (old["a4"].id, third.id)])
    with pytest.raises(Refused, match="不在这两个版本里"):
        confirm(version, pairs=[(third.id, old["a3"].id)])


def test_a_second_person_clears_and_what_changes_is_cleared_again(app: Flask) -> None:
    office, helper, other = make_user("office"), make_user("office"), make_user("approver")
    project = make_project()
    version = propose(project, actor=office)
    with pytest.raises(Refused, match="核对"):
        attempt(versions.clear_version, other, version)
    confirm(version, actor=helper)
    for hand in (office, helper):
        with pytest.raises(NotAllowed):
            attempt(versions.clear_version, hand, version)
    with pytest.raises(Refused, match="保密审查"):
        attempt(versions.publish_version, office, version)
    attempt(versions.clear_version, other, version)
    confirm(version, actor=helper)
    assert version.secrecy_at is None
    attempt(versions.clear_version, other, version)
    with transaction():
        db.session.execute(update(Version).where(Version.id == version.id).values(correction="偷偷换掉的更正公告文字"))
    with pytest.raises(Refused, match="又有改动"):
        attempt(versions.publish_version, office, version)
    confirm(version, actor=helper)
    attempt(versions.clear_version, other, version)
    with pytest.raises(NotAllowed):
        attempt(versions.publish_version, other, version)
    attempt(versions.publish_version, office, version)
    assert find.current_version(find.by_slug("demo")).id == version.id
    assert version.frozen_at == NOW and version.secrecy_by == other.ref
    for verb, more in ((versions.confirm_version, ([], CORRECTION)), (versions.clear_version, ()),
                       (versions.publish_version, ()), (versions.discard_version, ())):  # fmt: skip
        with pytest.raises(Conflict):
            attempt(verb, OPERATOR, version, *more)


def test_a_proposal_can_be_thrown_away(app: Flask) -> None:
    project = make_project()
    attempt(versions.discard_version, OPERATOR, propose(project))
    assert find.proposal(find.by_slug("demo")) is None
    assert db.session.scalar(select(func.count()).select_from(ClauseLink)) == 0
    assert db.session.scalar(select(func.count()).select_from(Clause)) == 13
    again = publish_next(project)
    assert again.number == 2 and list(faults(db.session())) == []
    said = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert said[3:] == [
        "new_version",
        "discard_version",
        "new_version",
        "match_clauses",
        "clear_secrecy",
        "publish_version",
    ]


@pytest.mark.parametrize("correction", ["", "   ", "改了一点", "长" * 2001])
def test_a_correction_is_owed(app: Flask, correction: str) -> None:
    project = make_project()
    with pytest.raises(Refused) as refusal:
        propose(project, correction=correction)
    assert refusal.value.field == "correction" and find.proposal(find.by_slug("demo")) is None


def test_only_a_living_published_project_has_a_next_version(app: Flask) -> None:
    project = make_project("unborn", published=False)
    with pytest.raises(Conflict):
        propose(project)
    project = make_project()
    with pytest.raises(Refused, match="没有差别"):
        propose(project, STATUTE)
    with pytest.raises(NotAllowed):
        propose(project, actor=make_user("reviewer"))
    version = propose(project)
    confirm(version)
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "上位法修改，本稿需要重新起草")
    with pytest.raises(Conflict):
        attempt(versions.clear_version, OPERATOR, version)
    with pytest.raises(Conflict):
        make = make_project("gone")
        with transaction():
            publish.withdraw(OPERATOR, NOW, find.by_slug("gone"), "上位法修改，本稿需要重新起草")
        propose(make)


def test_opinions_stay_on_their_version_and_are_found_by_key(app: Flask) -> None:
    project = make_project()
    first = send(
        project, [Item("a3", "amend", "四十米太远"), Item("a4", "amend", "五日太长"), Item("a2-i2", "support", "好")]
    )
    version = publish_next(project)
    project = find.by_slug("demo")
    second = send(
        project,
        [Item("a3", "support", "三十米正好"), Item("a2v2", "support", "水塘要装灯"), Item("a5", "other", "施行日期")],
    )
    with pytest.raises(Refused):
        send(project, [Item("a4", "amend", "这一条没有了")])
    old = find.version_numbered(project, 1)
    number = project.id
    rows = list(summary_rows(db.session(), number))
    assert [(row.citation, row.opinion) for row in rows] == [
        ("第二条", "水塘要装灯"), ("第二条第二项（第1稿）", "好"), ("第三条（第1稿）", "四十米太远"),
        ("第四条", "三十米正好"), ("第四条（第1稿）", "五日太长"), ("第五条", "施行日期"),
    ]  # fmt: skip
    assert (
        rows[2].original == "第三条 主路路灯间距不超过四十米。"
        and rows[3].original == "第四条 主路路灯间距不超过三十米。"
    )
    found = {
        key: [row.id for row in page(number, Filter(clause_key=key)).rows] for key in ("a3", "a4", "a2", "c2")
    }
    assert found == {
        "a3": [first.comment_ids[0], second.comment_ids[0]], "a4": [first.comment_ids[1]], "a2": [first.comment_ids[2]],
        "c2": [*first.comment_ids[:2], second.comment_ids[0], second.comment_ids[2]],
    }  # fmt: skip
    counts = facets(number).clauses
    assert counts == {"c1": 2, "a2v2": 1, "a2": 1, "a2-i2": 1, "c2": 4, "a3": 2, "a4": 1, "a5": 1}
    assert list(counts) == ["c1", "a2v2", "a2", "a2-i2", "c2", "a3", "a4", "a5"]
    assert [one.word for one in clause_links(project, version, counts)][-3:] == ["第四条", "第四条（旧版）", "第五条"]
    reads = descent.reads_now(db.session(), version, by_key(old).values())
    now = {one.key: reads[one.id] for one in by_key(old).values()}
    assert (now["a3"], now["a4"], now["a5"]) == ("主路路灯间距不超过三十米。", "本条已删去", "本办法自公布之日起施行。")
    assert list(faults(db.session(), number)) == []


def test_what_was_merged_reads_as_what_it_became(app: Flask) -> None:
    project = make_project()
    old = find.current_version(project)
    merged = STATUTE.replace(
        "四十米。\n\n第四条　路灯损坏的，村民委员会应当在五日内修复。", "四十米；路灯损坏的，村民委员会应当在五日内修复。"
    ).replace("第五条", "第四条")  # fmt: skip
    publish_next(project, merged)
    version = publish_next(project, merged.replace("五日内", "三日内"))
    reads = descent.reads_now(db.session(), version, by_key(old).values())
    became = "主路路灯间距不超过四十米；路灯损坏的，村民委员会应当在三日内修复。"
    assert [reads[by_key(old)[key].id] for key in ("a3", "a4")] == [became, became]


def test_tampering_with_a_version_is_found(app: Flask) -> None:
    project = make_project()
    version = publish_next(project)
    number = version.id
    changes = [
        update(Version).where(Version.id == number).values(correction="换掉的更正公告，看不出来"),
        update(ClauseLink).where(ClauseLink.version_id == number, ClauseLink.kind == "changed").values(kind="kept"),
        update(Version).where(Version.id == number).values(frozen_at=None),
    ]
    for change in changes[:2]:
        session = db.session()
        session.rollback()
        session.execute(change)
        assert any("更正公告" in fault for fault in faults(session))
        session.rollback()
    db.session.rollback()
    proposal = propose(project, STATUTE)
    with transaction():
        db.session.execute(
            update(Version).where(Version.id == proposal.id).values(frozen_at=NOW, secrecy_at=NOW, secrecy_by="user:1")
        )
    assert any("第 3 稿与发布时记录" in fault for fault in faults(db.session())), "nobody published it"
