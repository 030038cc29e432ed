"""Steps instead of a wall (R17), the counts behind them, and one-time proofs whatever state the counting is in."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse

from consult.base.crypto import Keys
from consult.base.db import db
from consult.intake.models import Submission
from consult.web import challenge, limits
from consult.web.counts import Counts
from tests.factories.people import NOW, later, make_project
from tests.web.test_challenge import add, solve

# The limiter is one for the process, so other settings need another process.
SCRIPT = """
import sys
from dataclasses import replace
from pathlib import Path

from consult.base.db import db
from consult.web.challenge import question
from consult.wiring.app import create_app
from tests.conftest import settings_for
from tests.factories.people import NOW, log_in, make_project, make_user

given = {name: {"off": False}.get(value, value) for name, value in (one.split("=") for one in sys.argv[2:])}
app = create_app(replace(settings_for(Path(sys.argv[1])), captcha=True, **given))
app.extensions["clock"] = lambda: NOW
with app.app_context():
    db.create_all()
    make_project("demo")
    client, one = app.test_client(), question(app.extensions["keys"], NOW)
    left, right = one.text.removesuffix("等于几？").split("加")
    total = sum("零一二三四五六七八九".index(part) for part in (left, right))
    body = {"comments": [{"text": "同意"}], "captcha": {"token": one.token, "answer": total}}
    for _ in range(22):
        print(client.post("/api/v1/consultations/demo/submissions", json=body).status_code, end=" ")
    log_in(client, make_user("office"))
    print("in")
    db.session.remove()
    db.engine.dispose()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "last"),
    [("rate_limits=off", "403"), ("redis_url=redis://127.0.0.1:1/0", "403")],
)
def test_proofs_are_used_once_under_every_setting(tmp_path: Path, setting: str, last: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), setting], capture_output=True, text=True, timeout=120,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1].split() == ["201"] + ["403"] * 19 + [last] * 2 + ["in"]


URL = "/api/v1/consultations/demo/submissions"
BODY = {"comments": [{"text": "同意"}]}
HERE = "203.0.113.7"


def post(client: FlaskClient, address: str = HERE, **more: object) -> Any:
    """One sending through the API."""
    return client.post(URL, json=BODY | more, environ_base={"REMOTE_ADDR": address})


def set_steps(monkeypatch: pytest.MonkeyPatch, **steps: tuple[str, str]) -> None:
    """Other numbers for a test; the addresses keep theirs."""
    shared = {name: (parse(soft), parse(hard).amount) for name, (soft, hard) in steps.items()}
    monkeypatch.setattr(limits, "_SHARED", limits._SHARED | shared)


def easy(keys: Keys) -> dict[str, object]:
    """The answer to one question."""
    one = challenge.question(keys, NOW)
    return {"token": one.token, "answer": add(one.text)}


def marks() -> list[list[str]]:
    """The marks of all sendings in order."""
    db.session.rollback()
    return [one.marks for one in db.session.query(Submission).order_by(Submission.id)]


# minutes since the first sending → status of the next, without any way to prove work
@pytest.mark.parametrize(
    ("sent", "minutes", "status"),
    [(19, 0, 201), (20, 0, 429), (20, 9.9, 429), (20, 10.1, 201)],
)
def test_without_captcha_the_address_has_a_wall(
    app: Flask, client: FlaskClient, sent: int, minutes: float, status: int
) -> None:
    make_project("demo")
    assert {post(client).status_code for _ in range(sent)} == {201}
    app.extensions["clock"] = lambda: later(minutes=minutes)
    answer = post(client)
    assert answer.status_code == status
    if status == 429:
        wait = int(answer.headers["Retry-After"])
        assert abs(wait - (10 - minutes) * 60) <= 1
        app.extensions["clock"] = lambda: later(minutes=minutes) + timedelta(seconds=wait + 1)
        assert post(client).status_code == 201, "after Retry-After there is room"
    assert all(one == [] for one in marks())


def test_two_hundred_a_day(app: Flask, client: FlaskClient) -> None:
    make_project("demo", closes=later(days=20), shorten_reason="汛期将至，需要尽快施行本办法。")
    for number in range(200):
        app.extensions["clock"] = lambda number=number: later(seconds=31 * number)
        assert post(client).status_code == 201, number
    answer = post(client)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 3600
    assert post(client, "203.0.113.8").status_code == 201


