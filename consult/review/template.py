"""The shared text of a group: sentence by sentence what most members wrote, each as somebody really wrote it."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from consult.review.sentences import same, sentences
from consult.review.sketch import Array

COUNTED = 300  # members whose sentences are counted word for word
COMPARED = 24  # members whose sentences are compared with slips
BASES = 3  # members whose order and sentences are tried
LIKE = 0.55  # of two sentences, to stand in one place
SEVERAL, MUCH_LIKE = 1000, 0.75  # forms tried as variants of a sentence, and how like they must be
_LONG = 1000  # characters: of long texts fewer are compared
_BATCH = 64


def shared_texts(groups: Sequence[Sequence[str]], processes: int = 1) -> list[list[str]]:
    """The shared sentences of each group of texts."""
    few = [_some(one, COUNTED) for one in groups]
    if processes < 2 or len(few) < 4 * _BATCH:
        return [shared_text(one) for one in few]
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
        return list(pool.map(shared_text, few, chunksize=_BATCH))


def _some(texts: Sequence[str], most: int) -> list[str]:
    """At most so many of the texts, from everywhere; all of them the commonest one where that is most."""
    (text, often), *_ = Counter(texts).most_common(1)
    if often * 2 > len(texts):
        return [text]
    step = max(1, len(texts) // most)
    return list(texts[::step][:most])


def shared_text(texts: Sequence[str]) -> list[str]:
    """The sentences that members of one group share: by position the commonest variant of each.

    A sentence is shared when at least half of the members (and two) have it, with slips. Where most members are
    the same it is exactly their text.
    """
    (text, often), *_ = Counter(texts).most_common(1)
    if often * 2 > len(texts):
        return sentences(text)
    if len({same(one) for one in texts}) == 1:  # copies that differ in marks only, and so in where sentences end
        return sentences(text)
    pieces = [sentences(one) for one in texts]
    forms = [[same(one) for one in said] for said in pieces]
    count = Counter(form for said in forms for form in set(said))
    raw: dict[str, Counter[str]] = {}
    for said, form in zip(pieces, forms, strict=True):
        for one, other in zip(said, form, strict=True):
            raw.setdefault(other, Counter())[one] += 1
    bases = _bases(texts)
    compared = [forms[i] for i in bases]
    chosen: list[str] = []
    for base in compared[:BASES]:
        chosen = _merged(chosen, base, compared, count)
    if not chosen:
        chosen = compared[0]
    return [raw[form].most_common(1)[0][0] for form in chosen]


def _bases(texts: Sequence[str]) -> list[int]:
    """The numbers of some members, those first that are most like the others: few slips, few additions."""
    most = COMPARED if sum(map(len, texts)) < _LONG * len(texts) else COMPARED // 2
    step = max(1, len(texts) // most)
    places = list(range(0, len(texts), step))[:most]
    some = [texts[i] for i in places]
    like = process.cdist(some, some, scorer=Indel.normalized_similarity).sum(axis=1)
    return [places[i] for i in np.argsort(-like, kind="stable")]


def _merged(chosen: list[str], base: list[str], members: list[list[str]], count: Counter[str]) -> list[str]:
    """`chosen` with the sentences of `base` that most members have and that are not yet in it, at their places."""
    flat = [form for said in members for form in said]
    owner = np.repeat(np.arange(len(members)), [len(said) for said in members])
    like = process.cdist(base, flat, scorer=Indel.normalized_similarity, score_cutoff=LIKE)
    known = process.cdist(base, chosen, scorer=Indel.normalized_similarity) if chosen else np.zeros((len(base), 1))
    out, place = list(chosen), 0
    for base_form, row, near in zip(base, like, known, strict=True):
        if near.max() >= LIKE:
            place = max(place, out.index(chosen[int(near.argmax())]) + 1)
            continue
        variants = _variants(row, owner)
        if len(variants) >= max(2, (len(members) + 1) // 2):
            form = _commonest([flat[i] for i in variants] + _often(base_form, count), count)
            if form not in out:
                out.insert(place, form)
                place += 1
    return out


def _often(form: str, count: Counter[str]) -> list[str]:
    """The commonest forms that are much like `form`, and those most like it."""
    forms = [one for one, _ in count.most_common(SEVERAL)]
    found = process.extract(form, forms, scorer=Indel.normalized_similarity, score_cutoff=MUCH_LIKE, limit=None)
    found = found[:4] + sorted(found, key=lambda one: one[2])[:2]
    return [one for one, _, _ in found]


def _variants(row: Array, owner: Array) -> list[int]:
    """Of each member the place of the sentence most like the one asked for, where it has one."""
    near = np.flatnonzero(row)
    near = near[np.lexsort((-row[near], owner[near]))]
    _, first = np.unique(owner[near], return_index=True)
    return near[first].tolist()  # type: ignore[no-any-return]


def _commonest(variants: list[str], count: Counter[str]) -> str:
    """The variant most members have; of several the one most like all the others."""
    most = max(count[one] for one in variants)
    best = list(dict.fromkeys(one for one in variants if count[one] == most))
    if len(best) == 1:
        return best[0]
    like = process.cdist(best, variants, scorer=Indel.normalized_similarity).sum(axis=1)
    return best[int(like.argmax())]
