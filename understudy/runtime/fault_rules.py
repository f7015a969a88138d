"""The misfortunes that a test has planned for a namespace: which requests they strike, how often,
and what then happens. `misfortune` makes it happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log as logarithm
from random import Random
from typing import Any

from understudy.http.json_codec import ABSENT
from understudy.runtime.rate_limit import RateLimit, Window
from understudy.runtime.request_matcher import MatchCandidate, RequestMatcher

#: Faults that a namespace may have.
MOST_FAULTS = 100
#: Seconds that an answer may be held back.
LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class FaultAction:
    """What a fault does; what is None or absent it does not do.

    Either the answer is another one: the documented one of `status` (else of a success), or its
    `example` of that name, or a `body`. Or there is none (`connection`: "close" or "reset"), or too
    many requests are refused (`rate_limit`), or else it is the handler's. It may come late
    (`delay`), be damaged (`corrupt`: "truncate" or "garble"), or trickle (`drip`). With `handled`
    the handler runs although nobody gets its answer.
    """

    status: int | None = None
    example: str | None = None
    body: Any = ABSENT
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float | Mapping[str, Any] | None = None
    connection: str | None = None
    corrupt: str | None = None
    drip: Mapping[str, Any] | None = None
    rate_limit: RateLimit | None = None
    handled: bool = False

    @property
    def answers(self) -> bool:
        """Whether it has an answer of its own."""
        return self.status is not None or self.example is not None or self.body is not ABSENT

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> FaultAction:
        """The effect with these fields."""
        limit = given.get("rate_limit")
        rate_limit = RateLimit(limit["requests"], limit["seconds"]) if limit else None
        return cls(**{**given, "rate_limit": rate_limit})


@dataclass(slots=True)
class FaultRule:
    """One misfortune: it strikes the requests that fit `when`, the next `times` of them (None:
    always), each with a `probability` that comes from `seed`."""

    id: str
    when: RequestMatcher
    action: FaultAction
    times: int | None
    probability: float
    chance: Random
    told: Mapping[str, Any]
    hits: int = 0
    windows: dict[str, Window] = field(default_factory=dict)

    def matches_next(self, subject: MatchCandidate) -> bool:
        """Whether it strikes this request, which then counts."""
        if self.is_spent or not self.when.matches(subject):
            return False
        if self.probability < 1 and self.chance.random() >= self.probability:
            return False
        self.hits += 1
        return True

    @property
    def is_spent(self) -> bool:
        """Whether it has struck as often as it was to."""
        return self.times is not None and self.hits >= self.times

    def delay(self) -> float:
        """Seconds to hold this answer back."""
        wanted = self.action.delay
        if not isinstance(wanted, Mapping):
            return float(wanted or 0)
        if "uniform" in wanted:
            low, high = sorted(wanted["uniform"])
            seconds = self.chance.uniform(low, high)
        else:
            shape = wanted["lognormal"]
            median = max(shape["median"], 1e-9)
            seconds = self.chance.lognormvariate(logarithm(median), shape["sigma"])
        return min(seconds, LONGEST_DELAY)


class FaultRules:
    """The faults of one namespace, as they were planned; the first one that strikes counts."""

    __slots__ = ("_count", "planned")

    def __init__(self) -> None:
        self.planned: dict[str, FaultRule] = {}
        self._count = 0

    def plan(self, told: Mapping[str, Any], seed: str) -> FaultRule:
        """Add a fault. Its id is the next number; its chance comes from its own seed, or else from
        that of the namespace; a rate limit goes on, all else strikes once. The oldest that is spent
        goes, where there are too many. Raises OverflowError where too many are not."""
        if len(self.planned) >= MOST_FAULTS:
            self._forget_spent()
        self._count += 1
        name = str(self._count)
        fault = self.planned[name] = FaultRule(
            id=name,
            when=RequestMatcher.of(told.get("when")),
            action=FaultAction.of(told["then"]),
            times=told.get("times", None if "rate_limit" in told["then"] else 1),
            probability=told.get("probability", 1),
            chance=Random(told.get("seed") or f"{seed}:{name}"),
            told=told,
        )
        return fault

    def _forget_spent(self) -> None:
        spent = next((fault.id for fault in self.planned.values() if fault.is_spent), None)
        if spent is None:
            raise OverflowError(f"a namespace may have at most {MOST_FAULTS} faults")
        del self.planned[spent]

    def first_match(self, subject: MatchCandidate) -> FaultRule | None:
        """The fault that strikes this request, if one does."""
        return next((fault for fault in self.planned.values() if fault.matches_next(subject)), None)

    def forget(self, name: str) -> bool:
        """Forget a fault; whether there was one."""
        return self.planned.pop(name, None) is not None

    def clear(self) -> None:
        """Forget all faults; ids begin again."""
        self.planned.clear()
        self._count = 0
