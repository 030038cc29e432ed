"""Pure: the words that go and the words that come between two texts, for a redline."""

from collections.abc import Sequence

from rapidfuzz.distance import Indel

Change = tuple[str, str]  # ("equal" | "delete" | "insert", text)


def redline(old: str, new: str) -> list[Change]:
    """How `old` becomes `new`: texts of equal and delete give back `old`, of equal and insert `new`, exactly.

    Compared word by word, so that a number changes as a whole; what goes stands before what comes in its place.
    """
    before, after = _words(old), _words(new)
    known: dict[str, int] = {}
    codes = [[known.setdefault(word, len(known)) for word in words] for words in (before, after)]
    found: list[Change] = []
    gone, come = "", ""
    for op in Indel.opcodes(codes[0], codes[1]):
        if op.tag == "equal":
            found += _both(gone, come)
            gone, come = "", ""
            found.append(("equal", "".join(before[op.src_start : op.src_end])))
        else:
            gone += "".join(before[op.src_start : op.src_end])
            come += "".join(after[op.dest_start : op.dest_end])
    return found + _both(gone, come)


def _words(text: str) -> Sequence[str]:
    import rjieba  # its dictionary takes 32 MB: only processes that show a redline pay for it

    words: list[str] = rjieba.cut(text)
    return words if "".join(words) == text else list(text)


def _both(gone: str, come: str) -> list[Change]:
    return [part for part in (("delete", gone), ("insert", come)) if part[1]]
