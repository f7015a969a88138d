"""Faults that no JSON Schema can find: parts of a document that do not fit each other.

It reads documents in the inner form, after they were repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from understudy.openapi.document import Document, locate, pointer, resolve
from understudy.openapi.lint.messages import shown
from understudy.openapi.loading.problem import DocumentProblem, Severity
from understudy.openapi.schemas.schema_registry import SchemaRegistry
from understudy.openapi.schemas.schema_validator import SchemaValidator
from understudy.openapi.structure import METHODS, Part, walk

_TEMPLATE = re.compile(r"\{([^{}]*)\}")


def semantic_problems(document: Document) -> Iterator[DocumentProblem]:
    """Yield the problems of a document that its structure does not show."""
    for path, node in document.get("paths", {}).items():
        if not path.startswith("x-"):
            yield from _path_problems(document, path, node)
    yield from _server_problems(document.get("servers", ()), pointer("servers"))
    for part in walk(document):
        if not isinstance(part.node, dict):
            continue
        if part.kind == "schema":
            yield from _schema_problems(document, part)
        elif part.kind == "operation":
            yield from _server_problems(part.node.get("servers", ()), f"{part.pointer}/servers")
        elif part.kind == "link":
            yield from _link_problems(document, part)
        elif {"example", "examples"} <= part.node.keys():
            message = "has `example` and `examples`, which exclude each other; keep `examples`"
            yield DocumentProblem(part.pointer, message)


def _path_problems(document: Document, path: str, node: Any) -> Iterator[DocumentProblem]:
    item, place = locate(document, node, pointer("paths", path))
    names = _TEMPLATE.findall(path)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield DocumentProblem(place, f"the path has the parameter {name!r} twice")
    if not isinstance(item, dict):
        return
    shared = list(_parameters(document, item, place))
    yield from _duplicate_parameters(shared)
    additional = item.get("additionalOperations", {})
    operations = {
        **{method: (item[method], f"{place}/{method}") for method in METHODS if method in item},
        **{
            method: (operation, f"{place}/additionalOperations/{method}")
            for method, operation in additional.items()
        },
    }
    for operation, where in operations.values():
        own = list(_parameters(document, operation, where))
        yield from _duplicate_parameters(own)
        yield from _querystring_problems([*shared, *own], where)
        declared = {p["name"]: at for p, at in [*shared, *own] if p["in"] == "path"}
        for name in sorted(set(names) - declared.keys()):
            message = f"the path parameter {name!r} is not declared; add it to `parameters`"
            yield DocumentProblem(where, message)
        for name in sorted(declared.keys() - set(names)):
            message = f"the path has no {{{name}}}; remove this parameter, or add it to the path"
            yield DocumentProblem(declared[name], message)


def _parameters(
    document: Document, holder: dict[str, Any], place: str
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the parameters of a path item or an operation, each with the pointer to where it is
    used."""
    for number, node in enumerate(holder.get("parameters", ())):
        yield resolve(document, node), f"{place}/parameters/{number}"


def _duplicate_parameters(
    parameters: list[tuple[dict[str, Any], str]],
) -> Iterator[DocumentProblem]:
    seen = set()
    for parameter, place in parameters:
        key = (parameter["in"], parameter["name"])
        if key in seen:
            message = f"there is a parameter {key[1]!r} in the {key[0]} before; remove one of them"
            yield DocumentProblem(place, message)
        seen.add(key)


def _querystring_problems(
    parameters: list[tuple[dict[str, Any], str]], place: str
) -> Iterator[DocumentProblem]:
    locations = [parameter["in"] for parameter, _ in parameters]
    if locations.count("querystring") > 1:
        yield DocumentProblem(place, "has more than one parameter in the querystring; keep one")
    if "querystring" in locations and "query" in locations:
        message = "has parameters in the query and in the querystring, which exclude each other"
        yield DocumentProblem(place, message)


def _server_problems(servers: Any, place: str) -> Iterator[DocumentProblem]:
    for number, server in enumerate(servers):
        variables = server.get("variables", {})
        for name in _TEMPLATE.findall(server["url"]):
            if name not in variables:
                message = f"the variable {name!r} of the URL is not declared in `variables`"
                yield DocumentProblem(f"{place}/{number}", message)
        for name, variable in variables.items():
            allowed = variable.get("enum")
            if isinstance(allowed, list) and variable.get("default") not in allowed:
                message = f"the default of the variable {name!r} is not in its `enum`"
                yield DocumentProblem(f"{place}/{number}/variables/{name}", message)


def _link_problems(document: Document, part: Part) -> Iterator[DocumentProblem]:
    name = part.node.get("operationId")
    if name is None:
        return
    for each in walk(document):
        if each.kind == "operation" and each.node.get("operationId") == name:
            return
    yield DocumentProblem(part.pointer, f"there is no operation {name!r}", "warning")


def _schema_problems(document: Document, part: Part) -> Iterator[DocumentProblem]:
    schema = part.node
    values = [("default", schema["default"])] if "default" in schema else []
    if "example" in schema:
        values.append(("example", schema["example"]))
    examples = schema.get("examples")
    if isinstance(examples, list):
        values += [(f"examples/{number}", value) for number, value in enumerate(examples)]
    for field, value in values:
        for violation in _validator(document, schema, part.pointer).violations(value)[:1]:
            message = f"{shown(value)} does not fit its schema: {violation.message}"
            severity: Severity = "error" if field == "default" else "warning"
            yield DocumentProblem(f"{part.pointer}/{field}", message, severity)
    for number, value in enumerate(schema.get("enum", ())):
        rest = {key: schema[key] for key in ("type",) if key in schema}
        if rest and not _validator(document, rest, part.pointer).accepts(value):
            message = f"{shown(value)} is not of the type of its schema; no value can be this one"
            yield DocumentProblem(f"{part.pointer}/enum/{number}", message, "warning")


def _validator(document: Document, schema: Any, place: str) -> SchemaValidator:
    return SchemaValidator(
        SchemaRegistry(document), schema, where="schema", place=place, request=True
    )
