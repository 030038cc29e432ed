"""The clause rows of a version from a split document, and the digest that freezes them."""

from collections.abc import Sequence

from consult.base.crypto import digest
from consult.base.db import db
from consult.base.errors import Refused
from consult.drafts.citation import citations
from consult.drafts.keys import arrange
from consult.drafts.models import Clause, Version
from consult.drafts.questions import QUESTION
from consult.drafts.split import Piece, Split

# what stands before and after the draft is kept in the source file, not among the clauses
COMMENTABLE = frozenset({"clause", "paragraph", "attachment"})
SHOWN = COMMENTABLE | {"signature", "title", QUESTION}


def shown(split: Split) -> list[Piece]:
    """The pieces that become clauses; raises Refused where the document has nothing to comment on."""
    pieces = [piece for piece in split.pieces if piece.kind in SHOWN]
    if not any(piece.kind in COMMENTABLE or piece.kind == QUESTION for piece in pieces):
        raise Refused("文件里没有读出可以征求意见的条款，请检查文件内容。", "file")
    return pieces


def store(version: Version, split: Split) -> list[Clause]:
    """Write the clauses of a version with keys that say where they stand; raises Refused as `shown` does."""
    rows = _rows(version.id, shown(split))
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _rows(version_id: int, pieces: Sequence[Piece]) -> list[Clause]:
    nodes = arrange([(piece.kind, piece.level or "", piece.label or "", piece.path) for piece in pieces])
    cited = citations(pieces)
    rows: list[Clause] = []
    for ordinal, (piece, node) in enumerate(zip(pieces, nodes, strict=True), 1):
        row = Clause(
            version_id=version_id,
            key=node.key,
            ordinal=ordinal,
            kind=piece.kind,
            level=piece.level or "",
            depth=len(piece.path),
            label=piece.label or "",
            path=list(piece.path),
            citation=cited[ordinal - 1] or "全文",
            text=piece.text,
            note="",
            commentable=piece.kind in COMMENTABLE,
        )
        db.session.add(row)
        rows.append(row)
    db.session.flush()
    for row, node in zip(rows, nodes, strict=True):
        row.parent_id = rows[node.parent].id if node.parent is not None else None
    return rows


def beside_digest(version: Version, rows: Sequence[Clause]) -> str:
    """SHA-256 over what `version_digest` leaves out: title, source, the note of each clause and what it stands under."""
    keys = {row.id: row.key for row in rows}
    beside = [[row.note, keys.get(row.parent_id or 0, row.parent_id)] for row in rows]
    return digest([version.title, version.source_name, version.source_sha256, beside])


def version_digest(rows: Sequence[Clause]) -> str:
    """SHA-256 over every clause in order: its key, what it is, where it stands, how it is cited, and its text."""
    return digest(
        [
            [row.key, row.kind, row.level, row.depth, row.label, row.path, row.citation, row.text, row.commentable]
            for row in rows
        ]
    )
