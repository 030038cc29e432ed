"""Pure: the rows of a table, from Excel or Word, become sendings; what cannot be read is told by its cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from consult.base.text import plain, shorten
from consult.drafts.dates import moments
from consult.intake.incoming import MOST_SENDINGS, Batch, Incoming, Said, lines_of
from consult.intake.screen import MOST_ITEMS, Sender
from consult.intake.words import CHANNELS, OFFLINE, STANCES, SUBMITTER_KINDS

_HEADINGS = {
    "number": "编号 来件编号 来信编号 登记编号 份号 件号",
    "clause": "条款 章条编号 标准章条编号 涉及条款 对应条款 涉及章条 条款号 条款编号 条款序号 条文序号 条文编号 条文号 条号 涉及条文 对应条文 所涉条款 条文 条目 章节号 章条号 章节",
    "text": "意见内容 意见建议内容 意见 意见建议 意见和建议 意见与建议 修改意见 修改意见建议 修改意见和建议 具体意见 反馈意见 意见或建议 建议内容 留言内容 来信内容 来电内容 反映内容 诉求内容 主要内容 具体建议 建议 内容",
    "proposed_text": "修改建议 建议修改为 建议修改内容 修改后内容 修改为 建议条文",
    "reason": "理由 理由依据 修改理由 提出理由 理由及依据 理由和依据 理由说明",
    "name": "提出人 提出单位(人) 提出单位 提出人姓名 姓名 姓名或单位名称 反馈人 反馈单位 单位 单位名称 来信人 来电人 来访人 反映人 建议人 留言人 意见人 提交人 联系人",
    "kind": "身份 提出人身份 提出人类别",
    "phone": "电话 联系电话 电话号码 手机 手机号 手机号码 联系方式",
    "email": "邮箱 电子邮箱 电子邮件 邮箱地址",
    "address": "地址 通讯地址 联系地址 通信地址",
    "region": "地区 所在地区 所在地 区域",
    "received_on": "收到日期 收件日期 登记日期 收到时间 来信日期 来电日期 来电时间 提交时间 日期 时间",
    "channel": "渠道 来源 来源渠道 收到渠道 收到的渠道",
    "stance": "意见类型 类型 态度",
    "wants_reply": "要求答复 是否要求答复 希望答复 是否希望答复",
    "may_publish": "同意公开 是否同意公开 同意公开原文 是否同意公开原文 同意公开意见原文 是否公开 是否公开原文 可否公开 公开意愿",
}  # fmt: skip
_COLUMN = {plain(word): name for name, words in _HEADINGS.items() for word in words.split()}
_DECIDED = frozenset(["处理意见", "处理结果", "处理情况", "采纳情况", "是否采纳", "办理情况", "处理意见及理由"])
_COUNTERS = frozenset({"序号", "序", "no", "no."})
_JOINED = {"text": "\n", "reason": "\n", "proposed_text": "\n", "name": " "}  # two such columns become one
_CONTENT = ("text", "proposed_text")
_KINDS = {
    "公民": "person", "群众": "person", "市民": "person", "村民": "person", "居民": "person", "公众": "person",
    "公司": "enterprise", "协会": "association", "商会": "association", "单位": "agency", "机关": "agency",
    "部门": "agency", "专家": "expert", "学者": "expert", "律师": "counsel", "代表": "deputy", "委员": "cppcc",
}  # fmt: skip
_STANCES = {
    "修改": "amend", "建议": "amend", "删除": "delete", "增加": "add", "新增": "add", "同意": "support", "赞成": "support",
    "赞同": "support", "不同意": "oppose", "不赞成": "oppose", "不赞同": "oppose", "不支持": "oppose", "疑问": "question", "咨询": "question",
}  # fmt: skip
_QUALIFIED = re.compile("[不非未无没但]|部分|条件|保留|原则|基本|个别")
_CHANNELS = {
    "来信": "letter", "信件": "letter", "邮寄": "letter", "邮件": "email", "电邮": "email", "来电": "phone", "热线": "12345",
    "12345": "12345", "座谈": "meeting", "听证": "hearing", "qq群": "qq", "微信群": "wechat", "走访": "visit", "现场": "visit",
}  # fmt: skip
_YES = frozenset(["是", "同意", "要", "要求", "希望", "愿意", "可以", "公开", "可公开", "可以公开", "同意公开", "√", "✓", "1", "true", "y", "yes"])
# what was not said is no consent: personal data is made public only where its owner agreed (R12, 个人信息保护法 25)
_NO = frozenset(["否", "不", "不同意", "不要", "不要求", "不愿意", "不可以", "不公开", "不同意公开", "未说明", "没说明", "未说", "没说", "未表示", "不详", "无", "/", "-", "—", "×", "0", "false", "n", "no"]) | {""}
_HEAD_MOST = 40  # nobody puts more lines above a table


@dataclass(frozen=True)
class Cell:
    """A cell: its place as people count, its text; `wrong` why it cannot be read, `same` where it is merged with
    the one above."""

    place: str
    text: str = ""
    wrong: str = ""
    same: bool = False


@dataclass(frozen=True)
class Line:
    """A row: its place, and its cells by column."""

    place: str
    cells: Mapping[int, Cell]


@dataclass
class _Row:
    place: str
    cells: dict[str, Cell] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.cells[name].text.strip() if name in self.cells else ""

    def at(self, name: str) -> str:
        return self.cells[name].place if name in self.cells else self.place


def read_table(batch: Batch, lines: Sequence[Line]) -> bool:
    """Put the sendings of a table into the batch; False where no row of it is a heading row of ours."""
    known = [_known(line) for line in lines[:_HEAD_MOST]]
    head = known.index(max(known, default=0)) if any(known) else None
    if head is None:
        return False
    columns = _columns(batch, lines[head])
    rows = [row for line in lines[head + 1 :] if (row := _row(batch, line, columns))]
    groups = _sendings(rows)
    if len(groups) > MOST_SENDINGS:
        batch.troubles.append((groups[MOST_SENDINGS][0].place, f"一个文件最多{MOST_SENDINGS}份，请分成几个文件。"))
        return True
    batch.sendings += [_sending(batch, group) for group in groups]
    return True


def _name(text: str) -> str:
    bare = plain(text).rstrip(":*").lstrip("*").casefold()
    return re.sub(r"\((?:必填|选填|可空|可不填|可以不填)\)\Z", "", bare).rstrip("*")


def _known(line: Line) -> int:
    """How many of our headings a row holds; 0 where it has no place for what is said."""
    names = {_COLUMN.get(_name(cell.text), "") for cell in line.cells.values()}
    return len(names - {""}) if names & set(_CONTENT) else 0


def _columns(batch: Batch, line: Line) -> dict[int, str]:
    """column → what it holds; columns that nobody knows are told."""
    found: dict[int, str] = {}
    for column, cell in sorted(line.cells.items()):
        name = _COLUMN.get(_name(cell.text), "")
        if name in found.values() and name not in _JOINED:
            batch.troubles.append((cell.place, f"“{shorten(cell.text, 20)}”和前面一列说的是同一项，请只留一列。"))
        elif name:
            found[column] = name
        elif cell.text.strip() and _name(cell.text) not in _COUNTERS:
            batch.notices.append((cell.place, f"“{shorten(cell.text, 20)}”这一列没有读入。"))
    if any(_name(cell.text) in _DECIDED for cell in line.cells.values()):  # then the reason is the office's
        for column in [one for one, name in found.items() if name == "reason"]:
            batch.notices.append((line.cells[column].place, "表里有处理意见，“理由”是答复的理由，没有读入。"))
            del found[column]
    return found


def _row(batch: Batch, line: Line, columns: dict[int, str]) -> _Row | None:
    """What a row says; None for blank ones, and for a remark below the table, which is told."""
    row = _Row(line.place)
    if _repeats(line, columns):
        batch.notices.append((line.place, "这一行又是表头，没有读入。"))
        return None
    for column, cell in sorted(line.cells.items()):
        name = columns.get(column)
        if name is None:
            continue
        if cell.wrong:
            batch.troubles.append((cell.place, cell.wrong))
        if cell.same and name in _CONTENT:
            batch.troubles.append((cell.place, "意见内容的单元格和上一行合并了，分不清是一条还是两条。请取消合并。"))
        before = row.cells.get(name)
        text = lines_of(cell.text)
        if before and before.text.strip() and text.strip():
            text = f"{before.text}{_JOINED[name]}{text}"
        elif before and before.text.strip():
            text = before.text
        row.cells[name] = Cell(cell.place, text, same=cell.same)
    said = [cell for cell in line.cells.values() if cell.text.strip() and not cell.same]
    if any(row.text(name) for name in _CONTENT) or _stance(row.text("stance")) == "support":
        return row
    if len(said) > 1 and any(row.text(name) for name in row.cells if not row.cells[name].same and name != "number"):
        batch.troubles.append((line.place, "这一行没有写意见内容，请补上或者删去这一行。"))
    elif said:
        batch.notices.append((said[0].place, f"没有读入：“{shorten(said[0].text, 40)}”。"))
    return None


def _repeats(line: Line, columns: dict[int, str]) -> bool:
    """Whether it is the headings once more, as at the top of every printed page."""
    said = [_COLUMN.get(_name(cell.text)) == columns[column] for column, cell in line.cells.items() if column in columns and cell.text.strip()]
    return len(said) > 1 and all(said)


def _sendings(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Rows of one number, wherever they stand, or of one merged cell of the sender, are one sending."""
    groups: list[list[_Row]] = []
    numbered: dict[str, list[_Row]] = {}
    for row in rows:
        merged = any(name in row.cells and row.cells[name].same for name in ("number", "name"))
        group = groups[-1] if merged and groups else numbered.get(row.text("number"))
        if group is None:
            group = []
            groups.append(group)
        group.append(row)
        if row.text("number"):
            numbered.setdefault(row.text("number"), group)
    return groups


