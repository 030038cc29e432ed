"""Show 4: over any history a notice goes out only where every equation holds, and says what the raw rows say.

CONSULT_HISTORIES=1000 runs as many on SQLite and a tenth of them on PostgreSQL.
"""

import os
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, event, given, settings

from consult.base.db import db
from consult.review.words import OUTCOMES
from consult.summary import release, verify
from consult.summary.find import current_release
from tests.factories.empty import empty
from tests.factories.people import NOW, make_project
from tests.summary.histories import ACTS, HISTORIES
from tests.summary.history import History
from tests.summary.recount import compare, equations, published, recount

Acts = list[tuple[str, int, int]]
EXAMPLES = int(os.environ.get("CONSULT_HISTORIES", "10"))
CALM = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck),
                phases=[Phase.explicit, Phase.generate, Phase.shrink], print_blob=True)  # fmt: skip


def look(at: History, before: int) -> int:
    """Where a result has gone out since, it is what the raw rows say at this very moment; its number."""
    found = published(at.project_id)
    if found is None or found["number"] == before:
        return before
    assert at.now >= at.project.closes_at
    compare(found, recount(at.project_id, at.now), OUTCOMES)
    return int(found["number"])


def refusal_is_right(at: History) -> None:
    """What would not be published now is refused in words, and an equation that the raw rows break is among them."""
    found = release.standing(db.session(), at.project, at.now)
    broken = [name for name, holds in equations(recount(at.project_id, at.now)).items() if not holds]
    assert not broken or found.open, broken
    assert all(any("\u4e00" <= char <= "\u9fff" for char in one) for one in found.open)


def play(app: Flask, history: tuple[Acts, Acts, Acts, Acts]) -> set[str]:
    """Everything in its order, what was done; at the end a diligent office always gets its result out."""
    empty(app, app.config["SETTINGS"])
    app.extensions["clock"] = lambda: NOW
    with app.app_context():
        at, number = History(make_project().id), 0
        coming, desk, late, after = history
        for acts in (coming, desk, [("deadline", 0, 1)], late, [("finish", 0, 1), ("publish_result", 0, 0)], after,
                     [("deadline", 0, 1), ("finish", 0, 2), ("publish_result", 0, 0)]):  # fmt: skip
            for kind, a, b in acts:
                at.step(ACTS[kind], a, b)
                number = look(at, number)
            refusal_is_right(at)
        last = current_release(at.project_id)
        assert last is not None, at.refused[-3:]
        assert last.digest == release.release_digest(db.session(), last)
        assert list(verify.faults(db.session())) == []
        db.session.remove()
        return {f"results: {number}", *at.done}


@CALM
@given(history=HISTORIES)
def test_on_sqlite(sqlite_app: Flask, history: tuple[Acts, Acts, Acts, Acts]) -> None:
    for did in sorted(play(sqlite_app, history)):
        event(did)


@settings(CALM, max_examples=max(3, EXAMPLES // 10))
@given(history=HISTORIES)
def test_on_postgresql(postgresql_app: Flask, history: tuple[Acts, Acts, Acts, Acts]) -> None:
    play(postgresql_app, history)


def long_year() -> tuple[Acts, Acts, Acts, Acts]:
    """Every act many times over, in an order that is always the same."""
    dice = Random(7)
    coming = [("arrive", number, number) for number in range(14)] + [("by_hand", number, number) for number in range(4)]
    coming += [("ask", 0, 1), ("ask", 2, 3), ("machine", 0, 0), ("rule", 3, 2), ("approve_some", 0, 4)]
    coming += [("answer_on_paper", 1, 1), ("answer", 0, 1), ("rule_many", 2, 1), ("unrule_many", 0, 0), ("deadline", 0, 1), ("revise", 0, 1), ("point", 3, 0)]
    kinds = [kind for kind in ACTS if kind not in ("days_pass", "deadline")] * 3
    dice.shuffle(kinds)
    acts = [(kind, dice.randrange(41), dice.randrange(41)) for kind in kinds]
    return coming, [*acts[: len(acts) // 2], ("days_pass", 3, 0)], [*acts[len(acts) // 2 :], ("deadline", 0, 1), ("finish", 0, 0), ("approve_table", 0, 0)], acts[::5]


@pytest.mark.parametrize("database", ["sqlite_app", "postgresql_app"])
def test_a_year_in_which_everything_happens(request: pytest.FixtureRequest, database: str) -> None:
    done = play(request.getfixturevalue(database), long_year())
    assert set(ACTS) <= done, set(ACTS) - done
    assert "results: 2" in done or "results: 3" in done
