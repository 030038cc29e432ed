"""Reading projects and drafts through the API."""

from flask import Response, jsonify
from flask_smorest import Blueprint

from consult.drafts import find
from consult.drafts.clauses import COMMENTABLE
from consult.drafts.find import STATUS_NAMES
from consult.drafts.models import KINDS, Clause, Consultation
from consult.drafts.questions import asks
from consult.letters.find import received_of_public
from consult.summary.find import released_ids
from consult.web import moment
from consult.web.api.answers import ClausesSchema, ProjectsSchema, ProjectWholeSchema
from consult.web.api.house import address, failures, stamp

PROJECT = {
    "slug": "street-lights",
    "title": "村庄公共照明管理办法",
    "status": "open",
    "status_name": "正在征求意见",
    "opens_at": "2026-03-02T09:00:00+08:00",
    "closes_at": "2026-04-02T00:00:00+08:00",
    "kind": "normative",
    "kind_name": "行政规范性文件",
    "stage_label": "征求意见稿",
    "drafting_unit": "某县住房和城乡建设局",
    "url": "https://example.gov.cn/c/street-lights",
}
WHOLE = PROJECT | {
    "explanation": "<p>为了方便村民夜间出行……</p>",
    "contact": "联系人：周工 电话：0000-1234567",
    "legal_basis": "",
    "shorten_reason": "",
    "withdraw_reason": "",
    "extensions": [],
    "question": None,
    "version": 1,
    "numbers": {"clauses": 5, "received": 12},
}
CLAUSES = {
    "version": 1,
    "clauses": [
        {
            "key": "a3",
            "label": "第三条",
            "level": "article",
            "path": ["第二章", "第三条"],
            "citation": "第二章第三条",
            "text": "主路路灯间距不超过四十米。",
            "kind": "clause",
            "commentable": True,
        }
    ],
}


def short(project: Consultation, released: bool) -> dict[str, object]:
    """What the list says of one project."""
    state = find.status(project, moment(), released)
    return {
        "slug": project.slug,
        "title": project.title,
        "status": state,
        "status_name": STATUS_NAMES[state],
        "opens_at": stamp(project.opens_at),
        "closes_at": stamp(project.closes_at),
        "kind": project.kind,
        "kind_name": KINDS.get(project.kind, project.kind),
        "stage_label": project.stage_label,
        "drafting_unit": project.drafting_unit,
        "url": address(project.slug),
    }


def whole(project: Consultation) -> dict[str, object]:
    """What the page of a project says, but for the clauses."""
    version = find.current_version(project)
    later = [
        {"before": stamp(one.before), "after": stamp(one.after), "reason": one.reason}
        for one in find.extensions(project.id)
    ]
    texts = ("explanation", "contact", "legal_basis", "shorten_reason", "withdraw_reason")
    return short(project, project.id in released_ids([project.id])) | {
        **{name: getattr(project, name) for name in texts},
        "extensions": later,
        "question": find.clauses(version.id)[0].text if asks(project.kind) else None,
        "version": version.number,
        "numbers": {"clauses": find.clause_count(version.id), "received": received_of_public(project.id)},
    }


def piece(clause: Clause) -> dict[str, object]:
    """One clause; `text` without the label."""
    return {
        "key": clause.key,
        "label": clause.label,
        "level": clause.level,
        "path": clause.path,
        "citation": clause.citation,
        "text": clause.text,
        "kind": clause.kind,
        "commentable": clause.commentable,
    }


def join(blueprint: Blueprint) -> None:
    """Put these pages on the blueprint."""

    @blueprint.route("/consultations")
    @blueprint.response(200, ProjectsSchema, description="已经发布的项目", example={"consultations": [PROJECT]})
    def consultations() -> Response:
        """列出已经发布的征求意见项目"""
        projects = find.published()
        out = released_ids(project.id for project in projects)
        return jsonify(consultations=[short(project, project.id in out) for project in projects])

    @blueprint.route("/consultations/<slug>")
    @blueprint.response(200, ProjectWholeSchema, description="项目", example=WHOLE)
    @failures(blueprint, 404)
    def consultation(slug: str) -> Response:
        """一个项目的说明、期限和数字"""
        return jsonify(whole(find.public_by_slug(slug)))

    @blueprint.route("/consultations/<slug>/clauses")
    @blueprint.response(200, ClausesSchema, description="条款", example=CLAUSES)
    @failures(blueprint, 404)
    def clauses(slug: str) -> Response:
        """草案的条款、段落和附件，按阅读顺序"""
        version = find.current_version(find.public_by_slug(slug))
        pieces = [piece(one) for one in find.clauses(version.id) if one.kind in COMMENTABLE]
        return jsonify(version=version.number, clauses=pieces)
