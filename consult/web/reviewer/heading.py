"""What the head of a reviewers' page shows of its project, for pages that show no list."""

from consult.drafts import find
from consult.drafts.models import Consultation
from consult.review.facets import facets as facets_of
from consult.web import moment


def heading(consultation: Consultation) -> dict[str, object]:
    """The arguments of reviewer/head.html."""
    facets = facets_of(consultation.id)
    return {
        "consultation": consultation, "status": find.status(consultation, moment()), "facets": facets,
        "received": facets.received + facets.waiting,
    }  # fmt: skip