def _sending(batch: Batch, rows: Sequence[_Row]) -> Incoming:
    if len(rows) > MOST_ITEMS:
        batch.troubles.append((rows[MOST_ITEMS].place, f"一份最多{MOST_ITEMS}条意见，请分成几个编号。"))
    texts = {name: _shared(batch, rows, name) for name in _HEADINGS if name not in ("number", "clause", "stance", "reason", *_CONTENT)}
    if "@" in texts["phone"] and not texts["email"]:
        texts["phone"], texts["email"] = "", texts["phone"]
    sender = Sender(
        kind=_kind(batch, rows[0], texts["kind"]), name=" ".join(texts["name"].split()), phone=texts["phone"],
        email=texts["email"], address=texts["address"], region=texts["region"],
        wants_reply=_yes(batch, rows[0], "wants_reply", texts["wants_reply"]),
        may_publish=_yes(batch, rows[0], "may_publish", texts["may_publish"]),
    )  # fmt: skip
    return Incoming(rows[0].place, tuple(_said(batch, row) for row in rows), sender,
                    _day(batch, rows[0], texts["received_on"]), _channel(batch, rows[0], texts["channel"]))  # fmt: skip


def _shared(batch: Batch, rows: Sequence[_Row], name: str) -> str:
    """What the rows of a sending say of its sender: once, or each time the same."""
    found = [(row, row.text(name)) for row in rows if row.text(name)]
    other = next((row for row, text in found if text != found[0][1]), None)
    if other:
        batch.troubles.append((other.at(name), f"和第一行不一样，可是编号相同：“{shorten(other.text(name), 20)}”。请核对。"))
    return found[0][1] if found else ""


