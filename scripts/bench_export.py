"""`scripts/bench export`: raw data of 100,000 and 1,000,000 opinions as xlsx, csv and json, beside two floors.

The floors are XlsxWriter in constant memory and the csv module, each alone with the same cells from the same cursor of
the database. Every line is a process of its own, so that its peak of memory is its own; what is compared is processor
time, which a busy machine changes less than the clock on the wall. Ours is the whole job: counting, reading, writing,
hashing. A line is followed by its ratios, and the exit status is 1 where a bound is missed.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import xlsxwriter

from consult.base.db import db
from consult.drafts import find
from consult.summary import export
from consult.summary.table import Cell
from consult.summary.tables import build
from consult.wiring.app import create_app
from scripts.bench_export_fill import SLUG, fill
from scripts.bench_fill import AFTER, settings_for

SIZES = (100_000, 1_000_000)
MEMORY_MB = 200.0
SHEET_MOST = 1_048_576
# measurement → (what it is compared with, the most it may take of it)
BOUNDS = {"xlsx": (("XlsxWriter alone", 0.25), ("csv module alone", 1.7)), "csv": (("csv module alone", 1.3),)}
RUNS = ("rows alone", "csv module alone", "csv", "xlsx", "json", "XlsxWriter alone")


def _rows() -> Iterator[tuple[Cell, ...]]:
    return iter(build(db.session(), "raw", find.by_slug(SLUG), AFTER).rows)


def _read(_out: Path) -> None:
    for _ in _rows():
        pass


def _csv_module(out: Path) -> None:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(_rows())


def _xlsxwriter(out: Path) -> None:
    """As one would write it: constant memory, texts as texts; a full sheet is followed by another."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(out), options) as book:
        sheet, line = book.add_worksheet(), 0
        for row in _rows():
            if line == SHEET_MOST:
                sheet, line = book.add_worksheet(), 0
            sheet.write_row(line, 0, row)
            line += 1


def _ours(fmt: str) -> Callable[[Path], None]:
    def run(out: Path) -> None:
        export.export("raw", fmt, find.by_slug(SLUG), AFTER, out)

    return run


WORK: dict[str, Callable[[Path], None]] = {
    "rows alone": _read, "csv module alone": _csv_module, "csv": _ours("csv"), "xlsx": _ours("xlsx"),
    "json": _ours("json"), "XlsxWriter alone": _xlsxwriter,
}  # fmt: skip


def main(folder: str, url: str, what: str) -> None:
    """One measurement in this process, printed as JSON: processor and wall seconds, peak and size in MB."""
    app = create_app(settings_for(Path(folder), url), keep_pages=False, now=lambda: AFTER)
    with app.app_context(), tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        find.by_slug(SLUG)
        spent, began = time.process_time(), time.perf_counter()
        WORK[what](out)
        found = {"cpu": time.process_time() - spent, "wall": time.perf_counter() - began}
        found["peak"] = _peak()
        found["size"] = out.stat().st_size / 1e6 if out.exists() else 0.0
    print(json.dumps(found))


def _peak() -> float:
    """The most memory this process ever had, in MB. `getrusage` would count that of the process it was started by too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _measured(folder: Path, url: str, what: str) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.bench_export", str(folder), url, what]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(folder: Path, url: str, repeat: int) -> bool:
    """A line for each measurement, the best of `repeat` runs; True where every bound holds."""
    print(f"{'':18} {'cpu s':>8} {'wall s':>8} {'peak MB':>8} {'MB':>8}", flush=True)
    found, kept = {}, True
    for what in RUNS:
        one = min((_measured(folder, url, what) for _ in range(repeat)), key=lambda run: run["cpu"])
        found[what] = one
        print(f"{what:18} {one['cpu']:8.2f} {one['wall']:8.2f} {one['peak']:8.0f} {one['size']:8.1f}", flush=True)
    for what, bounds in BOUNDS.items():
        for floor, most in bounds:
            ratio = found[what]["cpu"] / found[floor]["cpu"]
            kept &= ratio <= most
            print(f"{what} / {floor}: {ratio:.2f}, at most {most}{'' if ratio <= most else '  MISSED'}", flush=True)
    for what in ("xlsx", "csv", "json"):
        if found[what]["peak"] > MEMORY_MB:
            kept = False
            print(f"{what}: {found[what]['peak']:.0f} MB, at most {MEMORY_MB:.0f}  MISSED", flush=True)
    return kept


def bench_export(arguments: list[str]) -> None:
    """Fill, then measure; both sizes unless one is named. Exits with 1 where a bound is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench export")
    parser.add_argument("--opinions", type=int, action="append", help="rows; may be given more than once")
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql or an address")
    parser.add_argument("--folder", type=Path, help="keep the filled folders, and measure them where they are there already")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each line, of which the best counts")
    chosen = parser.parse_args(arguments)
    kept = True
    for opinions in chosen.opinions or SIZES:
        with ExitStack() as stack:
            folder = (chosen.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))) / str(opinions)
            url = "" if chosen.database == "sqlite" else chosen.database
            if chosen.database == "postgresql":
                from tests.factories.servers import postgresql

                url = stack.enter_context(postgresql())
            if url or not (folder / "consult.sqlite").is_file():
                folder.mkdir(parents=True, exist_ok=True)
                app = create_app(settings_for(folder, url), keep_pages=False, now=lambda: AFTER)
                fill(app, opinions)
                with app.app_context():
                    db.engine.dispose()
            print(f"\n{chosen.database.partition(':')[0]}, {opinions} opinions")
            kept &= measure(folder, url, chosen.repeat)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
