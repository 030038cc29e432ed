"""Broken files of every kind are read or refused: no crash, bounded time and memory."""

import subprocess
import sys
from pathlib import Path

import mutations


def test_broken_files():
    slowest, refused = mutations.run(120, 10**6)
    assert slowest < 10
    assert 0 < refused < 120


def test_memory_is_bounded():
    """In a process of its own, since the peak of this one counts every test before it."""
    script = Path(mutations.__file__)
    run = subprocess.run([sys.executable, str(script), "30", "77"], capture_output=True, text=True, check=True)
    assert int(run.stdout.split()[2]) < 500
