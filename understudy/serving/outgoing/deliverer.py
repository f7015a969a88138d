"""Delivers callbacks and webhooks: each is built once, signed and sent until it succeeds or has had
enough attempts, and put into the journal."""

from __future__ import annotations

import asyncio
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
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.runtime.webhooks import LONGEST_SILENCE, Deliveries, UnderWay
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
            message = await run.begin()
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
            await run.end(
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
                at, secret = await run.update(partial(_time_and_secret, run.delivery))
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

    async def begin(self) -> _Message:
        """Add the delivery to those that are under way, and return its message."""

        def begin(namespace: Namespace) -> _Message:
            namespace.delivery_records.begin(self.under_way)
            return _next_message(namespace)

        return await self.namespaces.transact(self.name, begin)

    async def update(self, work: Callable[[Namespace], Result]) -> Result:
        """Return what `work` returns for the namespace, and note how far the delivery is. Raises
        CancelledError if it was cancelled."""

        def update(namespace: Namespace) -> tuple[bool, Result]:
            result = work(namespace)
            return self._is_wanted(namespace, namespace.delivery_records.update), result

        is_wanted, result = await self.namespaces.transact(self.name, update)
        if not is_wanted:
            raise asyncio.CancelledError
        return result

    async def end(self, put_into_journal: Callable[[Namespace], object]) -> None:
        """End the delivery, and add it to the journal unless it was cancelled."""

        def end(namespace: Namespace) -> None:
            if self._is_wanted(namespace, namespace.delivery_records.end):
                put_into_journal(namespace)

        await self.namespaces.transact(self.name, end)

    def _is_wanted(self, namespace: Namespace, note: Callable[[UnderWay], bool]) -> bool:
        is_wanted = note(self.under_way)
        if not is_wanted:  # the namespace may be gone, and shall not come back
            namespace.discard()
        return is_wanted

    async def record_failure(self, reason: str) -> None:
        """End the delivery, which was not sent."""
        await self.end(lambda n: record_failure(n, self.delivery, reason))

    async def wait(self, wait: timedelta) -> None:
        """Wait for the next attempt, by the namespace's clock."""
        if not wait:
            return

        def plan(namespace: Namespace) -> int:
            at = self.under_way.next_at = namespace.clock.now() + wait // _MICROSECOND
            return at

        at = await self.update(plan)
        while not await self.namespaces.wait_until(self.name, at, LONGEST_SILENCE / 3):
            await self.update(lambda _namespace: None)
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
