"""`scripts/bench fill`: a project with a million opinions, filled, grouped, partly decided; then every page of the desk.

Lengths and campaigns come from the generator that the grouping is tested with: 40 % of the opinions belong to campaigns
with slips and sentences of their own. Rows of the ledger are inserted in bulk; from there on everything is done by the
house's own verbs: taking in, grouping, indexing words, bulk rulings, assignments. Then a fresh process, like a web
process, asks for every page, filter and search, and prints median, 95th percentile and its peak of memory; SQLite or
PostgreSQL. A filled folder is kept and measured again with --folder.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select, text

from consult.base.accounts import add_user
from consult.base.clock import local_date, parse_local
from consult.base.crypto import digest
from consult.base.db import db, transaction
from consult.base.migrations import upgrade
from consult.base.people import User, actor_of, operator
from consult.config import Settings
from consult.drafts import find, publish
from consult.drafts.models import Consultation
from consult.drafts.publish import Draft
from consult.drafts.split import read_and_split
from consult.intake.models import Arrival, Comment, Submission
from consult.intake.screen import Item, fingerprint
from consult.review import bulk, desk, gathering, near, queue, search
from consult.review.ruling import Ruling
from consult.wiring.app import create_app
from scripts.bench_page import sixty
from tests.review.campaigns import Labelled, labelled

SLUG = "many"
OPENS, CLOSES = parse_local("2026-03-02T09:00"), parse_local("2026-04-02T17:00")
AFTER = CLOSES + timedelta(days=3)
CHANNELS = ["web"] * 78 + ["email"] * 8 + ["letter"] * 4 + ["12345"] * 4 + ["wechat"] * 3 + ["phone", "visit", "meeting"]
STANCES = ["amend"] * 45 + ["support"] * 15 + ["oppose"] * 12 + ["add"] * 10 + ["question"] * 8 + ["delete"] * 5 + ["other"] * 5
KINDS = [""] * 55 + ["person"] * 35 + ["enterprise"] * 5 + ["society"] * 2 + ["expert", "deputy", "association"]
PART = 10_000
LATE, LATE_SECONDS = 1000, 2.0  # opinions that arrive when everything is grouped
WHY = "条文已经按多数意见作了调整，理由写在修改说明里。"


def settings_for(folder: Path, url: str) -> Settings:
    """As on one machine, without what a measurement does not want."""
    secret = "only-for-measuring-" + "x" * 40
    return Settings(instance=folder, database_url=url, secret_key=secret, data_key=secret, captcha=False, rate_limits=False)


def fill(app: Flask, opinions: int) -> None:
    """Everything but the measuring; one line for each step with its seconds."""
    with app.app_context():
        upgrade(db.engine)
        clock = Steps()
        open_project(SLUG)
        _people()
        clock.done("project and people")
        made = labelled(opinions + LATE)
        clock.done(f"{opinions} texts written")
        _insert(made, 0, opinions)
        clock.done("stored in the ledger")
        project = find.by_slug(SLUG).id
        while True:
            with transaction():
                if not desk.settle(project, 2000):
                    break
        clock.done("taken onto the desk")
        sketches, groups = gathering.Sketches(Path(app.instance_path), project), {}
        for batch in gathering.whole(project, sketches, 2):
            with transaction():
                near.gather(operator("bench"), AFTER, project, batch, groups)
        clock.done(f"compared and grouped into {len(groups)} groups")
        while search.index_some(20_000):
            pass
        clock.done("words indexed")
        _decide(project)
        clock.done("a third ruled on in bulk")
        tidy()
        clock.done("tidied")
        _insert(made, opinions, opinions + LATE)
        with transaction():
            desk.settle(project, 2 * LATE)
        clock.done(f"{LATE} late ones stored and taken onto the desk")
        compared = _late(project, sketches)
        clock.done("their groups found in {:.2f} s, {:.2f} s of processor (bound {} s); the rest writing".format(*compared, LATE_SECONDS))
        while search.index_some(20_000):
            pass
        db.session.remove()


def _late(project: int, sketches: gathering.Sketches) -> tuple[float, float]:
    """The second run, as the worker makes it: seconds, and those of processor, without the writing."""
    spent, worked, batches, made = 0.0, 0.0, gathering.fresh(project, sketches), {}
    while True:
        began, used = time.perf_counter(), time.process_time()
        batch = next(batches, None)
        spent += time.perf_counter() - began
        worked += time.process_time() - used
        if batch is None:
            return spent, worked
        with transaction():
            near.gather(operator("bench"), AFTER, project, batch, made)


class Steps:
    """Prints how long each step took."""

    def __init__(self) -> None:
        self._at = time.perf_counter()

    def done(self, what: str) -> None:
        """A step is over."""
        now = time.perf_counter()
        print(f"{now - self._at:8.1f} s  {what}", flush=True)
        self._at = now


def open_project(slug: str) -> None:
    """A published draft of sixty articles, open in March 2026."""
    split = read_and_split(sixty().encode(), "draft.txt")
    draft = Draft(slug=slug, title=split.title, kind="normative", drafting_unit="市城市管理局", opens_at=OPENS,
                  closes_at=CLOSES, explanation="说明", contact="联系人：周工")  # fmt: skip
    with transaction():
        project = publish.load(operator("bench"), OPENS, draft, split)
        publish.clear_secrecy(operator("bench"), OPENS, project)
        publish.publish(operator("bench"), OPENS, project)


def tidy() -> None:
    """What PostgreSQL does by itself some minutes later."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _people() -> None:
    for name, role in (("reviewer", "reviewer"), ("approver", "approver")):
        with transaction():
            add_user(operator("bench"), OPENS, email=f"{name}@example.gov.cn", roles=[role], password="Correct-horse-7")


