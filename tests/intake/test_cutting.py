"""A letter cut into opinions: a table of letters, and the property that no character is lost whatever it says."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.mentions import mentions
from consult.intake.cutting import cut
from consult.intake.leaning import stance_of
from consult.intake.screen import MOST_ITEMS

TITLE = "河湾县村庄公共照明管理办法"


def parts(text: str) -> list[tuple[str, str]]:
    """(clause, words) of every part; empty for the whole draft."""
    found = cut(text, mentions(text, TITLE))
    return [("、".join(one.mention.said) if one.mention else "", text[one.start : one.end].strip()) for one in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("路灯太暗，请多修。", [("", "路灯太暗，请多修。")]),
        ("第三条第二款太严；第十二条建议删除。", [("第三条第二款", "第三条第二款太严；"), ("第十二条", "第十二条建议删除。")]),
        ("您好：\n我有几点意见：\n第三条太大。\n此致\n敬礼\n朱小明", [("第三条", "您好：\n我有几点意见：\n第三条太大。\n此致\n敬礼\n朱小明")]),
        ("一、第三条：间距太大。\n二、第五条\n应当明确日期。\n三、希望加强宣传。\n以上。",
         [("第三条", "一、第三条：间距太大。"), ("第五条", "二、第五条\n应当明确日期。"), ("", "三、希望加强宣传。\n以上。")]),
        ("1. 灯太暗\n2. 请多修\n", [("", "1. 灯太暗"), ("", "2. 请多修")]),
        ("一、总则部分\n第一条很好。\n第二条不好。\n二、建设部分\n第三条太大。",
         [("第一条", "一、总则部分\n第一条很好。"), ("第二条", "第二条不好。"), ("第三条", "二、建设部分\n第三条太大。")]),
        ("第三条好。第三条还要加灯。", [("第三条", "第三条好。第三条还要加灯。")]),
        ("第四条规定的五日与第十二条不一致。", [("第四条", "第四条规定的五日与第十二条不一致。")]),
        ("路太黑，参照第三条办。", [("", "路太黑，参照第三条办。")]),
        ("建议将第三条中的“第四条。第五条”改掉。", [("第三条", "建议将第三条中的“第四条。第五条”改掉。")]),
        ("第三条、第五条建议删除。", [("第三条、第五条", "第三条、第五条建议删除。")]),
        ("第三条太大。\n另外希望加强宣传。", [("第三条", "第三条太大。"), ("", "另外希望加强宣传。")]),
        ("第三条太大。\n\n-----原始邮件-----\n发件人：住建局\n第四条", [("第三条", "第三条太大。\n\n-----原始邮件-----\n发件人：住建局\n第四条")]),
        ("请登记。\n---------- Forwarded message ----------\nFrom: zhou@example.cn\nSubject: 意见\n\n第三条太大。\n第五条太短。",
         [("第三条", "请登记。\n---------- Forwarded message ----------\nFrom: zhou@example.cn\nSubject: 意见\n\n第三条太大。"),
          ("第五条", "第五条太短。")]),
        ("第三条太大。\n-----转发邮件-----\n第五条", [("第三条", "第三条太大。\n-----转发邮件-----\n第五条")]),
        ("第三条太大。\n> 第五条", [("第三条", "第三条太大。\n> 第五条")]),
        ("根据《劳动法》第十条，第三条应改。", [("", "根据《劳动法》第十条，第三条应改。")]),
        ("路灯是老百姓每天都要用的东西，建议县里多花一点钱把它修好，这是大家的心里话，也是实事。\n第三条太大。",
         [("", "路灯是老百姓每天都要用的东西，建议县里多花一点钱把它修好，这是大家的心里话，也是实事。"), ("第三条", "第三条太大。")]),
    ],
)  # fmt: skip
def test_letters(text: str, wanted: list[tuple[str, str]]) -> None:
    assert parts(text) == wanted


WORDS = st.sampled_from(
    ["第三条", "第五条第二款", "附件1", "建议将", "太大", "。", "；", "\n", "\n\n", "1.", "2.", "一、", "（一）", "“", "”", "希望", "此致",
     "> ", "您好：", " ", "　", "第三条至第五条", "《劳动法》", "<b>", "\r", "\u2028", "𠮷", "-----原始邮件-----"]
)  # fmt: skip


@given(st.one_of(st.lists(WORDS, max_size=60).map("".join), st.text()))
def test_the_parts_together_are_the_text(text: str) -> None:
    found = cut(text, mentions(text, TITLE))
    assert "".join(text[one.start : one.end] for one in found) == text
    assert 1 <= len(found) <= MOST_ITEMS
    assert not text.strip() or all(text[one.start : one.end].strip() for one in found)


def test_more_than_a_sending_holds_stays_with_the_last() -> None:
    text = "\n".join(f"第{number}条：太短。" for number in range(1, 81))
    found = cut(text, mentions(text, TITLE))
    assert len(found) == MOST_ITEMS
    assert text[found[-1].start : found[-1].end].count("太短") == 31


@pytest.mark.parametrize("text", ["第三条。" * 12_000, "(一)\n" * 12_000, "建议" * 20_000 + "第三条", "> " * 20_000])
def test_no_letter_takes_long(text: str) -> None:
    begun = time.perf_counter()
    cut(text, mentions(text, TITLE))
    stance_of(text)
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("建议删除第三条。", "delete"), ("第三条建议删除", "delete"), ("第三条整条删去。", "delete"),
        ("建议删除第三条中的“四十米”。", "amend"), ("建议将“同意”修改为“批准”", "amend"), ("改为三十米", "amend"),
        ("建议增加一款", "add"), ("应当补充经费的来源", "add"), ("支持", "support"), ("第五条同意。", "support"),
        ("同意，但太慢", "other"), ("不同意", "oppose"), ("坚决反对第三条", "oppose"), ("为什么是四十米？", "question"),
        ("第三条不能删除。", "other"), ("不建议删除第三条。", "other"), ("反对删除第三条。", "other"), ("请勿取消本款", "other"), ("第三条无需修改。", "other"),
        ("不应当增加收费项目", "other"), ("反对增加收费。", "oppose"), ("不同意第三条建议删除", "delete"), ("第三条不公平应删除", "delete"),
        ("第三条不明确，应当修改", "amend"), ("我不反对本条。", "other"), ("没有反对意见。", "support"), ("无异议", "support"), ("不得不反对", "oppose"),
        ("不能同意", "oppose"), ("很难赞成", "oppose"), ("谁同意？", "question"), ("为什么不支持？", "oppose"), ("我同意取消第三条。", "delete"),
        ("路灯太暗", "other"), ("", "other"), ("建议将“删除第三条”写清楚", "other"),
    ],
)  # fmt: skip
def test_stances(text: str, stance: str) -> None:
    assert stance_of(text) == stance


@given(st.text())
def test_every_text_has_a_stance(text: str) -> None:
    assert stance_of(text) in {"amend", "delete", "add", "support", "oppose", "question", "other"}
