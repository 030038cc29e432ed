"""What both export pages do, the office's and the reviewers': small tables at once, larger ones by the worker, kept files."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.base.db import db, transaction
from consult.drafts.models import Consultation
from consult.summary import export, kept, size
from consult.summary.kept import Wish
from consult.summary.kept_models import STATES
from consult.summary.narrow import WHOLE_ONLY, Narrowing
from consult.summary.table import COLUMNS
from consult.web import moment, settings
from consult.web.access import actor
from consult.web.download import attachment
from consult.web.reviewer import address
from consult.web.staff import StaffForm, done

FORMATS = ("xlsx", "docx", "csv", "json", "pdf")
AT_ONCE = 2000  # rows that are read while a person waits
CHUNK = 64 * 1024


def shown(project: Consultation, narrowed: bool = False) -> dict[str, Any]:
    """What the templates of both pages show: the tables, and the files that are there or on their way."""
    tables = [(name, title) for name, (title, _) in COLUMNS.items() if not (narrowed and name in WHOLE_ONLY)]
    return {"tables": tables, "formats": FORMATS, "most": AT_ONCE, **listed(project)}


def listed(project: Consultation) -> dict[str, Any]:
    """The list of files alone."""
    files = kept.files_of(project.id)
    return {
        "files": files, "STATES": STATES, "COLUMNS": COLUMNS, "KEPT": kept.KEPT.days,
        "busy": any(one.state in ("waiting", "running") for one, _ in files),
    }  # fmt: skip


def wish(words: str = "") -> Wish:
    """What the pressed button asks for, with the filter in the address; `words` is what that filter says."""
    table, _, fmt = request.form.get("what", "").partition(".")
    args = address.read(request.args).args(after=None, sort=None)
    return Wish(table, fmt, urlencode(args), words) if args else Wish(table, fmt)


def asked(project: Consultation, one: Wish, page: str) -> ResponseReturnValue:
    """The file itself where it is small, else its place on the list; a file that is there already is shown instead."""
    export.known(one.table, one.format, bool(one.query))
    narrowing = Narrowing(address.read(request.args).wanted, one.words) if one.query else None
    if one.format != "pdf" and _rows(project, one) <= AT_ONCE:
        return _at_once(project, one, narrowing)
    back = address.read(request.args).args(after=None) | {"slug": project.slug}
    there = kept.same(moment(), project, one)
    if there is not None:
        words = "一样的文件刚刚做好，可以直接下载。" if there.state == "done" else "一样的文件正在生成，不用再点。"
        return done(words, page, _anchor=f"file-{there.id}", **back)
    with transaction():
        kept.ask(actor(), moment(), project, one)
    current_app.extensions["ring"]()
    return done("已经开始生成，做好以后在下面下载。可以离开这个页面。", page, _anchor="files", **back)


def _rows(project: Consultation, one: Wish) -> int:
    """How many rows are read for a table, whatever part of them it shows; an archive holds every opinion."""
    if one.table in WHOLE_ONLY and one.format != "zip":
        return 0
    return size.rows(db.session(), project.id, "raw" if one.table == "raw" or one.format == "zip" else "summary")


def _at_once(project: Consultation, one: Wish, narrowing: Narrowing | None) -> Response:
    me, now = actor(), moment()
    settings().instance.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="export-", dir=settings().instance) as folder:
        made = export.export(one.table, one.format, project, now, Path(folder) / "file", narrowing=narrowing)
        with transaction():
            export.note(me, now, project, made)
        # the open handle keeps the bytes after the folder is gone, and the answer streams from it
        return sent(made.path.open("rb"), made.format, made.filename)


def taken(project: Consultation, number: int, page: str) -> ResponseReturnValue:
    """A kept file, noted in the audit; pressed after it was cleared up, the page says so."""
    if not StaffForm().validate_on_submit():
        return redirect(url_for(page, slug=project.slug), 303)
    with transaction():
        made = kept.take(actor(), moment(), settings().instance, kept.by_id(project.id, number))
    return sent(made.path.open("rb"), made.format, made.filename)


def sent(handle: BinaryIO, fmt: str, name: str) -> Response:
    """A file streamed from its handle."""
    size = handle.seek(0, 2)
    handle.seek(0)
    response = Response(_parts(handle), mimetype=export.MIME[fmt].split(";")[0])
    response.call_on_close(handle.close)
    response.content_length = size
    return attachment(response, name)


def _parts(handle: BinaryIO) -> Iterator[bytes]:
    with handle:
        while part := handle.read(CHUNK):
            yield part


def fragment(project: Consultation, face: str) -> Response:
    """The list of files as it is now, for a page that keeps itself up to date."""
    answer = Response(render_template("shared/files_list.html", project=project, face=face, **listed(project)))
    answer.headers["Cache-Control"] = "no-store"
    return answer
