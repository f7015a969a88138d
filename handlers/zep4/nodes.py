"""Operations of the tag `nodes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy import Problem, Record, World

from ..zep.model.graph.nodes import change_node
from ..zep.model.graph.records import NODES, Owner
from ..zep.model.owners import record_of
from ..zep.model.work.pending import submit
from ..zep.model.work.submission import add_nodes
from .model.added import as_added_node
from .model.addresses import owner_at
from .model.graph_shapes import as_node
from .model.graphs import stored_at
from .model.inputs import checked_metadata
from .model.shapes import as_task

_CHANGEABLE = ("name", "summary", "attributes")


def add_node(world: World, graph_uuid: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Add nodes as they are given."""
    owner = owner_at(world, graph_uuid)
    for number, given in enumerate(body["nodes"]):
        checked_metadata(given.get("metadata"), f"/nodes/{number}/metadata")
    nodes = [{**given, "labels": _labels(given)} for given in body["nodes"]]
    plans, task = add_nodes(world, owner, nodes)
    added = [as_added_node(plan, given) for plan, given in zip(plans, body["nodes"], strict=True)]
    return {"nodes": added, "task": as_task(task)}, 202


def _labels(given: Mapping[str, Any]) -> list[str]:
    return [given["label"]] if given.get("label") else []


def get_node(world: World, graph_uuid: str, node_uuid: str) -> dict[str, Any]:
    """Return a node."""
    return as_node(world, stored_at(world, owner_at(world, graph_uuid), NODES, node_uuid))


def update_node(
    world: World, graph_uuid: str, node_uuid: str, body: dict[str, Any] | None
) -> dict[str, Any]:
    """Change the name, the summary or attributes of a node."""
    stored = stored_at(world, owner_at(world, graph_uuid), NODES, node_uuid)
    given = {name: body[name] for name in _CHANGEABLE if body and body.get(name) is not None}
    return as_node(world, change_node(world, stored, given) if given else stored)


def delete_node(world: World, graph_uuid: str, node_uuid: str) -> tuple[dict[str, Any], int]:
    """Delete a node with its edges."""
    owner = owner_at(world, graph_uuid)
    stored = stored_at(world, owner, NODES, node_uuid)
    _refuse_user_node(world, owner, stored)
    task = submit(world, "delete_node", {"uuid": stored["uuid"]}, "graph.node.delete")
    return {"task": as_task(task)}, 202


def _refuse_user_node(world: World, owner: Owner, stored: Record) -> None:
    if owner[0] == "user" and record_of(world, owner)["uuid"] == stored["uuid"]:
        raise Problem(409, "this is the node of the user: delete the user")
