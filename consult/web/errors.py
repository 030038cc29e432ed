"""Stage errors and unknown trouble become pages and answers here and nowhere else."""

import secrets
from http import HTTPStatus

import structlog
from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from consult.base.errors import StageError
from consult.web.limits import TooMany, seconds_to_wait

log = structlog.get_logger("consult.web")

MESSAGES = {
    400: "浏览器发来的内容不完整或者读不懂，请返回上一页再试一次。",
    401: "请先登录。",
    403: "您没有打开这个页面的权限。",
    404: "没有找到这个页面，网址可能写错了，也可能已经变动。",
    405: "这个网址不支持这样的操作，请从页面上的按钮重新办理。",
    408: "网络太慢，内容没有收全，请再试一次。",
    413: "内容太大，一次最多 40 MB，没有收下。请按浏览器的“返回”回到上一页，写的内容一般还在；请少选几个附件，或者缩小后再提交。",
    415: "内容的类型不对，请按页面说明提交。",
    429: "操作太频繁了，请过几分钟再试。您写的内容没有丢，返回上一页还在。",
}


class RowNumber(IntegerConverter):
    """A number in an address; one that no row can have (PostgreSQL counts to 2³¹−1) is an unknown page."""

    def __init__(self, map: Map, **limits: int) -> None:  # noqa: A002  -- werkzeug passes it by this name
        super().__init__(map, **{"max": 2**31 - 1} | limits)  # type: ignore[arg-type]


def _path() -> str:
    """The address for the log; one that holds a key is named by its rule only."""
    return str(request.url_rule) if "token" in (request.view_args or {}) else request.path


def _api() -> bool:
    return request.path.startswith("/api/")


def answer(status: int, message: str, field: str | None = None, reference: str = "") -> Response:
    """One shape for every failure: JSON for programs, a page for people."""
    if _api():
        body = {"code": status, "status": HTTPStatus(status).phrase, "message": message}
        if field:
            body["field"] = field
        if reference:
            body["reference"] = reference
        response: Response = jsonify(body)
    else:
        page = render_template("shared/error.html", status=status, message=message, reference=reference)
        response = Response(page, mimetype="text/html")
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Register the handlers, and before any route what a number in an address may be."""
    app.url_map.converters["int"] = RowNumber
    for trouble, handler in ((StageError, _stage), (CSRFError, _csrf), (HTTPException, _http), (OperationalError, _database),
                             (Exception, _unknown)):  # fmt: skip
        app.register_error_handler(trouble, handler)


def _stage(error: StageError) -> Response:
    response = answer(error.status, error.message, error.field)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait)
    return response


def _csrf(_error: CSRFError) -> Response:
    return answer(400, "页面停留得太久，安全标记已经过期。请返回上一页，刷新后再提交；您写的内容请先复制保存。")


def _http(error: HTTPException) -> Response:
    if error.response is not None and error.code is not None and error.code < 400:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if status == 500:
        return _unknown(error)
    response = answer(status, MESSAGES.get(status, "现在不能这样办理，请返回上一页再试。"))
    for name, value in error.get_headers() or ():
        if name in ("Allow", "Retry-After", "Location"):
            response.headers[name] = value
    if status == 429 and "Retry-After" not in response.headers:
        response.headers["Retry-After"] = str(seconds_to_wait())
    return response


def _database(error: OperationalError) -> Response:
    reference = secrets.token_hex(4)
    log.error("database", reference=reference, path=_path(), error=str(error.orig))
    response = answer(503, "系统暂时不能保存，请过一两分钟再试。您写的内容没有丢，返回上一页还在。", None, reference)
    response.headers["Retry-After"] = "60"
    return response


def _unknown(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.exception("unknown trouble", reference=reference, path=_path(), exc_info=error)
    if current_app.config.get("PROPAGATE"):
        raise error
    return answer(500, "系统出了问题，已经记录下来。请稍后再试，或者把下面的编号告诉我们。", None, reference)
