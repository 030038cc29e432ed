"""What broken, hostile and absurd requests get from the API: a Chinese sentence, the right status, nothing stored."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.base.audit import AuditEntry
from consult.base.db import db
from consult.intake.models import Comment, Submission
from tests.factories.people import make_project

URL = "/api/v1/consultations/demo/submissions"
JSON = "application/json"


@pytest.fixture
def project(app: Flask) -> None:
    """An open project and one that is only a neighbour."""
    make_project("demo")
    neighbour = (
        "关于试点的方案\n（征求意见稿）\n\n一、总体要求\n\n（一）目标。先行先试。\n\n二、主要任务\n\n（一）摸底。\n"
    )
    make_project("other", text=neighbour)


def nothing_stored() -> bool:
    """Whether no opinion and no audit entry of one came in."""
    found = db.session.query(Submission).count() + db.session.query(Comment).count()
    return found == 0 and db.session.query(AuditEntry).filter_by(action="submit").count() == 0


def check(answer: Any, status: int, field: str | None = None) -> str:
    """The message of a refusal that has this status, names this field and left nothing behind."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.mimetype == JSON
    assert answer.headers["Cache-Control"] == "no-store"
    message: str = answer.json["message"]
    assert any("\u4e00" <= char <= "\u9fff" for char in message), message
    assert answer.json.get("field") == field
    assert nothing_stored()
    return message


DEEP = b'{"comments":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"{'comments': []}", b"\x00", b'{"comments": [{"text": "\xff\xfe"}]}',
        '{"comments": []}'.encode("utf-16"),
        b'{"comments": [{"text": "a"}], "n": NaN}', b'{"comments": [{"text": "a"}], "n": -Infinity}', DEEP,
        b'{"comments": [{"text": "a"}], "n": ' + b"9" * 5000 + b"}", b'{"comments": [{"text": "a", "text": "b"}]}',
        b'{"comments": [{"text": "a"}]} trailing', b'{"comments": [{"text": "a\nb"}]}', b"comments=1", b"<xml/>",
        b'{"comments": [{"text": "a"}], "\\ud800": 1, "\\ud800": 2}',
    ],
)  # fmt: skip
def test_what_is_not_json_is_400(project: None, client: FlaskClient, body: bytes) -> None:
    check(client.post(URL, data=body, content_type=JSON), 400)


@pytest.mark.parametrize("body", ["[]", "[[]]", "null", "true", "5", "1e999", '"x"', '["comments"]'])
def test_what_is_json_but_no_object_is_422(project: None, client: FlaskClient, body: str) -> None:
    check(client.post(URL, data=body, content_type=JSON), 422)


