"""What the office does to a letter is told to its unit: a mail in the outbox, with a way in where one is of use."""

from flask import request

from consult.letters import find, letter_post
from consult.letters.models import Solicitation
from consult.web import keys, moment, settings
from consult.web.access import actor


def site() -> str:
    """The address units type: the one that is set, else the one the clerk uses now."""
    return settings().public_url or request.url_root


def tell(one: Solicitation, kind: str, *opening: str, keep_used: bool = True) -> None:
    """A mail to the unit; one that has answered reads that its answer stands."""
    answered = find.answered(find.current_reply(one.id))
    stands = ("", "你们的复函已经收到，仍然有效；因此需要修改的，请联系我们退回补正。") if answered else ()
    letter_post.post_letter(
        actor(), moment(), one, keys=keys(), site=site(), kind=kind, keep_used=keep_used,
        opening=(*opening, *stands) if opening else (),
    )  # fmt: skip
