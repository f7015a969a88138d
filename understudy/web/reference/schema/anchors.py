"""The addresses within a page: of sections, fields, alternatives and rules."""

from __future__ import annotations

import re

#: What stands in an address for any other character; HTML ids are letters, digits, `_` and `-`.
_OTHER = re.compile(r"[^\w-]+")
#: The length of one name in an address.
_MOST_CHARACTERS = 60
#: The depths of schemas in schemas that pages show: that of a long page is the first at which it
#: has no more elements than `MOST`. Schemas that combine themselves with others have no end.
DEEPEST = (20, 8, 6, 4)
MOST = 1200


class Anchors:
    """The ids of the elements of one page, and the depth of schemas in schemas that it shows.

    An id is made of names, and a number is added only to one that is taken: an address stays the
    same when something else is added to the document.
    """

    def __init__(self, deepest: int = DEEPEST[0]) -> None:
        self.deepest = deepest
        self._taken: set[str] = set()

    @property
    def are_too_many(self) -> bool:
        """Return whether the page has more elements than people look at."""
        return len(self._taken) > MOST

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
