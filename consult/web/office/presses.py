"""Pure: the buttons of the import page: what each press does to the document, what is said of it, where one is then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consult.base.errors import Refused
from consult.base.text import shorten
from consult.drafts.mend import KINDS
from consult.drafts.mend_places import Finding, settled_by
from consult.drafts.mend_text import place_of, whole
from consult.drafts.mend_tree import label_before
from consult.drafts.split import Piece, Split

_ACT = re.compile(r"([a-z-]+)(?::(\d{1,7}))?(?::(\w{1,20}))?\Z")
_GUESS = re.compile(r"[^\s、.．:：。，；]{1,8}[、.．:：]|[^\s、.．:：。，；]{1,6}(?=\s)")
_LEVELS = {"deeper": "降了一级", "shallower": "升了一级"}


@dataclass(frozen=True)
class Press:
    """`step`: edit, undo, redo, or open, which changes nothing; `row` is where one is afterwards."""

    step: str
    row: int | None = None
    said: str = ""
    edit: Mapping[str, Any] | None = None
    panel: str = ""


def name_of(piece: Piece) -> str:
    """What a piece is called in a sentence."""
    return f"“{piece.label or shorten(piece.text, 12)}”"


def guessed_label(piece: Piece) -> str:
    """What a person may mean by the label of a piece: its label, or its first characters up to a mark."""
    found = _GUESS.match(piece.text)
    return piece.label or (found.group() if found else "")


def press_of(form: Mapping[str, str], cut: Split, found: Sequence[Finding], edits: Sequence, undone: Sequence) -> Press:
    """The press behind a form: its `act`, and for splitting and labels what was typed. Raises Refused."""
    match = _ACT.match(form.get("act", ""))
    if match is None:
        raise Refused("看不懂这个操作，请刷新页面再试。")
    act, number, more = match.group(1), int(match.group(2) or 0), match.group(3) or ""
    if act in ("undo", "redo"):
        return _back_and_forth(act, edits if act == "undo" else undone)
    if act == "settle":
        return _settle(cut, found, number, more)
    if number >= len(cut.pieces):
        raise Refused("没有这一段，请刷新页面再试。")
    if act == "enter":
        act = {"split": "split-words", "label": "relabel"}.get(form.get("panel", ""), "close")
    if act in ("open", "close"):
        return Press("open", number, panel=more)
    if (act, more) == ("kind", "clause") and not label_before(whole(cut.pieces[number])):
        return Press("open", number, panel="label")  # a label that nobody recognises is asked for
    return _edit(act, number, more, form, cut, found)


def _back_and_forth(act: str, steps: Sequence[Mapping[str, Any]]) -> Press:
    if not steps:
        raise Refused("没有可以撤销的修改。" if act == "undo" else "没有可以重做的修改。")
    row = steps[-1].get("index")
    if act == "redo" and row is not None:
        row = _row_after(steps[-1])
    return Press(act, row, "已经撤销上一步。" if act == "undo" else "已经重做。")


def _row_after(edit: Mapping[str, Any]) -> int:
    step = {"split_at": 1, "merge_with_previous": -1}.get(str(edit["do"]), 0)
    return max(0, int(edit["index"]) + step)


def _settle(cut: Split, found: Sequence[Finding], number: int, way: str) -> Press:
    """One press on a warning."""
    try:
        finding = found[number]
        words, edit = finding.ways[int(way)]
    except (IndexError, ValueError):
        raise Refused("这条提示已经处理过了。") from None
    row = _row_after(edit) if "index" in edit else finding.index
    return Press("edit", row, f"已经处理：{words}。", edit)


def _edit(act: str, index: int, more: str, form: Mapping[str, str], cut: Split, found: Sequence[Finding]) -> Press:
    piece, offset = cut.pieces[index], None
    edit: dict[str, Any] = {"index": index}
    name, label = name_of(piece), form.get("label", "").strip()
    if act in ("split", "split-words"):
        offset = int(more) if more.isdigit() else place_of(piece.text, form.get("words", ""))
        edit |= {"do": "split_at", "at": offset} | ({"label": label} if label and act == "split-words" else {})
        said = f"{name}已经拆成两段。"
    elif act == "merge":
        edit["do"], said = "merge_with_previous", f"{name}已经并入上一段。"
    elif act in ("deeper", "shallower"):
        edit |= {"do": "move_level", "way": act, "run": more == "run"}
        said = f"{name}{'和后面同级的' if more else ''}{_LEVELS[act]}。"
    elif act == "kind" or (act == "relabel" and piece.kind != "clause"):
        kind = more if act == "kind" else "clause"
        edit |= {"do": "retype", "kind": kind} | ({"label": label} if label and act == "relabel" else {})
        said = f"{name}已经改为{KINDS.get(kind, '')}。"
    elif act == "document":
        edit["do"], said = "new_document", f"从{name}起是另一份文件。"
    elif act == "relabel":
        edit |= {"do": "relabel", "label": label}
        said = f"编号已经改为“{label}”。"
    else:
        raise Refused("看不懂这个操作，请刷新页面再试。")
    if settles := settled_by(found, index, offset):
        edit["settles"] = settles
    return Press("edit", _row_after(edit), said, edit)
