"""Clones of graphs: the same nodes, episodes and facts under new uuids."""

from __future__ import annotations

from understudy import Collection, Record, World

from .elements.episodes import as_episode
from .elements.facts import ENDS, FACTS
from .elements.nodes import add_node, change_node
from .owner import Owner, graph_of, user_of
from .records import EPISODES, IN_GRAPH, NODES, document_key

#: What an episode shows of the session and the task that it came from.
_PLACES = frozenset(("session_id", "thread_id", "task_id"))


def clone(world: World, source: Owner, target: Owner) -> None:
    """Copy the graph of `source` into that of `target`, which must be new."""
    renamed = _user_nodes(world, source, target)
    for stored in _all(world, NODES, source):
        _clone_node(world, stored, target, renamed)
    episodes = _all(world, EPISODES, source)
    renamed.update({stored["uuid"]: world.ids.uuid() for stored in episodes})
    for stored in _all(world, FACTS, source):
        _clone_fact(world, stored, target, renamed)
    for stored in episodes:
        _clone_episode(world, stored, target, renamed)


def _all(world: World, collection: Collection, owner: Owner) -> list[Record]:
    return world.store.list(collection, IN_GRAPH, graph_of(owner))


def _user_nodes(world: World, source: Owner, target: Owner) -> dict[str, str]:
    """Map the node of the source user to that of the target user, if both are users."""
    old, new = user_of(world, source), user_of(world, target)
    return {old["uuid"]: new["uuid"]} if old and new else {}


def _clone_node(world: World, stored: Record, target: Owner, renamed: dict[str, str]) -> None:
    known = renamed.get(stored["uuid"])
    copy = world.store.get(NODES, known) if known else None
    if copy is None:
        renamed[stored["uuid"]] = uuid = world.ids.uuid()
        add_node(world, target, {**stored["node"], "uuid": uuid})
    else:
        change_node(world, copy, {"summary": stored["node"]["summary"]})


def _clone_episode(world: World, stored: Record, target: Owner, renamed: dict[str, str]) -> None:
    """Copy an episode, whose copy belongs to no session and to no task."""
    uuid, graph = renamed[stored["uuid"]], graph_of(target)
    shown = {name: value for name, value in as_episode(stored).items() if name not in _PLACES}
    document_id = shown.get("document_id")
    copy = {
        "uuid": uuid,
        "owner": graph,
        "facts": [renamed[fact] for fact in stored["facts"] if fact in renamed],
        "received_at": stored.get("received_at"),
        "task_id": None,
        "document": document_key(graph, document_id) if document_id else None,
        "episode": {**shown, "uuid": uuid},
    }
    world.store.put(EPISODES, uuid, copy)


def _clone_fact(world: World, stored: Record, target: Owner, renamed: dict[str, str]) -> None:
    """Copy a fact; the copy belongs to no session."""
    renamed[stored["uuid"]] = uuid = world.ids.uuid()
    places = {end: renamed.get(stored[end], stored[end]) for end in ENDS if stored.get(end)}
    places["episode"] = renamed.get(stored.get("episode") or "")
    if stored.get("hyperedge"):
        places["hyperedge"] = _renamed(world, stored["hyperedge"], renamed)
    copy = {
        **stored,
        **places,
        "uuid": uuid,
        "owner": graph_of(target),
        "session_id": None,
        "fact": {**stored["fact"], "uuid": uuid},
    }
    world.store.put(FACTS, uuid, copy)


def _renamed(world: World, uuid: str, renamed: dict[str, str]) -> str:
    """Return the new uuid for one, which is drawn at first use."""
    if uuid not in renamed:
        renamed[uuid] = world.ids.uuid()
    return renamed[uuid]
