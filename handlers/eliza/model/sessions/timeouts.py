"""The timeout configuration of a session, and when the session expires by it."""

from __future__ import annotations

from math import isfinite
from typing import Any

from understudy import Problem, Record

from ..clock import MINUTE
from ..javascript import number, plain, truthy

#: The server's defaults, for what neither the client nor the agent sets.
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


def merge_timeouts(requested: Any, defaults: Record = DEFAULTS) -> Record:
    """Return the configuration that a requested one results in; nothing is refused.

    An absent field has the agent's default, a field that is not a number the server's, and one out
    of range moves to the nearest bound; `autoRenew` stays whatever it is.
    """
    given = requested if isinstance(requested, dict) else {}
    timeout = _clamped(given, defaults, "timeoutMinutes", SHORTEST_TIMEOUT, LONGEST_TIMEOUT)
    return {
        "timeoutMinutes": timeout,
        "autoRenew": given.get("autoRenew", defaults["autoRenew"]),
        "maxDurationMinutes": _clamped(
            given, defaults, "maxDurationMinutes", timeout, LONGEST_DURATION
        ),
        "warningThresholdMinutes": _clamped(
            given, defaults, "warningThresholdMinutes", SHORTEST_WARNING
        ),
    }


def _clamped(
    given: Record, defaults: Record, name: str, least: float, most: float | None = None
) -> int | float:
    if name not in given:
        absent: int | float = defaults[name]
        return absent
    value = number(given[name])
    if not isfinite(value):
        default: int = DEFAULTS[name]
        return default
    return plain(float(max(least, value if most is None else min(most, value))))


def renews_itself(config: Record) -> bool:
    """Return whether activity renews a session with this configuration."""
    return truthy(config["autoRenew"])


def expiry(config: Record, created: int, activity: int, now: int) -> int:
    """Return when a session expires, in milliseconds.

    That is a timeout after the last activity (after its creation, if activity does not renew it),
    but at the end of its longest duration if that is near.
    """
    timeout = config["timeoutMinutes"] * MINUTE
    longest = config["maxDurationMinutes"] * MINUTE
    if now - created + timeout > longest:
        return int(created + longest)
    return int((activity if renews_itself(config) else created) + timeout)


_NUMERIC_FIELDS = ("timeoutMinutes", "maxDurationMinutes", "warningThresholdMinutes")


def check_timeouts(config: Any) -> None:
    """Raise Problem 400 for timeouts of a wrong type or out of range.

    Only a change of a session refuses them; creation does not.
    """
    if not isinstance(config, dict | list) or (
        isinstance(config, dict) and not _is_configuration(config)
    ):
        raise _invalid_timeouts("Invalid timeout configuration format", config)
    minutes = config.get("timeoutMinutes", SHORTEST_TIMEOUT) if isinstance(config, dict) else 5
    minutes = number(minutes)
    if isfinite(minutes) and not SHORTEST_TIMEOUT <= minutes <= LONGEST_TIMEOUT:
        reason = f"Timeout must be between {SHORTEST_TIMEOUT} and {LONGEST_TIMEOUT} minutes"
        raise _invalid_timeouts(reason, config)


def _is_configuration(config: dict[str, Any]) -> bool:
    return isinstance(config.get("autoRenew", True), bool) and all(
        isinstance(value, str | int | float) and not isinstance(value, bool)
        for value in (config[name] for name in _NUMERIC_FIELDS if name in config)
    )


def _invalid_timeouts(reason: str, config: Any) -> Problem:
    details = {"reason": reason}
    if config is not None:
        details["providedConfig"] = config
    message = f"Invalid timeout configuration: {reason}"
    return Problem(400, message, code="VALIDATION_ERROR", details=details)
