"""Random trees printed in every style come back; every character comes back; odd input stays cheap."""

# ruff: noqa: E501 - tables and printed drafts read better unbroken; Chinese counts double

import time
import unicodedata

import documents
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.base.errors import Refused
from consult.drafts.reading import Source, read
from consult.drafts.split import split

ODD = st.text(
    alphabet='第一二十百条章节编之（）(1)2.3、．①附件目录“”"：。；，\n\n 　\t甲修改为：#*【】Article Ia', max_size=400
)


def squeezed(text):
    return "".join(c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and c not in "\ufeff\u200b")


def given_back(pieces):
    return squeezed("".join(p.label + p.text for p in pieces))


def node(path, text):
    return tuple(squeezed(x).strip("#*").rstrip(".、:") for x in path), squeezed(text)[:6]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from((0.0, 0.3, 0.6, 1.0)))
def test_a_printed_tree_comes_back(seed, dirt):
    made = documents.make(seed, dirt)
    result = split(Source(made.text))
    found = result.pieces
    assert [node(p.path, p.text) for p in found if p.kind == "clause"] == [node(*w) for w in made.wanted]
    assert given_back(found) == squeezed(made.text)
    assert squeezed(result.title) == squeezed(made.title)
    assert (result.notice.deadline if result.notice else None) == made.deadline


@settings(max_examples=300, deadline=None)
@given(ODD)
def test_every_character_comes_back(text):
    assert given_back(split(Source(text)).pieces) == squeezed(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_every_character_of_any_script_comes_back(text):
    assert given_back(split(Source(text)).pieces) == squeezed(text)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 2000), st.integers(0, 2000))
def test_a_cut_document_keeps_its_characters(seed, first, last):
    text = documents.make(seed).text[first : first + last]
    assert given_back(split(Source(text)).pieces) == squeezed(text)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_random_bytes_are_read_or_refused(data):
    for name in ("x.txt", "x.docx", "x.pdf", "x.html", ""):
        try:
            split(read(data, name))
        except Refused as refused:
            assert refused.message.endswith("。")


HUGE = {
    "labels in one line": "".join(f"第{n}条内容。" for n in range(1, 20001)),
    "labels of one letter": "(一)" * 100_000,
    "lines": "\n".join(f"第{n}条 内容在此。" for n in range(1, 20001)),
    "deep decimals": "\n".join(".".join("1" * depth) + " 内容" for depth in range(1, 2000)),
    "one broken sentence": "\n".join("没有标点的一行文字一直继续下去而且总也没有结束的时候，没有标点" for _ in range(30_000)),
    "open quotes": "一、修改为：“" * 20_000,
    "quote lines": "\n".join(["一、修改为：“新的条文"] * 5000),
    "contents": "\n".join(["目录"] * 3000),
    "spaces": "第" + " " * 200_000 + "条",
    "numerals": "一" * 200_000,
    "brackets": "(" * 200_000,
    "attachments": "\n".join(["附件：1.名录"] * 5000),
    "dates": "2023年5月6日\n" * 5000,
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_time_is_bounded(name):
    started = time.perf_counter()
    found = split(Source(HUGE[name])).pieces
    assert given_back(found) == squeezed(HUGE[name])
    assert time.perf_counter() - started < 20
