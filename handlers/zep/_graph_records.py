"""The graphs of users and groups, as they are stored.

Each record holds what is answered beside what it is listed and found by; `serial` counts up with
each record of its kind, and `owner` tells whose graph it is in, as `user:ID` or `group:ID`.

episodes  {"uuid", "owner", "serial", "episode"}
nodes     {"uuid", "owner", "serial", "named", "facts": the last texts that tell of it, "node"}
edges     {"uuid", "owner", "serial", "source", "target", "episode", "rating", "edge"}
mentions  {"episode", "node"}: the uuids of an episode and of a node that it tells of
"""

from __future__ import annotations

from understudy import Collection, Index, Record, World

from ._facts import Owner as Owner
from ._records import not_found

IN_GRAPH = Index(order="serial", group="owner")

EPISODES = Collection("episodes", (IN_GRAPH,))

NODES_NAMED = Index(group="named")
NODES = Collection("nodes", (IN_GRAPH, NODES_NAMED))

EDGES_FROM = Index(group="source")
EDGES_TO = Index(group="target")
EDGES_OF_EPISODE = Index(group="episode")
EDGES = Collection("edges", (IN_GRAPH, EDGES_FROM, EDGES_TO, EDGES_OF_EPISODE))

MENTIONED_BY = Index(group="episode")
MENTIONS_OF = Index(group="node")
MENTIONS = Collection("mentions", (MENTIONED_BY, MENTIONS_OF))


def graph_of(owner: Owner) -> str:
    """What the records of an owner's graph are listed by."""
    return f"{owner[0]}:{owner[1]}"


def find(world: World, collection: Collection, uuid: str) -> Record:
    """The episode, node or edge as stored; a Problem where there is none."""
    stored = world.store.get(collection, uuid.lower())
    if stored is None:
        raise not_found()
    return stored


def page(
    world: World, collection: Collection, owner: Owner, limit: int | None, cursor: str | None
) -> list[Record]:
    """The records of a graph as they were added, those after the one that `cursor` names."""
    graph = graph_of(owner)
    last = None
    if cursor:
        stored = find(world, collection, cursor)
        if stored["owner"] != graph:
            raise not_found()
        last = stored["serial"]
    return world.store.list(collection, IN_GRAPH, graph, above=last, limit=limit or None)


def mention(world: World, episode: str, node: str) -> None:
    """Note that an episode tells of a node."""
    world.store.put(MENTIONS, f"{episode} {node}", {"episode": episode, "node": node})


def nodes_mentioned(world: World, episode: str) -> list[str]:
    """The uuids of the nodes that an episode tells of."""
    return [found["node"] for found in world.store.list(MENTIONS, MENTIONED_BY, episode)]


def episodes_mentioning(world: World, node: str) -> list[str]:
    """The uuids of the episodes that tell of a node."""
    return [found["episode"] for found in world.store.list(MENTIONS, MENTIONS_OF, node)]


def edges_at(world: World, node: str) -> list[Record]:
    """The edges that begin or end at a node, as they were added."""
    found = world.store.list(EDGES, EDGES_FROM, node) + world.store.list(EDGES, EDGES_TO, node)
    once = {stored["uuid"]: stored for stored in found}
    return sorted(once.values(), key=lambda stored: int(stored["serial"]))
