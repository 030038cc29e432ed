"""The table that comes back, pure: any ruling survives the way out and in; every tampering is refused by its cell."""

import random
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from consult.base.errors import Refused
from consult.drafts.reading.xml import Package
from consult.review.words import OUTCOMES
from consult.summary.back import HEADINGS, BackRow, Filled, Key, alike, code, read_code
from consult.summary.back_check import Reading
from consult.summary.table import SUMMARY
from tests.letters.forms import rezipped
from tests.letters.test_form_fuzz import broken_bytes, broken_xml
from tests.summary.backs import HANDS, NAMES, SheetHand, judged, written

KINDS = pytest.mark.parametrize("kind", ["docx", "xlsx"])
RUNS = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
REASON = "上位法对此已有明确规定，不再重复。"
ODD = ("𠮷野家与㑇", "😀👍🏽", "=1+1", "+1", "-1", "@SUM(A1)", "<b>&amp;</b>", "a\tb", "一\n\n二", "'x", "]]>", "_x0041_", "１２３")


def row(number: int, text: str = "建议路灯间距改为三十米。", filled: Filled = Filled(), ruling: int = 0, size: int = 1) -> BackRow:  # noqa: B008
    return BackRow(Key("", number), ruling, str(number), "第三条", "第三条 主路路灯间距不超过四十米。", text, "改为三十米", "匿名", "信函", filled, size)


ROWS = [row(1), row(2, ODD[0], Filled("not_adopted", REASON), 1), row(3, ODD[2]), row(7, "一" * 3000, size=4)]
WORDS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufffe\uffff", include_characters="\n"), max_size=40),
)


@st.composite
def rulings(draw: st.DrawFn) -> Filled:
    """Any ruling that keeps the rules, as it is stored."""
    outcome = draw(st.sampled_from(sorted(OUTCOMES)))
    reason = (draw(WORDS) + REASON).strip() if outcome != "adopted" or draw(st.booleans()) else ""
    part = ("第一款" + draw(WORDS)).strip() if outcome == "partly_adopted" else ""
    unit = ("县水利局" + draw(WORDS)).strip() if outcome == "referred" else ""
    return Filled(outcome, reason, part, unit, draw(WORDS).strip())


def test_the_first_nine_headings_are_those_of_the_office() -> None:
    assert list(HEADINGS)[:9] == list(SUMMARY)


@KINDS
@RUNS
@given(filled=st.lists(rulings(), min_size=1, max_size=4))
def test_what_was_filled_in_comes_back_exactly(kind: str, filled: list[Filled]) -> None:
    rows = [row(number) for number in range(1, len(filled) + 1)]
    hand = HANDS[kind](written(kind, rows))
    for number, one in enumerate(filled, 1):
        for heading, text in zip(("处理意见", "理由", "采纳部分", "转办单位", "修改后条文"),
                                 (OUTCOMES[one.outcome], *list(vars(one).values())[1:]), strict=True):  # fmt: skip
            hand.write(number, heading, text)
    reading = judged(hand.data(), rows)
    assert reading.troubles == [] and [one.kind for one in reading.changes] == ["new"] * len(filled)
    for change, one in zip(reading.changes, filled, strict=True):
        assert all(alike(getattr(change.after, part.name), getattr(one, part.name)) for part in fields(Filled)), (change.after, one)


@KINDS
@RUNS
@given(filled=st.lists(rulings(), min_size=1, max_size=4), said=WORDS)
def test_an_untouched_file_changes_nothing(kind: str, filled: list[Filled], said: str) -> None:
    rows = [row(number, said or "空", one, number) for number, one in enumerate(filled, 1)]
    reading = judged(written(kind, rows), rows)
    assert (reading.troubles, reading.notices, reading.absent) == ([], [], 0)
    assert [one.kind for one in reading.changes] == ["same"] * len(rows)


def resaved(data: bytes, kind: str, folder: Path) -> bytes:
    """The file as LibreOffice saves it."""
    source = folder / f"in.{kind}"
    source.write_bytes(data)
    out = folder / "out"
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
               "--convert-to", kind, "--outdir", str(out), str(source)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (out / f"in.{kind}").read_bytes()


