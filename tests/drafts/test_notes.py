"""What the office says alongside: who may, what is kept, what the public reads, what verify finds when it is changed."""

from datetime import timedelta

import pytest
from flask import Flask

from consult.base.clock import parse_local
from consult.base.db import db, transaction
from consult.base.errors import Conflict, NotAllowed, NotFound, Refused
from consult.base.people import CITIZEN, Actor
from consult.drafts import bulletins, find, notes, publish
from consult.drafts.addresses import web_address
from consult.drafts.introduction import introduce
from consult.drafts.models import Bulletin, Clause, ClauseNote
from consult.intake import withdraw
from consult.intake.find import submission
from consult.intake.sources import by_day, by_source, public_sums
from consult.intake.submit import Item
from consult.summary import verify
from tests.factories.people import CLOSES, NOW, OPERATOR, later, make_project, make_user, send
from tests.factories.versions import publish_next
from tests.web.pages import actions

REASON = "数字有误，核对以后重新发布。"


@pytest.fixture
def office(app: Flask) -> Actor:
    return make_user("office")


def put(actor: Actor, **facts: str) -> int:
    """A note on the project; its id."""
    with transaction():
        return notes.note_clause(actor, NOW, find.by_slug("demo"), **{"kind": "design_note", **facts}).id


def post(actor: Actor, title: str = "进展", text: str = "收到意见三条。") -> int:
    with transaction():
        return bulletins.post_bulletin(actor, NOW, find.by_slug("demo"), title, text).id


def shown() -> dict[str, list[tuple[str, str, str, str]]]:
    """What the public reads, by clause."""
    found = notes.public_notes(find.by_slug("demo").id)
    return {key: [(one.kind, one.title, one.text, one.url) for one in rows] for key, rows in found.items()}


def test_notes_stand_beside_their_clause_and_are_kept_exactly(office: Actor) -> None:
    make_project()
    text = "  先说 <b>理由</b>。\n\n第二段\t。 "
    put(office, clause_key="a3", kind="question", title=" 谁来修？ ", text="村民委员会。", url="")
    put(office, clause_key="a3", text=text.replace("\n", "\r\n"))
    put(office, kind="interpretation", url="https://www.example.cn/jiedu?id=1")
    assert shown() == {
        "a3": [("design_note", "", text, ""), ("question", "谁来修？", "村民委员会。", "")],
        "": [("interpretation", "", "", "https://www.example.cn/jiedu?id=1")],
    }
    assert actions()[-3:] == ["note_clause"] * 3


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "text"),
        ({"text": " \n "}, "text"),
        ({"kind": "joke", "text": "一"}, "kind"),
        ({"kind": "question", "title": "为什么？"}, "text"),
        ({"kind": "question", "text": "因为。"}, "title"),
        ({"kind": "question", "title": "问" * 201, "text": "答"}, "title"),
        ({"text": "长" * 5001}, "text"),
        ({"text": "响铃\x07"}, "text"),
        ({"url": "javascript:alert(1)"}, "url"),
    ],
)
def test_a_note_that_says_nothing_or_too_much_is_refused(office: Actor, facts: dict[str, str], field: str) -> None:
    make_project()
    with pytest.raises(Refused) as refusal:
        put(office, **facts)
    assert refusal.value.field == field
    assert shown() == {} and "note_clause" not in actions()


def test_only_the_office_writes_and_only_on_clauses_that_are_there(app: Flask, office: Actor) -> None:
    make_project()
    for role in ("reviewer", "approver", "agency", "sysadmin"):
        with pytest.raises(NotAllowed):
            put(make_user(role), text="一")
        with pytest.raises(NotAllowed):
            post(make_user(role))
    with pytest.raises(NotFound):
        put(office, clause_key="a99", text="一")
    for _ in range(notes.MOST_NOTES):
        put(office, clause_key="a3", text="一")
    with pytest.raises(Refused, match="最多放20条"):
        put(office, clause_key="a3", text="一")
    put(office, clause_key="a4", text="一")


def test_a_withdrawn_note_is_hidden_and_kept(office: Actor) -> None:
    make_project()
    first, second = put(office, clause_key="a3", text="旧的"), put(office, clause_key="a3", text="新的")
    with transaction():
        notes.withdraw_note(office, NOW, notes.note(find.by_slug("demo"), first))
    assert [one[2] for one in shown()["a3"]] == ["新的"]
    assert [one.text for one in notes.every_note(find.by_slug("demo").id)] == ["旧的", "新的"]
    with pytest.raises(Conflict):
        notes.withdraw_note(office, NOW, notes.note(find.by_slug("demo"), first))
    make_project("other")
    for number in (second, 10**12, 0):
        with pytest.raises(NotFound):
            notes.note(find.by_slug("other"), number)


