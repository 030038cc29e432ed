"""Letters go out: a one-time link and a mail in the outbox for each unit, and what is enclosed when it is sent."""

from datetime import datetime

from sqlalchemy import func, select

from consult.base.clock import show_closing, show_date
from consult.base.crypto import Keys
from consult.base.db import db
from consult.base.mail import SECRET, Enclosed, Mail, post, supersede
from consult.base.people import Actor, Unit
from consult.base.text import shorten
from consult.drafts import find as drafts
from consult.drafts.models import Consultation
from consult.drafts.questions import asks, named
from consult.letters import form_word, letter_document
from consult.letters import letter_words as words
from consult.letters.access_link import make_link
from consult.letters.find import answered, current_reply
from consult.letters.form_offer import offered
from consult.letters.letter_document import Paper
from consult.letters.models import Solicitation

PURPOSE = "letter"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def post_letter(
    actor: Actor, now: datetime, solicitation: Solicitation, *, keys: Keys, site: str, kind: str = "letter",
    opening: tuple[str, ...] = (), keep_used: bool = True,
) -> Mail:  # fmt: skip
    """A mail to the unit about its letter, with a new link in, put into the outbox; earlier ones that wait go nowhere.

    `site` is the public address of this installation (may be empty), `kind` one of letter_words.mail_subject,
    `keep_used` lets somebody who is inside by an earlier link stay. The link itself is sealed with the address.
    """
    project = db.session.get_one(Consultation, solicitation.consultation_id)
    unit = db.session.get_one(Unit, solicitation.unit_id)
    title = words.titled(project.title, project.stage_label)
    open_still = not answered(current_reply(solicitation.id)) and not solicitation.withdrawn_at
    secret = ""
    if open_still:
        made = make_link(actor, now, solicitation, "unit", keys=keys, keep_used=keep_used)
        secret = link_address(site, made.token)
    supersede(now, f"letter:{solicitation.id}:")
    body = words.mail_body(
        opening or _opening(solicitation, unit.name, named(title, project.kind), office_of(project)), link=SECRET if secret else "",
        due=show_closing(solicitation.due_at) if open_still else "", contact=contact_of(project),
        office=office_of(project), attached=open_still,
    )  # fmt: skip
    return post(
        now, keys, purpose=PURPOSE, reference=f"letter:{solicitation.id}:{kind}:{_count(solicitation) + 1}",
        address=unit.email, subject=words.mail_subject(kind, shorten(title, 60)), body=body,
        secret=secret or ("" if unit.email else "-"),
    )  # fmt: skip


def stop_reminders(now: datetime, solicitation_id: int) -> None:
    """The unit has answered: reminders that still wait in the outbox go nowhere. Part of a verb."""
    for kind in ("remind", "overdue"):
        supersede(now, f"letter:{solicitation_id}:{kind}:", "单位已经复函，不再催办")


def _count(solicitation: Solicitation) -> int:
    query = select(func.count()).where(Mail.reference.startswith(f"letter:{solicitation.id}:", autoescape=True))
    return db.session.scalar(query) or 0


def link_address(site: str, token: str) -> str:
    """The whole address of a link; where the site's own address is not set, the part behind it."""
    return f"{site.rstrip('/')}/agency/enter/{token}"


def _opening(solicitation: Solicitation, unit: str, marked: str, office: str) -> tuple[str, ...]:
    number = f"（{solicitation.letter_no}）" if solicitation.letter_no else ""
    return (f"{unit}：", "", f"{office}就{marked}征求你们的意见{number}。", "", solicitation.body)


def office_of(project: Consultation) -> str:
    """Who writes the letter."""
    return project.issuing_office or project.drafting_unit


def contact_of(project: Consultation) -> str:
    """联系方式 on one line."""
    return "；".join(line.strip() for line in project.contact.splitlines() if line.strip())


def paper(solicitation: Solicitation, *, red_head: bool = False, together: bool = False) -> Paper:
    """The letter as it is printed; `together` addresses it to every unit that got the same one."""
    project = db.session.get_one(Consultation, solicitation.consultation_id)
    title = words.titled(project.title, project.stage_label)
    said = [*solicitation.body.split("\n"), words.scope(citations(solicitation), project.kind),
            words.due_sentence(show_closing(solicitation.due_at))]  # fmt: skip
    stage = project.stage_label or "征求意见稿"
    enclosed = f"《{project.title}》" if stage in project.title else f"《{project.title}》（{stage}）"
    if asks(project.kind):
        enclosed = f"问题和背景说明（{project.title}）"
    return Paper(
        office=office_of(project), title=words.heading(title, project.kind), units=tuple(_addressed(solicitation, together)),
        paragraphs=tuple(said), day=show_date(solicitation.sent_at), letter_no=solicitation.letter_no,
        enclosures=(enclosed, words.FORM_NAME), contact=contact_of(project), red_head=red_head,
        made_at=solicitation.sent_at,
    )  # fmt: skip


def _addressed(solicitation: Solicitation, together: bool) -> list[str]:
    query = select(Unit.name, Solicitation.id).join(Solicitation, Solicitation.unit_id == Unit.id)
    if together:
        same = (
            (Solicitation.consultation_id == solicitation.consultation_id)
            & (Solicitation.letter_no == solicitation.letter_no)
            & (Solicitation.sent_at == solicitation.sent_at)
            & Solicitation.withdrawn_at.is_(None)
        )
        query = query.where(same | (Solicitation.id == solicitation.id))
    else:
        query = query.where(Solicitation.id == solicitation.id)
    return [name for name, _ in db.session.execute(query.order_by(Solicitation.id))]


def citations(solicitation: Solicitation) -> list[str]:
    """The clauses that are asked about, as they are cited."""
    wanted = set(solicitation.clause_keys)
    if not wanted:
        return []
    return [one.citation for one in drafts.clauses(solicitation.version_id) if one.key in wanted]


def enclosed(keys: Keys, reference: str) -> list[Enclosed]:
    """What goes with a mail about a letter that waits for its answer: the letter and the form; nothing for others."""
    kind, _, rest = reference.partition(":")
    number = rest.partition(":")[0]
    letter = db.session.get(Solicitation, int(number)) if kind == "letter" and number.isdecimal() else None
    if letter is None or letter.withdrawn_at or answered(current_reply(letter.id)):
        return []
    form = form_word.write(offered(keys, letter, None).form)
    return [
        Enclosed("征求意见函.docx", DOCX, letter_document.write(paper(letter))),
        Enclosed(f"{words.FORM_NAME}.docx", DOCX, form),
    ]
