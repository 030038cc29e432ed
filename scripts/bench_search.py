"""`scripts/bench search`: full-text search over 1,000,000 opinions on SQLite and on PostgreSQL, beside LIKE in one run.

Fills a project with made-up opinions of 60 to 200 characters (words by Zipf, a long tail of rare ones, four in ten from
campaigns with an edit), indexes them, and asks for terms from very common to missing: the first fifty hits, fifty far
back, the count up to 10,000+; then the same fifty and the count by LIKE. Prints seconds, bytes and milliseconds.
"""

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text

from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.migrations import upgrade
from consult.base.people import CITIZEN, operator
from consult.config import Settings
from consult.drafts import find, publish
from consult.drafts.publish import Draft
from consult.drafts.split import read_and_split
from consult.intake.models import Comment
from consult.intake.submit import Item, Sender, new_send_key, submit
from consult.review import search
from consult.wiring.app import create_app
from scripts.bench_page import sixty
from scripts.bench_search_words import WISHES, WORDS
from tests.factories.servers import postgresql

OPENS, CLOSES = parse_local("2026-03-02T09:00"), parse_local("2026-04-02T17:00")
OPERATOR = operator("bench")
PAGE, RUNS, SLICE = 50, 7, 10_000
TERMS = {
    "very common character": "的", "common character": "应", "rare character": "龘", "outside the basic plane": "𠮷",
    "emoji": "👍", "2 characters, common": "应当", "2 characters": "停车", "2 across words": "当公", "2 rare": "饕餮",
    "3 characters, common": "停车场", "3 characters": "充电桩", "3 across words": "的应当", "3 missing, pieces common": "车管理",
    "4 characters, common": "公共照明", "4 characters": "困难家庭", "4 across words": "应当建议", "4 missing": "照明停场",
    "7 characters": "县级以上地方人", "campaign sentence": "停车场收费标准应当公开透明，接受居民监督", "long, missing": "停车场收费标准应当公开透明，接受村民监督和检查处罚",
    "across words, long": "应当的建议应当", "latin, other width": "ＷＩＦＩ", "digits": "37822", "point": "3.5", "missing": "没有人说过这句",
}  # fmt: skip


def opinions(many: int, seed: int = 6) -> Iterator[str]:
    """So many texts, always the same for a seed."""
    rng = random.Random(seed)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(WORDS))))
    tail = ["".join(chr(rng.randint(0x4E00, 0x8FFF)) for _ in range(rng.choice((2, 2, 3)))) for _ in range(20_000)]
    for number in range(many):
        parts = [rng.choice(WISHES)] if rng.random() < 0.4 else []
        length, wanted = sum(map(len, parts)), rng.randint(60, 200)
        while length < wanted:
            some = rng.choices(WORDS, cum_weights=weights, k=rng.randint(3, 9))
            if rng.random() < 0.5:
                some.append(rng.choice(tail))
            parts.append("".join(some))
            length += len(parts[-1]) + 1
        if number % 1000 == 7:
            parts.append(rng.choice(("𠮷", "饕餮", "👍", "龘")))
        yield "，".join(parts) + "。"


def fill(app: Flask, many: int) -> int:
    """A published project with so many opinions; returns its id."""
    split = read_and_split(sixty().encode(), "draft.txt")
    draft = Draft(slug="search", title=split.title, kind="normative", drafting_unit="市城市管理局", opens_at=OPENS,
                  closes_at=CLOSES, explanation="说明", contact="联系人：周工")  # fmt: skip
    with transaction():
        project = publish.load(OPERATOR, OPENS, draft, split)
        publish.clear_secrecy(OPERATOR, OPENS, project)
        publish.publish(OPERATOR, OPENS, project)
    with transaction():
        project = find.by_slug("search")
        sent = submit(
            CITIZEN, OPENS, consultation=project, version_id=find.current_version(project).id, channel="web",
            items=[Item("a1", "amend", "起头")], sender=Sender(), send_key=new_send_key(), opens_at=OPENS,
            closes_at=CLOSES, keys=app.extensions["keys"],
        )  # fmt: skip
    first = db.session.get_one(Comment, sent.comment_ids[0])
    shared = {name: getattr(first, name) for name in ("submission_id", "consultation_id", "version_id", "clause_id")}
    texts = enumerate(opinions(many), 2)
    while batch := list(itertools.islice(texts, SLICE)):
        with transaction():
            db.session.execute(insert(Comment), [
                shared | {"ordinal": number, "stance": "amend", "text": said, "fingerprint": f"{number:08d}"}
                for number, said in batch
            ])  # fmt: skip
    return shared["consultation_id"]


