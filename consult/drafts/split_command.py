"""`consult split FILE [--json]`: prints the clause tree of a document; touches no database."""

import json
import sys

from consult.base.errors import StageError
from consult.base.text import shorten
from consult.drafts.split import Split, read_and_split

USAGE = "写法：consult split 文件 [--json]\n把文稿（txt、docx、html、pdf、ofd、doc、wps）拆分为条款；加 --json 输出 JSON。"
_KINDS = {
    "paragraph": "段", "title": "题", "notice": "公告", "toc": "目录", "furniture": "页面",
    "signature": "落款", "attachment": "附件",
}  # fmt: skip


def main(argv: list[str]) -> int:
    """Prints the tree, or with --json the contract of design.md §4. 0; 1 where the file is refused, 2 for a wrong call."""
    names, options = [one for one in argv if not one.startswith("-")], {one for one in argv if one.startswith("-")}
    if options & {"--help", "-h"}:
        print(USAGE)
        return 0
    if len(names) != 1 or options - {"--json"}:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        result = read_and_split(names[0], names[0])
    except StageError as error:
        print(error.message, file=sys.stderr)
        return 1
    if options:
        print(json.dumps(result.to_json(), ensure_ascii=False))
    else:
        print(tree_text(result))
    return 0


def tree_text(result: Split) -> str:
    """The tree for people: line number, indent by depth, label and the beginning of the text."""
    out = [f"标题：{result.title or '（未识别）'}"]
    if result.stage_label:
        out.append(f"稿别：{result.stage_label}")
    out.extend(result.notice.lines() if result.notice else [])
    out.append("")
    for piece in result.pieces:
        depth = max(0, len(piece.path) - (piece.kind == "clause"))
        label = piece.label if piece.kind == "clause" else f"[{_KINDS[piece.kind]}]"
        out.append(f"{piece.line:>6}  {'  ' * depth}{label} {shorten(piece.text, 60)}".rstrip())
    clauses = sum(piece.kind == "clause" for piece in result.pieces)
    out += ["", f"共 {clauses} 个条款，{len(result.pieces)} 个片段。"]
    out += [f"注意：{warning}" for warning in result.warnings]
    return "\n".join(out)
