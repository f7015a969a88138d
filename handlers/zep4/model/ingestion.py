"""What was done to learn from an episode: its debug log, and a trace of each step.

Both are told from what there is: the episode, its task, and the edges that were learned from it
and still exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from understudy import Record, World

from ...zep.model.graph.derived.uuids import derived_uuid
from ...zep.model.graph.elements.episodes import is_processed
from ...zep.model.graph.elements.facts import facts_of_episode, node_uuids
from ...zep.model.graph.owner import owner_of
from ...zep.model.graph.records import NODES
from ...zep.model.owners import record_of
from ...zep.model.settings.instructions import CUSTOM_INSTRUCTIONS, instructions_of
from ...zep.model.work.tasks import find_task
from .settings.ontology import shown_ontology
from .shapes.graph_parts import as_edge, as_episode, as_node
from .shapes.shapes import filled

_OF_NODES = ("uuid", "name", "labels", "summary", "attributes", "created_at")
_OF_EDGES = (
    "uuid",
    "name",
    "fact",
    "source_node_uuid",
    "target_node_uuid",
    "episode_uuids",
    "attributes",
    "created_at",
    "valid_at",
)


def debug_log(world: World, stored: Record) -> dict[str, Any]:
    """Return the debug log of an episode."""
    episode, task = as_episode(world, stored), _task(world, stored)
    received = f"Received {len(episode['content'])} characters of {episode['source']}."
    log: dict[str, Any] = {
        "started_at": task.get("started_at"),
        "completed_at": task.get("completed_at"),
        "entries": [_entry("info", episode["created_at"], received)],
    }
    if is_processed(stored):
        log["entries"] += _learned(world, stored, task.get("completed_at"))
        return {"status": "completed", **log}
    if task.get("status") != "failed":
        return {"status": "running", **log}
    error = task["error"]["message"]
    log["entries"].append(_entry("error", task["completed_at"], error))
    return {"status": "error", "error": error, **log}


def _task(world: World, stored: Record) -> Mapping[str, Any]:
    return find_task(world, stored.get("task_id") or "") or {}


def _learned(world: World, stored: Record, ended: str | None) -> list[dict[str, Any]]:
    facts = [one["fact"] for one in facts_of_episode(world, stored)]
    entries = [
        _entry("debug", fact["created_at"], f"Learned {fact['name']}: {fact['fact']}")
        for fact in facts
    ]
    at = ended or as_episode(world, stored)["created_at"]
    return [*entries, _entry("info", at, f"Edges learned: {len(facts)}.")]


def _entry(level: str, at: str, message: str) -> dict[str, Any]:
    return {"level": level, "logged_at": at, "message": message}


class _Learned(NamedTuple):
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]


def ingestion_traces(world: World, stored: Record) -> list[dict[str, Any]]:
    """Return the traces of an episode, oldest first; none until it is processed."""
    if not is_processed(stored):
        return []
    episode = as_episode(world, stored)
    common = {**_ontology(world, stored), **_episode(episode)}
    steps = _steps(_what_was_learned(world, stored))
    done_at = _task(world, stored).get("completed_at") or episode["created_at"]
    return [
        {
            "uuid": derived_uuid(episode["uuid"], number),
            "step": step,
            "status": "recorded",
            "created_at": done_at,
            "input": {**common, **given},
            "output": output,
        }
        for number, (step, (given, output)) in enumerate(steps.items(), 1)
    ]


def _steps(learned: _Learned) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Return what each step was given beside the episode, and what came of it."""
    nodes, edges = learned
    return {
        "combined_extraction": ({}, {"extracted_nodes": nodes, "extracted_edges": edges}),
        "resolve_nodes": (
            {"extracted_nodes": nodes},
            {"nodes": nodes, "node_resolutions": _resolutions(learned)},
        ),
        "resolve_edges": (
            {"extracted_edges": edges, "resolved_nodes": nodes},
            {"edges": edges, "new_edges": edges},
        ),
    }


def _what_was_learned(world: World, stored: Record) -> _Learned:
    facts = facts_of_episode(world, stored)
    nodes = (world.store.get(NODES, uuid) for uuid in node_uuids(facts))
    return _Learned(
        [_part(as_node(world, node), _OF_NODES) for node in nodes if node is not None],
        [_part(as_edge(world, fact), _OF_EDGES) for fact in facts],
    )


def _part(shown: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return filled({name: shown.get(name) for name in fields})


def _resolutions(learned: _Learned) -> list[dict[str, Any]]:
    uuids = [node["uuid"] for node in learned.nodes]
    return [{"extracted_node_uuid": uuid, "resolved_node_uuid": uuid} for uuid in uuids]


def _episode(episode: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: episode[name] for name in ("uuid", "content", "source")}
    shown["valid_at"] = episode["reference_time"]
    return {"episode_content": episode["content"], "episodes": [shown]}


def _ontology(world: World, stored: Record) -> dict[str, Any]:
    """Return what counts for what is learned."""
    owner = owner_of(stored["owner"])
    ontology = shown_ontology(world, owner)
    instructions = instructions_of(world, CUSTOM_INSTRUCTIONS, owner)
    return {
        "entity_types": ontology["entity_types"],
        "edge_types": ontology["edge_types"],
        "custom_instructions": [one["text"] for one in instructions],
        "ignore_default_ontology": bool(record_of(world, owner).get("disable_default_ontology")),
    }
