"""Word's automatic numbering, which is nowhere in the text: counters, levels, styles, restarts.

After ECMA-376 part 1, 17.9: a paragraph names a list (`numId`) and a level, itself or through its style;
the list names an abstract definition, whose counters all lists of it share; a list may override starts.
"""

from dataclasses import dataclass, field

from lxml import etree

from consult.drafts.reading.word_formats import formatted

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST_STYLE = 40


@dataclass(slots=True)
class _Level:
    """One level of a list: where it starts, how it prints, after which level it starts anew (0: never)."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    all_decimal: bool = False
    paragraph_style: str = ""


@dataclass(slots=True)
class _List:
    """A numbering instance: its abstract definition, its levels, and the starts it overrides once."""

    abstract: str
    levels: dict[int, _Level]
    overrides: dict[int, int] = field(default_factory=dict)


def _value(element: etree._Element | None, name: str, default: str = "") -> str:
    child = None if element is None else element.find(W + name)
    return default if child is None else child.get(W + "val", default)


def _number(text: str, default: int) -> int:
    try:
        return int(text)
    except ValueError:
        return default


class Numbering:
    """Gives every paragraph, asked in order, the label that Word prints before it."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._styles = _style_table(styles)
        self._default = _default_style(styles)
        self._lists = _lists(numbering, self._styles) if numbering is not None else {}
        self._counters: dict[str, dict[int, int]] = {}
        self._overridden: set[tuple[str, int]] = set()

    def label(self, properties: etree._Element | None) -> str:
        """The label of the next paragraph with its separator, empty where it has none."""
        found = self._list_and_level(properties)
        if found is None:
            return ""
        list_id, depth = found
        one = self._lists[list_id]
        counters = self._counters.setdefault(one.abstract, {})
        self._advance(one, list_id, counters, depth)
        level = one.levels[depth]
        if level.style == "bullet":
            return "• "
        text = self._printed(one, counters, depth)
        return text + ("" if level.suffix == "nothing" or not text else " ")

    def _list_and_level(self, properties: etree._Element | None) -> tuple[str, int] | None:
        own = None if properties is None else properties.find(W + "numPr")
        style = _value(properties, "pStyle", self._default)
        list_id, depth = _value(own, "numId"), _value(own, "ilvl")
        if not list_id:
            list_id, inherited, source = self._from_style(style)
            depth = depth or inherited or self._level_of_style(list_id, source, style)
        if list_id not in self._lists:
            return None
        level = _number(depth, 0)
        return (list_id, level) if level in self._lists[list_id].levels else None

    def _from_style(self, style: str) -> tuple[str, str, str]:
        """(list, level, style that says so), looked up along basedOn."""
        depth = ""
        for _ in range(_DEEPEST_STYLE):
            element = self._styles.get(style)
            if element is None:
                break
            own = element.find(f"{W}pPr/{W}numPr")
            depth = depth or _value(own, "ilvl")
            if _value(own, "numId"):
                return _value(own, "numId"), depth, style
            style = _value(element, "basedOn")
        return "", "", ""

    def _level_of_style(self, list_id: str, source: str, style: str) -> str:
        """The level that is linked to the style, for a style that names only its list."""
        one = self._lists.get(list_id)
        for wanted in (style, source):
            for depth, level in one.levels.items() if one else ():
                if wanted and level.paragraph_style == wanted:
                    return str(depth)
        return "0"

    def _advance(self, one: _List, list_id: str, counters: dict[int, int], depth: int) -> None:
        level = one.levels[depth]
        if depth in one.overrides and (list_id, depth) not in self._overridden:
            self._overridden.add((list_id, depth))
            counters[depth] = one.overrides[depth]
        else:
            counters[depth] = counters[depth] + 1 if depth in counters else level.start
        for upper in range(depth):
            if upper not in counters and upper in one.levels:
                counters[upper] = one.overrides.get(upper, one.levels[upper].start)
        for deeper, other in one.levels.items():
            restart = deeper if other.restart is None else other.restart
            if deeper > depth and restart and depth < restart:
                counters.pop(deeper, None)

    def _printed(self, one: _List, counters: dict[int, int], depth: int) -> str:
        level, out, i = one.levels[depth], "", 0
        while i < len(level.text):
            char, digit = level.text[i], level.text[i + 1 : i + 2]
            if char == "%" and digit.isdigit() and digit != "0":
                upper = int(digit) - 1
                style = one.levels[upper].style if upper in one.levels else "decimal"
                number = counters.get(upper, one.levels[upper].start if upper in one.levels else 1)
                out += formatted(number, "decimal" if level.all_decimal else style)
                i += 1
            else:
                out += char
            i += 1
        return out


def _style_table(styles: etree._Element | None) -> dict[str, etree._Element]:
    if styles is None:
        return {}
    return {style.get(W + "styleId", ""): style for style in styles.iterfind(W + "style")}


def _default_style(styles: etree._Element | None) -> str:
    for style in styles.iterfind(W + "style") if styles is not None else ():
        if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true"):
            return style.get(W + "styleId", "")
    return ""


def _lists(numbering: etree._Element, styles: dict[str, etree._Element]) -> dict[str, _List]:
    abstracts = {a.get(W + "abstractNumId", ""): a for a in numbering.iterfind(W + "abstractNum")}
    links = {_value(a, "styleLink"): key for key, a in abstracts.items() if _value(a, "styleLink")}
    out = {}
    for num in numbering.iterfind(W + "num"):
        key = _value(num, "abstractNumId")
        key = _linked(key, abstracts, links, numbering, styles)
        if key in abstracts:
            out[num.get(W + "numId", "")] = _list(num, key, abstracts[key])
    out.pop("0", None)
    return out


def _linked(
    key: str,
    abstracts: dict[str, etree._Element],
    links: dict[str, str],
    numbering: etree._Element,
    styles: dict[str, etree._Element],
) -> str:
    """Follows numStyleLink to the definition that carries the levels."""
    link = _value(abstracts.get(key), "numStyleLink")
    if not link:
        return key
    if link in links:
        return links[link]
    style = styles.get(link)
    wanted = "" if style is None else _value(style.find(f"{W}pPr/{W}numPr"), "numId")
    for num in numbering.iterfind(W + "num"):
        if num.get(W + "numId") == wanted:
            return _value(num, "abstractNumId")
    return key


def _list(num: etree._Element, key: str, abstract: etree._Element) -> _List:
    levels = {_number(e.get(W + "ilvl", ""), 0): _level(e) for e in abstract.iterfind(W + "lvl")}
    one = _List(key, levels)
    for override in num.iterfind(W + "lvlOverride"):
        depth = _number(override.get(W + "ilvl", ""), 0)
        level = override.find(W + "lvl")
        if level is not None:
            one.levels[depth] = _level(level)
        start = _value(override, "startOverride")
        if start:
            one.overrides[depth] = _number(start, 1)
    return one


def _level(element: etree._Element) -> _Level:
    lgl = element.find(W + "isLgl")
    restart = _value(element, "lvlRestart")
    return _Level(
        start=_number(_value(element, "start", "1"), 1),
        style=_value(element, "numFmt", "decimal"),
        text=_value(element, "lvlText"),
        suffix=_value(element, "suff", "tab"),
        restart=_number(restart, 0) if restart else None,
        all_decimal=lgl is not None and lgl.get(W + "val", "1") not in ("0", "false"),
        paragraph_style=_value(element, "pStyle"),
    )
