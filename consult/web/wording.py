"""How a clause reads now, for whoever wrote on an older text of it: as a person pointed it, as ruled, as the newest text has it."""

from collections.abc import Mapping

from consult.drafts.models import Clause, Version
from consult.review.models import Decision


def wording_now(
    clause: Clause | None, ruling: Decision | None, version: Version, newest: Mapping[int, str], there: Clause | None = None
) -> str | None:
    """The present words; None where nothing changed. `newest` has the texts of `version`, the one in force, by clause id.

    A ruling that words the clause anew counts until a later version is out: then that one says what became of it.
    """
    if there is not None:
        return there.text
    worded = ruling.new_wording if ruling else ""
    later = ruling is None or (version.frozen_at is not None and version.frozen_at > ruling.decided_at)
    if worded and not later:
        return worded
    text = newest.get(clause.id) if clause else None
    return text if clause and text and (worded or text != clause.text) else None
