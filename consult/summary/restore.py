"""The verb that brings a project back from its archive, whole or not at all."""

import hashlib
import json
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from consult.base.accounts import account_digest
from consult.base.audit import record
from consult.base.crypto import canonical
from consult.base.db import db, serialise
from consult.base.directory import unit_digest
from consult.base.errors import Conflict, Refused
from consult.base.files import StoredFile
from consult.base.people import Actor, Unit, User
from consult.drafts.models import Consultation
from consult.drafts.publish import SLUG
from consult.intake.models import Arrival
from consult.summary import verify
from consult.summary.archive_audit import users_in
from consult.summary.archive_check import EARLIER, ENTRIES, digest_of, faults, lines, read_manifest
from consult.summary.carried import CARRIED, reader, table
from consult.summary.restore_bounds import require_own
from consult.summary.restore_digests import follow, reseal_batch, reseal_rest, reseal_sendings
from consult.summary.restore_files import Files
from consult.summary.restore_models import RestoredEntry, entry_line
from consult.summary.restore_moves import Moves, distance, places_of_units
from consult.summary.steps import Report, Steps

SLICE = 500
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, StatementError)
OUTSIDE = "archive.invalid"  # where the address of an account that only stands for a name ends (RFC 2606)


def restore(
    actor: Actor, now: datetime, path: Path, folder: Path, slug: str = "", report: Report = lambda *_: None
) -> Consultation:
    """Bring back the project in the archive at `path`, under another `slug` where one is given; files go to `folder`.

    Raises Refused where the archive is damaged, forged or newer, Conflict where its address is taken or the project
    is here already. Numbers stay as they were where they are free here, else all of a table move by one distance.
    `report` is told how far each of three steps is (checking, writing, checking what was written), and its name.
    """
    actor.require("operator")
    for fault in faults(path, report=report):
        raise Refused(f"归档包没有通过核对：{fault}。没有恢复任何内容。", "archive")
    with zipfile.ZipFile(path) as archive:
        manifest = read_manifest(archive) or {}
        if "format" not in manifest:
            raise Refused("这个包只有表格，没有可以恢复的数据（由旧版本导出）。", "archive")
        wanted = slug or manifest["slug"]
        if not SLUG.match(wanted):
            raise Refused("网址代号只能用小写字母、数字和短横线，最多64个字符。", "slug")
        serialise("restore")
        if db.session.scalar(select(Consultation.id).where(Consultation.slug == wanted)):
            raise Conflict(
                f"网址代号“{wanted}”已经有项目在用。如果就是归档的这个项目，它还在本系统里，不用恢复；"
                "如果是别的项目，请用 --slug 换一个代号。没有恢复任何内容。", "slug"
            )  # fmt: skip
        files = Files(archive, folder)
        files.require_room()
        try:
            with closing(_Restoring(db.session(), archive, manifest, now, files, digest_of(path), report)) as restoring:
                return restoring.run(actor, wanted)
        except BaseException as error:
            files.take_back()
            told = _told(error)
    raise told  # out here nothing holds on to where it happened, and so to members that are still open


def _told(error: BaseException) -> BaseException:
    """What is said of an archive that cannot be brought back; anything that is no fault of the archive, as it is."""
    if isinstance(error, IntegrityError):
        return Conflict(
            "归档包里的内容和本系统已有的内容重复，可能这个项目还在本系统里；"
            "同一个项目在一套系统里只能有一份，请恢复到另一套系统。没有恢复任何内容。",
            "archive",
        )
    if isinstance(error, UNREADABLE) and not isinstance(error, OperationalError):
        words = "记录嵌套过深" if isinstance(error, RecursionError) else error
        return Refused(f"归档包里的数据读不懂（{words}），可能由更新的版本导出。没有恢复任何内容。", "archive")
    return error


