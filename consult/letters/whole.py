"""What an answer must have before it is sent (R31): a unit its names and a number or a seal, a person a word on 回避."""

from consult.base.db import db
from consult.base.errors import Refused
from consult.base.people import PERSONS, Unit
from consult.letters.models import RECUSED, FormalOpinion, Solicitation

REQUIRED = {"handler": "经办人", "phone": "联系电话", "signatory": "签发人"}
REQUIRED_OF_PERSONS = {"signatory": "签名", "phone": "联系电话", "handler": "经办人"}  # online the last is the first
UNSIGNED = "还没有上传加盖公章的扫描件，签发人也没有在系统内签发。仍可报送；发函单位可能会请您补上。"


def is_person(solicitation_id: int) -> bool:
    """Whether a person was asked (an expert, a deputy …), who signs for themselves and needs no seal."""
    letter = db.session.get_one(Solicitation, solicitation_id)
    return db.session.get_one(Unit, letter.unit_id).kind in PERSONS


def require_whole(opinion: FormalOpinion) -> None:
    """R31: a tick, points where there are any, three names, and a number or a sealed scan."""
    person = is_person(opinion.solicitation_id)
    if person:
        _require_recusal(opinion)
    if not opinion.answer or (opinion.answer == RECUSED and not person):
        raise Refused("请选择“无意见”或者“有意见”。", "answer")
    if opinion.answer == "has_opinion" and not opinion.items:
        raise Refused("选择“有意见”时，请至少写一条意见；没有意见请改选“无意见”。", "items")
    if opinion.answer == "no_objection" and opinion.items:
        raise Refused(f"已写有{len(opinion.items)}条意见，请改选“有意见”，或者先删去这些意见再选“无意见”。", "answer")
    for name, title in (REQUIRED_OF_PERSONS if person else REQUIRED).items():
        if not getattr(opinion, name):
            raise Refused(f"请填写{title}。", name)
    if not person and not opinion.reply_no and opinion.seal_file_id is None:
        raise Refused("请填写复函文号，或者上传加盖公章的复函扫描件，两者至少有一项。", "reply_no")


def _require_recusal(opinion: FormalOpinion) -> None:
    """A person says first whether they have to stand aside; one who does answers with that alone."""
    if opinion.source == "paper":
        return  # what stands on the paper was judged by the office that entered it
    if not opinion.recusal:
        raise Refused("请先说明是否需要回避。", "recusal")
    if opinion.recusal == "declared" and not opinion.recusal_text:
        raise Refused("请写明需要回避的理由。", "recusal_text")
    if opinion.recusal == "declared" and opinion.items:
        raise Refused(f"已声明回避，不再提意见；请先删去写好的{len(opinion.items)}条意见。", "recusal")


def warnings(opinion: FormalOpinion) -> list[str]:
    """What to think over before sending; nothing of it forbids sending (seal_required=warn)."""
    sealed = opinion.seal_file_id is not None or opinion.signed_at is not None
    return [] if sealed or is_person(opinion.solicitation_id) else [UNSIGNED]
