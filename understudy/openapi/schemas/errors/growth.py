"""How the errors of a value multiply with its depth, where schemas are recursive.

If a schema applies itself twice to the same part of a value, as by two alternatives that have a
property in common, jsonschema-rs finds the errors of each level twice for each error of the level
above: thousands at a depth of twelve, and all of them before the first is returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.openapi.schemas.keywords import RESOURCE

#: All schemas with names of their own, which refer to each other by these.
_NAMED = "named"


def growth_of_errors(definitions: Mapping[str, Any], named: Mapping[str, Any]) -> int:
    """Return by how much the errors may grow at each level of a value, at most: the references to
    recursive schemas in one of these. It is 1 if at most one is in each of them, or none is."""
    schemas: dict[str, Any] = {**definitions, _NAMED: list(named.values())}
    references = {name: list(_targets(schema)) for name, schema in schemas.items()}
    recursive = _recursive(references)
    counts = (sum(t in recursive for t in references[name]) for name in recursive)
    return max(counts, default=1)


def _recursive(references: Mapping[str, list[str]]) -> set[str]:
    """Return the schemas that lead to themselves, or stand between some that do."""
    known = set(references)
    while True:
        targets = {target for name in known for target in references[name]}
        kept = {name for name in known & targets if not known.isdisjoint(references[name])}
        if kept == known:
            return known
        known = kept


def _targets(schema: Any) -> Iterator[str]:
    """Yield the names of the schemas that a schema refers to, each as often as it does."""
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += part
        elif isinstance(part, dict):
            for key, value in part.items():
                if key in ("$ref", "$dynamicRef") and isinstance(value, str):
                    yield value.rpartition("/")[2] if value.startswith(RESOURCE) else _NAMED
                elif isinstance(value, dict | list):
                    pending.append(value)
