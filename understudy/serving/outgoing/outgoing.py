"""Sends the callbacks and webhooks of all APIs in the background, and puts them into journals."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from understudy.errors import ContractBroken
from understudy.http.json_codec import ABSENT
from understudy.http.runtime_expressions import ExpressionValues, addresses
from understudy.openapi.callbacks import Callback, callbacks_of, webhooks_of
from understudy.openapi.operation import Operation
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.registry import NamespaceRegistry
from understudy.runtime.webhooks import Deliveries, Webhook
from understudy.runtime.world import World
from understudy.serving.api import Api
from understudy.serving.outgoing.addresses import AllowedHosts, RefusedAddress
from understudy.serving.outgoing.deliverer import Deliverer
from understudy.serving.outgoing.delivery_policy import DeliveryPolicy, declared_policy
from understudy.serving.outgoing.journal_records import record_failure
from understudy.serving.outgoing.request_builder import Delivery, check_body

log = logging.getLogger("understudy")

#: The header that counts the callbacks that led to a request, and the largest number of them.
DEPTH = "x-understudy-callback-depth"
MOST_DEPTH = 5

NO_ADDRESS = "no address is known: give a `url`, or set one by PUT /_understudy/webhooks/{name}"
TOO_MANY = (
    f"a namespace may have at most {Deliveries.MOST} callbacks and webhooks under way, and all "
    "namespaces together as much as `serve --max-memory` allows"
)


class ApiOperations(NamedTuple):
    """The operations of an API's document that the API itself calls."""

    callbacks: dict[str, tuple[Callback, ...]]
    webhooks: dict[str, tuple[Operation, ...]]
    by_id: dict[str, Operation]
    #: How those are delivered whose document says it, by the id of the operation.
    policies: dict[str, DeliveryPolicy]


class Outgoing:
    """Sends callbacks and webhooks. `allowed_hosts` may be called besides this machine's own;
    "any" allows all."""

    def __init__(
        self,
        namespaces: NamespaceRegistry,
        apis: Sequence[Api],
        allowed_hosts: Collection[str] = (),
    ) -> None:
        self._namespaces = namespaces
        #: How callbacks and webhooks are delivered where the document says nothing.
        self.default_policy = DeliveryPolicy()
        self._allowed = AllowedHosts(allowed_hosts)
        self._deliverer = Deliverer(namespaces, self._allowed)
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

    def policy(self, api: str, operation: Operation) -> DeliveryPolicy:
        """Return how a callback or a webhook is delivered."""
        return self.apis[api].policies.get(operation.id, self.default_policy)

    def connect_world(self, namespace: Namespace, owner: str, world: World) -> None:
        """Send the webhooks of the handlers that share a new world: those of their documents."""
        senders = self._senders.get(owner)
        if senders:
            world.webhooks.connect(
                lambda webhooks: namespace.after_commit(
                    partial(self._send_webhooks, namespace, senders, webhooks)
                ),
                senders,
                partial(self._has_receiver, namespace, senders),
            )

    def _has_receiver(self, namespace: Namespace, senders: Mapping[str, str], name: str) -> bool:
        """Return whether a webhook of a handler goes anywhere. One whose document declares its
        delivery is for subscribers: without an address there is none."""
        api = senders[name]
        is_for_subscribers = self.apis[api].webhooks[name][0].id in self.apis[api].policies
        return not is_for_subscribers or (api, name) in namespace.endpoints

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
            endpoint = namespace.endpoints.get((api, name))
            url = given_url or (endpoint and endpoint.url)
            if url is None and not self._has_receiver(namespace, senders, name):
                continue
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

    def _record_failure(self, namespace: Namespace, delivery: Delivery, reason: str) -> None:
        """Add a request that was not sent to the journal."""
        self._namespaces.transact_soon(
            namespace.name, lambda n: record_failure(n, delivery, reason)
        )

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
            policy = self.policy(delivery.api, delivery.operation)
            self._deliverer.start(namespace, delivery, policy)


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
    declared = {id_: declared_policy(operation) for id_, operation in by_id.items()}
    policies = {id_: policy for id_, policy in declared.items() if policy is not None}
    return ApiOperations(callbacks, webhooks, by_id, policies)
