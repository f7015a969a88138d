"""Parts of documents that Schemathesis does not know or read right, in words that it does."""

from __future__ import annotations

import re
from typing import Any

from understudy.openapi.document import Document, resolve
from understudy.openapi.schemas.one_way import Names, OneWayProperties
from understudy.openapi.structure import METHODS, walk

#: Statuses whose responses have no body, whatever a document says (RFC 9110, 6.4.1).
_WITHOUT_BODY = ("204", "205", "304")
_DEEPEST = 12


def additional_methods(document: Document) -> frozenset[str]:
    """Return the methods of `additionalOperations`, in the lower case in which Schemathesis has
    methods; it sends them in upper case, so others are not among them."""
    items = (resolve(document, item) for item in document.get("paths", {}).values())
    names = {name for item in items if isinstance(item, dict) for name in _additional(item)}
    return frozenset(name.lower() for name in names if name == name.upper()) - set(METHODS)


def _additional(item: dict[str, Any]) -> dict[str, Any]:
    operations = item.get("additionalOperations")
    return operations if isinstance(operations, dict) else {}


def simplify(document: dict[str, Any]) -> None:
    """Change a document, in the inner form, to what Schemathesis knows, with the same meaning."""
    paths = document.get("paths", {})
    for path in [path for path in paths if not is_requested(path)]:
        del paths[path]
    parts = [part for part in walk(document) if isinstance(part.node, dict)]
    for part in parts:
        if part.kind == "operation" and _is_requested(part.steps):
            _declare_path_parameters(document, part.steps[1], part.node)
        elif part.kind == "pathItem" and len(part.steps) == 2 and part.steps[0] == "paths":
            _move_additional_operations(document, part.holder, part.key)
        elif part.kind == "mediaType" and "requestBody" in part.steps:
            _relax(document, part.node)
        elif part.kind == "response" and part.key in _WITHOUT_BODY:
            response = dict(resolve(document, part.node))
            response.pop("content", None)
            part.holder[part.key] = response


def _is_requested(steps: tuple[str, ...]) -> bool:
    """Return whether an operation is one of the API, and not of a webhook or a callback."""
    is_additional = steps[2:3] == ("additionalOperations",)
    return steps[0] == "paths" and len(steps) == (4 if is_additional else 3)


def is_requested(path: str) -> bool:
    """Return whether Schemathesis requests a path as it is: it takes `?` and `#` for the ends of
    paths, in which OpenAPI does not allow them."""
    return not {"?", "#"} & set(path)


def _move_additional_operations(document: dict[str, Any], paths: dict[str, Any], path: str) -> None:
    """Put the operations of other methods beside those that Schemathesis looks for."""
    item = resolve(document, paths[path])
    if _additional(item):
        others = {name.lower(): operation for name, operation in _additional(item).items()}
        kept = {name: value for name, value in item.items() if name != "additionalOperations"}
        paths[path] = {**others, **kept}


def _declare_path_parameters(
    document: dict[str, Any], path: str, operation: dict[str, Any]
) -> None:
    """Declare the parameters of a path that the document forgot: they are any text."""
    item = document["paths"][path]
    declared = {
        parameter.get("name")
        for listed in (resolve(document, item).get("parameters"), operation.get("parameters"))
        for each in (listed if isinstance(listed, list) else ())
        if (parameter := resolve(document, each)).get("in") == "path"
    }
    for name in dict.fromkeys(re.findall(r"\{([^{}]+)\}", path)):
        if name not in declared:
            parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            operation["parameters"] = [*(operation.get("parameters") or ()), parameter]


def _relax(document: dict[str, Any], media: dict[str, Any]) -> None:
    """Let the schema of a request require no `readOnly` properties, wherever in its composition it
    does: Schemathesis forbids them, and sees what requires them only beside them."""
    properties = OneWayProperties(document, "readOnly")
    schema = media.get("schema")
    names = properties.of(schema, always=True)
    if names & properties.required_by(schema, always=True):
        media["schema"] = _without_required(document, schema, names)


def _without_required(document: dict[str, Any], schema: Any, names: Names, depth: int = 0) -> Any:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return schema
    relaxed = {**resolve(document, schema), **{k: v for k, v in schema.items() if k != "$ref"}}
    if isinstance(relaxed.get("required"), list):
        relaxed["required"] = [name for name in relaxed["required"] if name not in names]
    if isinstance(relaxed.get("allOf"), list):
        parts = relaxed["allOf"]
        relaxed["allOf"] = [_without_required(document, p, names, depth + 1) for p in parts]
    return relaxed
