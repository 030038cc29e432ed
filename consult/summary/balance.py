"""The sums that a published result stands on, and every way in which they can fail to come out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consult.drafts.period import round_name
from consult.review.words import OUTCOMES

VALID_OUTCOMES = tuple(one for one in OUTCOMES if one != "inadmissible")


class Divided:
    """The public's opinions, received and valid each divided once: what every period counts and the whole counts again.

    Declares only; each class below names its numbers itself, since their order is that of a stored result.
    """

    received: int
    withdrawn: int
    inadmissible: int
    valid: int
    undecided: int
    by_outcome: Mapping[str, int]

    def decided(self, outcome: str) -> int:
        """How many of them have this result."""
        return self.by_outcome.get(outcome, 0)

    def unequal(self, name: str = "") -> list[str]:
        """Of the two equations those that do not come out, as Chinese sentences that begin with `name`."""
        found: list[str] = []
        whole = self.valid + self.withdrawn + self.inadmissible
        if self.received != whole:
            found.append(
                f"{name}收到 {self.received} 条，不等于有效 {self.valid} 条＋撤回 {self.withdrawn} 条＋"
                f"不予受理 {self.inadmissible} 条（合计 {whole} 条）"
            )
        ruled = sum(self.decided(one) for one in VALID_OUTCOMES)
        if ruled + self.undecided != self.valid:
            found.append(f"{name}各类处理意见合计 {ruled} 条，不等于有效意见 {self.valid} 条")
        return found


@dataclass(frozen=True)
class Part(Divided):
    """The public's opinions that came in during or after one period, where the public was asked more than once.

    Opinions that say the same may share a group across periods, so there is no number of groups.
    """

    received: int = 0
    withdrawn: int = 0
    inadmissible: int = 0
    valid: int = 0
    undecided: int = 0
    by_outcome: Mapping[str, int] = field(default_factory=dict)

    def numbers(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return vars(self) | {"by_outcome": dict(self.by_outcome)}


# what every period counts and the whole counts again → its name
SUMMED = {"received": "收到", "withdrawn": "撤回", "inadmissible": "不予受理", "valid": "有效", "undecided": "没有处理意见的"}


@dataclass(frozen=True)
class Balance(Divided):
    """Numbers of one project, each counted by itself; the unit is the Comment, and of `u_…` the asked unit.

    The public's opinions and the formal ones of asked units are two ledgers (domain §10): `received` to
    `by_outcome` and `undecided` speak of the public's, everything that begins with `u_` of the units'.
    Persons that are asked in writing (experts, deputies, …) are no units: `p_…` counts them apart.
    `merged` counts groups of valid opinions, an opinion in no group as one. `by_channel` includes withdrawn
    and inadmissible ones, and so does `late`, those of `received` that came in after the deadline. `additions` are sentences that members of groups say beyond what they share and that have a row
    of their own, those ruled 不予受理 among them and counted again apart: they are in no equation. A unit that has not answered is late after its due date and open before.
    `in_replies` are the points that the standing replies list themselves, to be held against the ledger; None where
    nobody counted them. It is published under no name of its own. `rounds` divide the public's opinions by the
    periods in which they came in, the first one first; empty where the public was asked once.
    """

    received: int = 0
    withdrawn: int = 0
    inadmissible: int = 0
    valid: int = 0
    merged: int = 0
    by_outcome: Mapping[str, int] = field(default_factory=dict)
    undecided: int = 0
    u_sent: int = 0
    u_replied: int = 0
    u_none: int = 0
    u_has: int = 0
    u_items: int = 0
    u_late: int = 0
    u_open: int = 0
    u_by_outcome: Mapping[str, int] = field(default_factory=dict)
    u_undecided: int = 0
    by_channel: Mapping[str, int] = field(default_factory=dict)
    p_sent: int = 0
    p_replied: int = 0
    p_has: int = 0
    p_items: int = 0
    additions: int = 0
    additions_inadmissible: int = 0
    in_replies: int | None = None
    late: int = 0
    rounds: tuple[Part, ...] = ()

    def numbers(self) -> dict[str, Any]:
        """The same as plain JSON values, for a Release and its digest; without persons, additions, late ones or periods where there are none, as of old."""
        named = {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(self).items()}
        del named["in_replies"]
        named["rounds"] = [one.numbers() for one in self.rounds]
        return {name: value for name, value in named.items() if value or not name.startswith(("p_", "additions", "late", "rounds"))}

    def faults(self) -> list[str]:
        """Every equation that does not come out, as a Chinese sentence with its numbers; empty when all do."""
        return [*self._negative(), *self._opinions(), *self._rounds(), *self._units()]

    def _negative(self) -> list[str]:
        plain = [name for name, value in vars(self).items() if isinstance(value, int) and value < 0]
        return [f"计数 {name} 小于零" for name in plain]

    def _opinions(self) -> list[str]:
        found = self.unequal()
        if self.undecided:
            found.append(f"还有 {self.undecided} 条公众意见没有处理意见")
        if not (self.valid > 0) <= self.merged <= self.valid:
            found.append(f"归并后 {self.merged} 条，与有效意见 {self.valid} 条不相符")
        channels = sum(self.by_channel.values())
        if self.by_channel and channels != self.received:
            found.append(f"各渠道合计 {channels} 条，不等于收到 {self.received} 条")
        return found

    def _rounds(self) -> list[str]:
        """Each period for itself, and all of them together as the whole."""
        if not self.rounds:
            return []
        found = [fault for number, one in enumerate(self.rounds, 1) for fault in one.unequal(round_name(number))]
        sums = [(name, getattr(self, code), sum(getattr(one, code) for one in self.rounds)) for code, name in SUMMED.items()]
        sums += [(OUTCOMES[code], self.decided(code), sum(one.decided(code) for one in self.rounds)) for code in VALID_OUTCOMES]
        return found + [f"{name}共 {whole} 条，不等于各轮合计 {parts} 条" for name, whole, parts in sums if whole != parts]

    def _units(self) -> list[str]:
        found: list[str] = []
        whole = self.u_replied + self.u_late + self.u_open
        if self.u_sent != whole:
            found.append(
                f"征求意见的单位 {self.u_sent} 个，不等于已反馈 {self.u_replied} 个＋逾期未反馈 {self.u_late} 个＋"
                f"未到期 {self.u_open} 个"
            )
        if self.u_replied != self.u_none + self.u_has:
            found.append(
                f"已反馈的单位 {self.u_replied} 个，不等于无意见 {self.u_none} 个＋有意见 {self.u_has} 个"
            )
        if self.u_undecided:
            found.append(f"还有 {self.u_undecided} 条单位意见没有处理意见")
        ruled = sum(self.u_by_outcome.values())
        items = self.u_items + self.p_items
        if ruled + self.u_undecided != items:
            found.append(f"单位意见各类处理合计 {ruled} 条，不等于单位意见 {items} 条")
        if self.in_replies not in (None, items):
            found.append(f"登记在册的单位意见 {items} 条，不等于各单位复函所列 {self.in_replies} 条")
        if not self.p_has <= self.p_replied <= self.p_sent:
            found.append(f"书面征求 {self.p_sent} 名个人，与反馈 {self.p_replied} 名、有意见 {self.p_has} 名不相符")
        return found
