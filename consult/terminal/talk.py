"""How commands speak: Chinese on the screen, refusals on standard error with exit status 1."""

import getpass
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import click
from flask import current_app

from consult.base.crypto import Keys
from consult.base.errors import StageError
from consult.base.people import Actor, operator
from consult.config import Settings

P = ParamSpec("P")
R = TypeVar("R")


def me() -> Actor:
    """The person at this shell, as the audit will name them."""
    try:
        return operator(getpass.getuser())
    except (OSError, KeyError):
        return operator("unknown")


def plainly(function: Callable[P, R]) -> Callable[P, R]:
    """A stage's refusal becomes its sentence and exit status 1, without a traceback."""

    @wraps(function)
    def speak(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except StageError as error:
            name = f"({error.field})" if error.field else ""
            click.echo(f"没有办成{name}：{error.message}", err=True)
            raise SystemExit(1) from None

    return speak


def settings() -> Settings:
    """The settings of this installation."""
    return cast(Settings, current_app.config["SETTINGS"])


def keys() -> Keys:
    """The keys of this installation."""
    return cast(Keys, current_app.extensions["keys"])


class Progress:
    """A bar with counts on standard error while something long runs; silent where nobody looks at a terminal."""

    WIDTH = 30

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = False
        self._wide = 0

    def __call__(self, done: int, whole: int, what: str = "") -> None:
        """Show how far it is, and with what it is busy."""
        if not sys.stderr.isatty() or whole <= 0:
            return
        full = min(self.WIDTH, self.WIDTH * done // whole)
        bar = "█" * full + "·" * (self.WIDTH - full)
        line = f"{self._what} {bar} {done}/{whole} {what}".rstrip()
        self._wide = max(self._wide, len(line) + len(what))  # Chinese is twice as wide: an earlier line is covered whole
        click.echo(f"\r{line:<{self._wide}}", nl=False, err=True)
        self._shown = True

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            click.echo("", err=True)
