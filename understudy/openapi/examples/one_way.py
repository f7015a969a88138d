"""Values without the properties that a direction does not have."""

from __future__ import annotations

from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.examples.generator.combined_schema import combine, followed
from understudy.openapi.schemas.schema import COMPOSITIONS, Schema

_DEEPEST = 60


def without_one_way(document: Document, schema: Any, value: Any, key: str, depth: int = 0) -> Any:
    """Return a value without the properties whose schemas have `key` (`writeOnly`, `readOnly`).

    A property stays if only some of the schemas that describe it have the keyword.
    """
    if not isinstance(value, dict | list) or depth > _DEEPEST:
        return value
    parts = _parts(document, schema)
    if isinstance(value, list):
        items = [part["items"] for part in parts if isinstance(part.get("items"), dict)]
        if not items:
            return value
        whole = items[0] if len(items) == 1 else {"anyOf": items}
        return [without_one_way(document, whole, item, key, depth + 1) for item in value]
    kept: dict[str, Any] = {}
    for name, item in value.items():
        schemas = [p["properties"][name] for p in parts if name in p.get("properties", ())]
        if not schemas:
            schemas = [p["additionalProperties"] for p in parts if "additionalProperties" in p]
        if schemas and all(_has_flag(document, schema, key) for schema in schemas):
            continue
        whole = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        kept[name] = without_one_way(document, whole, item, key, depth + 1)
    return kept


def _parts(document: Document, schema: Any) -> list[Schema]:
    """Return a schema and those that it combines; each once, at most 200."""
    pending = [schema]
    parts: list[Schema] = []
    seen: set[int] = set()
    while pending and len(parts) < 200:
        try:
            part = followed(document, pending.pop(0))
        except CannotGenerate:
            continue
        if isinstance(part, dict) and id(part) not in seen:
            seen.add(id(part))
            parts.append(part)
            pending[:0] = [s for word in COMPOSITIONS for s in part.get(word) or ()]
    return parts


def _has_flag(document: Document, schema: Any, key: str) -> bool:
    try:
        return any(part.get(key) is True for part in combine(document, schema).parts)
    except CannotGenerate:
        return False
