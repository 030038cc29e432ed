"""`scripts/bench page`: what a first visit to a draft of sixty articles costs on an old phone and slow 4G.

The real server on a port of its own, a Chromium with a processor four times slower, 1.6 Mbit/s and 150 ms of
latency (what Lighthouse calls slow 4G), beside the same words as bare HTML served by the same program.
"""

import gzip
import html
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from socket import create_connection, socket
from typing import Any

from consult.drafts.numerals import int_to_chinese

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
RUNS = 5
CHROMIUM = "/usr/bin/chromium-headless-shell"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}

CHAPTERS = ("总则", "规划与建设", "使用与管理", "服务与安全", "监督检查", "法律责任", "附则")
WHO = (
    "市城市管理行政主管部门", "县（市、区）人民政府", "街道办事处、乡镇人民政府", "绿道管理单位", "居民委员会、村民委员会",
    "市自然资源主管部门", "公安机关交通管理部门", "沿线经营单位", "市财政部门", "使用绿道的单位和个人",
)  # fmt: skip
# parts of sentences: joined at random they repeat as little as a real draft does, and so compress no better
TIMES = (
    "每年三月底以前", "自收到申请之日起十五日内", "汛期到来之前", "节假日和重大活动期间", "每季度第一个月", "在开工前三十日",
    "发现隐患后二十四小时内", "竣工验收合格后", "每日二十二时至次日六时", "遇有台风、暴雨、冰雪等恶劣天气时",
)  # fmt: skip
WAYS = (
    "会同有关部门", "按照职责分工", "听取沿线居民的意见后", "通过公开招标等方式", "以方便群众为原则", "在确保安全的前提下",
    "依托现有道路、堤岸和林带", "根据人口分布和出行需要", "征得土地使用权人同意后", "利用政务服务平台",
)  # fmt: skip
VERBS = (
    "编制", "公布", "检查", "修复", "维护", "登记", "核实", "调整", "完善", "监督", "设置", "更新", "评估", "清理", "改造",
)  # fmt: skip
THINGS = (
    "绿道专项规划和年度建设计划", "破损的路面、护栏和照明设施", "饮水点、休息座椅和无障碍卫生间", "夜间照明的亮度和启闭时间",
    "自行车停放区和租赁点的收费标准", "与公交站、轨道交通站点的衔接线路", "古树名木和鸟类栖息地的保护范围", "占用、挖掘绿道的申请材料",
    "机动车、电动车禁止驶入的标志", "巡查记录和群众投诉的处理结果", "桥下空间、河滩地的临时使用方案", "儿童活动区的地面材料和器械",
    "沿线村庄的生活污水排放口", "无人机、露营和垂钓的管理要求", "应急救援点的药品与除颤设备", "文明养犬的告知牌和拾便设施",
)  # fmt: skip
ENDS = (
    "并向社会公开", "费用由建设单位承担", "相关记录保存不少于二年", "不得收取任何费用", "坡道坡度不得大于一比十二",
    "宽度不得小于二点五米", "并书面告知申请人理由", "必要时可以临时封闭，并提前三日公告", "接受审计机关的监督",
    "老年人、残疾人和儿童凭证优先", "所需经费列入本级财政预算", "逾期未处理的，由上级机关督促办理",
)  # fmt: skip
PUNISHED = "违反本办法第{0}条规定的，由城市管理行政主管部门责令限期改正；逾期不改正的，处二百元以上二千元以下罚款"


