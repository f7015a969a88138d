"""Strict namespaces: parameters and fields that a contract does not name are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.scenario import ADA, AGENT
from tests.support.server import Server, running
from understudy.http.request.unknown_fields import unknown_properties

USERS = "/api/v2/users"


@pytest.fixture
def strict(http: httpx.Client) -> httpx.Client:
    """A strict namespace."""
    settings = http.patch("/_understudy/settings", json={"strict": True}).json()
    assert settings["strict"] is True
    return http


def test_strict_zep_refuses_unknown_fields(strict: httpx.Client) -> None:
    """All at once, in Zep's error shape, without an effect; metadata may have any fields."""
    body = {"user_id": "ann", "fist_name": "Ann", "metadata": {"any": {"thing": [1]}}}
    refused = strict.post(USERS, params={"dry": "1"}, json=body)
    assert refused.status_code == 400
    assert refused.json()["message"].startswith("bad request: query /dry: is not a parameter")
    assert "/fist_name" in refused.headers["x-understudy-violations"]
    assert strict.get(f"{USERS}/ann").status_code == 404
    del body["fist_name"]
    assert strict.post(USERS, json=body).status_code == 201


@pytest.mark.parametrize("persona", ["docs", "1.7"])
def test_strict_eliza_refuses_unknown_fields(strict: httpx.Client, persona: str) -> None:
    """The error has the shape of each persona."""
    strict.patch("/_understudy/settings", json={"personas": {"eliza": persona}})
    body = {"agentId": AGENT, "userId": ADA, "metadata": {"any": 1}}
    assert strict.post("/api/messaging/sessions", json=body).status_code == 201
    refused = strict.post("/api/messaging/sessions", json={**body, "userID": ADA})
    assert refused.status_code == 400
    assert refused.json().keys() >= {"error"}
    assert "/userID" in refused.headers["x-understudy-violations"]
    assert strict.get("/api/agents?verbose=1").status_code == 400


def test_strict_can_be_turned_off(strict: httpx.Client) -> None:
    """The settings or a reset turn it off."""
    assert strict.get("/api/agents?verbose=1").status_code == 400
    strict.patch("/_understudy/settings", json={"strict": False})
    assert strict.get("/api/agents?verbose=1").status_code == 200
    strict.patch("/_understudy/settings", json={"strict": True})
    strict.post("/_understudy/reset")
    assert strict.get("/api/agents?verbose=1").status_code == 200


@pytest.fixture
def strict_server() -> Iterator[Server]:
    """A server that was started with `--strict`."""
    with running("--strict") as server:
        yield server


def test_strict_server_has_strict_namespaces(strict_server: Server) -> None:
    """They are strict after a reset, too, unless their settings say otherwise."""
    for root in ("", "/_ns/a"):
        with httpx.Client(base_url=strict_server.url + root) as http:
            assert http.get("/api/agents?verbose=1").status_code == 400
            http.patch("/_understudy/settings", json={"strict": False})
            assert http.get("/api/agents?verbose=1").status_code == 200
            http.post("/_understudy/reset")
            assert http.get("/api/agents?verbose=1").status_code == 400


OPEN = """
openapi: 3.0.3
info: {title: Open, version: "1"}
security: [{Key: []}]
paths:
  /notes:
    post:
      operationId: addNote
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                open: {type: object, properties: {a: {type: string}}, additionalProperties: {}}
                closed: {type: object, properties: {a: {type: string}}}
                free: {type: object}
      responses: {"204": {description: Added.}}
components:
  securitySchemes:
    Key: {type: apiKey, in: query, name: key}
"""


def test_strict_allows_what_a_document_leaves_open(tmp_path: Path) -> None:
    """Fields of objects with additional or without named properties, and API keys in the query."""
    document = tmp_path / "open.yaml"
    document.write_text(OPEN)
    with running("--strict", str(document)) as server:
        path = f"{server.url}/notes?key=secret"
        allowed = {"open": {"b": 1}, "closed": {"a": "x"}, "free": {"b": {"c": 1}}}
        assert httpx.post(path, json=allowed).status_code == 204
        refused = httpx.post(path, json={**allowed, "closed": {"b": 1}})
        assert refused.status_code == 400
        assert [violation["at"] for violation in refused.json()["violations"]] == ["/closed/b"]
        assert httpx.post(f"{path}&odd=1", json={}).status_code == 400
        assert "secret" not in httpx.get(f"{server.url}/_understudy/requests/har").text


