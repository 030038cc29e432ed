"""Pages of a unit: its letters, one letter, signing for it, the scan."""

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from consult.base.db import transaction
from consult.base.files import MIME
from consult.letters import find
from consult.letters import reply as verbs
from consult.web import access, moment
from consult.web.agency import letterbox


def letters() -> str:
    """Every letter to the actor's unit: when it is due, where it stands, what comes next."""
    me, now = access.actor(), moment()
    found = find.for_unit(me)
    rows = [(one, find.state(one.solicitation, one.opinion, now), step(one)) for one in found]
    todo = [row for row in rows if row[2]]
    todo.sort(key=lambda row: row[0].solicitation.due_at)
    return render_template("agency/letters.html", todo=todo, done=[row for row in rows if not row[2]], now=now)


def step(letter: find.Letter) -> str:
    """What the unit has to do next; empty where nothing is left to do."""
    if letter.solicitation.withdrawn_at or find.answered(letter.opinion):
        return ""
    if letter.opinion is not None and letter.opinion.number > 1:
        return "补正后重新报送"
    if letter.opinion is not None:
        return "核对并报送"
    return "填写复函" if letter.solicitation.acknowledged_at else "签收"


def letter(letter_id: int) -> tuple[str, int]:
    """One letter; the first opening marks it 已查看, which is not yet 签收."""
    found = letterbox.own(letter_id)
    ahead = "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")).lower()
    if found.solicitation.viewed_at is None and not ahead:
        with transaction():
            verbs.view(access.actor(), moment(), letterbox.own(letter_id).solicitation)
        found = letterbox.own(letter_id)
    return letterbox.show(found)


def acknowledge(letter_id: int) -> Answer:
    """签收, by a button."""
    with transaction():
        verbs.acknowledge(access.actor(), moment(), letterbox.own(letter_id).solicitation)
    flash("已签收。请阅看草案，填写复函。")
    return redirect(url_for("agency.letter", letter_id=letter_id, _anchor="reply"), 303)


def file(file_id: int) -> Response:
    """The sealed scan, for the unit it belongs to."""
    stored, path = letterbox.own_file(file_id)
    answer = send_file(path, mimetype=MIME[stored.kind], as_attachment=True, download_name=stored.name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
