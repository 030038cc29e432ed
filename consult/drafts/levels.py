"""What a level is called: 编 part … 条 article, 项 item, 目 subitem; heading1…heading4 in official style."""

_WORDS = {
    "division": "division", "part": "part", "subpart": "subpart", "chapter": "chapter", "section": "section",
    "article": "article", "attachment": "attachment", "en_part": "part", "en_chapter": "chapter",
    "en_section": "section", "en_article": "article", "en_subpart": "subpart", "en_division": "division",
}  # fmt: skip
_HEADINGS = {"h": "heading1", "p": "heading2", "d": "heading3", "q": "heading4"}
_ARTICLES = ("article", "en_article", "en_section")


def level_of(style: str, open_styles: list[str], decimals: bool) -> str:
    """The level's name for a style below the open ones.

    Below an article lists are items and subitems (立法法 66: 项 （一）, 目 1.); elsewhere they are the headings
    of official documents (GB/T 9704: 一、（一）1.（1）). In documents of decimals the single number is heading1.
    """
    if style in _WORDS:
        return _WORDS[style]
    if any(one in _ARTICLES for one in open_styles):
        inner = sum(one not in _WORDS for one in open_styles)
        return "item" if inner == 0 else "subitem"
    if style.startswith("dec"):
        return f"heading{min(int(style[3:]), 8)}"
    if style == "d" and decimals:
        return "heading1"
    return _HEADINGS.get(style, "heading4")