TEXT = {"type": "string"}
#: A schema, a value, and the pointers to the fields that the schema does not name.
NAMED: list[tuple[Any, Any, list[str]]] = [
    ({"patternProperties": {"^x-": TEXT}}, {"x-a": "1", "y": "2"}, ["/y"]),
    (
        {"properties": {"a": TEXT}, "unevaluatedProperties": {"properties": {"b": TEXT}}},
        {"a": "1", "other": {"b": "2", "c": "3"}},
        ["/other/c"],
    ),
    (
        {"properties": {"a": {"properties": {"b": TEXT}}}, "additionalProperties": True},
        {"a": {"b": "1", "c": "2"}, "any": 1},
        ["/a/c"],
    ),
    (
        {"prefixItems": [{"properties": {"a": TEXT}}], "items": {"properties": {"b": TEXT}}},
        [{"a": "1", "b": "2"}, {"a": "1", "b": "2"}],
        ["/0/b", "/1/a"],
    ),
    (
        {
            "properties": {"a": TEXT},
            "if": {"required": ["a"]},
            "then": {"properties": {"b": TEXT}},
            "else": {"properties": {"c": TEXT}},
            "dependentSchemas": {"a": {"properties": {"d": TEXT}}},
        },
        {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"},
        ["/e"],
    ),
    (
        {"allOf": [{"properties": {"a": {"properties": {"b": TEXT}}}}, {"required": ["n"]}]},
        {"a": {"b": "1"}, "n": 1, "m": 2},
        ["/m"],
    ),
    (
        {
            "properties": {"a": {"properties": {"b": TEXT}}},
            "allOf": [{"properties": {"a": {"properties": {"c": TEXT}}}}],
        },
        {"a": {"b": "1", "c": "2", "d": "3"}},
        ["/a/d"],
    ),
    ({"properties": {"a": True, "b": False}}, {"a": {"any": 1}, "b": {"any": 1}}, []),
    (True, {"any": 1}, []),
]


@pytest.mark.parametrize(("schema", "value", "unknown"), NAMED)
def test_unknown_properties_are_those_that_no_part_of_a_schema_names(
    schema: Any, value: Any, unknown: list[str]
) -> None:
    """By patterns, items by number, conditions and what is left over, too."""
    assert sorted(unknown_properties({}, schema, value)) == unknown


STYLES = """
openapi: 3.0.3
info: {title: Styles, version: "1"}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - {name: filter, in: query, style: deepObject, schema: {type: object}}
        - name: page
          in: query
          schema: {allOf: [{type: object, properties: {limit: {type: integer}}}]}
      responses: {"204": {description: Listed.}}
  /labels:
    get:
      operationId: listLabels
      parameters: [{name: labels, in: query, schema: {type: object, additionalProperties: {}}}]
      responses: {"204": {description: Listed.}}
"""


@pytest.mark.parametrize(
    ("target", "unknown"),
    [
        ("/notes?filter[a]=1&filter%5Bb%5D%5Bc%5D=1&limit=5", []),
        ("/notes?limits=5&filter=1", ["/limits"]),
        ("/notes?page[limit]=5", ["/page[limit]"]),
        ("/labels?any=1&other=2", []),
    ],
)
def test_strict_knows_the_styles_of_parameters(
    tmp_path: Path, target: str, unknown: list[str]
) -> None:
    """The fields of objects in a query are those of a parameter."""
    document = tmp_path / "styles.yaml"
    document.write_text(STYLES)
    with running("--strict", str(document)) as server:
        response = httpx.get(server.url + target)
    violations = response.json()["violations"] if response.status_code == 400 else []
    assert [violation["at"] for violation in violations] == unknown
