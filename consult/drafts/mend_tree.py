"""Pure: the tree of a split document as depths and parents, and its paths and levels made anew from them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from consult.base.text import unified
from consult.drafts.levels import level_of
from consult.drafts.numbering import label_at, printed_number
from consult.drafts.split import Piece

LISTED = ("item", "subitem")
# how far outside a style stands; 一、 above or below 第一条 depends on the document, so they count as equal
_RANKS = {
    "attachment": 0, "division": 1, "en_division": 1, "part": 2, "en_part": 2, "subpart": 3, "en_subpart": 3,
    "chapter": 4, "en_chapter": 4, "section": 5, "en_section": 6, "article": 6, "en_article": 6, "h": 6, "dec1": 6,
    "p": 7, "dec2": 7, "d": 8, "dec3": 8, "q": 9, "dec4": 9, "r": 10, "dec5": 10, "c": 11, "dec6": 11,
}  # fmt: skip
_INNERMOST = 12


@lru_cache(maxsize=4096)
def style_of(label: str) -> str:
    """How a printed label is numbered, 第三条 → article; empty where it is no label that we know."""
    found = printed_number(label)
    return found[0] if found else ""


def rank_of(style: str) -> int:
    """0 for the outermost style; unknown ones stand innermost."""
    return _RANKS.get(style, _INNERMOST)


def label_before(text: str) -> str:
    """The label that a text begins with, as printed; empty where there is none, or only a bare number."""
    found = label_at(unified(text), 0)
    label = text[: found.end].strip() if found else ""
    return "" if label.isdigit() else label


def opens_document(piece: Piece) -> bool:
    """Whether a draft or an attachment with its own tree begins at this piece."""
    if piece.kind == "title":
        return piece.level == "attachment"
    return piece.kind == "clause" and piece.level == "attachment" and len(piece.path) == 1


def depths_of(pieces: Sequence[Piece]) -> list[int]:
    """1 for the outermost clauses; a paragraph has the depth of the clause it belongs to, 0 where it has none."""
    return [len(piece.path) if piece.kind in ("clause", "paragraph") else 0 for piece in pieces]


def parents_of(pieces: Sequence[Piece], depths: Sequence[int]) -> list[int]:
    """The index of the clause that each clause hangs under or each paragraph belongs to; -1 for none."""
    stack: list[int] = []
    out = []
    for index, (piece, depth) in enumerate(zip(pieces, depths, strict=True)):
        parent = -1
        if piece.kind == "clause":
            del stack[depth - 1 :]
            parent = stack[-1] if stack else -1
            stack.append(index)
        elif piece.kind == "paragraph" and depth and stack:
            parent = stack[min(depth, len(stack)) - 1]
        elif opens_document(piece):
            stack.clear()
        out.append(parent)
    return out


def sunk(pieces: Sequence[Piece], parents: Sequence[int], base: int = 0) -> list[int]:
    """Depths from parents; what has no parent stands `base` below the top."""
    out: list[int] = []
    for piece, parent in zip(pieces, parents, strict=True):
        above = out[parent] if parent >= 0 else base
        out.append(above + 1 if piece.kind == "clause" else above if piece.kind == "paragraph" else 0)
    return out


def open_at(pieces: Sequence[Piece], depths: Sequence[int], index: int) -> list[int]:
    """The clauses that are open before a piece, the outermost first."""
    stack: list[int] = []
    for i in range(index):
        if pieces[i].kind == "clause":
            del stack[depths[i] - 1 :]
            stack.append(i)
        elif opens_document(pieces[i]):
            stack.clear()
    return stack


def owner_depth(pieces: Sequence[Piece], depths: Sequence[int], index: int) -> int:
    """The depth of a paragraph that begins at `index`: as the paragraph before it, else of the open clause.

    After a list it goes on with what the list belongs to, as the splitter has it.
    """
    for i in range(index - 1, -1, -1):
        if opens_document(pieces[i]) and pieces[i].kind == "title":
            return 0
        if pieces[i].kind == "paragraph":
            return depths[i]
        if pieces[i].kind == "clause":
            stack = [*open_at(pieces, depths, i)[: depths[i] - 1], i]
            while len(stack) > 1 and pieces[stack[-1]].level in LISTED:
                stack.pop()
            return len(stack)
    return 0


def clause_depth(pieces: Sequence[Piece], depths: Sequence[int], index: int, style: str) -> int:
    """The depth of a clause that begins at `index`: beside its own kind, else below what is wider."""
    stack = open_at(pieces, depths, index)
    styles = [style_of(pieces[i].label) for i in stack]
    if style in styles:
        return styles.index(style) + 1
    for i in range(index - 1, -1, -1):
        if opens_document(pieces[i]):
            break
        if pieces[i].kind == "clause" and style and style_of(pieces[i].label) == style:
            return min(depths[i], len(stack) + 1)
    wider = [at for at, one in enumerate(styles, 1) if rank_of(one) < rank_of(style)]
    return wider[-1] + 1 if wider else 1 if style in _RANKS else len(stack) + 1


def rebuilt(pieces: Sequence[Piece], depths: Sequence[int]) -> tuple[Piece, ...]:
    """The pieces with paths from their depths; levels are read anew only where a path has changed."""
    decimals = any(style_of(piece.label).startswith("dec") for piece in pieces if piece.kind == "clause")
    labels: list[str] = []
    out = []
    for piece, depth in zip(pieces, depths, strict=True):
        level = piece.level
        if piece.kind == "clause":
            del labels[max(0, depth - 1) :]
            path = (*labels, piece.label)
            if path != piece.path or not level:
                level = level_of(style_of(piece.label), [style_of(one) for one in labels], decimals)
            labels.append(piece.label)
        elif piece.kind == "paragraph":
            path = tuple(labels[:depth])
            level = "paragraph" if path else ""
        else:
            path = ()
            if opens_document(piece):
                labels.clear()
        same = path == piece.path and level == piece.level
        out.append(piece if same else replace(piece, path=path, level=level))
    return tuple(out)


def without(pieces: Sequence[Piece], depths: list[int], index: int) -> list[int]:
    """Depths once a clause is none: what hung under it goes to its elder sibling, else to its parent.

    Its own depth becomes that of the clause which a paragraph in its place belongs to.
    """
    if pieces[index].kind != "clause":
        return depths
    parents = parents_of(pieces, depths)
    elder = [i for i, p in before(pieces, index) if p.kind == "clause" and parents[i] == parents[index]]
    heir = elder[-1] if elder else parents[index]
    out = sunk(pieces, [heir if parent == index else parent for parent in parents])
    out[index] = out[heir] if heir >= 0 else 0
    return out


def before(pieces: Sequence[Piece], index: int) -> list[tuple[int, Piece]]:
    """The pieces before `index` in the same document."""
    first = max((i for i in range(index) if opens_document(pieces[i])), default=0)
    return [(i, pieces[i]) for i in range(first, index)]


def after(pieces: Sequence[Piece], index: int) -> list[tuple[int, Piece]]:
    return [(i, pieces[i]) for i in range(index + 1, len(pieces))]


def run_of(pieces: Sequence[Piece], parents: Sequence[int], index: int) -> set[int]:
    """A clause and its siblings right after it that are numbered alike."""
    out = {index}
    style = style_of(pieces[index].label)
    for i, piece in after(pieces, index):
        if opens_document(piece) or (piece.kind == "clause" and parents[i] < parents[index]):
            break
        if piece.kind == "clause" and parents[i] == parents[index]:
            if style_of(piece.label) != style:
                break
            out.add(i)
    return out


def is_under(index: int, parents: Sequence[int], roots: set[int]) -> bool:
    """Whether a piece is one of the roots or hangs below one."""
    while index >= 0:
        if index in roots:
            return True
        index = parents[index]
    return False