def test_a_note_follows_its_clause_into_the_next_version(office: Actor) -> None:
    make_project()
    put(office, clause_key="a3", text="四十米是测出来的。")
    publish_next(find.by_slug("demo"))
    clause = find.clause_by_key(find.current_version(find.by_slug("demo")).id, "a3")
    assert clause.label == "第四条" and [one[2] for one in shown()["a3"]] == ["四十米是测出来的。"]


def test_what_was_loaded_with_a_clause_is_its_first_design_note(office: Actor) -> None:
    project = make_project()
    with transaction():
        found = find.clause_by_key(find.current_version(project).id, "a3")
        db.session.get_one(Clause, found.id).note = "四十米是测出来的。"
    put(office, clause_key="a3", text="还有一句。")
    assert [one[2] for one in shown()["a3"]] == ["四十米是测出来的。", "还有一句。"]


def test_a_project_that_ended_takes_no_more_notes(office: Actor) -> None:
    make_project()
    with transaction():
        publish.withdraw(OPERATOR, NOW, find.by_slug("demo"), "上位法即将修订，需要重新起草。")
    with pytest.raises(Conflict):
        put(office, text="一")
    with pytest.raises(Conflict):
        introduce(office, NOW, find.by_slug("demo"), "一句话", "")


def test_bulletins_are_public_newest_first_and_taken_back_with_a_reason(office: Actor) -> None:
    make_project()
    first, second = post(office, " 第一\n次 ", " 一\r\n二 "), post(office, "第二次")
    project = find.by_slug("demo")
    assert [(one.title, one.text) for one in bulletins.public_bulletins(project.id)] == [
        ("第二次", "收到意见三条。"), ("第一 次", " 一\n二 "),
    ]  # fmt: skip
    with pytest.raises(Refused, match="至少10个字"):
        bulletins.withdraw_bulletin(office, NOW, bulletins.bulletin(project, first), "错了")
    with transaction():
        bulletins.withdraw_bulletin(office, NOW, bulletins.bulletin(find.by_slug("demo"), first), REASON)
    assert [one.id for one in bulletins.public_bulletins(find.by_slug("demo").id)] == [second, first]
    with pytest.raises(Conflict):
        bulletins.withdraw_bulletin(office, NOW, bulletins.bulletin(find.by_slug("demo"), first), REASON)
    assert actions()[-3:] == ["post_bulletin", "post_bulletin", "withdraw_bulletin"]


@pytest.mark.parametrize(("title", "text"), [("", "一"), ("一", " \n"), ("长" * 101, "一"), ("一", "长" * 5001)])
def test_an_empty_or_endless_bulletin_is_refused(office: Actor, title: str, text: str) -> None:
    make_project()
    with pytest.raises(Refused):
        post(office, title, text)


def test_no_bulletin_before_publication(office: Actor) -> None:
    make_project(published=False)
    with pytest.raises(Conflict):
        post(office)


def test_the_suggestion_counts_the_public_only(app: Flask) -> None:
    project = make_project()
    send(project, [Item("a3", "amend", "太远。"), Item("a4", "support")], source="wechat")
    send(project, [Item("a4", "oppose", "太短。")], now=NOW + timedelta(days=1))
    gone = send(project, [Item(None, "other", "撤回的。")], source="wechat")
    with transaction():
        withdraw.withdraw_submission(CITIZEN, NOW, submission(gone.submission_id), released=False)
    sums = public_sums(project.id)
    assert (sums.submissions, sums.opinions, sums.withdrawn) == (3, 4, 1)
    assert by_source(project.id) == {"wechat": 2, "": 1}
    assert by_day(project.id) == {NOW.date(): 2, (NOW + timedelta(days=1)).date(): 1}
    title, text = bulletins.suggestion(
        NOW, project.opens_at, project.closes_at, opinions=4, submissions=3, withdrawn=1
    )  # fmt: skip
    assert title == "征求意见进展情况（2026年3月10日）"
    assert "截至2026年3月10日，共收到社会各界意见4条，来自3份提交。其中1条已由提出人撤回。" in text
    assert "2026年4月2日 17:00截止" in text


def test_the_suggestion_after_closing_and_without_an_opinion() -> None:
    opens, day = parse_local("2026-03-02T09:00"), parse_local("2026-05-01T09:00")
    title, text = bulletins.suggestion(day, opens, CLOSES, opinions=0, submissions=0, withdrawn=0)
    assert title == "征求意见期限届满情况（2026年5月1日）"
    assert text.startswith("从2026年3月2日开始征求意见，截至2026年4月2日，还没有收到意见。") and "逐条研究" in text


