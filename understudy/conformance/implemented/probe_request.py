"""Requests that tell whether an operation is there, and do no harm if it is.

They are about resources that do not exist, or have a body of the wrong type.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from understudy.http.json_codec import ABSENT
from understudy.http.parameters.parameter_writer import path_text
from understudy.openapi.examples.example_response import generate
from understudy.openapi.operation import Operation, Parameter
from understudy.openapi.resources.resource_types import type_of_path_parameter

#: The methods by which nothing changes.
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})
#: A segment of a path that no API has.
UNKNOWN = "understudy-unknown"
#: The template of a path parameter.
_TEMPLATE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """A request; `words` are those parts of its path that responses may repeat."""

    method: str
    path: str
    body: Any = ABSENT
    words: tuple[str, ...] = ()

    @property
    def kind(self) -> tuple[str, str]:
        """What requests to other paths have in common with it."""
        return self.method, repr(self.body)


def names_resources(operation: Operation) -> bool:
    """Return whether a path has an id, by which it may lead to nothing."""
    return any(p.where == "path" and _is_free(p) for p in operation.parameters)


def is_harmless(operation: Operation) -> bool:
    """Return whether the probe of an operation changes nothing: it only reads, or it is about a
    resource that does not exist, or its body is refused."""
    has_body = operation.body is not None and operation.method != "DELETE"
    return operation.method in _SAFE or names_resources(operation) or has_body


def probe_request(operation: Operation, seed: int) -> ProbeRequest:
    """Return the request for an operation, the same for the same seed."""
    declared = {p.name: p for p in operation.parameters if p.where == "path"}
    words: list[str] = []

    def value(match: re.Match[str]) -> str:
        parameter = declared.get(match[1])
        text = (
            _missing_id(seed, match[1]) if parameter is None else _text(operation, parameter, seed)
        )
        words.append(text)
        return text

    path = _TEMPLATE.sub(value, operation.path)
    return ProbeRequest(operation.method, path, _wrong_body(operation), tuple(words))


def request_for(operation: Operation, ids: Mapping[str, Sequence[str]]) -> ProbeRequest | None:
    """Return a request that reads what is there, by ids of known resources; None if some are not
    known, or if it would do more than read."""
    names = [p.name for p in operation.parameters if p.where == "path"]
    known = {name: ids.get(type_of_path_parameter(operation, name), ()) for name in names}
    if operation.method != "GET" or not (names and all(known.values())):
        return None
    words = tuple(quote(known[name][0], safe="") for name in names)
    path = operation.path
    for name, word in zip(names, words, strict=True):
        path = path.replace("{" + name + "}", word)
    return ProbeRequest("GET", path, words=words)


def unknown_path(request: ProbeRequest) -> ProbeRequest:
    """Return the same request to a path that no API has."""
    return replace(request, path=f"/{UNKNOWN}", words=(UNKNOWN,))


def unknown_sibling(operation: Operation, request: ProbeRequest) -> tuple[ProbeRequest, str]:
    """Return the same request to a path next to the operation's that no API has, and the word of
    its own path that is another one there."""
    segments, templates = request.path.split("/"), operation.path.split("/")
    literal = [n for n, segment in enumerate(templates) if segment and "{" not in segment]
    if not literal:
        return unknown_path(request), ""
    word, segments[literal[-1]] = segments[literal[-1]], UNKNOWN
    return replace(request, path="/".join(segments), words=(*request.words, UNKNOWN)), word


def _wrong_body(operation: Operation) -> Any:
    """Return a body that is refused, if the operation takes one; none if it may do without, and can
    find nothing to change."""
    body = operation.body
    if body is None or (not body.required and names_resources(operation)):
        return ABSENT
    schema = body.json.definition.get("schema") if body.json else None
    return {} if isinstance(schema, dict) and schema.get("type") == "array" else []


def _text(operation: Operation, parameter: Parameter, seed: int) -> str:
    """Return the text of a path parameter: an id that nothing has, if it may be one."""
    validator, digits = parameter.validator, _digest(seed, parameter.name)
    candidates: list[Any] = [_missing_id(seed, parameter.name), 900_000_000 + digits % 99_999_999]
    candidates.insert(0, str(uuid.UUID(int=digits, version=4)))
    if parameter.schema.get("format") != "uuid":
        candidates.append(candidates.pop(0))
    value = next((c for c in candidates if _is_of(parameter, c) and validator.accepts(c)), None)
    if value is None:
        value = generate(operation.contract.document, parameter.schema, str(seed))
    return path_text(parameter, "none" if value is None else value)


def _is_of(parameter: Parameter, value: Any) -> bool:
    types = parameter.types or ("string",)
    return ("string" if isinstance(value, str) else "integer") in types or "number" in types


def _is_free(parameter: Parameter) -> bool:
    """Return whether a parameter may be the id of any resource."""
    is_chosen = {"enum", "const"} & parameter.schema.keys() or parameter.types == ("boolean",)
    return not is_chosen


def _missing_id(seed: int, name: str) -> str:
    return f"understudy-{_digest(seed, name) % 16**8:08x}"


def _digest(seed: int, name: str) -> int:
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return int.from_bytes(digest[:16])
