"""State: what is served, namespaces, their settings, and all that is in them."""

from __future__ import annotations

from typing import Any

from understudy.control.context import ControlContext
from understudy.errors import Problem, UsageError
from understudy.runtime.namespace import DEFAULT
from understudy.serving.snapshot import export_namespace, import_namespace, restore_namespace
from understudy.version import VERSION

#: Snapshots that a namespace may have.
MOST_SNAPSHOTS = 20


def get_health(backstage: ControlContext) -> dict[str, Any]:
    """What is served, and that it is up."""
    return {
        "status": "ok",
        "version": VERSION,
        "namespaces": len(backstage.spaces),
        "apis": [
            {
                "name": api.name,
                "title": api.contract.title,
                "path": api.contract.home or "/",
                "operations": len(api.contract.operations),
                "personas": [persona for persona in api.personas if persona],
            }
            for api in backstage.apis
        ],
    }


def list_namespaces(backstage: ControlContext) -> list[dict[str, Any]]:
    """The namespaces, the most recently used first."""
    return [
        {
            "name": space.name,
            "requests": space.journal.seen,
            "projects": {name: len(worlds) for name, worlds in space.worlds.items()},
        }
        for space in reversed(list(backstage.spaces))
    ]


def delete_namespace(backstage: ControlContext, name: str) -> None:
    """Forget a namespace and all in it."""
    if name == DEFAULT or not backstage.spaces.drop(name):
        raise Problem(404, f"there is no namespace {name!r} that could be deleted")


def reset(backstage: ControlContext, body: dict[str, Any] | None) -> dict[str, Any]:
    """Begin again."""
    space = backstage.space
    space.reset((body or {}).get("seed"))
    return {"namespace": space.name, "seed": str(space.ids.seed)}


def get_settings(backstage: ControlContext) -> dict[str, Any]:
    """The persona of each API that has several, and whether the namespace is strict."""
    cast = ((api, backstage.space.personas.get(api.name)) for api in backstage.apis)
    return {
        "personas": {api.name: own or api.persona for api, own in cast if len(api.personas) > 1},
        "strict": backstage.space.strict,
    }


def set_settings(backstage: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Set what is named; the rest stays."""
    wanted = body.get("personas", {})
    apis = {api.name: api for api in backstage.apis}
    try:
        for name, persona in wanted.items():
            if name not in apis:
                raise UsageError(f"there is no API {name!r}; there are {', '.join(apis)}")
            apis[name].cast(persona)
    except UsageError as error:
        raise Problem(404, str(error)) from None
    for name, persona in wanted.items():
        backstage.space.play(name, persona)
    backstage.space.strict = body.get("strict", backstage.space.strict)
    return get_settings(backstage)


def export_state(backstage: ControlContext) -> dict[str, Any]:
    """All that the namespace keeps."""
    return export_namespace(backstage.space, backstage.apis)


def import_state(backstage: ControlContext, body: dict[str, Any]) -> dict[str, Any]:
    """Put the namespace into this state; what it does not speak of stays."""
    import_namespace(backstage.space, backstage.apis, body)
    return _counted(body)


def list_snapshots(backstage: ControlContext) -> list[dict[str, Any]]:
    """The snapshots of the namespace."""
    snapshots = backstage.space.snapshots.items()
    return [{"name": name, **_counted(state)} for name, state in snapshots]


def take_snapshot(backstage: ControlContext, name: str) -> dict[str, Any]:
    """Remember the state of the namespace by a name."""
    snapshots = backstage.space.snapshots
    if name not in snapshots and len(snapshots) >= MOST_SNAPSHOTS:
        raise Problem(409, f"a namespace may have at most {MOST_SNAPSHOTS} snapshots")
    snapshots[name] = state = export_namespace(backstage.space, backstage.apis)
    return {"name": name, **_counted(state)}


def restore_snapshot(backstage: ControlContext, name: str) -> dict[str, Any]:
    """Put the namespace back into the state of that name."""
    state = backstage.space.snapshots.get(name)
    if state is None:
        raise Problem(404, f"there is no snapshot {name!r}")
    backstage.space.worlds.clear()
    backstage.space.personas.clear()
    restore_namespace(backstage.space, backstage.apis, state)
    return {"name": name, **_counted(state)}


def delete_snapshot(backstage: ControlContext, name: str) -> None:
    """Forget the state of that name."""
    if backstage.space.snapshots.pop(name, None) is None:
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
