"""One file made into another format by LibreOffice, in a time limit that ends every process of it."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

_PROGRAMS = ("soffice", "libreoffice")


def program() -> str | None:
    """Where LibreOffice is, None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def convert(source: Path, ending: str, folder: Path, seconds: float) -> Path | None:
    """`source` as `ending` ("pdf", "docx") in `folder`, which must be there; None where no file came of it.

    Raises TimeoutExpired. The profile is one of its own in `folder`, so that two can run at once; its address must be
    absolute: LibreOffice waits for ever for one that it cannot read. What we start is a launcher, so the whole group
    is ended with it.
    """
    found = program()
    if found is None:
        return None
    source, folder = source.resolve(), folder.resolve()
    command = [
        found, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck",
        "--convert-to", ending, "--outdir", str(folder), str(source),
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(seconds)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    made = folder / f"{source.stem}.{ending}"
    return made if process.returncode == 0 and made.is_file() else None
