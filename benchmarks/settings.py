"""The options of a run."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.commands import Checkout


@dataclass(frozen=True)
class Settings:
    """The options of a run."""

    rounds: int
    #: Seconds of load in a round.
    seconds: int
    #: Whether the growth benchmark sends a million requests rather than 100,000.
    long: bool
    #: The checkout to compare with.
    against: Checkout | None
    #: The limit for CPU a request divided by the other checkout's.
    cpu_ratio: float
