"""What the head of a reviewers' page shows of its project, for pages that show no list."""

from consult.drafts.models import Consultation
from consult.review import desk
from consult.review.desk_models import APPROVED, DECIDED, UNDECIDED
from consult.web.reviewer import board


def heading(consultation: Consultation) -> dict[str, object]:
    """The arguments of reviewer/head.html, from a few counters."""
    known = desk.counters(consultation.id, "received", "withdrawn", "unread", "state")
    state = {int(name): number for name, number in known["state"].items()}
    states = {
        "undecided": state.get(UNDECIDED, 0), "decided": state.get(DECIDED, 0) + state.get(APPROVED, 0),
        "unread": known["unread"].get("", 0), "withdrawn": known["withdrawn"].get("", 0),
    }  # fmt: skip
    return {
        "consultation": consultation, "status": board.status_of(consultation), "facets": {"states": states},
        "received": known["received"].get("", 0) + desk.waiting(consultation.id),
    }  # fmt: skip
