"""Documents without handlers are served from their examples, or else their schemas."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest

from understudy.app import Understudy
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.serving.project import load

Scenario = Callable[[httpx.AsyncClient], Awaitable[Any]]


def document(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a document with these paths."""
    return {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths, **more}


def get(schema: Any = None, **media: Any) -> dict[str, Any]:
    """Return a path item with a GET whose response has this schema."""
    if schema is not None:
        media["schema"] = schema
    response = {"description": "OK", "content": {"application/json": media}}
    return {"get": {"responses": {"200": response}}}


def run_scenario(app: Understudy, scenario: Scenario) -> Any:
    """Call a scenario with an HTTP client of the app, and return its result."""

    async def with_client() -> Any:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
            return await scenario(client)

    return asyncio.run(with_client())


def get_all(spec: dict[str, Any], *paths: str) -> list[httpx.Response]:
    """Return the responses to GETs of these paths."""

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(path) for path in paths]

    responses: list[httpx.Response] = run_scenario(
        Understudy([Api(Contract("api", spec))]), scenario
    )
    return responses


def test_examples_come_first() -> None:
    """A media type's example, its named examples, its schema's example, then a generated value."""
    spec = document(
        {
            "/a": get({"type": "object"}, example={"a": 1}),
            "/b": get(examples={"one": {"$ref": "#/components/examples/One"}}),
            "/c": get({"type": "string", "example": "c"}),
            "/d": get({"type": "integer", "minimum": 3, "maximum": 3}),
        },
        components={"examples": {"One": {"value": [1]}}},
    )
    values = [response.json() for response in get_all(spec, "/a", "/b", "/c", "/d")]
    assert values == [{"a": 1}, [1], "c", 3]


TREE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 3},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
    },
}

