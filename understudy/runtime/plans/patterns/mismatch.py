"""What a comparison finds, and how much it may cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from understudy.http.json_codec import ABSENT


class Mismatch(NamedTuple):
    """One place where a request differs from a matcher; `got` is ABSENT if nothing is there. `note`
    says what the two values do not show."""

    where: str
    wanted: Any
    got: Any
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the mismatch as plain JSON, without `got` if nothing is there."""
        description = {"where": self.where, "wanted": self.wanted}
        if self.got is not ABSENT:
            description["got"] = self.got
        return {**description, "note": self.note} if self.note else description

    def __str__(self) -> str:
        note = f"{self.note}: " if self.note else ""
        return f"{self.where}: {note}wanted {self.wanted!r}, got {self.got!r}"


class TooManySteps(Exception):
    """A comparison that would take too long."""


class Steps:
    """The steps that a comparison may still take: at most about one for each value of a body."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, number: int = 1) -> None:
        """Count steps. Raises TooManySteps."""
        self.left -= number
        if self.left < 0:
            raise TooManySteps


class Pattern(Protocol):
    """A pattern of JSON values; `wanted` is the JSON that it was read from. A value is ABSENT if
    nothing is there. Both methods raise TooManySteps."""

    @property
    def wanted(self) -> Any:
        """Return the JSON of the pattern."""

    def fits(self, got: Any, steps: Steps) -> bool:
        """Return whether a value fits."""

    def differences(self, got: Any, place: str, steps: Steps) -> Iterator[Mismatch]:
        """Yield where a value, which is at this place, differs; nothing if it fits."""
