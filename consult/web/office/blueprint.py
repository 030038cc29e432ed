"""The blueprint of the office, guarded for its two roles, and what every one of its pages asks for."""

from flask import Blueprint

from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.workdays import read_calendar
from consult.web import access, moment, settings
from consult.web.office.progress import Progress, progress

bp = Blueprint("office", __name__, url_prefix="/office")
access.guard(bp, "office", "approver")


def progress_of(project: Consultation) -> Progress:
    """Where a project stands now."""
    return progress(project, moment(), read_calendar(), (settings().feedback_workdays, settings().reply_workdays))


def opened(slug: str) -> tuple[Consultation, Progress]:
    """A project and where it stands; NotFound where there is none."""
    project = find.by_slug(slug)
    return project, progress_of(project)
