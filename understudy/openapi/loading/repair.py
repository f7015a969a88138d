"""Makes slightly wrong documents usable: what cannot be used is left out, with a problem.

It works on the inner form. After it nobody has to ask whether a part has the JSON type that its
place needs, whether a reference leads anywhere, or whether a schema compiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.document import META_SCHEMAS, Document, escape, follow, pointer
from understudy.openapi.lint.messages import unreachable
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.schema_repair import repair_schemas
from understudy.openapi.structure import METHODS, Part, is_dynamic, walk

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
_LOCATIONS = ("path", "query", "header", "cookie", "querystring")
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|default")


class _Removed:
    """Stands in lists for what was left out, until all pointers are known."""


_REMOVED = _Removed()


@dataclass(frozen=True)
class Repair:
    """What was wrong with a document, and the original indexes of the items of each list that lost
    some, by the JSON pointer to it."""

    problems: list[DocumentProblem]
    positions: dict[str, list[int]]


def repair(document: Document, lost_references: set[str]) -> Repair:
    """Leave out of a document what cannot be used.

    `lost_references` are the references that were reported before as leading nowhere.
    """
    problems = [
        *_repair_types(document),
        *_repair_parameters(document),
        *_repair_responses(document),
        *_repair_security(document),
        *_repair_references(document, lost_references),
    ]
    positions = _compact(document)
    later = [*repair_schemas(document), *_repair_methods(document), *_repair_paths(document)]
    document.setdefault("paths", {})
    problems += [replace(p, pointer=original_pointer(p.pointer, positions)) for p in later]
    return Repair(problems, positions)


def original_pointer(place: str, positions: dict[str, list[int]]) -> str:
    """Return the pointer that a part had before items were taken out of lists."""
    original = current = "#"
    for step in place.split("/")[1:]:
        indexes = positions.get(current)
        current = f"{current}/{step}"
        if indexes is not None and step.isdigit() and int(step) < len(indexes):
            step = str(indexes[int(step)])
        original = f"{original}/{step}"
    return original


def _repair_types(document: Document) -> Iterator[DocumentProblem]:
    for part in walk(document):
        if part.node is _REMOVED or not part.is_in_place:
            continue
        if not isinstance(part.node, dict) and not (
            part.kind == "schema" and isinstance(part.node, bool)
        ):
            if part.kind == "operation" and part.node is None:
                part.holder[part.key] = {}
                continue
            _remove(part)
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
                items[number] = _REMOVED
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


def _repair_security(document: Document) -> Iterator[DocumentProblem]:
    """Leave out security requirements that name no scheme; in OpenAPI 3.2 a name may be a URI."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    for part in walk(document):
        if part.kind not in ("document", "operation") or not isinstance(part.node, dict):
            continue
        for number, requirement in enumerate(part.node.get("security", ())):
            for name in requirement if isinstance(requirement, dict) else ():
                if name not in schemes and not re.search(r"[/#.]", name):
                    part.node["security"][number] = _REMOVED
                    message = (
                        f"there is no security scheme {name!r} in #/components/securitySchemes"
                    )
                    place = f"{part.pointer}/security/{number}"
                    yield DocumentProblem(place, f"{message}; it is left out")


def _repair_references(document: Document, lost: set[str]) -> Iterator[DocumentProblem]:
    """Leave out references that lead nowhere; a schema then allows anything."""
    dynamic = is_dynamic(document)
    known: dict[str, str | None] = {}
    parts = list(walk(document))
    incomplete: set[int] = set()  # lists of alternatives
    for part in parts:
        if not isinstance(part.node, dict) or "$ref" not in part.node or not part.is_in_place:
            continue
        if part.kind in ("document", "paths", "components"):
            continue
        ref = part.node["$ref"]
        if not isinstance(ref, str):
            reason: str | None = "has a `$ref` that is not a text"
        elif part.kind == "schema" and (ref.startswith(META_SCHEMAS) or dynamic):
            continue
        else:
            reason = _reference_fault(document, ref, known)
        if reason is not None:
            _remove_reference(part)
            incomplete.add(id(part.holder))
            if not isinstance(ref, str) or ref not in lost:
                result = "any value is allowed" if part.kind == "schema" else "it is left out"
                yield DocumentProblem(part.pointer, f"{reason}; {result}")
    for part in parts:
        alternatives = part.node.get("oneOf") if isinstance(part.node, dict) else None
        if part.kind == "schema" and id(alternatives) in incomplete:
            # An alternative that allows anything would exclude all others.
            part.node.setdefault("anyOf", part.node.pop("oneOf"))


def _reference_fault(document: Document, ref: str, known: dict[str, str | None]) -> str | None:
    """Return what is wrong with a reference, or None; `known` is that of references before."""
    seen = dict.fromkeys([ref])
    fault = known[ref] if ref in known else _chain_fault(document, ref, seen, known)
    known.update(dict.fromkeys(seen, fault))
    return fault


def _chain_fault(
    document: Document, ref: str, seen: dict[str, None], known: dict[str, str | None]
) -> str | None:
    while ref != "#":
        try:
            node = follow(document, ref)
        except UsageError:
            return "has a `$ref` to a part that is left out"
        target = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(target, str):
            return None if isinstance(node, dict | bool) else "has a `$ref` to no object"
        if target.startswith(META_SCHEMAS):
            return None
        if target in known:
            return known[target]
        if target in seen:
            break
        ref = target
        seen[ref] = None
    return "has a `$ref` that leads in a circle"


