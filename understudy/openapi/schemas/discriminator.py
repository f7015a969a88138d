"""Discriminators: which value of a property chooses which schema.

What the alternatives themselves say of the property (`const`, `enum`) counts first, then the
mapping, then the names of their schemas. Where that does not tell the alternatives apart, there is
no discriminator.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from understudy.errors import UsageError
from understudy.openapi.document import Document, resolve

_SCHEMAS = "#/components/schemas/"
#: The depth at which compositions are no longer followed.
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A schema and the values that choose it.

    `index` is its place in the list of alternatives (None if it is not in it). The `aliases` choose
    it as well: the name of its schema, if the mapping has another one for it.
    """

    values: tuple[Any, ...]
    schema: Any
    index: int | None
    aliases: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Discriminator:
    """A property whose value chooses a schema.

    `keyword` is the list of alternatives ("oneOf" or "anyOf"), or "allOf" for a base schema, which
    the chosen ones include. `other_values` choose the base schema alone. `default` is the schema
    for values that are absent or unknown, or None. `others` are the indexes of the alternatives
    for values that are no objects.
    """

    property_name: str
    keyword: str
    choices: tuple[Choice, ...]
    other_values: tuple[Any, ...]
    default: Any
    others: tuple[int, ...]

    @property
    def values(self) -> list[Any]:
        """All values that choose something."""
        return [*(v for choice in self.choices for v in choice.values), *self.other_values]


def discriminator_of(
    document: Document, schema: Mapping[str, Any], ref: str | None = None
) -> Discriminator | None:
    """Return the discriminator of a schema, or None.

    `ref` is the reference to the schema, if it is a shared one: others may include it as a base.
    """
    definition = schema.get("discriminator")
    name = definition.get("propertyName") if isinstance(definition, dict) else None
    if not isinstance(definition, dict) or not isinstance(name, str):
        return None
    reader = _Reader(document, name, definition)
    for keyword in ("oneOf", "anyOf"):
        alternatives = schema.get(keyword)
        if isinstance(alternatives, list) and alternatives:
            return reader.of_alternatives(keyword, alternatives)
    return reader.of_base(schema, ref) if ref else None


def children_of(document: Document, base: str) -> list[str]:
    """Return the references to the shared schemas that include a shared one by `allOf`, directly
    or through others."""
    shared = document.get("components", {}).get("schemas", {})
    parents = {
        _SCHEMAS + name: {part.get("$ref") for part in _included(schema)}
        for name, schema in (shared.items() if isinstance(shared, dict) else ())
    }
    children: dict[str, None] = {}
    pending = [base]
    while pending:
        parent = pending.pop()
        for child in (child for child, bases in parents.items() if parent in bases):
            if child not in children and child != base:
                children[child] = None
                pending.append(child)
    return [child for child in parents if child in children]


def includes(schema: Any, ref: str) -> bool:
    """Return whether a schema names another in its `allOf`, or beside its own keywords."""
    return any(part.get("$ref") == ref for part in _included(schema))


