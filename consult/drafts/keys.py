"""Pure: short, readable keys for clauses, unique in one version: a12, a12-p2, a12-i3, h2-5-12, f1-a3."""

from collections.abc import Sequence
from dataclasses import dataclass

from consult.drafts.numbering import printed_number

# level → the letter before its number; official headings 一、(一)1. read as plain numbers after one h
LETTERS = {
    "part": "b",
    "chapter": "c",
    "section": "s",
    "article": "a",
    "item": "i",
    "subitem": "j",
    "attachment": "f",
    "heading1": "",
    "heading2": "",
    "heading3": "",
    "heading4": "",
}


@dataclass
class Node:
    """One piece on its way to a clause row: what it is, where it hangs, and the key it got."""

    kind: str
    level: str
    label: str
    path: tuple[str, ...]
    parent: int | None = None
    key: str = ""


def arrange(pieces: Sequence[tuple[str, str, str, Sequence[str]]]) -> list[Node]:
    """Give every (kind, level, label, path) its parent's index and its key.

    A numbered piece hangs under the nearest piece before it with the path one shorter; a paragraph under
    the piece whose path it carries.
    """
    nodes: list[Node] = []
    where: dict[tuple[str, ...], int] = {}
    used: set[str] = set()
    for kind, level, label, path in pieces:
        node = Node(kind, level or "", label or "", tuple(path))
        above = node.path[:-1] if node.label and node.path and node.path[-1] == node.label else node.path
        while above and above not in where:
            above = above[:-1]
        node.parent = where.get(above) if above else None
        node.key = _unique(_wanted(node, nodes, used), used)
        if node.label and node.path:
            where = {known: index for known, index in where.items() if known[: len(node.path)] != node.path}
            where[node.path] = len(nodes)
        nodes.append(node)
    return nodes


def _wanted(node: Node, nodes: list[Node], used: set[str]) -> str:
    parent = nodes[node.parent] if node.parent is not None else None
    if not node.label or node.kind not in ("clause", "attachment"):
        letter = "p" if node.kind in ("paragraph", "clause", "attachment") else "q" if node.kind == "question" else "t"
        stem = f"{parent.key}-{letter}" if parent else letter
        count = 2 if parent else 1  # the parent's own text is its first paragraph (款)
        while f"{stem}{count}" in used:
            count += 1
        return f"{stem}{count}"
    read = printed_number(node.label)
    own = LETTERS.get(node.level, "n") + (_written(read[1]) if read else "x")
    if node.level in ("article", "chapter", "part"):  # articles run on across chapters
        parent = _attachment_over(node, nodes)
    if parent:
        return f"{parent.key}-{own}"
    return own if own[0].isalpha() else f"h{own}"


def _written(number: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in number)


def _attachment_over(node: Node, nodes: list[Node]) -> Node | None:
    index = node.parent
    while index is not None:
        if nodes[index].kind == "attachment" or nodes[index].level == "attachment":
            return nodes[index]
        index = nodes[index].parent
    return None


def _unique(wanted: str, used: set[str]) -> str:
    key, count = wanted, 2
    while key in used:
        key, count = f"{wanted}.{count}", count + 1
    used.add(key)
    return key
