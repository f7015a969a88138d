"""Hooks for Schemathesis: what is no failure, and what it can read."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.generation import GenerationMode
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    EnsureResourceAvailability,
    RejectedPositiveData,
    UnsupportedMethodResponse,
    UseAfterFree,
)

from understudy.conformance.shape.document import readable_document, serialize_lines
from understudy.conformance.shape.hooks import (
    after_call,
    before_call,
    filter_case,
    filter_failure,
)
from understudy.conformance.shape.run import _reading_tuples

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Toys", "version": "1"},
    "paths": {
        "/toys/{toy-id}": {
            "parameters": [
                {"name": "toy-id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "get": {"operationId": "getToy", "responses": {"200": {"description": "it"}}},
            "delete": {"operationId": "deleteToy", "responses": {"200": {"description": "gone"}}},
        }
    },
}

GONE = EnsureResourceAvailability(
    operation="GET /toys/{toy-id}",
    message="gone",
    created_with="POST /toys",
    not_available_with="GET /toys/{toy-id}",
)


def reports_404_after_deletes(*statuses: int) -> bool:
    """Return whether a 404 is a failure after DELETEs with these statuses (0: no response)."""
    schema: Any = schemathesis.openapi.from_dict(DOCUMENT)
    operation = schema["/toys/{toy-id}"]
    for status in statuses:
        case = operation["DELETE"].Case(path_parameters={"toy-id": "rex"})
        before_call(None, case, {})
        if status:
            after_call(None, case, SimpleNamespace(status_code=status))
    case = operation["GET"].Case(path_parameters={"toy-id": "rex"})
    return filter_failure(None, GONE, case, SimpleNamespace(status_code=404))


def test_resource_may_be_missing_if_a_delete_may_have_succeeded() -> None:
    """It may be missing after no response or a server error."""
    assert reports_404_after_deletes()
    assert reports_404_after_deletes(404)
    assert reports_404_after_deletes(401, 404)
    assert not reports_404_after_deletes(0)
    assert not reports_404_after_deletes(0, 404)
    assert not reports_404_after_deletes(500, 404)
    assert not reports_404_after_deletes(200, 404)


BOXES: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Boxes", "version": "1"},
    "paths": {
        "/boxes": {
            method: {
                "operationId": f"{method}Boxes",
                "responses": {status: {"description": "", "content": {"application/json": {}}}},
            }
            for method, status in (("get", "200"), ("post", "201"))
        },
        "/boxes/{id}/colour": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "put": {
                "operationId": "paint",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "name": {"type": "string", "minLength": 2},
                                    "mix": {
                                        "type": "object",
                                        "properties": {
                                            "red": {"type": "integer"},
                                            "blue": {"type": "integer"},
                                        },
                                    },
                                },
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "painted"}},
            },
        },
    },
}


@pytest.mark.parametrize(("maker", "expected"), [("POST", True), ("GET", False)])
def test_refusal_of_what_the_run_did_not_create_is_no_failure(maker: str, expected: bool) -> None:
    """What was only found may be of a kind that cannot be painted."""
    schema: Any = schemathesis.openapi.from_dict(BOXES)
    answer = SimpleNamespace(status_code=201 if maker == "POST" else 200, content=b'{"id": "b1"}')
    after_call(None, schema["/boxes"][maker].Case(), answer)
    case = schema["/boxes/{id}/colour"]["PUT"].Case(path_parameters={"id": "0"}, body={})
    before_call(None, case, {})
    assert case.path_parameters == {"id": "b1"}
    failure = RejectedPositiveData(
        operation="PUT", message="rejected", status_code=400, allowed_statuses=["2xx"]
    )
    sent = requests.Request("PUT", "http://127.0.0.1:1/boxes/b1/colour", json={}).prepare()
    response = SimpleNamespace(status_code=400, request=sent)
    assert filter_failure(None, failure, case, response) is expected


def test_coverage_has_one_request_of_each_kind_at_each_property() -> None:
    """What is below a property counts as the property; a path gets one unexpected method."""
    schema: Any = schemathesis.openapi.from_dict(BOXES)
    (operation,) = [r.ok() for r in schema.get_all_operations() if r.ok().method == "put"]
    cases = list(
        schema.iter_coverage_cases(
            operation,
            generation_modes=list(GenerationMode),
            generation_config=schema.config.generation_for(operation=operation, phase="coverage"),
        )
    )
    kept = [case.meta.phase.data for case in cases if filter_case(None, case)]
    kinds = {case.meta.phase.data.scenario for case in cases}
    assert {data.scenario for data in kept} == kinds
    scenarios = [data.scenario.value for data in kept]
    assert scenarios.count("unspecified_http_method") == 1
    wrong = [d.location for d in kept if d.scenario.value == "incorrect_type" and d.location]
    tops = [location.split("/")[2] for location in wrong if location.startswith("/properties/")]
    assert sorted(tops) == ["mix", "name"]
    assert len(kept) < len(cases) / 2


PARTS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Toys", "version": "1"},
    "paths": {
        "/toys/{toy}/name": {
            "parameters": [
                {"name": "toy", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "get": {
                "operationId": "getName",
                "responses": {
                    "200": {
                        "description": "it",
                        "content": {"application/json": {"example": {"name": "Rex"}}},
                    },
                    "404": {"description": "unknown"},
                },
            },
            "patch": {"operationId": "rename", "responses": {"200": {"description": "it"}}},
        }
    },
}


@pytest.mark.parametrize(
    ("method", "status", "name", "expected"),
    [
        ("GET", 200, "Ada", True),
        ("GET", 200, "Rex", False),  # a mock answers with the example
        ("PATCH", 200, "Ada", False),  # it cannot answer otherwise
        ("GET", 404, "", False),  # a toy may have no name at first
    ],
)
def test_what_is_below_a_resource(method: str, status: int, name: str, expected: bool) -> None:
    """It may come later than its resource, and not every operation knows that this was deleted."""
    schema: Any = schemathesis.openapi.from_dict(PARTS)
    case = schema["/toys/{toy}/name"][method].Case(path_parameters={"toy": "rex"})
    failure: Any = GONE
    if status == 200:
        failure = UseAfterFree(operation="GET", message="there", free="DELETE", usage="GET")
    response = SimpleNamespace(status_code=status, json=lambda: {"name": name})
    assert filter_failure(None, failure, case, response) is expected


FORM: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Toys", "version": "1"},
    "paths": {
        "/toys": {
            "get": {"responses": {"200": {"description": "them"}}},
            "additionalOperations": {"COPY": {"responses": {"200": {"description": "them"}}}},
            "post": {
                "requestBody": {
                    "content": {
                        kind: {
                            "schema": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"name": {"type": "string", "pattern": "^[a-z]+$"}},
                            }
                        }
                        for kind in ("application/x-www-form-urlencoded", "application/json")
                    }
                },
                "responses": {"200": {"description": "it"}},
            },
        }
    },
}


def counts(failure: Any, method: str, **request: Any) -> bool:
    """Return whether a failure of an operation on /toys counts, after a request."""
    schema: Any = schemathesis.openapi.from_dict(FORM)
    case = schema["/toys"][method].Case()
    sent = requests.Request(method, "http://toys/toys", **request).prepare()
    return filter_failure(None, failure, case, SimpleNamespace(status_code=200, request=sent))


@pytest.mark.parametrize(
    ("request_options", "expected"),
    [
        ({"data": {"name": "null"}}, False),  # Schemathesis meant null, and sent a text
        ({"data": {"name": "1"}}, True),
        ({"data": {"other": "null"}}, True),
        ({"json": {"name": "null"}}, True),  # what JSON says is what it means
    ],
)
def test_valid_form_is_no_invalid_request(request_options: Any, expected: bool) -> None:
    """A form has texts: what should be another type may be a valid text."""
    failure = AcceptedNegativeData(
        operation="POST /toys", message="accepted", status_code=200, expected_statuses=["4xx"]
    )
    assert counts(failure, "POST", **request_options) is expected


@pytest.mark.parametrize(("name", "expected"), [("toy", True), ("1", False)])
def test_refusal_of_an_invalid_request_is_no_failure(name: str, expected: bool) -> None:
    """Schemathesis does not know every word of a schema: its valid data may be invalid."""
    failure = RejectedPositiveData(
        operation="POST /toys", message="rejected", status_code=400, allowed_statuses=["2xx"]
    )
    assert counts(failure, "POST", json={"name": name}) is expected


PAGES: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Toys", "version": "1"},
    "paths": {
        "/toys/list": {
            "post": {
                "operationId": "listToys",
                "parameters": [
                    {
                        "name": "Idempotency-Key",
                        "in": "header",
                        "x-understudy-idempotency-key": True,
                        "schema": {"type": "string"},
                    },
                    {
                        "name": "cursor",
                        "in": "query",
                        "schema": {"type": "string", "x-understudy-opaque": True},
                    },
                    {"name": "size", "in": "query", "schema": {"type": "integer"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "after": {"type": "string", "x-understudy-opaque": True},
                                    "rules": {"type": "array", "x-understudy-opaque": True},
                                },
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "a page"}},
            }
        },
        "/toys/{name}": {
            "parameters": [
                {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "patch": {"operationId": "patchToy", "responses": {"200": {"description": "it"}}},
        },
    },
}


def test_valid_requests_have_no_values_of_responses() -> None:
    """They have no cursor and no opaque list, and each has an idempotency key of its own."""
    schema: Any = schemathesis.openapi.from_dict(PAGES)
    keys = []
    for _ in range(2):
        case = schema["/toys/list"]["POST"].Case(
            query={"cursor": "x", "size": 2},
            headers={"Idempotency-Key": "k"},
            body={"after": "x", "text": "a", "rules": [{"of": "x"}]},
            media_type="application/json",
        )
        before_call(None, case, {})
        assert (case.query, case.body) == ({"size": 2}, {"text": "a"})
        keys.append(case.headers["Idempotency-Key"])
    assert len({*keys, "k"}) == 3


@pytest.mark.parametrize(("method", "expected"), [("PATCH", False), ("PUT", True)])
def test_a_method_of_another_path_is_supported(method: str, expected: bool) -> None:
    """The path /toys/list has no PATCH, but fits /toys/{name}, which has."""
    schema: Any = schemathesis.openapi.from_dict(PAGES)
    failure = UnsupportedMethodResponse(
        operation=f"{method} /toys/list",
        method=method,
        status_code=400,
        failure_reason="wrong_status",
        message="",
    )
    sent = requests.Request(method, "http://toys/toys/list").prepare()
    response = SimpleNamespace(status_code=400, request=sent)
    case = schema["/toys/list"]["POST"].Case()
    assert filter_failure(None, failure, case, response) is expected


def test_readable_document_has_pointers_for_names() -> None:
    """`$dynamicRef` needs the names, and is left out."""
    tree = {"$id": "https://a.com/tree", "properties": {"a": {"$dynamicRef": "#node"}}}
    named = {"$id": "https://a.com/named", "$dynamicAnchor": "node", "$ref": "tree"}
    document = {**FORM, "components": {"schemas": {"Tree": tree, "Named": named}}}
    assert readable_document(document)["components"]["schemas"] == {
        "Tree": {"properties": {"a": {}}},
        "Named": {"$ref": "#/components/schemas/Tree"},
    }


@pytest.mark.parametrize(
    ("undocumented", "missing", "expected"),
    [(["COPY"], [], False), (["COPY", "MOVE"], [], True), (["COPY"], ["GET"], True)],
)
def test_additional_operations_are_allowed(
    undocumented: list[str], missing: list[str], expected: bool
) -> None:
    """Schemathesis does not know them; `Allow` has them."""
    failure = AllowHeaderMismatch(
        operation="GET /toys",
        message="mismatch",
        allow_header="",
        undocumented_methods=undocumented,
        missing_methods=missing,
    )
    assert counts(failure, "GET") is expected


def test_readable_document_has_lines_as_arrays() -> None:
    """JSON lines are arrays of their items, which are sent as lines; patterns are Python's."""
    schema = {"type": "string", "pattern": "^[\\w-.]+$"}
    media = {"application/jsonl": {"itemSchema": schema}, "application/json": {"schema": schema}}
    body = {"post": {"requestBody": {"content": media}, "responses": {}}}
    document: dict[str, Any] = {"openapi": "3.1.1", "paths": {"/a": body}}
    post = readable_document(document)["paths"]["/a"]["post"]["requestBody"]["content"]
    pattern = post["application/json"]["schema"]["pattern"]
    assert re.fullmatch(pattern, "a-b.c")
    items = {"type": "string", "pattern": pattern}
    expected = {"schema": {"type": "array", "minItems": 1, "items": items}}
    assert post["application/jsonl"] == expected
    assert document["paths"]["/a"] == body
    assert serialize_lines(None, [1, {"a": None}]) == b'1\n{"a": null}\n'


def test_schemathesis_validates_responses_by_prefix_items() -> None:
    """It makes lists in `items` of them otherwise, which its validators reject."""
    from schemathesis.specs.openapi.adapter import responses as adapter

    responses: Any = adapter
    tuples = {"type": "array", "prefixItems": [{"const": 1}], "items": False}
    with _reading_tuples():
        assert responses.to_json_schema(dict(tuples), "nullable") == tuples
    assert responses.to_json_schema(dict(tuples), "nullable")["items"] == [{"const": 1}]
