"""The real comments: the rows of each draft stand in the ledger on their clauses, word for word as they were published."""

from collections import defaultdict
from pathlib import Path

from flask import Flask

from consult.base.db import db
from consult.drafts.models import Clause, Consultation
from consult.intake.models import Comment, Submission
from consult.review.words import OUTCOMES
from consult.summary import verify
from tests.factories.corpus import OUTCOME, Published, comments, stub


def by_draft() -> dict[str, list[Published]]:
    found: dict[str, list[Published]] = defaultdict(list)
    for row in comments():
        found[row.draft].append(row)
    return found


def test_every_published_decision_is_an_outcome() -> None:
    rows = comments()
    assert set(OUTCOME.values()) <= set(OUTCOMES)
    assert all(row.outcome in {"", *OUTCOMES} for row in rows)
    assert sum(bool(row.outcome) for row in rows) > 30


def test_what_has_no_lawful_reason_is_listed_not_invented() -> None:
    listed = {row.number: row.unlawful for row in comments() if row.unlawful}
    lawful = [row for row in comments() if row.outcome and not row.unlawful]
    assert listed and lawful
    for row in lawful:
        assert row.outcome == "adopted" or len(row.reason) >= 10
    for row in comments():
        assert row.outcome in ("", "adopted") or (row.number in listed) == (len(row.reason) < 10)


def test_the_rows_of_every_draft_are_registered(app: Flask, tmp_path: Path) -> None:
    drafts = by_draft()
    for number, (title, rows) in enumerate(drafts.items(), 1):
        stub(f"real-{number}", title, rows)
        path = tmp_path / f"{number}.jsonl"
        path.write_text("\n".join(row.line() for row in rows), encoding="utf-8")
        answer = app.test_cli_runner().invoke(args=["register", f"real-{number}", str(path), "--channel", "letter"])
        assert answer.exit_code == 0, (title, answer.output)
        assert f"已登记 {len(rows)} 份" in answer.output
    query = (
        db.select(Consultation.title, Clause.label, Comment.text, Comment.reason, Submission.submitter_shown)
        .select_from(Comment)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Submission, Submission.id == Comment.submission_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .order_by(Comment.id)
    )
    stored = [tuple(one) for one in db.session.execute(query)]
    assert stored == [(title, row.clause or None, row.text, "", row.by) for title, rows in drafts.items() for row in rows]
    assert list(verify.faults(db.session())) == []
