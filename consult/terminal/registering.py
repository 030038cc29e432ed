"""The command that enters opinions received elsewhere: tables, letters, mails, JSON lines; all or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from consult.base import clock
from consult.base.db import transaction
from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts import find
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.intake import alike, attachments
from consult.intake.incoming import MOST_TOLD
from consult.intake.loading import read_incoming
from consult.intake.proposing import Draft, Proposal, propose
from consult.intake.register import decoded, entry_of, left_out, looks_like_lines, read_lines, recorded, register
from consult.intake.words import CHANNELS, OFFLINE, STANCES
from consult.terminal.talk import keys, me, plainly, settings


@click.command("register", help="登记别处收到的意见，全部登记或者一条也不登记：xlsx、docx、eml、mbox、txt、pdf 或者每行一条的 JSON。")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--channel", required=True, help="来源：letter、email、phone、fax、meeting、hearing、12345、wechat、qq、visit")
@click.option("--check", is_flag=True, help="只列出会登记什么，不写入")
@with_appcontext
@plainly
def register_command(slug: str, file: Path, channel: str, check: bool) -> None:
    """Enter opinions received elsewhere, all or none: xlsx, docx, eml, mbox, text, pdf, or JSON lines."""
    now, channel = clock.now(), channel.replace("e-mail", "email")
    if channel not in OFFLINE:
        raise Refused(f"登记渠道请从这些里选：{'、'.join(sorted(OFFLINE))}。", "channel")
    project = find.by_slug(slug)
    if not project.published_at:
        click.echo("注意：这份草案还没有公开征求意见，下面登记的是公开以前收到的意见。", err=True)
    version = find.current_version(project)
    draft = Draft(find.clauses(version.id), project.title)
    data, entries = file.read_bytes(), None
    if looks_like_lines(data, file.name):
        entries = read_lines(decoded(data), draft.resolve)
        for unknown, at in left_out(decoded(data)).items():
            click.echo(f"注意：“{shorten(unknown, 20)}”这一项没有读入（第 {at} 行起）。")
        proposals = recorded(entries, channel, clock.local_date(now), last_day(project.closes_at)) if check else []
    else:
        proposals = _proposed(project, draft, data, file.name, channel, now)
    if check:
        _print(draft, alike.marked(project.id, proposals))
        return
    worth = _worth_a_look(alike.marked(project.id, proposals))
    for line in worth[:MOST_TOLD]:
        click.echo(f"注意：{line}")
    if len(worth) > MOST_TOLD:
        click.echo(f"注意：另有 {len(worth) - MOST_TOLD} 处，加上 --check 可以先看全部。")
    if entries is None:
        entries = [entry_of(one, settings().files, now) for one in proposals]
    with transaction():
        project = find.by_slug(slug)
        sent = register(me(), now, consultation=project, version_id=version.id, channel=channel, entries=entries,
                        keys=keys(), folder=settings().files)  # fmt: skip
    attachments.unstage(settings().files, [one for entry in entries for one in entry.files])
    click.echo(f"已登记 {len(sent)} 份、{sum(len(one.comment_ids) for one in sent)} 条意见。")
    if late := sum(one.late for one in proposals):
        click.echo(f"其中 {late} 份标为逾期收到。")


def _proposed(
    project: Consultation, draft: Draft, data: bytes, name: str, channel: str, now: datetime
) -> list[Proposal]:
    """What a file would enter; Refused naming every place that cannot be read."""
    batch = read_incoming(data, name)
    for place, message in batch.notices:
        click.echo(f"注意：{place}{'：' if place else ''}{message}")
    if batch.troubles:
        raise Refused(batch.said_of_troubles(), "file")
    today = clock.local_date(now)
    sendings = [replace(one, channel="" if one.stamped else one.channel) for one in batch.sendings]
    found = [propose(draft, one, channel=channel, received_on=today, today=today, last_day=last_day(project.closes_at))
             for one in sendings]  # fmt: skip
    if wrong := [f"{one.place}：{one.trouble}" for one in found if one.trouble]:
        raise Refused("\n".join(wrong[:MOST_TOLD]), "file")
    if not found:
        raise Refused("没有可以登记的意见。", "file")
    return found


def _worth_a_look(proposals: Sequence[Proposal]) -> list[str]:
    lines = []
    for one in proposals:
        lines += [f"{one.place}：{note}" for note in one.notes]
        lines += [f"{row.place or one.place}：{note}" for row in one.rows for note in row.notes]
    return lines


def _print(draft: Draft, proposals: Sequence[Proposal]) -> None:
    """One line an opinion: number, clause, stance, first words, and what to look at."""
    number = 0
    for one in proposals:
        mark = f"，逾期收到（{one.why_late}）" if one.late else ""
        files = f"，附件 {len(one.files)} 个" if one.files else ""
        may = "，同意公开原文" if one.sender.may_publish else ""
        who = one.sender.name or one.sender.email or "没有署名"
        click.echo(f"{one.place}：{who}，{CHANNELS.get(one.channel, one.channel)}，{one.received_on} 收到{mark}{may}{files}")
        for note in one.notes:
            click.echo(f"      注意：{note}")
        for row in one.rows:
            number += 1
            words = shorten(row.item.text or row.item.proposed_text, 40)
            stance = STANCES.get(row.item.stance, row.item.stance)
            click.echo(f"{number:>4}  {draft.citation(row.item.clause_key)}　{stance}　{words}")
            for note in row.notes:
                click.echo(f"      注意：{note}")
    click.echo(f"可以登记 {len(proposals)} 份、{number} 条意见。这次只是核对，没有写入。")


COMMANDS = (register_command,)
