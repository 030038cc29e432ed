"""The directory of parties: facts, former names, closing, merging, confirming; all of it found by verify."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from consult.base import accounts, directory
from consult.base.db import db, transaction
from consult.base.directory import Facts
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import Actor, Unit
from consult.summary import verify
from tests.factories.people import NOW, OPERATOR, make_unit, make_user
from tests.web.pages import actions

WATER = Facts("河湾县水利局", "水利局", office_section="办公室", handler="吴工", phone="0000-1", email="slj@example.cn")
EXPERT = Facts("钱教授", kind="expert", field="照明工程", affiliation="河湾学院")
NEXT_YEAR = NOW + timedelta(days=330)


def add(facts: Facts = WATER, actor: Actor = OPERATOR, **more: bool) -> int:
    with transaction():
        return directory.add_unit(actor, NOW, facts, **more).id


def change(number: int, actor: Actor = OPERATOR, edition: str = "", **facts: object) -> bool:
    with transaction():
        unit = directory.by_id(number)
        after = replace(directory.facts_of(unit), **facts)  # type: ignore[arg-type]
        return directory.change_unit(actor, NOW, unit, after, edition=edition)


def merge(one: int, into: int) -> None:
    with transaction():
        directory.merge_units(OPERATOR, NOW, directory.by_id(one), directory.by_id(into))


def confirm(number: int, actor: Actor = OPERATOR, edition: str = "") -> None:
    with transaction():
        directory.confirm_unit(actor, NOW, directory.by_id(number), edition=edition)


def test_a_party_is_added_and_found_by_every_name_it_had(app: Flask) -> None:
    number = add()
    assert change(number, name="河湾县水务局")
    assert not change(number, name=" 河湾县水务局 "), "nothing changes, nothing is recorded"
    assert change(number, name="河湾县水利和湖泊局")
    assert [one.name for one in directory.former_names(number)] == ["河湾县水利局", "河湾县水务局"]
    for words in ("湖泊", "水务", "河湾县水利局", "水利局 吴工"):
        assert [one.id for one in directory.find(words=words)] == [number], words
    assert [one.id for one in directory.named("河湾县水务局")] == [number]
    assert actions()[-3:] == ["add_unit", "change_unit", "change_unit"]
    assert list(verify.faults(db.session())) == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"name": " "}, "name"), ({"name": "长" * 201}, "name"), ({"kind": "king"}, "kind"), ({"email": "nobody"}, "email"),
     ({"email": "a@b.cn;c@d.cn"}, "email"), ({"email": "a@[b.cn"}, "email"),
     ({"leader": "长" * 101}, "leader"), ({"phone": "1\x002"}, "phone")],
)  # fmt: skip
def test_bad_facts_are_refused_at_their_field(app: Flask, facts: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(replace(WATER, **facts))
    assert refusal.value.field == field
    assert actions() == []


def test_a_name_is_given_once(app: Flask) -> None:
    number = add()
    with pytest.raises(Conflict, match="已经有“河湾县水利局”"):
        add()
    change(number, name="河湾县水务局")
    with pytest.raises(Conflict, match="是“河湾县水务局”的原名"):
        add()
    with pytest.raises(Conflict, match="原名") as refusal, transaction():
        accounts.unit_named(OPERATOR, NOW, "河湾县水利局")
    assert refusal.value.field == "unit"
    other = add(namesake=True)
    with pytest.raises(Conflict):
        change(other, name="河湾县水务局")
    assert change(number, name="水务局") and change(number, name="河湾县水务局"), "back to a name of its own"


def test_the_roles(app: Flask) -> None:
    number, other = add(), add(EXPERT)
    own, foreign = make_user("agency", directory.by_id(number)), make_user("agency", make_unit("河湾县财政局"))
    for role in ("reviewer", "approver", "auditor"):
        with pytest.raises(NotAllowed):
            add(replace(WATER, name="另一个"), make_user(role))
    for stranger in (foreign, make_user("reviewer")):
        with pytest.raises(NotAllowed):
            change(number, stranger, handler="别人")
        with pytest.raises(NotAllowed):
            confirm(number, stranger)
    with pytest.raises(NotAllowed), transaction():
        directory.merge_units(own, NOW, directory.by_id(number), directory.by_id(other))
    assert change(number, own, name="自己改名", email="x@y.cn", kind="expert", active=False, handler="郑工", phone="0000-2")
    now = directory.facts_of(directory.by_id(number))
    assert now == replace(WATER, handler="郑工", phone="0000-2"), "a unit corrects how it is reached, nothing else"
    with pytest.raises(NotFound):
        directory.by_id(999)


def test_two_people_do_not_overwrite_each_other(app: Flask) -> None:
    number = add()
    edition = directory.seen(directory.by_id(number))
    assert change(number, edition=edition, handler="郑工")
    with pytest.raises(Conflict, match="别人改过"):
        change(number, edition=edition, handler="冯工")
    with pytest.raises(Conflict, match="别人改过"):
        confirm(number, edition=edition)
    assert directory.by_id(number).handler == "郑工"


def test_confirmed_once_a_year(app: Flask) -> None:
    number, other = add(), add(EXPERT)
    own = make_user("agency", directory.by_id(number))
    confirm(number, own)
    assert [one.id for one in directory.find(confirmed_in=2026)] == [number]
    assert [one.id for one in directory.find(unconfirmed_in=2026)] == [other]
    assert len(directory.find(unconfirmed_in=NEXT_YEAR.year + 1)) == 2
    assert directory.by_id(number).confirmed_by == own.ref
    change(other, active=False)
    with pytest.raises(Conflict):
        confirm(other)
    assert list(verify.faults(db.session())) == []


def test_experts_are_found_by_field(app: Flask) -> None:
    add()
    expert = add(EXPERT)
    assert [one.id for one in directory.find(kind="expert", section="照明")] == [expert]
    assert directory.find(kind="expert", section="100%_") == []
    assert [one.id for one in directory.find(words="河湾学院")] == [expert]


def test_a_merged_unit_keeps_its_row_and_names_its_successor(app: Flask) -> None:
    old, new, third = add(), add(replace(WATER, name="河湾县自然资源局")), add(EXPERT)
    change(old, name="河湾县水务局")
    with pytest.raises(Refused, match="不能并入自己"):
        merge(old, old)
    merge(old, new)
    assert directory.by_id(old).successor_id == new and not directory.by_id(old).active
    assert [one.id for one in directory.predecessors(directory.by_id(new))] == [old]
    assert [one.id for one in directory.find()] == [new, third]
    assert [one.id for one in directory.find(words="水务", closed=None)] == [old]
    for again, into in ((old, third), (new, old)):
        with pytest.raises((Conflict, Refused)):
            merge(again, into)
    with pytest.raises(Conflict, match="已经并入"):
        change(old, handler="郑工")
    with pytest.raises(Conflict, match="停用"), transaction():
        accounts.unit_named(OPERATOR, NOW, "河湾县水务局")
    assert list(verify.faults(db.session())) == []
    assert change(old, active=True), "a merging by mistake is taken back"
    assert directory.by_id(old).successor_id is None
    assert list(verify.faults(db.session())) == []


def test_verify_notices_every_changed_row(app: Flask) -> None:
    old, new, bare = add(), add(EXPERT), make_unit("河湾县财政局").id
    change(old, name="河湾县水务局")
    merge(old, new)
    confirm(new)
    closed = add(replace(WATER, name="河湾县老龄办"))
    change(closed, active=False)
    merge(make_unit("河湾县农机局").id, new)
    assert list(verify.faults(db.session())) == []
    changes = [
        (f"UPDATE unit SET email = 'thief@example.cn' WHERE id = {new}", new),
        (f"UPDATE unit SET field = '' WHERE id = {new}", new),
        (f"UPDATE unit SET confirmed_at = NULL WHERE id = {new}", new),
        (f"UPDATE unit SET confirmed_by = 'user:9' WHERE id = {new}", new),
        (f"UPDATE unit SET confirmed_by = 'user:9' WHERE id = {bare}", bare),
        (f"UPDATE unit SET phone = '1' WHERE id = {bare}", bare),
        (f"UPDATE unit SET active = NOT active WHERE id = {bare}", bare),
        (f"UPDATE unit SET active = NOT active WHERE id = {closed}", closed),
        (f"UPDATE unit SET active = NOT active WHERE id = {old}", old),
        (f"UPDATE unit SET successor_id = {bare} WHERE id = {old}", old),
        (f"UPDATE unit SET successor_id = NULL WHERE id = {old}", old),
        (f"UPDATE unit_name SET name = '别的局' WHERE unit_id = {old}", old),
        (f"DELETE FROM unit_name WHERE unit_id = {old}", old),
    ]
    for statement, number in changes:
        db.session.execute(text(statement))
        found = list(verify.faults(db.session()))
        assert any(f"单位 {number}（" in one for one in found), statement
        db.session.rollback()
    assert db.session.get_one(Unit, bare).name == "河湾县财政局"


def test_tables_print_the_present_name_and_the_one_of_then(app: Flask) -> None:
    number = add()
    for days, name in ((10, "河湾县水务局"), (20, "河湾县水利和湖泊局")):
        with transaction():
            unit = directory.by_id(number)
            directory.change_unit(OPERATOR, NOW + timedelta(days=days), unit, replace(WATER, name=name))
    names = directory.names_of([number, 99])[number]
    present = directory.by_id(number).name
    assert [directory.called(present, names, NOW + timedelta(days=days)) for days in (0, 15, 25)] == [
        "河湾县水利和湖泊局（原河湾县水利局）", "河湾县水利和湖泊局（原河湾县水务局）", "河湾县水利和湖泊局",
    ]  # fmt: skip
    assert directory.names_of([]) == {}


def test_who_came_in_by_a_link_speaks_for_that_unit_only(app: Flask) -> None:
    number, other = add(), add(EXPERT)
    guest = Actor("guest:1", "单位经办人", frozenset({"agency"}), None, number, 1)
    colleague = replace(guest, roles=frozenset({"colleague"}))
    assert change(number, guest, phone="0000-9", email="x@y.cn")
    confirm(number, guest)
    assert (directory.by_id(number).phone, directory.by_id(number).email) == ("0000-9", WATER.email)
    for who, unit in ((guest, other), (colleague, number)):
        with pytest.raises(NotAllowed):
            confirm(unit, who)
        with pytest.raises(NotAllowed):
            change(unit, who, phone="1")
    assert list(verify.faults(db.session())) == []
