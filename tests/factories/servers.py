"""Real servers for tests: PostgreSQL and Redis from Debian on sockets and free ports, stopped at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is missing; scripts/test installs it")
    return found[-1].parent


@contextmanager
def postgresql() -> Iterator[str]:
    """A cluster in a folder of its own, UTF-8 and C.UTF-8; as root it runs as user postgres.

    Yields an SQLAlchemy address. Not in pytest's folder, which only its owner may enter.
    """
    folder = Path(tempfile.mkdtemp(prefix="consult-postgresql-"))
    binaries, data, port = _binaries(), folder / "data", free_port()
    prefix: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        prefix = [
            shutil.which("setpriv") or "setpriv",
            f"--reuid={owner.pw_uid}",
            f"--regid={owner.pw_gid}",
            "--clear-groups",
        ]

    def run(*words: str) -> None:
        done = subprocess.run([*prefix, *words], capture_output=True, text=True, cwd=folder)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    run(
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "consult",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    )
    settings = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
    )
    run(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://consult@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
