"""The job table is the truth about long work; a queue only carries its number. `wiring` registers the functions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.crypto import canonical
from consult.base.db import Model, db

# the names of all jobs; a name without a function, or the reverse, fails a test
GROUP = "group"
ERASE_CONTACTS = "erase_contacts"
SWEEP_BASKETS = "sweep_baskets"
MAKE_DOWNLOADS = "make_downloads"
SEND_MAIL = "send_mail"
TELL_RESULTS = "tell_results"
REMIND_UNITS = "remind_units"
REMIND_OFFICE = "remind_office"
INDEX_TEXTS = "index_texts"
MAKE_TOPICS = "make_topics"
CHECK_QUALITY = "check_quality"
MAKE_FILE = "make_file"
SWEEP_FILES = "sweep_files"
NAMES = (
    GROUP, ERASE_CONTACTS, SWEEP_BASKETS, MAKE_DOWNLOADS, SEND_MAIL, TELL_RESULTS, REMIND_UNITS, REMIND_OFFICE, INDEX_TEXTS,
    MAKE_TOPICS, CHECK_QUALITY, MAKE_FILE, SWEEP_FILES,
)  # fmt: skip

STALE = timedelta(minutes=10)  # a running job that has not reported for so long was lost
MOST_TRIES = 5


class Job(Model):
    """One piece of work: waiting, running with progress, done, or failed with its reason."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    wanted: Mapped[str] = mapped_column(index=True, comment="name and arguments: one waiting job for each")
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    reported_at: Mapped[datetime]


Progress = Callable[[int, int], None]


def ask(now: datetime, name: str, **arguments: object) -> Job:
    """Put a job on the list, once: one that already waits with the same arguments is returned instead."""
    if name not in NAMES:
        raise KeyError(name)
    wanted = canonical([name, arguments])
    found = db.session.scalar(select(Job).where(Job.wanted == wanted, Job.state == "waiting"))
    if found is None:
        found = Job(name=name, arguments=dict(arguments), wanted=wanted, created_at=now, reported_at=now)
        db.session.add(found)
        db.session.flush()
    return found


def at_work(name: str, **arguments: object) -> Job | None:
    """This very job while it waits or runs, for a page that says how far it is."""
    wanted = canonical([name, arguments])
    query = select(Job).where(Job.wanted == wanted, Job.state.in_(("waiting", "running")))
    return db.session.scalar(query.order_by(Job.id).limit(1))


def gave_up(name: str, **arguments: object) -> bool:
    """Whether this very job has failed five times and waits for a person."""
    wanted = canonical([name, arguments])
    return db.session.scalar(select(Job.id).where(Job.wanted == wanted, Job.state == "failed").limit(1)) is not None


def take(now: datetime) -> Job | None:
    """The next waiting job, marked as running; jobs lost at a `kill -9` come back first."""
    for lost in db.session.scalars(select(Job).where(Job.state == "running", Job.reported_at < now - STALE)):
        _give_back(lost, now, "运行中断，已重新排队")
    job = db.session.scalar(
        select(Job).where(Job.state == "waiting").order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    )
    if job is not None:
        job.state, job.tries, job.reported_at = "running", job.tries + 1, now
        db.session.flush()
    return job


def give_all_back(now: datetime) -> int:
    """At the start of the one worker nothing can be running: whatever says so was lost."""
    lost = list(db.session.scalars(select(Job).where(Job.state == "running")))
    for job in lost:
        _give_back(job, now, "运行中断，已重新排队")
    db.session.flush()
    return len(lost)


def report(job: Job, now: datetime, done: int, total: int) -> None:
    """How far a job has come."""
    job.done, job.total, job.reported_at = done, total, now
    db.session.flush()


def finish(job: Job, now: datetime, message: str = "") -> None:
    """A job is done."""
    job.state, job.message, job.reported_at = "done", message, now
    db.session.flush()


def fail(job: Job, now: datetime, message: str) -> None:
    """A job failed: it waits again, or after five tries stays failed with its reason."""
    _give_back(job, now, message)
    db.session.flush()


def _give_back(job: Job, now: datetime, message: str) -> None:
    job.state = "waiting" if job.tries < MOST_TRIES else "failed"
    job.message, job.reported_at = message[:500], now