def _included(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        parts = schema.get("allOf")
        yield from (part for part in (parts or ()) if isinstance(part, dict))
        if "$ref" in schema and len(schema) > 1:
            yield schema


class _Reader:
    """Reads a discriminator of a document."""

    def __init__(self, document: Document, name: str, definition: dict[str, Any]) -> None:
        self._document = document
        self._name = name
        mapping = definition.get("mapping")
        self._mapping: dict[str, str] = {
            str(value): _as_ref(target)
            for value, target in (mapping.items() if isinstance(mapping, dict) else ())
            if isinstance(target, str)
        }
        default = definition.get("defaultMapping")
        self._default = {"$ref": _as_ref(default)} if isinstance(default, str) else None
        if self._default and not self._exists(self._default["$ref"]):
            self._default = None

    def of_alternatives(self, keyword: str, alternatives: list[Any]) -> Discriminator | None:
        of_objects = [n for n, part in enumerate(alternatives) if self._may_be_object(part)]
        others = tuple(n for n in range(len(alternatives)) if n not in of_objects)
        parts: list[tuple[int | None, Any]] = [(n, alternatives[n]) for n in of_objects]
        refs = {_ref_of(part) for part in alternatives}
        targets = dict.fromkeys(ref for ref in self._mapping.values() if self._exists(ref))
        parts += [(None, {"$ref": ref}) for ref in targets if ref not in refs]
        values = self._told_apart([schema for _, schema in parts])
        if not values or not of_objects:
            return None
        choices = self._choices(values, parts)
        return Discriminator(self._name, keyword, choices, (), self._default, others)

    def of_base(self, schema: Mapping[str, Any], ref: str) -> Discriminator | None:
        targets = [*self._mapping.values(), *children_of(self._document, ref)]
        refs = [r for r in dict.fromkeys(targets) if r != ref and self._exists(r)]
        values = self._told_apart([{"$ref": r} for r in refs])
        if not values:
            return None
        choices = self._choices(values, [(None, {"$ref": r}) for r in refs])
        taken = {_text(value) for chosen in values for value in chosen}
        own = self._own_values(schema) or self._mapped(ref)
        other = tuple(value for value in own if _text(value) not in taken)
        return Discriminator(self._name, "allOf", choices, other, self._default, ())

    def _choices(
        self, values: list[list[Any]], schemas: list[tuple[int | None, Any]]
    ) -> tuple[Choice, ...]:
        taken = {_text(value) for chosen in values for value in chosen} | {
            *map(_text, self._mapping)
        }
        choices = []
        for chosen, (index, schema) in zip(values, schemas, strict=True):
            own = self._own_values(schema)
            names = [name for name in _names(_ref_of(schema)) if not own or name in own]
            aliases = tuple(name for name in names if _text(name) not in taken)
            choices.append(Choice(tuple(chosen), schema, index, aliases))
        return tuple(choices)

    def _told_apart(self, schemas: list[Any]) -> list[list[Any]]:
        """Return the values that choose each schema; nothing if they do not tell them apart."""
        own = [self._own_values(schema) for schema in schemas]
        mapped = [self._mapped(_ref_of(schema)) for schema in schemas]
        narrowed = [
            [value for value in names if not known or value in known]
            for names, known in zip(mapped, own, strict=True)
        ]
        either = [a or b for a, b in zip(own, mapped, strict=True)]
        for values in (own, either, narrowed):
            texts = [_text(value) for chosen in values for value in chosen]
            if all(values) and len(texts) == len(set(texts)):
                return values
        return []

    def _mapped(self, ref: str | None) -> list[Any]:
        """Return the names that the mapping gives a schema, or its own."""
        names = [value for value, target in self._mapping.items() if target == ref]
        return names or [name for name in _names(ref) if name not in self._mapping]

    def _own_values(self, schema: Any, depth: int = 0) -> list[Any]:
        """Return the values that a schema allows for the property; nothing if it allows any."""
        schema = self._resolved(schema)
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return []
        properties = schema.get("properties")
        known = _listed(self._resolved((properties or {}).get(self._name)))
        for part in _parts(schema, "allOf"):
            known = _both(known, self._own_values(part, depth + 1))
        for keyword in ("oneOf", "anyOf"):
            each = [self._own_values(part, depth + 1) for part in _parts(schema, keyword)]
            if each and all(each):
                known = _both(known, [value for values in each for value in values])
        return known

    def _may_be_object(self, schema: Any, depth: int = 0) -> bool:
        schema = self._resolved(schema)
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return True
        types = schema.get("type", "object")
        if "object" not in ([types] if isinstance(types, str) else types):
            return False
        values = _listed(schema)
        if values and not any(isinstance(value, dict) for value in values):
            return False
        return all(self._may_be_object(part, depth + 1) for part in _parts(schema, "allOf"))

    def _resolved(self, schema: Any) -> Any:
        try:
            return resolve(self._document, schema)
        except UsageError:
            return None

    def _exists(self, ref: str) -> bool:
        return self._resolved({"$ref": ref}) is not None


def _as_ref(target: str) -> str:
    """Return the target of a mapping as a reference: it may be the name of a shared schema."""
    return target if "#" in target or "/" in target else _SCHEMAS + target


def _ref_of(schema: Any) -> str | None:
    """Return the reference that a schema is, alone or with keywords beside it."""
    if not isinstance(schema, dict):
        return None
    ref = schema.get("$ref")
    if ref is None:
        inner = [part["$ref"] for part in _parts(schema, "allOf") if _is_reference(part)]
        ref = inner[0] if len(inner) == 1 else None
    return ref if isinstance(ref, str) else None


def _names(ref: str | None) -> list[str]:
    """Return the name of the schema that a reference leads to, if any."""
    if ref is None:
        return []
    return [unquote(ref.rpartition("/")[2]).replace("~1", "/").replace("~0", "~")]


def _is_reference(part: Any) -> bool:
    return isinstance(part, dict) and "$ref" in part


def _listed(schema: Any) -> list[Any]:
    """Return the values that a schema lists."""
    if not isinstance(schema, dict):
        return []
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return list(values) if isinstance(values, list) else []


def _parts(schema: dict[str, Any], keyword: str) -> list[Any]:
    parts = schema.get(keyword)
    return parts if isinstance(parts, list) else []


def _both(first: list[Any], second: list[Any]) -> list[Any]:
    """Return the values that are in both lists; an empty list stands for all values."""
    if not first or not second:
        return first or second
    known = {_text(value) for value in second}
    return [value for value in first if _text(value) in known] or first


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
