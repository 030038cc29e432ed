"""What a member of a group says beyond its shared text: every such sentence, and how far it is from the shared one."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

from consult.review.sentences import same
from consult.review.weighty import turns
from consult.review.weighty_before import turned

NEAR = 0.6


@dataclass(frozen=True)
class Addition:
    """A sentence of a member that is not in the shared text.

    `kind`: "change" is a near copy of shared sentence number `base` with only harmless slips; "critical" a near copy
    in which a number, a negation, a stance, a duty, a word that has an opposite or more than a few characters differ; "new" is
    none of these.
    """

    sentence: str
    base: int | None
    kind: str


def additions(shared: Sequence[str], member: Sequence[str]) -> list[Addition]:
    """Every sentence of `member` that is not the same as a shared one, in order, none left out (R19)."""
    forms = [same(one) for one in shared]
    known = set(forms)
    out = []
    for sentence in member:
        form = same(sentence)
        if form not in known:
            base = nearest(form, forms)
            out.append(Addition(sentence, base, _kind(forms, base, form)))
    return out


def nearest(form: str, forms: Sequence[str]) -> int | None:
    """The number of the form that is closest to `form`, if one is close at all."""
    found = process.extractOne(form, forms, scorer=Indel.normalized_similarity, score_cutoff=NEAR)
    return found[2] if found else None


def _kind(forms: Sequence[str], base: int | None, form: str) -> str:
    if base is None:
        return "new"
    return "critical" if turns(forms[base], form) else "change"


def ever(shared: Sequence[str], addition: Addition) -> bool:
    """Whether the sentence is such an addition by the rules of today, or was one by earlier rules."""
    found = additions(shared, [addition.sentence])
    if found in ([addition], []) or addition.base is None or found[0].base != addition.base:
        return found == [addition]
    critical = turned(same(shared[addition.base]), same(addition.sentence))
    return addition.kind == ("critical" if critical else "change")
