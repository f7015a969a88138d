"""Delivers callbacks and webhooks: each is built once, signed and sent until it succeeds or has had
enough attempts, and put into the journal."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import msgspec

from understudy.errors import Problem
from understudy.http.messages import Attempt, Request
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.registry import NamespaceRegistry, Result
from understudy.runtime.stores.database import StoreUnavailable
from understudy.runtime.webhooks import Deliveries, UnderWay
from understudy.serving.outgoing.addresses import AllowedHosts, RefusedAddress, Target
from understudy.serving.outgoing.delivery_policy import DeliveryPolicy
from understudy.serving.outgoing.journal_records import record, record_failure
from understudy.serving.outgoing.request_builder import Delivery, RequestBuilder
from understudy.serving.outgoing.sender import NOT_SENT, Sender, Sent
from understudy.serving.outgoing.signature import signature_headers, webhook_secret

log = logging.getLogger("understudy")

_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000


class Deliverer:
    """Delivers requests to hosts that may be called."""

    def __init__(self, namespaces: NamespaceRegistry, allowed: AllowedHosts) -> None:
        self._namespaces = namespaces
        self._allowed = allowed
        self._builder = RequestBuilder()
        self._sender = Sender()

    def start(self, namespace: Namespace, delivery: Delivery, policy: DeliveryPolicy) -> None:
        """Deliver a request in the background."""
        under_way = UnderWay(delivery.api, delivery.operation.id, delivery.url, size=delivery.size)
        deliveries = namespace.deliveries
        run = _Run(self._namespaces, namespace.name, deliveries, delivery, policy, under_way)
        deliveries.start(self._deliver_or_log(run), under_way)

    async def _deliver_or_log(self, run: _Run) -> None:
        try:
            await self._deliver(run)
        except StoreUnavailable as error:
            operation, api = run.delivery.operation.id, run.delivery.api
            log.error("%s of %s was not sent, or is not in the journal: %s", operation, api, error)

    async def _deliver(self, run: _Run) -> None:
        """Send a request as often as it needs, and put it into the journal."""
        delivery, began = run.delivery, time.perf_counter_ns()
        try:
            message = await run.transact(_next_message)
            target = await self._allowed.target(delivery.url)
            built = self._builder.build(delivery, target, message.seed)
            request, sent = await self._send(run, message, built, target)
        except RefusedAddress as refused:
            await run.record_failure(str(refused))
        except Problem as problem:
            await run.record_failure(problem.message)
        except Exception as error:
            log.exception("%s of %s could not be sent", delivery.operation.id, delivery.api)
            await run.record_failure(f"{type(error).__name__}: {error}")
        else:
            took = (time.perf_counter_ns() - began) // 1000
            attempts = run.under_way.attempts
            await run.transact(
                lambda n: record(n, delivery, request, target.origin, sent, attempts, took)
            )

    async def _send(
        self, run: _Run, message: _Message, request: Request, target: Target
    ) -> tuple[Request, Sent]:
        """Send a request until it succeeds, or there were enough attempts; return the last one."""
        sent = NOT_SENT
        timeout = run.policy.timeout.total_seconds()
        for wait in run.policy.attempts:
            await run.wait(wait)
            async with run.deliveries.sending:
                at, secret = await run.transact(partial(_time_and_secret, run.delivery))
                request = run.signed(request, message.id, secret, at)
                sent = await self._sender.send(request, target, timeout)
            run.under_way.attempts.append(Attempt(at, sent.response.status, sent.error))
            if run.policy.is_success(sent.response.status):
                break
        return request, sent


class _Message(NamedTuple):
    """The id of a message, the same one for the same seed and number, and the seed."""

    id: str
    seed: str


def _next_message(namespace: Namespace) -> _Message:
    number, seed = namespace.counters.add("deliveries"), str(namespace.ids.seed)
    digest = hashlib.sha256(f"{seed}: {number}".encode()).hexdigest()
    return _Message(f"msg_{digest[:27]}", seed)


def _time_and_secret(delivery: Delivery, namespace: Namespace) -> tuple[int, str]:
    """Return the time of the namespace, and the secret that signs a delivery now."""
    secret = webhook_secret(namespace, delivery.api, delivery.operation.path)
    return namespace.clock.now(), secret


class _Run(NamedTuple):
    """A delivery that is under way in the namespace `name`."""

    namespaces: NamespaceRegistry
    name: str
    deliveries: Deliveries
    delivery: Delivery
    policy: DeliveryPolicy
    under_way: UnderWay

    async def transact(self, work: Callable[[Namespace], Result]) -> Result:
        """Return what `work` returns for the namespace."""
        return await self.namespaces.transact(self.name, work)

    async def record_failure(self, reason: str) -> None:
        """Add the delivery, which was not sent, to the journal."""
        await self.transact(lambda n: record_failure(n, self.delivery, reason))

    async def wait(self, wait: timedelta) -> None:
        """Wait for the next attempt, by the namespace's clock."""
        if wait:
            now = await self.transact(lambda namespace: namespace.clock.now())
            self.under_way.next_at = now + wait // _MICROSECOND
            await self.namespaces.wait_until(self.name, self.under_way.next_at)
            self.under_way.next_at = None

    def signed(self, request: Request, message_id: str, secret: str, at: int) -> Request:
        """Return the request with a signature of this time, if it shall have one; headers that were
        given stay as they are."""
        scheme = self.policy.signature
        if scheme is None:
            return request
        seconds = at // _SECOND
        headers = signature_headers(scheme.prefix, secret, message_id, seconds, request.body)
        given = {name.lower().encode() for name in self.delivery.headers}
        added = {name: value for name, value in headers.items() if name not in given}
        return msgspec.structs.replace(request, headers={**request.headers, **added})
