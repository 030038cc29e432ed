"""Labels and numerals, as tables."""

# ruff: noqa: E501 - tables and printed drafts read better unbroken; Chinese counts double

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.base.text import unified
from consult.drafts.numbering import label_at, labels_within, printed_number
from consult.drafts.numerals import (
    any_to_int,
    chinese_to_int,
    enclosed_to_int,
    int_to_chinese,
    int_to_roman,
    roman_to_int,
)

READ = [
    ("第一条 为了", "第一条", "article", (1,)),
    ("第 三 十 三 条 ”本", "第 三 十 三 条", "article", (33,)),
    ("第12条 内容", "第12条", "article", (12,)),
    ("第１２条 内容", "第12条", "article", (12,)),
    ("第十七条之一 内容", "第十七条之一", "article", (17, 1)),
    ("第一百零五条", "第一百零五条", "article", (105,)),
    ("第—章 总则", "第—章", "chapter", (1,)),
    ("第二节", "第二节", "section", (2,)),
    ("第三编 分则", "第三编", "part", (3,)),
    ("第一分编 通则", "第一分编", "subpart", (1,)),
    ("第二部分 任务", "第二部分", "division", (2,)),
    ("一、总体要求", "一、", "h", (1,)),
    ("十 一、要求", "十 一、", "h", (11,)),
    ("二．要求", "二.", "h", (2,)),
    ("（一）指导思想", "(一)", "p", (1,)),
    ("(二十一) 内容", "(二十一)", "p", (21,)),
    ("〔三〕内容", "(三)", "p", (3,)),
    ("㈡内容", "㈡", "p", (2,)),
    ("（１）内容", "(1)", "q", (1,)),
    ("⑶内容", "⑶", "q", (3,)),
    ("1．内容", "1.", "d", (1,)),
    ("10、内容", "10、", "d", (10,)),
    ("⒉内容", "⒉", "d", (2,)),
    ("1.1 内容", "1.1", "dec2", (1, 1)),
    ("2.2.2其他", "2.2.2", "dec3", (2, 2, 2)),
    ("A.1.2 内容", "A.1.2", "dec3", (1065, 1, 2)),
    ("③内容", "③", "c", (3,)),
    ("1）内容", "1)", "r", (1,)),
    ("附件2建设", "附件2", "attachment", (2,)),
    ("附件一：名录", "附件一", "attachment", (1,)),
    ("附 录 B", "附 录 B", "attachment", (1066,)),
    ("Article 5 The", "Article 5", "en_article", (5,)),
    ("CHAPTER IV Rights", "CHAPTER IV", "en_chapter", (4,)),
    ("Section 12A Fees", "Section 12A", "en_section", (12, 1)),
    ("Schedule 1", "Schedule 1", "attachment", (1,)),
    ("(a) fees", "(a)", "letter", (1,)),
    ("Ⅱ、Scope", "Ⅱ、", "big_roman", (2,)),
]  # fmt: skip

NOT_LABELS = [
    "1.5%的", "2018.10.12", "1997年4月", "一九九七年", "第一款规定", "第一条件", "十分重要", "(2018)41号", "3.5m宽",
    "一般规定", "总则", "", "（以下简称办法）",
]  # fmt: skip


@pytest.mark.parametrize(("text", "label", "style", "number"), READ)
def test_reads(text, label, style, number):
    uni = unified(text)
    found = label_at(uni, 0)
    assert found is not None
    assert uni[: found.end] == label
    assert found.readings[0] == (style, number)


@pytest.mark.parametrize("text", NOT_LABELS)
def test_is_no_label(text):
    assert label_at(unified(text), 0) is None


def test_roman_i_is_also_a_letter():
    found = label_at("(i) first", 0)
    assert found is not None
    assert found.readings == (("roman", (1,)), ("letter", (9,)))


def test_labels_inside_a_line():
    line = unified("三、保障措施（一）加强领导。（二）考核；2.1 公开")
    assert [line[x.start : x.end] for x in labels_within(line, 2)] == ["(一)", "(二)", "2.1"]


@pytest.mark.parametrize(("printed", "reading"), [("【第三条】", ("article", (3,))), ("## 第二章", ("chapter", (2,)))])
def test_a_printed_label_without_its_dress(printed, reading):
    assert printed_number(printed) == reading


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("二十", 20), ("二十一", 21), ("一百零五", 105), ("一百一十", 110), ("一二三", 123), ("两千零二", 2002),
     ("一千二百五十九", 1259), ("〇", 0), ("甲", None), ("", None)],
)  # fmt: skip
def test_chinese_numerals(text, number):
    assert chinese_to_int(text) == number


@given(st.integers(1, 9999))
def test_chinese_there_and_back(number):
    assert chinese_to_int(int_to_chinese(number)) == number


@given(st.integers(1, 399))
def test_roman_there_and_back(number):
    assert roman_to_int(int_to_roman(number)) == number


@pytest.mark.parametrize(("char", "number"), [("①", 1), ("⑳", 20), ("㈩", 10), ("⑴", 1), ("⒛", 20), ("Ⅷ", 8)])
def test_enclosed(char, number):
    assert enclosed_to_int(char) == number


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("１２", 12), ("iv", 4), ("three", 3), ("b", 2), ("？", None)]
)
def test_any(text, number):
    assert any_to_int(unified(text)) == number
