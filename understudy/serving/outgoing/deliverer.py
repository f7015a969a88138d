"""Delivers callbacks and webhooks: each is built once, signed and sent until it succeeds or has had
enough attempts, and put into the journal."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import NamedTuple

import msgspec

from understudy.errors import Problem
from understudy.http.messages import Attempt, Request
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.webhooks import UnderWay
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

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed
        self._builder = RequestBuilder()
        self._sender = Sender()

    def start(self, namespace: Namespace, delivery: Delivery, policy: DeliveryPolicy) -> None:
        """Deliver a request in the background."""
        deliveries = namespace.deliveries
        message_id = deliveries.next_message_id(namespace.ids.seed)
        under_way = UnderWay(
            delivery.api, delivery.operation.id, delivery.url, message_id, size=delivery.size
        )
        run = _Run(namespace, delivery, policy, under_way)
        deliveries.start(self._deliver(run), under_way)

    async def _deliver(self, run: _Run) -> None:
        """Send a request as often as it needs, and put it into the journal."""
        namespace, delivery, began = run.namespace, run.delivery, time.perf_counter_ns()
        try:
            target = await self._allowed.target(delivery.url)
            built = self._builder.build(delivery, target, str(namespace.ids.seed))
            request, sent = await self._send(run, built, target)
        except RefusedAddress as refused:
            record_failure(namespace, delivery, str(refused))
        except Problem as problem:
            record_failure(namespace, delivery, problem.message)
        except Exception as error:
            log.exception("%s of %s could not be sent", delivery.operation.id, delivery.api)
            record_failure(namespace, delivery, f"{type(error).__name__}: {error}")
        else:
            took = (time.perf_counter_ns() - began) // 1000
            attempts = run.under_way.attempts
            record(namespace, delivery, request, target.origin, sent, attempts, took)

    async def _send(self, run: _Run, request: Request, target: Target) -> tuple[Request, Sent]:
        """Send a request until it succeeds, or there were enough attempts; return the last one."""
        sent = NOT_SENT
        clock, timeout = run.namespace.clock, run.policy.timeout.total_seconds()
        for wait in run.policy.attempts:
            await run.wait(wait)
            async with run.namespace.deliveries.sending:
                at = clock.now()
                request = run.signed(request, at)
                sent = await self._sender.send(request, target, timeout)
            run.under_way.attempts.append(Attempt(at, sent.response.status, sent.error))
            if run.policy.is_success(sent.response.status):
                break
        return request, sent


class _Run(NamedTuple):
    """A delivery that is under way."""

    namespace: Namespace
    delivery: Delivery
    policy: DeliveryPolicy
    under_way: UnderWay

    async def wait(self, wait: timedelta) -> None:
        """Wait for the next attempt, by the namespace's clock."""
        if wait:
            clock = self.namespace.clock
            self.under_way.next_at = clock.now() + wait // _MICROSECOND
            await clock.wait_until(self.under_way.next_at)
            self.under_way.next_at = None

    def signed(self, request: Request, at: int) -> Request:
        """Return the request with a signature of this time, if it shall have one; headers that were
        given stay as they are."""
        scheme, delivery = self.policy.signature, self.delivery
        if scheme is None:
            return request
        secret = webhook_secret(self.namespace, delivery.api, delivery.operation.path)
        message_id, seconds = self.under_way.message_id, at // _SECOND
        headers = signature_headers(scheme.prefix, secret, message_id, seconds, request.body)
        given = {name.lower().encode() for name in delivery.headers}
        added = {name: value for name, value in headers.items() if name not in given}
        return msgspec.structs.replace(request, headers={**request.headers, **added})
