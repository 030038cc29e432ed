"""Pages: the clauses of a staged import beside their source, corrected press by press; what is not finished yet."""

from itertools import pairwise
from pathlib import Path

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.base.errors import Conflict, StageError
from consult.drafts.mend import KINDS
from consult.drafts.mend_places import breaks
from consult.drafts.split import Piece
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.office import correcting, preview, unfinished
from consult.web.office.blueprint import bp, opened
from consult.web.office.correcting import Import
from consult.web.office.presses import guessed_label, press_of
from consult.web.staff import done

PANELS = ("split", "label")


def folder() -> Path:
    """Where uploads and their corrections lie until they are saved or a day old."""
    return settings().instance / "staging"


def import_of(token: str) -> Import:
    """The import behind a token; Refused where it is forged, somebody else's or too old."""
    return correcting.opened(folder(), keys(), actor(), moment(), token)


@bp.route("/new/clauses", methods=["GET", "POST"])
def clauses() -> ResponseReturnValue:
    """Step 2: source and tree side by side; every press comes back to its row."""
    actor().require("office")
    one = import_of(request.values.get("source", ""))
    if request.method == "GET":
        return _page(one, request.args.get("row", None, int), request.args.get("panel", ""))
    try:
        return _pressed(one)
    except StageError as error:
        row = request.form.get("act", "").split(":")[1:2]
        panel = "label" if error.field == "label" else request.form.get("panel", "")
        answer = _page(
            import_of(one.work.token), int(row[0]) if row and row[0].isdigit() else None, panel, error.message
        )
        return answer, error.status


def _pressed(one: Import) -> ResponseReturnValue:
    """Do one press and go back to its row; an older page is told what happened meanwhile."""
    if request.form.get("edition", "") != str(one.work.edition):
        raise Conflict(unfinished.other_window(one.work.edition, request.form.get("edition", "")))
    press = press_of(request.form, one.cut, one.found, one.work.edits, one.work.undone)
    if press.step != "open":
        one = correcting.press(folder(), moment(), one, press)
    row = None if press.row is None else min(press.row, len(one.cut.pieces) - 1)
    anchor = "mend" if row is None else f"p{row}"
    here = url_for("office.clauses", source=one.work.token, row=row, panel=press.panel or None, _anchor=anchor)
    return redirect(here, 303)


def _page(one: Import, row: int | None, panel: str, trouble: str = "") -> str:
    project, where = opened(one.work.slug) if one.work.slug else (None, None)
    piece = one.cut.pieces[row] if row is not None and 0 <= row < len(one.cut.pieces) else None
    return render_template(
        "office/clauses.html", one=one, project=project, where=where, row=row if piece else None, trouble=trouble,
        panel=panel if piece and panel in PANELS else "", groups=preview.groups(one.source, one.cut, one.found),
        count=preview.count(one.cut), names=preview.PIECES, kinds=KINDS, places=_places(piece) if piece else [],
        above=[(number, found) for number, found in enumerate(one.found) if found.index is None],
        guess=guessed_label(piece) if piece else "",
        first=next((found.index for found in one.found if found.index is not None), None),
    )  # fmt: skip


def _places(piece: Piece) -> list[tuple[int, str]]:
    """Where a piece may be split: (offset, the words from there to the next place)."""
    edges = [*breaks(piece.text), len(piece.text)]
    return [(start, piece.text[start:end].strip()) for start, end in pairwise(edges)]


@bp.post("/new/discard")
def discard() -> ResponseReturnValue:
    """Give an unfinished import up."""
    actor().require("office")
    unfinished.drop(folder(), keys(), actor(), moment(), request.form.get("source", ""))
    return done("导入已经放弃，上传的文件也删除了。", "office.index")


def my_imports() -> list[unfinished.Work]:
    """What the person before the page has not finished."""
    return unfinished.mine(folder(), keys(), actor(), moment()) if actor().may("office") else []
