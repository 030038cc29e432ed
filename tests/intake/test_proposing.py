"""What came in as it would be entered: clauses found, differences shown, nothing lost, late and impossible days told."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.intake.incoming import Incoming, Said
from consult.intake.proposing import Proposal, placed, propose
from consult.intake.screen import MOST_REGISTERED, Item, Sender
from tests.factories.incoming import draft

TODAY, LAST = date(2026, 4, 6), date(2026, 4, 2)
DRAFT = draft()


def look(*said: Said, **more: object) -> Proposal:
    """One sending received today, if nothing else is said."""
    sending = Incoming("第 1 份", said, **more)  # type: ignore[arg-type]
    return propose(DRAFT, sending, channel="letter", received_on=LAST, today=TODAY, last_day=LAST)


def test_a_letter_lies_on_its_clauses() -> None:
    text = "您好：\n第三条太大，建议将第三条中的“四十米”改为“三十米”；第二条第二款建议删除。\n第二款也一样。第九十条太长。希望加强宣传。"
    found = look(Said(text, whole=True))
    assert [(row.item.clause_key, row.item.stance, row.notes) for row in found.rows] == [
        ("a3", "amend", ()), ("a2-p2", "delete", ()), ("a2-p2", "other", ()), (None, "other", ("草案里没有“第九十条”，按全文",)),
    ]  # fmt: skip
    assert "".join("".join(row.item.text.split()) for row in found.rows) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "key", "note"),
    [
        ("路灯太暗", None, ""), ("路太黑，参照第三条办。", "a3", ""), ("第三条至第五条太短", None, "说到几条（第三条、第五条），先按全文，请选择"),
        ("第三条和第五条不一致", None, "说到几条（第三条、第五条），先按全文，请选择"), ("第三条第九款不好", "a3", "草案里没有“第三条第九款”，先放在“第三条”"),
        ("第三条和上面说的第五条不一致", "a3", "文字里还说到第五条"), ("第二条（二）太宽，第二条很好", "a2-i2", ""),
    ],
)  # fmt: skip
def test_what_a_clerk_should_look_at(text: str, key: str | None, note: str) -> None:
    (row,) = look(Said(text, whole=True)).rows
    assert (row.item.clause_key, row.notes) == (key, (note,) if note else ())


@pytest.mark.parametrize(
    ("said", "item", "note"),
    [
        (Said("太大", "第三条"), Item("a3", "other", "太大"), ""),
        (Said("太大", "3条", proposed_text="三十米"), Item("a3", "amend", "太大", "三十米"), ""),
        (Said("太大", "3"), Item("a3", "other", "太大"), ""),
        (Said("太大", "全文"), Item(None, "other", "太大"), ""),
        (Said("第三条太大", "总体意见"), Item(None, "other", "第三条太大"), ""),
        (Said("太大", "a3"), Item("a3", "other", "太大"), ""),
        (Said("经费从哪里来", "第九十条"), Item(None, "other", "（涉及条款：第九十条）经费从哪里来"), "草案里没有“第九十条”，按全文"),
        (Said("第九十条好", "第九十条"), Item(None, "other", "第九十条好"), "草案里没有“第九十条”，按全文"),
        (Said("好", "禁放示意图"), Item(None, "other", "（涉及条款：禁放示意图）好"), "草案里找不到“禁放示意图”，按全文"),
        (Said("好", "第三条、第四条"), Item(None, "other", "（涉及条款：第三条、第四条）好"), "说到几条（第三条、第四条），先按全文，请选择"),
        (Said("第五条应明确", "第三条"), Item("a3", "other", "第五条应明确"), "写的是第三条，文字里说的是第五条"),
        (Said("第二条第一项应明确", "第二条"), Item("a2", "other", "第二条第一项应明确"), ""),
        (Said("好", "", "support", reason="安全"), Item(None, "support", "好", "", "安全"), ""),
        (Said("第四条太短", "", reason="安全"), Item("a4", "other", "第四条太短", "", "安全"), ""),
    ],
)  # fmt: skip
def test_a_row_of_a_table(said: Said, item: Item, note: str) -> None:
    (row,) = look(said).rows
    assert row.item == item
    assert row.notes == ((note,) if note else ())


def test_a_chosen_clause_takes_the_label_off_again() -> None:
    (row,) = look(Said("经费从哪里来", "第九十条")).rows
    assert placed(row, "a4", "add").item == Item("a4", "add", "经费从哪里来")
    assert placed(row, None, "other").item.text == "（涉及条款：第九十条）经费从哪里来"


def test_the_subject_of_a_mail_is_not_lost_and_names_the_clause() -> None:
    (row,) = look(Said("太大了", whole=True), subject="对第三条的意见").rows
    assert row.item == Item("a3", "other", "主题：对第三条的意见\n太大了")
    (row,) = look(Said("对第三条的意见：太大", whole=True), subject="对第三条的意见").rows
    assert row.item.text == "对第三条的意见：太大"


def test_late_ones_say_why() -> None:
    assert look(Said("好"), received_on=LAST).late is False
    late = look(Said("好"), received_on=LAST + timedelta(days=1))
    assert (late.late, late.why_late) == (True, "收到日期 2026-04-03 在截止日期 2026-04-02 之后")


def test_a_day_that_has_not_come() -> None:
    day = TODAY + timedelta(days=1)
    assert "还没有到" in look(Said("好"), received_on=day).trouble
    stamped = look(Said("好"), received_on=day, stamped=True)
    assert (stamped.trouble, stamped.received_on) == ("", LAST)
    assert "邮件日期 2026-04-07 还没有到" in stamped.notes[0]


@pytest.mark.parametrize(
    ("said", "sender", "says"),
    [
        (Said("长" * (MOST_REGISTERED + 1)), Sender(), "最多50000个字"), (Said("坏\x07字"), Sender(), "控制字符"),
        (Said("好"), Sender(email="nobody"), "邮箱"), (Said(" "), Sender(), "还没有写内容"), (Said("好"), Sender(wants_reply=True), "答复"),
    ],
)  # fmt: skip
def test_what_cannot_be_entered_is_told(said: Said, sender: Sender, says: str) -> None:
    assert says in look(said, sender=sender).trouble


@given(st.lists(st.sampled_from(["第三条", "第九十条", "第二款", "太大", "。", "；", "\n", "1.", "2.", "“", "”", "希望", "至", "、", " "]), max_size=40))
def test_no_word_of_a_letter_is_lost(words: list[str]) -> None:
    text = "".join(words)
    rows = look(Said(text, whole=True)).rows
    assert "".join("".join(row.item.text.split()) for row in rows) == "".join(text.split())
    assert all(row.item.clause_key is None or row.item.clause_key in {one.key for one in DRAFT.usable} for row in rows)


def test_a_letter_without_end_is_refused_before_it_is_searched() -> None:
    began = time.process_time()
    found = look(Said("《河湾县村庄公共照明管理办法》第三条" * 150_000, whole=True))
    assert "请分成几份" in found.trouble and not found.rows
    assert time.process_time() - began < 2
