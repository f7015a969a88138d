"""Leaves out parts and fields that are not of the JSON type that their place needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.repair.removal import REMOVED, remove
from understudy.openapi.structure import Part, walk

#: The JSON types of fields, by the kind of the part that has them.
_FIELD_TYPES: dict[str, dict[str, type]] = {
    "document": {
        **dict.fromkeys(("info", "paths", "webhooks", "components"), dict),
        **dict.fromkeys(("servers", "tags", "security"), list),
    },
    "pathItem": {"parameters": list, "servers": list, "additionalOperations": dict},
    "operation": {
        **dict.fromkeys(("parameters", "tags", "security", "servers"), list),
        **dict.fromkeys(("responses", "callbacks"), dict),
        **dict.fromkeys(("operationId", "summary", "description"), str),
        "deprecated": bool,
    },
    "parameter": {
        **dict.fromkeys(("content", "examples"), dict),
        **dict.fromkeys(("required", "explode", "allowReserved", "deprecated"), bool),
        **dict.fromkeys(("name", "in", "style", "description"), str),
    },
    "header": {
        **dict.fromkeys(("content", "examples"), dict),
        **dict.fromkeys(("required", "explode"), bool),
        **dict.fromkeys(("style", "description"), str),
    },
    "requestBody": {"content": dict, "required": bool, "description": str},
    "response": {
        **dict.fromkeys(("content", "headers", "links"), dict),
        **dict.fromkeys(("description", "summary"), str),
    },
    "mediaType": {"examples": dict, "encoding": dict, "prefixEncoding": list},
    "encoding": {
        "headers": dict,
        **dict.fromkeys(("explode", "allowReserved"), bool),
        **dict.fromkeys(("contentType", "style"), str),
    },
    "securityScheme": dict.fromkeys(("type", "in", "name", "scheme", "description"), str),
}
_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def repair_types(document: Document) -> Iterator[DocumentProblem]:
    """Leave out what is not of its type, or convert it where the author's meaning is plain."""
    for part in walk(document):
        if part.node is REMOVED or not part.is_in_place:
            continue
        if not isinstance(part.node, dict) and not (
            part.kind == "schema" and isinstance(part.node, bool)
        ):
            if part.kind == "operation" and part.node is None:
                part.holder[part.key] = {}
                continue
            remove(part)
            message = f"is {_name(part.node)}, and must be an object; it is left out"
            yield DocumentProblem(part.pointer, message)
            continue
        if isinstance(part.node, dict) and part.kind != "schema":
            yield from _repair_fields(part)


def _repair_fields(part: Part) -> Iterator[DocumentProblem]:
    node = part.node
    types = dict(_FIELD_TYPES.get(part.kind, {}))
    if part.kind == "components":
        types = {field: dict for field in node if not field.startswith("x-")}
    for field, expected in types.items():
        value = node.get(field)
        if field not in node or isinstance(value, expected):
            continue
        place = f"{part.pointer}/{field}"
        if expected is str and isinstance(value, int | float):
            node[field] = str(value).lower() if isinstance(value, bool) else str(value)
            yield DocumentProblem(
                place, f"is {_name(value)}, and must be a text; put quotes around it"
            )
        elif expected is bool and value in ("true", "false"):
            node[field] = value == "true"
            yield DocumentProblem(place, "is a text, and must be true or false; remove the quotes")
        else:
            del node[field]
            if value is not None:
                message = f"is {_name(value)}, and must be {_NAMES[expected]}; it is left out"
                yield DocumentProblem(place, message)
    yield from _repair_items(part)


def _repair_items(part: Part) -> Iterator[DocumentProblem]:
    """Check the items of lists that the walk does not visit."""
    for field in ("servers", "tags", "security"):
        items = part.node.get(field)
        if not isinstance(items, list) or part.kind not in ("document", "pathItem", "operation"):
            continue
        for number, item in enumerate(items):
            reason = _item_fault(field, item, part.kind)
            if reason is not None:
                items[number] = REMOVED
                place = f"{part.pointer}/{field}/{number}"
                yield DocumentProblem(place, f"{reason}; it is left out")


def _item_fault(field: str, item: Any, kind: str) -> str | None:
    """Return what is wrong with a server, a tag or a security requirement, or None."""
    if field == "tags" and kind == "operation":
        return None if isinstance(item, str) else f"is {_name(item)}, and must be a text"
    if not isinstance(item, dict):
        return f"is {_name(item)}, and must be an object"
    if field == "servers" and not isinstance(item.get("url"), str):
        return "has no `url`"
    variables = item.get("variables", {})
    if field == "servers" and not (
        isinstance(variables, dict)
        and all(isinstance(variable, dict) for variable in variables.values())
    ):
        return "has `variables` that are not objects"
    if field == "tags" and not isinstance(item.get("name"), str):
        return "has no `name`"
    if field == "security" and not all(isinstance(scopes, list) for scopes in item.values()):
        return "has scopes that are not a list"
    return None


def _name(value: Any) -> str:
    return _NAMES.get(type(value), "a value")
