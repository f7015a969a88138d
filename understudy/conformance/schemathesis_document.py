"""Documents as Schemathesis reads them: without the words that it does not know."""

from __future__ import annotations

import copy
import json
import re
import warnings
from typing import Any

from understudy.openapi.document import Document, resolve
from understudy.openapi.operation import JSON_LINES
from understudy.openapi.schemas.patterns import python_pattern
from understudy.openapi.structure import walk

#: What Schemathesis translates by itself: Unicode properties and named groups.
_UNDERSTOOD = re.compile(r"\\[pP]\{|\(\?<")


def readable_document(document: Document) -> Document:
    """Return a document, in the inner form, that Schemathesis can read.

    JSON lines become arrays of their items (see `serialize_lines`), and the patterns of ECMA-262
    that it would leave out become Python's.
    """
    copied: dict[str, Any] = copy.deepcopy(dict(document))
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
