"""The README names every command, setting and route, and none that does not exist."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from consult.config import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, before: str = "consult") -> set[str]:
    """Every command with its words, groups opened."""
    found: set[str] = set()
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{before} {name}")
        else:
            found.add(f"{before} {name}")
    return found


OURS = {"split", "load", "register", "group", "export", "verify", "user", "init", "upgrade", "worker", "doctor"}


def test_every_command(app: Flask) -> None:
    ours = {one for one in commands(app.cli) if one.split()[1] in OURS}
    assert len(ours) == 14
    named = set(re.findall(r"consult (?:user )?[a-z]+", README))
    assert {one for one in ours if one not in README} == set()
    assert {one for one in named if one not in ours and one != "consult user"} == set()


@pytest.mark.parametrize("command", ["load", "register", "export"])
def test_every_option(app: Flask, command: str) -> None:
    for parameter in app.cli.commands[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in README, parameter.opts


def test_every_setting() -> None:
    known = {f"CONSULT_{field.name.upper()}" for field in fields(Settings)}
    assert set(re.findall(r"CONSULT_[A-Z_]+", README)) == known
    for field in fields(Settings):
        assert field.metadata["help"] in README, field.name


def test_every_route(app: Flask) -> None:
    section = README[README.index("## Addresses") : README.index("## How to verify a receipt")]
    named = set(re.findall(r"`(/[^`]*)`", section))
    rules = {rule.rule for rule in app.url_map.iter_rules()} - {"/static/<path:filename>", "/login/verify"}
    assert named == rules


def test_scripts_and_pictures_are_there() -> None:
    for script in re.findall(r"scripts/[a-z]+", README):
        assert (ROOT / script).exists(), script
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file(), picture
