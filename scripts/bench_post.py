"""`scripts/bench post`: how fast opinions arrive at the real server, beside an empty POST, bare inserts and isso.

Everything runs in one go on this machine, the sender as a process of its own: 16 connections that stay open, each
asking again as soon as it is answered. What is compared is the ratio between the lines, never a number alone.
"""

import json
import os
import selectors
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
CLIENTS = 16
SECONDS = 8.0
WARM = 1.5  # before counting begins
START_SECONDS = 60
SLUG = "study-rooms"
WORDS = "建议周末和节假日也开到二十二时，考试前一个月再延长一小时，老人和学生白天用得多，晚上下班的人才有空来坐。"
FLOOR = """
from flask import Flask, request

app = Flask(__name__)


@app.post("/")
def empty():
    request.get_data()
    return {"done": True}, 201
"""
ISSO = """[general]
dbpath = {folder}/isso.sqlite
host = http://127.0.0.1:{port}/
notify =
[guard]
enabled = false
"""


@dataclass
class Figures:
    """What one run came to: answers a second, and how long one sender waited."""

    rate: float
    p50: float
    p99: float
    refused: int = 0

    def line(self, name: str) -> str:
        """One line of the table, milliseconds."""
        more = f"   {self.refused} not taken" if self.refused else ""
        return f"{name:34} {self.rate:9.0f} {self.p50 * 1000:9.2f} {self.p99 * 1000:9.2f}{more}"


def figures(waits: list[float], seconds: float, refused: int = 0) -> Figures:
    """Rate, median and 99th percentile."""
    ranked = sorted(waits) or [0.0]
    return Figures(len(waits) / seconds, ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)], refused)


