"""Clauses that a running text speaks of: a table of ways to cite, and of what looks like a citation and is none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts.mentions import Finder, mentions, quoted
from tests.factories.incoming import draft

TITLE = "河湾县村庄公共照明管理办法(征求意见稿)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("第三条第二款太严；第十二条也是", [("第三条第二款",), ("第十二条",)]),
        ("第3条、第三条第(一)项", [("第3条", "第三条第(一)项")]),
        ("第三条（一）", [("第三条(一)",)]),
        ("第 三 条", [("第三条",)]),
        ("第 十 二 条 太严", [("第十二条",)]),
        ("第拾贰条太严", [("第十二条",)]),
        ("第十二條第二項太嚴", [("第十二条第二项",)]),
        ("十二条的罚款太高", [("第十二条",)]),
        ("同意。12条罚款太高", [("第12条",)]),
        ("请把十二条二款（三）项删去", [("第十二条第二款(三)项",)]),
        ("第三条、十二条都要改", [("第三条", "第十二条")]),
        ("提三条意见：一是；以上三条，请考虑", []),
        ("三条建议：第一；共三条。有十二条道路", []),
        ("十二条建议如下", []),
        ("三、五、十二条", []),
        ("五条太多", []),
        ("第十一条之一", [("第十一条之一",)]),
        ("第二部分第（五）项第12点", [("第二部分第(五)项第12点",)]),
        ("附件1，附件二第三条", [("附件1",), ("附件二第三条",)]),
        ("第三条至第五条", [("第三条", "第五条")]),
        ("第三至五条", [("第三条", "第五条")]),
        ("第三、五条", [("第三条", "第五条")]),
        ("第三条、第五条和第九条", [("第三条", "第五条", "第九条")]),
        ("第三条，第五条", [("第三条",), ("第五条",)]),
        ("第二款也应", [("第二款",)]),
        ("见3.2.7和2.5", [("3.2.7",)]),
        ("约3.2.8米", []),
        ("第一，太贵。其二，第一次", []),
        ("根据《劳动法》第十条", []),
        ("根据劳动法第十条和本办法第三条", [("第三条",)]),
        ("行政处罚法第三十条", []),
        ("《征求意见稿》第三条", [("第三条",)]),
        ("《河湾县村庄公共照明管理办法》第三条", [("第三条",)]),
        ("建议管理办法第三条", [("第三条",)]),
        ("该办法第三条", [("第三条",)]),
        ("将第三条中的“第五条”改为‘第六条’", [("第三条",)]),
        ("「第三条」和《第四条》", []),
        ("“没有写完的第三条", [("第三条",)]),
        ("", []),
    ],
)
def test_ways_to_cite(text: str, said: list[tuple[str, ...]]) -> None:
    found = mentions(text, TITLE, lambda one: one == "3.2.7" or one.startswith(("第12条", "第十二条")))
    assert [one.said for one in found] == said
    assert [one.several for one in found] == [len(one) > 1 for one in said]


@given(st.text(alphabet="第三五条款项(一)（）、至和的附件1.2“”《》法 \n中间"))
def test_places_are_true_and_in_order(text: str) -> None:
    end = 0
    for one in mentions(text, TITLE, lambda said: True):
        assert end <= one.start < one.end <= len(text)
        assert "".join(text[one.start : one.end].split())[:1] in "第附12三五一"
        end = one.end
    for start, stop in quoted(text):
        assert text[start] in "“「『‘" and text[stop - 1] in "”」』’"


@pytest.mark.parametrize(
    ("said", "above", "key", "note"),
    [
        ("第三条", "", "a3", ""), ("第3条", "", "a3", ""), ("第二条第二项", "", "a2-i2", ""), ("第二条(二)", "", "a2-i2", ""),
        ("第三条第九款", "", "a3", "草案里没有“第三条第九款”，先放在“第三条”"),
        ("第九十条", "", None, "草案里没有“第九十条”"), ("第二项", "第二条", "a2-i2", ""), ("第二款", "第二条", "a2-p2", ""),
    ],
)  # fmt: skip
def test_the_clause_that_is_meant(said: str, above: str, key: str | None, note: str) -> None:
    one = draft()
    index, told = Finder(one.usable).one(said, above)
    assert (None if index is None else one.usable[index].key, told) == (key, note)


def test_of_two_that_are_called_alike_a_person_chooses() -> None:
    two = draft("办法\n\n一、目标\n\n（一）路灯。\n\n（二）电费。\n\n二、措施\n\n（一）建设。\n\n（二）维护。\n")
    index, told = Finder(two.usable).one("第(一)项")
    assert index is None and "不止一处" in told


@pytest.mark.parametrize("text", ["中的" * 20_000 + "x第三条", "第三条" + " " * 50_000 + "x", "第三条、" * 12_000,
                                  "“" * 50_000, "第" * 50_000, "《" * 40_000 + "第三条", "(一)" * 16_000])  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    begun = time.perf_counter()
    mentions(text, TITLE)
    assert time.perf_counter() - begun < 3
