"""The jobs and the worker that runs them: huey rings the bell, the job table says what is to be done."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from flask import Flask, current_app

from consult.base import jobs, mail
from consult.base.clock import local
from consult.base.db import db, transaction
from consult.base.people import SYSTEM
from consult.config import Settings
from consult.drafts import download, find
from consult.drafts.workdays import read_calendar
from consult.intake import attachments, basket, contact, wish
from consult.letters import find as letters
from consult.letters import letter_post, remind
from consult.review import desk, gathering, near, search
from consult.summary import find as results
from consult.web import moment
from consult.wiring import bell, file_jobs, reminding, seeing, telling

log = structlog.get_logger("consult.jobs")


def group(report: jobs.Progress, consultation_id: int) -> str:
    """Take what has come in onto the desk and group it, a short transaction a batch."""
    total = 0
    while desk.waiting(consultation_id):
        began = time.monotonic()
        with transaction():
            desk.settle(consultation_id, limit=300)
        _give_way(began)
    made: dict[tuple[str, ...], int] = {}
    sketches = gathering.Sketches(current_app.config["SETTINGS"].instance, consultation_id)
    for batch in gathering.fresh(consultation_id, sketches):
        began = time.monotonic()
        with transaction():
            total += near.gather(SYSTEM, moment(), consultation_id, batch, made)[0]
        report(total, 0)
        _give_way(began)
    return f"归并 {total} 条"


def _give_way(began: float) -> None:
    """Leave the database to those who send now, four times as long as was just written."""
    time.sleep(min(1.0, 4 * (time.monotonic() - began)))


def erase_contacts(_report: jobs.Progress, days: int) -> str:
    """Erase contact data whose time is up (R14)."""
    total = 0
    while True:
        released = results.released_at(moment() - timedelta(days=days))
        with transaction():
            erased = contact.erase_due(moment(), released, days)
        with transaction():
            erased += mail.erase_old(moment() - timedelta(days=days), moment())
        total += erased
        if not erased:
            return f"清除 {total} 份联系方式"


def sweep_baskets(_report: jobs.Progress) -> str:
    """Throw expired baskets and the files that waited with them away, and the bytes of withdrawn attachments."""
    files = current_app.config["SETTINGS"].files
    with transaction():
        basket.sweep(moment())
    attachments.sweep(files, moment())
    with transaction():
        shredded = attachments.shred(files)
    return f"已清理，删除附件 {shredded} 个"


def make_downloads(_report: jobs.Progress, consultation_id: int) -> str:
    """Make the PDF of a published draft; Word and text are made on the spot."""
    project = find.by_id(consultation_id)
    paper = download.paper_of(project, find.current_version(project))
    db.session.rollback()  # no transaction stays open while LibreOffice works
    return download.prepare_pdf(current_app.config["SETTINGS"].instance, paper).name


def send_mail(report: jobs.Progress) -> str:
    """Hand waiting mails to the mail server, fifty on one connection."""
    settings, total, failed = current_app.config["SETTINGS"], 0, 0
    while settings.smtp_url:
        sent, lost = mail.send_waiting(
            moment, current_app.extensions["keys"], settings.smtp_url, settings.mail_from, limit=MAILS,
            enclose=partial(letter_post.enclosed, current_app.extensions["keys"]),
        )  # fmt: skip
        total, failed = total + sent, failed + lost
        report(total, 0)
        if sent + lost < MAILS:
            break
    return f"发出 {total} 封，没有发出 {failed} 封"


def remind_units(report: jobs.Progress) -> str:
    """Remind the units whose letters are nearly due or overdue, each in a transaction of its own (R33)."""
    settings, made = current_app.config["SETTINGS"], 0
    for number, when in _reminders():
        with transaction():
            letter = letters.by_id(number)
            keys, site = current_app.extensions["keys"], settings.public_url
            made += remind.remind(SYSTEM, moment(), letter, when, keys=keys, site=site) is not None
        report(made, 0)
    return f"催办 {made} 次"


def index_texts(report: jobs.Progress) -> str:
    """Take what has come in into the index of the search; it has a file or a schema of its own, so nobody waits."""
    total = 0
    while taken := search.index_some():
        total += taken
        report(total, 0)
    return f"编入检索 {total} 条"


def _reminders() -> list[tuple[int, str]]:
    """Which letters wait for a reminder now; none at night, and none where the office wants none."""
    days = current_app.config["SETTINGS"].remind_days
    if days is None or not 8 <= local(moment()).hour < 18:
        return []
    return remind.waiting(moment(), read_calendar(), days, over=results.newest_numbers())


FUNCTIONS: dict[str, Callable[..., str]] = {
    jobs.GROUP: group,
    jobs.ERASE_CONTACTS: erase_contacts,
    jobs.SWEEP_BASKETS: sweep_baskets,
    jobs.MAKE_DOWNLOADS: make_downloads,
    jobs.SEND_MAIL: send_mail,
    jobs.TELL_RESULTS: telling.tell_results,
    jobs.REMIND_UNITS: remind_units,
    jobs.REMIND_OFFICE: reminding.remind_office,
    jobs.INDEX_TEXTS: index_texts,
    jobs.MAKE_TOPICS: seeing.make_topics,
    jobs.CHECK_QUALITY: seeing.check_quality,
    **file_jobs.FUNCTIONS,
}
MAILS = 50  # on one connection to the mail server


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its worker and a way to ring for it."""
    app.extensions["run_worker"] = partial(run_worker, app, settings)
    app.extensions["ring"] = partial(bell.ring, settings)


