"""Makes drafts from random trees, in every style and with the dirt that real ones carry; the tree is known."""

# ruff: noqa: E501 - tables and printed drafts read better unbroken; Chinese counts double

import random
from dataclasses import dataclass, field

from notices import HEADS, TAILS, Day, notice

from consult.drafts.numerals import int_to_chinese, int_to_roman

_WORDS = (
    "行政机关 应当 依法 公开 相关 信息 申请人 可以 向 主管部门 提出 书面 申请 并 提供 真实 材料 建立 健全 工作 机制 "
    "加强 监督 检查 保障 群众 合法 权益 促进 社会 信用 体系 建设 推进 公共 服务 均等化 明确 职责 分工 落实 责任 制度"
)
_TRAPS = "统一、规范 第三方机构 第一时间 百分之三十 一般规定 项目 目标 及时 等级 两个以上 第一、第二产业 十四五 万元以下 章程 条件"
WORDS = [*_WORDS.split(" "), *_TRAPS.split(" ")]
UNBROKEN = [word for word in WORDS if "、" not in word]  # 统|一、规范 over two lines is no fair question
REFERENCES = (
    "依照本办法第{n}条的规定", "违反前款第（{n}）项规定", "符合第{n}条第一款规定", "按照《某某法》第{n}条执行",
    "第（{n}）项所列", "增长{a}.{b}%", "自{a}年后", "参照附件{a}", "依据第{n}章第二节", "第{n}条至第{n}条所称",
    "包括（一）（二）两类", "自2020年{a}月{b}日起", "一、二、三级", "第{n}条第（{n}）项、第（{n}）项", "{a}、{b}号线", "{a}.{b}万元", "“第{n}条”",
)  # fmt: skip
_HEADINGS = "总体要求 主要任务 工作机制 保障措施 监督管理 登记备案 信息公开 资金来源 法律责任 组织领导 一般规定 目标任务 程序要求 项目管理 及时处置 中期评估"
HEADINGS = _HEADINGS.split(" ")
ENGLISH = "the competent authority shall publish information under this law in accordance with rules"


@dataclass
class Made:
    """A printed document and what it must give back: (path, first characters) of its labels, title, deadline."""

    text: str
    wanted: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    title: str = ""
    deadline: str | None = None


@dataclass
class Style:
    """How one level prints: its label for a number, whether numbers run on, whether it heads text only."""

    label: str
    runs_on: bool = False
    heading: bool = False
    gap: str = ""


def families(rng: random.Random) -> list[Style]:
    """The levels of one document, outermost first."""
    space = rng.choice(["　", " ", "  "])
    kind = rng.choice(["law", "law", "official", "official", "mixed", "decimal", "english", "division"])
    half = rng.random() < 0.5
    p = Style("({c})" if half else "（{c}）", gap=rng.choice(["", "", " "]))
    d = Style(rng.choice(["{n}.", "{n}．", "{n}、"]), gap=rng.choice(["", " "]))
    if kind == "law":
        word = "{n}" if rng.random() < 0.15 else "{c}"
        upper = [Style(f"第{word}编", heading=True, gap=space)] if rng.random() < 0.2 else []
        if rng.random() < 0.8:
            upper.append(Style(f"第{word}章", heading=True, gap=space))
            if rng.random() < 0.3:
                upper.append(Style(f"第{word}节", heading=True, gap=space))
        return [*upper, Style(f"第{word}条", runs_on=True, gap=space), p, d]
    if kind == "official":
        q = Style("({n})" if half else "（{n}）")
        runs = rng.random() < 0.4
        return [Style("{c}、", heading=True), Style(p.label, runs_on=runs, gap=p.gap),
                Style(d.label, runs_on=not runs and rng.random() < 0.3, gap=d.gap), q]  # fmt: skip
    if kind == "mixed":
        return [Style("第{c}章", heading=True, gap=space), Style("{c}、", runs_on=True), p]
    if kind == "division":
        return [Style("第{c}部分", heading=True, gap=space), Style("{c}、", heading=True), p]
    if kind == "decimal":
        return [Style("{path}", heading=True, gap=space), Style("{path}", heading=rng.random() < 0.5, gap=space),
                Style("{path}", gap=space), Style("（{n}）")]  # fmt: skip
    chapter = rng.choice(["Chapter {r}", "CHAPTER {n}", "Part {n}"])
    return [Style(chapter, heading=True, gap=" "), Style("Article {n}", runs_on=True, gap=" "), Style("({n})", gap=" ")]