def _timed(call: Callable[[], Any], runs: int = RUNS) -> tuple[float, float, Any]:
    """Median and worst milliseconds, and what it returned."""
    spent, value = [], None
    for _ in range(runs):
        started = time.perf_counter()
        value = call()
        db.session.rollback()
        spent.append(1000 * (time.perf_counter() - started))
    return statistics.median(spent), max(spent), value


def _like(project: int, wanted: str, limit: int) -> list[int]:
    fields = (Comment.text, Comment.proposed_text, Comment.reason)
    found = [field.contains(wanted, autoescape=True) for field in fields]
    query = select(Comment.id).where(Comment.consultation_id == project, found[0] | found[1] | found[2])
    return list(db.session.scalars(query.order_by(Comment.id.desc()).limit(limit)))


def measure(project: int) -> None:
    """One line for each term."""
    print(
        f"{'term':26} {'hits':>7} {'first':>7} {'worst':>7} {'back':>7} {'count':>7} {'LIKE':>8} {'LIKE n':>8} {'ratio':>7}"
    )
    firsts = []
    for name, wanted in TERMS.items():
        first, worst, found = _timed(lambda wanted=wanted: search.hits(project, wanted, limit=PAGE))
        before = search.hits(project, wanted, limit=10_000)[-1:] or [1]
        middle = min(before[0], db.session.scalar(select(Comment.id).order_by(Comment.id.desc()).limit(1)) // 2)
        back, worst_back, _ = _timed(lambda wanted=wanted, middle=middle: search.hits(project, wanted, middle, PAGE))
        counted, worst_count, many = _timed(lambda wanted=wanted: search.count(project, wanted), 3)
        like, _, plain = _timed(lambda wanted=wanted: _like(project, wanted, PAGE), 1)
        whole, _, _ = _timed(lambda wanted=wanted: _like(project, wanted, 10_001), 1)
        if wanted.isascii() or wanted == search.comparable(wanted):
            missed = {number for number in plain if number not in found and (len(found) < PAGE or number > found[-1])}
            if missed:
                raise SystemExit(f"{name}: LIKE finds {sorted(missed)[:5]}, the index does not")
        firsts += [first, back]
        shown = f"{many:>7}" if many <= search.MOST_COUNTED else "10,000+"
        print(f"{name:26} {shown} {first:7.1f} {max(worst, worst_back):7.1f} {back:7.1f} {counted:7.1f} {like:8.0f} "
              f"{whole:8.0f} {like / max(first, 0.01):7.0f}", flush=True)  # fmt: skip
    firsts.sort()
    print(
        f"pages: median {statistics.median(firsts):.1f} ms, p95 {firsts[int(0.95 * len(firsts))]:.1f} ms, worst {firsts[-1]:.1f} ms"
    )


def _bench(app: Flask, many: int) -> None:
    with app.app_context():
        upgrade(db.engine)
        started = time.perf_counter()
        project = fill(app, many)
        filled = time.perf_counter() - started
        started = time.perf_counter()
        while search.index_some():
            pass
        print(f"\n{db.engine.dialect.name}: {many} opinions, filled in {filled:.0f} s, indexed in "
              f"{time.perf_counter() - started:.0f} s, index {_megabytes(app):.0f} MB", flush=True)  # fmt: skip
        measure(project)
        db.session.remove()
        db.engine.dispose()


def _megabytes(app: Flask) -> float:
    if db.engine.dialect.name == "postgresql":
        return float(db.session.scalar(text("SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n "
                                      "ON n.oid = relnamespace WHERE nspname = 'search' AND relkind = 'r'")) or 0) / 1e6  # fmt: skip
    return sum(one.stat().st_size for one in app.config["SETTINGS"].instance.glob("search.sqlite*")) / 1e6


def bench_search(more: list[str]) -> None:
    """Both kinds of database, one after the other, each thrown away afterwards."""
    parser = argparse.ArgumentParser(prog="bench search", description="测量意见检索")
    parser.add_argument("--opinions", type=int, default=1_000_000, help="填入多少条意见")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="只测一种数据库")
    given = parser.parse_args(more)
    secret = "only-for-this-bench-" + "x" * 40
    for kind in (given.database,) if given.database else ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder:
            one = Settings(instance=Path(folder), secret_key=secret, data_key=secret)
            if kind == "sqlite":
                _bench(create_app(one), given.opinions)
                continue
            with postgresql() as url:
                _bench(create_app(replace(one, database_url=url)), given.opinions)
