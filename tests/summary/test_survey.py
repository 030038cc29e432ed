"""The question after a result: who may answer, what is kept, and that verify notices every change."""

from datetime import UTC

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from consult.base.audit import AuditEntry
from consult.base.db import db, transaction
from consult.base.errors import Conflict, Refused
from consult.base.people import CITIZEN
from consult.drafts import find, publish
from consult.drafts.models import Consultation
from consult.summary import release, survey, verify
from consult.summary.models import Satisfaction
from tests.factories.people import OPERATOR, make_project
from tests.summary.world import AFTER, APPROVER, OFFICE, say_yes


@pytest.fixture
def project(app: Flask) -> Consultation:
    """A project whose result is out."""
    number = make_project().id
    with transaction():
        say_yes(APPROVER, AFTER, find.by_id(number))
    with transaction():
        release.release(OFFICE, AFTER, find.by_id(number))
    return find.by_id(number)


def answer(score: int | None, remark: str = "", voter: str = "one", slug: str = "demo") -> int:
    with transaction():
        return survey.answer(CITIZEN, AFTER, find.by_slug(slug), score, remark, voter).id


def faults() -> list[str]:
    db.session.rollback()
    return list(verify.faults(db.session()))


def test_an_answer_is_kept_counted_and_audited_without_its_words(project: Consultation) -> None:
    answer(5, "  办得快\r\n说得清 ")
    answer(1, voter="two")
    assert survey.counts(project.id) == {5: 1, 4: 0, 3: 0, 2: 0, 1: 1}
    (said,) = survey.remarks(project.id)
    assert (said.remark, said.answered_at.astimezone(UTC)) == ("办得快\n说得清", AFTER.astimezone(UTC))
    entries = db.session.query(AuditEntry).filter_by(action="answer_survey").all()
    assert len(entries) == 2 and "办得快" not in "".join(one.facts for one in entries)
    assert faults() == []


def test_the_public_sees_counts_from_ten_answers_on(project: Consultation) -> None:
    for number in range(survey.PUBLIC_FROM - 1):
        answer(4, voter=f"v{number}")
    assert survey.public_counts(project.id) is None
    answer(2, voter="last")
    assert survey.public_counts(project.id) == {5: 0, 4: 9, 3: 0, 2: 1, 1: 0}


@pytest.mark.parametrize(("score", "remark", "field"), [(None, "", "score"), (0, "", "score"), (6, "", "score"),
    (3, "字" * 201, "remark"), (3, "响铃\x07", "remark"), (3, "\ud800", "remark")])  # fmt: skip
def test_what_cannot_be_an_answer_is_refused(project: Consultation, score: int, remark: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        answer(score, remark)
    assert refused.value.field == field and survey.counts(project.id)[3] == 0
    assert answer(3, "字" * 200)


def test_one_voter_answers_once_a_project(project: Consultation) -> None:
    answer(5)
    with pytest.raises(Conflict, match="每天只收一份"):
        answer(1)
    assert survey.counts(project.id) == {5: 1, 4: 0, 3: 0, 2: 0, 1: 0}
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Satisfaction(consultation_id=project.id, score=1, answered_at=AFTER, voter="one"))
        db.session.flush()


def test_only_a_result_can_be_judged(app: Flask, project: Consultation) -> None:
    make_project("early")
    with pytest.raises(Conflict, match="还没有公布"):
        answer(5, slug="early")
    with transaction():
        publish.withdraw(OPERATOR, AFTER, find.by_slug("demo"), "上位依据发生变化，本稿不再需要。")
    with pytest.raises(Conflict, match="撤回"):
        answer(5)


TAMPERED = (
    "UPDATE satisfaction SET score = 5 WHERE score = 1",
    "UPDATE satisfaction SET remark = '很好' WHERE score = 1",
    "UPDATE satisfaction SET answered_at = '2026-03-01 00:00:00+00:00' WHERE score = 1",
    "UPDATE satisfaction SET voter = 'another' WHERE score = 1",
    "DELETE FROM satisfaction WHERE score = 1",
    "INSERT INTO satisfaction (id, consultation_id, score, remark, answered_at, voter)"
    " SELECT 99, consultation_id, 5, '', answered_at, 'stuffed' FROM satisfaction WHERE score = 1",
)


@pytest.mark.parametrize("act", TAMPERED)
def test_verify_notices_every_tampered_answer(project: Consultation, act: str) -> None:
    number = project.id
    answer(1, "不通俗")
    answer(4, voter="two")
    make_project("other")
    with transaction():
        db.session.execute(text(act))
    assert len(faults()) == 1 and "满意度回答" in faults()[0]
    assert len(list(verify.faults(db.session(), number))) == 1
    assert list(verify.faults(db.session(), find.by_slug("other").id)) == []
