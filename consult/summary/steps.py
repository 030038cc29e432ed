"""Pure: how far a long work of several steps is, as one count that only grows, and which step it is at."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

TOLD = 1000  # parts between two reports
Report = Callable[..., None]  # done, in all, and of a work of several steps what it is at
T = TypeVar("T")


class Steps:
    """Counts what passes in the steps of one work.

    `expected` is how many parts each step is thought to have. A step that has fewer ends with its full count, one that
    has more waits at it, so that the bar never goes back and ends at its end.
    """

    def __init__(self, report: Report, expected: Mapping[str, int]) -> None:
        self._report, self._expected, self._done = report, expected, 0
        self._whole = sum(expected.values())

    def of(self, step: str, parts: Iterable[T], what: str) -> Iterator[T]:
        """The parts as they pass, counted under the name of their step; `what` is that step in words for people."""
        most = self._expected.get(step, 0)
        self._report(self._done, self._whole, what)
        for passed, part in enumerate(parts, 1):
            yield part
            if passed % TOLD == 0:
                self._report(self._done + min(passed, most), self._whole, what)
        self.skip(step, what)

    def skip(self, step: str, what: str) -> None:
        """A step is over, or there is nothing to do in it."""
        self._done += self._expected.get(step, 0)
        self._report(self._done, self._whole, what)