ITEM = {"clause": None, "stance": "amend", "text": "写得好"}
WRONG: list[tuple[object, str]] = [
    ({}, "comments"),
    ({"comments": None}, "comments"),
    ({"comments": {}}, "comments"),
    ({"comments": "写得好"}, "comments"),
    ({"comments": []}, "comments"),
    ({"comments": [ITEM] * 51}, "comments"),
    ({"comments": [None]}, "comments.0"),
    ({"comments": [[ITEM]]}, "comments.0"),
    ({"comments": [ITEM, "写得好"]}, "comments.1"),
    ({"comments": [ITEM | {"text": True}]}, "comments.0.text"),
    ({"comments": [ITEM | {"text": 5}]}, "comments.0.text"),
    ({"comments": [ITEM | {"text": 10**4000}]}, "comments.0.text"),
    ({"comments": [ITEM | {"text": 1e308}]}, "comments.0.text"),
    ({"comments": [ITEM | {"text": ["写得好"]}]}, "comments.0.text"),
    ({"comments": [ITEM, ITEM | {"proposed_text": {}}]}, "comments.1.proposed_text"),
    ({"comments": [ITEM | {"reason": False}]}, "comments.0.reason"),
    ({"comments": [ITEM | {"clause": 3}]}, "comments.0.clause"),
    ({"comments": [ITEM | {"clause": ["a3"]}]}, "comments.0.clause"),
    ({"comments": [ITEM | {"stance": "agree"}]}, "comments.0.stance"),
    ({"comments": [ITEM | {"stance": ""}]}, "comments.0.stance"),
    ({"comments": [ITEM | {"stance": ["amend"]}]}, "comments.0.stance"),
    ({"comments": [ITEM | {"text": ""}]}, "comments.0.text"),
    ({"comments": [ITEM, ITEM | {"text": " \u3000\n\t"}]}, "comments.1.text"),
    ({"comments": [{}]}, "comments.0.text"),
    ({"comments": [ITEM | {"text": "长" * 5001}]}, "comments.0.text"),
    ({"comments": [ITEM, ITEM | {"text": "长" * 6000}]}, "comments.1.text"),
    ({"comments": [ITEM | {"proposed_text": "\U00020000" * 5001}]}, "comments.0.proposed_text"),
    ({"comments": [ITEM | {"text": "a\u0000b"}]}, "comments.0.text"),
    ({"comments": [ITEM | {"text": "a\u001bb"}]}, "comments.0.text"),
    ({"comments": [ITEM | {"text": "a\ud800b"}]}, "comments.0.text"),
    ({"comments": [ITEM, ITEM | {"reason": "\udfff"}]}, "comments.1.reason"),
    ({"comments": [ITEM | {"clause": "a99"}]}, "comments.0.clause"),
    ({"comments": [ITEM, ITEM | {"clause": "a3' OR 1=1"}]}, "comments.1.clause"),
    ({"comments": [ITEM | {"clause": "\u0000"}]}, "comments.0.clause"),
    ({"comments": [ITEM | {"clause": "\ud800"}]}, "comments.0.clause"),
    ({"comments": [ITEM | {"clause": "长" * 100_000}]}, "comments.0.clause"),
    ({"comments": [ITEM], "submitter": []}, "submitter"),
    ({"comments": [ITEM], "submitter": "朱小明"}, "submitter"),
    ({"comments": [ITEM], "submitter": {"name": 5}}, "submitter.name"),
    ({"comments": [ITEM], "submitter": {"name": "朱" * 101}}, "submitter.name"),
    ({"comments": [ITEM], "submitter": {"name": "a\u0000"}}, "submitter.name"),
    ({"comments": [ITEM], "submitter": {"name": "\udc80"}}, "submitter.name"),
    ({"comments": [ITEM], "submitter": {"kind": "king"}}, "submitter.kind"),
    ({"comments": [ITEM], "submitter": {"email": "not-a-mail"}}, "submitter.email"),
    ({"comments": [ITEM], "submitter": {"wants_reply": True}}, "submitter.wants_reply"),
    ({"comments": [ITEM], "submitter": {"may_publish": "yes"}}, "submitter.may_publish"),
    ({"comments": [ITEM], "submitter": {"may_publish": 1}}, "submitter.may_publish"),
    ({"comments": [ITEM], "captcha": 5}, "captcha"),
    ({"comments": [ITEM], "captcha": {"token": "x"}}, "captcha"),
    ({"comments": [ITEM], "captcha": {"token": 1, "answer": 2}}, "captcha"),
    ({"comments": [ITEM], "source": 5}, "source"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_what_is_wrong_is_422_and_named(project: None, client: FlaskClient, body: object, field: str) -> None:
    check(client.post(URL, data=json.dumps(body), content_type=JSON), 422, field)


def test_a_clause_of_another_project_is_unknown_here(project: None, client: FlaskClient) -> None:
    keys = [
        {one["key"] for one in client.get(f"/api/v1/consultations/{slug}/clauses").json["clauses"]}
        for slug in ("demo", "other")
    ]
    (foreign, *_) = sorted(keys[1] - keys[0])
    message = check(client.post(URL, json={"comments": [ITEM | {"clause": foreign}]}), 422, "comments.0.clause")
    assert foreign in message


def test_one_bad_opinion_keeps_all_of_a_sending_out(project: None, client: FlaskClient) -> None:
    body = {"comments": [ITEM] * 49 + [ITEM | {"text": "长" * 5001}]}
    assert "第 50 条" in check(client.post(URL, json=body), 422, "comments.49.text")


def test_the_most_that_is_taken_is_taken(project: None, client: FlaskClient) -> None:
    text = "长" * 5000
    item = {"text": text, "proposed_text": text, "reason": text}
    answer = client.post(URL, data=json.dumps({"comments": [item] * 50}), content_type=JSON)  # escaped: 4.5 MB
    assert answer.status_code == 201
    assert {len(one["text"]) for one in answer.json["comments"]} == {5000}


def test_exactly_as_written(project: None, client: FlaskClient) -> None:
    text = " =1+1 <script>alert('一')</script> 𠀀𡃁 é e\u0301 \u200b ﷺ 👪\t-- ;DROP\n "
    answer = client.post(URL, json={"comments": [{"text": text}]})
    assert answer.status_code == 201
    assert answer.json["comments"][0]["text"] == db.session.query(Comment).one().text == text


@pytest.mark.parametrize("source", ["微信\u0000", "\ud800微信", "微信\n", "微信" + "\u0007" * 500])
def test_a_strange_source_loses_what_cannot_be_kept(project: None, client: FlaskClient, source: str) -> None:
    answer = client.post(URL, data=json.dumps({"comments": [ITEM], "source": source}), content_type=JSON)
    assert answer.status_code == 201
    assert db.session.query(Submission).one().source == "微信"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html", "", None],
)
def test_other_types_are_415(project: None, client: FlaskClient, content_type: str | None) -> None:
    check(client.post(URL, data=json.dumps({"comments": [ITEM]}), content_type=content_type), 415)


def test_a_charset_is_no_other_type(project: None, client: FlaskClient) -> None:
    body = "\ufeff" + json.dumps({"comments": [ITEM]}, ensure_ascii=False)
    answer = client.post(URL, data=body.encode(), content_type="application/json; charset=utf-8")
    assert answer.status_code == 201


@pytest.mark.parametrize("size", [6 * 1024 * 1024 + 1, 50 * 1024 * 1024])
def test_an_oversized_body_is_413(project: None, client: FlaskClient, size: int) -> None:
    check(client.post(URL, data=b" " * size, content_type=JSON), 413)


def test_a_body_without_length_is_read_up_to_the_limit(project: None, client: FlaskClient) -> None:
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    small = io.BytesIO(json.dumps({"comments": [ITEM]}).encode())
    large = io.BytesIO(b" " * (7 * 1024 * 1024))
    check(client.post(URL, input_stream=large, content_type=JSON, environ_overrides=chunked), 413)
    assert client.post(URL, input_stream=small, content_type=JSON, environ_overrides=chunked).status_code == 201


@pytest.mark.parametrize("length", ["100000", "-5", "abc", "0", ""])
def test_a_wrong_length_is_no_server_error(project: None, client: FlaskClient, length: str) -> None:
    body = json.dumps({"comments": [ITEM]}).encode()
    wrong = {"CONTENT_LENGTH": length}
    check(client.post(URL, input_stream=io.BytesIO(body), content_type=JSON, environ_overrides=wrong), 400)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", URL, "POST"), ("PUT", URL, "POST"), ("DELETE", URL, "POST"), ("PATCH", URL, "POST"),
        ("POST", "/api/v1/consultations", "GET"), ("DELETE", "/api/v1/consultations/demo", "GET"),
        ("GET", "/api/v1/receipts/lookup", "POST"), ("POST", "/api/v1/openapi.json", "GET"),
    ],
)  # fmt: skip
def test_a_wrong_method_is_405(project: None, client: FlaskClient, method: str, path: str, allowed: str) -> None:
    answer = client.open(path, method=method, json={"comments": [ITEM]})
    check(answer, 405)
    assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v2/consultations",
        "/api/v1/nothing",
        "/api/v1/consultations/../../etc/passwd",
        "/api/v1/receipts/%00",
    ],
)
def test_unknown_addresses_are_404(project: None, client: FlaskClient, path: str) -> None:
    check(client.get(path), 404)


