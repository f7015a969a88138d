"""How a webhook or a callback is delivered, and how to get one here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from shlex import quote as shell_quote
from typing import NamedTuple
from urllib.parse import quote

from understudy.serving.outgoing.delivery_policy import (
    DeliveryPolicy,
    SignatureScheme,
    declared_policy,
)
from understudy.web.reference.tags import SentRequest

#: The receiver in examples.
_RECEIVER = "http://127.0.0.1:8000/hooks"


class HeaderEntry(NamedTuple):
    """A header that every attempt has."""

    name: str
    description: str


class DeliveryEntry(NamedTuple):
    """How a request is delivered, in words, and the headers of its signature."""

    sent: SentRequest
    attempts: str
    timeout: str
    success: str
    signature: tuple[HeaderEntry, ...]

    def commands(self, origin: str) -> str:
        """Return the commands that send a webhook from the server at an origin, and then show the
        requests that it has sent."""
        control = f"{origin}/_understudy"
        url = f"{control}/webhooks/{quote(self.sent.name, safe='')}"
        body = json.dumps({"url": _RECEIVER, "api": self.sent.operation.contract.name})
        return (
            f"curl -X POST {shell_quote(url)} \\\n"
            f"  -H 'Content-Type: application/json' -d {shell_quote(body)}\n"
            f"curl {shell_quote(f'{control}/requests?direction=outgoing')}"
        )


def delivery_of(sent: SentRequest) -> DeliveryEntry:
    """Return how a webhook or callback is delivered, by its `x-understudy-delivery`.

    Raises UsageError, with which no document is served.
    """
    policy = declared_policy(sent.operation) or DeliveryPolicy()
    return DeliveryEntry(
        sent,
        _attempts(policy.attempts),
        _words(policy.timeout),
        policy.success or "any status but 429 and 5XX",
        tuple(_headers(policy.signature)) if policy.signature else (),
    )


def _headers(scheme: SignatureScheme) -> Iterator[HeaderEntry]:
    start = scheme.prefix
    yield HeaderEntry(f"{start}-id", "The id of the message, the same in all its attempts.")
    yield HeaderEntry(f"{start}-timestamp", "The time of the attempt, in seconds since 1970.")
    yield HeaderEntry(
        f"{start}-signature",
        "`v1,` and the Base64 of the HMAC-SHA256 of id, timestamp and body, joined by dots, "
        "with the secret of the subscriber.",
    )


def _attempts(waits: tuple[timedelta, ...]) -> str:
    first, *later = map(_words, waits)
    start = "at once" if not waits[0] else f"after {first}"
    return f"{start}; if that fails, again after {', '.join(later)}" if later else f"{start}, once"


def _words(time: timedelta) -> str:
    """Return a duration in its largest whole unit."""
    seconds = time.total_seconds()
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}{'' if seconds == size else 's'}"
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"
