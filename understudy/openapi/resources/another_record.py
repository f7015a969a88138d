"""The request that makes another record than the example's, where the example's exists already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from understudy.openapi.document import Document, escape
from understudy.openapi.resources.call import Arguments, Call
from understudy.openapi.schemas.schema import merged, parts

#: Words of a schema that say which texts it allows.
_RESTRICTIONS = frozenset({"enum", "const", "format", "pattern"})


def another_record(call: Call, arguments: Arguments, ending: str) -> Arguments:
    """Return arguments with nothing in the body but what its schema requires and what comes from
    responses; required texts that a client may choose get an ending."""
    body, media = arguments.body, arguments.media
    if media is None or not isinstance(body, dict):
        return arguments
    schema = media.definition.get("schema", {})
    document = call.operation.contract.document
    taken = {f"/{each.name.split('/')[1]}" for each in call.taken if each.part == "body"}
    required = _required(document, schema)
    kept: dict[str, Any] = {}
    for name, value in body.items():
        if f"/{escape(name)}" in taken:
            kept[name] = value
        elif name in required:
            free = isinstance(value, str) and _is_free(required[name], len(value) + len(ending))
            kept[name] = f"{value}{ending}" if free else value
    return replace(arguments, body=kept)


def _required(document: Document, schema: Any) -> dict[str, dict[str, Any]]:
    """Return the schemas of the properties that a schema requires, by their names."""
    all_parts = list(parts(document, schema))
    known = {n: s for part in all_parts for n, s in part.get("properties", {}).items()}
    names = [name for part in all_parts for name in part.get("required", ())]
    return {name: merged(document, known.get(name, {})) for name in names}


def _is_free(schema: dict[str, Any], length: int) -> bool:
    most = schema.get("maxLength")
    return not _RESTRICTIONS & schema.keys() and (not isinstance(most, int) or length <= most)
