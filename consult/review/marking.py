"""Pure: the words of one opinion with the sentences marked that are not in the shared text of its group."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from consult.review.sentences import same, sentences

T = TypeVar("T")
Piece = tuple[str, str]  # (kind of addition or "", text)


def marked(text: str, kinds: Mapping[str, str]) -> list[Piece]:
    """`text` in pieces that give it back exactly; a sentence whose form under `same` is in `kinds` has that kind."""
    found: list[Piece] = []
    at = 0
    for sentence in sentences(text):
        first, last = _place(text, sentence, at)
        if first > at:
            found.append(("", text[at:first]))
        found.append((kinds.get(same(sentence), ""), text[first:last]))
        at = last
    return found + ([("", text[at:])] if at < len(text) else [])


def _place(text: str, sentence: str, at: int) -> tuple[int, int]:
    """Where the sentence stands behind `at`: white space may lie between pieces that were joined."""
    first = last = -1
    for char in sentence:
        while at < len(text) and text[at] != char:
            at += 1
        first = at if first < 0 else first
        at += 1
        last = at
    return first, last


def together(pieces: Sequence[Piece], parts: Sequence[tuple[str, T]]) -> list[tuple[str, list[tuple[str, T]]]]:
    """Two divisions of one text as one: for each of `pieces` its kind and the stretches of `parts` that lie in it."""
    found: list[tuple[str, list[tuple[str, T]]]] = []
    rest = list(parts)
    for kind, text in pieces:
        inside: list[tuple[str, T]] = []
        room = len(text)
        while room and rest:
            words, mark = rest.pop(0)
            inside.append((words[:room], mark))
            if len(words) > room:
                rest.insert(0, (words[room:], mark))
            room -= min(room, len(words))
        found.append((kind, inside))
    return found
