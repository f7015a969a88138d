"""Sends the callbacks and webhooks of all APIs in the background, and puts them into journals."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from understudy.errors import ContractBroken, Problem
from understudy.http.json_codec import ABSENT
from understudy.http.messages import OUTGOING, Exchange, Request, Response
from understudy.http.runtime_expressions import ExpressionValues, addresses
from understudy.openapi.callbacks import Callback, callbacks_of, webhooks_of
from understudy.openapi.operation import Operation
from understudy.runtime.namespace import Namespace
from understudy.runtime.webhooks import Deliveries, Webhook
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.outgoing.addresses import AllowedHosts, RefusedAddress
from understudy.serving.outgoing.request_builder import Delivery, RequestBuilder, check_body
from understudy.serving.outgoing.response_check import response_violations
from understudy.serving.outgoing.sender import Sender, Sent

log = logging.getLogger("understudy")

#: The header that counts the callbacks that led to a request, and the largest number of them.
DEPTH = "x-understudy-callback-depth"
MOST_DEPTH = 5

NO_ADDRESS = "no address is known: give a `url`, or set one by PUT /_understudy/webhooks/{name}"
TOO_MANY = f"a namespace may have at most {Deliveries.MOST} callbacks and webhooks under way"


class ApiOperations(NamedTuple):
    """The operations of an API's document that the API itself calls."""

    callbacks: dict[str, tuple[Callback, ...]]
    webhooks: dict[str, tuple[Operation, ...]]
    by_id: dict[str, Operation]


class Outgoing:
    """Sends callbacks and webhooks. `allowed_hosts` may be called besides this machine's own;
    "any" allows all."""

    def __init__(self, apis: Sequence[Api], allowed_hosts: Collection[str] = ()) -> None:
        self.sender = Sender()
        self._allowed = AllowedHosts(allowed_hosts)
        self._builder = RequestBuilder()
        self.apis = {api.name: _operations(api) for api in apis}
        #: The API that sends a webhook, by the owner of the state and the webhook's name.
        self._senders: dict[str, dict[str, str]] = {}
        for api in sorted(apis, key=lambda api: api.owner is not api):  # the owners come first
            for name in self.apis[api.name].webhooks:
                self._senders.setdefault(api.owner.name, {}).setdefault(name, api.name)

    def operation(self, api: str | None, operation_id: str | None) -> Operation | None:
        """Return the operation of a callback or a webhook by its id, or None."""
        of_api = self.apis.get(api or "")
        return None if of_api is None else of_api.by_id.get(operation_id or "")

    def connect_world(self, namespace: Namespace, owner: str, world: World) -> None:
        """Send the webhooks of the handlers that share a new world: those of their documents."""
        senders = self._senders.get(owner)
        if senders:
            world.webhooks.connect(partial(self._send_webhooks, namespace, senders), senders)

    def send_callbacks(
        self,
        namespace: Namespace,
        api: str,
        callbacks: Sequence[Callback],
        values: ExpressionValues,
    ) -> None:
        """Send the callbacks of an exchange, each to the address that its expression gives."""
        depth = values.request.headers.get(DEPTH, "0")
        level = int(depth) + 1 if depth.isdecimal() and len(depth) < 9 else MOST_DEPTH + 1
        for callback in callbacks:
            try:
                urls = addresses(callback.expression, values)
                if level > MOST_DEPTH:
                    raise ValueError(f"the request is callback {level - 1} of a chain of callbacks")
            except ValueError as error:
                failed = Delivery(api, callback.operation, "")
                self._record_failure(namespace, failed, f"{callback.expression}: {error}")
                continue
            for url in urls:
                headers = {DEPTH: str(level)}
                self.start(namespace, Delivery(api, callback.operation, url, ABSENT, headers))

    def _send_webhooks(
        self, namespace: Namespace, senders: Mapping[str, str], webhooks: Sequence[Webhook]
    ) -> None:
        """Send webhooks of handlers. Their bodies must be as the document says."""
        for name, given_url, body, headers in webhooks:
            api = senders[name]
            operation = self.apis[api].webhooks[name][0]
            url = given_url or namespace.webhook_urls.get((api, name))
            delivery = Delivery(api, operation, url or "", body, headers)
            if url is None:
                self._record_failure(namespace, delivery, NO_ADDRESS.format(name=name))
                continue
            try:
                if body is not ABSENT:
                    check_body(operation, body)
            except ContractBroken as error:
                log.error("the webhook %s of %s was not sent: %s", name, api, error)
                self._record_failure(namespace, delivery, str(error))
                continue
            self.start(namespace, delivery)

    async def refusal(self, url: str) -> str:
        """Return why an address may not be called; empty if it may be."""
        try:
            await self._allowed.target(url)
        except RefusedAddress as refused:
            return str(refused)
        return ""

    def start(self, namespace: Namespace, delivery: Delivery) -> None:
        """Send a request in the background, and add the exchange to the journal at its end."""
        if namespace.deliveries.is_full:
            self._record_failure(namespace, delivery, TOO_MANY)
        else:
            namespace.deliveries.start(self._deliver(namespace, delivery))

    def record_refusal(self, namespace: Namespace, delivery: Delivery, reason: str) -> None:
        """Add a request that was not sent to the journal."""
        self._record_failure(namespace, delivery, reason)

    async def _deliver(self, namespace: Namespace, delivery: Delivery) -> None:
        began, at = time.perf_counter_ns(), namespace.clock.now()
        try:
            target = await self._allowed.target(delivery.url)
            request = self._builder.build(delivery, target, str(namespace.ids.seed))
            sent = await self.sender.send(request, target)
        except RefusedAddress as refused:
            self._record_failure(namespace, delivery, str(refused))
        except Problem as problem:
            self._record_failure(namespace, delivery, problem.message)
        except Exception as error:
            log.exception("%s of %s could not be sent", delivery.operation.id, delivery.api)
            self._record_failure(namespace, delivery, f"{type(error).__name__}: {error}")
        else:
            took = (time.perf_counter_ns() - began) // 1000
            _record(namespace, delivery, request, target.origin, sent, at, took)

    @staticmethod
    def _record_failure(namespace: Namespace, delivery: Delivery, reason: str) -> None:
        """Add a request that was not sent to the journal."""
        request, origin = _unsent_request(delivery)
        sent = Sent(Response(0, b"", None), reason, 0)
        _record(namespace, delivery, request, origin, sent, namespace.clock.now(), 0)