def sixty(articles: int = 60, seed: int = 4) -> str:
    """A draft with seven chapters and so many articles, every third of them with items; the same for a seed."""
    rng = random.Random(seed)
    lines, per = ["临江市城市绿道管理办法", "（征求意见稿）"], -(-articles // len(CHAPTERS))
    for number in range(1, articles + 1):
        if (number - 1) % per == 0:
            chapter = (number - 1) // per
            lines.append(f"第{int_to_chinese(chapter + 1)}章　{CHAPTERS[chapter]}")
        label = f"第{int_to_chinese(number)}条　"
        if number == articles:
            lines.append(f"{label}本办法自公布之日起施行。")
        elif number % 3 == 0:
            lines.append(f"{label}{rng.choice(WHO)}履行下列职责：")
            lines += [f"（{sign}）{_duty(rng)}{'。' if sign == '三' else '；'}" for sign in "一二三"]
        elif number % 7 == 0:
            lines.append(f"{label}{PUNISHED.format(int_to_chinese(rng.randint(8, number - 1) if number > 9 else 3))}。")
        else:
            lines.append(f"{label}{_sentence(rng)}{_sentence(rng)}")
    return "\n\n".join(lines) + "\n"


def _sentence(rng: random.Random) -> str:
    return f"{rng.choice(WHO)}应当{rng.choice(TIMES)}{_duty(rng)}，{rng.choice(ENDS)}。"


def _duty(rng: random.Random) -> str:
    (verb, other), (thing, more) = rng.sample(VERBS, 2), rng.sample(THINGS, 2)
    return f"{rng.choice(WAYS)}{verb}{thing}，{other}{more}"


@dataclass(frozen=True)
class Visit:
    """One first visit: requests, bytes over the wire with headers, and milliseconds until it was seen."""

    requests: int
    wire: int
    ready: float
    painted: float
    loaded: float


def visit(browser: Any, url: str, slow: bool = True) -> Visit:
    """Open an address in a new person's browser, with nothing kept, and count."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    try:
        page = context.new_page()
        wire = context.new_cdp_session(page)
        sizes: list[int] = []
        wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        wire.send("Network.enable")
        if slow:
            wire.send("Network.emulateNetworkConditions", SLOW_4G)
            wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(url, wait_until="networkidle")
        times = page.evaluate(
            """() => { const n = performance.getEntriesByType("navigation")[0];
            const p = performance.getEntriesByName("first-contentful-paint")[0];
            return [n.domContentLoadedEventEnd, p ? p.startTime : NaN, n.loadEventEnd]; }"""
        )
        return Visit(len(sizes), sum(sizes), *times)
    finally:
        context.close()


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI application beside which we stand: the words of the file in BARE as paragraphs, nothing else."""
    lines = Path(os.environ["BARE"]).read_text(encoding="utf-8").split("\n")
    words = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines if line.strip())
    page = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    page += f'<title>{html.escape(lines[0])}</title><link rel="icon" href="data:,">{words}</html>'
    packed = gzip.compress(page.encode(), 6)
    kept = [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")]
    start_response("200 OK", [*kept, ("Content-Length", str(len(packed)))])
    return [packed]


def _port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[str]:
    """A server in a process group of its own, ended with its children; yields its address."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(1200):
            try:
                create_connection(("127.0.0.1", port), 0.5).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _load(folder: Path, text: Path) -> None:
    """Put the draft into a new installation, by the same command that an operator types."""
    today, consult = date.today(), str(BIN / "consult")
    environment = os.environ | {"CONSULT_INSTANCE": str(folder)}
    words = [
        "load", str(text), "--slug", "page", "--opens", today.isoformat(), "--kind", "normative",
        "--closes", (today + timedelta(days=40)).isoformat(), "--unit", "临江市城市管理局", "--publish",
        "--explanation", "为了让绿道好走、好管，起草了本办法。", "--contact", "联系人：周敏 电话：0000-5550303",
    ]  # fmt: skip
    for command in (["init"], ["upgrade"], words):
        subprocess.run([consult, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def bench_page() -> None:
    """A line for our page, one for the bare one, and how many times more ours takes; medians of five first visits."""
    try:
        from playwright.sync_api import sync_playwright  # a tool of the tests, not of the program
    except ImportError:
        raise SystemExit("scripts/bench page needs what scripts/test installs: run scripts/test first") from None
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, text = Path(name), Path(name) / "draft.txt"
        text.write_text(sixty(), encoding="utf-8")
        _load(folder, text)
        ours, other = _port(), _port()
        serve = [sys.executable, str(ROOT / "scripts" / "serve.py"), "--port", str(ours)]
        plain = [
            str(BIN / "granian"), "--interface", "wsgi", "--port", str(other), "--http", "1", "--no-ws",
            "--log-level", "warning", "scripts.bench_page:bare",
        ]  # fmt: skip
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with (
            _running(serve, ours, {"CONSULT_INSTANCE": str(folder)}) as site,
            _running(plain, other, {"BARE": str(text), "PYTHONPATH": str(ROOT)}) as beside,
        ):
            time.sleep(1)  # the servers' own start is not what is measured
            pairs = [(visit(browser, f"{site}/c/page"), visit(browser, beside)) for _ in range(RUNS)]
        browser.close()
    _print([one for one, _ in pairs], [one for _, one in pairs])


def _print(ours: list[Visit], other: list[Visit]) -> None:
    columns = ("requests", "wire", "ready", "painted", "loaded")
    heads = ("requests", "bytes", "DOM ready ms", "first paint ms", "load ms")
    print(f"{'':10}" + "".join(f"{head:>16}" for head in heads))
    rows = [[statistics.median(getattr(one, column) for one in found) for column in columns] for found in (ours, other)]
    for name, row in zip(("draft", "bare HTML"), rows, strict=True):
        print(f"{name:10}" + "".join(f"{value:16,.0f}" for value in row))
    print(f"{'ratio':10}" + "".join(f"{one / beside:16.2f}" for one, beside in zip(*rows, strict=True)))
