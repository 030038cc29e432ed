"""Filling in a unit's reply form as a browser without JavaScript does."""

import io
import re

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from consult.letters import find
from consult.letters.models import FormalOpinion
from tests.web.pages import field, token

LETTER = "/agency/letters/1"
PDF = b"%PDF-1.4 a sealed reply"
POINT = {
    "items-0-clause_key": "a3", "items-0-stance": "amend", "items-0-text": "间距宜为三十米。",
    "items-0-proposed_text": "主路路灯间距不超过三十米。", "items-0-reason": "县道标准。",
}  # fmt: skip


def press(client: FlaskClient, edition: int | str = 0, **fields: object) -> TestResponse:
    """Press a button of the reply form with these fields in it."""
    data = {"csrf_token": token(client, LETTER), "edition": str(edition), **fields}
    boundary, body = encode_multipart(data)  # whole in memory: a client's temporary file would stay open
    return client.post(LETTER + "/reply", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def stored() -> FormalOpinion:
    """The reply of the letter as it stands in the database."""
    found = find.current_reply(1)
    assert found is not None
    return found


def scan(data: bytes = PDF, name: str = "复函（盖章）.pdf") -> FileStorage:
    """A sealed reply as a form sends it."""
    return FileStorage(io.BytesIO(data), name)


def carried(page: str) -> dict[str, str]:
    """What a page carries on to the next press: what it showed, and the ids of its points."""
    ids = re.findall(r'name="(items-\d+-id)" value="(\w*)"', page)
    return {"edition": field(page, "edition"), "seen": field(page, "seen")} | dict(ids)
