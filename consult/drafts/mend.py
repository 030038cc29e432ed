"""Pure: corrections of a split document, each a small dict, replayed on the freshly split source in order.

Labels and texts together always give back every character but white space, in their order: nothing here can
lose, add or move a word. `index` counts pieces from 0; every verb returns a new Split or raises `Refused`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from consult.base.errors import Refused
from consult.drafts import mend_tree as tree
from consult.drafts.mend_places import relined
from consult.drafts.mend_text import glued, labelled, place_of, whole
from consult.drafts.split import Piece, Split

Edit = Mapping[str, Any]
KINDS = {
    "clause": "条款", "paragraph": "段落", "title": "标题", "furniture": "页眉页脚", "notice": "公告",
    "signature": "落款",
}  # fmt: skip
_Pieces = list[Piece]


def split_at(split: Split, index: int, at: int | str, label: str | None = None) -> Split:
    """A new piece begins inside this one: at an offset of its text, or where the given words stand.

    `label` is what the new piece begins with; None looks for one, and empty means that it has none.
    """
    pieces, depths, piece = _open(split, index)
    place = place_of(piece.text, at) if isinstance(at, str) else at
    head, tail = piece.text[:place].rstrip(), piece.text[place:].lstrip()
    if place < 0 or not tail or not (head or piece.label):
        raise Refused("请选这一段中间的一处，前后都要有字。", "at")
    begins = tree.label_before(tail) if label is None else label
    kind = "clause" if begins else "paragraph" if piece.kind == "clause" else piece.kind
    pieces[index] = replace(piece, text=head)
    pieces.insert(index + 1, Piece(kind, "", "", (), tail, piece.line))
    depths.insert(index + 1, 0)
    if begins:
        _make_clause(pieces, depths, index + 1, begins)
    elif kind == "paragraph":
        depths[index + 1] = tree.owner_depth(pieces, depths, index + 1)
    return _closed(split, pieces, depths)


def merge_with_previous(split: Split, index: int) -> Split:
    """The piece becomes the end of the one before it; what hung under it goes on with that."""
    pieces, depths, piece = _open(split, index)
    if index == 0:
        raise Refused("这是第一段，前面没有可以并入的。")
    before = pieces[index - 1]
    if piece.kind in ("clause", "paragraph", "attachment") and before.kind not in (
        piece.kind,
        "clause",
        "paragraph",
        "title",
    ):
        raise Refused("前一段不是正文，并进去以后就不能对它提意见了。请先把前一段改成段落或者条款。")
    depths = tree.without(pieces, depths, index)
    pieces[index - 1] = replace(before, text=glued(before.text, whole(piece)))
    del pieces[index], depths[index]
    return _closed(split, pieces, depths)


def move_level(split: Split, index: int, way: str, run: bool = False) -> Split:
    """One level deeper or shallower, with all that hangs under it; `run` takes the like siblings after it along."""
    pieces, depths, piece = _open(split, index)
    if piece.kind not in ("clause", "paragraph") or way not in ("deeper", "shallower"):
        raise Refused("只有条款和段落有层级，请先改成条款或者段落。")
    step = 1 if way == "deeper" else -1
    if piece.kind == "paragraph":
        most = len(tree.open_at(pieces, depths, index))
        if not 0 <= depths[index] + step <= most:
            raise Refused("这一段已经在最里面一级。" if step > 0 else "这一段已经不属于任何条款。")
        depths[index] += step
        return _closed(split, pieces, depths)
    parents = tree.parents_of(pieces, depths)
    if step > 0 and not any(p.kind == "clause" and parents[i] == parents[index] for i, p in tree.before(pieces, index)):
        raise Refused("前面没有同级的条款可以归入，不能再降一级。")
    if step < 0 and depths[index] == 1:
        raise Refused("已经是最高一级。")
    roots = tree.run_of(pieces, parents, index) if run else {index}
    for i in range(index, len(pieces)):
        if tree.is_under(i, parents, roots):
            depths[i] += step
    return _closed(split, pieces, depths)


def retype(split: Split, index: int, kind: str, label: str | None = None) -> Split:
    """Another kind for a piece (see KINDS); a clause gets the label that it begins with, other kinds have none."""
    pieces, depths, piece = _open(split, index)
    if kind not in KINDS:
        raise Refused("没有这个类别，请从列出的里面选。")
    if kind == piece.kind and not tree.opens_document(piece):
        raise Refused(f"这一段已经是{KINDS[kind]}。")
    if piece.kind == "clause":
        depths = tree.without(pieces, depths, index)
    owner = depths[index]
    text = whole(piece)
    pieces[index] = replace(piece, kind=kind, label="", level="", path=(), text=text)
    if kind == "clause":
        _make_clause(pieces, depths, index, label or tree.label_before(text))
    elif kind == "paragraph":
        depths[index] = owner if piece.kind == "clause" else tree.owner_depth(pieces, depths, index)
    return _closed(split, pieces, depths)


def new_document(split: Split, index: int) -> Split:
    """An attachment or another draft begins here, with a tree of its own up to the next such beginning."""
    pieces, depths, piece = _open(split, index)
    if tree.opens_document(piece):
        raise Refused("这里已经是另一份文件的开头。")
    parents = tree.parents_of(pieces, depths)
    text = whole(piece)
    label = tree.label_before(text)
    numbered = bool(label) and tree.style_of(label) == "attachment"
    rest = text[len(label) :].strip() if numbered else text
    pieces[index] = Piece(
        "clause" if numbered else "title", label if numbered else "", "attachment", (), rest, piece.line
    )
    if numbered:
        pieces[index] = replace(pieces[index], path=(label,))
    last = next((i for i, p in tree.after(pieces, index) if tree.opens_document(p)), len(pieces))
    own = [p if p > index else -1 for p in parents[index + 1 : last]]
    inner = tree.sunk(pieces[index + 1 : last], [p - index - 1 if p >= 0 else -1 for p in own], int(numbered))
    depths[index : index + 1 + len(inner)] = [int(numbered), *inner]
    return _closed(split, pieces, depths)


def relabel(split: Split, index: int, label: str) -> Split:
    """Where the label of a clause ends: `label` is what the clause begins with, longer or shorter than now."""
    pieces, depths, piece = _open(split, index)
    if piece.kind != "clause":
        raise Refused("只有条款有编号，请先改成条款。", "label")
    pieces[index] = labelled(replace(piece, label="", text=whole(piece)), label)
    return _closed(split, pieces, depths)


def accept(split: Split, warning: str) -> Split:
    """A person looked at a warning and the text is right as it is."""
    if warning not in split.warnings:
        raise Refused("这条提示已经处理过了。")
    return replace(split, warnings=tuple(one for one in split.warnings if one != warning))


_VERBS: dict[str, tuple[Callable[..., Split], set[str]]] = {  # and the facts that each cannot do without
    "split_at": (split_at, {"index", "at"}),
    "merge_with_previous": (merge_with_previous, {"index"}),
    "move_level": (move_level, {"index", "way"}),
    "retype": (retype, {"index", "kind"}),
    "new_document": (new_document, {"index"}),
    "relabel": (relabel, {"index", "label"}),
    "accept": (accept, {"warning"}),
}
_MORE = {"split_at": {"label"}, "move_level": {"run"}, "retype": {"label"}}
_SHAPES: dict[str, tuple[type, ...]] = {
    "index": (int,), "at": (int, str), "label": (str,), "way": (str,), "kind": (str,), "warning": (str,), "run": (bool,),
}  # fmt: skip


def apply(split: Split, edit: Edit) -> Split:
    """One edit, `{"do": "merge_with_previous", "index": 4}`; Refused where it is none or cannot be done.

    `settles` may list warnings that the edit has dealt with.
    """
    facts = dict(edit)
    name, settles = str(facts.pop("do", "")), facts.pop("settles", [])
    verb, needed = _VERBS.get(name, (None, set()))
    known = needed <= set(facts) <= needed | _MORE.get(name, set())
    if verb is None or not known or any(type(value) not in _SHAPES[fact] for fact, value in facts.items()):
        raise Refused("看不懂这一步修改，请刷新页面再试。")
    after = verb(split, **facts)
    return replace(after, warnings=tuple(one for one in after.warnings if one not in settles))


def replay(split: Split, edits: Iterable[Edit], text: str | None = None) -> Split:
    """All edits in order; with the text of the source, lines of new pieces are found again."""
    for edit in edits:
        split = apply(split, edit)
    return split if text is None else relined(split, text)


def _open(split: Split, index: int) -> tuple[_Pieces, list[int], Piece]:
    if not 0 <= index < len(split.pieces):
        raise Refused("没有这一段，请刷新页面再试。")
    pieces = list(split.pieces)
    return pieces, tree.depths_of(pieces), pieces[index]


def _closed(split: Split, pieces: _Pieces, depths: Sequence[int]) -> Split:
    """The document after an edit; where it had no title, its first title lines are it."""
    titles: list[str] = []
    for piece in pieces:
        if piece.kind != "title" and titles:
            break
        titles += [piece.text] if piece.kind == "title" else []
    return replace(split, title=split.title or "".join(titles), pieces=tree.rebuilt(pieces, depths))


def _make_clause(pieces: _Pieces, depths: list[int], index: int, label: str) -> None:
    """A clause begins here; narrower clauses that stood beside it from here on hang under it now."""
    pieces[index] = labelled(replace(pieces[index], kind="clause"), label)
    style = tree.style_of(pieces[index].label)
    depth = depths[index] = tree.clause_depth(pieces, depths, index, style)
    adopted = False
    for i, piece in tree.after(pieces, index):
        if tree.opens_document(piece) or (piece.kind == "clause" and depths[i] < depth):
            return
        if piece.kind == "clause" and depths[i] == depth:
            adopted = tree.rank_of(tree.style_of(piece.label)) > tree.rank_of(style)
            if not adopted:
                return
        depths[i] += adopted and depths[i] >= depth and piece.kind in ("clause", "paragraph")
