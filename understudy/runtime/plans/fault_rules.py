"""Fault rules: which requests they match, how often, and what they change in the response.

`serving.fault_injection` applies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log as logarithm
from random import Random
from typing import Any

import msgspec

from understudy.http import json_codec
from understudy.http.json_codec import ABSENT
from understudy.runtime.memory_budget import MemoryBudget, PlannedItems, size_in_memory
from understudy.runtime.plans.request_matcher import MatchCandidate, RequestMatcher
from understudy.runtime.rate_limit import RateLimit, Window

#: Fault rules that a namespace may have.
MOST_FAULTS = 100
#: Seconds that a fault rule may delay a response.
LONGEST_DELAY = 60.0
#: Bytes that a rule takes besides what it was made from: most of them for its random numbers.
_OVERHEAD = 4000


@dataclass(frozen=True, slots=True)
class FaultAction:
    """What a fault rule does to a response; what is None or absent it does not do.

    It replaces the response by the documented one of `status` (without one, of a success), by the
    `example` of that name, or by a `body` (as JSON). Or it cuts the connection without a response
    (`connection`: "close" or "reset"). Or it refuses requests beyond a `rate_limit`. Else the
    response is the handler's. The response may be delayed (`delay`, in seconds or a distribution),
    damaged (`corrupt`: "truncate" or "garble"), or sent slowly (`drip`). With `handled` the handler
    runs even if its response is replaced.
    """

    status: int | None = None
    example: str | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float | Mapping[str, Any] | None = None
    connection: str | None = None
    corrupt: str | None = None
    drip: Mapping[str, Any] | None = None
    rate_limit: RateLimit | None = None
    handled: bool = False

    @property
    def has_response(self) -> bool:
        """Return whether it replaces the handler's response."""
        return self.status is not None or self.example is not None or self.body is not None

    @classmethod
    def from_json(cls, definition: Mapping[str, Any]) -> FaultAction:
        """Return the action with these fields."""
        limit = definition.get("rate_limit")
        rate_limit = RateLimit(limit["requests"], limit["seconds"]) if limit else None
        body = json_codec.encode(definition["body"]) if "body" in definition else None
        return cls(**{**definition, "rate_limit": rate_limit, "body": body})


@dataclass(slots=True)
class FaultRule:
    """A fault rule and its counters.

    It applies `action` to the requests that match `when`: to the next `times` of them (None: to
    all), to each with a `probability`, for which `random` draws. `encoded` is the JSON that it was
    made from. `windows` are those of its rate limit.
    """

    id: str
    when: RequestMatcher
    action: FaultAction
    times: int | None
    probability: float
    random: Random
    encoded: bytes
    hits: int = 0
    windows: dict[str, Window] = field(default_factory=dict)

    def matches_next(self, candidate: MatchCandidate) -> bool:
        """Return whether the rule applies to this request, and count the hit if it does."""
        if self.is_spent or not self.when.matches(candidate):
            return False
        if self.probability < 1 and self.random.random() >= self.probability:
            return False
        self.hits += 1
        return True

    @property
    def definition(self) -> Mapping[str, Any]:
        """The JSON that the rule was made from, decoded."""
        definition: Mapping[str, Any] = msgspec.json.decode(self.encoded)
        return definition

    @property
    def size(self) -> int:
        """The bytes that the rule takes in memory."""
        action = self.action
        parts = (self.when.body, self.when.query, self.when.headers, action.headers)
        return _OVERHEAD + len(self.encoded) + len(action.body or b"") + size_in_memory(parts)

    @property
    def is_spent(self) -> bool:
        """Return whether it has matched `times` requests."""
        return self.times is not None and self.hits >= self.times

    def delay(self) -> float:
        """Return the seconds to delay the response by; a distribution gives another value each
        time."""
        delay = self.action.delay
        if not isinstance(delay, Mapping):
            return float(delay or 0)
        if "uniform" in delay:
            low, high = sorted(delay["uniform"])
            seconds = self.random.uniform(low, high)
        else:
            distribution = delay["lognormal"]
            median = max(distribution["median"], 1e-9)
            seconds = self.random.lognormvariate(logarithm(median), distribution["sigma"])
        return min(seconds, LONGEST_DELAY)


class FaultRules(PlannedItems[FaultRule]):
    """The fault rules of one namespace, in the order they were added; the first match applies."""

    kind = "fault"

    __slots__ = ("_count", "rules")

    def __init__(self, budget: MemoryBudget, namespace: str) -> None:
        super().__init__(budget, namespace)
        self.rules = self.kept
        self._count = 0

    def add(self, definition: Mapping[str, Any], seed: str) -> FaultRule:
        """Add a fault rule; its id is the next number.

        Its random numbers come from its own seed, or else from the namespace's `seed`. Without
        `times`, a rate limit applies to all requests, everything else to one. If there are too many
        rules, the oldest one that is spent is removed. Raises OverflowError if none is spent, and
        OutOfMemoryBudget if the rule is too large.
        """
        if len(self.rules) >= MOST_FAULTS:
            self._remove_oldest_spent()
        id_ = str(self._count + 1)
        rule = FaultRule(
            id=id_,
            when=RequestMatcher.from_json(definition.get("when")),
            action=FaultAction.from_json(definition["then"]),
            times=definition.get("times", None if "rate_limit" in definition["then"] else 1),
            probability=definition.get("probability", 1),
            random=Random(definition.get("seed") or f"{seed}:{id_}"),
            encoded=json_codec.encode(definition),
        )
        self.keep(id_, rule, rule.size)
        self._count += 1
        return rule

    def _remove_oldest_spent(self) -> None:
        spent = next((rule.id for rule in self.rules.values() if rule.is_spent), None)
        if spent is None:
            raise OverflowError(f"a namespace may have at most {MOST_FAULTS} faults")
        self.remove(spent)

    @property
    def look_at_bodies(self) -> bool:
        """Return whether a rule needs the body of a request to decide whether it matches."""
        return any(rule.when.body is not ABSENT for rule in self.rules.values())

    def first_match(self, candidate: MatchCandidate) -> FaultRule | None:
        """Return the first fault rule that applies to this request, and count the hit."""
        return next((rule for rule in self.rules.values() if rule.matches_next(candidate)), None)

    def clear(self) -> None:
        """Remove all fault rules; the next id is 1."""
        super().clear()
        self._count = 0