def message(port: int, path: str, body: object, headers: dict[str, str] | None = None) -> bytes:
    """A whole POST as bytes."""
    data = json.dumps(body, ensure_ascii=False).encode()
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json",
             f"Content-Length: {len(data)}", *(f"{name}: {value}" for name, value in (headers or {}).items())]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def opinion(port: int, number: int) -> bytes:
    """One opinion as a program sends it, from an address of its own."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    body = {
        "comments": [{"clause": "a7", "stance": "amend", "text": f"{WORDS}（{number}）", "reason": "晚上才有空。"}],
        "submitter": {"kind": "person", "region": "河湾县"},
    }
    headers = {"X-Forwarded-For": address, "Idempotency-Key": f"bench-{number}-{os.getpid()}-{'x' * 16}"}
    return message(port, f"/api/v1/consultations/{SLUG}/submissions", body, headers)


def remark(port: int, number: int) -> bytes:
    """The same words as a comment for isso."""
    body = {"text": f"{WORDS}（{number}）", "title": "draft", "author": "", "email": "", "website": "", "parent": None}
    return message(port, "/new?uri=%2Fdraft%2F", body, {"Origin": f"http://127.0.0.1:{port}"})


class Caller:
    """One connection that asks, waits for the whole answer, and asks again."""

    def __init__(self, port: int) -> None:
        self.port, self.began, self.seen = port, 0.0, b""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> None:
        """Send one request."""
        self.seen, self.began = b"", time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int:
        """Take what has come in; the status once the answer is whole, else 0."""
        self.seen += self.socket.recv(65536) or b"HTTP/1.1 000 closed\r\ncontent-length: 0\r\n\r\n"
        head, end, body = self.seen.partition(b"\r\n\r\n")
        if not end:
            return 0
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        return int(head[9:12]) if len(body) >= length else 0


def drive(port: int, make: Callable[[int, int], bytes]) -> Figures:
    """Ask with CLIENTS connections for SECONDS; requests are made before they are timed."""
    chooser, number, refused = selectors.DefaultSelector(), 0, 0
    waits: list[float] = []
    callers = [Caller(port) for _ in range(CLIENTS)]
    counted = time.perf_counter() + WARM
    until = counted + SECONDS
    for caller in callers:
        chooser.register(caller.socket, selectors.EVENT_READ, caller)
        caller.ask(make(port, number := number + 1))
    while (now := time.perf_counter()) < until:
        for key, _ in chooser.select(1.0):
            caller = key.data
            if not (status := caller.status()):
                continue
            now = time.perf_counter()
            if now >= counted and status == 201:
                waits.append(now - caller.began)
            refused += status != 201
            if not status:
                raise SystemExit("the server closed a connection")
            caller.ask(make(port, number := number + 1))
    for caller in callers:
        caller.socket.close()
    return figures(waits, SECONDS, refused)


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int, log: Path, folder: Path, **environment: str) -> Iterator[None]:
    """A server that answers on the port until the block ends."""
    with log.open("ab") as out:
        child = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=out, stderr=out)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
                break
            if time.monotonic() > until or child.poll() is not None:
                raise SystemExit(log.read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def granian(python: Path, port: int, target: str) -> list[str]:
    """The web server with the options of scripts/serve.py."""
    return [str(python / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
            "1", "--blocking-threads", "16", "--backlog", "2048", "--no-ws", "--http", "1", "--log-level", "error",
            target]  # fmt: skip


def sender(port: int, what: str) -> Figures:
    """Drive from a process of its own."""
    done = subprocess.run([sys.executable, __file__, str(port), what], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return Figures(*json.loads(done.stdout))


def consult(folder: Path) -> Figures:
    """The real server, limits on, every sender at an address of its own."""
    port = free_port()
    facts = {"CONSULT_INSTANCE": str(folder / "instance"), "CONSULT_CAPTCHA": "off", "CONSULT_RATE_LIMITS": "on",
             "CONSULT_TRUSTED_PROXIES": "127.0.0.1", "CONSULT_DATABASE_URL": ""}  # fmt: skip
    command = [str(BIN / "python"), str(ROOT / "scripts" / "serve.py"), "--port", str(port)]
    with serving(command, port, folder / "consult.log", ROOT, **facts):
        settle(folder / "instance" / "consult.sqlite")
        return sender(port, "opinion")


def settle(database: Path) -> None:
    """Wait until the first start has printed its sample drafts: LibreOffice is not what is measured."""
    for _ in range(120):
        time.sleep(0.5)
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            states = [state for (state,) in connection.execute("SELECT state FROM job")]
        if states and set(states) <= {"done", "failed"}:
            return


def floor(folder: Path) -> Figures:
    """A bare Flask application that takes a POST and keeps nothing."""
    port = free_port()
    (folder / "floor.py").write_text(FLOOR)
    with serving(granian(BIN, port, "floor:app"), port, folder / "floor.log", folder):
        return sender(port, "empty")


def bare(folder: Path) -> Figures:
    """One connection that inserts and commits to disk, one row after another."""
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    for line in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {line}")
    connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, text TEXT)")
    waits: list[float] = []
    until = time.perf_counter() + SECONDS / 2
    while (began := time.perf_counter()) < until:
        connection.execute("INSERT INTO said (text) VALUES (?)", (WORDS,))
        waits.append(time.perf_counter() - began)
    connection.close()
    return figures(waits, SECONDS / 2)


def isso(folder: Path) -> Figures | None:
    """isso 0.14 under the same server; None where the package index does not have it."""
    place, port = folder / "isso", free_port()
    venv.create(place, with_pip=True)
    words = ["install", "--quiet", "--disable-pip-version-check", "isso==0.14.0", "granian==2.8.7"]
    done = subprocess.run([str(place / "bin" / "pip"), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    (folder / "isso.cfg").write_text(ISSO.format(folder=folder, port=port))
    command = granian(place / "bin", port, "isso.run:application")
    with serving(command, port, folder / "isso.log", folder, ISSO_SETTINGS=str(folder / "isso.cfg")):
        return sender(port, "remark")


def bench_post() -> None:
    """The table, and the ratios that are asked for."""
    print(f"{CLIENTS} connections, {SECONDS:.0f} s each\n{'':34} {'per s':>9} {'p50 ms':>9} {'p99 ms':>9}")
    with tempfile.TemporaryDirectory(prefix="consult-bench-") as name:
        folder = Path(name)
        lines = {"bare durable insert, one after one": bare, "empty POST, Flask": floor, "consult": consult, "isso 0.14": isso}
        found = {}
        for title, measure in lines.items():
            found[title] = measure(folder)
            print(found[title].line(title) if found[title] else f"{title:34} not in the package index", flush=True)
    ours, peer, least = found["consult"], found["isso 0.14"], found["empty POST, Flask"]
    print(f"consult / empty POST {ours.rate / least.rate:.2f} (wanted 0.4)")
    if peer:
        print(f"consult / isso {ours.rate / peer.rate:.1f} (wanted 5), p99 {ours.p99 / peer.p99:.2f} of isso's (wanted 0.33)")


MAKERS = {"opinion": opinion, "remark": remark, "empty": lambda port, number: message(port, "/", {"text": WORDS})}

if __name__ == "__main__":
    print(json.dumps(list(vars(drive(int(sys.argv[1]), MAKERS[sys.argv[2]])).values())))
