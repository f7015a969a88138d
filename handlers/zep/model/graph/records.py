"""What was said and added, and the graphs of users and groups that it makes.

A record holds what is answered beside what it is listed and found by. `owner` tells whose graph it
is in, as `user:ID` or `group:ID`, and `serial` counts up with each of its kind; what is in no graph
has neither.

episodes  {"uuid", "owner", "serial", "facts", "session_id", "message" or "episode"}: a message of a
          session, or data; `facts` are the uuids of those that it tells
nodes     {"uuid", "owner", "serial", "named", "node"}
facts     see `_facts`
"""

from __future__ import annotations

from understudy import Collection, Index, Record, World

from ..records import not_found

#: ("user", user_id) or ("group", group_id): whose graph it is.
Owner = tuple[str, str]

IN_GRAPH = Index(order="serial", group="owner")

MESSAGES_OF_SESSION = Index(group="session_id")
EPISODES = Collection("episodes", (IN_GRAPH, MESSAGES_OF_SESSION))

NODES_NAMED = Index(group="named")
NODES = Collection("nodes", (IN_GRAPH, NODES_NAMED))


def graph_of(owner: Owner) -> str:
    """What the records of an owner's graph are listed by."""
    return f"{owner[0]}:{owner[1]}"


def find(world: World, collection: Collection, uuid: str) -> Record:
    """The episode, node or fact as stored; a Problem where there is none in any graph."""
    stored = world.store.get(collection, uuid.lower())
    if stored is None or stored.get("serial") is None:
        raise not_found()
    return stored


def page(
    world: World,
    collection: Collection,
    owner: Owner,
    limit: int | None = None,
    cursor: str | None = None,
) -> list[Record]:
    """What a graph holds, as it was added, after what `cursor` names."""
    graph = graph_of(owner)
    last = 0
    if cursor:
        stored = find(world, collection, cursor)
        if stored["owner"] != graph:
            raise not_found()
        last = stored["serial"]
    return world.store.list(collection, IN_GRAPH, graph, above=last, limit=limit or None)
