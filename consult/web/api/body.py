"""A request's JSON read strictly: what is ambiguous is refused, nothing is guessed, nothing breaks the server."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser

from consult.base.errors import Refused, StageError, TooLarge, WrongType

# 50 opinions of three texts of 5,000 characters, each written as \uXXXX, come to 4.5 MB
MOST_BYTES = 6 * 1024 * 1024
BROKEN = "请求的正文不是可以读懂的 JSON，请检查格式。"


class StrictParser(FlaskParser):
    """Flask-Smorest's reader of bodies with our rules and our errors."""

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The parsed body, for the schema to judge."""
        return read(req)

    def handle_error(self, error: ma.ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Name the first member at fault, in Chinese."""
        raise refusal_of(error)


def refusal_of(error: ma.ValidationError) -> Refused:
    """The first member at fault, in Chinese."""
    messages = error.messages.get("json", error.messages) if isinstance(error.messages, dict) else error.messages
    path, message = next(_flat(messages), ("", "请检查正文的内容。"))
    return Refused(f"{path}：{message}" if path else message, path or None)


def _flat(messages: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            here = path if name == "_schema" else f"{path}.{name}".lstrip(".")
            yield from _flat(inner, here)
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path, str(messages)


def read(req: Request) -> object:
    """The value of a JSON body. Raises WrongType (415), 413, or StageError (400) for anything that is not JSON.

    Members named twice, NaN, endless nesting and numbers of thousands of digits are refused: readers disagree
    about them, and an opinion must not depend on which reader it meets.
    """
    if req.mimetype != "application/json":
        raise WrongType("请用 JSON 提交，并写明 Content-Type: application/json。")
    req.max_content_length = MOST_BYTES
    body = req.get_data(cache=False)
    if len(body) >= MOST_BYTES:  # a body without a length is cut at the limit, not refused
        raise TooLarge("请求的正文太大，最多 6 MB，请分几次提交。")
    return parsed(body)


def parsed(body: bytes) -> object:
    """The value of the JSON in `body`; StageError (400) where it is none or ambiguous."""
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise StageError("请求的正文套了太多层，请检查格式。") from None
    except ValueError:
        raise StageError(BROKEN) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        shown = double[:40] if double.isprintable() else "?"
        raise StageError(f"请求的正文里“{shown}”写了两次，请只写一次。")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
