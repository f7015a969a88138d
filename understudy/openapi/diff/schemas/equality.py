"""Equality of two schemas, through their references; texts and examples do not count."""

from __future__ import annotations

from typing import Any

from understudy.openapi.diff.schemas.located_schema import ANNOTATIONS, LocatedSchema
from understudy.openapi.document import Document

#: Keywords that clients notice although they say nothing about which values are valid.
_NOTICED = frozenset(["default", "deprecated", "readOnly", "writeOnly", "discriminator"])
_IGNORED = ANNOTATIONS - _NOTICED
#: Keywords whose keys are names that the author chose.
_NAMED = frozenset(["properties", "patternProperties", "dependentSchemas", "mapping"])
#: Keywords whose values are data.
_DATA = frozenset(["enum", "const", "default", "dependentRequired"])


class Equality:
    """Compares the schemas of two documents; each pair of references once."""

    def __init__(self) -> None:
        self._equal: set[tuple[str, str]] = set()
        self._different: set[tuple[str, str]] = set()

    def holds(self, old: LocatedSchema, new: LocatedSchema) -> bool:
        """Return whether two schemas are written alike, with everything that they refer to."""
        assumed: set[tuple[str, str]] = set()
        is_equal = self._are_equal(old, new, assumed)
        if is_equal:
            self._equal |= assumed
        return is_equal

    def _are_equal(
        self, old: LocatedSchema, new: LocatedSchema, assumed: set[tuple[str, str]]
    ) -> bool:
        refs = _ref(old.schema), _ref(new.schema)
        if all(refs):
            if refs in self._equal or refs in assumed:
                return True
            if refs in self._different:
                return False
            assumed.add(refs)
        before, after = old.resolved(), new.resolved()
        is_equal = self._have_equal_keywords(old.document, before, new.document, after, assumed)
        if all(refs) and not is_equal:
            self._different.add(refs)
        return is_equal

    def _have_equal_keywords(
        self,
        old: Document,
        before: dict[str, Any],
        new: Document,
        after: dict[str, Any],
        assumed: set[tuple[str, str]],
    ) -> bool:
        before, after = _noticed(before), _noticed(after)
        if before.keys() != after.keys():
            return False
        return all(
            self._are_equal_values(old, value, new, after[key], key, assumed)
            for key, value in before.items()
        )

    def _are_equal_values(
        self,
        old: Document,
        before: Any,
        new: Document,
        after: Any,
        key: str,
        assumed: set[tuple[str, str]],
    ) -> bool:
        if key in _DATA or not isinstance(before, dict | list):
            return type(before) is type(after) and bool(before == after)
        pairs = _parts(before, after, is_map=key in _NAMED)
        if pairs is None:
            return False
        return all(
            self._are_equal(LocatedSchema(old, first), LocatedSchema(new, second), assumed)
            if isinstance(first, dict) and isinstance(second, dict)
            else first == second
            for first, second in pairs
        )


def _ref(schema: Any) -> str:
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    return ref if isinstance(ref, str) else ""


def _noticed(schema: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in schema.items() if k not in _IGNORED and not k.startswith("x-")}


def _parts(before: Any, after: Any, *, is_map: bool) -> list[tuple[Any, Any]] | None:
    """Return the schemas in a keyword's two values that belong together; None if they differ in
    kind, number or names."""
    if type(before) is not type(after):
        return None
    if isinstance(before, list):
        return list(zip(before, after, strict=True)) if len(before) == len(after) else None
    if not is_map:
        return [(before, after)]
    if before.keys() != after.keys():
        return None
    return [(value, after[name]) for name, value in before.items()]
