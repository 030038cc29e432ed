"""The write lock: order of arrival inside a process, exclusion between processes, free again after kill -9."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from consult.base.lock import WriteLock

HOLDER = """
import sys
from pathlib import Path
from consult.base.lock import WriteLock
lock = WriteLock(Path(sys.argv[1]))
with lock.held():
    print("held", flush=True)
    sys.stdin.readline()
print("free", flush=True)
"""


def is_free(path: Path) -> bool:
    """Whether another process could take the lock at once."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the lock file lies."""
    return tmp_path / "db.lock"


def waiting(lock: WriteLock, count: int) -> None:
    """Return once `count` threads stand in the queue."""
    while len(lock._waiting) < count:
        threading.Event().wait(0.001)


@pytest.mark.parametrize("with_file", [True, False])
def test_threads_are_served_in_order_of_arrival(path: Path, with_file: bool) -> None:
    lock = WriteLock(path if with_file else None)
    served: list[int] = []

    def work(number: int) -> None:
        with lock.held():
            served.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    with lock.held():
        for number, thread in enumerate(threads):
            thread.start()
            waiting(lock, number + 1)
        assert served == []
    for thread in threads:
        thread.join(10)
    assert served == list(range(20))
    lock.close()


def test_only_one_at_a_time(path: Path) -> None:
    lock, inside, most = WriteLock(path), [0], [0]

    def work() -> None:
        for _ in range(50):
            with lock.held():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (most, inside) == ([1], [0])
    lock.close()


def test_an_exception_frees_the_lock(path: Path) -> None:
    lock = WriteLock(path)
    with pytest.raises(KeyError), lock.held():
        raise KeyError("inside")
    assert is_free(path)
    with lock.held():
        assert not is_free(path)
    assert is_free(path)
    lock.close()


def test_a_lock_file_that_cannot_be_made_stops_nobody_else(tmp_path: Path) -> None:
    lock = WriteLock(tmp_path / "missing" / "db.lock")
    for _ in range(2):
        with pytest.raises(FileNotFoundError), lock.held():
            raise AssertionError("must not be reached")


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until it is told otherwise."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_two_processes_take_turns(path: Path) -> None:
    process, entered = holder(path), threading.Event()
    lock = WriteLock(path)

    def work() -> None:
        with lock.held():
            entered.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not entered.wait(0.2)
    out, _ = process.communicate("\n", timeout=10)
    assert out == "free\n"
    assert entered.wait(10)
    thread.join(10)
    lock.close()


def test_a_killed_process_leaves_the_lock_free(path: Path) -> None:
    process = holder(path)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        stream.close()
    lock = WriteLock(path)
    with lock.held():
        assert path.exists()
    lock.close()
    with lock.held():  # usable after close
        assert not is_free(path)
    lock.close()
