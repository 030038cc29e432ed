"""Jobs behind what reviewers see at a glance: topics and warnings of large projects, made anew when much has come."""

from datetime import datetime

from consult.base import jobs
from consult.base.db import db, transaction
from consult.drafts import find
from consult.review import quality, sweeps, topics
from consult.web import moment

WHAT = {sweeps.TOPICS: jobs.MAKE_TOPICS, sweeps.QUALITY: jobs.CHECK_QUALITY}


def make_topics(report: jobs.Progress, consultation_id: int) -> str:
    """Topics clause by clause, each in a short transaction; what is read between them stops nobody."""
    made_from, places, total = sweeps.stamp(consultation_id, sweeps.TOPICS), topics.grounds(consultation_id), 0
    for done, one in enumerate(places, 1):
        found = topics.of_clause(consultation_id, one)
        with transaction():
            topics.store(moment(), consultation_id, one.key, found)
        total += len(found)
        report(done, len(places))
    with transaction():
        topics.finish(moment(), consultation_id, made_from, [one.key for one in places])
    return f"整理出 {total} 个话题"


def check_quality(report: jobs.Progress, consultation_id: int) -> str:
    """Look at every ruling, then write what was found in short transactions."""
    made_from, found = sweeps.stamp(consultation_id, sweeps.QUALITY), quality.look(consultation_id, report)
    db.session.rollback()
    with transaction():
        quality.clear(consultation_id)
    for start in range(0, len(found.hints), quality.PART):
        with transaction():
            quality.put(consultation_id, found.hints[start : start + quality.PART])
    with transaction():
        quality.finish(moment(), consultation_id, made_from, found.totals)
    return f"提示 {sum(found.totals.values())} 处"


def wanted(now: datetime) -> list[tuple[str, int]]:
    """(name of a job, project) for everything that is out of date while opinions come in or are decided."""
    busy = [one.id for one in find.published() if find.status(one, now) in ("open", "reviewing")]
    found = [(name, number) for number in busy for what, name in WHAT.items() if sweeps.due(now, number, what)]
    db.session.rollback()
    return found


def ask_due(now: datetime) -> None:
    """Put all of it on the list."""
    due = wanted(now)
    if due:
        with transaction():
            for name, number in due:
                jobs.ask(now, name, consultation_id=number)
