"""Pure: `--help` in Chinese."""

import re
from collections.abc import Sequence
from typing import Any

import click

from consult.terminal.mistakes import spelled

HEADINGS = {"Options": "选项", "Commands": "命令"}
VALUES = {"TEXT": "文字", "INTEGER": "整数", "FILE": "文件", "PATH": "路径"}
_DEFAULT = re.compile(r"\s*\[default: ([^\];]*)\]")


class Explained(click.HelpFormatter):
    """The library's layout with our words; what a command does is said where it is declared."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How it is written."""
        super().write_usage(prog, spelled(args), "写法：")

    def write_heading(self, heading: str) -> None:
        """The name of a list."""
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        """A list of options or commands."""
        super().write_dl([(_value(term), _words(text)) for term, text in rows], *args, **more)


def _value(term: str) -> str:
    name, _, kind = term.rpartition(" ")
    return f"{name} {VALUES[kind]}" if kind in VALUES else term


def _words(text: str) -> str:
    text = text.replace("Show this message and exit.", "显示这段说明").replace("  [required]", "（必填）")
    return _DEFAULT.sub(r"（不写就是 \1）", text)
