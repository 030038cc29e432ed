"""`scripts/bench many`: every public page of a project with 10,000 opinions on one clause, no page cache in front.

Filled through the house's own verbs (the rulings in bulk), on SQLite in a folder of its own; then each address is
asked for thirty times while opinions are taken and again after the result is out. Beside each median stand the
processor's share of it, for a busy machine, and how many times the answer of /healthz it takes; a page above the
limit of the issue makes the run fail.
"""

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import Client

from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.migrations import upgrade
from consult.base.people import CITIZEN, Actor, operator
from consult.config import Settings
from consult.drafts import descent, find, publish, versions
from consult.drafts.models import Consultation, Version
from consult.drafts.publish import Draft
from consult.drafts.split import read_and_split
from consult.intake.models import Comment
from consult.intake.submit import Item, Sender, new_send_key, submit
from consult.review import desk
from consult.review.models import Decision, Group, Membership, Reading
from consult.review.ruling import decision_digest
from consult.summary import release
from consult.wiring.app import create_app
from scripts.bench_page import sixty

OPINIONS = 10_000
RUNS = 30
MOST_MS = 100.0
SLUG, KEY = "many", "a12"
OPENS, CLOSES = parse_local("2026-03-02T09:00"), parse_local("2026-04-02T17:00")
OPEN, AFTER = CLOSES - timedelta(days=1), CLOSES + timedelta(days=3)
OPERATOR = operator("bench")
REVIEWER = Actor("user:1", "审阅员", frozenset({"reviewer"}), 1)
APPROVER = Actor("user:2", "张主任", frozenset({"approver"}), 2)
OFFICE = Actor("user:3", "周工", frozenset({"office"}), 3)
CORRECTION = "第三十条写漏了例外，现在补上；其余条文没有改动。"
WHY = "条文已经按多数意见作了调整，这一条的理由写在修改说明里。"
WISHES = ("周末也要开放", "路面太窄要加宽", "夜里太暗要加灯", "请多放几张椅子", "老人上坡不方便")
OUTCOMES = ("adopted", "not_adopted", "partly_adopted", "already_covered", "deferred")
# what stands for the parts of an address; a page with another part has to be added here
PARTS: dict[str, object] = {"slug": SLUG, "key": KEY, "number": 1}
SKIPPED = frozenset({"citizen.metrics"})  # for this machine's own watchers


@dataclass
class Ask:
    """One thing that is asked for again and again: how, and under which name it is printed."""

    name: str
    call: Callable[[], Any]


def _filled(app: Flask) -> str:
    """A published draft of sixty articles with all its opinions; returns a receipt code."""
    split = read_and_split(sixty().encode(), "draft.txt")
    draft = Draft(slug=SLUG, title=split.title, kind="normative", drafting_unit="市城市管理局", opens_at=OPENS,
                  closes_at=CLOSES, explanation="说明", contact="联系人：周工")  # fmt: skip
    with transaction():
        project = publish.load(OPERATOR, OPENS, draft, split)
        publish.clear_secrecy(OPERATOR, OPENS, project)
        publish.publish(OPERATOR, OPENS, project)
    rng, codes = random.Random(4), []
    for start in range(0, OPINIONS, 500):
        with transaction():
            one = find.by_slug(SLUG)
            version = find.current_version(one).id
            for number in range(start, min(start + 500, OPINIONS)):
                at = OPENS + (OPEN - OPENS) * (number / OPINIONS)
                codes.append(_send(app, one, version, number, at, rng))
    _correct()
    return codes[0]


def _send(app: Flask, project: Consultation, version: int, number: int, at: datetime, rng: random.Random) -> str:
    text = "，".join(rng.choices(WISHES, k=rng.randint(3, 12))) + f"，这是第{number}个人说的。"
    items = [Item(KEY, "amend", text, "改成这样。" * rng.randint(0, 8), "亲眼所见" if number % 2 else "")]
    sender = Sender(kind="person", name="朱重八", may_publish=number % 5 > 0)
    return submit(
        CITIZEN, at, consultation=project, version_id=version, channel="web", items=items, sender=sender,
        send_key=new_send_key(), opens_at=OPENS, closes_at=CLOSES, keys=app.extensions["keys"],
    ).code  # fmt: skip


def _correct() -> None:
    """A second version, so that every page has to know where a clause has gone."""
    text = sixty().replace("第三十条　", "第三十条　除另有规定外，")
    fresh = read_and_split(text.encode(), "draft.txt")
    with transaction():
        one = versions.propose_version(OPERATOR, OPEN, find.by_slug(SLUG), fresh, "draft.txt", "1" * 64, CORRECTION)
        number = one.id
    pairs = [
        (link.old_clause_id, link.new_clause_id) for link in descent.links(db.session(), number)
        if link.old_clause_id and link.new_clause_id
    ]  # fmt: skip
    for step in (
        lambda version: versions.confirm_version(OPERATOR, OPEN, version, pairs, CORRECTION),
        lambda version: versions.clear_version(OPERATOR, OPEN, version),
        lambda version: versions.publish_version(OPERATOR, OPEN, version),
    ):
        with transaction():
            step(db.session.get_one(Version, number))


