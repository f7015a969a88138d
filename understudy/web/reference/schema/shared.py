"""The shared schema that another schema is: the one that it refers to."""

from __future__ import annotations

from typing import Any, NamedTuple

from understudy.openapi.document import steps_of
from understudy.openapi.schemas.schema import CHOICES, Schema, as_object, types_of
from understudy.web.reference.schema.node import FLAGS

#: The keywords that do not keep a schema from being the one that it refers to.
_ABOUT = frozenset(
    [*FLAGS, "description", "title", "default", "example", "examples", "externalDocs", "xml"]
)
#: The keys of maps of named schemas; at any other place, a schema has no name.
_SHARED_IN = (["schemas"], ["$defs"], ["definitions"])


class SharedSchema(NamedTuple):
    """A schema that is referred to: the reference, and its name; both empty if it is none."""

    ref: str = ""
    name: str = ""


def shared_schema(schema: Any) -> SharedSchema | None:
    """Return the shared schema that another is: what it refers to, perhaps with words of its own
    about it."""
    if not isinstance(schema, dict):
        return None
    parts = schema.get("allOf")
    if isinstance(parts, list) and len(parts) == 1 and not schema.keys() - _ABOUT - {"allOf"}:
        return shared_schema(parts[0])
    ref = schema.get("$ref", schema.get("$dynamicRef"))
    if not isinstance(ref, str):
        return None
    steps = ["", *steps_of(ref)]
    return SharedSchema(ref, steps[-1] if steps[-2:-1] in _SHARED_IN else "")


def static(schema: Any) -> Any:
    """Return a schema; of a dynamic reference, the one to the schema where it is declared."""
    if isinstance(schema, dict) and "$dynamicRef" in schema and "$ref" not in schema:
        return {"$ref": schema["$dynamicRef"]}
    return schema


def other_than_null(schema: Schema) -> Any:
    """Return the schema whose only alternative is null, or None."""
    keyword = next((key for key in CHOICES if schema.get(key)), "")
    alternatives = schema.get(keyword, ())
    others = [s for s in alternatives if types_of(as_object(s)) != ("null",)]
    is_plain = not schema.keys() - _ABOUT - {keyword}
    return others[0] if len(alternatives) == 2 and len(others) == 1 and is_plain else None
