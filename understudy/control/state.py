"""State: what is served, namespaces, their settings, and all that is in them."""

from __future__ import annotations

from typing import Any

from understudy.control.context import ControlContext
from understudy.errors import Problem, UsageError
from understudy.runtime.namespace import DEFAULT
from understudy.serving.snapshot import (
    check_collections,
    export_namespace,
    import_namespace,
    restore_namespace,
)
from understudy.version import VERSION

#: Snapshots that a namespace may have.
MOST_SNAPSHOTS = 20


def get_health(context: ControlContext) -> dict[str, Any]:
    """What is served, and that it is up."""
    return {
        "status": "ok",
        "version": VERSION,
        "namespaces": len(context.namespaces),
        "apis": [
            {
                "name": api.name,
                "title": api.contract.title,
                "path": api.contract.path_prefix or "/",
                "operations": len(api.contract.operations),
                "personas": [persona for persona in api.personas if persona],
            }
            for api in context.apis
        ],
    }


def list_namespaces(context: ControlContext) -> list[dict[str, Any]]:
    """The namespaces, the most recently used first."""
    return [
        {
            "name": namespace.name,
            "requests": namespace.journal.seen,
            "projects": {name: len(worlds) for name, worlds in namespace.worlds.items()},
        }
        for namespace in reversed(list(context.namespaces))
    ]


def delete_namespace(context: ControlContext, name: str) -> None:
    """Forget a namespace and all in it."""
    if name == DEFAULT or not context.namespaces.drop(name):
        raise Problem(404, f"there is no namespace {name!r} that could be deleted")


def reset(context: ControlContext, body: dict[str, Any] | None) -> dict[str, Any]:
    """Begin again."""
    namespace = context.namespace
    namespace.reset((body or {}).get("seed"))
    return {"namespace": namespace.name, "seed": str(namespace.ids.seed)}


def get_settings(context: ControlContext) -> dict[str, Any]:
    """The persona of each API that has several, and whether the namespace is strict."""
    cast = ((api, context.namespace.personas.get(api.name)) for api in context.apis)
    return {
        "personas": {api.name: own or api.persona for api, own in cast if len(api.personas) > 1},
        "strict": context.namespace.strict,
    }


def set_settings(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Set what is named; the rest stays."""
    wanted = body.get("personas", {})
    apis = {api.name: api for api in context.apis}
    try:
        for name, persona in wanted.items():
            if name not in apis:
                raise UsageError(f"there is no API {name!r}; there are {', '.join(apis)}")
            apis[name].check_persona(persona)
    except UsageError as error:
        raise Problem(404, str(error)) from None
    for name, persona in wanted.items():
        context.namespace.set_persona(name, persona)
    context.namespace.strict = body.get("strict", context.namespace.strict)
    return get_settings(context)


def export_state(context: ControlContext) -> dict[str, Any]:
    """All that the namespace keeps."""
    return export_namespace(context.namespace, context.apis)


def import_state(context: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Put the namespace into this state; what it does not speak of stays."""
    import_namespace(context.namespace, context.apis, body)
    return _counted(body)


def list_snapshots(context: ControlContext) -> list[dict[str, Any]]:
    """The snapshots of the namespace."""
    snapshots = context.namespace.snapshots.items()
    return [{"name": name, **_counted(state)} for name, state in snapshots]


def take_snapshot(context: ControlContext, name: str) -> dict[str, Any]:
    """Remember the state of the namespace by a name."""
    snapshots = context.namespace.snapshots
    if name not in snapshots and len(snapshots) >= MOST_SNAPSHOTS:
        raise Problem(409, f"a namespace may have at most {MOST_SNAPSHOTS} snapshots")
    state = export_namespace(context.namespace, context.apis)
    check_collections(context.apis, state)
    snapshots[name] = state
    return {"name": name, **_counted(state)}


def restore_snapshot(context: ControlContext, name: str) -> dict[str, Any]:
    """Put the namespace back into the state of that name."""
    state = context.namespace.snapshots.get(name)
    if state is None:
        raise Problem(404, f"there is no snapshot {name!r}")
    context.namespace.worlds.clear()
    context.namespace.personas.clear()
    restore_namespace(context.namespace, context.apis, state)
    return {"name": name, **_counted(state)}


def delete_snapshot(context: ControlContext, name: str) -> None:
    """Forget the state of that name."""
    if context.namespace.snapshots.pop(name, None) is None:
        raise Problem(404, f"there is no snapshot {name!r}")


def _counted(state: Any) -> dict[str, Any]:
    """How many records of each collection a state has, over all projects."""
    counts: dict[str, dict[str, int]] = {}
    for api, projects in state.get("apis", {}).items():
        told = counts.setdefault(api, {})
        for collections in projects.values():
            for name, kept in collections.items():
                told[name] = told.get(name, 0) + len(kept["records"])
    return {"records": counts}
