"""Strict namespaces: parameters and fields that a contract does not name are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.scenario import ADA, AGENT
from tests.support.server import Server, running

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
