"""What is served, namespaces, their state and snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from understudy.control.context import ControlContext
from understudy.errors import Problem
from understudy.http.messages import Content
from understudy.openapi.contract import client_label
from understudy.runtime.namespaces.namespace import DEFAULT, Namespace
from understudy.runtime.snapshots import Snapshot
from understudy.runtime.stores.errors import StoreUnavailable
from understudy.serving.handlers_package import record_changes
from understudy.serving.handlers_package.record_shapes import record_schema
from understudy.serving.snapshot import (
    check_collections,
    export_complete,
    export_namespace,
    import_namespace,
    restore_namespace,
)
from understudy.suggestions import hint
from understudy.version import VERSION

#: The largest number of namespaces that are listed.
MOST_NAMESPACES = 1000


async def get_health(context: ControlContext) -> dict[str, Any]:
    """Return what is served; a response means that the stand-in is up."""
    if context.is_probe:
        return {"status": "ok"}
    budget = context.namespaces.shared.budget
    number: int | None = None
    with suppress(StoreUnavailable):
        number = await context.namespaces.number()
    return {
        "status": "ok",
        "version": VERSION,
        "namespaces": number,
        "memory": {"used": budget.used, "most": budget.most},
        "apis": [
            {
                "name": api.name,
                "title": api.contract.title,
                "path": api.contract.path_prefix or "/",
                "operations": len(api.contract.operations),
                "personas": [persona for persona in api.personas if persona],
                "state_of": api.state_of,
            }
            for api in context.apis
        ],
    }


def list_apis(context: ControlContext) -> list[dict[str, Any]]:
    """Return the APIs, and how their clients are pointed at a server."""
    return [
        {
            "name": api.name,
            "title": api.contract.title,
            "base_path": api.contract.base_path,
            "clients": [
                _client(client)
                for client in api.contract.clients
                if "environment" in client or "base_url" in client
            ],
            "settings": api.settings.schemas,
        }
        for api in context.apis
    ]


def list_operations(context: ControlContext, api: str | None = None) -> list[dict[str, Any]]:
    """Return the operations, in the order of the documents."""
    context.check_names({"api": api})
    return [
        {
            "api": served.name,
            "operation": operation.id,
            "method": operation.method,
            "path": operation.base_paths[0] + operation.path,
            "summary": _text(operation.definition.get("summary")),
            "tags": [str(tag) for tag in operation.definition.get("tags") or ()],
            "deprecated": operation.definition.get("deprecated") is True,
            "statuses": list(operation.responses),
            "parameters": [
                {"in": parameter.where, "name": parameter.name}
                for parameter in operation.parameters
            ],
        }
        for served in context.apis
        if api in (None, served.name)
        for operation in served.contract.operations
    ]


def _text(value: Any) -> str:
    """Return a text of a document; anything else that stands there is left out."""
    return value if isinstance(value, str) else ""


def _client(client: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a client is pointed at a server; what is no text in the document is left out."""
    given, base_url = client.get("environment"), client.get("base_url")
    environment = given if isinstance(given, dict) else {}
    return {
        "client": client_label(client),
        "environment": {n: value for n, value in environment.items() if isinstance(value, str)},
        "base_url": base_url if isinstance(base_url, str) else None,
    }


async def get_readiness(context: ControlContext) -> dict[str, str]:
    """Return that state can be read and written. Raises StoreUnavailable."""
    try:
        await context.namespaces.check()
    except StoreUnavailable:
        if context.is_probe:  # the reason names the database and its address
            raise StoreUnavailable("it does not answer") from None
        raise
    return {"status": "ready"}


async def get_metrics(context: ControlContext) -> Content:
    """Return the metrics of this process as text for Prometheus."""
    if context.metrics is None:
        raise Problem(404, "there are no metrics: start the server with `serve --metrics`")
    number: int | None = None
    with suppress(StoreUnavailable):
        number = await context.namespaces.number()
    text = context.metrics.render(number, context.namespaces.shared.budget)
    return Content(text, context.metrics.media_type)


