"""Pure: an edited clause as the usual phrase of a 修改建议, and the phrase back to the edited clause.

建议将第三条中的“四十米”修改为“三十米”。 What is quoted stands exactly once in the clause, so that the phrase alone
says what is meant. static/phrase.js says the same in the browser while somebody writes.
"""

import re
from collections.abc import Sequence

from consult.base.text import is_cjk
from consult.drafts.edits import STOPS, Edit, edits, tokens

MOST_CHARACTERS = 5_000
MOST_PLACES = 5
_NAME = r"(?:“[^“”\n]{1,80}”一段|[^“”。，：\n]{1,80}?)"
_UNIT = r"部分|编|章|节|条|款|项|目|点|段"
_WHOLE = re.compile(rf"建议将{_NAME}修改为：“(.*)”。\Z", re.DOTALL)
_ADDED = re.compile(rf"建议在{_NAME}之后增加一(?:{_UNIT}|个附件)：“(.*)”。\Z", re.DOTALL)
_GONE = re.compile(rf"建议删除{_NAME}。\Z")
_FIRST = re.compile(rf"建议(将|删除|在){_NAME}中的“")
_NEXT = re.compile(r"”(?:。\Z|，并?(将|删除|在)“)")
_CITED = re.compile(rf"第[^第“”]{{1,12}}?({_UNIT})|附件")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两0123456789")
_BLANK = " \t\n\r\u3000\u00a0"


def propose(name: str, text: str, typed: str, stance: str = "") -> str:
    """What is stored for a clause's box: the phrase, or the words as typed where they are no edit of the clause.

    Empty where the clause stands in the box as it was: that proposes nothing, unless it shall be deleted.
    """
    typed = typed.replace("\r\n", "\n").replace("\r", "\n")
    words = typed.strip(_BLANK)
    if not words or same(words, text):
        return _gone(name) if stance == "delete" else ""
    made = phrase(name, text, words, stance)
    return typed if made == words else made


def same(left: str, right: str) -> bool:
    """Whether two texts differ in white space at most."""
    return left.translate(_NO_BLANK) == right.translate(_NO_BLANK)


_NO_BLANK = dict.fromkeys(map(ord, _BLANK))


def phrase(name: str, text: str, edited: str, stance: str = "") -> str:
    """The phrase for a clause `name` (第三条) whose `text` somebody wants to read `edited`.

    Words of little kinship to the clause come back as they are: a remark, or with stance "add" a new clause.
    """
    if edited == text or not edited:
        return _gone(name) if stance == "delete" or not edited else ""
    if stance == "add" and text and edited.startswith(text + "\n"):
        return _added(name, edited[len(text) :].lstrip("\n")) or edited
    if len(edited) > len(text) + MOST_CHARACTERS:  # longer than any proposal, whatever of the clause is in it
        return edited
    old, new = tokens(text), tokens(edited)
    found, kept = edits(old, new)
    much = 2 * sum(one.end - one.start for one in found) > len(old)
    if not old or (much and not _kin(len(old), len(new), kept)):
        return _added(name, edited) if stance == "add" else edited
    whole = f"建议将{_said(name)}修改为：“{edited}”。"
    if much or len(found) > MOST_PLACES:
        return whole
    short = _sentence(_said(name), text, old, new, found)
    return short if len(short) <= MOST_CHARACTERS and apply(short, text) == edited else whole


def apply(phrase: str, text: str) -> str | None:
    """The clause `text` as the phrase wants it; None where it is no such phrase or does not fit the clause."""
    if _GONE.match(phrase):
        return ""
    if whole := _WHOLE.match(phrase):
        return whole[1]
    out, at = [], 0
    for start, end, new in _places(phrase, text):
        if start < at:
            return None
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]]) if out else None


def box(proposed: str, text: str) -> str:
    """What stands in the box of a clause when a proposal is written on: the inverse of `propose`."""
    if added := _ADDED.match(proposed):
        return added[1]
    return apply(proposed, text) or (text if not proposed or _GONE.match(proposed) else proposed)


def _kin(old: int, new: int, kept: int) -> bool:
    """Whether a text with less than half of the clause is still the clause: much in common, or a part of it."""
    return 5 * kept >= old + new or (kept >= 8 and 3 * kept >= 2 * new)


def _said(name: str) -> str:
    """The name as the phrase says it: first words that stand for a number become “…”一段."""
    if re.fullmatch(_NAME, name):
        return name
    return f"{name}一段" if name[:1] == "“" and re.fullmatch(_NAME, f"{name}一段") else "这一段"


def _gone(name: str) -> str:
    return f"建议删除{_said(name)}。"


def _added(name: str, words: str) -> str:
    cited = [found[1] or "个附件" for found in _CITED.finditer(_said(name))]
    return f"建议在{_said(name)}之后增加一{cited[-1] if cited else '段'}：“{words}”。" if words else ""


