"""发件箱: mails that still wait; a clerk forwards them by hand where no mail server does, and sees an address on demand."""

from flask import render_template
from flask.typing import ResponseReturnValue

from consult.base import mail
from consult.base.db import transaction
from consult.letters import find as letters_find
from consult.web import keys, moment, settings
from consult.web.access import actor
from consult.web.office.blueprint import bp
from consult.web.staff import done

MOST = 200
PURPOSES = {"result": "采纳情况通知", "letter": "给单位的函", "feedback": "办理提醒"}


@bp.get("/outbox")
def outbox() -> ResponseReturnValue:
    """What waits, the oldest first; no address is on the page."""
    actor().require("office")
    return _page()


@bp.post("/outbox/<int:number>/address")
def outbox_address(number: int) -> ResponseReturnValue:
    """One address with its mail, on this one answer page; the audit notes who asked."""
    with transaction():
        address = mail.show_address(actor(), moment(), number, keys())
    return _page(shown=number, address=address)


@bp.post("/outbox/<int:number>/forwarded")
def outbox_forwarded(number: int) -> ResponseReturnValue:
    """It went out by hand: the mail is done and its address erased."""
    with transaction():
        mail.forwarded(actor(), moment(), number)
    return done("已经记为发出，收件地址已经删除。", "office.outbox")


def letter_of(reference: str) -> int:
    """The letter a mail is about; 0 for others."""
    kind, _, rest = reference.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "letter" and number.isdecimal() else 0


def _page(shown: int = 0, address: str = "") -> str:
    mails = mail.waiting(MOST)
    said = next((mail.words(one, keys()) for one in mails if one.id == shown), "")
    letters = {one.id: letter_of(one.reference) for one in mails}
    units = letters_find.addressees(set(letters.values()))
    return render_template(
        "office/outbox.html", to={number: units.get(letter, "") for number, letter in letters.items()}, letters=letters, mails=mails, shown=shown, address=address, purposes=PURPOSES, most=MOST,
        server=bool(settings().smtp_url), said=said,
    )  # fmt: skip
