"""A request of a client with its response and the time between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    """One request to the sessions of Zep, and what its response showed.

    `action` is one of those of `model`, `keys` are the ids of the sessions, and `values` are what
    is written, unique in the history. `begin` and `end` are nanoseconds of one clock. Without an
    `end` nobody knows the response: the request may take effect at any time after `begin`, or
    never. `view` is what the model can predict of the body, and `body` is all of it.
    """

    action: str
    keys: tuple[str, ...]
    values: tuple[Any, ...] = ()
    begin: int = 0
    end: int | None = None
    status: int = 0
    view: Any = None
    body: Any = None

    def __str__(self) -> str:
        """Return the operation as one line of a report."""
        arguments = ", ".join(map(str, (*self.keys, *self.values)))
        known = "unknown" if self.end is None else f"{self.status} {self.view}"
        return f"{self.action}({arguments}) -> {known}"
