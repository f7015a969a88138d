"""Makes slightly wrong documents usable: what cannot be used is left out, with a problem.

It works on the inner form. After it nobody has to ask whether a part has the JSON type that its
place needs, whether a reference leads anywhere, or whether a schema compiles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from understudy.openapi.document import Document
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.repair.combinations import repair_combinations
from understudy.openapi.loading.repair.field_types import repair_types
from understudy.openapi.loading.repair.lost_references import repair_references
from understudy.openapi.loading.repair.operations import (
    repair_methods,
    repair_parameters,
    repair_paths,
    repair_responses,
    repair_security,
)
from understudy.openapi.loading.repair.removal import compact
from understudy.openapi.loading.repair.schemas import repair_schemas


@dataclass(frozen=True)
class Repair:
    """The problems of a document, and the original indexes of the items of each list that lost
    some, by the JSON pointer to it."""

    problems: list[DocumentProblem]
    positions: dict[str, list[int]]


def repair(document: Document, lost_references: set[str]) -> Repair:
    """Leave out of a document what cannot be used.

    `lost_references` are the references that were reported before as leading nowhere.
    """
    problems = [
        *repair_types(document),
        *repair_parameters(document),
        *repair_responses(document),
        *repair_security(document),
        *repair_references(document, lost_references),
    ]
    positions = compact(document)
    later = [
        *repair_schemas(document),
        *repair_combinations(document),
        *repair_methods(document),
        *repair_paths(document),
    ]
    document.setdefault("paths", {})
    problems += [replace(p, pointer=original_pointer(p.pointer, positions)) for p in later]
    return Repair(problems, positions)


def original_pointer(place: str, positions: dict[str, list[int]]) -> str:
    """Return the pointer that a part had before items were taken out of lists."""
    original = current = "#"
    for step in place.split("/")[1:]:
        indexes = positions.get(current)
        current = f"{current}/{step}"
        if indexes is not None and step.isdigit() and int(step) < len(indexes):
            step = str(indexes[int(step)])
        original = f"{original}/{step}"
    return original
