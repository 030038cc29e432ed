"""Pure: what was typed wrongly on the command line, in Chinese and with what to type instead."""

import re
from difflib import get_close_matches

import click

# what the placeholder of an argument stands for
WORDS = {
    "slug": "项目的网址代号", "file": "文件", "email": "邮箱", "target": "网址代号或者归档包", "archive": "归档包", "out": "要写的文件",
}  # fmt: skip
USAGE = {"[OPTIONS]": "[选项]", "COMMAND": "命令", "[ARGS]...": "…"}
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_EXTRA = re.compile(r"\((.*)\)", re.DOTALL)


def told(error: click.UsageError) -> str:
    """The mistake in one sentence, how the command is written, and where it is explained."""
    lines = [sentence(error)]
    if error.ctx is not None:
        pieces, path = spelled(" ".join(error.ctx.command.collect_usage_pieces(error.ctx))), error.ctx.command_path
        lines += [f"写法：{path} {pieces}".rstrip(), f"说明：{path} --help"]
    return "\n".join(lines)


def spelled(pieces: str) -> str:
    """How a command is written, its placeholders in Chinese."""
    for english, chinese in USAGE.items():
        pieces = pieces.replace(english, chinese)
    return pieces


def sentence(error: click.UsageError) -> str:
    """What is wrong and what to do; the library's own words are shown for nothing but what it has no name for."""
    if isinstance(error, click.MissingParameter):
        return f"缺少{_named(error.param)}，请补上。"
    if isinstance(error, click.BadParameter):
        return f"{_named(error.param)}{_unfit(error)}"
    if isinstance(error, click.NoSuchOption):
        return f"没有 {error.option_name} 这个选项{_instead(error.possibilities)}。"
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"没有 {error.command_name} 这个命令{_instead(get_close_matches(error.command_name, _commands(error)))}。"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return f"请写明要用哪个命令：{'、'.join(_commands(error))}。"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} {'后面不用写内容' if 'not take' in error.message else '后面要写内容'}。"
    if extra := _EXTRA.search(error.message):
        return f"多写了“{extra[1]}”；内容里有空格的，请用引号括起来。"
    return f"命令写得不对：{error.message}"


def _commands(error: click.UsageError) -> list[str]:
    """The commands there are, where one of them was to be named."""
    return error.ctx.command.list_commands(error.ctx) if error.ctx and isinstance(error.ctx.command, click.Group) else []


def _named(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return "有一项"
    if isinstance(parameter, click.Option):
        return f"选项 {max(parameter.opts, key=len)} "
    name = str(parameter.name)
    return f"{WORDS.get(name, '')} {name.upper()} ".lstrip()


def _unfit(error: click.BadParameter) -> str:
    """Why a value does not fit: of a file, of a number, or in words of our own."""
    found = _QUOTED.findall(error.message)
    value, kind = (found[-1] if found else ""), error.param.type if error.param else None
    if isinstance(kind, click.Path):
        return next((f"“{value}”{words}。" for mark, words in _FILES.items() if mark in error.message), f"“{value}”不能用。")
    if isinstance(kind, click.types.IntParamType):
        return f"要写整数，不能写“{value}”。"
    return f"不能写“{value}”。" if value else error.message


_FILES = {
    "does not exist": "不存在，请检查路径", "is a directory": "是文件夹，请写文件", "not readable": "不能读取，请检查权限",
    "not writable": "不能写入，请检查权限", "is a file": "是文件，请写文件夹",
}  # fmt: skip


def _instead(possibilities: list[str] | None) -> str:
    return f"，是不是要写 {' 或者 '.join(possibilities)}" if possibilities else ""
