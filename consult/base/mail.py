"""Mails wait here, sealed, until a job hands them to the mail server; without one the office forwards them."""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import unquote, urlsplit

import structlog
from sqlalchemy import CheckConstraint, LargeBinary, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from consult.base.audit import record
from consult.base.crypto import Keys, keyed
from consult.base.db import Model, db, transaction
from consult.base.errors import Conflict, NotFound
from consult.base.people import SYSTEM, Actor

log = structlog.get_logger("consult.mail")

MOST_TRIES = 8
# after the first try, the second, …
PAUSES = tuple(timedelta(minutes=number) for number in (1, 5, 15, 60, 240, 720, 1440))
TIMEOUT = 20.0  # seconds for one word of the server
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"smtp": 587, "smtps": 465}
SECRET = "{链接}"  # stands in a body for what is sealed with the address, and is gone with it
NO_ADDRESS = "名录里没有邮箱，请人工转交"
SUPERSEDED = "已由后一封代替"
UNUSABLE = "邮箱地址写得不对，请核对后人工转交"


class Mail(Model):
    """One mail to one address: waiting, sent, or given up after several tries. The address is sealed."""

    __tablename__ = "mail"
    __table_args__ = (CheckConstraint("sent_at IS NULL OR address_sealed IS NULL", name="erased_when_sent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(unique=True, comment="what it is about: the same is never mailed twice")
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="", comment="why the last try failed")
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    given_up_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with a mail, made when it goes out: its name, its type (two words), its bytes."""

    name: str
    mime: str
    data: bytes


Enclose = Callable[[str], Sequence[Enclosed]]  # the files for the mail with this reference


def post(
    now: datetime, keys: Keys, *, purpose: str, reference: str, address: str, subject: str, body: str, secret: str = ""
) -> Mail:
    """Put a mail into the outbox inside the present transaction; one with the same reference is returned instead.

    `secret` (a one-time link) is sealed with the address and stands in the body as SECRET. A mail with a secret
    but without an address waits for somebody to pass it on by hand.
    """
    found = db.session.scalar(select(Mail).where(Mail.reference == reference))
    if found is None:
        found = Mail(
            purpose=purpose, reference=reference, subject=subject, body=body, created_at=now,
            address_sealed=keys.seal({"email": address, "secret": secret}),
        )  # fmt: skip
        if not address:
            found.given_up_at, found.trouble = now, NO_ADDRESS
        db.session.add(found)
        db.session.flush()
    return found


def supersede(now: datetime, prefix: str, trouble: str = SUPERSEDED) -> int:
    """Mails about the same thing that still wait go nowhere any more: a later one takes their place. How many."""
    query = select(Mail).where(Mail.reference.startswith(prefix, autoescape=True), Mail.address_sealed.is_not(None))
    rows = list(db.session.scalars(query.where(Mail.sent_at.is_(None))))
    for row in rows:
        row.address_sealed, row.given_up_at, row.trouble = None, row.given_up_at or now, trouble
    db.session.flush()
    return len(rows)


def words(row: Mail, keys: Keys) -> str:
    """The body as it goes out, with its secret."""
    return row.body.replace(SECRET, keys.unseal(row.address_sealed).get("secret", SECRET))


def waiting(limit: int = 200) -> list[Mail]:
    """What is still to go out, given up or not, the oldest first; those whose address is gone go nowhere."""
    query = select(Mail).where(Mail.sent_at.is_(None), Mail.address_sealed.is_not(None)).order_by(Mail.id)
    return list(db.session.scalars(query.limit(limit)))


def has_due(now: datetime) -> bool:
    """Whether a mail is due now."""
    return bool(_due(now, 1))


def _due(now: datetime, limit: int) -> list[int]:
    query = select(Mail).where(Mail.sent_at.is_(None), Mail.given_up_at.is_(None), Mail.address_sealed.is_not(None))
    reached = [(Mail.tries == count) & (Mail.tried_at <= now - pause) for count, pause in enumerate(PAUSES, 1)]
    query = query.where(or_(Mail.tries == 0, *reached)).order_by(Mail.id).limit(limit)
    return [row.id for row in db.session.scalars(query)]


def send_waiting(
    clock: Callable[[], datetime], keys: Keys, url: str, sender: str, limit: int = 50, enclose: Enclose | None = None
) -> tuple[int, int]:
    """Hand what is due to the server at `url` (smtp:// or smtps://); how many went out and how many did not.

    The one verb that opens its own transactions: no lock is held while the network is slow. A try is noted
    before it is made, so that a crash between sending and noting costs at most one mail twice, under the same
    Message-ID. A server that is away counts as a try of every mail that was due.
    """
    due = _due(clock(), limit)
    db.session.rollback()
    if not due:
        return 0, 0
    try:
        server = _connect(url)
    except (OSError, smtplib.SMTPException) as error:
        for number in due:
            _take(number, clock())
            _failed(number, clock(), _reason(error), for_good=False)
        return 0, len(due)
    sent = 0
    try:
        for number in due:
            sent += _send_one(server, number, clock, keys, sender, enclose)
    finally:
        server.close()
    return sent, len(due) - sent


def _send_one(
    server: smtplib.SMTP, number: int, clock: Callable[[], datetime], keys: Keys, sender: str, enclose: Enclose | None
) -> bool:
    taken = _take(number, clock(), keys, sender)
    if taken is None:
        return False
    reference, message = taken
    for one in enclose(reference) if enclose else ():
        kind, _, subtype = one.mime.partition("/")
        message.add_attachment(one.data, maintype=kind, subtype=subtype, filename=one.name)
    db.session.rollback()  # no transaction stays open while the network is slow
    try:
        server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        _failed(number, clock(), _reason(error), for_good=_for_good(error))
        return False
    with transaction():
        row = db.session.get_one(Mail, number)
        row.sent_at, row.address_sealed, row.trouble = clock(), None, ""
    return True


def _take(number: int, now: datetime, keys: Keys | None = None, sender: str = "") -> tuple[str, EmailMessage] | None:
    """Note the try; with `keys` what it is about and the message to send, None where somebody was first."""
    with transaction():
        row = db.session.get_one(Mail, number)
        if row.sent_at or row.address_sealed is None:
            return None
        row.tries, row.tried_at = row.tries + 1, now
        try:
            return (row.reference, _message(row, now, keys, sender)) if keys else None
        except Exception as error:  # the library's parser fails in many ways; one bad address must not stop the queue
            row.given_up_at, row.trouble = now, UNUSABLE
            log.warning("mail cannot be written", mail=number, trouble=type(error).__name__)
            return None


def _failed(number: int, now: datetime, trouble: str, *, for_good: bool) -> None:
    with transaction():
        row = db.session.get_one(Mail, number)
        row.trouble = trouble
        if for_good or row.tries >= MOST_TRIES:
            row.given_up_at = now
    log.warning("mail not sent", mail=number, trouble=trouble)


def _message(row: Mail, now: datetime, keys: Keys, sender: str) -> EmailMessage:
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = formataddr((name, address))
    message["To"] = keys.unseal(row.address_sealed)["email"]
    message["Subject"] = row.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{keyed(keys.address, row.reference)[:32]}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words(row, keys))
    return message


def _connect(url: str) -> smtplib.SMTP:
    """A connection that is ready to send. A password is never sent in the clear over a network."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        server.ehlo()
        safe = parts.scheme == "smtps" or host in LOOPBACK
        if not safe and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            safe = True
        if parts.username:
            if not safe:
                raise smtplib.SMTPException("邮件服务器不支持加密，没有把密码发给它")
            _login(server, unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _login(server: smtplib.SMTP, name: str, password: str) -> None:
    """Log in; a server that hangs up on a wrong password says the same as one that answers."""
    try:
        server.login(name, password)
    except smtplib.SMTPServerDisconnected as error:
        raise smtplib.SMTPAuthenticationError(535, str(error)) from error


def _reason(error: Exception) -> str:
    """What went wrong in a few words, without the address: it is kept and shown."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"收件地址被拒收（{'、'.join(map(str, codes))}）"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"邮件服务器不接受用户名或者密码（{error.smtp_code}）"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"邮件服务器没有接受（{error.smtp_code}）"
    return f"连不上邮件服务器（{type(error).__name__}）"


def _for_good(error: Exception) -> bool:
    """Whether the same answer would come next time: the address itself was refused with a permanent code."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )


def show_address(actor: Actor, now: datetime, number: int, keys: Keys) -> str:
    """Where a waiting mail goes, for the clerk who forwards it; written into the audit as a view of contact data."""
    actor.require("office")
    row = _waiting(number)
    record(actor, "view_contact", f"mail:{number}", now, fields=["email"])
    return keys.unseal(row.address_sealed).get("email", "")


def forwarded(actor: Actor, now: datetime, number: int) -> None:
    """A clerk has sent the mail by hand: it counts as sent, and its address is erased."""
    actor.require("office")
    row = _waiting(number)
    row.sent_at, row.address_sealed = now, None
    db.session.flush()
    record(actor, "forward_mail", f"mail:{number}", now)


def _waiting(number: int) -> Mail:
    row = db.session.get(Mail, number)
    if row is None:
        raise NotFound("没有找到这封邮件。")
    if row.address_sealed is None:
        raise Conflict("这封邮件已经发出，或者收件地址已经清除。")
    return row


def erase_old(before: datetime, now: datetime, limit: int = 200) -> int:
    """Erase the addresses of mails that were written before that moment and never went out (R14); how many."""
    query = select(Mail).where(Mail.address_sealed.is_not(None), Mail.created_at <= before).order_by(Mail.id)
    rows = list(db.session.scalars(query.limit(limit)))
    for row in rows:
        row.address_sealed, row.given_up_at = None, row.given_up_at or now
    db.session.flush()
    if rows:
        record(SYSTEM, "erase_contact", "mail", now, submissions=[])
    return len(rows)
