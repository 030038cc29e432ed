"""Opinions received elsewhere (letter, call, meeting …) enter the same ledger by a clerk's hand (R21)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from consult.base.audit import record
from consult.base.clock import local_date
from consult.base.crypto import Keys
from consult.base.errors import Conflict, Refused, StageError
from consult.base.files import Upload
from consult.base.people import Actor
from consult.drafts.models import Consultation
from consult.drafts.period import last_day
from consult.intake import screen
from consult.intake.attachments import Waiting, stage_scan
from consult.intake.proposing import Proposal, Row, why_late
from consult.intake.submit import Item, Sender, Sent, new_send_key, submit
from consult.intake.words import OFFLINE, STANCES, SUBMITTER_KINDS

BATCH = 500  # submissions named in one audit entry
MOST_LINES = 200_000
ALREADY = "这一份已经登记过了，没有重复登记。"


@dataclass(frozen=True)
class Entry:
    """One letter or call: what it says, who sent it, and the day it came in (None: today).

    `channel` where it is not that of the whole batch; `files` are scans that wait in the folder; `place` is where
    a refusal says that it stands, empty: its number. The same `send_key` is entered once, a second time refused.
    """

    items: tuple[Item, ...]
    sender: Sender = Sender()
    received_on: date | None = None
    channel: str = ""
    files: tuple[Waiting, ...] = ()
    place: str = ""
    send_key: str = ""


def register(
    actor: Actor, now: datetime, *, consultation: Consultation, version_id: int, channel: str,
    entries: Sequence[Entry], keys: Keys, folder: Path = Path(),
) -> list[Sent]:  # fmt: skip
    """Store all entries or none; one audit entry a batch. What came in after the deadline is marked 逾期收到 (R20).

    Raises Refused naming the entry at fault.
    """
    actor.require("office", "reviewer")
    if not {channel, *(one.channel for one in entries if one.channel)} <= OFFLINE:
        raise Refused(f"登记渠道请从这些里选：{'、'.join(sorted(OFFLINE))}。", "channel")
    if not entries:
        raise Refused("没有可以登记的意见。", "file")
    sent: list[Sent] = []
    for number, entry in enumerate(entries, 1):
        try:
            sent.append(_one(actor, now, consultation, version_id, channel, entry, keys, folder))
        except (Refused, Conflict) as refusal:
            place = entry.place or (f"第 {number} 份" if len(entries) > 1 else "")
            raise type(refusal)(f"{place}：{refusal.message}" if place else refusal.message, refusal.field) from None
    channels = " ".join(sorted({entry.channel or channel for entry in entries}))
    for start in range(0, len(sent), BATCH):
        batch = sent[start : start + BATCH]
        record(actor, "register", f"consultation:{consultation.id}", now, channel=channels,
               submissions={str(one.submission_id): one.digest for one in batch},
               senders={str(one.submission_id): list(one.sender) for one in batch})  # fmt: skip
    return sent


def _one(
    actor: Actor, now: datetime, consultation: Consultation, version_id: int, channel: str, entry: Entry, keys: Keys,
    folder: Path,
) -> Sent:  # fmt: skip
    day = entry.received_on or local_date(now)
    if day > local_date(now):
        raise Refused("收到日期还没有到，请检查。", "received_on")
    sent = submit(
        actor, now, consultation=consultation, version_id=version_id, channel=entry.channel or channel, items=entry.items,
        sender=entry.sender, send_key=entry.send_key or new_send_key(), opens_at=now, closes_at=now + timedelta(seconds=1), keys=keys,
        received_on=day, late=day > last_day(consultation.closes_at), registered_by=actor.ref, audited=False,
        files=entry.files, folder=folder,
    )  # fmt: skip
    if sent.repeated:
        raise Conflict(ALREADY)
    return sent


def entry_of(proposal: Proposal, folder: Path, now: datetime) -> Entry:
    """A proposal that was looked at, for the verb; its files are put where they wait. Raises Refused naming its place."""
    try:
        waiting = tuple(stage_scan(folder, Upload(one.name, one.data), now) for one in proposal.files)
    except StageError as error:
        raise type(error)(f"{proposal.place}：{error.message}", error.field) from None
    return Entry(tuple(row.item for row in proposal.rows), proposal.sender, proposal.received_on, proposal.channel,
                 waiting, proposal.place)  # fmt: skip


def recorded(entries: Sequence[Entry], channel: str, today: date, last: date) -> list[Proposal]:
    """Entries as proposals to look at: JSON lines say everything themselves. Raises Refused as the verb would."""
    out = []
    for number, entry in enumerate(entries, 1):
        day, place = entry.received_on or today, f"第 {number} 份"
        try:
            screen.screen_items(entry.items, screen.MOST_REGISTERED)
            screen.screen_sender(entry.sender, registered=True)
            if day > today:
                raise Refused("收到日期还没有到，请检查。", "received_on")
        except Refused as refusal:
            raise Refused(f"{place}：{refusal.message}", refusal.field) from None
        rows = tuple(Row(item, place=place) for item in entry.items)
        out.append(Proposal(place, rows, entry.sender, day, entry.channel or channel, why_late(day, last)))
    return out


def looks_like_lines(data: bytes, name: str) -> bool:
    """Whether a file is one of JSON lines: by its ending, or since its first line is a JSON record."""
    if name.lower().endswith((".jsonl", ".ndjson", ".json")):
        return True
    first = data.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0]
    if not first.startswith(b"{") or name.lower().endswith((".eml", ".mbox", ".docx", ".xlsx")):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def decoded(data: bytes) -> str:
    """The text of a file of JSON lines; Refused where it is no UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("文件不是 UTF-8 编码，请另存为 UTF-8 后再登记。", "file") from None


