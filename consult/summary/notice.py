"""Pure: the words of 采纳情况公告 from numbers that balance; where they do not, there are no words."""

from dataclasses import dataclass
from datetime import datetime

from consult.base.clock import show_closing, show_date
from consult.base.errors import Refused
from consult.drafts.period import round_name
from consult.drafts.questions import asks, named
from consult.intake.words import CHANNELS
from consult.review.words import OUTCOMES
from consult.summary.balance import Balance, Part

# results as the announcement says them; the first three are always named, the others where there are any
PHRASES = {
    "adopted": "采纳{}条",
    "partly_adopted": "部分采纳{}条",
    "not_adopted": "不采纳{}条",
    "already_covered": "已有规定或者已经体现{}条",
    "out_of_scope": "不属于本稿调整范围{}条",
    "referred": "转有关部门研究{}条",
    "deferred": "留作后续研究{}条",
}
# what the public is asked for, where there is no draft
ACTS = {"proposals": "公开征集建议", "evaluation": "公开征求后评估意见"}
ASKING = {"out_of_scope": "不属于这次征集范围{}条"}
_COUNT = {2: "两", 3: "三", 4: "四", 5: "五"}
ALWAYS = ("adopted", "partly_adopted", "not_adopted")
# a result that touches nothing in the draft: when all are such, the notice says so (domain §10)
WITHOUT_SUBSTANCE = frozenset({"out_of_scope", "referred"})


@dataclass(frozen=True)
class Facts:
    """What the announcement says besides numbers; `closes_at` exclusive, `days` the length of a shortened period."""

    title: str
    opens_at: datetime
    closes_at: datetime
    office: str
    contact: str
    dated: datetime
    shorten_reason: str = ""
    days: int = 0
    stage_label: str = ""
    kind: str = ""
    earlier: tuple[tuple[datetime, datetime], ...] = ()  # periods before this one, where the public was asked again
    told: tuple[datetime | None, ...] = ()  # when the result of each of those was published last


def compose(facts: Facts, balance: Balance) -> list[str]:
    """Title, paragraphs, office and date, one string each.

    Raises Refused naming the first equation that does not come out: a result that does not add up is
    never published (R50).
    """
    if faults := balance.faults():
        more = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
        raise Refused(f"数目不平衡，不能生成公告：{faults[0]}{more}。请核对后再试。")
    named = _named(facts)
    periods = [f"{show_date(one)}至{show_closing(end)}" for one, end in (*facts.earlier, (facts.opens_at, facts.closes_at))]
    times = f"{_COUNT.get(len(periods), f'{len(periods)}')}次" if facts.earlier else ""
    act, turn = ACTS.get(facts.kind, "公开征求意见"), round_name(len(periods)) if facts.earlier else ""
    opening = f"{'、'.join(periods)}，我单位就{named}{times}向社会{act}{_shortened(facts)}。"
    return [
        f"关于{named}{turn}{act}采纳情况的公告",
        opening + _received(balance, facts.kind) + _asked(balance),
        *_by_round(facts, balance, periods),
        *_results(balance, asks(facts.kind)),
        f"{_thanks(balance)}如需了解有关情况，欢迎与我们联系{_contact(facts.contact)}",
        facts.office,
        show_date(facts.dated),
    ]


def _named(facts: Facts) -> str:
    stage = f"（{facts.stage_label}）" if facts.stage_label and facts.stage_label not in facts.title else ""
    return named(f"{facts.title}{stage}", facts.kind)


def _shortened(facts: Facts) -> str:
    if not facts.shorten_reason or not facts.days:
        return ""
    return f"（{facts.shorten_reason.strip('。；， ')}，征求意见期限为{facts.days}日）"


def _received(balance: Balance, kind: str = "") -> str:
    """How many came in and by which doors; what was left out; how many groups the rest makes."""
    if not balance.received:
        return "征求意见期间未收到社会公众的意见建议。"
    doors = [f"{CHANNELS[one]}{balance.by_channel[one]}条" for one in CHANNELS if balance.by_channel.get(one)]
    words = f"期间共征集到{'建议' if kind == 'proposals' else '意见'}{balance.received}条" if asks(kind) else f"期间共收到意见建议{balance.received}条"
    words += f"（其中{'、'.join(doors)}）" if doors else ""
    words += f"，包括截止以后收到的{balance.late}条" if balance.late else ""
    left = [
        f"提出人撤回{balance.withdrawn}条" if balance.withdrawn else "",
        f"不予受理{balance.inadmissible}条" if balance.inadmissible else "",
    ]
    if any(left):
        words += f"，扣除{'、'.join(part for part in left if part)}"
    words += f"，有效意见{balance.valid}条"
    words += f"，同类意见归并后为{balance.merged}条。" if balance.valid else "。"
    return words


