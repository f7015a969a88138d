"""specs/zep.yaml has all operations and fields of Zep's own Python client, zep-cloud 2.22.0.

The client is the last one of this API, and the nearest thing to a contract that Zep has published.
"""

from __future__ import annotations

import copy
import re
import typing
from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.zep_sdk import Call, Field, Fields, calls, fields_of, is_model, plain, words_of
from tests.support.server import ROOT
from understudy.openapi.document import Document, resolve
from understudy.openapi.loading.loader import load as load_document
from understudy.openapi.structure import METHODS

DOCUMENT = ROOT / "specs" / "zep.yaml"
JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array"}

#: Public names of methods that are not methods of a generated class.
PUBLIC = {"graph.set_entity_types_internal": "graph.set_ontology"}


class Comparison:
    """A comparison of a document with the client: differences, and counts of compared things."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._operations = {
            (method, re.sub(r"\{.*?\}", "{}", path)): _with_parameters(item, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }
        self.drift: list[str] = []
        self.counts = dict.fromkeys(
            ("operations", "query parameters", "request fields", "response fields", "statuses"), 0
        )

    def compare(self, known: list[Call]) -> None:
        """Compare all methods of the client."""
        for call in known:
            place = f"{call.method.upper()} {call.path} ({call.name})"
            operation = self._operations.get((call.method, call.path))
            if operation is None:
                self.drift.append(f"{place}: the document has no such operation")
                continue
            self.counts["operations"] += 1
            self._compare_query(place, call.query, operation)
            self._compare_body(place, call, operation)
            self._compare_answers(place, call, operation)
            named = operation.get("x-sdk", {}).get("python")
            if named not in (call.name, PUBLIC.get(call.name)):
                self.drift.append(f"{place}: x-sdk names {named} for it")
            if call.deprecated and not operation.get("deprecated"):
                self.drift.append(f"{place}: the client calls it deprecated")

    def _compare_query(self, place: str, query: Fields, operation: dict[str, Any]) -> None:
        parameters = [resolve(self._document, part) for part in operation["parameters"]]
        known = {part["name"]: part for part in parameters if part["in"] == "query"}
        schema = {
            "type": "object",
            "properties": {name: part["schema"] for name, part in known.items()},
            "required": [name for name, part in known.items() if part.get("required")],
        }
        self._compare_fields(f"{place}: query", query, schema, "query parameters", set())

    def _compare_body(self, place: str, call: Call, operation: dict[str, Any]) -> None:
        if call.body is None:
            return
        body = resolve(self._document, operation.get("requestBody", {}))
        schema = _json(body)
        if schema is None:
            self.drift.append(f"{place}: the document knows no body of the request")
        elif isinstance(call.body, Field):
            self._compare_kind(f"{place}: body", call.body.kind, schema, "request fields", set())
        else:
            self._compare_fields(f"{place}: body", call.body, schema, "request fields", set())

    def _compare_answers(self, place: str, call: Call, operation: dict[str, Any]) -> None:
        responses = operation["responses"]
        for status in sorted(call.statuses):
            self.counts["statuses"] += 1
            if status not in responses:
                self.drift.append(f"{place}: the document has no response {status}")
        success = next(status for status in sorted(responses) if status.startswith("2"))
        schema = _json(resolve(self._document, responses[success]))
        if schema is None:
            self.drift.append(f"{place}: the document knows no body of the response")
        else:
            where = f"{place}: response {success}"
            self._compare_kind(where, call.answer, schema, "response fields", set())

    def _compare_fields(
        self, place: str, known: Fields, schema: Any, count: str, seen: set[Any]
    ) -> None:
        properties, required = self._object(schema)
        for name, field in known.items():
            self.counts[count] += 1
            if name not in properties:
                self.drift.append(f"{place}: the document has no {name!r}")
                continue
            if field.required and name not in required:
                self.drift.append(f"{place}: {name!r} is required by the client")
            if count != "response fields" and name in required and not field.required:
                self.drift.append(f"{place}: {name!r} is required, and the client may omit it")
            self._compare_kind(f"{place}.{name}", field.kind, properties[name], count, seen)

    def _compare_kind(self, place: str, kind: Any, schema: Any, count: str, seen: set[Any]) -> None:
        kind = plain(kind)
        schema = self._whole(schema)
        missing = words_of(kind) - set(schema.get("enum", words_of(kind)))
        if missing:
            self.drift.append(f"{place}: the document does not allow {sorted(missing)}")
        origin = typing.get_origin(kind)
        expected = JSON_TYPES.get(kind)
        if is_model(kind) or origin is dict:
            expected = "object"
        elif origin in (list, typing.get_origin(typing.Sequence[int])):
            expected = "array"
        if expected is not None and schema.get("type") != expected:
            self.drift.append(f"{place}: is of type {schema.get('type')}, not {expected}")
        elif expected == "array":
            (item,) = typing.get_args(kind)
            self._compare_kind(f"{place}[]", item, schema.get("items", {}), count, seen)
        elif is_model(kind) and kind not in seen:
            self._compare_fields(place, fields_of(kind), schema, count, seen | {kind})

    def _whole(self, schema: Any) -> dict[str, Any]:
        """Return a schema merged with its reference and its `allOf`."""
        whole = dict(resolve(self._document, schema))
        for part in whole.get("allOf", ()):
            whole = {**self._whole(part), **whole}
        return whole

    def _object(self, schema: Any) -> tuple[dict[str, Any], set[str]]:
        """Return the properties of an object, and the names of the required ones."""
        schema = resolve(self._document, schema)
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in schema.get("allOf", ()):
            more, needed = self._object(part)
            properties |= more
            required |= needed
        return properties | schema.get("properties", {}), required | set(schema.get("required", ()))


def _with_parameters(item: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
    return {**operation, "parameters": parameters}


def _json(holder: Any) -> Any:
    return holder.get("content", {}).get("application/json", {}).get("schema")


def compared(document: Document) -> Comparison:
    """Compare the document with the installed client."""
    comparison = Comparison(document)
    comparison.compare(calls())
    return comparison


@pytest.fixture(scope="module")
def document() -> Document:
    """Read the document."""
    return load_document(DOCUMENT).source


def test_client_has_seventy_operations() -> None:
    """The client has seventy methods, each with a request of its own."""
    known = calls()
    assert len({(call.method, call.path) for call in known}) == len(known) == 70


def test_document_has_all_operations_and_fields_of_the_client(document: Document) -> None:
    """Every operation, parameter, field, word and status of the client is in the document."""
    comparison = compared(document)
    print(", ".join(f"{number} {what}" for what, number in comparison.counts.items()))
    drift = comparison.drift
    assert not drift, "\n".join([f"{len(drift)} differences:", *drift])


COLLECTION = "/collections/{collectionName}"
UPDATE = ("components", "schemas", "UpdateDocumentListRequest")
DOCUMENT_FIELDS = ("components", "schemas", "ApidataDocument", "properties")
SEARCH = ("components", "schemas", "DocumentSearchPayload", "properties")

Damage = tuple[Callable[[Any], object], tuple[str | int, ...], str]

DAMAGES: dict[str, Damage] = {
    "an operation": (lambda node: node.pop("get"), ("paths", COLLECTION), "no such operation"),
    "a status": (
        lambda node: node.pop("404"),
        ("paths", COLLECTION, "get", "responses"),
        "no response 404",
    ),
    "a query parameter": (
        lambda node: node.clear(),
        ("paths", f"{COLLECTION}/search", "post", "parameters"),
        "query: the document has no 'limit'",
    ),
    "a type": (
        lambda node: node.update(type="string"),
        ("paths", f"{COLLECTION}/search", "post", "parameters", 0, "schema"),
        "query.limit: is of type string, not integer",
    ),
    "a request field": (
        lambda node: node.pop("mmr_lambda"),
        SEARCH,
        "body: the document has no 'mmr_lambda'",
    ),
    "a word": (
        lambda node: node["enum"].remove("mmr"),
        (*SEARCH, "search_type"),
        "body.search_type: the document does not allow ['mmr']",
    ),
    "what is required": (
        lambda node: node.pop("required"),
        UPDATE,
        "body[]: 'uuid' is required by the client",
    ),
    "what is optional": (
        lambda node: node["required"].append("metadata"),
        UPDATE,
        "body[]: 'metadata' is required, and the client may omit it",
    ),
    "a body": (
        lambda node: node.pop("requestBody"),
        ("paths", COLLECTION, "patch"),
        "no body of the request",
    ),
    "a response field": (
        lambda node: node.pop("embedding"),
        DOCUMENT_FIELDS,
        "response 200.results[]: the document has no 'embedding'",
    ),
    "what an answer must have": (
        lambda node: node["required"].remove("content"),
        ("components", "schemas", "Message"),
        "messages[]: 'content' is required by the client",
    ),
    "a name": (
        lambda node: node["x-sdk"].update(python="document.get"),
        ("paths", COLLECTION, "get"),
        "x-sdk names document.get for it",
    ),
    "a mark": (
        lambda node: node.pop("deprecated"),
        ("paths", "/sessions/{sessionId}/end", "post"),
        "the client calls it deprecated",
    ),
}


@pytest.mark.parametrize(("damage", "place", "words"), DAMAGES.values(), ids=DAMAGES)
def test_comparison_finds_each_difference(
    document: Document,
    damage: Callable[[Any], object],
    place: tuple[str | int, ...],
    words: str,
) -> None:
    """A document with one thing removed has exactly the new differences that it causes."""
    damaged = copy.deepcopy(document)
    node: Any = damaged
    for step in place:
        node = node[step]
    damage(node)
    new = set(compared(damaged).drift) - set(compared(document).drift)
    assert new
    assert all(_tail(words) in line for line in new), new
    assert any(words in line for line in new), new


def _tail(words: str) -> str:
    return words.rsplit(": ", 1)[-1]
