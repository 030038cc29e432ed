"""`scripts/bench group`: a million labelled opinions grouped, beside hashing their normal forms alone, in one run.

Four tenths are from campaigns: letters of 60 to 2,000 characters, 1 to 15 % of their characters changed, sentences put
in before, between and after; two letters in ten share a third. The rest are single opinions of the same vocabulary
and the same stock sentences. The exit is 1 where a bound of the issue is missed.
"""

import argparse
import importlib.util
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from consult.review.sentences import same, sentences
from consult.review.similarity import Cluster, Index, additions, candidates, cluster, joins_all, sketch
from consult.review.sketch_file import load, write
from tests.review.campaigns import Labelled, labelled, scores

LATE = 1000  # opinions that arrive after the grouping
SECONDS, GIGABYTES, LATE_SECONDS, PAIRS = 120.0, 4.0, 2.0, 0.98


def bench_group(more: list[str]) -> None:
    """Prints the figures, one a line; ends with 1 where a bound was missed."""
    parser = argparse.ArgumentParser(prog="bench group", description="归并相近意见的速度和准确程度")
    parser.add_argument("--opinions", type=int, default=1_000_000, help="意见条数")
    opinions = parser.parse_args(more).opinions
    made = labelled(opinions, largest=max(opinions // 50, 50))
    size = sum(map(len, made.texts))
    print(f"{opinions:,} opinions, {size:,} characters, {max(made.labels) + 1} campaigns", flush=True)
    base = _peak()
    floor, _ = _timed(lambda: len({hash(same(one)) for one in made.texts}))
    spent, found = _timed(lambda: cluster(range(opinions), made.texts, processes=2))
    groups = [-1] * opinions
    for number, one in enumerate(found):
        for member in one.members:
            groups[member] = number
    recall, precision = scores(made.labels, groups)
    print(f"grouping        {spent[0]:8.1f} s ({spent[1]:.1f} s of processors), {opinions / spent[0]:,.0f} opinions/s")
    print(f"peak memory     {_peak():8.2f} GB, {base:.2f} GB of it the texts and their labels")
    print(f"normal forms    {floor[0]:8.1f} s to hash; grouping takes {spent[1] / floor[1]:.1f} times as long")
    _datasketch(made.texts, spent[1] / opinions)
    print(f"pairs           recall {recall:.4f}, precision {precision:.4f}, {len(found):,} groups", flush=True)
    seen, put_in = _added(made, found)
    print(f"added sentences {seen:,} found of {put_in:,}", flush=True)
    late, right, asked = _late(made, found, groups)
    print(f"{LATE:,} late ones  {late:7.2f} s; {right:,} of {asked:,} that belong to a group found it", flush=True)
    kept = (
        spent[0] <= SECONDS, _peak() <= GIGABYTES, recall >= PAIRS, precision >= PAIRS, seen == put_in,
        late <= LATE_SECONDS, right >= PAIRS * asked,
    )  # fmt: skip
    if not all(kept):
        raise SystemExit(1)


def _timed(work: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Seconds by the clock and of the processors, children included, and what the work gave."""
    started, before = time.perf_counter(), _processors()
    result = work()
    return (time.perf_counter() - started, _processors() - before), result


def _processors() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _peak() -> float:
    """Gigabytes: the most this process held, and twice the most one of its two children did."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (own + 2 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024**2


def _datasketch(texts: Sequence[str], each: float) -> None:
    """How many times as long datasketch takes for the sketches alone, on a thousand of the texts, where it is there."""
    if importlib.util.find_spec("datasketch") is None:
        return
    from datasketch import MinHash

    def work() -> None:
        for text in texts[:1000]:
            one = MinHash(num_perm=128)
            one.update_batch([text[i : i + 4].encode() for i in range(len(text) - 3)])

    spent, _ = _timed(work)
    print(f"datasketch      {spent[1] / 1000 / each:8.1f} times as long for its MinHash of each text alone")


def _added(made: Labelled, found: Sequence[Cluster]) -> tuple[int, int]:
    """Sentences put into members of groups: how many are shown as shared or as additions, and how many there are."""
    shared = {member: one.shared for one in found for member in one.members}
    seen = put_in = 0
    for member, text in made.added:
        if member in shared:
            said = sentences(made.texts[member])
            shown = {same(one.sentence) for one in additions(shared[member], said)} | {
                same(one) for one in shared[member]
            }
            put_in += 1
            seen += all(any(same(one) in other for other in shown) for one in sentences(text))  # a slip may precede it
    return seen, put_in


def _late(made: Labelled, found: Sequence[Cluster], groups: Sequence[int]) -> tuple[float, int, int]:
    """Seconds for new opinions, sketches from the file; how many that have a group find it, and how many have one."""
    rng = random.Random(2)
    picked = rng.sample(range(len(made.texts)), LATE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sketches"
        left = np.setdiff1d(np.arange(len(made.texts)), picked)
        write(path, left, sketch([made.texts[i] for i in left]))
        several = [(number, one) for number, one in enumerate(found) if len(one.members) > 2]
        started = time.perf_counter()
        index = Index([number for number, _ in several], ["".join(one.shared) for _, one in several])
        ids, stored = load(path)
        texts = [made.texts[i] for i in picked]
        homes = joins_all(texts, index)
        free = [place for place, home in enumerate(homes) if home is None]
        _, other, _ = candidates(sketch([texts[place] for place in free]), stored)
        near = sorted({int(ids[one]) for one in other})
        together = cluster(
            [*(picked[place] for place in free), *near],
            [*(texts[place] for place in free), *(made.texts[i] for i in near)],
        )
        spent = time.perf_counter() - started
    reached = {i: {home} for i, home in zip(picked, homes, strict=True) if home is not None}
    for one in together:
        old = {groups[i] for i in set(one.members) - set(picked)}
        reached |= dict.fromkeys(set(one.members) & set(picked), old)
    names = {number for number, _ in several}
    asked = [i for i in picked if groups[i] in names]
    return spent, sum(groups[i] in reached.get(i, ()) for i in asked), len(asked)


if __name__ == "__main__":
    bench_group(sys.argv[1:])