@KINDS
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_saves_it_and_it_still_comes_back(kind: str, tmp_path: Path) -> None:
    odd = [one for one in ODD if kind == "docx" or not one.startswith("_x")]  # openpyxl, the hand, spoils these
    rows = [row(number, text, Filled("referred", text + REASON, "", "县水利局" + text, text), 2) for number, text in enumerate(odd, 1)]
    rows += [row(40), row(41, "很长" * 2000)]
    hand = HANDS[kind](resaved(written(kind, rows), kind, tmp_path))
    hand.write(len(odd) + 1, "处理意见", "部分采纳")
    hand.write(len(odd) + 1, "理由", REASON)
    hand.write(len(odd) + 1, "采纳部分", "间距部分")
    reading = judged(hand.data(), rows)
    assert reading.troubles == []
    assert [one.kind for one in reading.changes] == ["same"] * len(odd) + ["new", "same"]
    assert reading.changes[len(odd)].after == Filled("partly_adopted", REASON, "间距部分")


def places(reading: Reading) -> list[str]:
    return [one.place for one in reading.troubles]


@KINDS
def test_every_rule_that_is_broken_is_named_by_its_cell(kind: str) -> None:
    hand = HANDS[kind](written(kind, ROWS))
    hand.write(1, "处理意见", "不采纳")
    hand.write(2, "处理意见", "")
    hand.write(3, "处理意见", "同意")
    hand.write(4, "处理意见", "不予受理")
    hand.write(4, "理由", REASON)
    reading = judged(hand.data(), ROWS)
    line = "表格第{}行" if kind == "docx" else "第{}行"
    first = 2 if kind == "docx" else 5
    assert places(reading) == [
        line.format(first + at) + f"“{name}”" for at, name in enumerate(["理由", "处理意见", "处理意见", "处理意见"])
    ]
    said = "".join(one.message for one in reading.troubles)
    assert "至少10个字" in said and "不能清空" in said and "“同意”不是规定的" in said and "归并" in said


@KINDS
@pytest.mark.parametrize("heading", ["章条编号", "原文内容", "意见内容", "修改建议"])
def test_what_was_said_cannot_be_altered(kind: str, heading: str) -> None:
    hand = HANDS[kind](written(kind, ROWS))
    hand.write(2, heading, hand.read(2, heading) + "不")
    reading = judged(hand.data(), ROWS)
    assert len(reading.troubles) == 1 and f"“{heading}”" in reading.troubles[0].place and "保持原样" in reading.troubles[0].message


@KINDS
def test_numbers_of_rows_are_checked(kind: str) -> None:
    hand = HANDS[kind](written(kind, ROWS))
    hand.write(1, "行号", "1-0-AAAAAA")
    hand.write(2, "行号", "")
    hand.write(4, "行号", hand.read(3, "行号"))
    said = [one.message for one in judged(hand.data(), ROWS).troubles]
    assert "不是这个项目的" in said[0] and "没有行号" in said[1] and "重复" in said[2]
    hand = HANDS[kind](written(kind, ROWS))
    number = hand.read(2, "行号")  # only its last character mistyped: the cell named is this one, not what was said
    hand.write(2, "行号", number[:-1] + ("A" if number[-1] != "A" else "B"))
    told = judged(hand.data(), ROWS).troubles
    assert len(told) == 1 and "“行号”" in told[0].place and "抄错" in told[0].message
    foreign = judged(written(kind, ROWS, "other:2"), ROWS)
    assert len(foreign.troubles) == len(ROWS) and foreign.changes == []


@KINDS
@pytest.mark.parametrize("heading", list(HEADINGS))
def test_a_changed_heading_is_refused_by_name(kind: str, heading: str) -> None:
    hand = HANDS[kind](written(kind, ROWS))
    hand.write(0, heading, "别的")
    said = "".join(one.message for one in judged(hand.data(), ROWS).troubles)
    assert "“别的”不是这张表原有的" in said and f"缺少“{heading}”" in said


