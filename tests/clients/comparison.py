"""A document of Zep compared with a client, operation by operation and field by field."""

from __future__ import annotations

import re
from typing import Any

from tests.clients.sdk import description
from understudy.openapi.document import Document, resolve
from understudy.openapi.operation import method_name
from understudy.openapi.structure import METHODS

#: zep-cloud 4.0.1 marks nearly no field as required; the documents of Zep do.
LAX = {"zep-cloud-4.0.1"}

#: What a client requires in requests, and a later one on the same paths may omit.
RELAXED = {"zep-cloud-2.22.1": frozenset(("target_node_name", "date"))}

#: Other names of methods: the public one of a generated method, and that of two with one request.
PUBLIC = {
    "graph.set_entity_types_internal": "graph.set_ontology",
    "graph.query_stream": "graph.query",
}

JSON_TYPES = {"string", "integer", "number", "boolean", "array", "object"}

Fields = dict[str, Any]


def shape(path: str) -> str:
    """Return a path whose parameters have no names."""
    return re.sub(r"\{.*?\}", "{}", path)


class Comparison:
    """A comparison of a document with the client: differences, and counts of compared things."""

    def __init__(self, document: Document, client: str) -> None:
        self._document = document
        self._models = description(client)["models"]
        self._is_lax = client in LAX
        self._relaxed = RELAXED.get(client, frozenset())
        self._operations = {
            (method, shape(path)): _with_parameters(item, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }
        self.drift: list[str] = []
        self.counts = dict.fromkeys(
            ("operations", "query parameters", "request fields", "response fields", "statuses"), 0
        )

    def compare(self, calls: list[dict[str, Any]]) -> None:
        """Compare all methods of the client."""
        for call in calls:
            name = call["name"]
            place = f"{call['method'].upper()} {call['path']} ({name})"
            operation = self._operations.get((call["method"], call["path"]))
            if operation is None:
                self.drift.append(f"{place}: the document has no such operation")
                continue
            self.counts["operations"] += 1
            self._compare_query(place, call["query"], operation)
            self._compare_body(place, call["body"], operation)
            self._compare_answers(place, call, operation)
            named = method_name(operation.get("x-sdk", {}).get("python"))
            if named not in (name, PUBLIC.get(name)):
                self.drift.append(f"{place}: x-sdk names {named} for it")
            if call["deprecated"] and not operation.get("deprecated"):
                self.drift.append(f"{place}: the client calls it deprecated")

    def _compare_query(self, place: str, query: Fields, operation: dict[str, Any]) -> None:
        parameters = [resolve(self._document, part) for part in operation["parameters"]]
        known = {part["name"]: part for part in parameters if part["in"] == "query"}
        schema = {
            "type": "object",
            "properties": {name: part["schema"] for name, part in known.items()},
            "required": [name for name, part in known.items() if part.get("required")],
        }
        self._compare_fields(f"{place}: query", query, schema, "query parameters", frozenset())

    def _compare_body(self, place: str, given: Any, operation: dict[str, Any]) -> None:
        if not given:
            return
        body = resolve(self._document, operation.get("requestBody", {}))
        schema = _json(body)
        if schema is None:
            self.drift.append(f"{place}: the document knows no body of the request")
        elif "kind" in given and isinstance(given["kind"], str):
            self._compare_type(f"{place}: body", given, schema, "request fields", frozenset())
        else:
            self._compare_fields(f"{place}: body", given, schema, "request fields", frozenset())

    def _compare_answers(self, place: str, call: Any, operation: dict[str, Any]) -> None:
        responses = operation["responses"]
        for status in call["statuses"]:
            self.counts["statuses"] += 1
            if status not in responses:
                self.drift.append(f"{place}: the document has no response {status}")
        success = next(status for status in sorted(responses) if status.startswith("2"))
        schema = _json(resolve(self._document, responses[success]))
        if call["answer"]["kind"] == "any":
            return  # nothing, or a file
        if schema is None:
            self.drift.append(f"{place}: the document knows no body of the response")
        else:
            where = f"{place}: response {success}"
            self._compare_type(where, call["answer"], schema, "response fields", frozenset())

    def _compare_fields(
        self, place: str, known: Fields, schema: Any, count: str, seen: frozenset[str]
    ) -> None:
        properties, required = self._object(schema)
        for name, field in known.items():
            self.counts[count] += 1
            if name not in properties:
                self.drift.append(f"{place}: the document has no {name!r}")
                continue
            is_answer = count == "response fields"
            is_lax = not is_answer and (self._is_lax or name in self._relaxed)
            if field["required"] and name not in required and not is_lax:
                self.drift.append(f"{place}: {name!r} is required by the client")
            if name in required and not field["required"] and not is_answer and not self._is_lax:
                self.drift.append(f"{place}: {name!r} is required, and the client may omit it")
            self._compare_type(f"{place}.{name}", field["type"], properties[name], count, seen)

    def _compare_type(
        self, place: str, known: Any, schema: Any, count: str, seen: frozenset[str]
    ) -> None:
        schema = self._whole(schema)
        words = set(known.get("words", ()))
        missing = words - set(schema.get("enum", words))
        if missing:
            self.drift.append(f"{place}: the document does not allow {sorted(missing)}")
        expected = "object" if known["kind"] == "model" else known["kind"]
        if expected in JSON_TYPES and expected not in _types(schema):
            self.drift.append(f"{place}: is of type {schema.get('type')}, not {expected}")
        elif expected == "array":
            self._compare_type(f"{place}[]", known["items"], schema.get("items", {}), count, seen)
        elif known["kind"] == "model" and known["name"] not in seen:
            fields = self._models[known["name"]]
            self._compare_fields(place, fields, schema, count, seen | {known["name"]})

    def _whole(self, schema: Any) -> dict[str, Any]:
        """Return a schema merged with its reference and its `allOf`."""
        whole = dict(resolve(self._document, schema))
        alternatives = [part for part in whole.get("anyOf", ()) if part != {"type": "null"}]
        for part in (*whole.get("allOf", ()), *(alternatives if len(alternatives) == 1 else ())):
            whole = {**self._whole(part), **whole}
        return whole

    def _object(self, schema: Any) -> tuple[dict[str, Any], set[str]]:
        """Return the properties of an object, and the names of the required ones."""
        schema = self._whole(schema)
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in schema.get("allOf", ()):
            more, needed = self._object(part)
            properties |= more
            required |= needed
        return properties | schema.get("properties", {}), required | set(schema.get("required", ()))


def _types(schema: dict[str, Any]) -> list[str]:
    """Return the types that a schema names."""
    types = schema.get("type", [])
    return types if isinstance(types, list) else [types]


def _with_parameters(item: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
    return {**operation, "parameters": parameters}


def _json(holder: Any) -> Any:
    return holder.get("content", {}).get("application/json", {}).get("schema")