def test_plain_words_change_after_publication_and_nothing_else_does(office: Actor) -> None:
    make_project(plain_summary="路灯装多密，坏了谁修。")
    with transaction():
        introduce(office, later(days=1), find.by_slug("demo"), " 路灯的事。 ", "https://gov.example.cn/a")
    project = find.by_slug("demo")
    assert (project.plain_summary, project.interpretation_url) == ("路灯的事。", "https://gov.example.cn/a")
    assert actions()[-1] == "introduce" and list(verify.faults(db.session())) == []
    for summary, url, field in (("长" * 401, "", "plain_summary"), ("", "ftp://a.cn", "interpretation_url")):
        with pytest.raises(Refused) as refusal:
            introduce(office, NOW, project, summary, url)
        assert refusal.value.field == field
    make_project("waiting", published=False)
    with pytest.raises(Conflict):
        introduce(office, NOW, find.by_slug("waiting"), "一句话", "")


def test_words_written_after_the_secrecy_review_want_another(app: Flask) -> None:
    make_project(published=False)
    with transaction():
        publish.clear_secrecy(OPERATOR, NOW, find.by_slug("demo"))
        find.by_slug("demo").plain_summary = "审查以后才写的。"
    with pytest.raises(Refused, match="重新审查"):
        publish.publish(OPERATOR, NOW, find.by_slug("demo"))


CHANGES = [
    ("UPDATE clause_note SET text = text || '。' WHERE id = 1", "条款说明 1 与审计日志不一致"),
    ("UPDATE clause_note SET clause_key = '' WHERE id = 1", "条款说明 1 与审计日志不一致"),
    ("UPDATE clause_note SET by = 'user:99' WHERE id = 1", "条款说明 1 与审计日志不一致"),
    ("UPDATE clause_note SET withdrawn_at = NULL, withdrawn_by = NULL WHERE id = 2", "条款说明 2 的撤下情况"),
    ("UPDATE clause_note SET withdrawn_at = at, withdrawn_by = by WHERE id = 1", "条款说明 1 的撤下情况"),
    ("DELETE FROM clause_note WHERE id = 1", "条款说明 1 记录在审计日志中，数据库里却没有"),
    ("UPDATE bulletin SET title = '别的' WHERE id = 1", "通报 1 与审计日志不一致"),
    ("UPDATE bulletin SET withdraw_reason = '别的理由别的理由' WHERE id = 2", "通报 2 的撤下情况"),
    ("DELETE FROM bulletin WHERE id = 2", "通报 2 记录在审计日志中，数据库里却没有"),
    ("UPDATE consultation SET plain_summary = '换了'", "主要内容或者解读链接与审计日志不一致"),
    ("UPDATE consultation SET interpretation_url = 'https://x.cn'", "主要内容或者解读链接与审计日志不一致"),
]


def test_a_changed_row_is_found_and_nothing_else(office: Actor) -> None:
    project = make_project(plain_summary="路灯装多密，坏了谁修。")
    make_project("other")
    put(office, clause_key="a3", text="理由。")
    old = put(office, clause_key="a3", text="过时的理由。")
    with transaction():
        notes.withdraw_note(office, NOW, notes.note(find.by_slug("demo"), old))
    post(office)
    number = post(office, "第二次")
    with transaction():
        bulletins.withdraw_bulletin(office, later(days=1), bulletins.bulletin(find.by_slug("demo"), number), REASON)
    assert list(verify.faults(db.session())) == []
    for statement, said in CHANGES:
        db.session.connection().exec_driver_sql(statement)
        db.session.expire_all()
        everywhere = list(verify.faults(db.session()))
        here, elsewhere = (list(verify.faults(db.session(), one)) for one in (project.id, project.id + 1))
        db.session.rollback()
        assert any(said in fault for fault in everywhere), (statement, everywhere)
        assert any(said in fault for fault in here)
        assert not any("条款说明" in fault or "通报" in fault for fault in elsewhere)
    assert list(verify.faults(db.session())) == []
    assert db.session.query(ClauseNote).count() == 2 and db.session.query(Bulletin).count() == 2


@pytest.mark.parametrize(
    "typed",
    [
        "", "  ", "https://www.gov.cn/zhengce/2026-03/01/content_1.htm", "http://10.0.0.8:8080/a?b=c&d=%E4%B8%AD#e",
        "https://司法局.例子.cn/解读", "HTTPS://A.CN", "http://[2001:db8::1]/a",
    ],
)  # fmt: skip
def test_addresses_that_may_be_linked(typed: str) -> None:
    assert web_address(f" {typed}\n") == typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "www.gov.cn", "javascript:alert(1)", "data:text/html,x", "//gov.cn/a", "https://", "https:///a", "http://a b.cn",
        "https://a.cn/\"onmouseover=1", "https://user:pw@a.cn/", "https://a.cn:99999/", "ftp://a.cn", "https://[::1",
        "https://-a.cn", "https://a.cn/<b>", "https://localhost\x00.cn",
        "https://a.cn/" + "长" * 500,
    ],
)  # fmt: skip
def test_addresses_that_may_not(typed: str) -> None:
    with pytest.raises(Refused):
        web_address(typed)
