"""Forwarding headers: believed from configured proxies only, and only as far as those can know."""

from pathlib import Path
from typing import Any

import pytest

from consult.config import Settings
from consult.web.proxies import TrustedProxies

PEER = "203.0.113.5"
PROXY = "10.0.0.2"

# trusted networks, who connects, X-Forwarded-For, X-Forwarded-Proto → address, scheme
TABLE: list[tuple[str, str, str, str, str, str]] = [
    ("", PEER, "", "", PEER, "http"),
    ("", PEER, "1.2.3.4", "https", PEER, "http"),
    ("", "127.0.0.1", "1.2.3.4", "https", "127.0.0.1", "http"),
    (PROXY, PEER, "1.2.3.4", "https", PEER, "http"),
    (PROXY, PROXY, "1.2.3.4", "https", "1.2.3.4", "https"),
    (PROXY, PROXY, "", "", PROXY, "http"),
    (PROXY, PROXY, "9.9.9.9, 1.2.3.4", "", "1.2.3.4", "http"),
    (PROXY, PROXY, f"9.9.9.9, 1.2.3.4, {PROXY}", "", "1.2.3.4", "http"),
    ("10.0.0.0/8", PROXY, "1.2.3.4, 10.9.9.9", "https", "1.2.3.4", "https"),
    ("10.0.0.0/8", PROXY, "10.1.1.1", "", "10.1.1.1", "http"),
    (PROXY, PROXY, "nonsense", "", PROXY, "http"),
    (PROXY, PROXY, "1.2.3.4, nonsense", "", PROXY, "http"),
    (PROXY, PROXY, " , ,", "gopher", PROXY, "http"),
    (PROXY, PROXY, "1.2.3.4", "https, http", "1.2.3.4", "http"),
    ("::1", "::1", "2001:db8::7", "https", "2001:db8::7", "https"),
    ("::1", "::1", "[2001:db8::7]", "", "2001:db8::7", "http"),
    (PROXY, f"::ffff:{PROXY}", "1.2.3.4", "", "1.2.3.4", "http"),
    (PROXY, PROXY, f"1.2.3.4, ::ffff:{PROXY}", "", "1.2.3.4", "http"),
    (PROXY, PROXY, "1.2.3.4:5678", "", "1.2.3.4", "http"),
    (PROXY, PROXY, "[2001:db8::7]:443", "", "2001:db8::7", "http"),
    (PROXY, PROXY, f"9.9.9.9:1, [2001:db8::7]:443, {PROXY}:80", "", "2001:db8::7", "http"),
    (PROXY, PROXY, "2001:db8::7%eth0", "", "2001:db8::7", "http"),
    (PROXY, PROXY, "2001:DB8:0:0::7", "", "2001:db8::7", "http"),
    (PROXY, PROXY, "::ffff:1.2.3.4", "", "1.2.3.4", "http"),
    (PROXY, PROXY, "1.2.3.4:x", "", PROXY, "http"),
    (PROXY, PROXY, "[1.2.3.4", "", PROXY, "http"),
    (PROXY, PROXY, "for=1.2.3.4", "", PROXY, "http"),
    (PROXY, PROXY, "1.2.3.4\t", "", "1.2.3.4", "http"),
    (PROXY, PROXY, "1.2.3.4 5.6.7.8", "", PROXY, "http"),
    (f"{PROXY}, 2001:db8:ffff::/48", "2001:db8:ffff::1", f"9.9.9.9, 1.2.3.4, {PROXY}", "", "1.2.3.4", "http"),
    (PROXY, "", "1.2.3.4", "https", "", "http"),
    (PROXY, "unix:", "1.2.3.4", "https", "unix:", "http"),
]


def seen(trusted: str, environ: dict[str, Any]) -> dict[str, Any]:
    """The environment as the application gets it."""
    got: dict[str, Any] = {}

    def application(inner: dict[str, Any], _start: object) -> list[bytes]:
        got.update(inner)
        return []

    settings = Settings(instance=Path("/nowhere"), trusted_proxies=trusted)
    TrustedProxies(application, settings)(environ, lambda *_: None)
    return got


@pytest.mark.parametrize(("trusted", "peer", "forwarded", "scheme", "address", "expected"), TABLE)
def test_who_is_believed(trusted: str, peer: str, forwarded: str, scheme: str, address: str, expected: str) -> None:
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    if forwarded:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    if scheme:
        environ["HTTP_X_FORWARDED_PROTO"] = scheme
    got = seen(trusted, environ)
    assert (got["REMOTE_ADDR"], got["wsgi.url_scheme"]) == (address, expected)


@pytest.mark.parametrize("trusted", ["", PROXY])
@pytest.mark.parametrize("peer", [PEER, PROXY])
def test_no_forwarding_header_reaches_the_application(trusted: str, peer: str) -> None:
    names = ("X_FORWARDED_FOR", "X_FORWARDED_PROTO", "X_FORWARDED_HOST", "X_REAL_IP", "FORWARDED")
    environ = {f"HTTP_{name}": "1.2.3.4" for name in names} | {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    got = seen(trusted, environ)
    assert not [name for name in got if name.removeprefix("HTTP_") in names]
    assert got.get("HTTP_HOST") is None
