"""Reads: what the result of a project waits for, without making the table anew."""

from consult.drafts.models import Consultation
from consult.review.changes import last_change
from consult.summary.find import current_release, last_approval
from consult.summary.models import Release, TableApproval


def awaited(project: Consultation) -> str:
    """`approval`: nobody has approved the table of this period; `again`: approved or published, changed since (R43);
    `release`: approved and not published as it stands; empty: published, nothing changed since.

    Tells by the moments of changes; whether the table itself is another now, only `release.standing` knows.
    """
    approval, out = approval_of(project), result_of(project)
    if approval is None:
        return "" if out else "approval"
    if (last_change(project.id) or approval.approved_at) > approval.approved_at:
        return "again"
    return "" if out and out.approved_at == approval.approved_at else "release"


def covered(project: Consultation) -> bool:
    """Whether the whole table was approved as it stands, so that no single ruling waits for its own approval."""
    return approval_of(project) is not None and awaited(project) in ("", "release")


def result_of(project: Consultation) -> Release | None:
    """The newest result of the present period; None where the public was asked again since the last one."""
    newest = current_release(project.id)
    return newest if newest and newest.released_at >= project.opens_at else None


def approval_of(project: Consultation) -> TableApproval | None:
    """The newest approval for a result of the present period, published or not."""
    approval, newest = last_approval(project.id), current_release(project.id)
    spent = approval and newest and newest.released_at < project.opens_at and approval.approved_at <= newest.approved_at
    return None if spent else approval
