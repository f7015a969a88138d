"""Bounds how many schemas apply to one value: each reference to a schema repeats its work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from understudy.errors import UsageError
from understudy.openapi.document import Document, follow
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.schemas.schema import COMPOSITIONS, CONDITIONS, PART_SCHEMAS
from understudy.openapi.structure import walk

#: The most schemas that may apply to a value and to one value in it, each as often as it does.
MOST_COMBINED = 30_000
#: The most schemas of the same value that may be nested in one another, or lead to one another.
MOST_NESTED = 100


class _Size(NamedTuple):
    """The number of schemas that apply, and how deep those of the same value are nested."""

    applied: int
    depth: int


_NOTHING = _Size(0, 0)


def repair_combinations(document: Document) -> Iterator[DocumentProblem]:
    """Let schemas that would take too long to apply allow anything; yield the problems."""
    parts = {id(part.node): part for part in walk(document) if part.kind == "schema"}
    sizes: dict[int, _Size] = {}
    for root in [part.node for part in parts.values()]:
        pending = [(root, False)]
        while pending:  # the schemas in a schema come before it
            schema, is_entered = pending.pop()
            if is_entered:
                size = _size(document, schema, sizes)
                fault = _fault(size)
                if fault and id(schema) in parts:
                    schema.clear()
                    yield DocumentProblem(
                        parts[id(schema)].pointer, f"{fault}; any value is allowed"
                    )
                    size = _Size(1, 1)
                sizes[id(schema)] = size
            elif isinstance(schema, dict) and id(schema) not in sizes:
                sizes[id(schema)] = _NOTHING  # for the schemas in it that lead to it
                pending.append((schema, True))
                inner = [*_of_same_value(document, schema), *_flat(_of_parts(schema))]
                pending += [(each, False) for each in inner]


def _fault(size: _Size) -> str:
    if size.applied > MOST_COMBINED:
        return f"applies more than {MOST_COMBINED:,} schemas to a value, counting repetitions"
    if size.depth > MOST_NESTED:
        return f"leads through more than {MOST_NESTED} schemas of the same value"
    return ""


def _size(document: Document, schema: Any, sizes: dict[int, _Size]) -> _Size:
    same = [sizes.get(id(each), _NOTHING) for each in _of_same_value(document, schema)]
    parts = [
        max((sizes.get(id(each), _NOTHING).applied for each in group), default=0)
        for group in _of_parts(schema)
    ]
    count = 1 + sum(size.applied for size in same) + sum(parts)
    return _Size(count, 1 + max((size.depth for size in same), default=0))


def _of_same_value(document: Document, schema: dict[str, Any]) -> list[Any]:
    """Return the schemas that a schema applies to the same value."""
    same = [each for key in COMPOSITIONS for each in schema.get(key, ())]
    same += [schema[key] for key in ("not", *CONDITIONS) if key in schema]
    same += schema.get("dependentSchemas", {}).values()
    if isinstance(schema.get("$ref"), str):
        with suppress(UsageError):  # a name that leads nowhere
            same.append(follow(document, schema["$ref"]))
    return same


def _of_parts(schema: dict[str, Any]) -> list[list[Any]]:
    """Return the schemas that apply to parts of a value: one list for each that may apply to the
    same part as another."""
    patterns = schema.get("patternProperties", {}).values()
    single = [schema[key] for key in PART_SCHEMAS if key in schema]
    return [
        [*schema.get("properties", {}).values()],
        [*schema.get("prefixItems", ())],
        *([each] for each in [*patterns, *single]),
    ]


def _flat(groups: list[list[Any]]) -> list[Any]:
    return [each for group in groups for each in group]
