"""Real comments with the decisions that were published: read where they lie, each draft a stub with their clauses.

The file lies beside the checkout and is never copied into the project; tests that need it skip where it is absent.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from consult.base.db import transaction
from consult.base.text import plain
from consult.drafts import find, publish
from consult.drafts.models import Consultation
from consult.drafts.pieces import Piece
from consult.drafts.publish import Draft
from consult.drafts.split import Split
from consult.review.words import REASON_MIN
from tests.factories.people import CLOSES, OPENS, OPERATOR

# the words of a published decision → its outcome (R41)
OUTCOME = {
    "采纳": "adopted", "已采纳": "adopted", "予以采纳": "adopted", "是": "adopted",
    "部分采纳": "partly_adopted",
    "未采纳": "not_adopted", "不予采纳": "not_adopted", "否": "not_adopted",
    "已反馈给建设单位研究及落实": "referred",
}  # fmt: skip
CHANNEL = {"电子邮件": "email", "邮箱反馈": "email", "电子邮箱": "email", "电话": "phone", "电话反馈": "phone"}


@dataclass(frozen=True)
class Published:
    """One comment as it was published; `decision` and `reason` in the office's words, empty for none."""

    number: int  # its line in the file, from 1
    draft: str
    clause: str
    text: str
    decision: str
    reason: str
    by: str
    channel: str

    @property
    def outcome(self) -> str:
        """The outcome of R41; empty where no decision was published. KeyError for words that nobody has mapped."""
        return OUTCOME[self.decision.rstrip("。")] if self.decision else ""

    @property
    def unlawful(self) -> str:
        """Why R41 does not let this decision stand as it was published; empty where it does, or where there is none."""
        if self.outcome in ("", "adopted"):
            return ""
        if len(plain(self.reason)) < REASON_MIN:
            return f"没有写明理由，或者理由不足{REASON_MIN}个字"
        return "没有写明采纳哪一部分" if self.outcome == "partly_adopted" and not self.part else ""

    @property
    def part(self) -> str:
        """Of a partly adopted one the sentence of its reason that says which part."""
        said = self.reason.partition(";")[0]
        return said if self.outcome == "partly_adopted" and len(said) < len(self.reason) else ""

    def line(self) -> str:
        """The row as `consult register` takes it: the decision says that the reason is the office's."""
        facts: dict[str, object] = {"clause": self.clause, "text": self.text, "decision": self.decision, "reason": self.reason}
        return json.dumps(facts | ({"submitter": {"name": self.by, "kind": "agency"}} if self.by else {}), ensure_ascii=False)


def folder() -> Path:
    """The folder of real documents beside the checkout."""
    found = Path(__file__).resolve().parents[3] / "shared" / "corpus"
    if not found.is_dir():
        pytest.skip("the real comments are not here")
    return found


def comments() -> list[Published]:
    """Every row of the file, in order."""
    lines = (folder() / "comments.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [(number, json.loads(line)) for number, line in enumerate(lines, 1) if line.strip()]
    return [
        Published(number, row["draft"], row["clause"] or "", row["text"], row["decision"] or "", row["reason"] or "",
                  row.get("by") or "", CHANNEL.get(row.get("channel") or "", "letter"))
        for number, row in rows
    ]  # fmt: skip


def stub(slug: str, title: str, rows: Sequence[Published]) -> Consultation:
    """An open project whose clauses are those that its comments name, called as they name them."""
    labels = list(dict.fromkeys(row.clause for row in rows if row.clause))
    pieces = [Piece("title", "", "", (), title, 1)]
    pieces += [Piece("clause", label, "article", (label,), "（条文）", line) for line, label in enumerate(labels, 2)]
    pieces += [] if labels else [Piece("paragraph", "", "paragraph", (), "（全文）", 2)]
    draft = Draft(slug=slug, title=title, kind="other", drafting_unit="起草单位", opens_at=OPENS, closes_at=CLOSES,
                  explanation="为了试一试。", contact="电话：0000-1234567")  # fmt: skip
    with transaction():
        project = publish.load(OPERATOR, OPENS, draft, Split(title, "", None, tuple(pieces), ()), "草案.txt", "0" * 64)
        publish.clear_secrecy(OPERATOR, OPENS, project)
        publish.publish(OPERATOR, OPENS, project)
    return find.by_slug(slug)
