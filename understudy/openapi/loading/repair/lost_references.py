"""Leaves out references that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.errors import UsageError
from understudy.openapi.document import META_SCHEMAS, MOST_REFERENCES, Document, follow
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.repair.removal import remove
from understudy.openapi.structure import Part, is_dynamic, walk

_TOO_LONG = f"has a `$ref` that leads through more than {MOST_REFERENCES} others"


def repair_references(document: Document, lost: set[str]) -> Iterator[DocumentProblem]:
    """Leave out references that lead nowhere; a schema then allows anything."""
    dynamic = is_dynamic(document)
    known: dict[str, str | int] = {}
    parts = list(walk(document))
    incomplete: set[int] = set()  # lists of alternatives
    for part in parts:
        if not isinstance(part.node, dict) or "$ref" not in part.node or not part.is_in_place:
            continue
        if part.kind in ("document", "paths", "components"):
            continue
        ref = part.node["$ref"]
        if not isinstance(ref, str):
            reason: str | None = "has a `$ref` that is not a text"
        elif part.kind == "schema" and (ref.startswith(META_SCHEMAS) or dynamic):
            continue
        else:
            reason = _reference_fault(document, ref, known)
        if reason is not None:
            _remove_reference(part)
            incomplete.add(id(part.holder))
            if not isinstance(ref, str) or ref not in lost:
                result = "any value is allowed" if part.kind == "schema" else "it is left out"
                yield DocumentProblem(part.pointer, f"{reason}; {result}")
    for part in parts:
        alternatives = part.node.get("oneOf") if isinstance(part.node, dict) else None
        if part.kind == "schema" and id(alternatives) in incomplete:
            # An alternative that allows anything would exclude all others.
            part.node.setdefault("anyOf", part.node.pop("oneOf"))


def _reference_fault(document: Document, ref: str, known: dict[str, str | int]) -> str | None:
    """Return what is wrong with a reference, or None. `known` is that of references before, or how
    many references each leads through."""
    if ref not in known:
        seen = dict.fromkeys([ref])
        outcome = _chain_end(document, ref, seen, known)
        for each in reversed(seen):
            if isinstance(outcome, int):
                outcome = outcome + 1 if outcome < MOST_REFERENCES else _TOO_LONG
            known[each] = outcome
    fault = known[ref]
    return fault if isinstance(fault, str) else None


def _chain_end(
    document: Document, ref: str, seen: dict[str, None], known: dict[str, str | int]
) -> str | int:
    """Return what is wrong where a reference leads, or how many more references it has; add those
    on the way to `seen`."""
    while ref != "#":
        try:
            node = follow(document, ref)
        except UsageError:
            return "has a `$ref` to a part that is left out"
        target = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(target, str):
            return 0 if isinstance(node, dict | bool) else "has a `$ref` to no object"
        if target.startswith(META_SCHEMAS):
            return 0
        if target in known:
            return known[target]
        if target in seen:
            break
        ref = target
        seen[ref] = None
    return "has a `$ref` that leads in a circle"


def _remove_reference(part: Part) -> None:
    if part.kind == "schema":
        part.node.clear()
    elif part.kind == "response":
        part.node.clear()
        part.node["description"] = ""
    elif part.kind == "pathItem":
        del part.node["$ref"]
    else:
        remove(part)
