"""The addresses within a page: of sections, fields, alternatives and rules."""

from __future__ import annotations

import re

#: What stands in an address for any other character; HTML ids are letters, digits, `_` and `-`.
_OTHER = re.compile(r"[^\w-]+")
#: The length of one name in an address.
_MOST_CHARACTERS = 60


class Anchors:
    """The ids of the elements of one page.

    An id is made of names, and a number is added only to one that is taken: an address stays the
    same when something else is added to the document.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __len__(self) -> int:
        return len(self._taken)

    def new(self, *names: str) -> str:
        """Return the id of an element: the id of the one around it, and its own name."""
        *around, name = names
        anchor = base = "-".join((*around, _OTHER.sub("-", name)[:_MOST_CHARACTERS]))
        number = 1
        while anchor in self._taken:
            number += 1
            anchor = f"{base}-{number}"
        self._taken.add(anchor)
        return anchor
