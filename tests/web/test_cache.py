"""The page cache: the same bytes for everybody, never somebody's own page, at most a second old."""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.test import Client

from consult.web.cache import PageCache


class Origin:
    """An application that counts and answers what it is told."""

    def __init__(self) -> None:
        self.calls = 0
        self.status = "200 OK"
        self.headers = [("Content-Type", "text/html"), ("Cache-Control", "public, max-age=0")]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.calls += 1
        start_response(self.status, list(self.headers))
        return [f"{environ['PATH_INFO']} {self.calls} ".encode() * 50]


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def made() -> tuple[Origin, Clock, Client]:
    origin, clock = Origin(), Clock()
    return origin, clock, Client(PageCache(origin, clock))


def test_a_page_is_rendered_once_a_second() -> None:
    origin, clock, client = made()
    first = client.get("/").data
    clock.now += 0.9
    assert client.get("/").data == first and origin.calls == 1
    clock.now += 0.2
    assert client.get("/").data != first and origin.calls == 2
    assert client.get("/other").status_code == 200 and origin.calls == 3


def test_compressed_and_not_modified() -> None:
    _, _, client = made()
    plain = client.get("/")
    packed = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain.data
    again = client.get("/", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    head = client.head("/")
    assert head.data == b"" and head.headers["Content-Length"] == plain.headers["Content-Length"]


def test_somebodys_own_page_is_never_kept() -> None:
    for change in (("Set-Cookie", "a=b"), ("Content-Encoding", "br")):
        origin, _, client = made()
        origin.headers.append(change)
        assert [client.get("/").status_code for _ in range(2)] == [200, 200] and origin.calls == 2
    origin, _, client = made()
    origin.headers[1] = ("Cache-Control", "no-store")
    assert client.get("/").data != client.get("/").data
    origin, _, client = made()
    origin.status = "404 NOT FOUND"
    client.get("/")
    client.get("/")
    assert origin.calls == 2


def test_posts_and_queries_pass_through() -> None:
    origin, _, client = made()
    client.post("/")
    client.post("/")
    assert origin.calls == 2
    assert client.get("/?a=1").data != client.get("/?a=1").data
    assert client.get("/api/v1/consultations").data != client.get("/api/v1/consultations").data


def test_the_cache_is_bounded() -> None:
    origin, clock = Origin(), Clock()
    cache = PageCache(origin, clock)
    client = Client(cache)
    for number in range(1000):
        client.get(f"/c/{number}")
    assert len(cache._pages) == 400
    assert cache._bytes == sum(page.size for page in cache._pages.values())


def test_a_page_that_stops_being_public_is_forgotten() -> None:
    origin, clock, client = made()
    client.get("/")
    origin.status = "410 GONE"
    clock.now += 1.1
    assert client.get("/").status_code == 410
    assert client.get("/").status_code == 410
