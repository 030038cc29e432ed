"""Broken forms of every kind are read or refused with a reason: no crash, no long wait."""

import random
import re
import time
from dataclasses import replace

import pytest

from tests.letters.forms import FILLED, WRITERS, read_back, rezipped

BYTES, PARTS = 200, 150  # broken files of each kind
SMALL = replace(FILLED, rows=FILLED.rows[2:5])
SLOWEST = 10.0
NAMES = {
    "docx": ("word/document.xml", "word/styles.xml", "docProps/custom.xml", "[Content_Types].xml"),
    "xlsx": (
        "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml",
        "xl/_rels/workbook.xml.rels", "docProps/custom.xml",
    ),
}  # fmt: skip
VALUES = (
    "",
    "-1",
    "0",
    "99999999999999999999",
    "A1:XFD1048576",
    "NaN",
    "1e999",
    "０",
    "²",
    "/",
    "../../x",
    "𠮷",
    "_x0000_",
    "_xD800_",
    "F",
    "true",
    "&#x85;",
)


def broken_bytes(rng: random.Random, data: bytes) -> bytes:
    """The file cut, flipped, repeated or mixed."""
    at, how = rng.randrange(len(data)), rng.choice(["cut", "flip", "flip", "repeat", "drop"])
    if how == "cut":
        return data[:at]
    if how == "flip":
        out = bytearray(data)
        for _ in range(rng.randint(1, 40)):
            out[rng.randrange(len(out))] = rng.randrange(256)
        return bytes(out)
    end = min(len(data), at + rng.randint(1, 500))
    return data[:at] + data[at:end] * 2 + data[end:] if how == "repeat" else data[:at] + data[end:]


def broken_xml(rng: random.Random, text: str) -> str:
    """The XML with values, tags and stretches changed; often still well-formed."""
    tags = list(re.finditer(r"<(/?)([\w:]+)([^<>]*?)(/?)>", text))
    for _ in range(rng.randint(1, 6)):
        how = rng.choice(["value", "value", "text", "drop", "double", "rename", "cut"])
        one = rng.choice(tags)
        values = list(re.finditer(r'="([^"]*)"', text))
        if how == "value" and values:
            found = rng.choice(values)
            text = text[: found.start(1)] + rng.choice(VALUES) + text[found.end(1) :]
        elif how == "text":
            found = rng.choice(list(re.finditer(r">([^<]*)<|$", text)))
            if found.group(1) is None:
                continue
            text = text[: found.start(1)] + rng.choice(VALUES) + text[found.end(1) :]
        elif how == "cut" and rng.random() < 0.1:
            text = text[: rng.randrange(len(text))]
        else:
            text = _other(rng, text, how, one.group(2))
        tags = list(re.finditer(r"<(/?)([\w:]+)([^<>]*?)(/?)>", text)) or tags
    return text


def _other(rng: random.Random, text: str, how: str, name: str) -> str:
    """Elements of one name renamed, or one of them dropped or doubled."""
    if how == "rename":
        other = rng.choice(
            ["w:p", "w:tbl", "w:tc", "w:tr", "w:sdt", "c", "row", "f", "v", "is", "w:ins", "w:txbxContent"]
        )
        return re.sub(rf"(</?){re.escape(name)}(?=[\s/>])", rf"\g<1>{other}", text)
    whole = list(re.finditer(rf"<{re.escape(name)}(?:\s[^<>]*)?(?:/>|>.*?</{re.escape(name)}>)", text, re.DOTALL))
    if not whole:
        return text
    found = rng.choice(whole)
    return text[: found.start()] + ("" if how == "drop" else found.group() * 2) + text[found.end() :]


def mutated(rng: random.Random, kind: str, data: bytes) -> bytes:
    """A package with one broken part."""
    wanted = NAMES[kind][0] if rng.random() < 0.7 else rng.choice(NAMES[kind])

    def change(name: str, content: bytes) -> bytes | None:
        if name != wanted:
            return content
        return None if rng.random() < 0.02 else broken_xml(rng, content.decode()).encode("utf-8", "replace")

    return rezipped(data, change)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_broken_forms_are_read_or_refused_with_a_reason(kind: str) -> None:
    rng = random.Random(20261122)
    good = WRITERS[kind](SMALL)
    refused, slowest = 0, 0.0
    for number in range(BYTES + PARTS):
        data = broken_bytes(rng, good) if number < BYTES else mutated(rng, kind, good)
        start = time.perf_counter()
        reading = read_back(data)
        slowest = max(slowest, time.perf_counter() - start)
        assert (reading.form is None) == bool(reading.troubles)
        assert all(one.message.endswith("。") for one in (*reading.troubles, *reading.notices))
        refused += reading.form is None
    assert 0 < refused < BYTES + PARTS and slowest < SLOWEST


@pytest.mark.parametrize("tag", ["w:ins", "w:sdt", "w:customXml", "w:tbl"])
def test_deep_documents_are_bounded(tag: str) -> None:
    deep = f"<{tag}>" * 5_000 + f"</{tag}>" * 5_000
    data = rezipped(
        WRITERS["docx"](FILLED),
        lambda name, text: (
            text.replace(b"<w:body>", b"<w:body>" + deep.encode()) if name == "word/document.xml" else text
        ),
    )
    reading = read_back(data)
    assert reading.troubles and "文件已损坏" in reading.troubles[0].message
