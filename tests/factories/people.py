"""People, projects and opinions for tests, made through the verbs that the house itself uses."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from consult.base import accounts
from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.people import CITIZEN, ROLES, Actor, Unit, User, actor_of, operator
from consult.drafts import find, publish
from consult.drafts.models import Consultation
from consult.drafts.publish import Draft
from consult.drafts.split import read_and_split
from consult.intake.submit import Item, Sender, Sent, new_send_key, submit

NOW = parse_local("2026-03-10T10:00")
OPENS = parse_local("2026-03-02T09:00")
CLOSES = parse_local("2026-04-02T17:00")
PASSWORD = "Correct-horse-7"
OPERATOR = operator("tester")

STATUTE = """河湾县村庄公共照明管理办法
（征求意见稿）

第一章　总则

第一条　为了方便村民夜间出行，规范村庄公共照明的建设和维护，制定本办法。

第二条　村庄公共照明遵循下列原则：

（一）先主路、后支路；

（二）节约用电；

（三）谁建设、谁维护。

县住房和城乡建设局负责监督本办法的实施。

第二章　建设与维护

第三条　主路路灯间距不超过四十米。

第四条　路灯损坏的，村民委员会应当在五日内修复。

第五条　本办法自公布之日起施行。
"""


def make_unit(name: str = "河湾县水利局") -> Unit:
    """A unit of the directory."""
    with transaction():
        number = accounts.unit_named(OPERATOR, NOW, name).id
    return db.session.get_one(Unit, number)


def make_user(role: str = "office", unit: Unit | None = None, email: str = "") -> Actor:
    """A staff account with one role and PASSWORD; returns its actor."""
    if role not in ROLES:
        raise ValueError(role)
    unit_name = unit.name if unit else ""
    count = len(db.session.scalars(select(User.id)).all())
    with transaction():
        user = accounts.add_user(
            OPERATOR, NOW, email=email or f"{role}{count + 1}@example.cn", password=PASSWORD, roles=[role],
            name=f"{ROLES[role]}{count + 1}", unit=unit_name or ("河湾县水利局" if role == "agency" else ""),
        )  # fmt: skip
        return actor_of(user)


def email_of(actor: Actor) -> str:
    """The e-mail an actor logs in with."""
    return db.session.get_one(User, actor.id).email


def log_in(client: object, actor: Actor) -> object:
    """Log a test client in; returns the client."""
    page = client.get("/login")  # type: ignore[attr-defined]
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    facts = {"email": email_of(actor), "password": PASSWORD, "csrf_token": token}
    answer = client.post("/login", data=facts)  # type: ignore[attr-defined]
    if answer.status_code != 302:
        raise AssertionError(answer.text)
    return client


def make_project(
    slug: str = "demo", *, opens: datetime = OPENS, closes: datetime = CLOSES, published: bool = True,
    text: str = STATUTE, kind: str = "normative", now: datetime = NOW, **words: str,
) -> Consultation:  # fmt: skip
    """A project from a small statute, loaded and (unless told otherwise) published by the operator."""
    split = read_and_split(text.encode(), "草案.txt")
    draft = Draft(
        slug=slug, title=words.pop("title", "") or split.title, kind=kind, drafting_unit="河湾县住房和城乡建设局",
        opens_at=opens, closes_at=closes, explanation="为了让村里的路晚上看得见。", contact="联系人：周工 电话：0000-1234567",
        **words,
    )  # fmt: skip
    with transaction():
        project = publish.load(OPERATOR, min(now, opens), draft, split, "草案.txt", "0" * 64)
        if published:
            publish.clear_secrecy(OPERATOR, min(now, opens), project)
            publish.publish(OPERATOR, min(now, opens), project)
    return find.by_slug(slug)


def send(
    project: Consultation, items: Sequence[Item], now: datetime = NOW, sender: Sender | None = None, send_key: str = "",
    **more: object,
) -> Sent:  # fmt: skip
    """One sending from the web."""
    number, keys = project.id, current_app.extensions["keys"]
    with transaction():
        one = find.by_id(number)
        return submit(
            CITIZEN, now, consultation=one, version_id=find.current_version(one).id, channel="web", items=items,
            sender=sender or Sender(), send_key=send_key or new_send_key(), opens_at=one.opens_at,
            closes_at=one.closes_at, keys=keys, **more,
        )  # type: ignore[arg-type]  # fmt: skip


def later(**span: float) -> datetime:
    """NOW and a while."""
    return NOW + timedelta(**span)
