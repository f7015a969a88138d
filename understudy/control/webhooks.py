"""The webhooks of the documents: listed, sent, and the addresses that they are sent to; and what is
under way."""

from __future__ import annotations

from typing import Any

from understudy.control.context import ControlContext
from understudy.control.exchanges.queries import attempt_json
from understudy.control.refusals import check_header_names
from understudy.errors import Problem, Violation
from understudy.http.json_codec import ABSENT
from understudy.http.secrets import REDACTED
from understudy.openapi.operation import Operation
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.webhooks import Endpoint
from understudy.serving.outgoing.journal_records import record_failure
from understudy.serving.outgoing.outgoing import NO_ADDRESS, TOO_MANY
from understudy.serving.outgoing.request_builder import Delivery
from understudy.serving.outgoing.signature import check_secret, webhook_secret
from understudy.suggestions import hint
from understudy.timestamps import rfc3339


def list_webhooks(context: ControlContext) -> list[dict[str, Any]]:
    """Return the webhooks of all APIs; secrets that were set are not told again."""
    return [
        _as_json(context, context.namespace, api, name, operations[0])
        for api, of_api in context.outgoing.apis.items()
        for name, operations in of_api.webhooks.items()
    ]


async def set_webhook_url(
    context: ControlContext, name: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Set or remove the address that a webhook is sent to, and the secret that signs it.

    Whether the host may be called is checked again when something is sent: its addresses change.
    """
    api, operation = _webhook(context, name, body.get("api"))
    url, secret = body["url"], body.get("secret")
    if secret is not None:
        _check_secret(context, api, name, operation, secret)
    reason = "" if url is None else await context.outgoing.refusal(url)
    if reason:
        raise _url_refusal(reason)

    def set_endpoint(namespace: Namespace) -> dict[str, Any]:
        if url is None:
            namespace.endpoints.pop((api, name), None)
        else:
            namespace.endpoints[api, name] = Endpoint(url, secret)
        return _as_json(context, namespace, api, name, operation, with_secret=True)

    return await context.transact(set_endpoint)


async def send_webhook(
    context: ControlContext, name: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Send a webhook in the background."""
    definition = body or {}
    api, operation = _webhook(context, name, definition.get("api"))
    check_header_names(definition.get("headers", {}))
    url = definition.get("url") or await context.transact(
        lambda namespace: _url(namespace, api, name)
    )
    if url is None:
        raise _url_refusal(NO_ADDRESS.format(name=name))
    headers = definition.get("headers", {})
    delivery = Delivery(api, operation, url, definition.get("body", ABSENT), headers)
    reason = await context.outgoing.refusal(url)
    if reason:
        await context.transact(lambda namespace: record_failure(namespace, delivery, reason))
        raise _url_refusal(reason)
    if context.namespace.deliveries.is_full:
        raise Problem(409, TOO_MANY)
    context.outgoing.start(context.namespace, delivery)
    json = await context.transact(lambda n: _as_json(context, n, api, name, operation))
    return {**json, "url": context.secrets.address(url)}


def list_deliveries(context: ControlContext) -> list[dict[str, Any]]:
    """Return the callbacks and webhooks that are under way, the oldest first."""
    return [
        {
            "api": under_way.api,
            "operation": under_way.operation,
            "url": context.secrets.address(under_way.url.partition("?")[0]),
            "attempts": [attempt_json(attempt) for attempt in under_way.attempts],
            "next_at": None if under_way.next_at is None else rfc3339(under_way.next_at),
        }
        for under_way in context.namespace.delivery_records
    ]


def _url_refusal(message: str) -> Problem:
    return Problem(409, message, violations=(Violation("body", "/url", message),))


def _check_secret(
    context: ControlContext, api: str, name: str, operation: Operation, secret: str
) -> None:
    """Check a secret. Raises Problem 409 if it is none, or nothing is signed by it."""
    if context.outgoing.policy(api, operation).signature is None:
        message = f"the webhook {name!r} is not signed, so it takes no secret"
        violation = Violation("body", "/secret", message)
        raise Problem(409, message, violations=(violation,))
    try:
        check_secret(secret)
    except ValueError as error:
        violation = Violation("body", "/secret", f"is no secret of Standard Webhooks: {error}")
        raise Problem(409, str(violation), violations=(violation,)) from None


def _webhook(context: ControlContext, name: str, api: str | None) -> tuple[str, Operation]:
    """Return the API and the operation of a webhook. Raises Problem 404, or 409 if several APIs
    have one of this name."""
    apis = context.outgoing.apis
    if api is not None and api not in apis:
        raise Problem(404, f"there is no API {api!r}{hint(api, apis)}")
    having = [key for key, of_api in apis.items() if name in of_api.webhooks and api in (None, key)]
    if not having:
        known = [known for of_api in apis.values() for known in of_api.webhooks]
        raise Problem(404, f"there is no webhook {name!r}{hint(name, known)}")
    if len(having) > 1:
        raise Problem(
            409, f"several APIs have a webhook {name!r}; give `api`: {' or '.join(having)}"
        )
    return having[0], apis[having[0]].webhooks[name][0]


def _url(namespace: Namespace, api: str, name: str) -> str | None:
    endpoint = namespace.endpoints.get((api, name))
    return None if endpoint is None else endpoint.url


def _as_json(
    context: ControlContext,
    namespace: Namespace,
    api: str,
    name: str,
    operation: Operation,
    *,
    with_secret: bool = False,
) -> dict[str, Any]:
    """Return a webhook as JSON; a secret that was set is told only `with_secret`."""
    url, endpoint = _url(namespace, api, name), namespace.endpoints.get((api, name))
    was_set = endpoint is not None and endpoint.secret is not None
    secret = None
    if context.outgoing.policy(api, operation).signature is not None or was_set:
        secret = webhook_secret(namespace, api, name)
    return {
        "api": api,
        "name": name,
        "operation": operation.id,
        "method": operation.method,
        "url": url and context.secrets.address(url),
        "secret": REDACTED if was_set and not with_secret else secret,
    }
