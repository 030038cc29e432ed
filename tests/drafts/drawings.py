"""Documents drawn with dots and letters, for corrections."""

from consult.drafts.mend_tree import rebuilt
from consult.drafts.split import Piece, Split

DRAFT = """
t 河湾县村庄照明办法
t （征求意见稿）
.c 第一章|总则
..c 第一条|为了照明，制定本办法。
..p |本办法所称照明，是指路灯。县里另有规定的除外。
..c 第二条|村委会应当：
...c （一）|装灯；
...c （二）|修灯。
..c 第三条|夜间开灯，第四条白天关灯。
.c 第二章|罚则
..c 第五条|依照本办法 第二条的规定处罚。
..c 第九条|施行。
"""
KINDS = {"t": "title", "c": "clause", "p": "paragraph", "f": "furniture", "n": "notice"}


def made(drawing: str = DRAFT) -> Split:
    """A document from one line for each piece: dots for its depth, a letter for its kind, label|text."""
    pieces, depths = [], []
    for line, row in enumerate(drawing.strip().split("\n"), 1):
        mark, words = row.split(" ", 1)
        label, text = words.split("|") if "|" in words else ("", words)
        pieces.append(Piece(KINDS[mark[-1]], label, "", (), text, line))
        depths.append(len(mark) - 1)
    return Split("某办法", "", None, rebuilt(pieces, depths), ())


def tree(cut: Split) -> list[str]:
    """The drawing of a document, the texts cut off after six characters."""
    return [f"{'.' * len(p.path)}{p.kind[0]} {p.label}|{p.text[:6]}" for p in cut.pieces]


def source(cut: Split) -> str:
    """A source that the document could have come from: a line for each piece."""
    return "\n".join(p.label + p.text for p in cut.pieces)


def at(cut: Split, words: str) -> int:
    """The index of the only piece that begins with these words."""
    (index,) = [i for i, p in enumerate(cut.pieces) if (p.label + p.text).startswith(words)]
    return index


def characters(cut: Split) -> str:
    return "".join("".join(p.label + p.text for p in cut.pieces).split())
