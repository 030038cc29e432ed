"""Every command in one table, joined to the application."""

from flask import Flask

from consult.terminal import drafting, keeping, registering, results


def init_app(app: Flask) -> None:
    """Register the commands of the contract; `flask --app wsgi COMMAND` is the same."""
    for command in (*drafting.COMMANDS, *registering.COMMANDS, *results.COMMANDS, *keeping.COMMANDS):
        app.cli.add_command(command)
