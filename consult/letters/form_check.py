"""Pure: a file that was loaded back becomes a ReplyForm with notices, or the list of reasons why it is not taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from consult.base.errors import Refused
from consult.base.text import clean_input, plain, shorten, unified
from consult.drafts.dates import moments
from consult.drafts.reading.xml import Package
from consult.letters import form_sheet_read, form_word_read
from consult.letters.form import FACTS, FORM_NUMBER, HELP, TITLE, Notice, Printed, ReplyForm, Trouble, same_words
from consult.letters.form_raw import MOST_BYTES, Cell, RawForm
from consult.letters.form_rows import RowFinder
from consult.letters.form_ticks import ticked

Told = TypeVar("Told", Notice, Trouble)
MOST_TOLD = 100  # notices and troubles; more are summed up in the last
_MOST_LINE = 100
_OLD = (
    "这是旧格式（doc、xls、wps、et）或者有密码的文件。请用 Word 或 WPS 打开，去掉密码，另存为 docx 或 xlsx 后再上传。"
)
_KINDS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD),
    (b"{\\rtf", _OLD),
    (b"%PDF-", "这是 PDF 文件，不能读入表格。盖章扫描件请在复函页面上传；反馈表请上传 docx 或 xlsx。"),
    (b"\xff\xd8\xff", "这是图片，不能读入表格。盖章扫描件请在复函页面上传；反馈表请上传 docx 或 xlsx。"),
    (b"\x89PNG", "这是图片，不能读入表格。盖章扫描件请在复函页面上传；反馈表请上传 docx 或 xlsx。"),
)
_FORMER = (
    "这是来函更正之前的反馈表。更正以后条款或者内容可能已经不同，请重新下载反馈表，把填好的意见粘贴过去再上传。"
)
_DUE = re.compile(r"请于.{1,40}?前反馈。?")  # as it was printed: the due date may have been put off since
_NOT_OURS = "这不是 docx 或 xlsx 文件。请上传填好的反馈表（Word 或 WPS 另存为 docx、xlsx）。"


@dataclass(frozen=True)
class Reading:
    """What came of a file: a form with notices, or no form and at least one trouble."""

    form: ReplyForm | None
    notices: tuple[Notice, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def read(data: bytes, offered: ReplyForm, pieces: Sequence[Printed]) -> Reading:
    """Read a filled form. `offered` is the form as the office would hand it out now, `pieces` all clauses of the
    version in order. Never raises for what is in the file: everything that is wrong is a Trouble."""
    try:
        raw = _raw(data)
    except Refused as error:
        return Reading(None, (), (Trouble("", error.message),))
    if _is_former(raw, offered):
        return Reading(None, (), (Trouble("", _FORMER),))
    _check_number(raw, offered)
    rows = RowFinder(offered, pieces).rows(raw)
    facts: dict[str, Any] = {name: _line(raw, name) for name in ("handler", "phone", "signatory", "reply_no")}
    day = _day(raw)
    _check_unit(raw, offered)
    _tell_around(raw, offered)
    form = replace(offered, rows=tuple(rows), reply_date=day, **facts)
    form = replace(form, answer=_answer(raw, form))
    notices = tuple(_bounded(raw.notices, Notice))
    if raw.troubles:
        return Reading(None, notices, tuple(_bounded(raw.troubles, Trouble)))
    return Reading(form, notices)


def _raw(data: bytes) -> RawForm:
    """The file by its content, whatever its name. Raises Refused for what is no form at all."""
    if not data:
        raise Refused("文件是空的，请重新选择。")
    if len(data) > MOST_BYTES:
        raise Refused(f"文件超过 {MOST_BYTES // (1024 * 1024)} MB，请删去图片后再上传。")
    for start, message in _KINDS:
        if data.startswith(start):
            raise Refused(message)
    if not data.startswith(b"PK"):
        raise Refused(_NOT_OURS)
    package = Package(data)
    if "word/document.xml" in package.names:
        return form_word_read.read(package)
    if "xl/workbook.xml" in package.names:
        return form_sheet_read.read(package)
    raise Refused(_NOT_OURS)


def _is_former(raw: RawForm, offered: ReplyForm) -> bool:
    """Whether it was handed out before the letter was corrected."""
    numbers = {plain(number) for number in raw.form_ids}
    return bool(numbers) and numbers <= {plain(number) for number in offered.former}


def _check_number(raw: RawForm, offered: ReplyForm) -> None:
    """The number of the form: another one belongs to another letter or another unit."""
    numbers = {plain(number) for number in raw.form_ids}
    if not numbers:
        raw.trouble("", f"没有找到“{FORM_NUMBER}”，无法确认这是哪一份来函的反馈表。请使用重新下载的反馈表填写。")
    elif numbers != {plain(offered.form_id)}:
        raw.trouble("", "表格编号不是这份来函的：这是另一份来函或者另一个单位的反馈表。请上传本单位这份来函的反馈表。")


def _line(raw: RawForm, name: str) -> str:
    """One short line of the head; what is too long or not one line is a trouble."""
    cell = raw.facts.get(name)
    if cell is None:
        raw.notice("表头", f"没有找到“{FACTS[name]}”一栏，请在网页上填写。")
        return ""
    text = cell.text.strip()
    try:
        clean_input(text)
    except Refused as error:
        raw.trouble(cell.place, error.message)
        return ""
    if "\n" in text or "\r" in text or len(text) > _MOST_LINE:
        raw.trouble(cell.place, f"{FACTS[name]}请写在一行里，不超过{_MOST_LINE}个字。")
        return ""
    return unified(text).strip() if name == "phone" else text


def _day(raw: RawForm) -> date | None:
    """The date of the reply however it is written; told where it cannot be read."""
    cell = raw.facts.get("reply_date", Cell("", ""))
    bare = plain(unified(cell.text))[:60].replace("/", "-")
    if not any(char.isalnum() for char in bare.replace("年", "").replace("月", "").replace("日", "")):
        return None
    found = [one for one in moments(bare) if one.year is not None]
    if len(found) == 1 and (iso := found[0].iso()):
        return date.fromisoformat(iso[:10])
    raw.notice(cell.place, f"日期“{shorten(cell.text, 30)}”没有读懂，请在网页上填写，如 2026年3月2日。")
    return None


def _check_unit(raw: RawForm, offered: ReplyForm) -> None:
    cell = raw.facts.get("unit")
    if cell is not None and cell.text.strip() and not same_words(cell.text, offered.unit):
        raw.notice(cell.place, f"反馈单位写成了“{shorten(cell.text, 40)}”，仍按“{offered.unit}”读入，请核对。")


def _answer(raw: RawForm, form: ReplyForm) -> str:
    """The one answer that is ticked; both, none, and a tick that the rows speak against are told."""
    place = raw.ticks[0].place if raw.ticks else ""
    answers = {answer for cell in raw.ticks for answer in ticked(cell.text)}
    said = sum(row.said for row in form.rows)
    if len(answers) != 1:
        which = "“无意见”和“有意见”都勾选了" if answers else "“无意见”和“有意见”都没有勾选"
        raw.notice(place, f"{which}，请在网页上选择其中一项。")
        return ""
    (answer,) = answers
    if answer == "no_objection" and said:
        raw.notice(place, f"勾选了“无意见”，但表里写有{said}条意见，请核对后选择。")
    if answer == "has_opinion" and not said:
        raw.notice(place, "勾选了“有意见”，但表里没有写意见，请核对。")
    return answer


def _tell_around(raw: RawForm, offered: ReplyForm) -> None:
    """Words beside the table that the office did not print: somebody may have answered there."""
    ours = {plain(text) for text in (offered.title, offered.letter_no, offered.due, TITLE, "填表说明", *HELP) if text}
    for cell in raw.around:
        bare = plain(cell.text)
        left = _DUE.sub("", bare)
        for text in sorted(ours, key=len, reverse=True):
            left = left.replace(text, "")
        if left.removeprefix("来文").strip(":：;；,，1234567890.、()（）"):
            raw.notice(cell.place, f"表格外的文字没有读入：“{shorten(cell.text, 40)}”。如果是意见，请写进表格。")


def _bounded(told: Sequence[Told], kind: type[Told]) -> list[Told]:
    """Without repetitions, at most MOST_TOLD, the last of which says how many more there are."""
    once: list[Told] = list(dict.fromkeys(told))
    if len(once) > MOST_TOLD:
        more = len(once) - MOST_TOLD + 1
        once[MOST_TOLD - 1 :] = [kind("", f"另有 {more} 处，改好以上各处后再上传时会继续提示。")]
    return once
