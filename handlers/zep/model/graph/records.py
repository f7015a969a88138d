"""Episodes and nodes: the records that the graphs of users and groups are made of.

A record holds what responses show beside its index fields. `owner` names the graph that it is in,
as `user:ID` or `group:ID`; an episode that is in no graph has none. Graphs list what they have in
the order in which it was stored.

episodes  {"uuid", "owner", "facts", "session_id", "task_id", "received_at", "document",
          "content_policy", "debug_log", "message" or "episode"}: a message of a session, or data;
          `facts` are the uuids of the facts learned from it, `document` is the index value of its
          document, `content_policy` what the policy of its graph did (see `learning.screening`),
          and `debug_log` says that debug logging was enabled
nodes     {"uuid", "owner", "named", "node"}
facts     see `elements.facts`
"""

from __future__ import annotations

from collections.abc import Callable

from understudy import Collection, Index, Record, World

from ..records import not_found
from .owner import Owner, graph_of
from .record_types import EpisodeRecord, NodeRecord

IN_GRAPH = Index(group="owner")

MESSAGES_OF_SESSION = Index(group="session_id")
EPISODES_OF_DOCUMENT = Index(group="document")
EPISODES = Collection(
    "episodes",
    (IN_GRAPH, MESSAGES_OF_SESSION, EPISODES_OF_DOCUMENT),
    record=EpisodeRecord,
    key="uuid",
)

#: Decides whether a record is wanted.
Wanted = Callable[[Record], bool]

NODES_NAMED = Index(group="named")
NODES = Collection("nodes", (IN_GRAPH, NODES_NAMED), record=NodeRecord, key="uuid")


def document_key(graph: str, document_id: str) -> str:
    """Return the index value of a document in a graph."""
    return f"{graph}\n{document_id}"


def find(world: World, collection: Collection, uuid: str) -> Record:
    """Return a stored episode, node or fact. Raises Problem 404 if no graph has it."""
    stored = world.store.get(collection, uuid.lower())
    if stored is None or not is_in_graph(stored):
        raise not_found()
    return stored


def is_in_graph(stored: Record) -> bool:
    """Return whether a graph has an episode, a node or a fact; a fact without nodes is no edge."""
    if "fact" in stored:
        return stored.get("source") is not None
    return stored.get("owner") is not None


def records_in(world: World, collection: Collection, owner: Owner) -> list[Record]:
    """Return the episodes, the nodes or the edges of a graph, oldest first."""
    records = world.store.list(collection, IN_GRAPH, graph_of(owner))
    return [stored for stored in records if is_in_graph(stored)]
