"""Documents as Schemathesis reads them: without the words that it does not know."""

from __future__ import annotations

import copy
import json
import re
import warnings
from typing import Any

from understudy.conformance.shape.known_words import simplify
from understudy.errors import UsageError
from understudy.openapi.document import META_SCHEMAS, Document, resolve
from understudy.openapi.loading.references import bundled
from understudy.openapi.operation import JSON_LINES
from understudy.openapi.schemas.strings.patterns import python_pattern
from understudy.openapi.structure import walk

#: What Schemathesis translates by itself: Unicode properties and named groups.
_UNDERSTOOD = re.compile(r"\\[pP]\{|\(\?<")


def readable_document(document: Document) -> Document:
    """Return a document, in the inner form, that Schemathesis can read.

    Other words are made simple (see `simplify`); JSON lines become arrays of their items (see
    `serialize_lines`), and the patterns of ECMA-262 that it would leave out become Python's.
    References by the names of schemas become pointers.
    """
    copied: dict[str, Any] = copy.deepcopy(dict(document))
    if any(part.kind == "schema" and _is_by_name(part.node) for part in walk(copied)):
        copied = _without_names(copied)
    simplify(copied)
    for part in walk(copied):
        if not isinstance(part.node, dict):
            continue
        if part.kind == "mediaType" and part.key in JSON_LINES:
            media = resolve(copied, part.node)
            if "itemSchema" in media:
                items = media.pop("itemSchema")  # no lines at all are no body
                media.setdefault("schema", {"type": "array", "minItems": 1, "items": items})
        elif part.kind == "schema" and isinstance(part.node.get("pattern"), str):
            part.node["pattern"] = _readable_pattern(part.node["pattern"])
    return copied


def _is_by_name(schema: Any) -> bool:
    """Return whether a schema is a reference to an `$id` or an anchor."""
    ref = schema.get("$ref", "#") if isinstance(schema, dict) else "#"
    return ref != "#" and not ref.startswith(("#/", *META_SCHEMAS))


def _without_names(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document whose references are pointers; `$dynamicRef`, which needs the names, allows
    any value then."""
    for part in walk(document):
        if part.kind == "schema" and isinstance(part.node, dict):
            part.node.pop("$dynamicRef", None)
    return bundled(document, "urn:document", _nothing).document


def _nothing(uri: str) -> Any:
    raise UsageError(f"{uri} is not in the document")


def _readable_pattern(pattern: str) -> str:
    if _UNDERSTOOD.search(pattern):
        return pattern
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return python_pattern(pattern) or pattern
    return pattern


def serialize_lines(context: Any, value: Any) -> bytes:
    """Return an array as JSON lines. A serializer of Schemathesis."""
    items = value if isinstance(value, list) else [value]
    return "".join(f"{json.dumps(item)}\n" for item in items).encode()
