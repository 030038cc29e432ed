"""The blueprint of the three administrators, who never decide on opinions (R62)."""

from flask import Blueprint

from consult.base.people import ADMINISTRATORS
from consult.web import access

bp = Blueprint("admin", __name__, url_prefix="/admin")
access.guard(bp, *sorted(ADMINISTRATORS))