def _by_round(facts: Facts, balance: Balance, periods: list[str]) -> list[str]:
    """A paragraph for each period, the newest first: it is what the announcement is for."""
    if not balance.rounds:
        return []
    said = []
    for number, (part, period) in enumerate(zip(balance.rounds, periods, strict=True), 1):
        told = facts.told[number - 1] if number <= len(facts.told) else None
        known = f"{round_name(number)}采纳情况已于{show_date(told)}公布。" if told else ""
        said.append(f"{round_name(number)}（{period}）{_of_round(part)}。{known}")
    return said[::-1]


def _of_round(part: Part) -> str:
    if not part.received:
        return "未收到社会公众的意见建议"
    left = [f"提出人撤回{part.withdrawn}条"] * bool(part.withdrawn) + [f"不予受理{part.inadmissible}条"] * bool(part.inadmissible)
    ruled = [phrase.format(part.decided(one)) for one, phrase in PHRASES.items() if part.decided(one) or one in ALWAYS]
    words = f"收到意见建议{part.received}条{'，扣除' if left else ''}{'、'.join(left)}，有效意见{part.valid}条"
    return f"{words}：{'，'.join(ruled)}" if part.valid else words


def _asked(balance: Balance) -> str:
    """Units that were asked in writing; one without an answer is named as such and never as 无意见 (R32)."""
    if not balance.u_sent:
        return _persons(balance)
    words = f"同期书面征求{balance.u_sent}个单位的意见，{balance.u_replied}个单位反馈"
    if balance.u_replied:
        words += f"，其中{balance.u_none}个单位无意见，{balance.u_has}个单位提出意见{balance.u_items}条"
    if balance.u_late:
        words += f"；{balance.u_late}个单位逾期未反馈"
    if balance.u_open:
        words += f"；{balance.u_open}个单位尚在答复期限内"
    return f"{words}。{_persons(balance)}"


def _persons(balance: Balance) -> str:
    """Experts, deputies, counsel that were asked by letter: persons, not units, so they have a sentence of their own."""
    if not balance.p_sent:
        return ""
    said = f"，提出意见{balance.p_items}条" if balance.p_has else ""
    return f"同期书面征求专家、代表等{balance.p_sent}人的意见，{balance.p_replied}人反馈{said}。"


def _results(balance: Balance, asking: bool = False) -> list[str]:
    """What became of the public's valid opinions: the sum of these numbers is `valid`."""
    if not balance.valid:
        return []
    ruled, phrases = {one: balance.decided(one) for one in PHRASES}, PHRASES | (ASKING if asking else {})
    said = "，".join(phrases[one].format(count) for one, count in ruled.items() if count or one in ALWAYS)
    if sum(ruled[one] for one in WITHOUT_SUBSTANCE) == balance.valid:
        aside = "，".join(phrases[one].format(count) for one, count in ruled.items() if count)
        return [f"收到的{balance.valid}条有效意见均不涉及{'所问的事项' if asking else '本稿内容'}，已逐条说明处理情况：{aside}。"]
    return [
        f"经逐条研究，{'各轮意见合计' if balance.rounds else ''}{said}。主要意见及处理情况见附表。",
        *_extra(balance),
        "对没有采纳的意见，附表逐条说明了理由。提出人可以凭回执码查询每条意见的处理结果。",
    ]


def _extra(balance: Balance) -> list[str]:
    """Additions are a line of their own and in no sum (decisions.md)."""
    if not balance.additions:
        return []
    refused = f"（其中不予受理{balance.additions_inadmissible}条）" if balance.additions_inadmissible else ""
    return [f"同类意见中另有补充意见{balance.additions}条{refused}，即提出人在共同内容之外增加或者改动的话，已经逐条处理，在附表中列在各条意见之后。"]


def _thanks(balance: Balance) -> str:
    return "感谢社会各界的关心和支持。" if balance.received else "感谢社会各界的关注。"


def _contact(contact: str) -> str:
    lines = [line.strip(" 。；") for line in contact.splitlines() if line.strip()]
    return f"（{'；'.join(lines)}）。" if lines else "。"


def outcome_words(balance: Balance) -> tuple[tuple[str, int], ...]:
    """(name, count) of every result that occurred, in the order of R41, for the equation on the page."""
    return tuple((OUTCOMES[one], balance.decided(one)) for one in OUTCOMES if balance.decided(one))
