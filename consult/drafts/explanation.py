"""The only place where HTML is let in: the office's explanation, cleaned by nh3 and by bleach's allow-list."""

import bleach
import nh3

from consult.base.errors import TooLarge

TAGS = {
    "p",
    "br",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "blockquote",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
MOST = 200_000  # bleach takes 6 ms a kilobyte


def clean(text: str) -> str:
    """Safe HTML from what an office typed or pasted; plain text becomes paragraphs.

    nh3 does the cleaning (bleach has no maintainer); bleach's stricter allow-list runs last, and the
    content security policy stands behind both. Raises TooLarge above 200,000 characters.
    """
    if len(text) > MOST:
        raise TooLarge("起草说明太长，请控制在二十万字以内，或者作为附件提供。", "explanation")
    text = text.replace("\r\n", "\n").strip()
    if not nh3.is_html(text):
        blocks = [nh3.clean_text(line.strip()) for line in text.split("\n") if line.strip()]
        text = "".join(f"<p>{block}</p>" for block in blocks)
    safe = nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    listed = {
        tag: sorted(names | {"rel"}) if tag == "a" else sorted(names) for tag, names in ATTRIBUTES.items()
    }
    return str(
        bleach.clean(safe, tags=TAGS, attributes=listed, protocols={"http", "https", "mailto"}, strip=True)
    )
