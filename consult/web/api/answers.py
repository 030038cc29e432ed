"""What goes out, as marshmallow schemas: they describe the answers for OpenAPI, and tests hold the answers to them."""

import marshmallow as ma
from marshmallow import fields

from consult.drafts.find import STATUS_NAMES
from consult.drafts.models import KINDS
from consult.intake.words import STANCES
from consult.review.models import OUTCOMES


class ErrorSchema(ma.Schema):
    """A failure."""

    code = fields.Integer(required=True, metadata={"description": "HTTP 状态码"})
    status = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "原因和办法"})
    field = fields.String(metadata={"description": "出错的那一项，例如 comments.0.text"})
    reference = fields.String(metadata={"description": "系统故障的编号"})


class ProjectSchema(ma.Schema):
    """A published project."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": [one for one in STATUS_NAMES if one != "draft"]})
    status_name = fields.String(required=True)
    opens_at = fields.String(required=True, metadata={"format": "date-time"})
    closes_at = fields.String(required=True, metadata={"format": "date-time", "description": "这一刻起不再收意见"})
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    kind_name = fields.String(required=True)
    stage_label = fields.String(required=True)
    drafting_unit = fields.String(required=True)
    url = fields.String(required=True, metadata={"description": "网页地址"})


class ProjectsSchema(ma.Schema):
    """The published projects."""

    consultations = fields.List(fields.Nested(ProjectSchema), required=True)


class ExtensionSchema(ma.Schema):
    """One public extension of the period."""

    before = fields.String(required=True, metadata={"format": "date-time"})
    after = fields.String(required=True, metadata={"format": "date-time"})
    reason = fields.String(required=True)


class NumbersSchema(ma.Schema):
    """What can be counted."""

    clauses = fields.Integer(required=True, metadata={"description": "条款数"})
    received = fields.Integer(required=True, metadata={"description": "收到的公众意见条数，含撤回的；与采纳情况公告里的相同"})


class ProjectWholeSchema(ProjectSchema):
    """A published project with everything that its page says."""

    explanation = fields.String(required=True, metadata={"description": "起草说明(HTML)"})
    contact = fields.String(required=True)
    legal_basis = fields.String(required=True)
    shorten_reason = fields.String(required=True)
    withdraw_reason = fields.String(required=True)
    extensions = fields.List(fields.Nested(ExtensionSchema), required=True)
    question = fields.String(
        required=True, allow_none=True, metadata={"description": "项目征集、后评估要问的问题，意见的 clause 用 null；有草案的为 null"}
    )
    version = fields.Integer(required=True)
    numbers = fields.Nested(NumbersSchema, required=True)


class ClauseSchema(ma.Schema):
    """One piece of the draft."""

    key = fields.String(required=True)
    label = fields.String(required=True, metadata={"description": "编号，照原文；没有时为空"})
    level = fields.String(required=True)
    path = fields.List(fields.String(), required=True)
    citation = fields.String(required=True, metadata={"description": "怎样引用"})
    text = fields.String(required=True, metadata={"description": "不含编号"})
    kind = fields.String(required=True, metadata={"enum": ["clause", "paragraph", "attachment"]})
    commentable = fields.Boolean(required=True)


class ClausesSchema(ma.Schema):
    """The draft in reading order."""

    version = fields.Integer(required=True)
    clauses = fields.List(fields.Nested(ClauseSchema), required=True)


class StoredSchema(ma.Schema):
    """An opinion as it was stored."""

    clause = fields.String(required=True, allow_none=True)
    citation = fields.String(required=True)
    stance = fields.String(required=True, metadata={"enum": list(STANCES)})
    text = fields.String(required=True)
    proposed_text = fields.String(required=True)
    reason = fields.String(required=True)


class ReceiptSchema(ma.Schema):
    """The receipt of a sending; the code is shown now and never again."""

    receipt_code = fields.String(required=True)
    received_at = fields.String(required=True, metadata={"format": "date-time"})
    comments = fields.List(fields.Nested(StoredSchema), required=True)


class QuestionSchema(ma.Schema):
    """The two ways to prove that one is not a machine."""

    required = fields.Boolean(required=True, metadata={"description": "现在提交要不要带 captcha"})
    altcha = fields.Dict(required=True, metadata={"description": "给 altcha 的题目"})
    question = fields.String(required=True, metadata={"description": "算术题"})
    token = fields.String(required=True, metadata={"description": "和答案一起发回"})


class AddedSchema(ma.Schema):
    """A sentence that an opinion says beyond what its group shares, with a ruling of its own where there is one."""

    sentence = fields.String(required=True)
    decision = fields.String(required=True, allow_none=True, metadata={"enum": [*OUTCOMES, None]})
    decision_name = fields.String(required=True)
    reason = fields.String(required=True)
    adopted_part = fields.String(required=True)
    referred_to = fields.String(required=True)
    new_wording = fields.String(required=True)


class StateSchema(ma.Schema):
    """What became of one opinion."""

    clause = fields.String(required=True, allow_none=True)
    citation = fields.String(required=True)
    text = fields.String(required=True)
    stance = fields.String(required=True, metadata={"enum": list(STANCES)})
    proposed_text = fields.String(required=True)
    given_reason = fields.String(required=True, metadata={"description": "提意见的人写的理由"})
    read_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time", "description": "首次审阅"})
    group_size = fields.Integer(required=True, metadata={"description": "内容相同、一并办理的意见条数(含本条)"})
    decision = fields.String(required=True, allow_none=True, metadata={"enum": [*OUTCOMES, None]})
    decision_name = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "办理理由"})
    adopted_part = fields.String(required=True)
    referred_to = fields.String(required=True)
    new_wording = fields.String(required=True, metadata={"description": "对应修改后的条文"})
    clause_now = fields.String(
        required=True, allow_none=True, metadata={"description": "这一条现在的文字，新版本里没有了的是“本条已删去”；对全文的意见为 null"}
    )
    withdrawn = fields.Boolean(required=True)
    additions = fields.List(
        fields.Nested(AddedSchema), required=True, metadata={"description": "在归并的共同内容之外说的话，各有处理"}
    )
    received_at = fields.String(
        metadata={"format": "date-time", "description": "收到时间，只在补充的意见上，它比最初那次提交晚"}
    )


class StatesSchema(ma.Schema):
    """What became of one sending."""

    consultation = fields.String(required=True)
    title = fields.String(required=True)
    received_at = fields.String(required=True, metadata={"format": "date-time"})
    channel = fields.String(required=True)
    comments = fields.List(fields.Nested(StateSchema), required=True)
