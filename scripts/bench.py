"""Measurements: `split` is seconds per MB of the splitter, beside reading the file and one regular expression over it."""

import argparse
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from consult.drafts.numerals import int_to_chinese  # noqa: E402 - the checkout is put on the path first
from consult.drafts.split import read_and_split  # noqa: E402
from scripts.bench_archive import bench_archive  # noqa: E402
from scripts.bench_export import bench_export  # noqa: E402
from scripts.bench_fill import bench_fill  # noqa: E402
from scripts.bench_group import bench_group  # noqa: E402
from scripts.bench_many import bench_many  # noqa: E402
from scripts.bench_page import bench_page  # noqa: E402
from scripts.bench_post import bench_post  # noqa: E402
from scripts.bench_search import bench_search  # noqa: E402

SIZES = (0.2, 1, 4, 10)  # MB of UTF-8
_LABEL = re.compile(
    r"^[ \u3000]*(?:第[一二三四五六七八九十百千零]+[编章节条]|（[一二三四五六七八九十]+）)", re.MULTILINE
)
_TEXT = (
    "行政机关 应当 依法 公开 相关 信息 申请人 可以 向 主管部门 提出 书面 申请 提供 真实 材料 建立 健全 工作 机制 监督 检查 "
    "依照本法第三条的规定 违反前款第（二）项规定 百分之三十 一万元以下罚款"
)
_WORDS = _TEXT.split(" ")


def statute(megabytes: float, seed: int = 1) -> str:
    """A statute of about so many MB: chapters, articles, paragraphs and items, always the same for a seed."""
    rng = random.Random(seed)
    out, article, chapter = ["某某法"], 0, 0
    counted = size = 0
    while size < megabytes * 1e6:
        if article % 40 == 0:
            chapter += 1
            out.append(f"第{int_to_chinese(chapter)}章　一般规定")
        article += 1
        out.append(f"第{int_to_chinese(article)}条　{_sentence(rng)}")
        if article % 3 == 0:
            out[-1] = out[-1][:-1] + "："
            out += [f"（{int_to_chinese(n)}）{_sentence(rng)[:-1]}；" for n in range(1, rng.randint(3, 7))]
        elif article % 3 == 1:
            out.append(_sentence(rng))
        size += sum(len(line.encode()) + 1 for line in out[counted:])
        counted = len(out)
        if article == 9999:
            article = chapter = 0
    return "\n".join(out)


def _sentence(rng: random.Random) -> str:
    return "".join(rng.choices(_WORDS, k=rng.randint(8, 30))) + "。"


def bench_split() -> None:
    """One line for each size; the time is processor time of this process, so that a busy machine counts less."""
    print(f"{'MB':>6} {'clauses':>8} {'split s':>8} {'s/MB':>7} {'regex s':>8} {'ratio':>7} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / "statute.txt"
            path.write_text(statute(size), encoding="utf-8")
            started = time.process_time()
            labels = len(_LABEL.findall(path.read_text(encoding="utf-8")))
            plain = time.process_time() - started
            started = time.process_time()
            found = sum(p.kind == "clause" for p in read_and_split(path).pieces)
            spent = time.process_time() - started
            if found != labels:
                raise SystemExit(f"{size} MB: {found} clauses found, {labels} printed")
            megabytes = path.stat().st_size / 1e6
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            row = (megabytes, found, spent, spent / megabytes, plain, spent / max(plain, 1e-6), peak)
            print("{:6.2f} {:8d} {:8.2f} {:7.3f} {:8.4f} {:7.1f} {:8.0f}".format(*row), flush=True)


MEASUREMENTS: dict[str, Callable[[list[str]], None]] = {
    "archive": bench_archive,
    "export": bench_export,
    "fill": bench_fill,
    "group": bench_group,
    "many": lambda _: bench_many(),
    "page": lambda _: bench_page(),
    "post": lambda _: bench_post(),
    "search": bench_search,
    "split": lambda _: bench_split(),
}


def main() -> int:
    """Runs the named measurement; what follows its name is for it."""
    parser = argparse.ArgumentParser(prog="bench", description="在本机测量速度")
    parser.add_argument("what", choices=sorted(MEASUREMENTS))
    parser.add_argument("more", nargs=argparse.REMAINDER, help="看 scripts/bench archive|fill|group|search --help")
    chosen = parser.parse_args()
    MEASUREMENTS[chosen.what](chosen.more)
    return 0


if __name__ == "__main__":
    sys.exit(main())
