"""A document of many operations, of the size that those of large services have."""

from __future__ import annotations

from typing import Any

_TYPES: list[dict[str, Any]] = [
    {"type": "string", "maxLength": 200, "example": "north"},
    {"type": "integer", "minimum": 0, "maximum": 10_000, "example": 12},
    {"type": "boolean", "default": False},
    {"type": "string", "format": "date-time", "example": "2026-01-02T03:04:05Z"},
    {"type": "string", "enum": ["active", "paused", "closed", "draft", "archived", "failed"]},
    {"type": "array", "items": {"type": "string"}, "maxItems": 20},
]


def large_document(resources: int = 60) -> dict[str, Any]:
    """Return a document with five operations for each of so many resources, a tag each."""
    names = [f"resource{number}" for number in range(resources)]
    schemas = {_schema_name(name): _schema(number, name) for number, name in enumerate(names)}
    paths: dict[str, Any] = {}
    for name in names:
        paths |= _paths(name)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1", "description": "Many resources. " * 20},
        "servers": [{"url": "/v1"}],
        "security": [{"key": []}],
        "tags": [{"name": name, "description": f"All about {name}. " * 3} for name in names],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Error": _error()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schema_name(name: str) -> str:
    return name.capitalize()


def _schema(number: int, name: str) -> dict[str, Any]:
    """Return the schema of a resource: 18 fields, and those of the resources that it refers to."""
    fields: dict[str, Any] = {
        f"{name}_field{at}": {**_TYPES[at % len(_TYPES)], "description": f"The field {at}. " * 4}
        for at in range(18)
    }
    if number:
        fields["parent"] = {"$ref": f"#/components/schemas/Resource{number // 2}"}
    if number > 2:
        items = {"$ref": f"#/components/schemas/Resource{number // 3}"}
        fields["parts"] = {"type": "array", "items": items}
    return {"type": "object", "required": list(fields)[:4], "properties": fields}


def _error() -> dict[str, Any]:
    details = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string", "description": "What is wrong."},
            "details": details,
        },
    }


def _paths(name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{_schema_name(name)}"}
    many = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": schema}, "next": {"type": "string"}},
    }
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    page = [
        {"name": "limit", "in": "query", "schema": limit},
        {"name": "cursor", "in": "query", "schema": {"type": "string"}},
    ]
    return {
        f"/{name}s": {
            "get": _operation(name, "list", many, parameters=page),
            "post": _operation(name, "create", schema, status="201", body=schema),
        },
        f"/{name}s/{{id}}": {
            "parameters": [identifier],
            "get": _operation(name, "get", schema),
            "patch": _operation(name, "update", schema, body=schema),
            "delete": _operation(name, "delete", None, status="204"),
        },
    }


def _operation(
    name: str,
    verb: str,
    answer: dict[str, Any] | None,
    *,
    status: str = "200",
    body: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    error = _json({"$ref": "#/components/schemas/Error"})
    failures = {code: {"description": "Not done.", **error} for code in ("400", "401", "404")}
    success: dict[str, Any] = {"description": "Done.", **(_json(answer) if answer else {})}
    operation: dict[str, Any] = {
        "operationId": f"{verb}{_schema_name(name)}",
        "summary": f"{verb.capitalize()} {name}.",
        "description": f"What {verb} does with {name}, in some words. " * 6,
        "tags": [name],
        "responses": {status: success, **failures},
    }
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, **_json(body)}
    return operation


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}
