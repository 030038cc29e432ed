"""Downloads: scans of answers that were sent."""

from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from consult.base.db import db
from consult.base.errors import NotFound
from consult.base.files import StoredFile, place
from consult.letters.models import FormalOpinion
from consult.web import settings
from consult.web.download import stored
from consult.web.office.blueprint import bp


@bp.get("/files/<int:number>")
def file(number: int) -> ResponseReturnValue:
    """The sealed scan or the filled form of an answer; what a unit has not sent yet is its own (R34)."""
    of_answer = or_(FormalOpinion.seal_file_id == number, FormalOpinion.form_file_id == number)
    sent = select(FormalOpinion.id).where(of_answer, FormalOpinion.sent_at.is_not(None))
    found = db.session.get(StoredFile, number) if db.session.scalar(sent.limit(1)) else None
    if found is None:
        raise NotFound("没有找到这份文件。")
    return stored(place(settings().files, found.sha256), found.kind, found.name)