KEYS = frozenset({"clause", "text", "stance", "proposed_text", "reason", "received_on", "submitter", "decision"})


SENDER_KEYS = frozenset({"kind", "name", "phone", "email", "address", "region", "wants_reply", "may_contact", "may_publish"})


def left_out(text: str) -> dict[str, int]:
    """What JSON lines name beside what is entered, each with the first line that does: nothing is lost unseen.

    `text` was read by `read_lines` before.
    """
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        one = json.loads(line) if line.strip() else {}
        parts, sender = one.get("comments"), one.get("submitter")
        names = set(one) - KEYS - {"comments"}
        names |= {name for part in parts or () for name in set(part) - KEYS}
        names |= set(sender) - SENDER_KEYS if isinstance(sender, dict) else set()
        for name in sorted(names):
            found.setdefault(name, number)
    return found


def read_lines(text: str, resolve: Callable[[str], str | None]) -> list[Entry]:
    """Entries from JSON lines; `resolve` turns a key, label or citation into a clause key, or None.

    A line is either one opinion `{"clause", "text", "stance", "proposed_text", "reason", "received_on",
    "submitter": {…}}` or a whole sending `{"comments": […], "submitter": {…}}`. A `decision` in a line means
    that its `reason` is the office's, not the sender's. Raises Refused naming the line.
    """
    entries: list[Entry] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if len(entries) >= MOST_LINES:
            raise Refused(f"一次最多登记{MOST_LINES}份，请分几个文件。", "file")
        try:
            entries.append(_entry(json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant), resolve))
        except Refused as refusal:
            raise Refused(f"第 {number} 行：{refusal.message}", refusal.field) from None
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise Refused(f"第 {number} 行不是可以读懂的一条 JSON 记录，请检查。", "file") from None
    return entries


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A record whose members are named once: of two texts one would be lost."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("同一项写了两次，请只写一次。", "file")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _text(part: dict[str, object], name: str) -> str:
    """A text as it was written, empty for null; Refused for a list or a number: nobody said that."""
    value = part.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    raise Refused(f"{name} 应当是文字，要加引号。", name)


def _entry(line: dict[str, object], resolve: Callable[[str], str | None]) -> Entry:
    comments = line.get("comments")
    parts = [line] if comments is None else comments
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise Refused("comments 应当是一个列表，里面每一项都是一条记录。", "comments")
    items = tuple(_item(part, resolve) for part in parts)
    return Entry(items, _sender(line.get("submitter")), _day(line.get("received_on")))


def _day(typed: object) -> date | None:
    if typed is None or typed == "":
        return None
    try:
        day = date.fromisoformat(str(typed))
    except ValueError:
        day = None
    if day is None or day.isoformat() != typed:
        raise Refused("收到日期请写成 2026-03-02。", "received_on")
    return day


def _item(part: dict[str, object], resolve: Callable[[str], str | None]) -> Item:
    wanted = _text(part, "clause").strip()
    key = resolve(wanted) if wanted else None
    if wanted and key is None:
        raise Refused(f"草案里找不到“{wanted[:40]}”，请写条款编号、条款名称，或者留空表示全文。", "clause")
    stance = _text(part, "stance") or "other"
    if stance not in STANCES:
        stance = {name: code for code, name in STANCES.items()}.get(stance, stance)
    reason = "" if "decision" in part else _text(part, "reason")
    text, proposed = _text(part, "text"), _text(part, "proposed_text")
    if not text.strip() and not proposed.strip() and (strange := sorted(set(part) - KEYS)):
        raise Refused(f"没有写 text（意见内容）；“{strange[0][:20]}”这一项认不出，是不是写错了名字？", "text")
    return Item(key, stance, text, proposed, reason)


def _sender(given: object) -> Sender:
    if isinstance(given, str):
        return Sender(name=given)
    if given is None:
        return Sender()
    if not isinstance(given, dict):
        raise Refused("submitter 应当是一条记录，或者一个姓名。", "submitter")
    kind = _text(given, "kind")
    if kind not in SUBMITTER_KINDS:
        kind = {name: code for code, name in SUBMITTER_KINDS.items()}.get(kind, kind)
    if type(given.get("phone")) is int:  # a number that some program took for one
        given = given | {"phone": str(given["phone"])}
    texts = {name: _text(given, name) for name in ("name", "phone", "email", "address", "region")}
    return Sender(kind=kind, **texts, **{name: _agreed(given, name) for name in ("wants_reply", "may_contact", "may_publish")})


def _agreed(given: dict[str, object], name: str) -> bool:
    """A consent is exactly true; absent, null and false are none. Refused for a word, which somebody meant as one of them."""
    value = given.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise Refused(f"{name} 应当是 true 或者 false，不加引号。", name)
