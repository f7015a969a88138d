"""Puts callbacks and webhooks into the journal once they have ended, or were not sent."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.http.messages import OUTGOING, Attempt, Exchange, Request, Response
from understudy.runtime.namespaces.namespace import Namespace
from understudy.serving.outgoing.request_builder import Delivery
from understudy.serving.outgoing.response_check import response_violations
from understudy.serving.outgoing.sender import Sent


def record(
    namespace: Namespace,
    delivery: Delivery,
    request: Request,
    origin: str,
    sent: Sent,
    attempts: Sequence[Attempt] = (),
    took: int = 0,
) -> None:
    """Add a request with its last response to the journal; `took` is in microseconds."""
    response = sent.response
    if response.status and not sent.error:
        response = response.replace(violations=response_violations(delivery.operation, response))
    namespace.journal.add(
        Exchange(
            attempts[0].at if attempts else namespace.clock.now(),
            took,
            delivery.api,
            delivery.operation.id,
            request,
            response,
            origin=origin,
            error=sent.error,
            direction=OUTGOING,
            attempts=len(attempts),
            earlier_attempts=tuple(attempts[:-1]),
        )
    )


def record_failure(namespace: Namespace, delivery: Delivery, reason: str) -> None:
    """Add a request that was not sent to the journal."""
    request, origin = _unsent_request(delivery)
    record(namespace, delivery, request, origin, Sent(Response(0, b"", None), reason))


def _unsent_request(delivery: Delivery) -> tuple[Request, str]:
    """Return what is known of a request that was not sent, and the origin of its address."""
    url, _, query = delivery.url.partition("?")
    origin, path = "", url
    if "://" in url:
        scheme, _, rest = url.partition("://")
        authority, slash, path = rest.partition("/")
        origin, path = f"{scheme}://{authority.rpartition('@')[2]}", slash + path
    return Request(delivery.operation.method, path.encode(), query.encode(), {}), origin
