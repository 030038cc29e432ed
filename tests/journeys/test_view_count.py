"""Views reach the table when the real server is stopped: what was counted in its last seconds is not lost."""

import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.factories.servers import free_port
from tests.journeys.test_server import running


@pytest.mark.slow
def test_stopping_writes_what_was_counted(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as server:
        for query in ("", "?src=wechat", "?src=wechat"):
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/c/study-rooms{query}", headers={"User-Agent": "Mozilla/5.0"})
            with urllib.request.urlopen(asked, timeout=10) as answer:
                assert answer.status == 200
        server.terminate()
        server.wait(timeout=20)
    with closing(sqlite3.connect(tmp_path / "consult.sqlite")) as found:
        rows = found.execute("SELECT source, sum(views) FROM page_view GROUP BY source ORDER BY source").fetchall()
    assert rows == [("", 1), ("wechat", 2)]
