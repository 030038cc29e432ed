"""Receipts for those whose opinions a clerk entered: shown once, one to a sheet of A5, and stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, request

from consult.drafts.models import Consultation
from consult.drafts.questions import named, whole
from consult.intake.submit import Sent
from consult.web import settings
from consult.web.office.blueprint import progress_of


@dataclass(frozen=True)
class Receipt:
    """What a sender is told: the code, and what was entered as it stands in the ledger."""

    sent: Sent
    channel: str
    received_on: date
    late: bool
    place: str = ""
    files: int = 0


def page(project: Consultation, receipts: Sequence[Receipt], again: str) -> str:
    """The printable page; `again` is the endpoint of the form that it came from."""
    home = (settings().public_url or request.url_root).rstrip("/")
    return render_template(
        "office/receipt.html", project=project, where=progress_of(project), receipts=receipts, home=home, again=again,
        late=sum(one.late for one in receipts), name=named(project.title, project.kind), whole=whole(project.kind),
    )  # fmt: skip
