"""Kept views: one's own and shared ones, never overwritten, dropped only by who kept them."""

import pytest

from consult.base.db import db, transaction
from consult.base.errors import NotAllowed, NotFound, Refused
from consult.review import views
from consult.review.desk_models import SavedView
from consult.summary import verify
from tests.factories.people import NOW, make_user
from tests.web.pages import actions


def keep(actor, project, name="第三条", query="clause=a3", shared=False) -> int:
    number = project.id
    with transaction():
        return views.keep_view(actor, NOW, consultation_id=number, name=name, query=query, shared=shared).id


def drop(actor, project, view) -> None:
    number = project.id
    with transaction():
        views.drop_view(actor, NOW, number, view)


def names(project, actor) -> list[str]:
    return [one.name for one in views.views_of(project.id, actor.ref)]


def test_own_views_first_then_what_others_share(project, reviewer):
    other = make_user("approver")
    keep(other, project, "甲共享", shared=True)
    keep(other, project, "乙自用")
    keep(reviewer, project, " 丙自用 ")
    assert names(project, reviewer) == ["丙自用", "甲共享"]
    assert names(project, other) == ["乙自用", "甲共享"] or names(project, other) == ["甲共享", "乙自用"]
    assert actions().count("keep_view") == 3
    assert list(verify.faults(db.session())) == []


def test_a_name_is_kept_once_and_never_overwritten(project, reviewer):
    keep(reviewer, project)
    for name, query in (
        ("第三条", "state=unread"),
        ("", "clause=a3"),
        ("x" * 31, "clause=a3"),
        ("空的", ""),
        ("长的", "q" * 1001),
    ):
        with pytest.raises(Refused) as refusal:
            keep(reviewer, project, name, query)
        assert refusal.value.field == "name"
    assert [one.query for one in views.views_of(project.id, reviewer.ref)] == ["clause=a3"]
    keep(make_user("reviewer"), project)  # another person may use the same name


def test_only_who_kept_it_drops_it(project, reviewer):
    view = keep(reviewer, project, shared=True)
    with pytest.raises(NotAllowed):
        drop(make_user("reviewer"), project, view)
    drop(reviewer, project, view)
    with pytest.raises(NotFound):
        drop(reviewer, project, view)
    assert names(project, reviewer) == []
    assert list(verify.faults(db.session())) == []


def test_there_is_an_end_to_keeping(project, reviewer, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    keep(reviewer, project, "一")
    keep(reviewer, project, "二")
    with pytest.raises(Refused, match="最多"):
        keep(reviewer, project, "三")


def test_verify_sees_a_changed_view(project, reviewer):
    view = keep(reviewer, project)
    with transaction():
        db.session.get_one(SavedView, view).query = "clause=a4"
    assert any("常用筛选" in fault for fault in verify.faults(db.session()))
