"""Pure: the equations of a result as people read them, and whether each comes out (R50)."""

from dataclasses import dataclass, replace

from consult.drafts.period import round_name
from consult.review.models import OUTCOMES
from consult.summary.balance import VALID_OUTCOMES, Balance


@dataclass(frozen=True)
class Equation:
    """`whole` = the sum of `parts`, each a name and a number."""

    name: str
    whole: int
    parts: tuple[tuple[str, int], ...]

    @property
    def holds(self) -> bool:
        """Whether it comes out."""
        return self.whole == sum(number for _, number in self.parts)


def equations(balance: Balance) -> list[Equation]:
    """Received, valid, and the asked units, each divided once; undecided opinions are a part of their own.

    Where the public was asked more than once, each period by itself, and how they make up the whole.
    """
    valid = [("有效", balance.valid), ("撤回", balance.withdrawn), ("不予受理", balance.inadmissible)]
    ruled = [(OUTCOMES[one], balance.decided(one)) for one in VALID_OUTCOMES if balance.decided(one)]
    units = [("已反馈", balance.u_replied), ("逾期未反馈", balance.u_late), ("未到期", balance.u_open)]
    said = [("无意见", balance.u_none), ("有意见", balance.u_has)]
    formal = [(OUTCOMES[one], number) for one, number in balance.u_by_outcome.items() if number]
    found = [
        Equation("收到公众意见", balance.received, tuple(valid)),
        Equation("有效意见", balance.valid, (*ruled, *_open(balance.undecided))),
    ]
    if balance.rounds:
        found = [*_rounds(balance), *(replace(one, name=f"各轮合计{one.name}") for one in found)]
    if balance.u_sent:
        found.append(Equation("书面征求单位", balance.u_sent, tuple(units)))
        found.append(Equation("已反馈单位", balance.u_replied, tuple(said)))
        found.append(Equation("单位意见", balance.u_items, (*formal, *_open(balance.u_undecided))))
    return found


def _open(number: int) -> tuple[tuple[str, int], ...]:
    return (("尚未处理", number),) if number else ()


def _rounds(balance: Balance) -> list[Equation]:
    found = []
    for number, one in enumerate(balance.rounds, 1):
        parts = (("有效", one.valid), ("撤回", one.withdrawn), ("不予受理", one.inadmissible))
        ruled = [(OUTCOMES[code], one.decided(code)) for code in VALID_OUTCOMES if one.decided(code)]
        found.append(Equation(f"{round_name(number)}收到公众意见", one.received, parts))
        found.append(Equation(f"{round_name(number)}有效意见", one.valid, (*ruled, *_open(one.undecided))))
    return found + [
        Equation("收到公众意见", balance.received, tuple((round_name(number), one.received) for number, one in enumerate(balance.rounds, 1)))
    ]
