"""What a fault rule does to a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import log as logarithm
from random import Random
from typing import Any

from understudy.http import json_codec
from understudy.runtime.rate_limit import RateLimit

#: Seconds that a fault rule may delay a response.
LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class FaultAction:
    """What a fault rule does to a response; what is None or absent it does not do.

    It replaces the response by the documented one of `status` (without one, of a success), by the
    `example` of that name, by a `body` (as JSON; a `template` has expressions in it), or by what a
    server at `callback_url` answers. Or it cuts the connection without a response (`connection`:
    "close" or "reset"). Or it refuses requests beyond a `rate_limit`. Else the response is the
    handler's. The response may be delayed (`delay`, in seconds or a distribution), damaged
    (`corrupt`: "truncate" or "garble"), or sent slowly (`drip`). With `handled` the handler runs
    even if its response is replaced.
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
    template: bool = False
    callback_url: str | None = None

    @property
    def has_response(self) -> bool:
        """Return whether it replaces the handler's response."""
        given = (self.status, self.example, self.body, self.callback_url)
        return any(value is not None for value in given)

    @classmethod
    def from_json(cls, definition: Mapping[str, Any]) -> tuple[FaultAction, ...]:
        """Return the actions of a rule, for one hit after the other; there is one at least.

        What stands beside `responses` holds for each of them that does not say otherwise.
        """
        common = cls().changed({k: v for k, v in definition.items() if k != "responses"})
        return tuple(map(common.changed, definition.get("responses", ({},))))

    def changed(self, fields: Mapping[str, Any]) -> FaultAction:
        """Return the action with other fields, as JSON has them."""
        changes = dict(fields)
        if "body" in fields:
            changes["body"] = json_codec.encode(fields["body"])
        if "rate_limit" in fields:
            limit = fields["rate_limit"]
            changes["rate_limit"] = RateLimit(limit["requests"], limit["seconds"])
        return replace(self, **changes)

    def seconds(self, random: Random) -> float:
        """Return the seconds to delay a response by; a distribution gives another value for each
        state of `random`."""
        delay = self.delay
        if not isinstance(delay, Mapping):
            return float(delay or 0)
        if "uniform" in delay:
            low, high = sorted(delay["uniform"])
            seconds = random.uniform(low, high)
        else:
            distribution = delay["lognormal"]
            median = max(distribution["median"], 1e-9)
            seconds = random.lognormvariate(logarithm(median), distribution["sigma"])
        return min(seconds, LONGEST_DELAY)
