"""A way in without an account: a unit's one-time link, colleagues' join code, the signatory's link.

Only keyed hashes are kept, and a look-up is one by its hash, so that no time tells how near a guess was.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from consult.base.audit import record
from consult.base.clock import show
from consult.base.crypto import Keys, digest, keyed
from consult.base.db import db, serialise
from consult.base.errors import Conflict, NotFound, Refused
from consult.base.people import Actor
from consult.base.text import clean_input
from consult.letters.find import answered, current_reply, is_own
from consult.letters.models import AccessLink, Guest, Solicitation

# purpose → the role of those who come in by it
ROLES = {"unit": "agency", "colleague": "colleague", "sign": "signatory"}
ONE_TIME = frozenset({"unit", "sign"})
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
CODE_LENGTH = 10  # 50 bits; guessing is limited per address and per code's life
_ALIKE = str.maketrans("OIL", "011")
GRACE = timedelta(days=60)  # a late answer is still an answer (R32)
COLLEAGUES = timedelta(days=30)  # the longest life of a join code
LONGEST = timedelta(days=7)  # one session of a guest, whatever it does
GONE = "这个链接已经失效。请联系发函单位（联系方式在来函上），请他们重新发一个链接。"


@dataclass(frozen=True)
class Made:
    """A new link and its secret, which is shown or mailed now and can never be read again."""

    link: AccessLink
    token: str


def make_link(
    actor: Actor, now: datetime, solicitation: Solicitation, purpose: str, *, keys: Keys,
    expires_at: datetime | None = None, keep_used: bool = False,
) -> Made:  # fmt: skip
    """A new way in; earlier ones of this purpose die, with `keep_used` only those that nobody has used.

    A unit's link is made by the office (or by the job that reminds), the others by the unit itself.
    """
    _may_make(actor, solicitation, purpose)
    serialise(f"letter:{solicitation.id}")
    db.session.refresh(solicitation)
    if solicitation.withdrawn_at:
        raise Conflict("这封函已经撤回，不能再生成链接。")
    ended = [
        one for one in links(solicitation.id, purpose) if not one.revoked_at and not (keep_used and one.used_at)
    ]
    for one in ended:
        one.revoked_at = now
    token = new_code() if purpose == "colleague" else secrets.token_urlsafe(16)
    link = AccessLink(
        solicitation_id=solicitation.id, purpose=purpose, token_hash=_hash(keys, token), made_at=now,
        made_by=actor.ref, expires_at=_expiry(now, solicitation, purpose, expires_at),
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    record(actor, "make_link", f"letter:{solicitation.id}", now, link=link.id, purpose=purpose,
           ended=[one.id for one in ended], digest=link_digest(link))  # fmt: skip
    return Made(link, token)


def link_digest(link: AccessLink) -> str:
    """SHA-256 over what opens a link and until when, to be computed again by verify."""
    return digest([link.token_hash, link.expires_at.astimezone(UTC).isoformat()])


def guest_digest(guest: Guest) -> str:
    """SHA-256 over who came in and what opens the session."""
    return digest([guest.name, guest.section, guest.session_hash])


def _may_make(actor: Actor, solicitation: Solicitation, purpose: str) -> None:
    if purpose not in ROLES:
        raise Refused("不认识的链接用途。", "purpose")
    if purpose == "unit":
        actor.require("office", "system")
        return
    actor.require("agency")
    if not is_own(actor, solicitation):
        raise NotFound("没有找到这封征求意见函。")


def _expiry(now: datetime, solicitation: Solicitation, purpose: str, wanted: datetime | None) -> datetime:
    """A unit may answer late, so its link outlives the due date; a join code ends with it, after 30 days at most."""
    if purpose == "unit":
        return wanted or max(solicitation.due_at, now) + GRACE
    latest = now + COLLEAGUES
    usual = solicitation.due_at if solicitation.due_at > now else now + timedelta(days=7)
    until = wanted or min(usual, latest)
    if not now < until <= latest:
        raise Refused(f"有效期最长{COLLEAGUES.days}天，并且要晚于现在，请重新选择。", "expires_at")
    return until


def new_code() -> str:
    """A join code as it is shown: ten characters in two groups."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{code[:5]}-{code[5:]}"


def _hash(keys: Keys, typed: str) -> str:
    """The keyed hash of a token; a join code as people type it (small letters, spaces, O for 0) is the same code."""
    bare = "".join(unicodedata.normalize("NFKC", typed).upper().split()).replace("-", "").translate(_ALIKE)
    if len(bare) == CODE_LENGTH and set(bare) <= set(CODE_ALPHABET):
        return keyed(keys.access, f"code|{bare}")
    return keyed(keys.access, f"token|{typed.strip()}")


def links(solicitation_id: int, purpose: str) -> list[AccessLink]:
    """The links of one letter and purpose, the newest first."""
    query = select(AccessLink).where(AccessLink.solicitation_id == solicitation_id, AccessLink.purpose == purpose)
    return list(db.session.scalars(query.order_by(AccessLink.id.desc())))


