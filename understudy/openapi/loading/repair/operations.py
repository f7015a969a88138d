"""Leaves out operations that cannot be told apart, and parts of them that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from understudy.openapi.document import Document, escape, pointer
from understudy.openapi.lint.messages import unreachable
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.repair.removal import REMOVED, remove
from understudy.openapi.structure import METHODS, walk

_LOCATIONS = ("path", "query", "header", "cookie", "querystring")
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|default")


def repair_security(document: Document) -> Iterator[DocumentProblem]:
    """Leave out security requirements that name no scheme; in OpenAPI 3.2 a name may be a URI."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    for part in walk(document):
        if part.kind not in ("document", "operation") or not isinstance(part.node, dict):
            continue
        for number, requirement in enumerate(part.node.get("security", ())):
            for name in requirement if isinstance(requirement, dict) else ():
                if name not in schemes and not re.search(r"[/#.]", name):
                    part.node["security"][number] = REMOVED
                    message = (
                        f"there is no security scheme {name!r} in #/components/securitySchemes"
                    )
                    place = f"{part.pointer}/security/{number}"
                    yield DocumentProblem(place, f"{message}; it is left out")


def repair_parameters(document: Document) -> Iterator[DocumentProblem]:
    """Leave out parameters without a name or a place."""
    for part in list(walk(document)):
        if part.kind == "parameter" and isinstance(part.node, dict) and "$ref" not in part.node:
            lacking = [field for field in ("name", "in") if not part.node.get(field)]
            if lacking:
                remove(part)
                fields = " and ".join(f"`{field}`" for field in lacking)
                yield DocumentProblem(part.pointer, f"has no {fields}; it is left out")
            elif part.node["in"] not in _LOCATIONS:
                remove(part)
                message = (
                    f"is in {part.node['in']!r}, and a parameter is in "
                    f"{', '.join(_LOCATIONS)}; it is left out"
                )
                yield DocumentProblem(part.pointer, message)
            elif part.node["in"] == "path":
                part.node["required"] = True


def repair_responses(document: Document) -> Iterator[DocumentProblem]:
    """Leave out responses of no status."""
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


def repair_methods(document: Document) -> Iterator[DocumentProblem]:
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


def repair_paths(document: Document) -> Iterator[DocumentProblem]:
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
