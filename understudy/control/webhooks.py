"""The webhooks of the documents: listed, sent, and the addresses that they are sent to."""

from __future__ import annotations

from typing import Any

from understudy.control.context import ControlContext
from understudy.control.header_names import check_header_names
from understudy.errors import Problem
from understudy.http.json_codec import ABSENT
from understudy.openapi.operation import Operation
from understudy.serving.outgoing.outgoing import NO_ADDRESS, TOO_MANY
from understudy.serving.outgoing.request_builder import Delivery


def list_webhooks(context: ControlContext) -> list[dict[str, Any]]:
    """Return the webhooks of all APIs."""
    return [
        _as_json(context, api, name, operations[0])
        for api, of_api in context.outgoing.apis.items()
        for name, operations in of_api.webhooks.items()
    ]


def set_webhook_url(context: ControlContext, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Set or remove the address that a webhook is sent to."""
    api, operation = _webhook(context, name, body.get("api"))
    if body["url"] is None:
        context.namespace.webhook_urls.pop((api, name), None)
    else:
        context.namespace.webhook_urls[api, name] = body["url"]
    return _as_json(context, api, name, operation)


async def send_webhook(
    context: ControlContext, name: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Send a webhook in the background."""
    definition = body or {}
    api, operation = _webhook(context, name, definition.get("api"))
    check_header_names(definition.get("headers", {}))
    url = definition.get("url") or context.namespace.webhook_urls.get((api, name))
    if url is None:
        raise Problem(409, NO_ADDRESS.format(name=name))
    headers = definition.get("headers", {})
    delivery = Delivery(api, operation, url, definition.get("body", ABSENT), headers)
    reason = await context.outgoing.refusal(url)
    if reason:
        context.outgoing.record_refusal(context.namespace, delivery, reason)
        raise Problem(409, reason)
    if context.namespace.deliveries.is_full:
        raise Problem(409, TOO_MANY)
    context.outgoing.start(context.namespace, delivery)
    return {**_as_json(context, api, name, operation), "url": url}


def _webhook(context: ControlContext, name: str, api: str | None) -> tuple[str, Operation]:
    """Return the API and the operation of a webhook. Raises Problem 404, or 409 if several APIs
    have one of this name."""
    apis = context.outgoing.apis
    if api is not None and api not in apis:
        raise Problem(404, f"there is no API {api!r}")
    having = [key for key, of_api in apis.items() if name in of_api.webhooks and api in (None, key)]
    if not having:
        known = ", ".join(name for of_api in apis.values() for name in of_api.webhooks) or "none"
        raise Problem(404, f"there is no webhook {name!r}; the webhooks: {known}")
    if len(having) > 1:
        raise Problem(
            409, f"several APIs have a webhook {name!r}; give `api`: {' or '.join(having)}"
        )
    return having[0], apis[having[0]].webhooks[name][0]


def _as_json(context: ControlContext, api: str, name: str, operation: Operation) -> dict[str, Any]:
    return {
        "api": api,
        "name": name,
        "operation": operation.id,
        "method": operation.method,
        "url": context.namespace.webhook_urls.get((api, name)),
    }