def _insert(made: Labelled, first: int, last: int) -> None:
    rng, project = random.Random(7), find.by_slug(SLUG)
    clauses = [one.id for one in find.clauses(find.current_version(project).id) if one.commentable]
    home = {label: rng.choice(clauses) for label in set(made.labels)}
    weights = [1 / (1 + at % 17) for at in range(len(clauses))]
    span = (CLOSES - OPENS).total_seconds()
    for start in range(first, last, PART):
        end = min(start + PART, last)
        part = list(zip(made.texts[start:end], made.labels[start:end], strict=True))
        rows = list(_rows(rng, project, part, start, home, clauses, weights, span))
        with transaction():
            db.session.execute(insert(Submission), [sent for sent, _ in rows])
            db.session.execute(insert(Comment), [said for _, said in rows])
            db.session.execute(insert(Arrival), [
                {"consultation_id": project.id, "comment_id": said["id"], "what": "new"} for _, said in rows
            ])  # fmt: skip
    if db.engine.dialect.name == "postgresql":
        with transaction():
            for name in ("submission", "comment"):
                db.session.execute(text(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"))


def _rows(rng, project: Consultation, part, start: int, home, clauses, weights, span) -> Iterator[tuple[dict, dict]]:
    version = find.current_version(project).id
    for number, (words, label) in enumerate(part, start + 1):
        at = OPENS + timedelta(seconds=span * (rng.random() if rng.random() < 0.6 else 0.95 + 0.05 * rng.random()))
        channel = "web" if label >= 0 else rng.choice(CHANNELS)
        clause = home[label] if label >= 0 else rng.choices(clauses, weights)[0] if rng.random() < 0.9 else None
        stance = "oppose" if label >= 0 else rng.choice(STANCES)
        yield (
            {"id": number, "consultation_id": project.id, "version_id": version, "channel": channel, "received_at": at,
             "received_on": None if channel == "web" else local_date(at), "receipt_hash": digest([number, "r"]),
             "send_hash": digest([number, "s"]), "comment_count": 1, "submitter_kind": rng.choice(KINDS),
             "submitter_shown": "", "region": "", "wants_reply": False, "may_contact": False, "may_publish": True,
             "contact_sealed": None, "address_hash": "", "marks": ["phone"] if rng.random() < 0.02 else [],
             "late": False, "registered_by": "", "source": "", "supplements": None, "digest": digest([number, words])},
            {"id": number, "submission_id": number, "consultation_id": project.id, "version_id": version,
             "clause_id": clause, "ordinal": 1, "stance": stance, "text": words, "proposed_text": "", "reason": "",
             "fingerprint": fingerprint(Item(None, stance, words))},
        )  # fmt: skip


def _decide(project: int) -> None:
    reviewer = db.session.scalars(select(User).where(User.email == "reviewer@example.gov.cn")).one()
    actor, done = actor_of(reviewer), 0
    outcomes = ("not_adopted", "already_covered", "deferred", "adopted")
    whole = desk.counters(project, "rows")["rows"].get("", 0)
    while done < whole / 3:
        ids = queue.leads(project, queue.Filter(state="undecided"), bulk.MOST)
        outcome = outcomes[(done // bulk.MOST) % len(outcomes)]
        expected = bulk.seen(ids)[0]
        with transaction():
            bulk.decide_many(actor, AFTER, consultation_id=project, comment_ids=ids, expected=expected,
                             ruling=Ruling(outcome, WHY))  # fmt: skip
        done += len(ids)


def bench_fill(arguments: list[str]) -> None:
    """Fill, then measure in a process of its own; both databases unless one is named."""
    parser = argparse.ArgumentParser(prog="scripts/bench fill")
    parser.add_argument("--opinions", type=int, default=1_000_000)
    parser.add_argument("--database", default="both", help="sqlite, postgresql, both or an address")
    parser.add_argument("--folder", type=Path, help="keep the filled folder, and measure it where it is there already")
    chosen = parser.parse_args(arguments)
    names = ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]
    failed = 0
    for name in names:
        with ExitStack() as stack:
            folder = chosen.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder.mkdir(parents=True, exist_ok=True)
            url = "" if name == "sqlite" else name
            if name == "postgresql":
                from tests.factories.servers import postgresql

                url = stack.enter_context(postgresql())
            print(f"\n{name}, {chosen.opinions} opinions")
            if url or not (folder / "consult.sqlite").is_file():
                app = create_app(settings_for(folder, url), keep_pages=False, now=lambda: AFTER)
                fill(app, chosen.opinions)
                with app.app_context():
                    db.engine.dispose()
            failed |= subprocess.run([sys.executable, "-m", "scripts.bench_desk", str(folder), url]).returncode
    sys.exit(failed)
