"""One fair lock around the write transactions of all processes that share an SQLite file.

SQLite's own busy handler sleeps and retries, so under load some writers wait seconds. Here threads of
one process queue in order of arrival, and the one in front waits for the other processes on flock.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriteLock:
    """First come, first served inside a process; flock between processes. Released by the kernel on kill -9."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._handle: int | None = None
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._busy = False

    def _enter(self) -> None:
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for one write transaction."""
        self._enter()
        try:
            if self._path is None:
                yield
                return
            if self._handle is None:
                self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._handle, fcntl.LOCK_UN)
        finally:
            self._leave()

    def close(self) -> None:
        """Give the file handle back; the lock may be used again afterwards."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
