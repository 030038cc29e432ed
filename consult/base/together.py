"""Small writes of many threads in one transaction: one flush to disk answers all who wait for it.

Whoever comes first leads: it opens the transaction, runs everybody's work that has gathered, each behind a savepoint
of its own, commits once and wakes them. Nobody is told of success before the commit is on disk. There is no further
thread: the next of those who wait leads the next round.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from consult.base.db import db, transaction
from consult.base.direct import run

MOST = 64  # works in one transaction
LONGEST = 0.05  # seconds of work in one transaction, as for the batches of jobs

Value = TypeVar("Value")


class Turn:
    """One work that waits, and what became of it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.leads = False
        self.value: object = None
        self.error: BaseException | None = None
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def wait(self) -> None:
        """Sleep until the work is done or leads."""
        self._asleep.acquire()

    def wake(self) -> None:
        """End the wait."""
        self._asleep.release()


class Round:
    """Who waits, in order of arrival, and whether somebody leads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[Turn] = deque()
        self._led = False

    def join(self, turn: Turn) -> None:
        """Stand at the end; without anybody who leads, lead."""
        with self._guard:
            self._waiting.append(turn)
            turn.leads, self._led = not self._led, True

    def gathered(self) -> int:
        """How many wait now, the one who leads among them."""
        return len(self._waiting)

    def next(self) -> Turn | None:
        """The one in front, who waits no more."""
        with self._guard:
            return self._waiting.popleft() if self._waiting else None

    def hand_over(self) -> None:
        """Let the one in front lead the next round; it stays in front, for its own work comes first."""
        with self._guard:
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[0].leads = True
                self._waiting[0].wake()


def together(work: Callable[[], Value]) -> Value:
    """What `work` returns, once what it wrote is on disk; what it raises, with nothing of it stored.

    `work` is one verb's face: it may be run by another thread, inside a session that is not the caller's. So it brings
    all it needs along, asks nothing of the request, and returns no row of the session.
    """
    if db.session.registry.has():  # the caller looked something up before
        if db.session.info.get("writing"):
            raise RuntimeError("together() does not nest inside transaction()")
        db.session.rollback()  # it is read again afterwards
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    turn, waiting = Turn(work), cast(Round, app.extensions.setdefault("together", Round()))
    waiting.join(turn)
    if not turn.leads:
        turn.wait()
    if turn.leads:
        _lead(app, waiting)
    if turn.error is not None:
        raise turn.error
    return cast(Value, turn.value)


def _lead(app: Flask, waiting: Round) -> None:
    done: list[Turn] = []
    try:
        with app.app_context(), transaction() as session:
            until = time.monotonic() + LONGEST
            for _ in range(min(MOST, waiting.gathered())):
                if (turn := waiting.next()) is None:
                    break
                done.append(turn)
                _one(session, turn)
                if time.monotonic() > until:
                    break
    except BaseException as error:
        if not done and (turn := waiting.next()):
            done.append(turn)
        for turn in done:  # nothing of this round is on disk, whatever each was told
            turn.error = turn.error or error
    finally:
        waiting.hand_over()
        for turn in done:
            turn.wake()


def _one(session: Session, turn: Turn) -> None:
    after = dict(session.info.get("after", {}))
    run("SAVEPOINT one")
    try:
        turn.value = turn.work()
        session.flush()
    except BaseException as error:
        turn.error = error
        session.expunge_all()
        session.info["after"] = after
        run("ROLLBACK TO SAVEPOINT one")
    run("RELEASE SAVEPOINT one")
