"""What a benchmark returns: limits that pass or fail, and figures of two checkouts side by side."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """A limit on a measured figure, and whether the figure keeps it."""

    text: str
    passed: bool


@dataclass(frozen=True)
class Comparison:
    """One figure of this checkout and of the other one."""

    figure: str
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """Ours divided by theirs."""
        return self.ours / self.theirs


@dataclass
class Result:
    """The limits and comparisons of one benchmark or of several."""

    limits: list[Limit] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Append the limits and comparisons of another benchmark."""
        self.limits += result.limits
        self.comparisons += result.comparisons


def at_most(figure: str, value: float, limit: float, unit: str = "") -> Limit:
    """Return the limit of a value that must not be larger, such as memory."""
    return Limit(f"{figure} <= {limit:g}{unit}: {value:.2f}{unit}", value <= limit)


def at_least(figure: str, value: float, limit: float) -> Limit:
    """Return the limit of a value that must not be smaller, such as throughput."""
    return Limit(f"{figure} >= {limit:g}: {value:.2f}", value >= limit)