def expired(link: AccessLink, now: datetime) -> bool:
    """Whether the time of this link is up or it was revoked."""
    return bool(link.revoked_at) or now >= link.expires_at


def standing(keys: Keys, now: datetime, token: str, purposes: Sequence[str] = tuple(ROLES)) -> AccessLink:
    """The link that this token opens now; NotFound for an unknown one, Conflict saying why for one that is over."""
    query = select(AccessLink).where(AccessLink.token_hash == _hash(keys, token), AccessLink.purpose.in_(purposes))
    link = db.session.scalar(query)
    if link is None:
        raise NotFound("没有这个链接或者加入码。请核对是不是抄全了，或者请对方重新发一个。")
    letter = db.session.get_one(Solicitation, link.solicitation_id)
    if letter.withdrawn_at:
        raise Conflict("这封征求意见函已由发函单位撤回，不需要再答复。")
    if link.used_at and link.purpose in ONE_TIME:
        raise Conflict(f"这个链接在{show(link.used_at)}已经用过，一个链接只能进入一次。{_ask(link)}")
    if expired(link, now):
        raise Conflict(GONE if link.purpose == "unit" else f"已经过期或者停用。{_ask(link)}")
    return link


def _ask(link: AccessLink) -> str:
    whom = "发函单位（联系方式在来函上）" if link.purpose == "unit" else "本单位的经办人"
    return f"请联系{whom}，重新要一个。"


def enter(
    actor: Actor, now: datetime, *, keys: Keys, token: str, name: str = "", section: str = "",
    purposes: Sequence[str] = tuple(ROLES),
) -> tuple[Guest, str]:  # fmt: skip
    """Come in by a link: the guest and the secret of the session, which only the browser keeps.

    `actor` is whoever holds the link (nobody known, so far). A one-time link is used up by this.
    """
    link = standing(keys, now, token, purposes)
    serialise(f"letter:{link.solicitation_id}")
    db.session.refresh(link)
    link = standing(keys, now, token, purposes)
    name, section = (_line(text, field) for text, field in ((name, "name"), (section, "section")))
    if link.purpose != "unit" and not name:
        raise Refused("请填写您的姓名。", "name")
    link.used_at = link.used_at or now
    secret = secrets.token_urlsafe(32)
    guest = Guest(
        link_id=link.id, name=name, section=section, session_hash=keyed(keys.access, f"session|{secret}"), begun_at=now
    )
    db.session.add(guest)
    db.session.flush()
    me = Actor(f"guest:{guest.id}", name or actor.name)
    record(me, "enter_by_link", f"letter:{link.solicitation_id}", now, guest=guest.id, link=link.id,
           digest=guest_digest(guest))  # fmt: skip
    return guest, secret


def _line(text: str, field: str) -> str:
    text = clean_input(text, field).strip()
    if "\n" in text or len(text) > 40:
        raise Refused("请写在一行里，不超过40个字。", field)
    return text


def guest_actor(keys: Keys, now: datetime, secret: str) -> Actor | None:
    """Who this session is: bound to one letter, as long as its link is not revoked and the letter not taken back."""
    query = (
        select(Guest, AccessLink, Solicitation)
        .join(AccessLink, AccessLink.id == Guest.link_id)
        .join(Solicitation, Solicitation.id == AccessLink.solicitation_id)
        .where(Guest.session_hash == keyed(keys.access, f"session|{secret}"))
    )
    found = db.session.execute(query).first()
    if found is None:
        return None
    guest, link, letter = found
    over = guest.ended_at or letter.withdrawn_at or expired(link, now) or now >= guest.begun_at + LONGEST
    if over:
        return None
    roles = frozenset({ROLES[link.purpose]})
    return Actor(f"guest:{guest.id}", guest.name or "单位经办人", roles, None, letter.unit_id, letter.id)


def guest_of(actor: Actor) -> Guest | None:
    """The row of somebody who came in by a link; None for an account."""
    kind, _, number = actor.ref.partition(":")
    return db.session.get(Guest, int(number)) if kind == "guest" else None


def leave(actor: Actor, now: datetime) -> bool:
    """End the session of a guest; whether it was written."""
    guest = guest_of(actor)
    if guest is None or guest.ended_at:
        return False
    guest.ended_at = now
    db.session.flush()
    record(actor, "leave", f"letter:{actor.letter_id}", now, guest=guest.id)
    return True


def revoke(actor: Actor, now: datetime, link: AccessLink) -> bool:
    """Close a way in; everybody who came by it is out at once. Whether it was written."""
    letter = db.session.get_one(Solicitation, link.solicitation_id)
    _may_make(actor, letter, link.purpose)
    serialise(f"letter:{letter.id}")
    db.session.refresh(link)
    if link.revoked_at:
        return False
    link.revoked_at = now
    db.session.flush()
    record(actor, "revoke_link", f"letter:{letter.id}", now, link=link.id)
    return True


def wants_link(solicitation: Solicitation) -> bool:
    """Whether a link is of use: the letter stands and no answer does."""
    return not solicitation.withdrawn_at and not answered(current_reply(solicitation.id))
