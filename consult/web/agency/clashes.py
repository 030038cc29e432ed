"""Fields that two people changed at once: shown side by side, chosen by a tick, nothing decided for anybody."""

from collections.abc import Sequence
from datetime import date

from consult.letters.draft import draft_of
from consult.letters.merge import Clash
from consult.letters.models import FormalOpinion
from consult.web.agency.forms import ReplyForm
from consult.web.reply_fields import LINES

_PLAIN = ("answer", "recusal", "recusal_text", *LINES)


def shown(clashes: Sequence[Clash]) -> dict[str, str]:
    """`id.field` of a point, or `.field` of a line → what the colleague wrote there."""
    return {f"{one.item}.{one.field}": one.theirs for one in clashes}


def settle(form: ReplyForm, opinion: FormalOpinion | None, ticked: Sequence[str]) -> None:
    """Put what the colleague wrote into every field where that was chosen."""
    if not ticked or opinion is None:
        return
    stored = draft_of(opinion)
    points = {one["id"]: one for one in stored.items}
    for name in ticked:
        item, _, field = name.partition(".")
        if item in points:
            _settle_point(form, item, field, points[item])
        elif field in _PLAIN:
            getattr(form, field).data = stored.lines[field]
        elif field == "reply_date":
            day = stored.lines["reply_date"]
            form.reply_date.data = date.fromisoformat(day) if day else None
        elif field == "seal_file":
            form.kept_file.data, form.remove_seal.data = "", False


def _settle_point(form: ReplyForm, item: str, field: str, theirs: dict[str, str]) -> None:
    for entry in form.items:
        if entry.form.id.data == item and field in theirs and field in entry.form._fields:
            entry.form._fields[field].data = theirs[field]
