"""The JSON pointers to the schemas of a document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from understudy.openapi.document import Document, escape, existing
from understudy.openapi.schemas.schema import parts


class Places:
    """Finds the JSON pointers to the schemas of one document, which are computed at first use."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def of(self, schema: Any, steps: tuple[str | int, ...] = ()) -> str:
        """Return the pointer to what `steps` lead to from a schema, or from one of those that it
        combines; else to the first of these that is in the document, or "" for none.

        Schemas that were merged for the comparison are not in the document; their parts are.
        """
        below = "".join(f"/{escape(step)}" for step in steps)
        places = list(self._in_document(schema))
        for place in places:
            if existing(self._document, place + below) == place + below:
                return place + below
        return places[0] if places else ""

    def _in_document(self, schema: Any) -> Iterator[str]:
        for part in parts(self._document, schema):
            place = self._by_identity.get(id(part))
            if place is not None:
                yield place

    @cached_property
    def _by_identity(self) -> dict[int, str]:
        """The pointers by the identity of each object, which the document keeps alive."""
        places: dict[int, str] = {}
        pending: list[tuple[Any, str]] = [(self._document, "#")]
        while pending:
            node, place = pending.pop()
            if isinstance(node, dict):
                places.setdefault(id(node), place)
                pending += [(each, f"{place}/{escape(key)}") for key, each in node.items()]
            elif isinstance(node, list):
                pending += [(each, f"{place}/{number}") for number, each in enumerate(node)]
        return places


def place_in(document: Document, place: str, *steps: str | int) -> str:
    """Return the pointer to a part of a place, as far as the document has it."""
    return existing(document, place + "".join(f"/{escape(step)}" for step in steps))
