"""The real server: what was acknowledged survives `kill -9`, the port is free again, stopping is quick."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.factories.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(instance: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`scripts/serve.py` in a process group of its own, ready to answer."""
    environment = os.environ | {"CONSULT_INSTANCE": str(instance), "CONSULT_CAPTCHA": "off"}
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