@pytest.mark.parametrize("step", ["project", "site"])
def test_without_captcha_a_rush_is_only_marked(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    make_project("demo")
    set_steps(monkeypatch, **{step: ("5 per 10 minutes", "1000 per 10 minutes")})
    assert {post(client, f"198.51.100.{number}").status_code for number in range(9)} == {201}
    assert marks() == [[]] * 5 + [[f"busy_{step}"]] * 4
    app.extensions["clock"] = lambda: later(minutes=10, seconds=1)
    assert post(client, "198.51.100.99").status_code == 201
    assert marks()[-1] == [], "the rush is over"


def test_a_rush_in_one_project_leaves_the_others_alone(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project("demo")
    make_project("other")
    set_steps(monkeypatch, project=("1 per 10 minutes", "2 per 10 minutes"))
    assert [post(client).status_code for _ in range(2)] == [201, 201]
    assert client.post(URL.replace("demo", "other"), json=BODY).status_code == 201
    assert marks() == [[], ["busy_project"], []]
    refused = post(client)
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "600"


def test_an_office_behind_one_address_gets_through_with_more_work(
    with_captcha: Flask, client: FlaskClient, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(challenge, "COST", 10)
    monkeypatch.setattr(challenge, "COST_SUSPECT", 20)
    make_project("demo")
    assert {post(client, captcha=easy(keys)).status_code for _ in range(20)} == {201}
    one = easy(keys)
    cheap = solve(challenge.proof_of_work(keys, NOW))
    for proof in (one, [one], cheap):
        again = post(client, captcha=proof)
        assert (again.status_code, "需要再验证一次" in again.json["message"]) == (403, True)
    assert post(client, captcha=[one, one]).status_code == 403, "one question twice is one question"
    given = client.get("/api/v1/challenge", environ_base={"REMOTE_ADDR": HERE}).json
    assert given["altcha"]["parameters"]["cost"] == 20, "this address is told the harder work at once"
    assert post(client, captcha=solve(given["altcha"])).status_code == 201
    assert post(client, captcha=[easy(keys), easy(keys)]).status_code == 201
    assert marks() == [[]] * 20 + [["busy_address"]] * 2
    assert post(client, "198.51.100.1", captcha=cheap).status_code == 201, "the refused proof was not used up"


def test_far_above_even_work_has_to_wait(
    with_captcha: Flask, client: FlaskClient, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project("demo")
    monkeypatch.setattr(limits, "_ADDRESS_HARD", [parse("3 per 10 minutes")])
    statuses = [post(client, captcha=[easy(keys), easy(keys)]).status_code for _ in range(24)]
    assert statuses == [201] * 23 + [429]
    assert marks() == [[]] * 20 + [["busy_address"]] * 3
    with_captcha.extensions["clock"] = lambda: later(minutes=10, seconds=1)
    assert post(client, captcha=easy(keys) | {}).status_code == 201


def test_nobody_is_refused_in_the_rush_of_the_last_day(app: Flask, client: FlaskClient) -> None:
    """50 sendings a second, ten minutes long, each from an address of its own: 30,000 are far under the hard step."""
    make_project("demo")
    soft, hard = limits._SHARED["project"]
    assert hard >= 2 * 50 * soft.get_expiry() and limits._SHARED["site"][1] >= hard
    counts = limits.limiter.storage
    for name in ("project", "site"):
        counts.incr(limits._shared("demo")[name], 600, 50 * 600)
    assert post(client).status_code == 201
    assert marks() == [["busy_project", "busy_site"]]


def test_what_was_refused_counts_for_nobody_else(
    with_captcha: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project("demo")
    set_steps(monkeypatch, project=("1 per 10 minutes", "2 per 10 minutes"))
    assert {post(client, f"198.51.100.{number}").status_code for number in range(9)} == {403}
    with with_captcha.test_request_context():
        assert not limits.pressed("demo"), "who proves nothing does not bring the project to its step"


def test_logins_from_one_address_are_limited_whatever_the_account(app: Flask, client: FlaskClient) -> None:
    token = client.get("/login").text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    facts = [{"email": f"x{number}@example.cn", "password": "wrong", "csrf_token": token} for number in range(31)]
    assert [client.post("/login", data=one).status_code for one in facts] == [200] * 30 + [429]
    assert client.get("/login").status_code == 200


@pytest.mark.parametrize(("name", "title"), [("busy_address", "同一网络地址提交较多"), ("busy_project", "本项目来件集中")])
def test_reviewers_read_the_marks_in_chinese(app: Flask, name: str, title: str) -> None:
    part = app.jinja_env.get_template("reviewer/parts.html").make_module({"ui": None})
    assert title in part.MARKS[name]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("203.0.113.1", "203.0.113.2", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("unix:", "", False),
    ],
)
def test_who_counts_as_one(app: Flask, one: str, other: str, same: bool) -> None:
    hashes = [limits.address_hash({"REMOTE_ADDR": address}) for address in (one, other)]
    assert (hashes[0] == hashes[1]) is same
    assert not any(address and address in found for address, found in zip((one, other), hashes, strict=True))


def test_the_store_counts_exactly_and_forgets(app: Flask) -> None:
    store = Counts()
    assert [store.acquire_entry("a", 2, 10) for _ in range(3)] == [True, True, False]
    assert store.get_moving_window("a", 2, 10) == (NOW.timestamp(), 2)
    assert [store.incr("n", 10), store.incr("n", 10), store.get("n")] == [1, 2, 2]
    app.extensions["clock"] = lambda: later(seconds=10)
    assert store.acquire_entry("a", 2, 10), "the window has moved on"
    assert (store.get("n"), store.incr("n", 10)) == (0, 1)
    app.extensions["clock"] = lambda: later(minutes=5)
    store.incr("other", 10)
    assert store.reset() == 1, "what has run out was swept away"
