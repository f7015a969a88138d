"""The schemas of a document as generators see them: references, discriminators, and how deep the
smallest values are."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from understudy.errors import UsageError
from understudy.openapi.document import Document, resolve
from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.schemas.discriminator import Discriminator, discriminator_of
from understudy.openapi.schemas.schema import CHOICES

if TYPE_CHECKING:
    from understudy.openapi.examples.generator.combined_schema import CombinedSchema

#: Steps for the height of one schema; those beyond count as nothing.
_MOST_STEPS = 5000
#: References in one another for the height: no value is generated that is as deep.
_MOST_NESTED = 100
#: Schemas for which it is kept what they combine.
_MOST_KEPT = 5000


class DocumentSchemas:
    """The schemas of one document; remembers what it found out about them."""

    def __init__(self, document: Document) -> None:
        self.document = document
        #: Whether keywords beside `$ref` mean nothing.
        self.ignores_siblings = str(document.get("openapi", "")).startswith("3.0")
        self._discriminators: dict[tuple[int, str | None], Discriminator | None] = {}
        #: What schemas combine, by their ids; with the schemas, which keeps them alive.
        self.combined: dict[int, tuple[Any, CombinedSchema]] = {}
        self._heights: dict[str, float] = {}
        self._steps = 0

    def keep(self, schema: Any, combined: CombinedSchema) -> None:
        """Keep what a schema combines."""
        if len(self.combined) >= _MOST_KEPT:
            self.combined.clear()
        self.combined[id(schema)] = schema, combined

    def followed(self, schema: Any) -> Any:
        """Return what a schema's reference points to. Raises CannotGenerate."""
        try:
            return resolve(self.document, schema)
        except UsageError as error:
            raise CannotGenerate from error

    def discriminator(self, schema: dict[str, Any], ref: str | None) -> Discriminator | None:
        """Return the discriminator of a schema, which is shared by `ref` if that is not None."""
        definition = schema.get("discriminator")
        if not isinstance(definition, dict):
            return None
        key = id(definition), ref  # the document keeps it alive
        if key not in self._discriminators:
            self._discriminators[key] = discriminator_of(self.document, schema, ref)
        return self._discriminators[key]

    def height(self, schema: Any) -> float:
        """Return the height of the smallest value, as far as `required` and `minItems` say.

        It is 0 for a string or an empty array, one more for each object or array around it, and
        infinite for a schema that requires itself.
        """
        self._steps = _MOST_STEPS
        return self._height(schema, frozenset())

    def _height(self, schema: Any, within: frozenset[str]) -> float:
        self._steps -= 1
        if not isinstance(schema, dict) or self._steps < 0:
            return 0
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            return self._own_height(schema, within)
        if ref in within or len(within) > _MOST_NESTED:
            return inf
        if ref not in self._heights:
            try:
                target = self.followed(schema)
            except CannotGenerate:
                return inf
            height = self._own_height(target, within | {ref})
            if height == inf and within:
                return inf  # perhaps only at this place
            self._heights[ref] = height
        return self._heights[ref]

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