def run_next(app: Flask) -> bool:
    """Take and run one waiting job; True where there was one."""
    with app.app_context():
        with transaction():
            job = jobs.take(moment())
            taken = (job.id, job.name, dict(job.arguments)) if job else None
        if taken is None:
            return False
        number, name, arguments = taken
        try:
            message = FUNCTIONS[name](partial(_report, number), **arguments)
        except Exception as error:  # a job must never take the worker down: it is kept, named and tried again
            log.exception("job failed", job=number, name=name)
            with transaction():
                jobs.fail(db.session.get_one(jobs.Job, number), moment(), f"{type(error).__name__}: {error}")
            return True
        with transaction():
            jobs.finish(db.session.get_one(jobs.Job, number), moment(), message)
        log.info("job done", job=number, name=name, message=message)
        return True


def _report(number: int, done: int, total: int) -> None:
    with transaction():
        jobs.report(db.session.get_one(jobs.Job, number), moment(), done, total)


def schedule_often(app: Flask) -> None:
    """Every minute: group and index what came in, print what was published, tell of results, remind units, clear baskets."""
    with app.app_context():
        now = moment()
        wanted = [project.id for project in find.published() if not project.withdrawn_at]
        ungrouped = [number for number in wanted if _has_news(number)]
        unprinted = [number for number in wanted if _needs_pdf(number)]
        told, reminded, late = wish.waiting(results.newest_numbers()), _reminders(), reminding.due()
        unindexed = search.missing()
        seeing.ask_due(now)
        due = bool(current_app.config["SETTINGS"].smtp_url) and (told or reminded or late or mail.has_due(now))
        with transaction():
            for number in ungrouped:
                jobs.ask(now, jobs.GROUP, consultation_id=number)
            for number in unprinted:
                jobs.ask(now, jobs.MAKE_DOWNLOADS, consultation_id=number)
            jobs.ask(now, jobs.SWEEP_BASKETS)
            if unindexed:
                jobs.ask(now, jobs.INDEX_TEXTS)
            if told:
                jobs.ask(now, jobs.TELL_RESULTS)
            if reminded:
                jobs.ask(now, jobs.REMIND_UNITS)
            if late:
                jobs.ask(now, jobs.REMIND_OFFICE)
            if due:
                jobs.ask(now, jobs.SEND_MAIL)


def _has_news(number: int) -> bool:
    """Whether anything came in that is not on the desk or not yet compared with the rest."""
    sketches = gathering.Sketches(current_app.config["SETTINGS"].instance, number)
    return bool(desk.waiting(number)) or gathering.has_fresh(number, sketches)


def _needs_pdf(number: int) -> bool:
    """Whether the PDF can be made here, is missing, and has not failed for good."""
    if not shutil.which("soffice") or jobs.gave_up(jobs.MAKE_DOWNLOADS, consultation_id=number):
        return False
    project = find.by_id(number)
    paper = download.paper_of(project, find.current_version(project))
    return not download.place(current_app.config["SETTINGS"].instance, paper).is_file()


def schedule_daily(app: Flask, days: int) -> None:
    """Once a day: erase contact data that is due, clear up kept files."""
    with app.app_context(), transaction():
        jobs.ask(moment(), jobs.ERASE_CONTACTS, days=days)
        jobs.ask(moment(), jobs.SWEEP_FILES)


def run_worker(app: Flask, settings: Settings) -> None:
    """Run until told to stop. On SQLite there is one worker: what it finds running was lost at its last end."""
    from huey import crontab

    if not settings.redis_url:
        with app.app_context(), transaction():
            jobs.give_all_back(moment())
    queue = bell.build_queue(settings)

    @queue.task(name=bell.WORK)
    def work() -> None:
        while run_next(app):
            pass

    @queue.periodic_task(crontab(minute="*"), name="often")
    def often() -> None:
        schedule_often(app)
        work()

    @queue.periodic_task(crontab(hour="3", minute="17"), name="daily")
    def daily() -> None:
        schedule_daily(app, settings.contact_retention_days)
        work()

    work()
    queue.create_consumer(workers=1, check_worker_health=True, periodic=True, backoff=1.15, max_delay=5.0).run()