class Printer:
    """Prints a random tree; `dirt` is the chance of each kind of dirt."""

    def __init__(self, rng: random.Random, dirt: float = 0.5) -> None:
        self.rng = rng
        self.styles = families(rng)
        self.english = self.styles[0].label.startswith(("Ch", "CH", "Part"))
        self.lines: list[str] = []
        self.wanted: list[tuple[tuple[str, ...], str]] = []
        self.counters = [0] * len(self.styles)
        self.spaced_labels = self._dirty(dirt * 0.2)
        self.indent = rng.choice(["", "", "　　", "    "])
        self.blank_lines = self._dirty(dirt * 0.5)
        self.wrap = rng.choice([30, 38]) if self._dirty(dirt * 0.4) and not self.english else 0
        self.page_numbers = self._dirty(dirt * 0.3)
        self.run_in = dirt * 0.25
        self.alone = self._dirty(dirt * 0.15)
        self.references = dirt * 0.5
        self.has_toc = self._dirty(dirt * 0.6)
        self.ocr = self._dirty(dirt * 0.1) and not self.english and not self.wrap
        self.gaps = dirt * 0.04  # not in rows on one line: there a gap and a reference look the same
        self.inserted = dirt * 0.06
        self.one_line = self._dirty(dirt * 0.15) and not self.english and "{path}" not in self.styles[0].label
        if self.one_line:
            self.gaps = self.wrap = 0
            self.page_numbers = self.alone = self.has_toc = self.blank_lines = False

    def _dirty(self, chance: float) -> bool:
        return self.rng.random() < chance

    def document(self) -> Made:
        """The whole document."""
        self._children((), 0, ())
        toc = self._toc() if self.has_toc else []
        head, title, deadline = self._front()
        body = self.lines
        if self.one_line:
            body = ["".join(line.strip() for line in body)]
        lines = [*head, *toc, *body, *self._second(), *self._tail()]
        if self.blank_lines:
            lines = [part for line in lines for part in (line, "")]
        if self.ocr:
            lines = [" ".join(line) if not line.isascii() else line for line in lines]
        return Made("\n".join(lines), self.wanted, title, deadline)

    def _front(self) -> tuple[list[str], str, str | None]:
        """(lines before the first clause, the draft's title, the deadline of the notice)."""
        rng = self.rng
        if self.english:
            return ["Regulations on Public Services", ""], "Regulations on Public Services", None
        first = Day(rng.randint(2015, 2025), rng.randint(2, 12), rng.randint(1, 28))
        after = first.month % 12 + 1
        last = Day(first.year + (after == 1), after, rng.randint(1, 28))
        name = "某市" + rng.choice(HEADINGS) + rng.choice(["管理办法", "条例", "实施意见"])
        stage = rng.choice(["（征求意见稿）", "（草案）", "（修订草案征求意见稿）", ""])
        head: list[str] = []
        deadline = None
        if self._dirty(0.4):
            printed = notice(rng, name, stage, first, last)
            head, deadline = printed.lines, printed.deadline
        if self._dirty(0.25):
            portal = rng.choice(HEADS)
            head = [*(line.format(y=first.year, m=first.month, d=first.day) for line in portal), *head]
        if head and self._dirty(0.25):
            self._attach("附件1", head)
        cut = rng.randint(3, len(name) - 3)
        title = rng.choice([[name + stage], [name, stage], [name[:cut], name[cut:], stage]])
        history = ["（2020年1月2日某市人民代表大会常务委员会第三次会议通过）"] if not head and self._dirty(0.2) else []
        preamble = ["为了" + self._sentence(1)] if self._dirty(0.3) else []
        return [*head, *filter(None, title), *history, *preamble], name + stage, deadline

    def _attach(self, label: str, head: list[str]) -> None:
        """The draft stands below 附件1; what is numbered in it hangs below that."""
        head.append(label)
        self.wanted[:] = [((label,), ""), *(((label, *path), text) for path, text in self.wanted)]

    def _second(self) -> list[str]:
        """A further attachment with numbers of its own."""
        if self.english or self.one_line or not self._dirty(0.15):
            return []
        label = self.rng.choice(["附件2", "附件二", "附件 2"])
        headings = self.rng.sample(HEADINGS, 3)
        self.wanted.append(((label,), ""))
        lines = [label, "起草说明"]
        for number, heading in enumerate(headings, 1):
            self.wanted.append(((label, int_to_chinese(number) + "、"), heading))
            lines += [f"{int_to_chinese(number)}、{heading}", self._sentence(2)]
        return lines

    def _toc(self) -> list[str]:
        entries = []
        for path, text in self.wanted:
            if len(path) <= 2 and self.styles[len(path) - 1].heading:
                dots = "…………" + str(self.rng.randint(1, 30)) if self._dirty(0.3) else ""
                entries.append(path[-1] + (" " if self.english else "　") + text + dots)
        title = "Contents" if self.english else self.rng.choice(["目录", "目　录", "目 次"])
        return [title, *entries] if len(entries) >= 2 else []

    def _tail(self) -> list[str]:
        return self.rng.choice(TAILS) if self._dirty(0.3) and not self.english else []

    def _children(self, path: tuple[str, ...], depth: int, numbers: tuple[int, ...]) -> None:
        style = self.styles[depth]
        count = self.rng.randint(2, 4 if depth else 5)
        if not style.runs_on:
            self.counters[depth] = 0
        leaf = depth == len(self.styles) - 1
        row = leaf and not style.heading and self._dirty(self.run_in)
        for position in range(count):
            self.counters[depth] += 1 + (not row and position > 0 and self._dirty(self.gaps))
            last = position == count - 1
            self._node(path, depth, (*numbers, self.counters[depth]), row and position > 0, last)

    def _label(self, depth: int, numbers: tuple[int, ...]) -> str:
        number = numbers[-1]
        label = self.styles[depth].label.format(
            c=int_to_chinese(number), n=number, r=int_to_roman(number).upper(), path=".".join(map(str, numbers))
        )
        return " ".join(label) if self.spaced_labels and label[0] in "第（(" else label

    def _node(self, path: tuple[str, ...], depth: int, numbers: tuple[int, ...], joined: bool, last: bool) -> None:
        style, rng = self.styles[depth], self.rng
        label = self._label(depth, numbers)
        if label.endswith("条") and rng.random() < self.inserted and not self.spaced_labels:
            first = self._sentence(1)
            self._print(label + style.gap + first, False, "")
            self.wanted.append(((*path, label), first))
            label += "之一"
        own = (*path, label)
        has_children = depth + 1 < len(self.styles) and (style.heading or rng.random() < 0.35)
        if self.english:
            text = "Provisions of Services" if style.heading else self._english(has_children)
        elif style.heading:
            text = rng.choice(HEADINGS)
        elif has_children:
            text = (
                self._sentence(1, "：") if rng.random() < 0.8 else rng.choice(HEADINGS) + "。" + self._sentence(1, "：")
            )
        else:
            text = self._sentence(rng.randint(1, 3), "。" if last or depth < len(self.styles) - 1 else "；")
        self.wanted.append((own, text))
        self._print(label + style.gap + text, joined, label if self.alone and not style.heading else "")
        if has_children:
            self._children(own, depth + 1, numbers)
            if rng.random() < 0.15 and not self.english and not self.wrap:
                self._print(self._sentence(1), False, "")
        elif not self.english and not joined and style.runs_on and rng.random() < 0.25:
            self._print(self._sentence(2), False, "")

    def _print(self, line: str, joined: bool, alone: str) -> None:
        if joined:
            last = max(i for i, known in enumerate(self.lines) if not known.startswith("- "))
            self.lines[last] += line
            return
        if alone and not self.wrap:
            self.lines += [self.indent + alone, self.indent + line[len(alone) :].strip()]
            return
        if self.wrap and len(line) > self.wrap:
            parts = [line[i : i + self.wrap] for i in range(0, len(line), self.wrap)]
            self.lines += [self.indent + parts[0], *parts[1:]]
        elif self.page_numbers and self.rng.random() < 0.1 and (cut := self._place_to_cut(line)):
            page = self.rng.choice(["- {} -", "—{}—", "第 {} 页 共 40 页", "{}/40", "－{}－"]).format(self.rng.randint(1, 40))
            self.lines += [self.indent + line[:cut], page, line[cut:]]
        else:
            self.lines.append(self.indent + line)
        if self.page_numbers and self.rng.random() < 0.1:
            self.lines.append(f"- {self.rng.randint(1, 40)} -")

    def _place_to_cut(self, line: str) -> int:
        """Where a page may end within the line: inside a sentence, before no reference; 0 where there is no such place."""
        places = [k for k in range(32, len(line) - 6) if not set(line[k - 3 : k + 4]) & set("第（(。；：，附自") and not line[k].isdigit()]
        return self.rng.choice(places) if places else 0

    def _sentence(self, count: int, end: str = "。") -> str:
        out = []
        for _ in range(count):
            pool = UNBROKEN if self.wrap else WORDS
            words = self.rng.choices(pool, k=self.rng.randint(4, 12))
            if self._dirty(self.references):
                n = int_to_chinese(self.rng.randint(1, 30))
                known = [r for r in REFERENCES if "、" not in r] if self.wrap else REFERENCES
                reference = self.rng.choice(known).format(n=n, a=self.rng.randint(2, 9), b=self.rng.randint(1, 9))
                words.insert(self.rng.randint(1, len(words) - 1), reference)
            out.append("".join(words))
        return "，".join(out[:2]) + ("。" + "".join(out[2:]) if len(out) > 2 else "") + end

    def _english(self, has_children: bool) -> str:
        words = ENGLISH.split(" ")
        text = " ".join(self.rng.choices(words, k=self.rng.randint(5, 12))).capitalize()
        return text + (":" if has_children else ".")


def make(seed: int, dirt: float = 0.5) -> Made:
    """The document of a seed."""
    return Printer(random.Random(seed), dirt).document()
