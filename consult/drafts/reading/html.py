"""Web pages: the main text without menus, one line for each block, list numbers written out."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from consult.drafts.reading.plaintext import decode
from consult.drafts.reading.word_formats import formatted

_NOISE = "script, style, noscript, nav, iframe, form, button, select, template, svg, aside"
_MAIN = (
    "#UCAP-CONTENT", ".TRS_UEDITOR", ".TRS_Editor", "#zoom", "#zoomcon", ".pages_content", ".article-content",
    ".article_content", ".article-con", "#article", "article", "main", ".content-text", "#content", ".content",
)  # fmt: skip
_BLOCK_TAGS = (
    "p div section article main h1 h2 h3 h4 h5 h6 ul ol li table tr blockquote pre dl dt dd header footer center "
    "body figure figcaption hr address"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split(" "))
_LIST_STYLES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MOST_DEPTH = 200


def html_text(data: bytes) -> tuple[str, list[str]]:
    """(text, warnings) of a web page."""
    charset = re.search(rb"charset=[\"']?([A-Za-z0-9_-]{2,20})", data[:2048])
    text, warnings = _decoded(data, charset[1].decode() if charset else "")
    tree = LexborHTMLParser(text)
    tree.strip_tags([tag.strip() for tag in _NOISE.split(",")])
    body = _main(tree)
    lines = [] if body is None else [line.strip() for line in "".join(_walk(body, 0)).split("\n")]
    headline = tree.css_first("h1") or tree.css_first("title")
    title = " ".join(headline.text().split()) if headline else ""
    if (
        title
        and body is not None
        and body.tag != "body"
        and "".join(title.split()) not in "".join("".join(lines).split())
    ):
        lines.insert(0, title)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"), warnings


def plain_text(html: str) -> str:
    """All text of a page or a mail, line by line: unlike `html_text` nothing that a person sees is left out."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "noscript", "template", "head"])
    lines = [] if tree.body is None else [line.strip() for line in "".join(_walk(tree.body, 0)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _decoded(data: bytes, charset: str) -> tuple[str, list[str]]:
    if charset.lower() in ("gbk", "gb2312", "gb18030"):
        try:
            return data.decode("gb18030"), []
        except UnicodeDecodeError:
            pass
    return decode(data)


def _main(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds the text: one that portals name, if it holds most of the page's characters."""
    body = tree.body
    if body is None:
        return None
    whole = len("".join(body.text().split()))
    for selector in _MAIN:
        found = max(tree.css(selector), key=lambda node: len(node.text()), default=None)
        if found is not None and len("".join(found.text().split())) * 2 > whole:
            return found
    return body


def _walk(node: LexborNode, depth: int) -> Iterator[str]:
    if depth > _MOST_DEPTH:
        yield node.text()
        return
    count = _start(node)
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            yield re.sub(r"[\r\n\t ]+", " ", child.text())
        elif tag == "br":
            yield "\n"
        elif tag in ("td", "th"):
            yield from _walk(child, depth + 1)
            yield "\t"
        elif tag == "li" and node.tag == "ol":
            yield f"\n{formatted(count, _LIST_STYLES.get(node.attributes.get('type') or '', 'decimal'))}. "
            count += 1
            yield from _walk(child, depth + 1)
            yield "\n"
        elif tag in _BLOCKS:
            yield "\n"
            yield from _walk(child, depth + 1)
            yield "\n"
        elif not tag.startswith(("-", "_")):
            yield from _walk(child, depth + 1)
        child = child.next


def _start(node: LexborNode) -> int:
    start = (node.attributes.get("start") or "1") if node.tag == "ol" else "1"
    return int(start) if start.isdigit() and len(start) < 6 else 1
