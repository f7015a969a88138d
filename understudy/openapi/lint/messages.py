"""Sentences about errors of the specification's JSON Schemas, for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from jsonschema_rs import ValidationError

_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "null",
}
_FORMATS = {
    "uri": "an absolute URI, such as https://example.com/",
    "uri-reference": "a URI or a path, without blanks",
    "regex": "a regular expression",
    "email": "an e-mail address",
}
#: The fields of OpenAPI documents, to find what a misspelt one should be.
_FIELDS = (
    *("openapi", "info", "title", "version", "description", "summary", "servers", "paths"),
    *("components", "security", "tags", "externalDocs", "webhooks", "operationId", "parameters"),
    *("requestBody", "responses", "callbacks", "deprecated", "content", "required", "schema"),
    *("example", "examples", "headers", "links", "encoding", "style", "explode", "allowReserved"),
    *("allowEmptyValue", "schemas", "securitySchemes", "requestBodies", "pathItems", "url", "name"),
    *("variables", "default", "enum", "license", "contact", "termsOfService", "in", "scheme"),
    *("bearerFormat", "flows", "openIdConnectUrl", "type", "format", "items", "properties"),
    *(
        "additionalProperties",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
    ),
    *("maxItems", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "nullable"),
    *("discriminator", "propertyName", "mapping", "readOnly", "writeOnly", "xml", "allOf", "anyOf"),
    *("oneOf", "not", "get", "put", "post", "delete", "options", "head", "patch", "trace", "query"),
    *("additionalOperations", "jsonSchemaDialect", "scopes", "authorizationUrl", "tokenUrl"),
    *("refreshUrl", "value", "externalValue", "dataValue", "serializedValue", "itemSchema"),
)


def message_of(error: ValidationError) -> str:
    """Return what is wrong with a value, and what to do, as the end of a sentence about it."""
    kind = error.kind.name
    value: Any = getattr(error.kind, "value", None)
    instance = error.instance
    if kind == "required" and value == "required":
        return "has no `required: true`, which a parameter in the path needs; add it"
    if kind == "required":
        return f"has no `{value}`, which is required; add it"
    if kind in ("additionalProperties", "unevaluatedProperties"):
        return unknown_fields(value)
    if kind == "falseSchema":
        return unknown_fields([str(error.instance_path[-1])] if error.instance_path else [])
    if kind == "type":
        types = alternatives([_TYPES[name] for name in value])
        hint = "; put quotes around it" if _is_unquoted(instance, value) else ""
        return f"is {shown(instance)}, and must be {types}{hint}"
    if kind == "enum":
        return f"is {shown(instance)}, and must be {alternatives([shown(each) for each in value])}"
    if kind == "const":
        return f"is {shown(instance)}, and must be {shown(value)}"
    if kind == "format":
        return f"is {shown(instance)}, and must be {_FORMATS.get(value, f'of the format {value}')}"
    if kind == "pattern":
        return f"is {shown(instance)}, and must match {value}"
    if kind in ("minItems", "minProperties"):
        return (
            "is empty; it needs an item at least" if value == 1 else f"has less than {value} items"
        )
    if kind == "propertyNames":
        return f"has the key {_wrong_key(error)}"
    if kind == "uniqueItems":
        return "has an item twice; remove one of them"
    if "MultipleValid" in type(error.kind).__name__ or kind == "not":
        return f"is {shown(instance)}, which combines fields that exclude each other"
    if kind in ("anyOf", "oneOf"):
        return f"is {shown(instance)}, which has none of the allowed forms"
    message = error.message
    return message if len(message) < 300 else f"{message[:200]} ... {message[-60:]}"


def _wrong_key(error: ValidationError) -> str:
    """Return a key that is not allowed, and which keys are."""
    inner: ValidationError = error.kind.error  # type: ignore[attr-defined]
    pattern = getattr(inner.kind, "pattern", None)
    rule = (
        "which is not allowed here" if pattern is None else f"and a key here must match {pattern}"
    )
    return f"{shown(inner.instance)}, {rule}"


def type_list_fault(types: list[Any]) -> str:
    """Return what is wrong with a list in the `type` of a schema."""
    if not types:
        return "is an empty list, and must name a type; leave `type` out if any is allowed"
    unknown = [shown(name) for name in types if not (isinstance(name, str) and name in _TYPES)]
    if not unknown:
        return "has a type twice; remove one of them"
    allowed = alternatives([shown(name) for name in sorted(_TYPES)])
    return f"has {alternatives(unknown)} in its list, and a type must be {allowed}"


def _is_unquoted(value: Any, types: Sequence[str]) -> bool:
    return isinstance(value, int | float) and list(types) == ["string"]


def unknown_fields(names: Sequence[str]) -> str:
    """Return that fields are unknown, and what they may have been meant to be."""
    if not names:
        return "must not be there; remove it"
    fields = ", ".join(f"`{name}`" for name in names)
    is_one = len(names) == 1
    message = f"has the unknown {'field' if is_one else 'fields'} {fields}"
    lower = [names[0].lower()] if names[0].lower() in _FIELDS else []
    close = (lower or get_close_matches(names[0], _FIELDS, 1, 0.8)) if is_one else []
    hint = (
        f"did you mean `{close[0]}`?"
        if close and close[0] != names[0]
        else (f"remove {'it' if is_one else 'them'}, or begin the name with x-")
    )
    return f"{message}; {hint}"


def alternatives(texts: Sequence[str]) -> str:
    """Return texts as a list in words: `a`, `a or b`, `a, b or c`."""
    *rest, last = dict.fromkeys(texts)
    return f"{', '.join(rest)} or {last}" if rest else last


def shown(value: Any) -> str:
    """Return a value for a message: short ones as JSON, others by their type."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:60]} ..."


def unreachable(path: str) -> str:
    """Return why clients do not reach a path that has a query or a fragment."""
    part = "query: declare its fields as parameters" if "?" in path else "fragment: remove it"
    escaped = path.replace("?", "%3F").replace("#", "%23")
    return f"a path has no {part}; only {escaped} reaches this one"
