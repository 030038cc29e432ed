"""Every page, filter and search of the desk of a filled project, asked for in a process like a web process."""

import random
import re
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from werkzeug.test import Client

from consult.base.db import db
from consult.base.people import User, actor_of
from consult.drafts import find
from consult.review import queue
from consult.wiring.app import create_app, warm
from scripts.bench_fill import AFTER, SLUG, settings_for
from tests.factories.people import log_in
from tests.web.pages import forget

RUNS = 7
MEDIAN_MS, P95_MS, MEMORY_MB = 100.0, 300.0, 400.0
TERMS = ("的", "路", "老", "支持", "照明", "电动车", "物业服务", "希望有关部门", "充电桩安全", "残疾人家庭", "zzz", "𠮷", "42")
FILTERS = (
    "", "state=undecided", "state=decided", "state=unread", "state=marked", "state=withdrawn", "state=extra", "state=disputed",
    "state=unapproved", "channel=web", "channel=letter", "channel=meeting", "channel=fax", "stance=oppose", "stance=delete",
    "kind=enterprise", "kind=deputy", "clause=a12", "clause=a7", "clause=c1", "clause=whole", "grouped=1", "outcome=adopted",
    "outcome=partly_adopted", "assignee=-", "since=2026-03-10&until=2026-03-12", "sort=new", "sort=size",
    "channel=letter&stance=delete", "channel=web&stance=question&state=decided", "clause=c1&state=undecided&sort=new",
    "clause=a12&channel=email", "kind=expert&state=unread&stance=add", "state=undecided&grouped=1&sort=size",
    "channel=meeting&kind=deputy&stance=other", "since=2026-04-02&channel=12345", "outcome=deferred&kind=society",
)  # fmt: skip


def _pages(project: int) -> Iterator[str]:
    base = f"/review/c/{SLUG}"
    yield "/review"
    for one in FILTERS:
        yield f"{base}?{one}"
    for term in TERMS:
        yield f"{base}?q={term}"
        yield f"{base}?q={term}&stance=add&state=undecided"
        yield f"{base}?q={term}&clause=a12"
    deep = random.Random(3).sample(range(1, 1000), 3)
    for one in deep:
        yield f"{base}?after={one * 900}"
    groups = queue.page(project, queue.Filter(sort="size"), None, 3).rows
    singles = queue.page(project, queue.Filter(channel="letter"), None, 3).rows
    for row in [*groups, *singles]:
        yield f"{base}/opinions/{row.id}"
        yield f"{base}/opinions/{row.id}?state=undecided"


def main(folder: str, url: str) -> int:
    """Print a line for each address; 1 where a bound of the issue is missed."""
    app = create_app(settings_for(Path(folder), url), keep_pages=False, now=lambda: AFTER)
    warm(app)
    with app.app_context():
        reviewer = actor_of(db.session.scalars(select(User).where(User.email == "reviewer@example.gov.cn")).one())
        project = find.by_slug(SLUG).id
        addresses = list(_pages(project))
        rules = {rule.rule for rule in app.url_map.iter_rules()}
        for more in ("dashboard", "topics", "quality", "work", "bulks", "approve", "disputes"):
            if f"/review/c/<slug>/{more}" in rules:
                addresses.append(f"/review/c/{SLUG}/{more}")
        client = log_in(app.test_client(), reviewer)
        approver = actor_of(db.session.scalars(select(User).where(User.email == "approver@example.gov.cn")).one())
        forget()
        other = log_in(app.test_client(), approver)
        db.session.remove()
    floor, _, _ = _waits(client, "/healthz")
    print(f"{'page':70} {'rows':>6} {'median ms':>10} {'p95 ms':>8} {'cpu ms':>8}")
    medians, every, slow = [], [], 0
    for address in addresses:
        median, waits, busy = _waits(other if address.endswith("/approve") else client, address)
        p95 = sorted(waits)[-1]
        medians.append(median)
        every += waits
        bad = median > MEDIAN_MS or p95 > P95_MS
        slow += bad
        print(f"{address:70} {_rows(client, address):>6} {median:10.1f} {p95:8.1f} {busy:8.1f}{'  SLOW' if bad else ''}", flush=True)
    memory = _peak()
    print(f"\nall pages: median {statistics.median(every):.1f} ms, p95 {statistics.quantiles(every, n=20)[-1]:.1f} ms, slowest "
          f"median {max(medians):.1f} ms ({max(medians) / max(floor, 0.01):.0f} x /healthz); memory {memory:.0f} MB; {slow} over the bound")  # fmt: skip
    return int(slow > 0 or memory > MEMORY_MB)


def _peak() -> float:
    """The highest memory of this process in MB; what getrusage says begins with that of the process that forked it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def _waits(client: Client, address: str) -> tuple[float, list[float], float]:
    """Median and all milliseconds by the clock, and the median of this process's processor, for a busy machine."""
    found, busy = [], []
    for _ in range(RUNS):
        started, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        answer.get_data()
        found.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - worked) * 1000)
        if answer.status_code >= 400:
            raise SystemExit(f"{address} answers {answer.status_code}")
    return statistics.median(found), found, statistics.median(busy)


def _rows(client: Client, address: str) -> str:
    found = re.search(r"<b>([\d,+]+) 组</b>", client.get(address).text)
    return found[1] if found else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
