"""Masking and pictures, as tables and by property."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.summary import picture
from consult.summary.masking import masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13812345678。", "电话138******78。"),
        ("手机 138 1234 5678", "手机 138********78"),
        ("１３８１２３４５６７８", "１３８******７８"),
        ("身份证510703198001011234", "身份证510*************34"),
        ("51070319800101123X是我", "510*************3X是我"),
        ("座机0816-2221234", "座机081*******34"),
        ("邮箱zhang.san@example.cn", "邮箱z********@example.cn"),
        ("+8613812345678", "+86*********78"),
        ("川府发〔2026〕13号第15条", "川府发〔2026〕13号第15条"),
        ("2026年3月2日至4月2日，30个工作日", "2026年3月2日至4月2日，30个工作日"),
        ("编号ABC13812345678XYZ", "编号ABC13812345678XYZ"),
        ("共13812345678901234567元", "共13812345678901234567元"),
    ],
)
def test_personal_numbers_are_covered_and_others_are_not(text: str, expected: str) -> None:
    assert masked(text) == expected


@given(st.text(max_size=80))
def test_masking_keeps_the_length_and_is_done_once(text: str) -> None:
    once = masked(text)
    assert len(once) == len(text) and masked(once) == once


@given(st.text(max_size=5), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from("，。 \n、的"))
def test_a_mobile_number_never_gets_through(before: str, number: str, mark: str) -> None:
    assert number not in masked(f"{before}{mark}{number}{mark}")


labels = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=30)
values = st.lists(st.tuples(labels, st.integers(0, 10**6)), min_size=1, max_size=40)


@given(values)
def test_pictures_are_whole_named_and_free_of_style(counts: list[tuple[str, int]]) -> None:
    tones = list(picture.TONES.values())
    for made in (picture.bars("标题<&>", counts, tones), picture.days("每日", counts), picture.heat("条款", counts)):
        root = ElementTree.fromstring(made)
        assert root.get("role") == "img" and root.get("aria-label") and root.find("title") is not None
        assert "style=" not in re.sub(r'aria-label="[^"]*"|<title>.*?</title>|>[^<]*<', "", made)
        assert len(root.findall("rect")) == len(counts)
        for rect in root.findall("rect"):
            assert float(rect.get("width", "")) >= 0 and float(rect.get("height", "")) > 0
            assert float(rect.get("x", "")) + float(rect.get("width", "")) <= picture.WIDTH + 1


def test_nothing_to_see_is_no_picture() -> None:
    empty = [picture.bars("x", []), picture.days("x", []), picture.heat("x", []), picture.share("x", [("a", 0)])]
    assert empty == [""] * 4


def test_a_share_fills_the_band() -> None:
    root = ElementTree.fromstring(picture.share("结果", [("采纳", 3), ("不采纳", 1)], ["good", "bad"]))
    assert [float(one.get("width", "")) for one in root.findall("rect")] == [540.0, 180.0]
    assert root.get("aria-label") == "结果：采纳 3，不采纳 1"