class _Restoring:
    """One archive on its way into the database."""

    def __init__(
        self, session: Session, archive: zipfile.ZipFile, manifest: dict[str, Any], now: datetime, files: Files,
        sealed: str, report: Report,
    ) -> None:  # fmt: skip
        self.session, self.archive, self.now, self.files, self.sealed = session, archive, now, files, sealed
        self.moves, self.report = Moves(), report
        expected = {one["name"]: one["rows"] for one in manifest["files"] if isinstance(one.get("rows"), int)}
        self.steps = Steps(report, {name: expected.get(name, 0) for name in (*map(_member, CARRIED), ENTRIES)})

    def close(self) -> None:
        """What was noted on the way is not needed any more."""
        self.moves.close()

    def run(self, actor: Actor, slug: str) -> Consultation:
        first = next(self._rows("consultation"), None)
        if first is None:
            raise ValueError("consultation")
        self._measure()
        number = self.moves.number("consultation", first["id"])
        entered = {"units": self._units(), "accounts": self._accounts()}
        self._files()
        written = {name: self._table(name, slug, number) for name in CARRIED}
        require_own(self.session, number, written)
        if self.moves.digests:
            reseal_rest(self.session, self.moves, number)
        self._count_on()
        record(actor, "restore", f"consultation:{number}", self.now, digest=self.sealed, entries=self._entries(number),
               rows=sum(written.values()), **entered)  # fmt: skip
        self.session.expire_all()
        for fault in verify.faults(self.session, number, self.report):
            raise Refused(f"恢复后的内容没有通过核对：{fault}。没有恢复任何内容。", "archive")
        return db.session.get_one(Consultation, number)

    @property
    def _again(self) -> bool:
        """Whether the project was restored before it was archived."""
        return EARLIER in self.archive.namelist()

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        yield from map(json.loads, lines(self.archive, _member(name)))

    def _measure(self) -> None:
        """How far each table's numbers move."""
        for name in (*CARRIED, "stored_file"):
            if "id" in table(name).c:
                far = distance(self.session, name, lambda name=name: (one["id"] for one in self._rows(name)))
                self.moves.by[name] = far
        spoken = self._spoken()
        self.moves.by["user_account"] = distance(self.session, "user_account", lambda: spoken)

    def _spoken(self) -> set[int]:
        """Every account that the archive speaks of, also those that were only named."""
        members = map(_member, CARRIED)
        earlier = [EARLIER] if self._again else []
        return {
            one
            for member in (*members, *earlier, ENTRIES)
            for line in lines(self.archive, member)
            for one in users_in(line.decode())
        }

    def _units(self) -> dict[str, str]:
        """Units by their full names; new ones are entered. Number → digest of these."""
        self.moves.units, fresh = places_of_units(self.session, self._rows("unit"))
        rows = [Unit(**one, active=True) for one in fresh]
        self.session.add_all(rows)
        self.session.flush()
        return {str(one.id): unit_digest(one, []) for one in rows}

    def _accounts(self) -> dict[str, str]:
        """Accounts that only stand for a name: closed, without a password, with an address that leads nowhere."""
        made = {}
        for one in self._rows("user_account"):
            number = self.moves.number("user_account", one["id"])
            email = f"{self.sealed[:12]}-{number}@{OUTSIDE}"
            self.session.add(User(id=number, email=email, name=one["name"], password=None, active=False,
                                  fs_uniquifier=secrets.token_hex(16), created_at=self.now))  # fmt: skip
            made[str(number)] = account_digest(email, one["name"])
        self.session.flush()
        return made

    def _files(self) -> None:
        """The bytes under their hash, once, and the rows that name them."""
        for one in self._rows("stored_file"):
            facts = self.moves.row("stored_file", one) | {"stored_at": datetime.fromisoformat(one["stored_at"])}
            self.session.execute(insert(StoredFile), facts)
            self.files.put(one["sha256"])
            self.moves.hashes.put([(facts["id"], one["sha256"])])

    def _table(self, name: str, slug: str, number: int) -> int:
        """The rows of one table; how many."""
        moves, count = self.moves, 0
        found = map(reader(name), self.steps.of(_member(name), self._rows(name), "正在写入"))
        while part := list(islice(found, SLICE)):
            landed = []
            for old in part:
                new = moves.row(name, old) | ({"slug": slug} if name == "consultation" else {})
                follow(moves, name, old, new)
                landed.append(new)
            self.session.execute(insert(table(name)), landed)
            if name == "comment":  # the desk takes them in as if they had just come
                waiting = [
                    {"consultation_id": one["consultation_id"], "comment_id": one["id"], "what": "new"}
                    for one in landed
                ]
                self.session.execute(insert(Arrival), waiting)
            count += len(part)
        if name == "attachment" and moves.moved:
            reseal_sendings(self.session, moves, number)
        return count

    def _entries(self, number: int) -> str:
        """The audit entries, speaking of the numbers of here; the seal over all of them in order."""
        found, sealed = self._said(), hashlib.sha256()
        while part := list(islice(found, SLICE)):
            rows = [self._entry(number, one) for one in part]
            for row in rows:
                sealed.update(entry_line(row))
            self.session.execute(insert(RestoredEntry), rows)
        return sealed.hexdigest()

    def _said(self) -> Iterator[dict[str, Any]]:
        """The entries in order; behind those that came with an earlier archive the numbers go on."""
        last = 0
        for line in lines(self.archive, EARLIER) if self._again else ():
            one = json.loads(line)
            last = one["number"]
            yield one | {"id": last}
        for line in self.steps.of(ENTRIES, lines(self.archive, ENTRIES), "正在写入审计日志"):
            one = json.loads(line)
            yield one | {"id": last + one["id"]}

    def _entry(self, number: int, one: dict[str, Any]) -> dict[str, Any]:
        facts = self.moves.facts(one["action"], json.loads(one["facts"]))
        if self.moves.moved:
            reseal_batch(self.session, self.moves, one["action"], facts)
        return {
            "consultation_id": number, "number": one["id"], "at": datetime.fromisoformat(one["at"]),
            "actor": self.moves.ref(one["actor"]), "action": one["action"],
            "subject": self.moves.subject(one["subject"]), "facts": canonical(facts),
        }  # fmt: skip

    def _count_on(self) -> None:
        """PostgreSQL counts by itself only what it numbered: tell it where the numbers are now."""
        if self.session.get_bind().dialect.name != "postgresql":
            return
        for name in (*CARRIED, "stored_file", "unit", "user_account"):
            if "id" in table(name).c:
                sequence = f"pg_get_serial_sequence('\"{name}\"', 'id')"
                last = f'(SELECT max(id) FROM "{name}")'  # names are our own tables, nothing that came in
                self.session.execute(text(f"SELECT setval({sequence}, {last}) WHERE {last} IS NOT NULL"))


def _member(name: str) -> str:
    """The file of the archive with the rows of a table."""
    return f"rows/{name}.jsonl"
