"""Which rows of the queue somebody means: those ticked, those on the page, or all that meet the filter."""

from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import MultiDict

from consult.base.errors import Refused
from consult.review import bulk, queue
from consult.web.reviewer import address
from consult.web.reviewer.address import Place

SCOPES = ("ticked", "page", "all")


@dataclass(frozen=True)
class Selection:
    """What a form names; `ids` are first opinions of rows, `had` who was to handle each when the page was made.

    `upto` is the last row of an earlier look: what came in behind it is not meant. `without` is left out.
    """

    scope: str
    place: Place
    ids: list[int]
    had: dict[int, str]
    upto: int = 0
    without: tuple[str, ...] = ()

    def leads(self, consultation_id: int) -> list[int]:
        """The rows meant, at most bulk.MOST; Refused where nothing was chosen."""
        if self.scope == "all":
            found = queue.leads(consultation_id, self.place.wanted, bulk.MOST)
            ids = [one for one in found if not self.upto or one <= self.upto]
        else:
            ids = sorted(set(self.ids))[: bulk.MOST]
        if not ids:
            raise Refused("还没有选意见。请先勾选，或者在“范围”里选本页全部、符合条件的全部。", "rows")
        return ids


def read() -> Selection:
    """The selection in the form and the address of this request."""
    form: MultiDict[str, str] = request.form
    scope = form.get("scope", "ticked")
    shown = dict(_shown(one) for one in form.getlist("shown") if one.partition(":")[0].isdecimal())
    ticked = [int(one) for one in form.getlist("row") if one.isdecimal() and len(one) < 10]
    upto = form.get("upto", "")
    return Selection(
        scope=scope if scope in SCOPES else "ticked", place=address.read(request.args),
        ids=list(shown) if scope == "page" else ticked, had=shown,
        upto=int(upto) if upto.isdecimal() and len(upto) < 10 else 0,
        without=tuple(dict.fromkeys(form.getlist("without"))),
    )  # fmt: skip


def _shown(typed: str) -> tuple[int, str]:
    """`12:user:3` → opinion 12, which user:3 was to handle."""
    number, _, ref = typed.partition(":")
    return int(number[:9]), ref
