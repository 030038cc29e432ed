"""The real server: what was acknowledged survives `kill -9`, the port is free again, stopping is quick."""

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.factories.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(instance: Path, port: int, **more: str) -> Iterator[subprocess.Popen[str]]:
    """`scripts/serve.py` in a process group of its own, ready to answer."""
    environment = os.environ | {"CONSULT_INSTANCE": str(instance), "CONSULT_CAPTCHA": "off"} | more
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "serve.py"), "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        lines = []
        for line in process.stdout or ():
            lines.append(line)
            if "已就绪" in line:
                break
        else:
            raise AssertionError("".join(lines))
        process.said = "".join(lines)  # type: ignore[attr-defined]
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def call(
    port: int, path: str, body: object = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, object]]:
    """One request to the API."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1{path}", data, {"Content-Type": "application/json"} | (headers or {})
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.slow
def test_an_acknowledged_opinion_survives_kill_nine(tmp_path: Path) -> None:
    port, codes = free_port(), []
    opinion = {
        "comments": [
            {"clause": "a7", "stance": "amend", "text": "周末也要开到二十二时。"},
            {"clause": None, "stance": "support"},
        ]
    }
    with running(tmp_path, port) as server:
        assert "演示账号" in server.said  # type: ignore[attr-defined]
        foreign = [line for line in server.said.splitlines() if line and not re.search("[\u4e00-\u9fff]", line)]  # type: ignore[attr-defined]
        assert foreign == [], "nothing is said but by us"
        for number in range(3):
            status, receipt = call(
                port,
                "/consultations/study-rooms/submissions",
                opinion,
                {"Idempotency-Key": f"kill-{number}-{'x' * 16}"},
            )
            assert status == 201
            codes.append(receipt["receipt_code"])
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    with running(tmp_path, port) as server:
        assert "演示账号" not in server.said, "nothing is loaded twice"  # type: ignore[attr-defined]
        for code in codes:
            status, found = call(port, "/receipts/lookup", {"code": code})
            assert status == 200 and [one["clause"] for one in found["comments"]] == ["a7", None]  # type: ignore[union-attr,index]
        status, again = call(
            port, "/consultations/study-rooms/submissions", opinion, {"Idempotency-Key": f"kill-0-{'x' * 16}"}
        )
        assert (status, again["receipt_code"]) == (201, codes[0])
        began = time.monotonic()
        server.terminate()
        server.wait(timeout=20)
        assert time.monotonic() - began < 5, "stops on SIGTERM within five seconds (decisions)"
        assert server.returncode == 0


@pytest.mark.slow
def test_kill_nine_among_many_senders_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    port, acknowledged, cut_off = free_port(), {}, []
    stop = threading.Event()

    def send(number: int) -> tuple[int, dict[str, object]]:
        body = {"comments": [{"clause": "a7", "text": f"第{number}个人说的话。"}]}
        key = {"Idempotency-Key": f"many-{number}-{'x' * 16}"}
        return call(port, "/consultations/study-rooms/submissions", body, key)

    def sender(first: int) -> None:
        for number in range(first, 100_000, 8):
            try:
                status, receipt = send(number)
            except (OSError, http.client.HTTPException):
                cut_off.append(number)
                return
            assert status == 201
            acknowledged[number] = receipt["receipt_code"]
            if len(acknowledged) > 60:
                stop.set()

    with running(tmp_path, port, CONSULT_RATE_LIMITS="off") as server, ThreadPoolExecutor(8) as pool:
        senders = [pool.submit(sender, number) for number in range(8)]
        assert stop.wait(60)
        os.killpg(server.pid, signal.SIGKILL)
        for one in senders:
            one.result()
    assert len(cut_off) == 8
    with running(tmp_path, port, CONSULT_RATE_LIMITS="off"):
        for number, code in acknowledged.items():
            status, found = call(port, "/receipts/lookup", {"code": code})
            assert status == 200 and found["comments"][0]["text"] == f"第{number}个人说的话。"  # type: ignore[index]
        assert {send(number)[0] for number in cut_off} == {201}
    environment = os.environ | {"CONSULT_INSTANCE": str(tmp_path)}
    command = [str(Path(sys.executable).parent / "consult"), "verify"]
    checked = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    with sqlite3.connect(tmp_path / "consult.sqlite") as connection:
        (stored,) = connection.execute("SELECT count(*) FROM submission").fetchone()
    connection.close()
    assert stored == len(acknowledged) + len(cut_off), "each person once, whether the answer arrived or not"


@pytest.mark.slow
def test_killing_only_the_supervisor_leaves_nothing_on_the_port(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as server:
        server.kill()
        server.wait()
        for _ in range(100):
            try:
                call(port, "/consultations")
            except (urllib.error.URLError, ConnectionError):
                break
        else:
            pytest.fail("the server outlived its supervisor")
    with running(tmp_path, port):
        assert call(port, "/consultations")[0] == 200


@pytest.mark.slow
def test_a_taken_port_is_said_plainly(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port):
        second = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "serve.py"), "--port", str(port)],
            env=os.environ | {"CONSULT_INSTANCE": str(tmp_path)}, capture_output=True, text=True,
        )  # fmt: skip
        assert second.returncode == 1 and str(port) in second.stderr
