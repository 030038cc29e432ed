"""Texts as numbers: the characters that are said, hashes of their runs, and small samples by which texts find each other."""

import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

RUN = 4  # characters in a sampled run: one rare enough to mean something, short enough to survive a slip in eight
SAMPLE = 96  # about so many runs of a long text are kept; a short text keeps a half of its runs
SHORT = 24  # characters: below, only equal texts are one
SPARSEST, DENSEST = 1 / 16, 1 / 2
QUOTED = 8  # characters that two texts have in common word for word are a quotation
_CHUNK, _FOLDED_AT_ONCE = 4_000_000, 1_000_000  # characters worked on at once
_ODD, _TURN = np.uint32(0x9E3779B1), np.uint32(15)
_FOLD = 0xFFFFFFFF
_IN_NUMBERS = (0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x7E)  # , - . / : ~
_SCANNED = ((0, 0x3400), (0x4DC0, 0x4E00), (0xA000, 0xAC00), (0xD7A4, 0x20000), (0x2F800, 0x2FA20))


@dataclass
class Codes:
    """Texts one behind the other: text i is `chars[starts[i]:starts[i + 1]]`, uint16; `keys` are alike where the texts are."""

    chars: Array
    starts: Array
    keys: Array

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def sizes(self) -> Array:
        """Characters that are said, of each text."""
        return np.diff(self.starts)


@cache
def _table() -> Array:
    """For every code the folded one, 0 for what is not said, _FOLD where one character becomes several."""
    table = np.arange(0x110000, dtype=np.uint32)
    table[0xD800:0xE000] = 0
    table[0x40000:] = 0
    for first, last in _SCANNED:
        for code in range(first, last):
            char = chr(code)
            folded = unicodedata.normalize("NFKC", char).casefold()
            if all(unicodedata.category(one)[0] in "PZC" and one not in "%‰" for one in folded):
                table[code] = ord(folded) if folded and ord(folded[0]) in _IN_NUMBERS and len(folded) == 1 else 0
            elif len(folded) > 1 or unicodedata.combining(char):
                table[code] = _FOLD
            else:
                table[code] = ord(folded)
    return table


@cache
def _weights(size: int) -> Array:
    return np.random.default_rng(7).integers(1, 2**63, size, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def codes(texts: Sequence[str]) -> Codes:
    """The texts without marks and white space, folded as `sentences.same` folds them; equal keys mean equal texts."""
    lengths = [len(one) for one in texts]
    flat, sizes, keys, filled = np.empty(sum(lengths), np.uint16), [np.zeros(1, np.int64)], [np.zeros(0, np.uint64)], 0
    for first, last in spans(lengths, _FOLDED_AT_ONCE):
        one, size = _folded(list(texts[first:last]))
        starts = np.concatenate(([0], np.cumsum(size)))
        if filled + len(one) > len(flat):  # one sign may become several characters
            flat.resize(2 * (filled + len(one)), refcheck=False)
        flat[filled : filled + len(one)] = one ^ (one >> np.uint32(16)) * np.uint32(40503)
        filled += len(one)
        sizes.append(size)
        places = np.arange(len(one)) - np.repeat(starts[:-1], size)
        weighed = (one.astype(np.uint64) + np.uint64(1)) * _weights(1 << int(size.max(initial=1)).bit_length())[places]
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(weighed, dtype=np.uint64)))
        keys.append(sums[starts[1:]] - sums[starts[:-1]])
    flat.resize(filled, refcheck=False)
    return Codes(flat, np.cumsum(np.concatenate(sizes)), np.concatenate(keys))


def _folded(texts: list[str], again: bool = False) -> tuple[Array, Array]:
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    raw = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = _table()[raw]
    many = folded == _FOLD
    starts = np.concatenate(([0], np.cumsum(sizes)))
    if many.any():
        if not again:
            for place in np.unique(np.searchsorted(starts, np.flatnonzero(many), "right") - 1):
                texts[place] = unicodedata.normalize("NFKC", texts[place]).casefold()
            return _folded(texts, True)
        folded = np.where(many, raw, folded)
    said = folded != 0
    marks = np.flatnonzero(np.isin(folded, _IN_NUMBERS))
    if len(marks):
        digit = np.concatenate(([False], (folded >= 48) & (folded <= 57), [False]))
        said[marks] = digit[marks] & digit[marks + 2]
    counts = np.concatenate(([0], np.cumsum(said)))[starts]
    return folded[said], np.diff(counts)


def joined(one: Codes, other: Codes) -> Codes:
    """The texts of one behind those of the other."""
    starts = np.concatenate((one.starts, other.starts[1:] + one.starts[-1]))
    return Codes(np.concatenate((one.chars, other.chars)), starts, np.concatenate((one.keys, other.keys)))


def picked(whole: Codes, which: Array) -> Codes:
    """Some of the texts, in the order of `which`."""
    sizes = whole.sizes[which]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    chars = np.empty(starts[-1], whole.chars.dtype)
    for first, last in spans(sizes, _CHUNK):
        there = np.repeat(whole.starts[which[first:last]] - starts[first:last], sizes[first:last])
        chars[starts[first] : starts[last]] = whole.chars[there + np.arange(starts[first], starts[last])]
    return Codes(chars, starts, whole.keys[which])