SCHEMAS = [
    {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "minLength": 40, "maxLength": 41},
    {"type": "number", "minimum": 1, "exclusiveMinimum": True, "maximum": 2},
    {"type": "number", "multipleOf": 0.5, "minimum": -3, "maximum": -1},
    {"type": "integer", "multipleOf": 7, "minimum": 50},
    {"type": "integer", "maximum": -5},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 3},
    {"enum": ["x", "y"]},
    {"oneOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]},
    {"allOf": [TREE, {"type": "object", "required": ["age"], "properties": {"age": {}}}]},
    {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    {"$ref": "#/components/schemas/Tree"},
    {"type": "string", "nullable": True},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: str(s)[:40])
def test_generated_value_is_valid_and_repeats(schema: dict[str, Any]) -> None:
    """A value generated from a schema is valid, and the same in every process."""
    spec = document({"/x": get(schema)}, components={"schemas": {"Tree": deepcopy(TREE)}})
    first, second = get_all(spec, "/x", "/x")
    assert first.status_code == 200, first.text
    assert first.content == second.content
    media = Contract("api", spec).operations[0].responses["200"].media["application/json"]
    assert media.validator is not None
    assert media.validator.accepts(first.json())
    assert get_all(spec, "/x")[0].content == first.content


def test_schema_without_valid_values_is_reported() -> None:
    """501, and what to do, not a response that breaks the contract."""
    impossible = {"allOf": [{"type": "string"}, {"type": "integer"}], "not": {}}
    (response,) = get_all(document({"/x": get(impossible)}), "/x")
    assert response.status_code == 501
    assert "give its response an example" in response.json()["detail"]


def test_unusual_documents_are_served() -> None:
    """No operationIds, a base path with variables, text, no content, ranges, declared errors."""
    text = {"description": "", "content": {"text/plain": {"example": "hello"}}}
    error = {"description": "", "content": {"application/json": {"example": {"oops": True}}}}
    limit = {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}
    spec = document(
        {
            "/text": {"get": {"responses": {"200": text}}},
            "/none": {"get": {"responses": {"204": {"description": ""}}}},
            "/range": {"get": {"responses": {"2XX": text}}},
            "/strict": {"get": {"parameters": [limit], "responses": {"200": text, "400": error}}},
            "/files/{name}.{kind}": get({}, example=1),
        },
        servers=[{"url": "/{v}/x", "variables": {"v": {"default": "v1"}}}],
    )
    responses = get_all(
        spec, "/v1/x/text", "/v1/x/none", "/v1/x/range", "/v1/x/strict", "/v1/x/files/a.b"
    )
    assert [r.status_code for r in responses] == [200, 204, 200, 400, 200]
    assert responses[0].text == "hello"
    assert responses[3].json() == {"oops": True}
    assert json.loads(responses[3].headers["X-Understudy-Violations"])[0]["at"] == "/limit"


def test_parameters_of_every_kind_are_read() -> None:
    """Lists, exploded or not, objects in the query, headers and cookies, in their types."""
    received: list[dict[str, Any]] = []

    def listen(world: Any, **arguments: Any) -> dict[str, Any]:
        received.append(arguments)
        return {}

    def parameter(name: str, where: str, schema: Any, **more: Any) -> dict[str, Any]:
        return {"name": name, "in": where, "schema": schema, **more}

    numbers = {"type": "array", "items": {"type": "integer"}}
    filters = {"type": "object", "properties": {"age": {"type": "integer"}}}
    operation = get({})["get"] | {
        "operationId": "listen",
        "parameters": [
            parameter("many", "query", numbers),
            parameter("few", "query", numbers, explode=False),
            parameter("filter", "query", filters, style="deepObject"),
            parameter("X-Count", "header", {"type": "integer"}),
            parameter("token", "cookie", {"type": "string"}),
            parameter("yes", "query", {"type": "boolean", "default": False}),
            parameter("much", "query", {"type": "number"}),
        ],
    }
    api = Api(Contract("api", document({"/x": {"get": operation}})), {"listen": listen})

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        query = "many=1&many=2&few=3,4&filter[age]=5&yes=true&much=1e3"
        headers = {"X-Count": "6", "Cookie": "token=t; other=o"}
        good = await client.get(f"/x?{query}", headers=headers)
        bad = await client.get("/x?many=a&few=b&filter[age]=c&yes=2&much=1e999")
        return [good.status_code, bad.status_code, len(bad.json()["violations"])]

    assert run_scenario(Understudy([api]), scenario) == [200, 400, 5]
    assert received == [
        {
            "many": [1, 2],
            "few": [3, 4],
            "filter_": {"age": 5},
            "x_count": 6,
            "token": "t",
            "yes": True,
            "much": 1000.0,
        }
    ]


def test_forms_and_files_are_read() -> None:
    """Urlencoded fields have their types, files are bytes; invalid fields are refused."""
    received: list[Any] = []

    def send(world: Any, body: Any) -> None:
        received.append(body)

    schema = {
        "type": "object",
        "required": ["n"],
        "properties": {"n": {"type": "integer"}, "file": {"type": "string", "format": "binary"}},
    }
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data")
    operation = {
        "operationId": "send",
        "requestBody": {"content": {kind: {"schema": schema} for kind in kinds}},
        "responses": {"204": {"description": ""}},
    }
    api = Api(Contract("api", document({"/x": {"post": operation}})), {"send": send})

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        return [
            (await client.post("/x", data={"n": "7"})).status_code,
            (await client.post("/x", data={"n": "8"}, files={"file": b"\x00\xff"})).status_code,
            (await client.post("/x", data={"n": "nine"})).status_code,
        ]

    assert run_scenario(Understudy([api]), scenario) == [204, 204, 400]
    assert received == [{"n": 7}, {"n": 8, "file": b"\x00\xff"}]


def test_security_schemes_of_every_kind_are_checked() -> None:
    """Keys in header, query and cookie, bearer and basic: 401 without, 200 with credentials."""
    schemes = {
        "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "query": {"type": "apiKey", "in": "query", "name": "key"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic"},
    }
    paths = {f"/{n}": {"get": get({}, example=1)["get"] | {"security": [{n: []}]}} for n in schemes}
    paths["/any"] = {"get": get({}, example=1)["get"] | {"security": [{"header": []}, {}]}}
    spec = document(paths, components={"securitySchemes": schemes})

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        requests = [
            client.get("/header", headers={"X-Key": "k"}),
            client.get("/query?key=k"),
            client.get("/cookie", headers={"Cookie": "key=k"}),
            client.get("/bearer", headers={"Authorization": "Bearer k"}),
            client.get("/basic", auth=("a", "b")),
            client.get("/any"),
            *(client.get(f"/{name}") for name in schemes),
            client.get("/bearer", headers={"Authorization": "Basic k"}),
        ]
        return [(await response).status_code for response in requests]

    app = Understudy([Api(Contract("api", spec))])
    assert run_scenario(app, scenario) == [200] * 6 + [401] * 6


