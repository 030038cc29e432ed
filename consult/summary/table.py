"""One table on its way out: headings exactly as offices print them, and rows that stream past once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from consult.base.clock import show
from consult.drafts.questions import named

Cell = str | int

# heading → relative width on landscape A4; the headings are those of domain.md §10, character by character
SUMMARY = {
    "序号": 7, "章条编号": 13, "原文内容": 22, "意见内容": 28, "修改建议": 22, "提出单位(人)": 16,
    "处理意见": 12, "理由": 22, "备注": 13,
}  # fmt: skip
SUMMARY_GB = {"序号": 7, "标准章条编号": 16, "意见内容": 54, "提出单位": 20, "处理意见及理由": 40, "备注": 18}
ADOPTION = {
    "序号": 7, "提出人": 18, "涉及条款": 16, "意见建议内容": 52, "采纳情况": 12, "理由说明": 38, "同类意见数": 13,
}  # fmt: skip
LEDGER = {
    "序号": 8, "单位": 19, "发送时间": 16, "签收时间": 16, "截止时间": 16, "反馈时间": 16, "反馈类型": 13,
    "意见条数": 13, "采纳": 8, "部分采纳": 13, "不采纳": 10, "状态": 13, "经办人": 10, "联系电话": 18,
}  # fmt: skip
COMPARISON = {"序号": 7, "征求意见稿": 46, "修改后": 46, "修改理由": 34, "对应意见序号": 16}
DISPUTES = {
    "序号": 7, "争议事项": 32, "有关单位意见": 36, "本单位意见及依据": 36, "协调情况": 24, "处理结果": 18,
}  # fmt: skip
RAW = {
    "意见编号": 8, "提交编号": 8, "来源渠道": 9, "收到时间": 14, "收到日期": 12, "草案版本": 7, "章条编号": 14,
    "条款代号": 10, "意见类型": 9, "意见内容": 40, "修改建议": 32, "提出理由": 24, "提出单位(人)": 14,
    "提出人身份": 10, "地区": 10, "希望答复": 7, "同意公开原文": 8, "逾期收到": 7, "登记人": 12, "查看标记": 12,
    "撤回时间": 14, "归并组": 8, "处理意见": 12, "理由": 32, "处理时间": 14, "不公开原因": 12,
}  # fmt: skip

# what `--table` takes → the name of the table and its columns
COLUMNS: dict[str, tuple[str, dict[str, int]]] = {
    "summary": ("意见汇总处理表", SUMMARY),
    "summary-gb": ("意见汇总处理表（国标版）", SUMMARY_GB),
    "adoption": ("公众意见采纳情况表", ADOPTION),
    "ledger": ("部门意见反馈情况台账", LEDGER),
    "comparison": ("修改对照表", COMPARISON),
    "disputes": ("主要争议处理表", DISPUTES),
    "raw": ("意见原始记录", RAW),
}


@dataclass(frozen=True)
class Table:
    """What every format writes: `rows` is an iterator that can be read once, cells in the order of `headings`."""

    name: str
    title: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Iterable[tuple[Cell, ...]]
    head: tuple[tuple[str, str], ...] = ()
    foot: tuple[str, ...] = ()
    mark: str = ""
    made_at: datetime | None = None
    counts: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = field(default=())
    narrowed: str = ""  # the words of a filter, where it is only a part of the table; the mark says so too

    @property
    def sheet_name(self) -> str:
        """What its sheet in a workbook is called: the kind of table without the name of the project."""
        return self.title.rsplit("》", 1)[-1].replace("（", "").replace("）", "")[:28] or self.name


def in_progress(now: datetime, closes_at: datetime) -> str:
    """The mark on everything that leaves before the deadline, which is exclusive; empty afterwards."""
    return f"截至{show(now)}（征求意见进行中）" if now < closes_at else ""


def title_of(name: str, project: str, stage_label: str, kind: str = "") -> str:
    """`《某办法（征求意见稿）》意见汇总处理表`; the stage is not said twice."""
    stage = f"（{stage_label}）" if stage_label and stage_label not in project else ""
    return named(f"{project}{stage}", kind) + COLUMNS[name][0]
