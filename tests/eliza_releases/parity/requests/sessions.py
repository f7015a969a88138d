"""Sessions: their life, invalid requests, and timeout configurations."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import (
    MESSAGING,
    NEW_SESSION,
    SESSIONS,
    create_session,
)

_SESSION = SESSIONS + "/{session}"

#: Values for a number or a flag that JavaScript converts in its own way.
_ODD_VALUES: tuple[Any, ...] = (
    5, 1440, 7.5, 1, 0, -10, 99999, "30", "abc", "", " ", "0x10", "1e2", None, True, False, [], {}
)  # fmt: skip

_NEW_SESSIONS: tuple[dict[str, Any], ...] = (
    {},
    {"agentId": "{agent}"},
    {"userId": "{user}"},
    {"agentId": 5, "userId": "{user}"},
    {"agentId": "nope", "userId": "{user}"},
    {"agentId": "{agent}", "userId": "nope"},
    {"agentId": "nope", "userId": "nope"},
    {"agentId": "{absent}", "userId": "{user}"},
    {"agentId": "{absent}", "userId": "{user}", "metadata": {"a": "x" * 11000}},
    {**NEW_SESSION, "metadata": {"a": "x" * 11000}},
    {**NEW_SESSION, "metadata": {"a": "x" * 10232}},
    {**NEW_SESSION, "metadata": {"a": "x" * 10233}},
    {**NEW_SESSION, "metadata": "text"},
    {**NEW_SESSION, "metadata": [1]},
    {**NEW_SESSION, "metadata": 5},
    {**NEW_SESSION, "metadata": None},
    {**NEW_SESSION, "userId": "00000000-0000-0000-0000-000000000000"},
    {**NEW_SESSION, "unknown": True},
)

_TIMEOUTS: tuple[Any, ...] = (
    {},
    [],
    {"autoRenew": "no"},
    {"autoRenew": False},
    {"maxDurationMinutes": 99999},
    {"maxDurationMinutes": None},
    {"warningThresholdMinutes": -5},
    {"warningThresholdMinutes": {}},
    {"timeoutMinutes": 60, "unknown": 1},
    {"timeoutMinutes": 4.9},
    {"timeoutMinutes": 1440.5},
)


def sessions(compare: Comparison) -> None:
    """Create, read and delete sessions; send invalid requests."""
    compare.get(SESSIONS, f"{SESSIONS}/health")
    metadata = {"platform": "web", "n": 1.5, "deep": {"a": [1, None]}}
    create_session(compare, "first", metadata=metadata)
    first = SESSIONS + "/{first}"
    compare.get(first, f"{first}/", SESSIONS, f"{SESSIONS}/health")
    compare.each("POST", SESSIONS, _NEW_SESSIONS)
    _unknown_sessions(compare)
    compare.table(
        ("PUT", first, {}),
        ("POST", f"{first}/nothing", {}),
        ("DELETE", f"{SESSIONS}/health"),
        ("DELETE", first),
        ("DELETE", first),
        ("GET", first),
    )
    compare("GET", f"{MESSAGING}/channels/{{first_channel}}/details", shape_only=True)


def _unknown_sessions(compare: Comparison) -> None:
    compare.table(
        ("GET", f"{SESSIONS}/nope"),
        ("GET", SESSIONS + "/{absent}"),
        ("DELETE", f"{SESSIONS}/nope"),
        ("DELETE", SESSIONS + "/{absent}"),
        ("POST", f"{SESSIONS}/nope/renew"),
        ("POST", f"{SESSIONS}/nope/heartbeat"),
        ("PATCH", f"{SESSIONS}/nope/timeout", {}),
    )


def timeouts(compare: Comparison) -> None:
    """Create and change sessions with every kind of timeout configuration."""
    for config in _timeout_configs():
        create_session(compare, "session", timeoutConfig=config)
    timeout = f"{_SESSION}/timeout"
    compare.each("PATCH", timeout, [{"timeoutMinutes": value} for value in _ODD_VALUES])
    compare.each("PATCH", timeout, _TIMEOUTS)
    compare("PATCH", timeout)
    compare("GET", _SESSION)


def _timeout_configs() -> list[Any]:
    """Return configurations for new sessions; the last one is valid."""
    limits = ("maxDurationMinutes", "warningThresholdMinutes")
    flags: list[Any] = [True, False, "no", "", 0, None, []]
    return [
        *({"timeoutMinutes": value} for value in _ODD_VALUES),
        *({name: value} for value in _ODD_VALUES[5:] for name in limits),
        *({"autoRenew": flag} for flag in flags),
        *(None, "text", [], 5, {"unknown": 1}),
        {"timeoutMinutes": 60, "maxDurationMinutes": 180},
    ]
