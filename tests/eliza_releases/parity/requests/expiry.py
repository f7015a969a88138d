"""Sessions that expire: the clocks of both servers are moved forward."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import SESSIONS, create_session

_MINUTE = 60_000

_SHORT: dict[str, Any] = {"timeoutMinutes": 5}

#: Sessions that exist side by side, and their timeout configurations.
_CONFIGS: dict[str, dict[str, Any]] = {
    "e1": _SHORT,
    "e2": {**_SHORT, "autoRenew": False},
    "e3": {**_SHORT, "maxDurationMinutes": 8},
    "e4": _SHORT,
    "e5": {"timeoutMinutes": 60, "warningThresholdMinutes": 58},
}

#: Requests to a session that has just expired: its name, method, rest of the path, body.
_AFTER_EXPIRY: tuple[tuple[str, str, str, Any], ...] = (
    ("x1", "POST", "/messages", {"content": "hello"}),
    ("x2", "POST", "/messages", {"content": ""}),
    ("x3", "POST", "/messages", {}),
    ("x4", "POST", "/heartbeat", None),
    ("x5", "PATCH", "/timeout", {"timeoutMinutes": 1}),
    ("x6", "GET", "/messages?before=abc", None),
    ("x7", "DELETE", "", None),
)


def expiry(compare: Comparison) -> None:
    """Use sessions shortly before, at and after their expiry."""
    for name, config in _CONFIGS.items():
        create_session(compare, name, timeoutConfig=config)
    compare("GET", SESSIONS + "/{e1}")
    compare.advance(4 * _MINUTE)
    _use(compare)
    compare.advance(2 * _MINUTE)
    _read_expired(compare)
    compare.advance(3 * _MINUTE)
    _renew(compare)
    for name, method, rest, body in _AFTER_EXPIRY:
        create_session(compare, name, timeoutConfig=_SHORT)
        compare.advance(5 * _MINUTE + 1000)
        for _ in range(2):
            compare(method, f"{SESSIONS}/{{{name}}}{rest}", body)


def _use(compare: Comparison) -> None:
    """Let activity renew the sessions that renew themselves."""
    for name in ("e1", "e2", "e3", "e5"):
        path = f"{SESSIONS}/{{{name}}}"
        compare.table(
            ("GET", path),
            ("POST", f"{path}/heartbeat"),
            ("POST", f"{path}/messages", {"content": "still here"}),
            ("GET", path),
        )
    compare("POST", SESSIONS + "/{e2}/renew")


def _read_expired(compare: Comparison) -> None:
    compare.table(
        ("GET", SESSIONS + "/{e4}/messages"),
        ("GET", SESSIONS + "/{e4}"),
        ("DELETE", SESSIONS + "/{e4}"),
        ("GET", SESSIONS + "/{e1}"),
        ("GET", SESSIONS + "/{e2}"),
        ("POST", SESSIONS + "/{e3}/renew"),
    )


def _renew(compare: Comparison) -> None:
    compare.table(
        ("POST", SESSIONS + "/{e3}/renew"),
        ("POST", SESSIONS + "/{e3}/renew"),
        ("POST", SESSIONS + "/{e2}/messages", {"content": "too late?"}),
        ("GET", SESSIONS + "/{e5}"),
        ("PATCH", SESSIONS + "/{e5}/timeout", {"timeoutMinutes": 5, "autoRenew": False}),
        ("GET", SESSIONS + "/{e5}"),
        ("GET", SESSIONS + "/{e5}"),
    )
