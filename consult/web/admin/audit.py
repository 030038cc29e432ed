"""Pages of the auditor: the chain entry by entry, its present end, and a check that nothing was changed."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.base import audit
from consult.base.db import db
from consult.base.text import printable
from consult.web.access import actor
from consult.web.admin import log, words
from consult.web.admin.blueprint import bp
from consult.web.staff import StaffForm


def _shown(checked: log.Checked | None = None, whole: bool = False) -> ResponseReturnValue:
    actor().require("auditor")
    wanted = log.Wanted(
        **{name: printable(request.args.get(name, "")).strip()[:200] for name in ("action", "actor", "subject")}
    )
    typed = request.args.get("before", "")
    before = int(typed) if typed.isdecimal() and len(typed) < 16 else None
    page = log.page(db.session(), wanted, before)
    return render_template(
        "admin/audit.html", page=page, wanted=wanted, actions=words.ACTIONS, subject=words.subject, person=words.who,
        head=audit.head(db.session()), checked=checked, whole=whole, newest=log.NEWEST,
    )  # fmt: skip


@bp.get("/audit", endpoint="audit")
def audit_page() -> ResponseReturnValue:
    """The newest entries, or those that were asked for."""
    return _shown()


@bp.post("/audit")
def audit_check() -> ResponseReturnValue:
    """Compute the seals again and say what came of it; nothing is written."""
    actor().require("auditor")
    if not StaffForm().validate_on_submit():
        return _shown()
    whole = request.form.get("part") == "all"
    return _shown(log.check(db.session(), whole), whole)
