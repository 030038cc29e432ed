"""Page 公开页面: the plain words, a link and a code for every channel, and through which of them people came."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.drafts import find, views
from consult.drafts.bulletins import public_bulletins
from consult.drafts.introduction import introduce
from consult.drafts.models import Consultation
from consult.drafts.notes import every_note
from consult.intake import sources
from consult.summary import picture
from consult.web import moment
from consult.web.access import actor
from consult.web.citizen.poster import address_of
from consult.web.office.blueprint import bp, opened
from consult.web.office.public_forms import IntroductionForm
from consult.web.staff import done

CHANNELS = {"wechat": "微信", "weibo": "微博", "portal": "网站", "poster": "海报", "sms": "短信"}
_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
MOST_DAYS = 400
K = TypeVar("K")


@dataclass(frozen=True)
class Channel:
    """One way for people to come: its word in the address, what it is called, its whole address."""

    word: str
    name: str
    address: str


@dataclass(frozen=True)
class Count:
    """How often something was opened and how many sendings followed."""

    name: str
    views: int
    sent: int


@bp.route("/c/<slug>/public", methods=["GET", "POST"])
def public(slug: str) -> ResponseReturnValue:
    """What the public sees beside the text, and how it is found."""
    me, form = actor(), IntroductionForm()
    project, where = opened(slug)
    if not form.is_submitted():
        form.plain_summary.data, form.interpretation_url.data = project.plain_summary, project.interpretation_url
    elif form.validate():
        summary, url = form.plain_summary.data or "", form.interpretation_url.data or ""
        form.attempt(lambda: introduce(me, moment(), find.by_slug(slug), summary, url))
        if not form.errors:
            return done("已经保存，公众页面和海报上马上能看到。", "office.public", slug=slug)
    typed = request.args.get("channel", "").strip()
    return render_template(
        "office/public.html", form=form, project=project, where=where, typed=typed,
        wrong=bool(typed) and not _WORD.match(typed), channels=[_channel(project, one) for one in _words(typed)],
        notes=sum(not one.withdrawn_at for one in every_note(project.id)),
        bulletins=sum(not one.withdrawn_at for one in public_bulletins(project.id)), **_numbers(project.id),
    ), form.http_status  # fmt: skip


def _words(typed: str) -> list[str]:
    return [*CHANNELS, *([typed] if _WORD.match(typed) and typed not in CHANNELS else [])]


def _channel(project: Consultation, word: str) -> Channel:
    return Channel(word, CHANNELS.get(word, word), address_of(project, word))


def _numbers(consultation_id: int) -> dict[str, object]:
    """Views and sendings by channel and by day, with a picture of the days."""
    by_source = _joined(views.by_source(consultation_id), sources.by_source(consultation_id))
    named = [Count(CHANNELS.get(word, word) or "直接打开", seen, sent) for word, (seen, sent) in by_source.items()]
    by_day = _joined(views.by_day(consultation_id), sources.by_day(consultation_id))
    days = [Count(f"{day:%Y-%m-%d}", *by_day.get(day, (0, 0))) for day in _every_day(by_day)]
    return {
        "by_source": sorted(named, key=lambda one: (-one.views, -one.sent, one.name)), "by_day": days,
        "seen": sum(one.views for one in named), "sent": sum(one.sent for one in named),
        "days_seen": Markup(picture.days("每天浏览次数", [(one.name, one.views) for one in days])),
    }  # fmt: skip


def _joined(seen: Mapping[K, int], sent: Mapping[K, int]) -> dict[K, tuple[int, int]]:
    return {key: (seen.get(key, 0), sent.get(key, 0)) for key in {**seen, **sent}}


def _every_day(found: Mapping[date, object]) -> list[date]:
    """From the first day to the last one without gaps; the newest MOST_DAYS of them."""
    if not found:
        return []
    last = max(found)
    first = max(min(found), last - timedelta(days=MOST_DAYS - 1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
