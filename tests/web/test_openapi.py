"""The OpenAPI document: every route is in it, every answer has an example, every example is true to its schema."""

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.web.api import answers, schemas


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The document as programs fetch it."""
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield path, method, operation


def schema_named(reference: str) -> ma.Schema:
    """The marshmallow schema behind `#/components/schemas/Name`."""
    name = f"{reference.rpartition('/')[2]}Schema"
    found: ma.Schema = (getattr(answers, name, None) or getattr(schemas, name))()
    return found


def references(value: object) -> Iterator[str]:
    """Every $ref in it."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_route_is_described(app: Flask, document: dict[str, Any]) -> None:
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods or ()
        if method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }
    assert {(path, method) for path, method, _ in operations(document)} == served
    assert len(served) == 6


def test_head_of_the_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.0")
    assert document["info"]["title"] == "公开征求意见 API"
    assert "Idempotency-Key" in document["info"]["description"]


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document["paths"])) | set(references(document["components"]))
    assert found
    for one in found:
        assert one.rpartition("/")[2] in document["components"]["schemas"]


def test_every_answer_has_an_example_that_fits(document: dict[str, Any]) -> None:
    seen = 0
    for path, method, operation in operations(document):
        assert operation["summary"], (path, method)
        for status, response in operation["responses"].items():
            content = response["content"]["application/json"]
            assert schema_named(content["schema"]["$ref"]).validate(content["example"]) == {}, (path, status)
            assert response["description"]
            seen += 1
    assert seen == 6 + 8 + 6 + 1 + 2


def test_bodies_have_examples_that_fit(client: FlaskClient, document: dict[str, Any]) -> None:
    bodies = {path: one["requestBody"] for path, _, one in operations(document) if "requestBody" in one}
    assert len(bodies) == 2
    for body in bodies.values():
        content = body["content"]["application/json"]
        assert body["required"] is True
        assert schema_named(content["schema"]["$ref"]).validate(content["example"]) == {}


def test_the_key_against_sending_twice_is_described(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v1/consultations/{slug}/submissions"]["post"]["parameters"]
    assert [one["name"] for one in parameters if one["in"] == "header"] == ["Idempotency-Key"]