def _sentence(name: str, text: str, old: Sequence[str], new: Sequence[str], found: Sequence[Edit]) -> str:
    acts = []
    for number, (start, end) in enumerate(_regions(text, old, new, found)):
        whose = "" if number else f"{name}中的"
        gone, come = "".join(old[start:end]), "".join(_becomes(new, found, start, end))
        if not gone and (side := _beside(text, old, start)):
            acts.append(f"在{whose}“{''.join(old[side[0] : side[1]])}”{'后' if side[1] == start else '前'}增加“{come}”")
        else:
            acts.append(f"将{whose}“{gone}”修改为“{come}”" if come else f"删除{whose}“{gone}”")
    last = [f"，并{acts[-1]}"] if len(acts) > 1 else []
    return f"建议{'，'.join(acts[:-1] or acts)}{''.join(last)}。"


def _regions(text: str, old: Sequence[str], new: Sequence[str], found: Sequence[Edit]) -> list[tuple[int, int]]:
    """The stretches of the clause that are quoted, widened until each is a whole and stands there once."""
    regions = [(one.start, one.end) for one in found]
    while True:
        grown: list[tuple[int, int]] = []
        for start, end in regions:
            start, end = _widen(text, old, _becomes(new, found, start, end), start, end)
            while grown and start <= grown[-1][1]:
                before = grown.pop()
                start, end = min(start, before[0]), max(end, before[1])
            grown.append((start, end))
        if grown == regions:
            return grown
        regions = grown


def _becomes(new: Sequence[str], found: Sequence[Edit], start: int, end: int) -> Sequence[str]:
    """What stands in the new text for old[start:end]."""
    before = sum(one.new_end - one.new_start - one.end + one.start for one in found if one.end < start)
    until = sum(one.new_end - one.new_start - one.end + one.start for one in found if one.end <= end)
    return new[start + before : end + until]


def _widen(text: str, old: Sequence[str], come: Sequence[str], start: int, end: int) -> tuple[int, int]:
    start, end = _number(old, come, start, end)
    if end - start == 1 and come and is_cjk(old[start]):  # one character alone says little: 约 becomes 节约
        if start and is_cjk(old[start - 1]):
            start -= 1
        elif end < len(old) and is_cjk(old[end]):
            end += 1
    if start == end and not _beside(text, old, start):
        start, end = max(0, start - 1), min(len(old), end + 1)
    while 0 < end - start <= MOST_CHARACTERS and not _once(text, "".join(old[start:end])):  # beyond, the whole is said
        if start and old[start - 1] not in STOPS:
            start -= 1
        elif end < len(old) and old[end] not in STOPS:
            end += 1
        elif start:
            start -= 1
        else:
            end += 1
    return start, end


def _number(old: Sequence[str], come: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """A number is quoted whole and with what it counts: 四 becomes 四十米."""
    gone = old[start:end]
    if any(side and _numeral(side[0]) for side in (gone, come)):
        while start and _numeral(old[start - 1]):
            start -= 1
    if any(side and _numeral(side[-1]) for side in (gone, come)):
        while end < len(old) and _numeral(old[end]):
            end += 1
        if end < len(old) and is_cjk(old[end]):
            end += 1
    return start, end


def _numeral(token: str) -> bool:
    return token[0] in _NUMERALS


def _beside(text: str, old: Sequence[str], at: int) -> tuple[int, int] | None:
    """The words after which something comes in at `at`, or before which; None where none stand there once."""
    if at:
        start = at - 1
        while start and at - start < 12 and old[start - 1] not in STOPS:
            start -= 1
        if start and old[start - 1] not in STOPS:
            start = at - 6
        while start and at - start <= MOST_CHARACTERS and not _once(text, "".join(old[start:at])):
            start -= 1
        if _once(text, "".join(old[start:at])):
            return start, at
    for end in range(min(at + 6, len(old)), min(at + MOST_CHARACTERS, len(old)) + 1):
        if end > at and _once(text, "".join(old[at:end])):
            return at, end
    return None


def _once(text: str, part: str) -> bool:
    first = text.find(part)
    return first >= 0 and text.find(part, first + 1) < 0


def _places(phrase: str, text: str) -> list[tuple[int, int, str]]:
    """What a phrase of single changes replaces: start, end, words; empty where it cannot be followed."""
    opening = _FIRST.match(phrase)
    verb, at = (opening[1], opening.end()) if opening else ("", 0)
    found: list[tuple[int, int, str]] = []
    while verb:
        closing = _NEXT.search(phrase, at)
        if not closing:
            return []
        place = _place(verb, phrase[at : closing.start()], text)
        if place is None:
            return []
        found.append(place)
        verb, at = closing[1] or "", closing.end()
    return found


def _place(verb: str, said: str, text: str) -> tuple[int, int, str] | None:
    cuts = {"将": ("”修改为“",), "在": ("”后增加“", "”前增加“")}.get(verb, ())
    cut = min((one for one in cuts if one in said), key=said.index, default="")
    if cuts and not cut:
        return None
    quoted, _, words = said.partition(cut) if cut else (said, "", "")
    if not quoted or not _once(text, quoted):
        return None
    start = text.index(quoted)
    end = start + len(quoted)
    if verb == "在":
        start, end = (end, end) if "后" in cut else (start, start)
    return start, end, words
