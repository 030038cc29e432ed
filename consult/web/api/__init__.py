"""The api face: JSON for programs, described by OpenAPI, without cookies and without CSRF tokens."""

from flask import Flask, Response, request
from flask_smorest import Api

from consult.web.api import projects, receipts, sending
from consult.web.api.answers import ErrorSchema
from consult.web.api.edge import WithoutCookies
from consult.web.api.house import api_blueprint
from consult.web.api.quick import Quick
from consult.web.headers import csrf

DESCRIPTION = """征求意见系统的公开接口：读项目和草案条款，提交意见，凭回执码查询办理结果。

- 不读 cookie，不需要登录，也不需要 CSRF 标记。
- 时间是 ISO 8601 格式，北京时间(+08:00)；截止时间那一刻起不再收意见。
- 提交时建议带 `Idempotency-Key`(随机生成，至少 128 位)：网络中断后用同一个值重发，不会重复登记，仍得到同一份回执；内容不同就要换一个值。
- 请求正文最大 6 MB，单条意见最多 5000 字，一次最多 50 条。
- 出错时的正文都有中文的 `message`，说明原因和办法；`field` 指出是哪一项。
"""


class PlainApi(Api):
    """Flask-Smorest without its own error answers: web/errors.py answers every failure of this house."""

    ERROR_SCHEMA = ErrorSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave the handlers of the application in place."""


def init_app(app: Flask) -> None:
    """Join this face to the application."""
    app.config.update(
        API_TITLE="公开征求意见 API",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = PlainApi(app, spec_kwargs={"info": {"description": DESCRIPTION}})
    blueprint = api_blueprint()
    for part in (projects, sending, receipts):
        part.join(blueprint)
    api.register_blueprint(blueprint)
    app.view_functions["api.submissions"] = sending.take
    csrf.exempt(blueprint)
    app.after_request(_caching)
    app.extensions["hooks_of_api"].insert(0, _caching)  # as Flask does: the last one first
    app.wsgi_app = WithoutCookies(Quick(app))  # type: ignore[method-assign]


def _caching(response: Response) -> Response:
    """Readings carry an ETag and are asked for again; answers to a sender are kept nowhere."""
    if not request.path.startswith("/api/"):
        return response
    if request.method in ("GET", "HEAD") and response.status_code == 200 and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response
    response.headers.setdefault("Cache-Control", "no-store")
    return response