def test_documents_with_errors_are_served() -> None:
    """Wrong examples, rare statuses, recursion, clashing names, types in compositions."""
    text = {"application/vnd.x+json": {"example": {"a": 1}}, "text/plain": {}}
    wrong = get({"type": "object", "properties": {"id": {"type": "integer"}}}, example={"id": "x"})
    inner = {"type": "object", "properties": {"id": {"type": "integer", "example": "x"}}}
    circle = {
        "type": "object",
        "required": ["c"],
        "properties": {"c": {"$ref": "#/components/schemas/C"}},
    }
    world = {"name": "world", "in": "query", "schema": {"allOf": [{"type": "integer"}]}}
    either = {"oneOf": [{"type": "integer"}, {"type": "boolean"}]}
    spec = document(
        {
            "/wrong": wrong,
            "/inner": get(inner),
            "/moved": {"get": {"responses": {"302": {"description": ""}}}},
            "/both": {"get": {"responses": {"200": {"description": "", "content": text}}}},
            "/circle": get({"$ref": "#/components/schemas/C"}),
            "/world": {"get": {**get({}, example=1)["get"], "parameters": [world]}},
            "/either": {
                "get": {
                    **get({}, example=1)["get"],
                    "parameters": [{"name": "n", "in": "query", "schema": either}],
                }
            },
            "/any": {"get": {"responses": {"200": {"description": "", "content": {"*/*": {}}}}}},
        },
        servers=[{"url": "./v1"}],
        components={"schemas": {"C": circle}},
    )
    paths = ["wrong", "inner", "moved", "both", "circle", "world?world=5", "either?n=true"]
    responses = get_all(spec, *(f"/v1/{path}" for path in [*paths, "either?n=x"]))
    assert [r.status_code for r in responses] == [200, 200, 302, 200, 501, 200, 200, 400]
    assert isinstance(responses[0].json()["id"], int)
    assert responses[3].json() == {"a": 1}


def test_handler_cannot_change_a_default() -> None:
    """A handler that changes a default list does not change it for the next request."""

    def leak(world: Any, tags: list[str]) -> list[str]:
        tags.append("leak")
        return tags

    schema = {"type": "array", "items": {"type": "string"}, "default": []}
    operation = get({})["get"] | {
        "operationId": "leak",
        "parameters": [{"name": "tags", "in": "query", "schema": schema}],
    }
    api = Api(Contract("api", document({"/x": {"get": operation}})), {"leak": leak})

    async def scenario(client: httpx.AsyncClient) -> list[Any]:
        return [(await client.get("/x")).json() for _ in range(2)]

    assert run_scenario(Understudy([api]), scenario) == [["leak"], ["leak"]]


def test_referenced_files_are_included(tmp_path: Path) -> None:
    """A document may consist of several files."""
    (tmp_path / "thing.yaml").write_text("type: string\nexample: from elsewhere\n")
    spec = document({"/x": get({"$ref": "thing.yaml"})})
    (tmp_path / "api.json").write_text(json.dumps(spec))
    contract = load([tmp_path / "api.json"])[0].contract
    assert get_all(contract.document, "/x")[0].json() == "from elsewhere"


def test_duplicate_ids_are_told_apart() -> None:
    """The second operation with the same operationId gets one of its own."""
    same_ids = document({"/a": get({}), "/b": get({})})
    for path in ("/a", "/b"):
        same_ids["paths"][path]["get"]["operationId"] = "same"
    ids = [operation.id for operation in Contract("api", same_ids).operations]
    assert ids == ["same", "same_2"]


def test_duplicate_routes_and_names_are_refused(tmp_path: Path) -> None:
    """Two equal routes or API names are a UsageError."""
    spec = document({"/a": get({})})
    with pytest.raises(UsageError, match="two operations have the route GET /a"):
        Understudy([Api(Contract("x", spec)), Api(Contract("y", spec))])
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "api.json").write_text(json.dumps(spec))
    with pytest.raises(UsageError, match="two documents are named 'api'"):
        load([tmp_path / "one" / "api.json", tmp_path / "two" / "api.json"])


def test_serving_does_not_change_the_document() -> None:
    """The same contract can be served twice, and its document is unchanged."""
    shared = {"name": "x", "in": "query", "schema": {"type": "integer"}}
    own = {"name": "y", "in": "query", "schema": {"type": "integer"}}
    spec = document({"/x": {"parameters": [shared], **get({}, example=1)}})
    spec["paths"]["/x"]["get"]["parameters"] = [own]
    before = deepcopy(spec)
    contract = Contract("api", spec)
    for _ in range(2):
        Understudy([Api(contract)])
    assert spec == before
    assert [p.name for p in contract.operations[0].parameters] == ["x", "y"]


def test_schemas_that_refer_to_each_other_are_served() -> None:
    """The recursion through two schemas ends."""
    ref = "#/components/schemas/"
    spec = document(
        {"/x": get({"$ref": f"{ref}A"})},
        components={
            "schemas": {
                "A": {"type": "object", "properties": {"b": {"$ref": f"{ref}B"}}},
                "B": {"type": "array", "items": {"anyOf": [{"$ref": f"{ref}A"}]}},
            }
        },
    )
    (response,) = get_all(spec, "/x")
    assert response.status_code == 200
    assert isinstance(response.json(), dict)