def _remove_reference(part: Part) -> None:
    if part.kind == "schema":
        part.node.clear()
    elif part.kind == "response":
        part.node.clear()
        part.node["description"] = ""
    elif part.kind == "pathItem":
        del part.node["$ref"]
    else:
        _remove(part)


def _repair_parameters(document: Document) -> Iterator[DocumentProblem]:
    for part in list(walk(document)):
        if part.kind == "parameter" and isinstance(part.node, dict) and "$ref" not in part.node:
            lacking = [field for field in ("name", "in") if not part.node.get(field)]
            if lacking:
                _remove(part)
                fields = " and ".join(f"`{field}`" for field in lacking)
                yield DocumentProblem(part.pointer, f"has no {fields}; it is left out")
            elif part.node["in"] not in _LOCATIONS:
                _remove(part)
                message = (
                    f"is in {part.node['in']!r}, and a parameter is in "
                    f"{', '.join(_LOCATIONS)}; it is left out"
                )
                yield DocumentProblem(part.pointer, message)
            elif part.node["in"] == "path":
                part.node["required"] = True


def _repair_responses(document: Document) -> Iterator[DocumentProblem]:
    for part in list(walk(document)):
        if part.kind != "operation" or not isinstance(part.node, dict):
            continue
        responses = part.node.get("responses", {})
        for status in [s for s in responses if not s.startswith("x-") and not _STATUS.fullmatch(s)]:
            response = responses.pop(status)
            place = f"{part.pointer}/responses/{status}"
            if _STATUS.fullmatch(status.upper()):
                responses.setdefault(status.upper(), response)
                yield DocumentProblem(place, f"must be written {status.upper()}")
            else:
                message = f"{status!r} is no status, such as 200, 2XX or default; it is left out"
                yield DocumentProblem(place, message)


def _repair_methods(document: Document) -> Iterator[DocumentProblem]:
    """Leave out additional operations of no method; those of usual methods become fields."""
    for part in list(walk(document)):
        if part.kind != "pathItem" or not isinstance(part.node, dict):
            continue
        additional = part.node.get("additionalOperations", {})
        for method in list(additional):
            place = f"{part.pointer}/additionalOperations/{escape(method)}"
            usual = method.lower()
            if not _METHOD.fullmatch(method):
                del additional[method]
                yield DocumentProblem(place, f"{method!r} is no HTTP method; it is left out")
            elif usual in METHODS and usual in part.node:
                del additional[method]
                yield DocumentProblem(place, f"the path has `{usual}` before; it is left out")
            elif usual in METHODS:
                part.node[usual] = additional.pop(method)
                yield DocumentProblem(place, f"must be the field `{usual}` of the path")


def _repair_paths(document: Document) -> Iterator[DocumentProblem]:
    """Make paths begin with a slash, and leave out what an earlier operation has."""
    paths: dict[str, Any] = document.get("paths", {})
    for path in [path for path in paths if not path.startswith(("/", "x-"))]:
        message = "a path begins with a slash; one is put before it"
        yield DocumentProblem(pointer("paths", path), message)
        document["paths"] = paths = {
            f"/{name}" if name == path and f"/{name}" not in paths else name: item
            for name, item in paths.items()
        }
    for path in [path for path in paths if "?" in path or "#" in path]:
        yield DocumentProblem(pointer("paths", path), unreachable(path), "warning")
    operations = {
        (path, method): (item, item[method])
        for path, item in paths.items()
        if isinstance(item, dict) and not path.startswith("x-")
        for method in METHODS
        if method in item
    }
    routes: set[tuple[str, str]] = set()
    ids: set[str] = set()
    for (path, method), (item, operation) in operations.items():
        place = pointer("paths", path, method)
        route = (method, re.sub(r"\{[^{}]*\}", "{}", path))
        if route in routes:
            del item[method]
            yield DocumentProblem(place, "has the path of an earlier operation; it is left out")
            continue
        routes.add(route)
        name = operation.get("operationId")
        if name in ids:
            del operation["operationId"]
            message = f"the operationId {name} is that of an earlier operation; give each its own"
            yield DocumentProblem(place, message)
        elif name is not None:
            ids.add(name)


def _remove(part: Part) -> None:
    if isinstance(part.holder, list):
        part.holder[part.key] = _REMOVED
    else:
        part.holder.pop(part.key, None)


def _compact(document: Document) -> dict[str, list[int]]:
    """Take the places of removed items out of lists; return the original indexes of the others."""
    positions = {}
    for part in walk(document):
        for field, value in part.node.items() if isinstance(part.node, dict) else ():
            if isinstance(value, list) and any(item is _REMOVED for item in value):
                kept = [index for index, item in enumerate(value) if item is not _REMOVED]
                positions[f"{part.pointer}/{escape(field)}"] = kept
                part.node[field] = [value[index] for index in kept]
    return positions


def _name(value: Any) -> str:
    return _NAMES.get(type(value), "a value")
