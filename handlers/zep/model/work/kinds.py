"""The kinds of work that take time: what each does, and what it leaves when it fails.

Whoever does work has checked the request before. In between, others may have deleted what the work
is about; then there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from understudy import World

from ..graph.clone import clone
from ..graph.elements.episodes import forget_episode, is_processed
from ..graph.elements.facts import FACTS, members_of
from ..graph.elements.nodes import forget_node
from ..graph.learning.learning import Learner
from ..graph.owner import Owner, owner_of
from ..graph.plans.hyperedges import add_planned_hyperedge, add_planned_member
from ..graph.plans.triples import add_planned_node, add_planned_triple
from ..graph.records import EPISODES, NODES, is_in_graph
from ..groups import GROUPS
from ..owners import record_of
from ..removal import forget_group, forget_user
from ..sessions.session import SESSIONS, forget_session
from ..users import USERS
from .batches import fail_items, find_batch, process_items
from .notifications import batch_completed, data_completed, episode_processed


class Done(NamedTuple):
    """What came of work: its result, as tasks show it, and whether all or a part of it failed."""

    result: Mapping[str, Any] | None = None
    partial: bool = False
    failure: str = ""


class Kind(NamedTuple):
    """A kind of work: do it, by arguments and the uuid of its task, or give it up."""

    do: Callable[[World, Mapping[str, Any], str], Done]
    give_up: Callable[[World, Mapping[str, Any], str], None] | None = None


def _ingest_episodes(world: World, arguments: Mapping[str, Any], task: str) -> Done:
    """Learn from the episodes that still are in their graphs."""
    learned: list[str] = []
    learners: dict[str, Learner] = {}
    for uuid in arguments["episodes"]:
        stored = world.store.get(EPISODES, uuid)
        if stored is None or not is_in_graph(stored) or is_processed(stored):
            continue
        graph = stored["owner"]
        learner = learners.get(graph) or Learner(world, owner_of(graph))
        learners[graph] = learner
        episode_processed(world, learner.learn(stored, strict=arguments["strict"]))
        learned.append(uuid)
    if arguments["owner"] and learned:
        data_completed(world, tuple(arguments["owner"]), task, learned)
    return Done({"episodes": [{"episode_uuid": uuid} for uuid in learned]})


def _clone_graph(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    clone(world, _owner(world, arguments["source"]), _owner(world, arguments["target"]))
    return Done()


def _owner(world: World, given: Sequence[str]) -> Owner:
    """Return an owner of the arguments. Raises Problem 404 if it was deleted."""
    kind, owner_id = given
    record_of(world, (kind, owner_id))
    return kind, owner_id


def _add_nodes(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    owner = _owner(world, arguments["owner"])
    nodes = [add_planned_node(world, owner, plan) for plan in arguments["nodes"]]
    return Done({"node_uuids": [node["uuid"] for node in nodes]})


def _add_triples(world: World, arguments: Mapping[str, Any], task: str) -> Done:
    owner = _owner(world, arguments["owner"])
    edges = [add_planned_triple(world, owner, plan, task) for plan in arguments["triples"]]
    written = [_written(edge) for edge in edges]
    return Done({**written[0], "edges": written} if len(written) == 1 else {"edges": written})


def _written(edge: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "edge_uuid": edge["uuid"],
        "source_node_uuid": edge["source"],
        "target_node_uuid": edge["target"],
    }


def _add_hyperedge(world: World, arguments: Mapping[str, Any], task: str) -> Done:
    owner = _owner(world, arguments["owner"])
    edges = add_planned_hyperedge(world, owner, arguments["hyperedge"], task)
    written = [_written(edge) for edge in edges]
    return Done({"hyperedge_uuid": arguments["hyperedge"]["uuid"], "edges": written})


def _add_member(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    members = members_of(world, arguments["hyperedge"])
    if not members:
        return Done(failure="the hyperedge was deleted")
    edge = add_planned_member(world, members, arguments["member"])
    return Done({"hyperedge_uuid": arguments["hyperedge"], **_written(edge)})


def _delete_hyperedge(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    for member in members_of(world, arguments["uuid"]):
        world.store.delete(FACTS, member["uuid"])
    return Done({"hyperedge_uuid": arguments["uuid"]})


def _process_batch(world: World, arguments: Mapping[str, Any], task: str) -> Done:
    batch = find_batch(world, arguments["batch"])
    if batch is None:
        return Done()
    episodes, failed = process_items(world, batch, task)
    for stored in episodes:
        if is_in_graph(stored):
            episode_processed(world, stored)
    batch_completed(world, batch["uuid"])
    result = {"episodes": [{"episode_uuid": stored["uuid"]} for stored in episodes]}
    return Done(result, partial=bool(failed), failure="" if episodes else "all items have failed")


def _give_up_batch(world: World, arguments: Mapping[str, Any], message: str) -> None:
    batch = find_batch(world, arguments["batch"])
    if batch is not None:
        fail_items(world, batch, message)
        batch_completed(world, batch["uuid"])


def _delete_user(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    if world.store.get(USERS, arguments["user_id"]) is not None:
        forget_user(world, arguments["user_id"])
    return Done()


def _delete_group(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    if world.store.get(GROUPS, arguments["group_id"]) is not None:
        forget_group(world, arguments["group_id"])
    return Done()


def _delete_session(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    if world.store.get(SESSIONS, arguments["session_id"]) is not None:
        forget_session(world, arguments["session_id"], episodes=arguments["episodes"])
    return Done()


def _delete_episode(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    stored = world.store.get(EPISODES, arguments["uuid"])
    if stored is not None and is_in_graph(stored):
        forget_episode(world, arguments["uuid"])
    return Done()


def _delete_node(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    stored = world.store.get(NODES, arguments["uuid"])
    if stored is not None:
        forget_node(world, stored)
    return Done()


def _delete_edge(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    world.store.delete(FACTS, arguments["uuid"])
    return Done()


def _warm(world: World, arguments: Mapping[str, Any], _: str) -> Done:
    """Do nothing: no graph is cold here."""
    return Done()


KINDS: Mapping[str, Kind] = {
    "ingest_episodes": Kind(_ingest_episodes),
    "clone_graph": Kind(_clone_graph),
    "add_nodes": Kind(_add_nodes),
    "add_triples": Kind(_add_triples),
    "add_hyperedge": Kind(_add_hyperedge),
    "add_hyperedge_member": Kind(_add_member),
    "process_batch": Kind(_process_batch, _give_up_batch),
    "delete_user": Kind(_delete_user),
    "delete_graph": Kind(_delete_group),
    "delete_thread": Kind(_delete_session),
    "delete_episode": Kind(_delete_episode),
    "delete_node": Kind(_delete_node),
    "delete_edge": Kind(_delete_edge),
    "delete_hyperedge": Kind(_delete_hyperedge),
    "warm": Kind(_warm),
}