async def list_namespaces(context: ControlContext) -> list[dict[str, Any]]:
    """Return the namespaces, the most recently used first; of a database, sorted by name."""

    def summary(namespace: Namespace) -> dict[str, Any]:
        tenants = {api.name: len(namespace.worlds.tenants(api.name)) for api in context.apis}
        return {
            "name": namespace.name,
            "requests": namespace.journal.seen,
            "tenants": {name: number for name, number in tenants.items() if number},
        }

    return await context.namespaces.in_each(summary, MOST_NAMESPACES)


async def delete_namespace(context: ControlContext, name: str) -> None:
    """Delete a namespace with all its data."""
    if name == DEFAULT or not await context.namespaces.delete(name):
        raise Problem(404, f"there is no namespace {name!r} that can be deleted")


def reset(context: ControlContext, body: dict[str, Any] | None) -> dict[str, Any]:
    """Reset the namespace to its first state."""
    namespace = context.namespace
    namespace.reset((body or {}).get("seed"))
    return {"namespace": namespace.name, "seed": str(namespace.ids.seed)}


def export_state(context: ControlContext, unused: bool = True) -> dict[str, Any]:
    """Return the state of the namespace, with all collections unless those that are unused are not
    wanted."""
    export = export_complete if unused else export_namespace
    return export(context.namespace, context.apis)


def import_state(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Replace the parts of the state that are given; the others stay."""
    import_namespace(context.namespace, context.apis, body)
    counts = _record_counts(body).items()
    return {"records": {api: {n: c for n, c in of_api.items() if c} for api, of_api in counts}}


def change_records(context: ControlContext, body: list[dict[str, Any]]) -> None:
    """Put and delete single records; all others stay."""
    record_changes.change_records(context.namespace, context.apis, body)


def list_collections(context: ControlContext) -> list[dict[str, Any]]:
    """Return the collections of all APIs that have a state, and what their records are."""
    return [
        {
            "api": api.name,
            "name": collection.name,
            "key": collection.key,
            "record": record_schema(collection),
            "example": api.record_shapes.example(collection),
        }
        for api in context.apis
        if api.owner is api
        for collection in api.collections.values()
    ]


def list_snapshots(context: ControlContext) -> list[dict[str, Any]]:
    """Return the snapshots of the namespace."""
    snapshots = context.namespace.snapshots.records().items()
    return [{"name": name, "records": records} for name, records in snapshots]


def take_snapshot(context: ControlContext, name: str) -> dict[str, Any]:
    """Save the state of the namespace under a name."""
    state = export_namespace(context.namespace, context.apis)
    check_collections(context.apis, state)
    records = _record_counts(state)
    try:
        context.namespace.snapshots.add(name, Snapshot.of(state, records))
    except OverflowError as error:
        raise Problem(409, str(error)) from None
    return {"name": name, "records": records}


def get_snapshot(context: ControlContext, name: str) -> dict[str, Any]:
    """Return the state that a snapshot has."""
    state: dict[str, Any] = _known_snapshot(context, name).state
    return state


def restore_snapshot(context: ControlContext, name: str) -> dict[str, Any]:
    """Replace the state of the namespace by that of a snapshot."""
    snapshot = _known_snapshot(context, name)
    context.namespace.worlds.drop()
    context.namespace.personas.clear()
    context.namespace.settings.clear()
    restore_namespace(context.namespace, context.apis, snapshot.state)
    return {"name": name, "records": snapshot.records}


def delete_snapshot(context: ControlContext, name: str) -> None:
    """Delete a snapshot."""
    if not context.namespace.snapshots.remove(name):
        raise _no_snapshot(context, name)


def _known_snapshot(context: ControlContext, name: str) -> Snapshot:
    """Return a snapshot. Raises Problem 404."""
    snapshot = context.namespace.snapshots.get(name)
    if snapshot is None:
        raise _no_snapshot(context, name)
    return snapshot


def _no_snapshot(context: ControlContext, name: str) -> Problem:
    known = hint(name, context.namespace.snapshots.records())
    return Problem(404, f"there is no snapshot {name!r}{known}")


def _record_counts(state: Any) -> dict[str, dict[str, int]]:
    """Return how many records each collection of a state has, over all tenants."""
    counts: dict[str, dict[str, int]] = {}
    for api, tenants in state.get("apis", {}).items():
        of_api = counts.setdefault(api, {})
        for collections in tenants.values():
            for name, collection in collections.items():
                of_api[name] = of_api.get(name, 0) + len(collection["records"])
    return counts