@pytest.mark.parametrize("slug", ["nobody", "DEMO", "demo%20", "%F0%A0%80%80", "%00", "%ff", "a" * 3000])
def test_sending_to_nowhere_is_404(project: None, client: FlaskClient, slug: str) -> None:
    check(client.post(f"/api/v1/consultations/{slug}/submissions", json={"comments": [ITEM]}), 404)


def test_sending_to_an_unpublished_project_is_404(project: None, client: FlaskClient) -> None:
    make_project("secret", published=False)
    check(client.post("/api/v1/consultations/secret/submissions", json={"comments": [ITEM]}), 404)


@pytest.mark.parametrize("key", ["k", "键".encode().decode("latin-1"), "x" * 5000, " ", "a b c", "\u00ff"])
def test_any_idempotency_key_is_borne(project: None, client: FlaskClient, key: str) -> None:
    answer = client.post(URL, json={"comments": [ITEM]}, headers={"Idempotency-Key": key})
    assert answer.status_code == 201


def test_forged_forms_and_tokens_open_nothing(project: None, client: FlaskClient) -> None:
    headers = {
        "Authentication-Token": "x",
        "Authorization": "Basic YTpi",
        "X-HTTP-Method-Override": "DELETE",
        "Host": "evil.example",
    }
    answer = client.post(f"{URL}?auth_token=x", json={"comments": [ITEM], "auth_token": "x"}, headers=headers)
    assert answer.status_code == 201
