"""A project of any number of opinions of real lengths, grouped and partly ruled on, inserted in bulk for `scripts/bench export`."""

import random
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert

from consult.base.clock import local_date
from consult.base.crypto import digest
from consult.base.db import db, transaction
from consult.base.migrations import upgrade
from consult.drafts import find
from consult.intake.models import Comment, Submission
from consult.review.models import Decision, Group, Membership
from scripts.bench_fill import CHANNELS, CLOSES, KINDS, OPENS, STANCES, open_project, tidy
from tests.review.campaigns import labelled

SLUG = "export"
PART = 10_000
TEXTS = 20_000  # different ones; after that they return, each with its number
GROUPED = 0.4  # so many opinions belong to a group
MEMBERS = 8  # of a group, on average
NAMES = ("张*", "李**", "河湾县灯具厂", "某某物业服务有限公司", "王*", "县残疾人联合会")
REGIONS = ("河湾县", "城关镇", "市区", "外省", "")
REASONS = (
    "条文已经按多数意见作了调整，理由写在修改说明里。",
    "上位法已有明确规定，本稿不再重复；具体办法由实施细则另行规定，并向社会公布。",
    "与现行财政体制不一致，所需经费没有来源，经与有关部门会商后留作研究。",
)
OUTCOMES = ("not_adopted", "already_covered", "deferred", "adopted")


def fill(app: Flask, opinions: int) -> None:
    """Tables and one project with so many opinions; the same every time."""
    with app.app_context():
        upgrade(db.engine)
        project, version, clauses = _project()
        words, rng = labelled(TEXTS).texts, random.Random(11)
        groups = max(1, int(opinions * GROUPED / MEMBERS))
        with transaction():
            for start in range(0, groups, PART):
                ids = range(start + 1, min(groups, start + PART) + 1)
                _insert(Group.__table__, [_group(one, project, clauses) for one in ids])
                _insert(Decision.__table__, [_decision(one) for one in ids if one % 5 < 3])
        for start in range(1, opinions + 1, PART):
            ids = range(start, min(opinions + 1, start + PART))
            made = [_opinion(rng, one, words, project, version, clauses) for one in ids]
            member = rng.sample(ids, int(len(ids) * GROUPED))
            with transaction():
                _insert(Submission.__table__, [sent for sent, _ in made])
                _insert(Comment.__table__, [said for _, said in made])
                _insert(
                    Membership.__table__, [{"comment_id": one, "group_id": rng.randint(1, groups)} for one in member]
                )
        tidy()
        db.session.remove()


def _insert(table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def _project() -> tuple[int, int, list[int]]:
    open_project(SLUG)
    project = find.by_slug(SLUG)
    version = find.current_version(project).id
    return project.id, version, [one.id for one in find.clauses(version) if one.commentable]


def _group(number: int, project: int, clauses: list[int]) -> dict[str, Any]:
    return {"id": number, "consultation_id": project, "clause_id": clauses[number % len(clauses)], "created_at": CLOSES,
            "method": "exact"}  # fmt: skip


def _decision(number: int) -> dict[str, Any]:
    return {"group_id": number, "number": 1, "outcome": OUTCOMES[number % 4], "reason": REASONS[number % 3],
            "decided_at": CLOSES + timedelta(minutes=number % 5000), "decided_by": "user:1", "digest": "d"}  # fmt: skip


def _opinion(
    rng: random.Random, number: int, words: list[str], project: int, version: int, clauses: list[int]
) -> tuple[dict[str, Any], dict[str, Any]]:
    at = OPENS + timedelta(seconds=(CLOSES - OPENS).total_seconds() * rng.random())
    channel = rng.choice(CHANNELS)
    said = words[number % len(words)] + (f"（{number}）" if number > len(words) else "")
    return (
        {"id": number, "consultation_id": project, "version_id": version, "channel": channel, "received_at": at,
         "received_on": None if channel == "web" else local_date(at), "receipt_hash": digest([number, "r"]),
         "send_hash": digest([number, "s"]), "comment_count": 1, "submitter_kind": rng.choice(KINDS),
         "submitter_shown": rng.choice(NAMES) if rng.random() < 0.45 else "", "region": rng.choice(REGIONS),
         "may_publish": rng.random() < 0.7, "marks": ["phone"] if rng.random() < 0.02 else [],
         "registered_by": "" if channel == "web" else "周工", "digest": "d"},
        {"id": number, "submission_id": number, "consultation_id": project, "version_id": version,
         "clause_id": rng.choice(clauses) if rng.random() < 0.9 else None, "ordinal": 1, "stance": rng.choice(STANCES),
         "text": said, "proposed_text": words[-number % len(words)][:200] if rng.random() < 0.3 else "",
         "reason": words[number * 7 % len(words)][:120] if rng.random() < 0.2 else "", "fingerprint": str(number),
         "withdrawn_at": CLOSES if rng.random() < 0.01 else None},
    )  # fmt: skip
