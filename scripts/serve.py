"""Prepare the instance, then run the web process and the job process; all end together."""

import argparse
import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
READY_SECONDS = 60
STOP_SECONDS = 4.0
FREE_SECONDS = 2.0  # the kernel takes a moment to clear away a server that was killed
PR_SET_PDEATHSIG = 1


class Arguments(argparse.ArgumentParser):
    """What the command takes; anything else is answered in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Say how it is written, and end."""
        self.exit(2, f"写法：{self.usage}。端口请写 1 到 65535 之间的数。\n")


def die_with_parent() -> None:
    """In a child: the kernel ends it when the supervisor is killed, so that no orphan keeps the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def taken(host: str, port: int) -> bool:
    """Whether somebody keeps the port, and does not give it up in a moment."""
    until = time.monotonic() + FREE_SECONDS
    while answers(host, port):
        if time.monotonic() > until:
            return True
        time.sleep(0.05)
    return False


def fingerprint(instance: Path) -> str:
    """What the last preparation depended on: the code's tables and the settings in files and environment."""
    tables = sorted((ROOT / "consult/base/migrations/versions").glob("*.py"))
    settings = [instance / name for name in ("settings.env", "secrets.env")]
    parts = [path.read_bytes() if path.is_file() else b"" for path in (*tables, *settings)]
    parts += [f"{name}={value}".encode() for name, value in sorted(os.environ.items()) if name.startswith("CONSULT_")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def prepare() -> None:
    """Secrets, tables, and on the first start the samples; a failure is shown and ends the start.

    Nothing is done where the last preparation still stands, so that a second start takes seconds.
    """
    instance = Path(os.environ.get("CONSULT_INSTANCE") or ROOT / "instance").absolute()
    stamp = instance / "prepared"
    kept = ("CONSULT_DATABASE_URL" in os.environ) or (instance / "consult.sqlite").is_file()
    if kept and stamp.is_file() and stamp.read_bytes() == fingerprint(instance).encode():
        return
    done = subprocess.run([str(BIN / "python"), str(ROOT / "scripts" / "prepare.py")], preexec_fn=die_with_parent)
    if done.returncode:
        raise SystemExit(done.returncode)
    with suppress(OSError):
        stamp.write_text(fingerprint(instance))


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """One child, which ends with us."""
    environment = os.environ | {"DIE_WITH_PARENT": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=die_with_parent)


def web_command(host: str, port: int) -> list[str]:
    """The one web process with threads."""
    return [
        str(BIN / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1",
        "--blocking-threads", "16", "--backlog", "2048", "--no-ws", "--http", "1", "--log-level", "error",
        "--workers-kill-timeout", "3", "--respawn-failed-workers", "wsgi:app",
    ]  # fmt: skip


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask everybody to end, and end whoever does not."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.05, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_ready(host: str, port: int, web: subprocess.Popen[bytes], ended: list[int]) -> None:
    """Say the address once the server answers; a signal or the server's end comes first."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and web.poll() is None and not ended:
        if answers(host, port):
            shown = f"[{host}]" if ":" in host else host
            print(f"已就绪：http://{shown}:{port}（按 Ctrl+C 停止）", flush=True)
            return
        time.sleep(0.05)


def main() -> int:
    """Run until a signal comes or a child ends; returns the exit status."""
    parser = Arguments(prog="scripts/run", description="在本机启动征求意见系统", usage="scripts/run [--host 地址] [--port 端口]")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8000, help="监听端口")
    args = parser.parse_args()
    if not 0 < args.port < 65536:
        parser.error("port")
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(args.host, args.host)
    if taken(local, args.port):
        print(f"端口 {args.port} 已经有程序在用，请换一个：scripts/run --port 8001", file=sys.stderr)
        return 1
    prepare()
    ended: list[int] = []
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda number, _frame: ended.append(number))
    children = [start(web_command(args.host, args.port))]
    try:
        wait_ready(local, args.port, children[0], ended)
        if not ended:  # after the web process, so that the first page comes sooner
            children.append(start([str(BIN / "consult"), "worker"]))
        while not ended and all(child.poll() is None for child in children):
            time.sleep(0.1)
    finally:
        stop(children)
    if ended:
        return 0
    print("服务意外停止，请查看上面的记录。", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
