"""补充意见: from the receipt to the opinion page, by a signed ticket that names the earlier sending, never its code."""

from datetime import datetime, timedelta

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from consult.base.crypto import Keys
from consult.base.errors import Conflict, NotFound, Refused
from consult.drafts.models import Consultation
from consult.intake.find import submission
from consult.intake.models import Submission
from consult.intake.supplement import require_supplementable
from consult.web import keys

COOKIE = "consult_supplements"
FIELD = "supplements"
LASTS = timedelta(hours=2)
EXPIRED = (
    "“补充意见”的标记已经过期，还没有提交。您写的内容都在。再点一次“提交”，会作为一份新的意见收下，"
    "有它自己的回执码；想补充到原来那一份，请重新到“查询回执”里点“补充意见”。"
)

AGAIN = "您写的内容都在，再点一次“提交”，会作为一份新的意见收下，有它自己的回执码。"


def _signer(found: Keys) -> URLSafeSerializer:
    return URLSafeSerializer(found.form, salt="supplements")


def ticket(earlier: Submission, now: datetime) -> str:
    """What the form carries instead of the receipt code, good for two hours."""
    return str(_signer(keys()).dumps([earlier.id, int((now + LASTS).timestamp())]))


def asked() -> str:
    """The ticket of this visit: the form's own, or on opening the page the one that the receipt page handed over."""
    return request.form.get(FIELD, "") if request.method == "POST" else request.cookies.get(COOKIE, "")


def earlier(project: Consultation, now: datetime, name: str) -> Submission | None:
    """The sending that a ticket speaks of; None for no, an old or a forged ticket, or one of another project."""
    try:
        number, until = _signer(keys()).loads(name)
        found = submission(number) if now.timestamp() < until else None
    except (BadSignature, TypeError, ValueError, NotFound):
        return None
    return found if found is not None and found.consultation_id == project.id else None


def require(project: Consultation, now: datetime, name: str) -> Submission | None:
    """The sending to add to, None where the form adds to none; Refused for an old ticket and where nothing is left."""
    if not name:
        return None
    found = earlier(project, now, name)
    if found is None:
        raise Refused(EXPIRED, FIELD)
    try:
        require_supplementable(found, project.id)
    except Conflict as error:
        raise Refused(f"{error.message}{AGAIN}", FIELD) from None
    return found
