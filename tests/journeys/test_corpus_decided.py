"""The real comments: registered, grouped, decided as published, exported; decisions and reasons come out as they went in."""

import csv
import json
from collections import defaultdict
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.intake.models import Comment
from consult.review import decide
from consult.review.find import group_ids
from consult.review.models import OUTCOMES
from consult.review.queue import Filter, page
from consult.summary import verify
from tests.factories.corpus import Published, comments, folder, stub
from tests.factories.people import NOW, make_user


def drafts() -> dict[str, list[Published]]:
    found: dict[str, list[Published]] = defaultdict(list)
    if (Path(__file__).resolve().parents[3] / "shared" / "corpus").is_dir():
        for row in comments():
            found[row.draft].append(row)
    return found


def run(app: Flask, *words: str) -> None:
    answer = app.test_cli_runner().invoke(args=list(words))
    assert answer.exit_code == 0, answer.output


def decided(reviewer: Actor, rows: dict[int, Published]) -> dict[int, Published]:
    """Rule as published where that is lawful (R41); of a group its first such member speaks. What was ruled on."""
    done: dict[int, Published] = {}
    homes = group_ids(rows)
    ruled: set[int] = set()
    for number, row in rows.items():
        if not row.outcome or row.unlawful or homes.get(number) in ruled:
            continue
        words = {"reason": row.reason, "adopted_part": row.part, "referred_to": "建设单位" if row.outcome == "referred" else ""}
        with transaction():
            decide.decide(reviewer, NOW, comment_id=number, expected_number=0, outcome=row.outcome, **words)
        done[number] = row
        ruled.add(homes.get(number, -number))
    return done


@pytest.mark.parametrize("draft", list(drafts()))
def test_decisions_and_reasons_come_out_as_they_went_in(app: Flask, tmp_path: Path, draft: str) -> None:
    folder()
    rows = drafts()[draft]
    reviewer, project = make_user("reviewer"), stub("real", draft, rows)
    source = tmp_path / "real.jsonl"
    source.write_text("\n".join(row.line() for row in rows), encoding="utf-8")
    run(app, "register", "real", str(source), "--channel", "letter")
    run(app, "group", "real", "--processes", "1")
    ids = db.session.scalars(select(Comment.id).order_by(Comment.id)).all()
    assert sum(row.size for row in page(project.id, Filter(), None, 1000).rows) == len(rows) == len(ids)
    done = decided(reviewer, dict(zip(ids, rows, strict=True)))
    for fmt in ("json", "csv"):
        run(app, "export", "real", "--table", "summary", "--format", fmt, "--out", str(tmp_path / f"table.{fmt}"))
    printed = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["rows"]
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        typed = list(csv.DictReader(file))
    for table in (printed, typed):
        for row in done.values():
            (line,) = [one for one in table if one["意见内容"].lstrip("'") == row.text.strip() or one["意见内容"] == row.text]
            assert line["处理意见"] == OUTCOMES[row.outcome]
            assert row.reason in line["理由"]
            assert row.by in line["提出单位(人)"]
    assert list(verify.faults(db.session())) == []
