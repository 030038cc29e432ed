"""What was tried against the citizen's side: costly forms, tables to fill, broken packages, two clicks at once."""

import io
import struct
import time
import zipfile
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from consult.base.db import db
from consult.base.files import MOST_MEMBERS, sniff
from consult.drafts import suggestion
from consult.intake.models import Basket, Submission
from consult.intake.submit import sent_before
from consult.web import settings
from consult.web.citizen import sending
from tests.factories.people import later, make_project
from tests.web.pages import field, post
from tests.web.test_challenge import add

ADDRESS = "/c/demo/opinion"


def package(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def test_a_package_whose_list_of_contents_is_broken_is_no_package() -> None:
    good = package(word__document="x", 中="x")
    assert zipfile.ZipFile(io.BytesIO(good)).namelist() == ["word/document", "中"]
    place = good.rindex(b"PK\x01\x02")
    for broken in (
        good.replace("中".encode(), b"\xff\xfe\xff"),
        good[: place + 6] + b"\x63" + good[place + 7 :],
    ):
        assert broken != good and sniff(broken) is None


def test_a_package_of_endless_members_costs_nothing() -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, *[0] * 4, 0x21, 0, 0, 0, 3, *[0] * 6) + b"abc"
    listed = entry * 200_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(listed), 30, 0)
    began = time.perf_counter()
    assert len(listed) // len(entry) > MOST_MEMBERS and sniff(b"PK\x03\x04" + b"\0" * 26 + listed + end) is None
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("text,edited", [
    ("甲" * 1000, "甲" * 2000 + "乙" + "丙" * 500_000),
    ("甲" * 8000, "甲" * 4000 + "乙" + "甲" * 4000),
    ("甲乙" * 4000, "甲乙" * 3000),
])  # fmt: skip
def test_no_edit_of_a_clause_takes_long_to_put_into_words(text: str, edited: str) -> None:
    began = time.perf_counter()
    made = suggestion.propose("第三条", text, edited)
    assert time.perf_counter() - began < 8
    assert made == edited or suggestion.apply(made, text) == edited


def test_a_long_clause_may_still_be_edited_in_one_word() -> None:
    text = "".join(f"第{number}项应当按期办理。" for number in range(1500))
    assert len(text) > 2 * suggestion.MOST_CHARACTERS
    made = suggestion.propose("第三条", text, text.replace("第700项应当", "第700项可以"))
    assert len(made) < 100 and "可以" in made


def test_a_form_of_endless_items_is_refused_at_once(client: FlaskClient) -> None:
    make_project()
    items = {f"item-{number}-{name}": value for number in range(600) for name, value in
             (("clause", "a3"), ("text", f"{'太远' * 100}{number}"))}  # fmt: skip
    began = time.perf_counter()
    answer = post(client, ADDRESS, ADDRESS, editing="x", text="太远", **items)
    assert answer.status_code == 422 and time.perf_counter() - began < 6


def test_a_file_that_is_none_makes_no_basket(client: FlaskClient) -> None:
    make_project()
    client.set_cookie("consult_basket", "made-up-token", path="/c/demo")
    assert post(client, ADDRESS, ADDRESS, remove="file-none").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Basket)) == 0


def test_a_full_disk_costs_the_file_and_not_the_words(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_project()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("consult.intake.attachments.os.fsync", full)
    upload = (io.BytesIO(b"%PDF-1.4"), "照片.pdf")
    answer = post(client, ADDRESS, ADDRESS, text="路灯太稀", files=upload)
    assert answer.status_code == 422 and "路灯太稀" in answer.text and "“照片.pdf”现在存不下来" in answer.text
    assert list(settings().files.glob("waiting/*")) == []


@pytest.fixture
def guarded(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser before an installation that asks for proof."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], captcha=True)
    make_project()
    return client


def filled(client: FlaskClient, text: str) -> dict[str, str]:
    page = client.get(ADDRESS).text
    names = ("csrf_token", "send_key", "opened", "question")
    question = page[page.index("等于几？") - 3 : page.index("等于几？") + 4]
    return {name: field(page, name) for name in names} | {"answer": str(add(question)), "text": text}


def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next request looks before the other one has stored: it finds nothing under its send key, once."""
    looks = iter([None])
    monkeypatch.setattr(sending, "sent_before", lambda key, own: next(looks, sent_before(key, own)))


def test_two_clicks_at_once_are_one_sending_with_one_proof(
    app: Flask, guarded: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = filled(guarded, "路灯太稀")
    app.extensions["clock"] = lambda: later(seconds=10)
    first = guarded.post(ADDRESS, data=form)
    at_once(monkeypatch)
    second = guarded.post(ADDRESS, data=form)
    assert first.status_code == second.status_code == 200, second.text
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_proof_is_still_good_for_one_sending_only(app: Flask, guarded: FlaskClient) -> None:
    form = filled(guarded, "路灯太稀")
    app.extensions["clock"] = lambda: later(seconds=10)
    assert guarded.post(ADDRESS, data=form).status_code == 200
    assert guarded.post(ADDRESS, data=form | {"send_key": "f" * 32}).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1


def test_other_words_in_the_second_of_two_clicks_are_not_lost_unseen(
    app: Flask, guarded: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = filled(guarded, "路灯太稀")
    app.extensions["clock"] = lambda: later(seconds=10)
    assert guarded.post(ADDRESS, data=form).status_code == 200
    at_once(monkeypatch)
    second = guarded.post(ADDRESS, data=form | {"text": "长椅太少"})
    assert second.status_code == 403 and "长椅太少" in second.text
