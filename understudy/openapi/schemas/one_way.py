"""Properties that one direction does not need: `readOnly` in requests, `writeOnly` in responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.document import Document, resolve

Names = frozenset[str]
NO_NAMES: Names = frozenset()

#: The keywords whose schemas apply to the same value: always, or only to some values.
_ALWAYS = ("allOf",)
_SOMETIMES = ("anyOf", "oneOf", "then", "else")
#: The depth at which compositions are no longer followed.
_DEEPEST = 12


class OneWayProperties:
    """Finds the one-way properties of schemas, wherever in their composition they stand.

    A composition is a schema, what its `$ref` and `allOf` lead to and, unless `always`, its
    alternatives.
    """

    def __init__(self, document: Document, keyword: str) -> None:
        """`keyword` is "readOnly" or "writeOnly"."""
        self._document = document
        self._keyword = keyword
        self._names: dict[int, Names] = {}  # by the id of a schema; the document keeps them alive

    def of(self, schema: Any, *, always: bool = False) -> Names:
        """Return the names of the one-way properties in the composition of a schema."""
        names = [self._own(part) for part in self._composition(schema, always)]
        return NO_NAMES.union(*names)

    def required_by(self, schema: Any, *, always: bool = False) -> Names:
        """Return the names that a schema requires, in any part of its composition."""
        names: set[str] = set()
        for part in self._composition(schema, always):
            names.update(_listed(part.get("required")))
            dependent = part.get("dependentRequired")
            for listed in dependent.values() if isinstance(dependent, dict) else ():
                names.update(_listed(listed))
        return frozenset(names)

    def _own(self, schema: dict[str, Any]) -> Names:
        if "properties" not in schema:
            return NO_NAMES
        if id(schema) not in self._names:
            properties = schema["properties"]
            self._names[id(schema)] = frozenset(
                name
                for name, part in (properties.items() if isinstance(properties, dict) else ())
                if self._is_one_way(part)
            )
        return self._names[id(schema)]

    def _is_one_way(self, schema: Any) -> bool:
        if isinstance(schema, dict) and "$ref" not in schema and "allOf" not in schema:
            return schema.get(self._keyword) is True
        parts = self._composition(schema, always=True)
        return any(part.get(self._keyword) is True for part in parts)

    def _composition(self, schema: Any, always: bool) -> Iterator[dict[str, Any]]:
        """Yield the schemas of a composition, each once."""
        pending: list[tuple[Any, int]] = [(schema, 0)]
        seen = set()
        while pending:
            part, depth = pending.pop()
            if not isinstance(part, dict) or id(part) in seen or depth > _DEEPEST:
                continue
            seen.add(id(part))
            yield part
            inner = [
                part[key] for key in (_ALWAYS if always else _ALWAYS + _SOMETIMES) if key in part
            ]
            for value in inner:
                pending += [
                    (each, depth + 1) for each in (value if isinstance(value, list) else [value])
                ]
            if "$ref" in part:
                pending.append((self._target(part), depth + 1))

    def _target(self, schema: dict[str, Any]) -> Any:
        try:
            return resolve(self._document, schema)
        except UsageError:
            return None


def _listed(names: Any) -> list[str]:
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
