"""What comes in, as marshmallow schemas: they judge the shape of a body and describe it in the OpenAPI document."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from consult.intake.words import STANCES, SUBMITTER_KINDS

NEEDED: dict[str, Any] = {"required": "缺少这一项。", "null": "不能为空。"}
TEXT: dict[str, Any] = NEEDED | {"invalid": "应当是文字。", "invalid_utf8": "应当是文字。"}
LIST = NEEDED | {"invalid": "应当是一个列表。"}
OBJECT = NEEDED | {"type": "应当是一个对象，形如 {…}。", "invalid": "应当是一个对象，形如 {…}。"}
YES_NO = NEEDED | {"invalid": "应当是 true 或者 false。"}


def words(table: dict[str, str]) -> str:
    """`code=名称` for each, as a description."""
    return "、".join(f"{code or '(空)'}={name}" for code, name in table.items())


class Body(ma.Schema):
    """A body that is read: members that we do not know are passed over."""

    error_messages = {"type": "应当是一个对象，形如 {…}。"}

    class Meta:
        unknown = ma.EXCLUDE


class Written(fields.String):
    """A text; null is the same as nothing written."""

    def __init__(self, about: str = "", **more: Any) -> None:
        more.setdefault("load_default", "")
        metadata = {"description": about} | more.pop("metadata", {})
        super().__init__(allow_none=True, error_messages=TEXT, metadata=metadata, **more)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """None becomes the default."""
        found = super().deserialize(value, attr, data, **kwargs)
        return self.load_default if found is None else found


class YesNo(fields.Boolean):
    """Exactly true or false: a consent is not read out of "yes" or 1."""

    def __init__(self, about: str) -> None:
        super().__init__(load_default=False, error_messages=YES_NO, metadata={"description": about})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Proof(fields.Raw):
    """The captcha: an altcha payload, or token and answer of one arithmetic question or of two."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | list[tuple[str, str]]:
        if isinstance(value, str):
            return value
        given = value if isinstance(value, list) else [value]
        found = [_answered(one) for one in given[:2] if isinstance(one, dict)]
        if not found or None in found or len(given) > 2 or len(found) != len(given):
            raise ma.ValidationError('应当是 altcha 的结果，或者 {"token": …, "answer": …}，要答两道题时是两个。')
        return [one for one in found if one]


def _answered(one: dict[str, Any]) -> tuple[str, str] | None:
    token, answer = one.get("token"), one.get("answer")
    if isinstance(token, str) and (isinstance(answer, str) or type(answer) is int):
        return token, str(answer)[:20]
    return None


class ItemSchema(Body):
    """One opinion on a clause or on the whole draft."""

    clause = fields.String(
        allow_none=True, load_default=None, error_messages=TEXT,
        metadata={"description": "条款的 key；null 表示对全文"},
    )  # fmt: skip
    stance = Written(words(STANCES), load_default="other", metadata={"enum": list(STANCES)})
    text = Written("意见内容，最多5000字；写了建议文字或者表示支持时可以不写", metadata={"maxLength": 5000})
    proposed_text = Written("建议的文字，最多5000字", metadata={"maxLength": 5000})
    reason = Written("理由，最多5000字", metadata={"maxLength": 5000})


class SenderSchema(Body):
    """Who speaks; every member may be left out."""

    kind = Written(words(SUBMITTER_KINDS), metadata={"enum": list(SUBMITTER_KINDS)})
    name = Written("姓名或者单位名称，加密保存")
    phone = Written("电话，加密保存")
    email = Written("邮箱，加密保存")
    address = Written("地址，加密保存")
    region = Written("所在地区")
    wants_reply = YesNo("希望得到答复(要留电话或者邮箱)")
    may_contact = YesNo("同意就意见内容联系我")
    may_publish = YesNo("同意去除个人信息后公开意见原文")


class SubmissionSchema(Body):
    """One sending."""

    comments = fields.List(
        fields.Nested(ItemSchema, error_messages=OBJECT), required=True, error_messages=LIST,
        metadata={"description": "1 到 50 条意见", "minItems": 1, "maxItems": 50},
    )  # fmt: skip
    submitter = fields.Nested(SenderSchema, allow_none=True, load_default=None, error_messages=OBJECT)
    captcha = Proof(
        allow_none=True, load_default=None, error_messages=NEEDED,
        metadata={
            "description": '只在系统开启人机验证时需要：altcha 的结果，或者 {"token": …, "answer": …}',
            "oneOf": [
                {"type": "string"},
                {"type": "object", "properties": {"token": {"type": "string"}, "answer": {"type": "string"}}},
            ],
        },
    )  # fmt: skip
    source = Written("从哪里来的，例如 wechat", metadata={"maxLength": 40})


_ITEM = {"clause": None, "stance": "other", "text": "", "proposed_text": "", "reason": ""}
_SENDER: dict[str, Any] = dict.fromkeys(("kind", "name", "phone", "email", "address", "region"), "")
_SENDER |= dict.fromkeys(("wants_reply", "may_contact", "may_publish"), False)


def plainly(body: object) -> dict[str, Any] | None:
    """What SubmissionSchema makes of a body without proof whose members all have their right types, in a tenth of
    the time; None leaves the judgement to the schema.
    """
    if not isinstance(body, dict) or body.get("captcha") is not None or not isinstance(body.get("comments"), list):
        return None
    items = [_filled(one, _ITEM) for one in body["comments"]]
    given, source = body.get("submitter"), "" if body.get("source") is None else body["source"]
    sender = None if given is None else _filled(given, _SENDER)
    if None in items or (given is not None and sender is None) or not isinstance(source, str):
        return None
    return {"comments": items, "submitter": sender, "captcha": None, "source": source}


def _filled(given: object, shape: dict[str, Any]) -> dict[str, Any] | None:
    """The members of `shape`, null or missing ones as it says; None for another type than it has."""
    if not isinstance(given, dict):
        return None
    found = {}
    for name, empty in shape.items():
        value = given.get(name, empty)
        if type(value) is not (bool if empty is False else str):
            if value is not None or empty is False:
                return None
            value = empty
        found[name] = value
    return found


class LookUpSchema(Body):
    """A receipt code as typed."""

    code = fields.String(required=True, error_messages=TEXT, metadata={"description": "回执码，十六个字符"})
