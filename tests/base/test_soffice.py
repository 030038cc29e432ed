"""The program that converts files: whatever it started is ended with it at the time limit."""

import os
import subprocess
from pathlib import Path

import pytest

from consult.base import soffice


def test_at_the_time_limit_nothing_of_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "soffice"  # as the real one, a launcher behind which another process does the work
    slow.write_text(f"#!/bin/sh\nsleep 300 & echo $! > {tmp_path}/child\nwait\n")
    slow.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "a.docx").write_bytes(b"")
    with pytest.raises(subprocess.TimeoutExpired):
        soffice.convert(tmp_path / "a.docx", "pdf", tmp_path, 1)
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")  # a zombie, where nobody collects it, does nothing any more
    assert not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_without_it_there_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert soffice.program() is None
    assert soffice.convert(tmp_path / "a.docx", "pdf", tmp_path, 1) is None