@KINDS
def test_words_that_are_struck_out_are_not_taken_for_words(kind: str) -> None:
    hand = HANDS[kind](written(kind, ROWS))
    hand.write(1, "处理意见", "采纳")
    if isinstance(hand, SheetHand):
        outcome, reason = (hand.sheet.cell(hand.HEAD + 1, NAMES.index(one) + 1) for one in ("处理意见", "理由"))
        outcome.value = CellRichText(TextBlock(InlineFont(strike=True), "不"), "采纳")
        reason.value, reason.font = "间距确实太大，应当缩短。", Font(strike=True)
    else:
        cells = hand.rows[1].cells
        paragraph = cells[NAMES.index("处理意见")].paragraphs[0]
        paragraph.runs[0].text = "不"
        paragraph.runs[0].font.strike = True
        paragraph.add_run("采纳").font.strike = False
        cells[NAMES.index("理由")].paragraphs[0].add_run("间距确实太大，应当缩短。").font.double_strike = True
    told = [(one.place[-6:], one.message[:6]) for one in judged(hand.data(), ROWS).troubles]
    assert [one[1] for one in told] == ["有划掉的字（"] * 2 and "处理意见" in told[0][0] and "理由" in told[1][0]


@KINDS
def test_deleted_rows_are_only_told(kind: str) -> None:
    hand = HANDS[kind](written(kind, ROWS))
    hand.delete(3)
    reading = judged(hand.data(), ROWS)
    assert (reading.troubles, reading.absent, len(reading.changes)) == ([], 1, 3)


def test_both_sides_changed_or_only_one() -> None:
    theirs = Filled("adopted")
    now = [row(1, filled=theirs, ruling=1), row(2, filled=theirs, ruling=1), row(3, filled=theirs, ruling=1)]
    hand = HANDS["xlsx"](written("xlsx", [row(1), row(2), row(3)]))
    hand.write(1, "处理意见", "不采纳")
    hand.write(1, "理由", REASON)
    hand.write(3, "处理意见", "采纳")
    reading = judged(hand.data(), now)
    assert [one.kind for one in reading.changes] == ["conflict", "kept", "same"]
    assert reading.changes[0].cells == [("处理意见", "采纳", "不采纳"), ("理由", "", REASON)]
    assert reading.changes[1].cells == [("处理意见", "", "采纳")]


def test_row_numbers_survive_widths_and_lower_case_and_know_their_project() -> None:
    one = code("demo:1", row(12, ruling=3))
    assert one.startswith("12-3-") and len(one) == 11
    for typed in (one.lower(), f" {one} ", one.replace("-", "－")):
        found = read_code("demo:1", typed)
        assert found is not None and found.sealed and (found.key, found.number) == (Key("", 12), 3)
    other = read_code("demo:2", one)
    assert other is not None and not other.sealed
    sealed = sum(bool((found := read_code("demo:1", f"{n}-3{one[4:]}")) and found.sealed) for n in range(13, 2013))
    assert sealed <= 2  # one in 32,768


@KINDS
@pytest.mark.parametrize("seed", range(4))
def test_broken_files_are_refused_and_never_crash(kind: str, seed: int) -> None:
    rng, data = random.Random(seed), written(kind, ROWS[:3])
    part = "word/document.xml" if kind == "docx" else "xl/worksheets/sheet1.xml"
    for _ in range(12):
        for bad in (broken_bytes(rng, data), rezipped(data, lambda name, text: broken_xml(rng, text.decode()).encode("utf-8", "replace") if name == part else text)):
            try:
                reading = judged(bad, ROWS[:3])
            except Refused as refusal:
                assert refusal.message
            else:
                assert all(one.kind in ("same", "new", "changed", "kept", "conflict") for one in reading.changes)


def test_a_thousand_rows_in_word_and_five_thousand_in_excel_come_back() -> None:
    for kind, count in (("docx", 1_000), ("xlsx", 5_000)):
        rows = [replace(ROWS[0], key=Key("", number), opinion="意见" * 60) for number in range(1, count + 1)]
        data = written(kind, rows)
        assert Package(data).names and len(judged(data, rows).of("same")) == count
