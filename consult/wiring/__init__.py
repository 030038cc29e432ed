"""Stages and faces joined: the command line, the application, the jobs.

This module imports nothing heavy: `consult split` and `consult verify ARCHIVE` answer without Flask or
SQLAlchemy, so that they start at once and run where nothing else is installed.
"""

import sys
from io import TextIOWrapper


def command_line(arguments: list[str] | None = None) -> None:
    """The `consult` command."""
    argv = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file name may hold bytes that are no text: show them, do not stop
            stream.reconfigure(errors="backslashreplace")
    if argv[:1] == ["split"]:
        from consult.drafts.split_command import main

        sys.exit(main(argv[1:]))
    if argv[:1] == ["verify"] and argv[1:2] and argv[1].lower().endswith(".zip"):
        from consult.summary.archive_check import main as check

        sys.exit(check(argv[1:]))
    from consult.wiring.commands import main as run

    run(argv)