def _said(batch: Batch, row: _Row) -> Said:
    stance = _stance(row.text("stance"))
    if stance is None:
        batch.troubles.append((row.at("stance"), f"不知道“{shorten(row.text('stance'), 20)}”是哪一种，请从这些里选：{'、'.join(STANCES.values())}，或者空着。"))
    texts = {name: row.cells[name].text if row.text(name) else "" for name in (*_CONTENT, "reason") if name in row.cells}
    alone = not row.text("clause") and not texts.get("proposed_text") and not texts.get("reason")
    return Said(clause=row.text("clause"), stance=stance or "", place=row.place, whole=alone, **texts)


def _of(words: Mapping[str, str], more: Mapping[str, str], typed: str) -> str | None:
    """The code for what was typed: a code, its name, or a word in common use."""
    bare = plain(typed).casefold()
    names = {plain(name).casefold(): code for code, name in words.items()}
    if bare in words or not bare:
        return bare
    return names.get(bare) or more.get(bare) or next((code for name, code in names.items() if len(name) > 1 and name in bare), None)


def _stance(typed: str) -> str | None:
    """None where more is said than one of the words, such as 不反对 or 部分支持: a person chooses."""
    found = _of(STANCES, _STANCES, typed)
    bare = plain(typed).rstrip("。.!").casefold()
    known = bare in STANCES or bare in _STANCES or bare in STANCES.values()
    return found if known or not _QUALIFIED.search(bare) else None


def _kind(batch: Batch, row: _Row, typed: str) -> str:
    found = _of(SUBMITTER_KINDS, _KINDS, typed)
    if found is None:
        found = next((code for word, code in _KINDS.items() if word in typed), "other")
        batch.notices.append((row.at("kind"), f"身份“{shorten(typed, 20)}”按“{SUBMITTER_KINDS[found]}”登记。"))
    return found


def _channel(batch: Batch, row: _Row, typed: str) -> str:
    found = _of({code: CHANNELS[code] for code in OFFLINE}, _CHANNELS, typed)
    if found is None:
        found = next((code for word, code in _CHANNELS.items() if word in typed), None)
    if found is None:
        batch.troubles.append((row.at("channel"), f"不知道“{shorten(typed, 20)}”是哪个渠道，请从这些里选：{'、'.join(CHANNELS[one] for one in CHANNELS if one in OFFLINE)}，或者空着。"))
    return found or ""


def _yes(batch: Batch, row: _Row, name: str, typed: str) -> bool:
    bare = plain(typed).casefold()
    if bare not in _YES | _NO:
        batch.troubles.append((row.at(name), f"“{shorten(typed, 20)}”看不出是或者否，请写“是”或者“否”，没有说明的空着。"))
    return bare in _YES


def _day(batch: Batch, row: _Row, typed: str) -> date | None:
    if not typed:
        return None
    bare = re.sub(r"(?<=\d)[T\s].*", "", plain(typed) if typed.strip().isdecimal() else typed.strip()).replace("/", "-").replace(".", "-")
    bare = re.sub(r"\A(20\d\d)([01]\d)([0-3]\d)\Z", r"\1-\2-\3", bare)
    found = {one.iso() for one in moments(plain(bare)) if one.year is not None}
    if len(found) == 1 and (iso := found.pop()):
        return date.fromisoformat(iso[:10])
    batch.troubles.append((row.at("received_on"), f"日期“{shorten(typed, 20)}”没有读懂，请写成 2026-03-02。"))
    return None
