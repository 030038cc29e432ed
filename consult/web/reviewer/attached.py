"""Files that came with an opinion, for those who decide: as a download, never shown, never to the public."""

from flask import Response

from consult.base.errors import NotFound
from consult.base.files import place
from consult.intake import attachments
from consult.intake.attachments import Held
from consult.web import settings
from consult.web.download import stored
from consult.web.reviewer import board


def files_of(submission_id: int) -> list[Held]:
    """The files of a sending that were not taken back."""
    return [one for one in attachments.of([submission_id]).get(submission_id, []) if not one.erased_at]


def file(slug: str, comment_id: int, ordinal: int) -> Response:
    """One file of the sending that this opinion came with; NotFound for a withdrawn opinion."""
    _, found = board.opened(slug, comment_id)
    held = [one for one in files_of(found.submission.id) if one.ordinal == ordinal]
    if not held or found.comment.withdrawn_at:
        raise NotFound("没有找到这个附件，可能已经由提出人撤回。")
    return stored(place(settings().files, held[0].sha256), held[0].kind, held[0].name)
