"""Uploads between two pages: bound to person, bytes and day; swept when nobody comes back."""

from datetime import timedelta
from pathlib import Path

import pytest

from consult.base.crypto import Keys
from consult.base.errors import Refused
from consult.base.people import Actor
from consult.web.office.staging import PASTED, fetch, stage
from tests.factories.people import NOW

KEYS = Keys("k" * 40)
ME, OTHER = Actor("user:1", "周"), Actor("user:2", "李")


def test_what_was_staged_comes_back(tmp_path: Path) -> None:
    token = stage(tmp_path / "staging", KEYS, ME, NOW, b"\x00text", "C:\\草案\\办法.txt")
    found = fetch(tmp_path / "staging", KEYS, ME, NOW + timedelta(hours=23), token)
    assert (found.data, found.name) == (b"\x00text", "办法.txt")
    assert fetch(tmp_path, KEYS, ME, NOW, stage(tmp_path, KEYS, ME, NOW, b"x", "")).name == PASTED


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    stage(tmp_path / "staging", KEYS, ME, NOW, b"x", "../../evil")
    assert [path.name for path in tmp_path.iterdir()] == ["staging"]


@pytest.mark.parametrize(
    ("actor", "after", "change"),
    [
        (OTHER, timedelta(), ""),
        (ME, timedelta(days=1), ""),
        (ME, timedelta(), "x"),
    ],
)
def test_a_token_is_for_one_person_and_one_day(tmp_path: Path, actor: Actor, after: timedelta, change: str) -> None:
    token = stage(tmp_path, KEYS, ME, NOW, b"text", "a.txt")
    with pytest.raises(Refused):
        fetch(tmp_path, KEYS, actor, NOW + after, change + token)


def test_another_installation_does_not_know_the_token(tmp_path: Path) -> None:
    token = stage(tmp_path, KEYS, ME, NOW, b"text", "a.txt")
    with pytest.raises(Refused):
        fetch(tmp_path, Keys("z" * 40), ME, NOW, token)


def test_a_lost_file_is_asked_for_again(tmp_path: Path) -> None:
    token = stage(tmp_path, KEYS, ME, NOW, b"text", "a.txt")
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(Refused, match="重新上传"):
        fetch(tmp_path, KEYS, ME, NOW, token)


def test_old_files_are_swept_and_used_ones_stay(tmp_path: Path) -> None:
    stage(tmp_path, KEYS, ME, NOW, b"old", "a.txt")
    kept = stage(tmp_path, KEYS, ME, NOW + timedelta(hours=2), b"new", "b.txt")
    stage(tmp_path, KEYS, ME, NOW + timedelta(days=1, hours=1), b"newest", "c.txt")
    assert len(list(tmp_path.iterdir())) == 2
    assert fetch(tmp_path, KEYS, ME, NOW + timedelta(days=1, hours=1), kept).data == b"new"
