"""How deep the smallest values of schemas are."""

from __future__ import annotations

from math import inf
from typing import Any

from understudy.openapi.document import Document
from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.examples.generator.combined_schema import followed
from understudy.openapi.schemas.schema import CHOICES

#: Steps for one schema; those beyond count as nothing.
_MOST_STEPS = 5000


class SchemaHeights:
    """The heights of the schemas of a document: 0 for a string or an empty array, one more for
    each object or array around it; infinite for a schema that requires itself."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[str, float] = {}
        self._steps = 0

    def height(self, schema: Any) -> float:
        """Return the height of the smallest value, as far as `required` and `minItems` say."""
        self._steps = _MOST_STEPS
        return self._height(schema, frozenset())

    def _height(self, schema: Any, within: frozenset[str]) -> float:
        self._steps -= 1
        if not isinstance(schema, dict) or self._steps < 0:
            return 0
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            return self._own_height(schema, within)
        if ref in within:
            return inf
        if ref not in self._known:
            try:
                target = followed(self._document, schema)
            except CannotGenerate:
                return inf
            height = self._own_height(target, within | {ref})
            if height == inf and within:
                return inf  # perhaps only at this place
            self._known[ref] = height
        return self._known[ref]

    def _own_height(self, schema: Any, within: frozenset[str]) -> float:
        if not isinstance(schema, dict):
            return inf if schema is False else 0
        if schema.get("nullable") is True or "null" in (schema.get("type") or ()):
            return 0
        if "enum" in schema or "const" in schema:
            return 0
        heights = [self._height(part, within) for part in schema.get("allOf", ())]
        for word in CHOICES:
            if schema.get(word):
                heights.append(min(self._height(option, within) for option in schema[word]))
        properties = schema.get("properties", {})
        names = [name for name in schema.get("required", ()) if name in properties]
        heights += [1 + self._height(properties[name], within) for name in names]
        if schema.get("minItems"):
            heights.append(1 + self._height(schema.get("items"), within))
        return max(heights, default=0)
