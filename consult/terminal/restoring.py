"""`consult load --archive`: a project comes back from its archive."""

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from consult.base import clock
from consult.base.db import transaction
from consult.drafts import find
from consult.review import desk
from consult.summary.restore import restore
from consult.terminal.talk import Progress, me, plainly, settings


class Load(click.Command):
    """`load` of a draft, or with --archive of a whole project: two lists of options under one name."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The options of whichever of the two was typed."""
        if any(one.partition("=")[0] == "--archive" for one in args):
            return restore_command.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command("load", help="从归档包恢复整个项目，全部恢复或者一点也不恢复。")
@click.option(
    "--archive",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="用 export --format zip 导出的归档包",
)
@click.option("--slug", default="", help="另用一个网址代号，原来的已经有项目在用时")
@with_appcontext
@plainly
def restore_command(archive: Path, slug: str) -> None:
    """Bring a project back from its archive, whole or not at all."""
    progress = Progress("恢复")
    try:
        with transaction():
            project = restore(me(), clock.now(), archive, settings().files, slug, progress)
            number, name, title = project.id, project.slug, project.title
    finally:
        progress.end()
    _onto_the_desk(number)
    click.echo(
        f"已恢复《{title}》：{find.clause_count(find.current_version(find.by_id(number)).id)} 个条款，网址 /c/{name}"
    )
    click.echo("联系方式不在归档包里，没有恢复。密钥（CONSULT_DATA_KEY）和原来相同的，回执码可以继续查询。")


def _onto_the_desk(number: int) -> None:
    """The list of the reviewers is made anew from what came back."""
    whole, show, done = desk.waiting(number), Progress("整理恢复的意见"), 0
    while True:
        with transaction():
            taken = desk.settle(number, limit=2000)
        done += taken
        if not taken:
            break
        show(done, whole)
    show.end()
