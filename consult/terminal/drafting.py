"""Commands of the first stages: split a document, load and publish a draft, group opinions."""

import hashlib
import time
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from consult.base import clock
from consult.base.db import transaction
from consult.base.text import printable, shorten
from consult.drafts import find, publish
from consult.drafts.models import KINDS
from consult.drafts.publish import Draft
from consult.drafts.questions import asks, is_question, question_split
from consult.drafts.reading import read
from consult.drafts.split import Split, read_and_split
from consult.drafts.split_command import main as split_main
from consult.review import desk, gathering, near, sweeps, topics
from consult.terminal.restoring import Load
from consult.terminal.talk import Progress, me, plainly


@click.command("split", help="把文稿拆分为条款并列出来，不写数据库。", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="文件 [--json]")
def split_command(arguments: tuple[str, ...]) -> None:
    """Print the clause tree of a document; touches no database."""
    raise SystemExit(split_main(list(arguments)))


@click.command("load", cls=Load, help="载入草案，加 --publish 立即公开；load --archive 归档包 [--slug 新代号] 恢复整个项目。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", required=True, help="网址代号：小写字母、数字、短横线")
@click.option("--title", default="", help="标题；不写就从文稿里读")
@click.option("--kind", default="other", show_default=True, help=f"类别：{'、'.join(f'{code} {name}' for code, name in KINDS.items())}")
@click.option("--unit", default="", help="起草单位")
@click.option("--opens", required=True, help="开始时间，例如 2026-03-02T09:00（北京时间）")
@click.option("--closes", required=True, help="截止时间，例如 2026-04-02T17:00；只写日期就到当天24时")
@click.option("--explanation", default="", help="起草说明")
@click.option("--contact", default="", help="向公众显示的联系方式")
@click.option("--shorten-reason", default="", help="缩短期限的理由")
@click.option("--publish", "publish_now", is_flag=True, help="立即公开，视为您已经做过保密审查")
@with_appcontext
@plainly
def load_command(
    file: Path, slug: str, title: str, kind: str, unit: str, opens: str, closes: str, explanation: str,
    contact: str, shorten_reason: str, publish_now: bool,
) -> None:  # fmt: skip
    """Import a draft; with --publish open it to the public. With --archive ZIP [--slug NEW] bring a project back."""
    now = clock.now()
    data = file.read_bytes()
    split = _split(data, file.name, kind)
    closes_at = clock.parse_local(closes, end_of_day=True, field="closes")
    draft = Draft(
        slug=slug, title=title or _title(split, file.stem), kind=kind, stage_label=split.stage_label or ("" if asks(kind) else "征求意见稿"),
        drafting_unit=unit or _storable(_from_notice(split, "unit")), opens_at=clock.parse_local(opens, field="opens"),
        closes_at=closes_at, explanation=explanation or _storable(_notice_text(split)),
        contact=contact or _storable(_contacts(split)), shorten_reason=shorten_reason,
    )  # fmt: skip
    for warning in (*split.warnings, *_deadline_differs(split, closes_at)):
        click.echo(f"注意：{warning}")
    with transaction():
        project = publish.load(me(), now, draft, split, file.name, hashlib.sha256(data).hexdigest())
        number = project.id
        if publish_now:
            publish.clear_secrecy(me(), now, project)
            for warning in publish.publish(me(), now, project).warnings:
                click.echo(f"注意：{warning}")
    project = find.by_id(number)
    count = find.clause_count(find.current_version(project).id)
    state = find.STATUS_NAMES[find.status(project, now)]
    what = f"“{project.title}”：一个问题" if asks(kind) else f"《{project.title}》：{count} 个条款"
    click.echo(f"已载入{what}，{state}，网址 /c/{slug}")


def _split(data: bytes, name: str, kind: str) -> Split:
    """A document cut into clauses; of the kinds that ask a question the file holds nothing but the question."""
    return question_split(read(data, name).text) if asks(kind) else read_and_split(data, name)


def _title(split: Split, stem: str) -> str:
    """The title as printed; a question is its own, shortened."""
    return shorten(split.pieces[0].text, 60) if is_question(split) else _storable(split.title or stem)


def _storable(text: str) -> str:
    """What was read from a file without the control characters that no field takes."""
    return "\n".join(map(printable, text.splitlines()))


def _from_notice(split: Split, name: str) -> str:
    contacts = split.notice.contacts if split.notice else ()
    return next((str(one[name]) for one in map(dict, contacts) if one.get(name)), "")


def _notice_text(split: Split) -> str:
    """The notice before the draft says why it is made: it stands in where no explanation was given."""
    return "\n".join(piece.text for piece in split.pieces if piece.kind == "notice")


def _contacts(split: Split) -> str:
    names = {"unit": "", "person": "联系人", "phones": "电话", "email": "邮箱", "address": "地址", "qq": "QQ"}
    lines = []
    for one in map(dict, split.notice.contacts if split.notice else ()):
        for name, title in names.items():
            value = one.get(name)
            if value:
                shown = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
                lines.append(f"{title}：{shown}" if title else shown)
    return "\n".join(dict.fromkeys(lines))


def _deadline_differs(split: Split, closes_at: datetime) -> list[str]:
    printed = split.notice.deadline if split.notice else None
    if not printed:
        return []
    stated = clock.parse_local(printed, end_of_day=True)
    if stated == closes_at:
        return []
    return [f"文中写的截止时间是{clock.show_closing(stated)}，这次填写的是{clock.show_closing(closes_at)}。"]


@click.command("group", help="归并说法相同和相近的意见，显示条数和用时。")
@click.argument("slug")
@click.option("--processes", default=2, show_default=True, help="同时用几个进程比对")
@with_appcontext
@plainly
def group_command(slug: str, processes: int) -> None:
    """Group opinions that say the same, also near copies; prints counts and seconds."""
    number = find.by_slug(slug).id
    started = time.monotonic()
    _take_in(number)
    sketches = gathering.Sketches(current_app.config["SETTINGS"].instance, number)
    comments, groups, writing = 0, 0, 0.0
    made: dict[tuple[str, ...], int] = {}
    show = Progress("比较各条款的意见")
    for batch in gathering.whole(number, sketches, processes, show):
        began = time.monotonic()
        with transaction():
            done = near.gather(me(), clock.now(), number, batch, made)
        comments, groups = comments + done[0], groups + done[1]
        writing += time.monotonic() - began
    show.end()
    click.echo(
        f"归并 {comments} 条意见，新建 {groups} 组，用时 {time.monotonic() - started:.2f} 秒，其中写入数据库 {writing:.2f} 秒。"
    )
    click.echo(f"整理出 {_topics(number)} 个话题。")


def _topics(number: int) -> int:
    """What many say on a clause is looked for once more, a clause a transaction; how many topics there are."""
    made_from, places, total, show = sweeps.stamp(number, sweeps.TOPICS), topics.grounds(number), 0, Progress("整理话题")
    for done, one in enumerate(places, 1):
        found = topics.of_clause(number, one)
        with transaction():
            topics.store(clock.now(), number, one.key, found)
        total += len(found)
        show(done, len(places))
    with transaction():
        topics.finish(clock.now(), number, made_from, [one.key for one in places])
    show.end()
    return total


def _take_in(number: int) -> None:
    """Everything that came in goes onto the desk, with progress where it is much."""
    whole, show = desk.waiting(number), Progress("整理新收到的意见")
    done = 0
    while True:
        with transaction():
            taken = desk.settle(number, limit=2000)
        done += taken
        if not taken:
            break
        show(done, whole)
    show.end()


COMMANDS = (split_command, load_command, group_command)
