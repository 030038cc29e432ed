"""Commands on what goes out: export a table, verify that nothing was changed."""

from itertools import chain
from pathlib import Path

import click
from flask.cli import with_appcontext

from consult.base import audit, clock
from consult.base.db import db, transaction
from consult.base.errors import Refused
from consult.drafts import find
from consult.summary import export, verify
from consult.summary.archive_check import main as check_archive
from consult.terminal.talk import Progress, me, plainly


@click.command("export", help="导出一个项目的表格，任何时候都可以。")
@click.argument("slug")
@click.option(
    "--table",
    default="summary",
    show_default=True,
    help="表格：summary、summary-gb、adoption、ledger、comparison、disputes、raw",
)
@click.option("--format", "kind", default="xlsx", show_default=True, help="格式：xlsx、docx、csv、json、pdf、zip")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件，已有的会被覆盖"
)
@with_appcontext
@plainly
def export_command(slug: str, table: str, kind: str, out: Path) -> None:
    """Write a table of a project, at any moment."""
    now = clock.now()
    if not out.parent.is_dir():
        raise Refused(f"没有文件夹 {out.parent}，请先建好。", "out")
    progress = Progress("导出")
    made = export.export(table, kind, find.by_slug(slug), now, out, progress)
    progress.end()
    with transaction():
        export.note(me(), now, find.by_slug(slug), made)
    click.echo(f"已导出 {made.rows} 行到 {out}")
    if kind == "zip":
        click.echo(f"整包校验值（SHA-256，请另行保存）：{made.digest}")


@click.command("verify", help="核对审计日志和意见，或者核对归档包；有问题时说出第一处，退出状态为 1。")
@click.argument("target", required=False)
@click.option("--digest", default="", help="归档包导出时显示的校验值")
@with_appcontext
def verify_command(target: str | None, digest: str) -> None:
    """Check the audit chain and the opinion log, or an archive; exit status 1 and the first fault."""
    if target and target.lower().endswith(".zip"):
        raise SystemExit(check_archive([target, *(["--digest", digest] if digest else [])]))
    number, progress = _number(target), Progress("核对")
    for fault in chain(audit.end_faults(db.session(), audit.end_file()), verify.faults(db.session(), number, progress)):
        progress.end()
        click.echo(f"发现问题：{fault}", err=True)
        raise SystemExit(1)
    progress.end()
    count, head = audit.head(db.session)
    click.echo(f"核对无误：审计日志 {count} 条，最后一条的校验值 {head}")


@plainly
def _number(slug: str | None) -> int | None:
    return find.by_slug(slug).id if slug else None


COMMANDS = (export_command, verify_command)
