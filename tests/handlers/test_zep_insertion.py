"""Lists of Zep in the order of insertion: what they hold, page by page, and what they cost."""

from __future__ import annotations

from itertools import count
from typing import Any

import httpx
import pytest

from handlers.zep.batches import create_batch, list_batches
from handlers.zep.graph_episodes import delete_graph_episode
from handlers.zep.memory import add_memory
from handlers.zep.model.graph.elements.facts import FACTS, edges_of_node, new_fact, put_new_fact
from handlers.zep.model.graph.lists.lists import list_edges
from handlers.zep.model.intelligence.statements import stated
from handlers.zep.sessions import add_session
from handlers.zep.users import add_user
from handlers.zep4.threads import list_thread_episodes
from tests.handlers.test_zep_edited_state import READS, STATE, filled
from understudy import Clock, Collection, Record, World
from understudy.runtime.ids import Ids
from understudy.runtime.stores.memory_store import MemoryStore

ANN = ("user", "ann")
#: What had a serial in the states of older versions.
NUMBERED = ("episodes", "nodes", "facts", "tasks", "pending_work", "batches", "context_templates")


@pytest.fixture
def world() -> World:
    """A world with a user and a session `s` of hers."""
    created = World(MemoryStore(), Clock(), Ids("insertion"))
    add_user(created, {"user_id": "ann", "first_name": "Ann"})
    add_session(created, {"session_id": "s", "user_id": "ann"})
    return created


def add_edge(world: World, source: str, target: str) -> str:
    """Add an edge between two nodes; return its uuid."""
    fact = stated(source, f"{source} knows {target}.")
    origin = {"created_at": "2026-01-01T00:00:00Z"}
    return str(put_new_fact(world, new_fact(world, ANN, fact, source, target, origin))["uuid"])


def preset_fact(world: World) -> None:
    """Store a fact as a test presets it: without nodes."""
    uuid = world.ids.uuid()
    shown = {"uuid": uuid, "content": "", "fact": "", "created_at": "2026-01-01T00:00:00Z"}
    record = {"uuid": uuid, "owner": "user:ann", "session_id": None, "fact": shown}
    world.store.put(FACTS, uuid, record)


def test_states_of_older_versions_are_served(http: httpx.Client) -> None:
    """Their records have serials, which are kept and change nothing."""

    def read() -> list[str]:
        return [http.request(method, path, json=body).text for method, path, body in READS]

    filled(http)
    expected = read()
    old = http.get(STATE).json()
    for name, collection in old["apis"]["zep"]["test"].items():
        if name in NUMBERED:
            for serial, record in zip(count(1), collection["records"].values()):
                record["serial"] = serial
    http.put(STATE, json=old).raise_for_status()
    assert read() == expected
    assert http.get(STATE).json()["apis"] == old["apis"]


def test_edges_of_a_node_are_in_the_order_of_insertion(world: World) -> None:
    """Whichever end the node is, each once, and the last ones if only these are wanted."""
    pairs = (("a", "b"), ("c", "a"), ("a", "a"), ("b", "c"), ("d", "a"), ("a", "d"))
    added = {add_edge(world, *pair): pair for pair in pairs}
    expected = [uuid for uuid, pair in added.items() if "a" in pair]
    assert [edge["uuid"] for edge in edges_of_node(world, "a")] == expected
    assert [edge["uuid"] for edge in edges_of_node(world, "a", last=2)] == expected[-2:]
    incoming = [uuid for uuid, pair in added.items() if pair[1] == "a"]
    assert [edge["uuid"] for edge in edges_of_node(world, "a", direction="in")] == incoming


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_of_edges_leave_out_other_facts(world: World, direction: str) -> None:
    """They are full as long as there are more edges, in both directions."""
    added = []
    for _ in range(5):
        preset_fact(world)
        added.append(add_edge(world, "a", "b"))
    expected = added if direction == "asc" else added[::-1]
    found: list[list[str]] = []
    request: dict[str, Any] = {"limit": 2, "direction": direction}
    cursor: str | None = ""
    while cursor is not None:
        items, cursor, _ = list_edges(world, ANN, {**request, "cursor": cursor})
        found.append([edge["uuid"] for edge in items])
    assert found == [expected[:2], expected[2:4], expected[4:]]


def test_pages_of_thread_episodes_go_on_after_deletions(world: World) -> None:
    """What is in no graph is left out, and the last episode of a page may be deleted meanwhile."""
    messages = [{"role_type": "user", "content": f"Tea {number}"} for number in range(4)]
    ignored = {"role_type": "system", "content": "Be kind."}
    body = {"messages": [ignored, *messages], "ignore_roles": ["system"]}
    thread = add_session(world, {"session_id": "t", "user_id": "ann"})["uuid"]
    add_memory(world, "t", body)
    first = list_thread_episodes(world, thread, 2, None)
    assert [one["content"] for one in first["items"]] == ["Tea 0", "Tea 1"]
    assert first["total_size"] == 4
    delete_graph_episode(world, first["items"][1]["uuid"])
    second = list_thread_episodes(world, thread, 2, first["next_cursor"])
    assert [one["content"] for one in second["items"]] == ["Tea 2", "Tea 3"]
    assert (second["total_size"], second["next_cursor"]) == (3, None)


def test_pages_of_batches_are_newest_first(world: World) -> None:
    """Their cursor is a number, which leads on."""
    added = [create_batch(world, None)["batch_id"] for _ in range(3)]
    first = list_batches(world, 2, None, "draft")
    second = list_batches(world, 2, first["next_cursor"], "draft")
    pages = (*first["batches"], *second["batches"])
    assert [batch["batch_id"] for batch in pages] == added[::-1]
    assert second["next_cursor"] is None


class CountingStore(MemoryStore):
    """A store that notes which collections are read, and which draw serials."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.drawn: list[str] = []

    def get(self, collection: Collection, key: str) -> Record | None:
        """Note a read."""
        self.read.append(collection.name)
        return super().get(collection, key)

    def list(self, collection: Collection, *arguments: Any, **named: Any) -> list[Record]:
        """Note a read."""
        self.read.append(collection.name)
        return super().list(collection, *arguments, **named)

    def serial(self, collection: Collection) -> int:
        """Note a serial."""
        self.drawn.append(collection.name)
        return super().serial(collection)


def test_messages_are_added_with_few_reads() -> None:
    """Each is a round trip if the store is a database; a serial is one that all requests share."""
    store = CountingStore()
    world = World(store, Clock(), Ids("reads"))
    add_user(world, {"user_id": "ann"})
    add_session(world, {"session_id": "s", "user_id": "ann"})
    asked = {"role_type": "user", "content": "Where is my order?"}
    told = {"role_type": "assistant", "content": "It left this morning."}
    add_memory(world, "s", {"messages": [asked, told]})
    store.read.clear()
    store.drawn.clear()
    add_memory(world, "s", {"messages": [asked, told]})
    assert len(store.read) <= 8
    assert store.drawn == []
