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
    """The captcha: an altcha payload, or token and answer of the arithmetic question."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | tuple[str, str]:
        if isinstance(value, str):
            return value
        if isinstance(value, dict) and isinstance(value.get("token"), str):
            answer = value.get("answer")
            if isinstance(answer, str) or type(answer) is int:
                return value["token"], str(answer)[:20]
        raise ma.ValidationError('应当是 altcha 的结果，或者 {"token": …, "answer": …}。')


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


class LookUpSchema(Body):
    """A receipt code as typed."""

    code = fields.String(required=True, error_messages=TEXT, metadata={"description": "回执码，十六个字符"})
