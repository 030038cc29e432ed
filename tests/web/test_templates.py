"""Every template can be compiled, once for all who start the application in the same folder."""

from pathlib import Path

from flask import Flask
from jinja2 import Environment
from pytest import MonkeyPatch

from consult.wiring.app import warm


def test_templates_are_compiled_at_the_start_and_kept_for_the_next(sqlite_app: Flask, monkeypatch: MonkeyPatch) -> None:
    warm(sqlite_app)
    kept = list((Path(sqlite_app.instance_path) / "templates").iterdir())
    assert len(kept) >= len(sqlite_app.jinja_env.list_templates(extensions=["html"])) > 100
    monkeypatch.setattr(Environment, "_generate", None)  # whoever compiles now fails
    sqlite_app.jinja_env.cache.clear()  # type: ignore[union-attr]
    warm(sqlite_app)
