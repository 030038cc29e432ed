"""What every page of the API shares: the blueprint, the documented failures, instants and addresses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask_smorest import Blueprint

from consult.base.clock import local
from consult.web import settings
from consult.web.api.answers import ErrorSchema
from consult.web.api.body import StrictParser

View = TypeVar("View", bound=Callable[..., Any])

FAILURES = {
    400: "正文不是可以读懂的 JSON",
    403: "人机验证没有通过",
    404: "没有这个项目或者回执码",
    409: "不在征求意见期间，或者项目已撤回",
    413: "正文超过 6 MB",
    415: "正文类型不是 application/json",
    422: "内容不合要求，field 指出是哪一项",
    429: "操作太频繁，请按 Retry-After 的秒数等待",
}
EXAMPLES = {
    400: "请求的正文不是可以读懂的 JSON，请检查格式。",
    403: "请回答算术题，或者完成人机验证。",
    404: "没有找到这个征求意见项目，请检查网址。",
    409: "征求意见已经截止，不能再在网上提交。您写的内容仍在页面上，可以复制后联系起草单位。",
    413: "内容太大，超过了允许的大小，请缩小后再试。",
    415: "请用 JSON 提交，并写明 Content-Type: application/json。",
    422: "意见的意见内容有6000个字，最多5000个字，请精简或者分成几条。",
    429: "操作太频繁了，请过几分钟再试。您写的内容没有丢，返回上一页还在。",
}
NAMES = {
    400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 413: "Request Entity Too Large",
    415: "Unsupported Media Type", 422: "Unprocessable Entity", 429: "Too Many Requests",
}  # fmt: skip


class StrictBlueprint(Blueprint):
    """A blueprint whose bodies are read by our own strict parser."""

    ARGUMENTS_PARSER = StrictParser()


def api_blueprint() -> StrictBlueprint:
    """A fresh blueprint for one application; views that have left it stay with it."""
    return StrictBlueprint("api", __name__, url_prefix="/api/v1", description="公开接口")


def failures(blueprint: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Document what may go wrong, each with its example."""

    def decorate(view: View) -> View:
        for status in statuses:
            example: dict[str, object] = {"code": status, "status": NAMES[status], "message": EXAMPLES[status]}
            if status == 422:
                example["field"] = "comments.0.text"
            view = blueprint.alt_response(
                status, schema=ErrorSchema, description=FAILURES[status], example=example, success=False
            )(view)
        return view

    return decorate


def stamp(moment: datetime | None) -> str | None:
    """An instant as Shanghai wall time with its offset: 2026-03-02T09:00:00+08:00."""
    return local(moment).isoformat(timespec="seconds") if moment else None


def address(slug: str) -> str:
    """Where people read the project; absolute where the installation knows its own address."""
    return f"{settings().public_url.rstrip('/')}/c/{slug}"
