"""How long a session lives: its timeout configuration, and when it expires by that."""

from __future__ import annotations

from math import isfinite
from typing import Any

from understudy import Record

from ._javascript import number, plain, truthy
from ._state import MINUTE

#: What applies where neither the client nor the agent says otherwise.
DEFAULTS: Record = {
    "timeoutMinutes": 30,
    "autoRenew": True,
    "maxDurationMinutes": 720,
    "warningThresholdMinutes": 5,
}
SHORTEST_TIMEOUT = 5
LONGEST_TIMEOUT = 1440
LONGEST_DURATION = 2 * LONGEST_TIMEOUT
SHORTEST_WARNING = 1


def merged(requested: Any, defaults: Record = DEFAULTS) -> Record:
    """The configuration that comes of a requested one. Nothing is refused: what is absent is as
    the agent has it, what is no number gives way to the server's default, what is out of range
    moves to the nearest bound, and `autoRenew` stays whatever it is."""
    asked = requested if isinstance(requested, dict) else {}
    timeout = _clamped(asked, defaults, "timeoutMinutes", SHORTEST_TIMEOUT, LONGEST_TIMEOUT)
    return {
        "timeoutMinutes": timeout,
        "autoRenew": asked.get("autoRenew", defaults["autoRenew"]),
        "maxDurationMinutes": _clamped(
            asked, defaults, "maxDurationMinutes", timeout, LONGEST_DURATION
        ),
        "warningThresholdMinutes": _clamped(
            asked, defaults, "warningThresholdMinutes", SHORTEST_WARNING
        ),
    }


def _clamped(
    asked: Record, defaults: Record, name: str, least: float, most: float | None = None
) -> int | float:
    if name not in asked:
        absent: int | float = defaults[name]
        return absent
    value = number(asked[name])
    if not isfinite(value):
        default: int = DEFAULTS[name]
        return default
    return plain(float(max(least, value if most is None else min(most, value))))


def renews_itself(config: Record) -> bool:
    """Whether activity renews a session of this configuration."""
    return truthy(config["autoRenew"])


def expiry(config: Record, created: int, activity: int, now: int) -> int:
    """When a session expires: a timeout after the last activity (after its creation, where
    activity does not renew it), but at the end of its longest duration where that is near."""
    timeout = config["timeoutMinutes"] * MINUTE
    longest = config["maxDurationMinutes"] * MINUTE
    if now - created + timeout > longest:
        return int(created + longest)
    return int((activity if renews_itself(config) else created) + timeout)