def _operations(api: Api) -> ApiOperations:
    callbacks = {
        operation.id: called
        for operation in api.contract.operations
        if operation.definition.get("callbacks") and (called := callbacks_of(operation))
    }
    webhooks = webhooks_of(api.contract)
    by_id: dict[str, Operation] = {}
    for operation in (callback.operation for called in callbacks.values() for callback in called):
        by_id.setdefault(operation.id, operation)
    for operation in (operation for operations in webhooks.values() for operation in operations):
        by_id.setdefault(operation.id, operation)
    return ApiOperations(callbacks, webhooks, by_id)


def _unsent_request(delivery: Delivery) -> tuple[Request, str]:
    """Return what is known of a request that was not sent, and the origin of its address."""
    url, _, query = delivery.url.partition("?")
    origin, path = "", url
    if "://" in url:
        scheme, _, rest = url.partition("://")
        authority, slash, path = rest.partition("/")
        origin, path = f"{scheme}://{authority.rpartition('@')[2]}", slash + path
    return Request(delivery.operation.method, path.encode(), query.encode(), {}), origin


def _record(
    namespace: Namespace,
    delivery: Delivery,
    request: Request,
    origin: str,
    sent: Sent,
    at: int,
    took: int,
) -> None:
    response = sent.response
    if response.status and not sent.error:
        response = response.replace(violations=response_violations(delivery.operation, response))
    namespace.journal.add(
        Exchange(
            at,
            took,
            delivery.api,
            delivery.operation.id,
            request,
            response,
            origin=origin,
            error=sent.error,
            direction=OUTGOING,
            attempts=sent.attempts,
        )
    )
