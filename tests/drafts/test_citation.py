"""Citations there and back."""

# ruff: noqa: E501 - tables and printed drafts read better unbroken; Chinese counts double

import pytest

from consult.drafts.citation import citations, find
from consult.drafts.reading import Source
from consult.drafts.split import split

STATUTE = """某办法
第一章 总则
第一条 为了管理，制定本办法。
第二条 下列人员应当登记：
（一）职工；
（二）其他：
1.学生；
2.居民。
登记不收费。
有下列情形之一的，不予登记：
（一）重复的；
（二）虚假的。
第二章 附则
第三条 本办法自公布之日起施行。
第三条之一 补充规定。
附件1
名录
第一条 名录如下。
"""
OFFICIAL = """某意见
一、总体要求
（一）基本原则
——坚持统一。
——坚持公开。
——坚持创新。
二、任务
（二）加强建设
1.建设平台。
2.建设队伍。
（1）招录；
（2）培训。
"""


def pieces(text):
    return split(Source(text)).pieces


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (STATUTE, 2, "第一章"), (STATUTE, 3, "第一条"), (STATUTE, 5, "第二条第一项"), (STATUTE, 7, "第二条第二项第一目"),
        (STATUTE, 9, "第二条第二款"), (STATUTE, 11, "第二条第三款第一项"), (STATUTE, 15, "第三条之一"),
        (STATUTE, 18, "附件一第一条"), (OFFICIAL, 4, "第一部分第(一)项第1段"), (OFFICIAL, 6, "第一部分第(一)项第3段"),
        (OFFICIAL, 9, "第二部分第(二)项第1点"), (OFFICIAL, 12, "第二部分第(二)项第2点第(2)点"), (OFFICIAL, 1, ""),
    ],
)  # fmt: skip
def test_said(text, line, said):
    found = pieces(text)
    assert {c for p, c in zip(found, citations(found), strict=True) if p.line == line} == {said}


@pytest.mark.parametrize(
    ("text", "typed", "line"),
    [
        (STATUTE, "第二条第三款第一项", 11), (STATUTE, "第二条第（二）项", 6), (STATUTE, "2条2款", 9),
        (STATUTE, "第三条", 14), (STATUTE, "第三条之一", 15), (STATUTE, "第二条第二项第1目", 7),
        (STATUTE, "附件1第一条", 18), (STATUTE, "第一章", 2), (OFFICIAL, "第二部分第(二)项第2点", 10),
        (OFFICIAL, "二（二）2", 10), (OFFICIAL, "第一部分第(一)项第3段", 6), (OFFICIAL, "第2点", 10),
    ],
)  # fmt: skip
def test_typed(text, typed, line):
    found = pieces(text)
    assert found[find(found, typed)[0]].line == line


@pytest.mark.parametrize("typed", ["", "第九十九条", "没有引用", "9.9.9"])
def test_nothing_found(typed):
    assert find(pieces(STATUTE), typed) == []


def test_every_citation_is_found_again():
    for text in (STATUTE, OFFICIAL):
        found = pieces(text)
        for index, said in enumerate(citations(found)):
            assert not said or index in find(found, said)
