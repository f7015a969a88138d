"""What the form of an operation's page asks the server: planned calls, and its request as code."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.documents import document, operation
from tests.support.server import Server
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web.app import create_pages

ADD_MEMORY = "/_understudy/reference/zep/addMemory"


def _ask(server: Server, path: str, value: Any) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", json=value)


def test_ids_that_are_drawn_go_into_the_next_call_and_the_form(server: Server) -> None:
    """The page tells each response; at the end it learns what its fields are to hold."""
    path = "/_understudy/reference/eliza/removeAgentFromChannel/calls"
    values = {"path": {"channelId": "c", "agentId": "11111111-1111-4111-8111-111111111111"}}
    plan = _ask(server, path, values).json()
    assert [call["operation"] for call in plan["calls"]] == ["createChannel", "addAgentToChannel"]
    assert (plan["calls"][0]["makes"], plan["fields"]) == ("channel", [])
    drawn = {"success": True, "data": {"id": "drawn"}}
    plan = _ask(server, path, {**values, "responses": [drawn]}).json()
    assert plan["next"]["url"].endswith("/central-channels/drawn/agents")
    plan = _ask(server, path, {**values, "responses": [drawn, None]}).json()
    assert plan["next"] is None
    assert plan["fields"] == [{"where": "path", "name": "channelId", "text": "drawn"}]


def test_id_in_a_body_is_put_into_its_text(server: Server) -> None:
    """The body stays as the form has it, but for the id."""
    path = "/_understudy/reference/zep4/addEdge/calls"
    edge = {
        "fact": "A",
        "fact_name": "B",
        "source_node": {"uuid": "u"},
        "target_node": {"name": "C"},
    }
    values = {"path": {"graph_uuid": "g"}, "body": json.dumps({"edges": [edge]})}
    responses = [{"uuid": "g2"}, {"nodes": [{"uuid": "n2"}]}]
    fields = _ask(server, path, {**values, "responses": responses}).json()["fields"]
    texts = {field["where"]: field["text"] for field in fields}
    assert texts["path"] == "g2"
    edge["source_node"] = {"uuid": "n2"}
    assert json.loads(texts["body"]) == {"edges": [edge]}


def test_example_without_a_handler_needs_nothing() -> None:
    """It is answered from the document, whatever was created."""
    pet = {"application/json": {"schema": {"properties": {"id": {"type": "string"}}}}}
    number = {"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {
        "/pets": {"post": operation(pet, operationId="add_pet")},
        "/pets/{petId}": {"get": operation(pet, operationId="get_pet", parameters=[number])},
    }
    contract = Contract("pets", document(paths))
    handlers = dict.fromkeys(("add_pet", "get_pet"), lambda world, **_: {"id": "1"})
    for given, planned in ((handlers, ["add_pet"]), ({}, [])):
        client = create_pages([Api(contract, given)]).test_client()
        path = "/_understudy/reference/pets/get_pet/calls"
        plan = json.loads(client.post(path, json={"path": {"petId": "1"}}).data)
        assert [call["operation"] for call in plan["calls"]] == planned


def test_form_is_code_in_each_language(server: Server) -> None:
    """The code has what the form holds, quoted, and the key."""
    values = {"path": {"sessionId": "a'b$\n"}, "body": '{"messages": []}', "key": "mine"}
    samples = _ask(server, f"{ADD_MEMORY}/samples", values).json()
    codes = {sample["id"]: sample["code"] for sample in samples}
    assert {"curl", "python", "typescript", "client-python"} <= codes.keys()
    assert "Api-Key mine" in codes["curl"]
    assert "a%27b%24%0A" in codes["curl"]


HOSTILE: list[Any] = [
    {},
    {"path": {"sessionId": "\u0000/../%"}},
    {"body": "{"},
    {"body": "[" * 500 + "]" * 500},
    {"body": {"a": "b"}},
    {"query": {"x" * 10000: ""}, "header": {"a\r\nb": "c\r\nd"}, "key": "ключ\r\n"},
    {"responses": [[], {"a": 1}, None]},
    {"another": True},
]


@pytest.mark.parametrize("values", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("page", ["zep/addMemory", "eliza/transcribeAudio", "eliza/createSession"])
def test_any_form_gets_an_answer(server: Server, page: str, values: Any) -> None:
    """No values lead to an error of the server."""
    for what in ("calls", "samples"):
        response = _ask(server, f"/_understudy/reference/{page}/{what}", values)
        assert response.status_code == 200, response.text


WRONG: list[tuple[str, bytes, int]] = [
    (f"{ADD_MEMORY}/calls", b"{", 400),
    (f"{ADD_MEMORY}/calls", b'{"path": 5}', 400),
    (f"{ADD_MEMORY}/calls", b'{"responses": [' + b"1," * 50 + b"1]}", 400),
    (f"{ADD_MEMORY}/calls", b"[" * 5000, 400),
    (f"{ADD_MEMORY}/samples", b" " * 2_000_001, 413),
    ("/_understudy/reference/zep/nothing/calls", b"{}", 404),
    ("/_understudy/reference/nothing/addMemory/calls", b"{}", 404),
]


@pytest.mark.parametrize(("path", "content", "status"), WRONG, ids=range(len(WRONG)))
def test_what_is_no_form_is_refused(server: Server, path: str, content: bytes, status: int) -> None:
    """It is neither read in full nor an error of the server."""
    assert httpx.post(f"{server.url}{path}", content=content).status_code == status