def _answered() -> None:
    """Group, open and rule on every opinion, approve, publish."""
    project = find.by_slug(SLUG).id
    with transaction():
        desk.settle_all(project)
    rows = db.session.execute(select(Comment.id, Comment.clause_id).where(Comment.consultation_id == project)).all()
    with transaction():  # through the page of each opinion this would take longer than all the rest
        said = [{"comment_id": one.id, "reader": REVIEWER.ref, "at": AFTER} for one in rows]
        db.session.execute(insert(Reading), said)
        groups = [{"id": one.id, "consultation_id": project, "clause_id": one.clause_id, "fingerprint": "",
                   "method": "single", "created_at": AFTER} for one in rows]  # fmt: skip
        db.session.execute(insert(Group), groups)
        db.session.execute(insert(Membership), [{"comment_id": one.id, "group_id": one.id} for one in rows])
        db.session.add_all(_ruling(one.id) for one in rows)
        db.session.flush()
        desk.rebuild(one.id for one in rows)
    for actor, verb in ((APPROVER, release.approve_table), (OFFICE, release.release)):
        with transaction():
            verb(actor, AFTER, find.by_slug(SLUG))


def _ruling(number: int) -> Decision:
    """Every outcome in turn; a third of what is adopted words the clause in each of three ways."""
    outcome = OUTCOMES[number % len(OUTCOMES)]
    found = Decision(
        group_id=number, number=1, outcome=outcome, reason=WHY, referred_to="", decided_at=AFTER,
        adopted_part="关于照明的部分" if outcome == "partly_adopted" else "",
        new_wording=f"绿道每日六时至二十{number % 3}时开放，并设置照明和座椅。" if outcome == "adopted" else "",
        decided_by=REVIEWER.ref, decided_name=REVIEWER.name, digest="",
    )  # fmt: skip
    found.digest = decision_digest(found)
    return found


def _pages(app: Flask) -> Iterator[str]:
    """The address of every public page and of every reading address of the API."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        face = rule.endpoint.partition(".")[0]
        if face not in ("citizen", "api") or "GET" not in (rule.methods or ()) or rule.endpoint in SKIPPED:
            continue
        if missing := rule.arguments - PARTS.keys():
            raise SystemExit(f"{rule.rule}: what stands for {sorted(missing)}? Add it to PARTS.")
        yield re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(PARTS[found[1]]), rule.rule)


FILTERS = (
    f"?clause={KEY}", "?outcome=adopted", f"?clause={KEY}&outcome=deferred", "?page=2", "?page=100", "?page=200",
    f"?clause={KEY}&page=200", "?clause=a5",
)  # fmt: skip


def _asks(app: Flask, code: str) -> list[Ask]:
    client = Client(app)
    asks = [Ask(address, lambda address=address: client.get(address)) for address in _pages(app)]
    asks.append(Ask(f"/c/{SLUG}/opinion?clause={KEY}", lambda: client.get(f"/c/{SLUG}/opinion?clause={KEY}")))
    asks.append(Ask(f"/c/{SLUG}/search?q=照明", lambda: client.get(f"/c/{SLUG}/search", query_string={"q": "照明"})))
    if app.extensions["clock"]() >= CLOSES:
        for one in FILTERS:
            asks.append(Ask(f"/c/{SLUG}/result{one}", lambda one=one: client.get(f"/c/{SLUG}/result{one}")))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/receipt").text)
    fields = {"code": code, "csrf_token": token[1] if token else ""}
    asks.append(Ask("POST /receipt", lambda: client.post("/receipt", data=fields)))
    look_up = "/api/v1/receipts/lookup"
    asks.append(Ask(f"POST {look_up}", lambda: client.post(look_up, json={"code": code})))
    return asks


def _waits(ask: Ask) -> tuple[int, list[float], list[float]]:
    """(status, milliseconds of each answer by the clock, and of this process's processor)."""
    status, found, busy = ask.call().status_code, [], []
    for _ in range(RUNS):
        started, worked = time.perf_counter(), time.process_time()
        ask.call().get_data()
        found.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    return status, found, busy


def _measured(app: Flask, code: str, heading: str) -> float:
    """Print one line for each page; returns the slowest median."""
    print(f"\n{heading}\n{'page':44} {'status':>6} {'median ms':>10} {'p95 ms':>8} {'cpu ms':>8} {'x healthz':>10}")
    floor = statistics.median(_waits(Ask("", lambda: Client(app).get("/healthz")))[1])
    worst = 0.0
    for ask in _asks(app, code):
        status, waits, busy = _waits(ask)
        median, p95 = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
        worst = max(worst, median)
        mark = "  SLOW" if median > MOST_MS else ""
        print(f"{ask.name:44} {status:6d} {median:10.1f} {p95:8.1f} {statistics.median(busy):8.1f} {median / floor:10.1f}{mark}", flush=True)
        if status >= 400 and status != 404:
            raise SystemExit(f"{ask.name} answers {status}")
    return worst


def bench_many() -> None:
    """Both tables; fails where a median lies above MOST_MS."""
    with tempfile.TemporaryDirectory() as folder:
        secret = "only-for-measuring-" + "x" * 40
        settings = Settings(instance=Path(folder), secret_key=secret, data_key=secret, captcha=False, rate_limits=False)
        moment = [OPEN]
        app = create_app(settings, now=lambda: moment[0], keep_pages=False)
        with app.app_context():
            upgrade(db.engine)
            started = time.perf_counter()
            code = _filled(app)
            db.session.remove()
            print(f"{OPINIONS} opinions on {KEY} stored in {time.perf_counter() - started:.0f} s")
        worst = _measured(app, code, "while opinions are taken")
        with app.app_context():
            started = time.perf_counter()
            _answered()
            db.session.remove()
            print(f"\ngrouped, decided, approved and published in {time.perf_counter() - started:.0f} s")
        moment[0] = AFTER
        worst = max(worst, _measured(app, code, "after the result is out"))
        with app.app_context():
            db.engine.dispose()
        app.extensions["write_lock"].close()
    print(f"\nslowest median {worst:.1f} ms, limit {MOST_MS:.0f} ms")
    if worst > MOST_MS:
        sys.exit(1)
