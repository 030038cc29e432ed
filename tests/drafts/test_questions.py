"""Consultations without a draft: one question as the text, its kinds, its rules, and the command line."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from consult.base.audit import AuditEntry
from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.errors import NotAllowed, Refused
from consult.drafts import find, publish, versions
from consult.drafts.models import KINDS
from consult.drafts.period import Minimum
from consult.drafts.publish import Draft
from consult.drafts.questions import ASKING, MOST_QUESTION, STANCES, is_question, question_split
from consult.drafts.split import read_and_split
from consult.intake import words
from consult.summary import verify
from tests.factories.people import CLOSES, NOW, OPENS, OPERATOR, STATUTE, make_project, make_user
from tests.factories.questions import QUESTION, make_question


def test_kinds_and_stances_are_those_of_the_house() -> None:
    assert set(KINDS) > ASKING and set(STANCES) <= set(words.STANCES)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.just("\n"), max_size=MOST_QUESTION))
def test_a_question_keeps_every_character_but_white_space(text: str) -> None:
    if "".join(text.split()) in ("", "\ufffe", "\uffff") or {"\ufffe", "\uffff"} & set(text):
        return
    (piece,) = question_split(text).pieces
    assert "".join(piece.text.split()) == "".join(text.split()) and is_question(question_split(text))


@pytest.mark.parametrize("text", ["", " \n ", "问" * (MOST_QUESTION + 1), "响铃\x07"])
def test_what_is_no_question_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        question_split(text)


@pytest.mark.parametrize("kind", sorted(ASKING))
def test_a_question_is_one_piece_that_nobody_comments_by_itself(app: Flask, kind: str) -> None:
    project = make_question(kind=kind)
    (clause,) = find.clauses(find.current_version(project).id)
    assert (clause.key, clause.kind, clause.citation, clause.text) == ("q1", "question", "全文", QUESTION)
    assert not clause.commentable and project.published_at and project.stage_label == ""
    assert find.rule_for(kind).minimum == Minimum(7, True) and "默认" in find.rule_for(kind).source
    assert list(verify.faults(db.session())) == []


def test_drafts_and_questions_never_change_places(app: Flask) -> None:
    statute, question = read_and_split(STATUTE.encode(), "草案.txt"), question_split(QUESTION)
    for kind, text in (("proposals", statute), ("rule", question)):
        with pytest.raises(Refused) as refused, transaction():
            publish.load(OPERATOR, NOW, Draft("x", "标题", OPENS, CLOSES, kind), text)
        assert refused.value.field == "kind"
    asked, drafted = make_question(published=False), make_project(published=False)
    for project, text, kind in ((asked, statute, "rule"), (drafted, question, "proposals")):
        with pytest.raises(Refused), transaction():
            publish.replace_text(OPERATOR, NOW, project, text, "", "")
        with pytest.raises(Refused), transaction():
            publish.describe(OPERATOR, NOW, project, Draft(project.slug, "标题", OPENS, CLOSES, kind))


def test_every_rule_of_publication_holds(app: Flask) -> None:
    office, colleague = make_user("office"), make_user("approver")
    with transaction():
        draft = Draft("ask", "征集", NOW, parse_local("2026-03-12", end_of_day=True), "proposals", "", "县司法局", contact="电话")
        number = publish.load(office, NOW, draft, question_split(QUESTION)).id
    with pytest.raises(Refused, match="背景说明"), transaction():
        publish.publish(office, NOW, find.by_id(number))
    with transaction():
        publish.describe(office, NOW, find.by_id(number), Draft(**vars(draft) | {"explanation": "为了明年<script>x</script>"}))
    assert "script" not in find.by_id(number).explanation
    with pytest.raises(Refused, match="保密审查"), transaction():
        publish.publish(office, NOW, find.by_id(number))
    with pytest.raises(NotAllowed), transaction():
        publish.clear_secrecy(office, NOW, find.by_id(number))
    with transaction():
        publish.clear_secrecy(colleague, NOW, find.by_id(number))
    with pytest.raises(Refused, match="7个工作日"), transaction():
        publish.publish(office, NOW, find.by_id(number))


def test_a_published_question_is_corrected_by_a_version(app: Flask) -> None:
    office, colleague = make_user("office"), make_user("approver")
    project = make_question()
    again = question_split(QUESTION + "请举一件您遇到过的事。")
    with pytest.raises(Refused), transaction():
        versions.propose_version(office, NOW, project, read_and_split(STATUTE.encode(), "草案.txt"), "", "", "问题写得不够明白，改一改。")
    with transaction():
        version = versions.propose_version(office, NOW, project, again, "", "0" * 64, "问题写得不够明白，改一改。")
    with transaction():
        old, new = find.clauses(find.current_version(project).id), find.clauses(version.id)
        versions.confirm_version(office, NOW, version, [(old[0].id, new[0].id)], version.correction)
    with transaction():
        versions.clear_version(colleague, NOW, version)
    with transaction():
        versions.publish_version(office, NOW, version)
    (clause,) = find.clauses(find.current_version(project).id)
    assert clause.key == "q1" and clause.text.endswith("遇到过的事。")
    assert list(verify.faults(db.session())) == []


PERIOD = ["--slug", "ask", "--opens", "2026-03-02", "--closes", "2026-04-02"]


def test_load_reads_the_question_from_its_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "question.txt"
    file.write_text(f"\n  {QUESTION}\n", encoding="utf-8")
    said = ["--kind", "evaluation", "--unit", "县司法局", "--explanation", "为了改得更好", "--contact", "电话", "--publish"]
    answer = app.test_cli_runner().invoke(args=["load", str(file), *PERIOD, *said])
    assert answer.exit_code == 0, answer.output
    assert f"已载入“{QUESTION}”：一个问题" in answer.output
    project = find.by_slug("ask")
    assert (project.kind, project.title, project.stage_label) == ("evaluation", QUESTION, "")
    assert db.session.query(AuditEntry).filter_by(action="publish").count() == 1


@pytest.mark.parametrize(("text", "words"), [("", "没有读出"), ("   \n", "请写出要问的问题"), ("问" * 501, "问题太长")])
def test_load_refuses_what_is_no_question(app: Flask, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "question.txt"
    file.write_text(text, encoding="utf-8")
    answer = app.test_cli_runner().invoke(args=["load", str(file), *PERIOD, "--kind", "proposals"])
    assert answer.exit_code == 1 and "Traceback" not in answer.output, answer.output
    assert find.every() == []
