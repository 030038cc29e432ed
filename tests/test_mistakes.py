"""What is typed wrongly on the command line is answered in Chinese, with what to type instead; nothing is done."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from consult.terminal.explaining import Explained
from consult.wiring import command_line
from consult.wiring.commands import NOT_OURS
from tests.test_commands import instance, run

__all__ = ["instance"]
ENGLISH = re.compile(r"(?i)usage|error|missing|invalid|options?:|commands?:|such |try |argument|default:|required|show this")
PERIOD = ("--opens", "2026-03-02", "--closes", "2026-04-02")
# what was typed → what is said first
MISTAKES: dict[tuple[str, ...], str] = {
    (): "请写明要用哪个命令：doctor、export、",
    ("user",): "请写明要用哪个命令：add、",
    ("lod",): "没有 lod 这个命令，是不是要写 load",
    ("发布",): "没有 发布 这个命令。",
    ("--nothing",): "没有 --nothing 这个选项",
    ("load",): "缺少文件 FILE ，请补上",
    ("load", "没有.txt", "--slug", "x", *PERIOD): "文件 FILE “没有.txt”不存在，请检查路径。",
    ("load", ".", "--slug", "x", *PERIOD): "文件 FILE “.”是文件夹，请写文件。",
    ("load", __file__): "缺少选项 --slug ，请补上。",
    ("load", __file__, "--slug"): "选项 --slug 后面要写内容。",
    ("load", __file__, "--slgu", "x"): "没有 --slgu 这个选项，是不是要写 --slug。",
    ("load", __file__, "--publish=yes"): "选项 --publish 后面不用写内容。",
    ("load", __file__, "另一个.txt", "--slug", "x", *PERIOD): "多写了“另一个.txt”",
    ("load", "--archive", "没有.zip"): "选项 --archive “没有.zip”不存在，请检查路径。",
    ("register", "x"): "缺少文件 FILE ",
    ("register", "x", __file__): "缺少选项 --channel ",
    ("group",): "缺少项目的网址代号 SLUG ，请补上。",
    ("group", "x", "--processes", "两个"): "选项 --processes 要写整数，不能写“两个”。",
    ("export", "x"): "缺少选项 --out ",
    ("export", "x", "--out", "."): "选项 --out “.”是文件夹，请写文件。",
    ("verify", "x", "y"): "多写了“y”",
    ("user", "ad"): "没有 ad 这个命令，是不是要写 add",
    ("user", "add"): "缺少邮箱 EMAIL ，请补上。",
    ("user", "add", "a@b.cn"): "缺少选项 --role ，请补上。",
    ("split",): "写法：consult split 文件 [--json]",
    ("split", __file__, "--jsn"): "写法：consult split 文件 [--json]",
}  # fmt: skip


@pytest.mark.parametrize("typed", MISTAKES, ids=" ".join)
def test_a_mistake_is_named_in_chinese(instance: Path, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...]) -> None:  # noqa: F811
    status, said = run(capsys, *typed)
    assert status == 2
    assert said.startswith(MISTAKES[typed]), said
    assert not ENGLISH.search(said), said
    assert "说明：consult" in said or said.startswith(("选项", "写法"))
    assert not (instance / "consult.sqlite").exists(), "nothing was begun"


def test_help_is_no_mistake(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    for typed in (["--help"], ["load", "--help"], ["split", "--help"]):
        with pytest.raises(SystemExit) as ended:
            command_line(typed)
        said = capsys.readouterr().out
        assert ended.value.code == 0 and said.startswith("写法：consult") and not ENGLISH.search(said)


def every(group: click.Group, before: str = "consult") -> Iterator[tuple[str, click.Command]]:
    """Each of our commands with the words that call it."""
    for name, command in group.commands.items():
        if name not in NOT_OURS:
            yield f"{before} {name}", command
            if isinstance(command, click.Group):
                yield from every(command, f"{before} {name}")


def test_every_command_is_explained_in_chinese(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.Context, "formatter_class", Explained)
    found = dict(every(sqlite_app.cli))
    assert {"consult load", "consult user add", "consult doctor"} <= set(found)
    for words, command in found.items():
        said = command.get_help(click.Context(command, info_name=words))
        assert said.startswith(f"写法：{words}") and not ENGLISH.search(said), said
        told = [command.help, *(one.help for one in command.params if isinstance(one, click.Option))]
        assert all(re.search("[\u4e00-\u9fff]", one or "") for one in told), said


@pytest.mark.parametrize("typed", [["--port", "八千"], ["--port", "0"], ["--prot", "1"], ["extra"]])
def test_a_wrong_start_is_named_in_chinese(typed: list[str]) -> None:
    script = Path(__file__).resolve().parent.parent / "scripts" / "serve.py"
    ended = subprocess.run([sys.executable, str(script), *typed], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "写法：scripts/run [--host 地址] [--port 端口]。端口请写 1 到 65535 之间的数。\n"
