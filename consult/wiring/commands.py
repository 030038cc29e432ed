"""The command line with the application behind it."""

import click
from flask.cli import FlaskGroup

from consult.config import BadSetting, make_secrets, place
from consult.wiring.app import create_app


def main(arguments: list[str]) -> None:
    """Run one command; a setting that cannot work is one sentence and exit status 2."""
    if arguments[:1] == ["init"]:
        make_secrets(place())
    try:
        app = create_app()
    except BadSetting as error:
        click.echo(f"设置有问题：{error}", err=True)
        raise SystemExit(2) from None
    group = FlaskGroup(name="consult", create_app=lambda: app, add_default_commands=False, load_dotenv=False)
    group.main(args=arguments, prog_name="consult")
