"""`scripts/bench archive`: a project put into its archive, the archive checked, and brought back elsewhere; beside floors.

A project of so many opinions is filled as by `scripts/bench fill`, each sending with its digest and its entry in the
audit chain. Every line is a process of its own, so that its peak of memory is its own. The floors do the bare work in
the same order and nothing else: `rows alone` reads every row of the project, `zip alone` packs the bytes of all members
again with the zipfile module, `sha256 alone` unpacks and hashes them, `insert alone` writes the same rows into an empty
database. The restored project gives the same tables as csv and json, byte for byte, or the run ends with 1, as it does
where a bound is missed. What is compared is processor time, which a busy machine changes less than the clock on the wall.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from consult.base.db import db, transaction
from consult.base.migrations import upgrade
from consult.base.people import operator
from consult.drafts import find
from consult.review import desk
from consult.summary import archive_check, carried, export
from consult.summary.restore import restore
from consult.wiring.app import create_app
from scripts.bench_archive_fill import fill
from scripts.bench_fill import AFTER, SLUG, settings_for

SIZE, MEMORY_MB = 100_000, 500.0
TABLES = ("summary", "summary-gb", "adoption", "comparison", "disputes", "raw")
# measurement → (the floors that it is compared with, the most it may take of their sum)
BOUNDS = {"archive": (("rows alone", "zip alone"), 7.0), "verify": (("sha256 alone",), 2.5), "restore": (("insert alone",), 7.0)}
RUNS = ("rows alone", "archive", "zip alone", "sha256 alone", "verify", "insert alone", "restore")


def _rows(_folder: Path) -> None:
    number = find.by_slug(SLUG).id
    for name in carried.CARRIED:
        for _ in carried.rows(db.session(), name, number):
            pass


def _archive(folder: Path) -> None:
    export.export("summary", "zip", find.by_slug(SLUG), AFTER, folder / "archive.zip")


def _zip(folder: Path) -> None:
    with zipfile.ZipFile(folder / "archive.zip") as old, zipfile.ZipFile(folder / "again.zip", "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            with old.open(one) as source, new.open(one.filename, "w") as target:
                while part := source.read(1 << 20):
                    target.write(part)
    (folder / "again.zip").unlink()


def _sha256(folder: Path) -> None:
    with zipfile.ZipFile(folder / "archive.zip") as archive:
        for one in archive.infolist():
            with archive.open(one) as source:
                hashlib.file_digest(source, "sha256")  # type: ignore[arg-type]


def _verify(folder: Path) -> None:
    for fault in archive_check.faults(folder / "archive.zip"):
        raise SystemExit(fault)


def _insert(folder: Path) -> None:
    with zipfile.ZipFile(folder / "archive.zip") as archive, transaction():
        for name in ("unit", "user_account", *carried.CARRIED):
            if name in carried.CARRIED:
                rows = map(carried.reader(name), map(json.loads, archive_check.lines(archive, f"rows/{name}.jsonl")))
                while part := list(islice(rows, 500)):
                    db.session.execute(insert(carried.table(name)), part)


def _restore(folder: Path) -> None:
    with transaction():
        number = restore(operator("bench"), AFTER, folder / "archive.zip", folder / "files").id
    while True:
        with transaction():
            if not desk.settle(number, 2000):
                return


WORK: dict[str, Callable[[Path], None]] = {
    "rows alone": _rows, "archive": _archive, "zip alone": _zip, "sha256 alone": _sha256, "verify": _verify,
    "insert alone": _insert, "restore": _restore,
}  # fmt: skip
ELSEWHERE = ("insert alone", "restore")  # in a database of their own


def main(folder: str, url: str, what: str) -> None:
    """One measurement in this process, printed as JSON: processor and wall seconds, peak in MB, digest of the tables."""
    home = Path(folder)
    app = _app(home / what.replace(" ", "-") if what in ELSEWHERE else home, url)
    with app.app_context():
        if what in ELSEWHERE:
            upgrade(db.engine)
        spent, began = time.process_time(), time.perf_counter()
        WORK[what](home)
        found: dict[str, object] = {"cpu": time.process_time() - spent, "wall": time.perf_counter() - began, "peak": _peak()}
        if what in ("archive", "restore"):
            found["tables"] = _tables(home)
    print(json.dumps(found))


def _app(folder: Path, url: str) -> Flask:
    folder.mkdir(parents=True, exist_ok=True)
    return create_app(settings_for(folder, url), keep_pages=False, now=lambda: AFTER)


def _tables(folder: Path) -> str:
    """One digest over every table as csv and json."""
    found = hashlib.sha256()
    for name in TABLES:
        for fmt in ("csv", "json"):
            found.update(export.export(name, fmt, find.by_slug(SLUG), AFTER, folder / "table").digest.encode())
    (folder / "table").unlink()
    return found.hexdigest()


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """The address of an empty database of its own; empty for SQLite, whose file lies in the folder."""
    if kind != "postgresql":
        yield ""
        return
    from tests.factories.servers import postgresql

    with postgresql() as url:
        yield url


def _measured(folder: Path, url: str, what: str) -> dict[str, float | str]:
    command = [sys.executable, "-m", "scripts.bench_archive", str(folder), url, what]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    found: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(folder: Path, kind: str, url: str) -> bool:
    """A line for each measurement; True where every bound holds and the tables that came back are the same."""
    print(f"{'':14} {'cpu s':>8} {'wall s':>8} {'peak MB':>8}", flush=True)
    found = {}
    for what in RUNS:
        with _database(kind if what in ELSEWHERE else "sqlite") as elsewhere, _emptied(folder / what.replace(" ", "-")):
            one = found[what] = _measured(folder, elsewhere if what in ELSEWHERE else url, what)
        print(f"{what:14} {one['cpu']:8.2f} {one['wall']:8.2f} {one['peak']:8.0f}", flush=True)
    kept = found["archive"]["tables"] == found["restore"]["tables"]
    print(f"the tables that came back are {'the same' if kept else 'OTHERS'}; the archive has {(folder / 'archive.zip').stat().st_size / 1e6:.0f} MB")
    for what, (floors, most) in BOUNDS.items():
        ratio = float(found[what]["cpu"]) / sum(float(found[one]["cpu"]) for one in floors)
        large = float(found[what]["peak"]) > MEMORY_MB
        kept &= ratio <= most and not large
        print(f"{what} / ({' + '.join(floors)}): {ratio:.2f}, at most {most}{'' if ratio <= most else '  MISSED'}"
              f"{f'; more than {MEMORY_MB:.0f} MB  MISSED' if large else ''}", flush=True)  # fmt: skip
    return kept


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """A folder that is not there before and after."""
    shutil.rmtree(folder, ignore_errors=True)
    yield
    shutil.rmtree(folder, ignore_errors=True)


def bench_archive(arguments: list[str]) -> None:
    """Fill, then measure. Exits with 1 where a bound is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench archive")
    parser.add_argument("--opinions", type=int, default=SIZE)
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, help="keep the filled folder (SQLite), and measure it where it is there already")
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = chosen.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(_database(chosen.database))
        if url or not (folder / "consult.sqlite").is_file():
            app = _app(folder, url)
            fill(app, chosen.opinions)
            with app.app_context():
                db.engine.dispose()
        print(f"\n{chosen.database}, {chosen.opinions} opinions")
        kept = measure(folder, chosen.database, url)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
