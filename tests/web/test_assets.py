"""Stylesheets and scripts: compressed, kept for a year under their version, the right one after an upgrade too."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.web.assets import Assets

STATIC = Path(__file__).resolve().parents[2] / "static"


def test_a_page_names_versions_and_they_are_kept(client: FlaskClient) -> None:
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', client.get("/help").text)
    assert len(addresses) == 3
    for address in addresses:
        found = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert found.status_code == 200 and found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert found.headers["Content-Encoding"] == "gzip" and found.headers["Vary"] == "Accept-Encoding"
        name = address.rsplit("/", 1)[1]
        assert gzip.decompress(found.data) == client.get(address).data == (STATIC / name).read_bytes()
        assert found.headers["X-Content-Type-Options"] == "nosniff" and "Content-Security-Policy" in found.headers
        assert found.headers["Content-Type"].startswith("text/css" if name.endswith("css") else "text/javascript")


def test_without_a_version_or_with_an_old_one_it_is_asked_for_again(client: FlaskClient) -> None:
    for address in ("/static/site.css", "/static/v0123456789/site.css"):
        found = client.get(address)
        assert found.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert found.data == (STATIC / "site.css").read_bytes()
        assert client.get(address, headers={"If-None-Match": found.headers["ETag"]}).status_code == 304


def test_other_files_and_strangers_go_on(client: FlaskClient) -> None:
    with client.get("/static/pictures/reading.png") as picture:
        assert picture.mimetype == "image/png"
    for address in ("/static/none.css", "/static/v0123456789/none.css", "/static/../wsgi.py", "/static/"):
        assert client.get(address).status_code == 404


def test_a_script_that_is_not_there_is_no_address(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    one = Assets(app.wsgi_app, tmp_path)
    assert one.address("a.css") == f"/static/{one.version}/a.css"
    with pytest.raises(KeyError):
        one.address("b.css")
    (tmp_path / "a.css").write_text("b{}")
    assert Assets(app.wsgi_app, tmp_path).version != one.version
