"""The groups of a tenant, which zep-cloud 3.x and 4.x call graphs.

A group is stored as responses show it, with the fields that only graphs have. A graph that was
added without an id of the client's own has its uuid as `group_id`.
"""

from __future__ import annotations

from typing import Any

from understudy import Collection, Index, Problem, Record, World

from .record_types import GroupRecord
from .records import PROJECT_UUID, existing

GROUPS_BY_ID = Index(order="id")
_BY_UUID = Index(group="uuid")
GROUPS = Collection("groups", (GROUPS_BY_ID, _BY_UUID), record=GroupRecord, key="group_id")

#: What only graphs have.
_OF_GRAPHS = frozenset(("updated_at", "time_zone"))
#: What only groups have.
_OF_GROUPS = frozenset(("group_id", "fact_rating_instruction"))


def find_group(world: World, group_id: str) -> Record:
    """Return a group. Raises Problem 404."""
    return existing(world.store.get(GROUPS, group_id))


def group_by_uuid(world: World, uuid: str) -> Record | None:
    """Return the group with this uuid, if there is one."""
    found = world.store.list(GROUPS, _BY_UUID, uuid.lower(), limit=1)
    return found[0] if found else None


def as_group(group: Record) -> dict[str, Any]:
    """Return a group as v2 shows it."""
    return {name: value for name, value in group.items() if name not in _OF_GRAPHS}


def as_graph(group: Record) -> dict[str, Any]:
    """Return a group as v3 shows graphs."""
    shown = {name: value for name, value in group.items() if name not in _OF_GROUPS}
    return {
        "canonical_graph_uuid": group["uuid"],
        "graph_id": group["group_id"],
        "id": 0,  # a group that a test has preset may have none
        "project_uuid": PROJECT_UUID,
        "updated_at": group["created_at"],
        **shown,
    }


def refuse_known_group(world: World, group_id: str, kind: str = "group") -> None:
    """Raise Problem 400 if the id is taken; `kind` is what the client calls it."""
    if world.store.get(GROUPS, group_id) is not None:
        raise Problem(400, f"bad request: {kind} already exists with {kind}_id: {group_id}")
