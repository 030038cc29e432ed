"""Pure: the equations of a result as people read them, and whether each comes out (R50)."""

from dataclasses import dataclass

from consult.drafts.period import round_name
from consult.review.models import OUTCOMES
from consult.summary.balance import VALID_OUTCOMES, Balance, Divided


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
    units = [("已反馈", balance.u_replied), ("逾期未反馈", balance.u_late), ("未到期", balance.u_open)]
    said = [("无意见", balance.u_none), ("有意见", balance.u_has)]
    formal = [(OUTCOMES[one], number) for one, number in balance.u_by_outcome.items() if number]
    found = [*_rounds(balance), *_divided(balance, "各轮合计")] if balance.rounds else _divided(balance)
    if balance.u_sent:
        found.append(Equation("书面征求单位", balance.u_sent, tuple(units)))
        found.append(Equation("已反馈单位", balance.u_replied, tuple(said)))
        found.append(Equation("单位意见", balance.u_items, (*formal, *_open(balance.u_undecided))))
    return found


def _open(number: int) -> tuple[tuple[str, int], ...]:
    return (("尚未处理", number),) if number else ()


def _divided(counted: Divided, name: str = "") -> list[Equation]:
    parts = (("有效", counted.valid), ("撤回", counted.withdrawn), ("不予受理", counted.inadmissible))
    ruled = [(OUTCOMES[one], counted.decided(one)) for one in VALID_OUTCOMES if counted.decided(one)]
    return [
        Equation(f"{name}收到公众意见", counted.received, parts),
        Equation(f"{name}有效意见", counted.valid, (*ruled, *_open(counted.undecided))),
    ]


def _rounds(balance: Balance) -> list[Equation]:
    """Each period divided, and all of them as the parts of the whole."""
    named = [(round_name(number), one) for number, one in enumerate(balance.rounds, 1)]
    found = [equation for name, one in named for equation in _divided(one, name)]
    return [*found, Equation("收到公众意见", balance.received, tuple((name, one.received) for name, one in named))]
