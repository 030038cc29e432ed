"""Breaks files at random: cut, flipped, repeated, mixed, with labels and levels by the thousand.

`python tests/drafts/mutations.py COUNT [SEED]` runs COUNT of them and prints the slowest and the memory used.
"""

# ruff: noqa: E501 - tables read better unbroken

import random
import re
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import documents
import word_files

from consult.base.errors import Refused
from consult.drafts.reading import read
from consult.drafts.split import split

LABELS = ("第{n}条", "（一）", "({n})", "{n}.", "{n}.{n}", "一、", "第一章", "附件{n}", "①", "(i)", "Article {n}", "“", "修改为：“", "《", "目录\n", "附件：1.", "\n", " ", "(", "二〇二三年五月十日前", "<p>", "\x00", "\ufeff")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>"


def base(rng: random.Random) -> tuple[bytes, str]:
    """A good file of some kind and its name."""
    text = documents.make(rng.randrange(10**6), rng.choice([0.0, 0.5, 1.0])).text
    kind = rng.choice(["txt", "txt", "txt", "gbk", "utf16", "docx", "html", "pdf", "ofd"])
    if kind == "docx":
        return word_files.word([(line, None, 0) for line in text.split("\n")[:60]]), "x.docx"
    if kind == "html":
        rows = "".join(f"<p>{line}</p>" for line in text.split("\n"))
        return f"<html><body><div>{rows}</div></body></html>".encode(), "x.html"
    if kind == "pdf":
        return PDF, "x.pdf"
    if kind == "ofd":
        return word_files.zipped({"OFD.xml": b"<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>", "a.xml": text.encode()}), "x.ofd"
    return text.encode({"txt": "utf-8", "gbk": "gb18030", "utf16": "utf-16"}[kind]), "x.txt"


def mutated(rng: random.Random) -> tuple[bytes, str]:
    """A broken file and its name."""
    data, name = base(rng)
    for _ in range(rng.randint(1, 3)):
        data = _broken(rng, data)
    return data, rng.choice([name, name, "x.txt", "x.docx", "x.pdf", "x.html", "x.doc", ""])


def _broken(rng: random.Random, data: bytes) -> bytes:
    how = rng.choice(["cut", "cut", "flip", "random", "repeat", "swap", "many", "deep", "long", "insert"])
    at = rng.randrange(len(data) + 1)
    if how == "cut":
        return data[at:] if rng.random() < 0.3 else data[:at]
    if how == "flip":
        out = bytearray(data)
        for _ in range(min(len(out), rng.randint(1, 200))):
            out[rng.randrange(len(out))] = rng.randrange(256)
        return bytes(out)
    if how == "random":
        return data[:at] + rng.randbytes(rng.randint(1, 3000)) + data[at:]
    if how == "repeat":
        return data[:at] + data[at : at + rng.randint(1, 3000)] * rng.randint(2, 60) + data[at:]
    if how == "swap":
        return data[at:] + data[:at]
    if how == "insert":
        return data[:at] + rng.choice(LABELS).format(n=rng.randint(0, 99999)).encode() * rng.randint(1, 50) + data[at:]
    if how == "many":
        one = rng.choice(LABELS)
        return "".join(one.format(n=n) + rng.choice(["", "内容。", "甲"]) for n in range(rng.choice([100, 3000, 20_000]))).encode()
    if how == "deep":
        return "\n".join(".".join("1" * min(n, 9)) + " " + "(" * (n % 50) for n in range(rng.choice([50, 2000]))).encode()
    return rng.choice(["甲", "一", "（", "1.", "a ", "\u3000", "。"]).encode() * rng.choice([1000, 50_000])


def run(count: int, seed: int) -> tuple[float, int]:
    """(seconds of the slowest, how many were refused) of `count` mutations; anything but `Refused` goes through."""
    slowest, refused = 0.0, 0
    for number in range(seed, seed + count):
        data, name = mutated(random.Random(number))
        started = time.perf_counter()
        try:
            split(read(data, name))
        except Refused:
            refused += 1
        except BaseException:
            print(f"mutation {number}", file=sys.stderr)
            raise
        slowest = max(slowest, time.perf_counter() - started)
    return slowest, refused


def peak() -> int:
    """The most memory of this program in MB. Not ru_maxrss, which remembers the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


if __name__ == "__main__":
    print(*run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0), peak(), "MB")
