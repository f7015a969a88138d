"""Equality of two schemas, through their references; texts and examples do not count."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from understudy.openapi.diff.schemas.located_schema import ANNOTATIONS
from understudy.openapi.document import Document, resolve
from understudy.openapi.schemas.schema import as_object

#: Keywords that clients notice although they say nothing about which values are valid.
_NOTICED = frozenset(
    ["default", "deprecated", "readOnly", "writeOnly", "discriminator", "contentSchema"]
)
_IGNORED = ANNOTATIONS - _NOTICED
#: Keywords whose keys are names that the author chose.
_NAMED = frozenset(["properties", "patternProperties", "dependentSchemas", "mapping"])
#: Keywords whose values are data, and those whose values are sets.
_DATA = frozenset(["const", "default"])
_SETS = frozenset(["enum", "required", "type"])

_Refs = tuple[str, str]


class Equality:
    """Compares the schemas of two documents. Each pair of references is decided once."""

    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._are_equal: dict[_Refs, bool] = {}

    def holds(self, old: Any, new: Any) -> bool:
        """Return whether two schemas are written alike, with everything that they refer to."""
        refs: set[_Refs] = set()
        if not self._same(old, new, refs):
            return False
        self._decide(refs)
        return all(self._are_equal[pair] for pair in refs)

    def _decide(self, pairs: set[_Refs]) -> None:
        """Decide whether pairs of references are equal, and all pairs that they lead to: those are
        that lead to no difference."""
        pending = [pair for pair in pairs if pair not in self._are_equal]
        leading: dict[_Refs, list[_Refs]] = defaultdict(list)
        visited = set(pending)
        different: list[_Refs] = []
        while pending:
            pair = pending.pop()
            inner: set[_Refs] = set()
            if not self._same(*self._targets(pair), inner):
                different.append(pair)
                continue
            for part in inner:
                leading[part].append(pair)
                if self._are_equal.get(part) is False:
                    different.append(pair)
                elif part not in visited and part not in self._are_equal:
                    visited.add(part)
                    pending.append(part)
        self._are_equal |= dict.fromkeys(visited, True)
        while different:
            pair = different.pop()
            if self._are_equal[pair]:
                self._are_equal[pair] = False
                different += leading[pair]

    def _targets(self, pair: _Refs) -> tuple[Any, Any]:
        before, after = pair
        return resolve(self._old, {"$ref": before}), resolve(self._new, {"$ref": after})

    def _same(self, old: Any, new: Any, refs: set[_Refs]) -> bool:
        """Return whether two schemas are alike up to their references, which are added to `refs`
        in pairs."""
        pair = _ref(old), _ref(new)
        if all(pair):
            refs.add(pair)
            return True
        before = _noticed(as_object(resolve(self._old, old)))
        after = _noticed(as_object(resolve(self._new, new)))
        return before.keys() == after.keys() and all(
            self._same_values(key, value, after[key], refs) for key, value in before.items()
        )

    def _same_values(self, key: str, before: Any, after: Any, refs: set[_Refs]) -> bool:
        if key in _SETS and isinstance(before, list) and isinstance(after, list):
            return _as_set(before) == _as_set(after)
        if key == "dependentRequired" and isinstance(before, dict) and isinstance(after, dict):
            sets = [
                {name: _as_set(names) for name, names in each.items()} for each in (before, after)
            ]
            return sets[0] == sets[1]
        if type(before) is not type(after):
            return False
        if key in _DATA or not isinstance(before, dict | list):
            return bool(before == after)
        pairs = _parts(before, after, is_map=key in _NAMED)
        return pairs is not None and all(
            self._same(first, second, refs)
            if isinstance(first, dict) and isinstance(second, dict)
            else first == second
            for first, second in pairs
        )


def _ref(schema: Any) -> str:
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    return ref if isinstance(ref, str) else ""


def _as_set(values: list[Any]) -> set[str]:
    return {json.dumps(value, sort_keys=True) for value in values}


def _noticed(schema: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in schema.items() if k not in _IGNORED and not k.startswith("x-")}


def _parts(before: Any, after: Any, *, is_map: bool) -> list[tuple[Any, Any]] | None:
    """Return the schemas in a keyword's two values that belong together; None if they differ in
    number or names."""
    if isinstance(before, list):
        return list(zip(before, after, strict=True)) if len(before) == len(after) else None
    if not is_map:
        return [(before, after)]
    if before.keys() != after.keys():
        return None
    return [(value, after[name]) for name, value in before.items()]
