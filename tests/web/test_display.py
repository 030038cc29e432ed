"""大字: a choice in a cookie, one small stylesheet of one's own, pages that stay the same for everybody."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.people import make_project
from tests.web.pages import forget


def test_the_choice_is_kept_and_leads_back(app: Flask, client: FlaskClient) -> None:
    make_project()
    before = client.get("/c/demo?src=poster")
    assert 'href="/display?type=large&amp;back=/c/demo%3Fsrc%3Dposter" rel="nofollow"' in before.text
    chosen = client.get("/display?type=large&back=/c/demo%3Fsrc%3Dposter")
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/c/demo?src=poster")
    cookie = client.get_cookie("display")
    assert cookie and cookie.value == "large" and cookie.max_age == 31536000 and not cookie.http_only
    sheet = client.get("/display.css")
    assert "font-size: 140%" in sheet.text and sheet.mimetype == "text/css"
    assert client.get("/c/demo?src=poster").data == before.data, "a page is the same bytes for everyone"
    forget()
    assert app.test_client().get("/display.css").data == b""
    back = client.get("/display?type=plain&back=/help")
    assert back.headers["Location"] == "/help" and client.get_cookie("display") is None
    assert client.get("/display.css").data == b""


def test_the_stylesheet_is_never_shared_and_asked_for_again(client: FlaskClient) -> None:
    client.set_cookie("display", "large")
    first = client.get("/display.css")
    assert first.headers["Cache-Control"] == "private, no-cache" and first.headers["Vary"] == "Cookie"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/display.css", headers=tag).status_code == 304
    client.delete_cookie("display")
    assert client.get("/display.css", headers=tag).status_code == 200, "another choice is another sheet"


@pytest.mark.parametrize(
    "back",
    ["", "//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/%09/evil.example",
     "%2F%2Fevil.example", "/display?type=plain", "/" + "a" * 2000, "/c/demo%0d%0aSet-Cookie:a=b", "evil"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(client: FlaskClient, back: str) -> None:
    assert client.get(f"/display?type=large&back={back}").headers["Location"] == "/"


def test_every_page_has_the_switch_and_an_answer_to_a_form_has_a_box(client: FlaskClient) -> None:
    make_project()
    for address in ("/", "/c/demo", "/c/demo/opinion", "/c/demo/search", "/receipt", "/help", "/verify", "/nothing"):
        page = client.get(address).text
        assert 'class="to-large" href="/display?type=large&amp;back=' in page and '"/display.css"' in page
    page = client.post("/receipt", data={"code": "x"}).text
    assert 'id="size"' in page and "/display?type" not in page, "a link would lose what came from a form"
