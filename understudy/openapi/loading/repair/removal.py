"""Takes parts out of a document; items of lists leave a mark until all pointers are known."""

from __future__ import annotations

from understudy.openapi.document import Document, escape
from understudy.openapi.structure import Part, walk


class _Removed:
    """Stands in lists for what was left out, until all pointers are known."""


REMOVED = _Removed()


def remove(part: Part) -> None:
    """Take a part out of what holds it."""
    if isinstance(part.holder, list):
        part.holder[part.key] = REMOVED
    else:
        part.holder.pop(part.key, None)


def compact(document: Document) -> dict[str, list[int]]:
    """Take the places of removed items out of lists; return the original indexes of the others."""
    positions = {}
    for part in walk(document):
        for field, value in part.node.items() if isinstance(part.node, dict) else ():
            if isinstance(value, list) and any(item is REMOVED for item in value):
                kept = [index for index, item in enumerate(value) if item is not REMOVED]
                positions[f"{part.pointer}/{escape(field)}"] = kept
                part.node[field] = [value[index] for index in kept]
    return positions
