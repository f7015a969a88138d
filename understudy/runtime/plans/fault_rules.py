"""Fault rules: which requests they match, how often, and what they change in the response.

`serving.fault_injection` applies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from secrets import token_hex
from typing import Any, NamedTuple

import msgspec

from understudy.http import json_codec
from understudy.runtime.counters import Counters
from understudy.runtime.memory_budget import MemoryBudget, PlannedItems, size_in_memory
from understudy.runtime.plans.fault_action import FaultAction
from understudy.runtime.plans.request_matcher import MatchCandidate, RequestMatcher
from understudy.runtime.rate_limit import Window

#: Fault rules that a namespace may have.
MOST_FAULTS = 100
#: Bytes that a rule takes besides what it was made from.
_OVERHEAD = 1500


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A fault rule; its counters are those of the namespace, under its `key`.

    It applies `actions` to the requests that match `when`: to the next `times` of them (None: to
    all), to each with a `probability`. The n-th request gets the n-th action, and then all get the
    last. Its random numbers come from `seed`. With `allow_invalid` it answers what the contract
    forbids, too. `encoded` is the JSON that it was made from.
    """

    id: str
    when: RequestMatcher
    actions: tuple[FaultAction, ...]
    times: int | None
    probability: float
    seed: str
    allow_invalid: bool
    encoded: bytes
    key: str
    counters: Counters

    @classmethod
    def from_json(
        cls, id_: str, key: str, encoded: bytes, seed: str, counters: Counters
    ) -> FaultRule:
        """Return the rule with these fields. Without `times`, a rate limit and several responses
        apply to all requests, everything else to one."""
        definition = msgspec.json.decode(encoded)
        then = definition["then"]
        is_lasting = "rate_limit" in then or "responses" in then
        return cls(
            id=id_,
            when=RequestMatcher.from_json(definition.get("when"), "/when"),
            actions=FaultAction.from_json(then),
            times=definition.get("times", None if is_lasting else 1),
            probability=definition.get("probability", 1),
            seed=seed,
            allow_invalid=definition.get("allow_invalid", False),
            encoded=encoded,
            key=key,
            counters=counters,
        )

    def hit_by(self, candidate: MatchCandidate) -> FaultHit | None:
        """Return the hit by this request if the rule applies to it, and count it."""
        if not self.when.matches(candidate) or not self._has_chance():
            return None
        number = self.counters.add(f"{self.key}/hits")
        if self.times is not None and number > self.times:
            return None
        action = self.actions[min(number, len(self.actions)) - 1]
        return FaultHit(self, action, Random(f"{self.seed}: hit {number}"))

    def _has_chance(self) -> bool:
        """Return whether the rule applies to the next matching request, as far as that is left to
        chance: the n-th number depends on the seed and n only."""
        if self.probability >= 1:
            return True
        number = self.counters.add(f"{self.key}/chances")
        return Random(f"{self.seed}: chance {number}").random() < self.probability

    @property
    def hits(self) -> int:
        """The number of requests that it was applied to."""
        hits = self.counters.get(f"{self.key}/hits")
        return hits if self.times is None else min(hits, self.times)

    @property
    def is_spent(self) -> bool:
        """Return whether it was applied to `times` requests."""
        return self.times is not None and self.hits >= self.times

    def count_in_window(self, now: int, length: int) -> Window:
        """Count a request in the window of its rate limit, which has this length (microseconds)."""
        return self.counters.count_in_window(f"{self.key}/window", now, length)

    @property
    def definition(self) -> Mapping[str, Any]:
        """The JSON that the rule was made from, decoded."""
        definition: Mapping[str, Any] = msgspec.json.decode(self.encoded)
        return definition

    @property
    def size(self) -> int:
        """The bytes that the rule takes in memory."""
        bodies = {id(action.body): len(action.body or b"") for action in self.actions}
        headers = size_in_memory([action.headers for action in self.actions])
        return _OVERHEAD + len(self.encoded) + self.when.size + sum(bodies.values()) + headers


class FaultHit(NamedTuple):
    """A request that a fault rule applies to, what is done to its response, and the random numbers
    for it."""

    rule: FaultRule
    action: FaultAction
    random: Random

    def delay(self) -> float:
        """Return the seconds to delay the response by."""
        return self.action.seconds(self.random)


class FaultRules(PlannedItems[FaultRule]):
    """The fault rules of one namespace, in the order they were added."""

    kind = "fault"

    __slots__ = ("_count", "_counters", "rules")

    def __init__(self, budget: MemoryBudget, namespace: str, counters: Counters) -> None:
        super().__init__(budget, namespace)
        self.rules = self.kept
        self._count = 0
        self._counters = counters

    def add(self, definition: Mapping[str, Any], seed: str) -> FaultRule:
        """Add a fault rule; its id is the next number.

        Its random numbers come from its own seed, or else from the namespace's `seed`. If there are
        too many rules, the oldest one that is spent is removed. Raises OverflowError if none is
        spent, and OutOfMemoryBudget if the rule is too large.
        """
        if len(self.rules) >= MOST_FAULTS:
            self._remove_oldest_spent()
        # A request under way may still count for a rule that had the same id before a reset.
        key = f"fault/{token_hex(8)}"
        id_ = str(self._count + 1)
        own_seed = str(definition.get("seed") or f"{seed}:{id_}")
        rule = self._restore(id_, key, json_codec.encode(definition), own_seed)
        self._count += 1
        return rule

    def _restore(self, id_: str, key: str, encoded: bytes, seed: str) -> FaultRule:
        rule = FaultRule.from_json(id_, key, encoded, seed, self._counters)
        self.keep(id_, rule, rule.size)
        return rule

    def dump(self) -> dict[str, Any]:
        """Return the rules as plain JSON, without their counters; {} if there was never one."""
        if not self._count:
            return {}
        rules = [[r.id, r.key, r.encoded.decode(), r.seed] for r in self.rules.values()]
        return {"count": self._count, "rules": rules}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Put the rules back that `dump` returned."""
        for id_, key, encoded, seed in dumped["rules"]:
            self._restore(id_, key, encoded.encode(), seed)
        self._count = dumped["count"]

    def _remove_oldest_spent(self) -> None:
        spent = next((rule.id for rule in self.rules.values() if rule.is_spent), None)
        if spent is None:
            raise OverflowError(f"a namespace may have at most {MOST_FAULTS} faults")
        self.remove(spent)

    def remove(self, key: str) -> bool:
        """Remove a fault rule with its counters; return whether there was one."""
        rule = self.rules.get(key)
        if rule is not None:
            for counter in ("hits", "chances", "window"):
                self._counters.set(f"{rule.key}/{counter}", None)
        return super().remove(key)

    @property
    def look_at_bodies(self) -> bool:
        """Return whether a rule needs the body of a request to decide whether it matches."""
        return any(rule.when.needs_body for rule in self.rules.values())

    def first_hit(self, candidate: MatchCandidate) -> FaultHit | None:
        """Return the hit of the first fault rule that applies to this request, and count it.

        Rules for a number of requests come before those for all, which would leave nothing for
        them.
        """
        ordered = sorted(self.rules.values(), key=lambda rule: rule.times is None)
        hits = (rule.hit_by(candidate) for rule in ordered)
        return next((hit for hit in hits if hit is not None), None)

    def clear(self) -> None:
        """Remove all fault rules; the next id is 1."""
        super().clear()
        self._count = 0
