"""R01–R07 on both databases: what must be there, what freezes, who may, what the audit keeps."""

from datetime import timedelta

import pytest
from flask import Flask

from consult.base.audit import AuditEntry
from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, Refused
from consult.drafts import find, publish
from consult.drafts.publish import Draft
from consult.drafts.split import read_and_split
from tests.factories.people import CLOSES, NOW, OPENS, OPERATOR, STATUTE, make_project, make_user

SPLIT = read_and_split(STATUTE.encode(), "草案.txt")
REASON = "上级要求四月中旬报送，来不及等满三十日"


def draft(**words: object) -> Draft:
    facts = {
        "slug": "lamps", "title": "照明办法", "kind": "normative", "drafting_unit": "住建局", "opens_at": OPENS,
        "closes_at": CLOSES, "explanation": "说明", "contact": "周工",
    }  # fmt: skip
    return Draft(**(facts | words))  # type: ignore[arg-type]


def loaded(actor: object = OPERATOR, **words: object) -> int:
    with transaction():
        return publish.load(actor, NOW, draft(**words), SPLIT, "草案.txt", "0" * 64).id  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["drafting_unit", "contact", "explanation"])
def test_a_project_without_its_facts_is_not_published(app: Flask, name: str) -> None:
    number = loaded(**{name: ""})
    with transaction():
        publish.clear_secrecy(OPERATOR, NOW, find.by_id(number))
    with pytest.raises(Refused) as refusal, transaction():
        publish.publish(OPERATOR, NOW, find.by_id(number))
    assert refusal.value.field == name
    assert find.by_id(number).published_at is None


def test_a_short_period_needs_a_reason_that_is_kept(app: Flask) -> None:
    number = loaded(kind="rule", closes_at=OPENS + timedelta(days=20))
    with transaction():
        publish.clear_secrecy(OPERATOR, NOW, find.by_id(number))
    with pytest.raises(Refused) as refusal, transaction():
        publish.publish(OPERATOR, NOW, find.by_id(number))
    assert refusal.value.field == "shorten_reason"
    with transaction():
        publish.describe(OPERATOR, NOW, find.by_id(number),
                         draft(kind="rule", closes_at=OPENS + timedelta(days=20), shorten_reason=REASON))  # fmt: skip
        publish.clear_secrecy(OPERATOR, NOW, find.by_id(number))
        publish.publish(OPERATOR, NOW, find.by_id(number))
    project = find.by_id(number)
    assert (project.shorten_reason, project.shorten_approver) == (REASON, "tester")


def test_the_drafter_does_not_clear_the_own_draft(app: Flask) -> None:
    drafter, other = make_user("office"), make_user("approver")
    number = loaded(drafter)
    with pytest.raises(NotAllowed), transaction():
        publish.clear_secrecy(drafter, NOW, find.by_id(number))
    with pytest.raises(Refused), transaction():
        publish.publish(drafter, NOW, find.by_id(number))
    with transaction():
        publish.clear_secrecy(other, NOW, find.by_id(number))
    with transaction():
        publish.publish(drafter, NOW, find.by_id(number))
    assert find.by_id(number).opens_at == NOW, "on the web the period starts when it is published"


def test_a_change_after_clearing_starts_again(app: Flask) -> None:
    number = loaded()
    with transaction():
        publish.clear_secrecy(OPERATOR, NOW, find.by_id(number))
    with transaction():
        publish.replace_text(OPERATOR, NOW, find.by_id(number), SPLIT, "新.txt", "1" * 64)
    with pytest.raises(Refused), transaction():
        publish.publish(OPERATOR, NOW, find.by_id(number))


def test_a_published_text_is_frozen(app: Flask) -> None:
    project = make_project()
    for call in (
        lambda: publish.describe(OPERATOR, NOW, find.by_slug("demo"), draft(slug="demo")),
        lambda: publish.replace_text(OPERATOR, NOW, find.by_slug("demo"), SPLIT, "新.txt", "1" * 64),
        lambda: publish.publish(OPERATOR, NOW, find.by_slug("demo")),
    ):
        with pytest.raises(Conflict), transaction():
            call()
    assert find.current_version(project).frozen_at is not None


def test_extending_is_public_and_early_closing_is_refused(app: Flask) -> None:
    project = make_project()
    with pytest.raises(Refused), transaction():
        publish.extend(OPERATOR, NOW, find.by_slug("demo"), NOW + timedelta(hours=1), REASON)
    with transaction():
        publish.extend(OPERATOR, NOW, find.by_slug("demo"), CLOSES + timedelta(days=7), REASON)
    row = find.extensions(project.id)[0]
    assert (row.before, row.after, row.reason) == (CLOSES, CLOSES + timedelta(days=7), REASON)
    assert find.by_slug("demo").closes_at == CLOSES + timedelta(days=7)


def test_withdrawing_needs_a_reason(app: Flask) -> None:
    make_project()
    with pytest.raises(Refused), transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "算了")
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "上位法修改，本稿需要重新起草")
    assert find.status(find.by_slug("demo"), NOW) == "withdrawn"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"slug": "大写"}, "slug"),
        ({"slug": "a" * 65}, "slug"),
        ({"kind": "nonsense"}, "kind"),
        ({"title": " "}, "title"),
        ({"closes_at": OPENS}, "closes_at"),
    ],
)
def test_bad_facts_are_refused_by_field(app: Flask, words: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        loaded(**words)
    assert refusal.value.field == field
    assert db.session.query(AuditEntry).count() == 0


def test_a_slug_is_taken_once(app: Flask) -> None:
    make_project("lamps")
    with pytest.raises(Conflict) as conflict:
        loaded()
    assert conflict.value.field == "slug"


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-03-01", "upcoming"),
        ("2026-03-02T09:00", "open"),
        ("2026-04-02T16:59", "open"),
        ("2026-04-02T17:00", "reviewing"),
    ],
)
def test_the_state_follows_from_the_clock(app: Flask, now: str, state: str) -> None:
    assert find.status(make_project(), parse_local(now)) == state


def test_clauses_have_short_keys_that_say_where_they_are(app: Flask) -> None:
    rows = find.clauses(find.current_version(make_project()).id)
    assert [row.key for row in rows] == [
        "t1", "t2", "c1", "a1", "a2", "a2-i1", "a2-i2", "a2-i3", "a2-p2", "c2", "a3", "a4", "a5",
    ]  # fmt: skip
    by_key = {row.key: row for row in rows}
    assert by_key["a2-i1"].parent_id == by_key["a2"].id
    assert by_key["a3"].parent_id == by_key["c2"].id