def thin(whole: Codes, which: Array) -> None:
    """Leaves only some of the texts, `which` in rising order, in the same memory."""
    sizes, begin = whole.sizes[which], whole.starts[which]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    for first, last in spans(sizes, _CHUNK):
        there = np.repeat(begin[first:last] - starts[first:last], sizes[first:last])
        whole.chars[starts[first] : starts[last]] = whole.chars[there + np.arange(starts[first], starts[last])]
    whole.chars.resize(starts[-1], refcheck=False)
    whole.starts, whole.keys = starts, whole.keys[which]


def in_threads(work: Callable[[Any], Any], pieces: Sequence[Any]) -> list[Any]:
    """The work done on each piece, in order; numpy lets two processors work at once."""
    if len(pieces) < 2:
        return [work(one) for one in pieces]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, pieces))


def spans(sizes: Sequence[int] | Array, most: int) -> list[tuple[int, int]]:
    """Ranges of items that together hold about `most`, at least one item each."""
    ends = np.cumsum(np.asarray(sizes, np.int64) + 1)
    out, first = [], 0
    while first < len(ends):
        behind = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, behind + most, "right")))
        out.append((first, last))
        first = last
    return out


def runs(chars: Array, width: int) -> Array:
    """A uint32 hash of every `width` characters one behind the other; shorter by width - 1 than `chars`."""
    size = max(len(chars) - width + 1, 0)
    out = np.zeros(size, np.uint32)
    for place in range(width if size else 0):
        out *= _ODD
        out += chars[place : place + size]
    out ^= out >> _TURN
    out *= np.uint32(0x85EBCA6B)
    out ^= out >> np.uint32(13)
    out *= np.uint32(0xC2B2AE35)
    out ^= out >> np.uint32(16)
    return out


@dataclass(frozen=True)
class Sketch:
    """Sampled runs: those of text i are `hashes[starts[i]:starts[i + 1]]`, uint32, sorted, each once."""

    hashes: Array
    starts: Array

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def owners(self) -> Array:
        """The number of the text each hash belongs to, int32."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))


def sketched(texts: Codes, least: int = 0) -> Sketch:
    """The sample of each text of at least `least` characters, larger for a longer one but never of all its runs."""
    return sampled_runs(texts, least, 0.0)


def sampled_runs(texts: Codes, least: int, share: float) -> Sketch:
    """The sample of each text of at least `least` characters: the runs whose hash is small.

    The bar falls with the length, and what lies under a low bar lies under a high one: two texts that share a
    passage share the sampled runs of it, however long the rest of each is.
    """
    made = in_threads(lambda one: _sampled(texts, one, least, share), spans(texts.sizes, _CHUNK))
    ends = np.cumsum(np.concatenate([one[1] for one in made])) if made else np.zeros(0, np.int64)
    hashes = np.concatenate([one[0] for one in made]) if made else np.zeros(0, np.uint32)
    return Sketch(hashes, np.concatenate(([0], ends)))


def bars(sizes: Array, share: float = 0.0) -> Array:
    """About what part of the runs of texts of these sizes is in their samples."""
    return np.clip(SAMPLE / np.maximum(sizes, 1), max(share, SPARSEST), DENSEST)


def _sampled(texts: Codes, span: tuple[int, int], least: int, share: float) -> tuple[Array, Array]:
    first, last = span
    starts = texts.starts[first : last + 1] - texts.starts[first]
    size = np.diff(starts)
    hashed = runs(texts.chars[texts.starts[first] : texts.starts[last]], RUN)
    bar = (bars(size, share) * 0xFFFFFFFF).astype(np.uint32)
    bar[size < max(least, RUN)] = 0
    place = np.flatnonzero(hashed < np.uint32(DENSEST * 0xFFFFFFFF))
    owner = np.repeat(np.arange(last - first, dtype=np.int32), size)[place]
    kept = (hashed[place] < bar[owner]) & (place <= starts[owner + 1] - RUN)
    packed = owner[kept].astype(np.uint64) << np.uint64(32) | hashed[place[kept]]
    packed.sort()
    packed = packed[np.concatenate(([True], packed[1:] != packed[:-1]))] if len(packed) else packed
    counts = np.bincount((packed >> np.uint64(32)).astype(np.int64), minlength=last - first)
    return (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32), counts


def unquote(texts: Codes, quoted: Sequence[str]) -> None:
    """Takes from the texts, in the same memory, the passages they have word for word from one of `quoted`."""
    said = codes(quoted)
    if len(said.chars) < QUOTED:
        return
    known, counts, filled = np.unique(runs(said.chars, QUOTED)), [np.zeros(1, np.int64)], 0
    for first, last in spans(texts.sizes, _CHUNK):
        part = texts.chars[texts.starts[first] : texts.starts[last]]
        kept = np.ones(len(part), bool)
        hit = np.flatnonzero(np.isin(runs(part, QUOTED), known))
        for step in range(QUOTED):
            kept[hit + step] = False
        texts.chars[filled : filled + int(kept.sum())] = part[kept]
        filled += int(kept.sum())
        sums = np.concatenate(([0], np.cumsum(kept)))
        counts.append(np.diff(sums[texts.starts[first : last + 1] - texts.starts[first]]))
    texts.chars.resize(filled, refcheck=False)
    texts.starts = np.cumsum(np.concatenate(counts))
