"""Ways in without an account: one use, one letter, gone when revoked; only hashes are kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import CITIZEN
from consult.letters import access_link, find, reply
from consult.letters.issue import withdraw_letter
from consult.letters.models import AccessLink
from consult.summary.verify import faults
from tests.factories.people import NOW, make_project, make_unit, make_user
from tests.letters.desk import SIGNED, write_to

LATER = NOW + timedelta(hours=1)


def make(desk, purpose="unit", actor=None, now=NOW, **more):
    with transaction():
        made = access_link.make_link(
            actor or (desk.office if purpose == "unit" else desk.agent), now, desk.letter, purpose, keys=desk.keys, **more
        )
        return made.link.id, made.token


def enter(desk, token, now=LATER, **more):
    with transaction():
        guest, secret = access_link.enter(CITIZEN, now, keys=desk.keys, token=token, **more)
        return guest.id, secret


def who(desk, secret, now=LATER):
    return access_link.guest_actor(desk.keys, now, secret)


def test_a_units_link_is_used_once_and_opens_one_letter(desk):
    number, token = make(desk)
    assert len(token) == 22
    guest, secret = enter(desk, token, name="王经办")
    me = who(desk, secret)
    assert (me.ref, me.name, me.roles) == (f"guest:{guest}", "王经办", {"agency"})
    assert (me.unit_id, me.letter_id) == (desk.unit.id, desk.letter.id)
    with pytest.raises(Conflict, match="已经用过"):
        enter(desk, token)
    with transaction():
        reply.acknowledge(me, LATER, desk.letter)
        draft = reply.save_reply(me, LATER, desk.letter, edition=0, answer="no_objection", **SIGNED)
    with transaction():
        assert reply.send_reply(me, LATER, desk.letter, keys=desk.keys, edition=draft.edition).sent_by == me.ref
    assert db.session.get(AccessLink, number).used_at == LATER
    assert list(faults(db.session)) == []


def test_a_guest_reaches_no_other_letter_of_the_same_unit(desk):
    _, secret = enter(desk, make(desk)[1])
    me = who(desk, secret)
    (other,) = write_to(desk.office, make_project("other"), desk.unit)
    assert [one.solicitation.id for one in find.for_unit(me)] == [desk.letter.id]
    assert len(find.for_unit(desk.agent)) == 2
    with pytest.raises(NotFound):
        find.own(other.id, me)
    for verb in (reply.view, reply.acknowledge):
        with pytest.raises(NotFound), transaction():
            verb(me, LATER, other)
    with pytest.raises(NotFound), transaction():
        reply.save_reply(me, LATER, other, edition=0, answer="no_objection")
    with pytest.raises(NotFound), transaction():
        access_link.make_link(me, LATER, other, "colleague", keys=desk.keys)


def test_only_hashes_are_stored(desk):
    number, token = make(desk)
    _, secret = enter(desk, token)
    _, code = make(desk, "colleague")
    rows = [str(tuple(row)) for table in ("access_link", "guest", "audit_entry")
            for row in db.session.execute(text(f"SELECT * FROM {table}"))]  # fmt: skip
    for hidden in (token, secret, code, code.replace("-", "")):
        assert not any(hidden in row for row in rows)
    assert len(db.session.get(AccessLink, number).token_hash) == 64


def test_a_new_link_ends_the_old_one_and_who_came_by_it(desk):
    first, token = make(desk)
    _, secret = enter(desk, token)
    _, second = make(desk, now=LATER, keep_used=True)
    assert who(desk, secret) is not None, "a reminder does not throw anybody out"
    _, third = make(desk, now=LATER)
    assert who(desk, secret) is None
    with pytest.raises(Conflict, match="失效"):
        enter(desk, second)
    assert enter(desk, third)
    assert db.session.get(AccessLink, first).revoked_at == LATER
    assert list(faults(db.session)) == []


def test_revoking_leaving_and_time_end_a_session(desk):
    number, code = make(desk, "colleague")
    _, one = enter(desk, code, name="张同事", section="预算科")
    _, two = enter(desk, code.lower().replace("-", " "), name="李同事")
    assert who(desk, one).roles == {"colleague"}
    with transaction():
        assert access_link.leave(who(desk, one), LATER)
    assert who(desk, one) is None
    assert who(desk, two) is not None
    assert who(desk, two, NOW + timedelta(days=8)) is None
    with transaction():
        assert access_link.revoke(desk.agent, LATER, db.session.get(AccessLink, number))
    assert who(desk, two) is None
    with pytest.raises(Conflict, match="停用"):
        enter(desk, code, name="赵同事")
    assert list(faults(db.session)) == []


def test_a_letter_taken_back_ends_every_session(desk):
    _, secret = enter(desk, make(desk)[1])
    _, unused = make(desk, "sign")
    with transaction():
        withdraw_letter(desk.office, LATER, desk.letter, "发错了")
    assert who(desk, secret) is None
    with pytest.raises(Conflict, match="撤回"):
        enter(desk, unused, name="赵局长")
    with pytest.raises(Conflict):
        make(desk)


def test_who_may_make_which_link(desk):
    stranger = make_user("agency", make_unit("市司法局"))
    for actor in (desk.agent, make_user("reviewer")):
        with pytest.raises(NotAllowed):
            make(desk, "unit", actor)
    with pytest.raises(NotAllowed):
        make(desk, "colleague", desk.office)
    with pytest.raises(NotFound):
        make(desk, "sign", stranger)
    with pytest.raises(Refused):
        make(desk, "colleague", expires_at=NOW + timedelta(days=31))
    number, _ = make(desk, "colleague")
    with pytest.raises(NotFound), transaction():
        access_link.revoke(stranger, NOW, db.session.get(AccessLink, number))
    assert db.session.get(AccessLink, number).expires_at == desk.letter.due_at


def test_expired_unknown_and_nameless(desk):
    number, token = make(desk, "sign")
    with pytest.raises(Refused) as refused:
        enter(desk, token)
    assert refused.value.field == "name"
    assert db.session.get(AccessLink, number).used_at is None, "a refusal uses nothing up"
    with pytest.raises(Conflict, match="过期"):
        enter(desk, token, now=NOW + timedelta(days=31), name="赵局长")
    with pytest.raises(NotFound):
        enter(desk, "x" * 22)
    with pytest.raises(NotFound):
        enter(desk, token, name="赵局长", purposes=("unit", "colleague"))


@pytest.mark.parametrize(
    "change",
    ["UPDATE access_link SET used_at = NULL", "UPDATE access_link SET purpose = 'sign'", "DELETE FROM guest",
     "UPDATE guest SET ended_at = begun_at", "UPDATE access_link SET revoked_at = made_at"],
)  # fmt: skip
def test_verify_notices_a_changed_row(desk, change):
    enter(desk, make(desk)[1])
    assert list(faults(db.session)) == []
    with transaction():
        db.session.execute(text(change))
    assert list(faults(db.session))
    assert db.session.scalar(select(AccessLink.id))


@pytest.mark.parametrize(("table", "column", "value"), [
    ("access_link", "token_hash", "planted"), ("access_link", "expires_at", LATER + timedelta(days=900)),
    ("access_link", "revoked_at", None), ("guest", "session_hash", "planted"), ("guest", "name", "别人"),
    ("guest", "section", "别的科"),
])  # fmt: skip
def test_what_opens_a_way_in_cannot_be_changed_unseen(desk, table, column, value):
    make(desk)
    _, token = make(desk)
    enter(desk, token, name="王经办")
    assert list(faults(db.session)) == []
    rows = AccessLink.__table__ if table == "access_link" else access_link.Guest.__table__
    with transaction():
        db.session.execute(rows.update().where(rows.c.id == 1).values({column: value}))
    assert any("进入" in one for one in faults(db.session))
