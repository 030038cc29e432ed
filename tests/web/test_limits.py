"""Whatever state the counting is in, one-time proofs stay one-time and nobody meets a server error."""

import subprocess
import sys
from pathlib import Path

import pytest

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
    [("rate_limits=off", "403"), ("redis_url=redis://127.0.0.1:1/0", "429")],
)
def test_proofs_are_used_once_under_every_setting(tmp_path: Path, setting: str, last: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), setting], capture_output=True, text=True, timeout=120,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1].split() == ["201"] + ["403"] * 19 + [last] * 2 + ["in"]
