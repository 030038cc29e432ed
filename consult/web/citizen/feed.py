"""Atom feeds (RFC 4287): one of all published projects, and one of each project with everything that happens to it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, render_template, request

from consult.base import clock
from consult.drafts import find
from consult.drafts.bulletins import public_bulletins
from consult.drafts.hearings import KINDS, hearings
from consult.drafts.models import PURPOSES, Bulletin, Consultation, Extension, Hearing, Version
from consult.drafts.period import round_name
from consult.drafts.questions import asks
from consult.drafts.rounds import begun, periods, rounds
from consult.summary.find import released_at, released_ids
from consult.summary.published import Published, published
from consult.web import moment, settings
from consult.web.citizen.blueprint import citizen
from consult.web.citizen.card import card
from consult.web.citizen.shared import same_for_all

MOST = 50
ATOM = "application/atom+xml"


@dataclass(frozen=True)
class Happening:
    """One entry of a project's feed; `place` is what follows the project's address and never changes."""

    place: str
    at: datetime
    title: str
    text: str
    link: str = ""
    renewed: datetime | None = None

    @property
    def updated(self) -> datetime:
        """When the entry last said something new."""
        return self.renewed or self.at


def site() -> str:
    """The address of this site without a slash at its end: as configured, else as asked."""
    return (settings().public_url or request.url_root).rstrip("/")


@citizen.get("/feed.xml")
def feed() -> Response:
    """The newest projects; an entry is renewed when a result is out, the public is asked again, or it is withdrawn."""
    now = moment()
    released, again = released_at(now), begun()
    answered = released_ids(released)
    projects = find.published(MOST)
    entries = [(card(one, now, one.id in answered), _updated(one, released.get(one.id), again.get(one.id))) for one in projects]
    entries.sort(key=lambda pair: pair[1], reverse=True)
    newest = entries[0][1] if entries else now.replace(hour=0, minute=0, second=0, microsecond=0)
    page = render_template("citizen/feed.xml", entries=entries, site=site(), updated=newest, settings=settings())
    return same_for_all(page, ATOM)


def _updated(project: Consultation, *more: datetime | None) -> datetime:
    moments = [project.published_at, *more, project.withdrawn_at]
    return max(one for one in moments if one is not None)


@citizen.get("/c/<slug>/feed.xml")
def project_feed(slug: str) -> Response:
    """Publication, extensions, versions, bulletins, closing, results and withdrawal of one project, newest first."""
    now, project = moment(), find.public_by_slug(slug)
    found = sorted(_happenings(project, now), key=lambda one: one.updated, reverse=True)
    page = render_template(
        "citizen/feed_project.xml", card=card(project, now), c=project, entries=found, settings=settings(), site=site()
    )
    return same_for_all(page, ATOM)


def _happenings(project: Consultation, now: datetime) -> list[Happening]:
    versions = find.published_versions(project.id)
    return [
        _opening(project),
        *(_extension(one) for one in find.extensions(project.id)),
        *(_version(one, one is versions[-1], "问题" if asks(project.kind) else "草案") for one in versions[1:]),
        *(_bulletin(one) for one in public_bulletins(project.id)),
        *(_meeting(one) for one in hearings(project.id)),
        *_closings(project, now),
        *(_release(one) for one in published(project)),
        *_withdrawal(project),
    ]


def _opening(project: Consultation) -> Happening:
    # the deadline may move later; what an entry has said stays, the extension is an entry of its own
    act = "公开征集建议" if project.kind == "proposals" else "公开征求意见"
    asked = find.clauses(find.published_versions(project.id)[0].id)[0].text if asks(project.kind) else ""
    opened = periods(project, rounds(project.id))[0][0]
    words = "\n".join(one for one in (f"从{clock.show(opened)}起{act}。{project.plain_summary}", asked) if one).strip()
    return Happening("#published", _instant(project.published_at), act, words)


def _extension(one: Extension) -> Happening:
    words = f"截止时间由{clock.show_closing(one.before)}延长到{clock.show_closing(one.after)}。理由：{one.reason}"
    return Happening(f"#extension-{one.id}", one.at, "延长征求意见期限", words)


def _version(one: Version, newest: bool, what: str) -> Happening:
    place, done = f"#version-{one.number}", f"{what}更正，发布" if one.purpose == "correction" else f"公布{PURPOSES[one.purpose]}，"
    return Happening(place, _instant(one.frozen_at), f"{done}第{one.number}版", one.correction, "/changes" if newest else "")


def _bulletin(one: Bulletin) -> Happening:
    place = f"#bulletin-{one.id}"
    if one.withdrawn_at:
        return Happening(
            place, one.at, "通报已经撤下", f"理由：{one.withdraw_reason}", place, renewed=one.withdrawn_at
        )
    return Happening(place, one.at, f"通报：{one.title}", one.text, place)


def _meeting(one: Hearing) -> Happening:
    place = link = f"/hearings/{one.id}"
    if one.withdrawn_at:
        words = f"理由：{one.withdraw_reason}"
        return Happening(place, one.noticed_at, f"{one.title}已经取消", words, link, renewed=one.withdrawn_at)
    if one.minutes:
        return Happening(place, one.noticed_at, f"{one.title}笔录", one.minutes, link, renewed=one.minutes_at)
    words = f"{clock.show(one.held_at)}，{one.place}。{one.topics}"
    return Happening(place, one.noticed_at, f"{KINDS[one.kind]}公告：{one.title}", words, link)


def _closings(project: Consultation, now: datetime) -> list[Happening]:
    """The end of every period, and the beginning of every further one."""
    again, found = rounds(project.id), list[Happening]()
    for number, (opened, closes) in enumerate(periods(project, again), 1):
        name, place = (round_name(number), f"-{number}") if number > 1 else ("", "")
        if name:
            words = f"从{clock.show(opened)}起就修改稿再次征求意见，到{clock.show_closing(again[number - 2].closes_at)}截止。"
            found.append(Happening(f"#opened{place}", opened, f"再次征求意见（{name}）", words))
        if now < closes or (project.withdrawn_at and project.withdrawn_at < closes):
            continue
        words = f"{name}征求意见已经截止，收到的意见正在逐条研究，采纳情况将向社会公布。"
        found.append(Happening(f"#closed{place}", closes, f"{name}征求意见截止", words))
    return found


def _release(one: Published) -> Happening:
    number, lines = one.release.number, [line for line in one.release.notice.split("\n") if line.strip()]
    place = f"/result#release-{number}"
    return Happening(place, one.release.released_at, one.act, "\n".join(lines[1:]), f"/result/{number}")


def _withdrawal(project: Consultation) -> list[Happening]:
    if not project.withdrawn_at:
        return []
    return [Happening("#withdrawn", project.withdrawn_at, "项目撤回", f"理由：{project.withdraw_reason}")]


def _instant(moment: datetime | None) -> datetime:
    if moment is None:
        raise TypeError("asked of a project that is not published")
    return moment
