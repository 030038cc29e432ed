"""The next version of the small statute, brought into force through the verbs."""

from consult.base.db import db, transaction
from consult.base.people import Actor
from consult.drafts import descent, find, versions
from consult.drafts.models import Clause, Consultation, Version
from consult.drafts.split import read_and_split
from tests.factories.people import NOW, OPERATOR, STATUTE

CORRECTION = "第三条的间距写错了，应为三十米；删去第四条；增加水塘照明的规定。"
# the third article changes, the fourth goes, one comes before the second, so that numbers move
NEXT = (
    STATUTE.replace(
        "第二条　村庄公共照明遵循", "第二条　水塘、桥梁等危险路段应当优先安装照明。\n\n第三条　村庄公共照明遵循"
    )
    .replace("第三条　主路路灯间距不超过四十米。", "第四条　主路路灯间距不超过三十米。")
    .replace("第四条　路灯损坏的，村民委员会应当在五日内修复。\n\n", "")
)


def propose(
    project: Consultation, text: str = NEXT, actor: Actor = OPERATOR, correction: str = CORRECTION, now=NOW
) -> Version:
    """A proposal; nobody outside sees it."""
    split = read_and_split(text.encode(), "更正稿.txt")
    with transaction():
        number = versions.propose_version(
            actor, now, find.by_id(project.id), split, "更正稿.txt", "1" * 64, correction
        ).id
    return db.session.get_one(Version, number)


def linked(version: Version) -> list[tuple[int, int]]:
    """The pairs that the machine found."""
    return [
        (one.old_clause_id, one.new_clause_id)
        for one in descent.links(db.session(), version.id)
        if one.old_clause_id and one.new_clause_id
    ]


def confirm(version: Version, actor: Actor = OPERATOR, pairs: list[tuple[int, int]] | None = None, now=NOW) -> None:
    """Say yes to the list."""
    number, wanted, correction = version.id, linked(version) if pairs is None else pairs, version.correction
    with transaction():
        versions.confirm_version(actor, now, db.session.get_one(Version, number), wanted, correction)


def publish_next(project: Consultation, text: str = NEXT, now=NOW) -> Version:
    """The whole way by the operator, who needs no second person."""
    version = propose(project, text, now=now)
    confirm(version, now=now)
    number = version.id
    with transaction():
        versions.clear_version(OPERATOR, now, db.session.get_one(Version, number))
        versions.publish_version(OPERATOR, now, db.session.get_one(Version, number))
    return db.session.get_one(Version, number)


def by_key(version: Version) -> dict[str, Clause]:
    """key → clause."""
    return {one.key: one for one in find.clauses(version.id)}
