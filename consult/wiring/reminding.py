"""The job that reminds the office of a result that is due (R51): in office hours, by mail, each occasion once."""

from flask import current_app

from consult.base import jobs
from consult.base.clock import local
from consult.base.db import transaction
from consult.base.people import SYSTEM
from consult.drafts import find
from consult.drafts.workdays import read_calendar
from consult.summary import feedback
from consult.web import keys, moment, settings


def remind_office(report: jobs.Progress) -> str:
    """One round of mails for every clock that has come to a reminder, each in a transaction of its own."""
    made = 0
    for number, when in due():
        with transaction():
            project = find.by_id(number)
            running = feedback.clocks(project, moment(), read_calendar(), settings().feedback_workdays, settings().reply_workdays)
            for one in running:
                if when.startswith(f"{one.name}:"):
                    made += feedback.remind(SYSTEM, moment(), project, one, when, keys=keys(), site=settings().public_url)
        report(made, 0)
    return f"写好 {made} 封"


def due() -> list[tuple[int, str]]:
    """(project, occasion) to remind of now; none at night, without a mail server, and where the office wants none."""
    wanted = current_app.config["SETTINGS"]
    if wanted.remind_days is None or not wanted.smtp_url or not 8 <= local(moment()).hour < 18:
        return []
    return feedback.waiting(moment(), read_calendar(), wanted.feedback_workdays, wanted.reply_workdays)
