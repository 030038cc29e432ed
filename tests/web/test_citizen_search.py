"""在草案里查找: every word, whatever its width and case; kind words where nothing is found; a limit."""

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from consult.drafts import search
from tests.factories.people import STATUTE, make_project
from tests.factories.versions import publish_next


def test_the_draft_leads_to_the_search(client: FlaskClient) -> None:
    make_project()
    page = client.get("/c/demo?src=poster").text
    assert 'href="/c/demo/search?src=poster"' in page
    empty = client.get("/c/demo/search").text
    assert 'name="q"' in empty and 'method="get"' in empty and "没有找到" not in empty


def test_clauses_with_all_the_words_are_listed_and_marked(client: FlaskClient) -> None:
    make_project()
    page = client.get("/c/demo/search?q=村民 五日").text
    assert "有 1 处" in page and '<a href="/c/demo#a4">' in page and "第四条" in page
    assert "路灯损坏的，<mark>村民</mark>委员会应当在<mark>五日</mark>内修复。" in page
    assert "没有找到" in client.get("/c/demo/search?q=村民 四十米").text
    named = client.get("/c/demo/search?q=第四条").text
    assert '<a href="/c/demo#a4">' in named, "the number of a clause finds it"


def test_width_and_case_do_not_matter(client: FlaskClient) -> None:
    make_project(text=STATUTE.replace("四十米", "４０米（LED灯）"))
    for words in ("40米", "４０米", "led灯", "ＬＥＤ", "(led"):
        page = client.get("/c/demo/search", query_string={"q": words}).text
        assert "有 1 处" in page and "<mark>" in page, words


def test_what_is_typed_is_escaped_and_cut(client: FlaskClient) -> None:
    make_project()
    page = client.get("/c/demo/search", query_string={"q": "<b>\x00" + "长" * 300}).text
    assert "<b>" not in page.split("<main")[1] and "长" * 61 not in page and "没有找到" in page
    assert client.get("/c/none/search?q=a").status_code == 404


def test_the_text_in_force_is_searched(client: FlaskClient) -> None:
    publish_next(make_project())
    assert "没有找到" in client.get("/c/demo/search?q=四十米").text
    assert "有 1 处" in client.get("/c/demo/search?q=三十米").text


def test_searching_is_limited(app: Flask, client: FlaskClient) -> None:
    make_project()
    answers = [client.get("/c/demo/search?q=路灯").status_code for _ in range(125)]
    assert answers[:120] == [200] * 120 and answers[120:] == [429] * 5


class Piece:
    """A clause of nothing but words."""

    label = citation = ""

    def __init__(self, text: str) -> None:
        self.text = text


@given(st.text(max_size=80), st.text(max_size=12))
def test_the_parts_together_are_the_text(text: str, query: str) -> None:
    for hit in search.hits([Piece(text)], search.words(query)):
        assert "".join(part for _, part in hit.parts) == text
        marked = [search.folded(part) for mark, part in hit.parts if mark]
        assert all(any(word in one for one in marked) for word in search.words(query))
    assert len(search.folded(text)) == len(text)
