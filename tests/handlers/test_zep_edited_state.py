"""States of Zep that somebody has edited: refused if they cannot be read, served if they can."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import httpx

STATE = "/_understudy/state"
KEY = "test"

Records = dict[str, dict[str, Any]]
Edit = Callable[[dict[str, Records]], Any]


def filled(http: httpx.Client) -> dict[str, Any]:
    """Return the state of a namespace with something of each kind, and with work that waits."""
    v2, v4 = "/api/v2", "/api/v4"
    for path, body in (
        ("/users", {"user_id": "ann", "first_name": "Ann"}),
        ("/threads", {"thread_id": "t", "user_id": "ann"}),
        ("/threads/t/messages", {"messages": [{"role": "user", "content": "I like tea."}]}),
        ("/graph", {"type": "text", "data": "Ann likes pie.", "user_id": "ann"}),
        ("/collections/notes", {"name": "notes"}),
        ("/collections/notes/documents", [{"content": "tea"}]),
        ("/batches", {}),
    ):
        http.post(v2 + path, json=body).raise_for_status()
    types = {"entity_types": [{"name": "Tea", "description": "A drink.", "properties": []}]}
    http.put(f"{v2}/entity-types", json=types).raise_for_status()
    settings = {"apis": {"zep": {"ingestion": {"mode": "manual"}}}}
    http.patch("/_understudy/settings", json=settings).raise_for_status()
    item = {"type": "graph_episode", "data": "Ann likes figs.", "user_id": "ann"}
    batch = http.get(f"{v2}/batches").json()["batches"][0]["batch_id"]
    http.post(f"{v2}/batches/{batch}/items", json={"items": [item]}).raise_for_status()
    http.post(f"{v2}/batches/{batch}/process").raise_for_status()
    graph = http.post(f"{v4}/users/lookup", json={"user_id": "ann"}).json()["graph_uuid"]
    nodes = {"nodes": [{"name": "Kettle"}]}
    http.post(f"{v4}/graphs/{graph}/nodes", json=nodes).raise_for_status()
    state: dict[str, Any] = http.get(STATE).json()
    return state


def edited(state: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """Return a copy of a state with an edit of the records of Zep."""
    copied = copy.deepcopy(state)
    collections = copied["apis"]["zep"][KEY]
    edit({name: collection["records"] for name, collection in collections.items()})
    return copied


def first(records: Records) -> dict[str, Any]:
    """Return the first record of a collection."""
    return next(iter(records.values()))


def of_kind(zep: dict[str, Records], kind: str) -> dict[str, Any]:
    """Return the pending work of a kind."""
    return next(work for work in zep["pending_work"].values() if work["kind"] == kind)


REFUSED: dict[str, Edit] = {
    "an edge without its episode": lambda zep: first(zep["facts"]).pop("episode"),
    "an edge without a date": lambda zep: first(zep["facts"])["fact"].pop("valid_at"),
    "an edge without a name": lambda zep: first(zep["facts"])["fact"].update(name=None),
    "an edge without an end": lambda zep: first(zep["facts"]).pop("target"),
    "an episode of what is no edge": lambda zep: first(zep["facts"]).pop("source"),
    "an episode without content": lambda zep: first(zep["episodes"]).pop("message"),
    "an episode that has learned nothing": lambda zep: first(zep["episodes"]).pop("facts"),
    "data in no graph": lambda zep: next(
        stored for stored in zep["episodes"].values() if "episode" in stored
    ).pop("owner"),
    "an unknown role": lambda zep: first(zep["episodes"])["message"].update(role_type="king"),
    "an unknown kind of work": lambda zep: first(zep["pending_work"]).update(kind="dance"),
    "work on nothing": lambda zep: of_kind(zep, "process_batch")["arguments"].clear(),
    "a plan without a name": lambda zep: of_kind(zep, "add_nodes")["arguments"]["nodes"][0].pop(
        "name"
    ),
    "a task that is nowhere": lambda zep: first(zep["tasks"])["progress"].clear(),
    "a batch without metadata": lambda zep: first(zep["batches"]).pop("metadata"),
    "an item without a target": lambda zep: first(zep["batch_items"])["given"].pop("user_id"),
    "an item with an empty target": lambda zep: first(zep["batch_items"])["given"].update(
        user_id=""
    ),
    "a document without a uuid": lambda zep: first(zep["documents"])["document"].pop("uuid"),
    "a type without a name": lambda zep: first(zep["entity_types"])["entity_types"][0].pop("name"),
    "a day that no calendar has": lambda zep: first(zep["users"]).update(
        created_at="2026-13-45T00:00:00Z"
    ),
    "a number above 64 bits": lambda zep: first(zep["users"]).update(id=10**20),
    "a key that is not the id": lambda zep: zep["users"].update(eve=zep["users"].pop("ann")),
}


def test_states_that_cannot_be_read_are_refused(http: httpx.Client) -> None:
    """With the place of what is wrong; the unchanged state is accepted."""
    state = filled(http)
    http.put(STATE, json=state).raise_for_status()
    for name, edit in REFUSED.items():
        response = http.put(STATE, json=edited(state, edit))
        assert response.status_code == 409, name
        [violation, *_] = response.json()["violations"]
        assert violation["at"].startswith(f"/apis/zep/{KEY}/"), name
    assert http.get(STATE).json()["apis"] == state["apis"]


SERVED: dict[str, Edit] = {
    "edges whose nodes are gone": lambda zep: zep["nodes"].clear(),
    "episodes whose edges are gone": lambda zep: zep["facts"].clear(),
    "edges whose episodes are gone": lambda zep: zep["episodes"].clear(),
    "work without tasks": lambda zep: zep["tasks"].clear(),
    "tasks without work": lambda zep: zep["pending_work"].clear(),
    "a thread without its user": lambda zep: zep["users"].clear(),
    "a batch without items": lambda zep: zep["batch_items"].clear(),
    "a batch that counts no items": lambda zep: first(zep["batches"]).update(item_count=0),
    "items without a batch": lambda zep: zep["batches"].clear(),
}

READS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/v2/users/ann/facts", None),
    ("GET", "/api/v2/threads/t/context", None),
    ("GET", "/api/v2/threads/t/summary", None),
    ("GET", "/api/v2/batches", None),
    ("POST", "/api/v2/graph/node/user/ann", {"order_by": "degree"}),
    ("POST", "/api/v2/graph/edge/user/ann", {"order_by": "valid_at"}),
    ("POST", "/api/v2/graph/observation/user/ann", {}),
    ("POST", "/api/v2/graph/search", {"user_id": "ann", "query": "tea", "scope": "auto"}),
    ("POST", "/api/v2/graph/patterns", {"user_id": "ann"}),
    ("GET", "/api/v4/tasks", None),
    ("GET", "/api/v4/threads", None),
    ("POST", "/api/v4/graphs/list", {}),
)


def test_states_that_contradict_themselves_are_served(http: httpx.Client) -> None:
    """Reads and pending work answer without a server error."""
    state = filled(http)
    for name, edit in SERVED.items():
        http.put(STATE, json=edited(state, edit)).raise_for_status()
        for _ in range(2):
            for method, path, body in READS:
                response = http.request(method, path, json=body)
                assert response.status_code < 500, (name, path)
            done = http.post("/_understudy/actions/zep/finish_work", json={"tenant": KEY})
            assert done.status_code == 200, name


def test_work_fails_with_a_reason(http: httpx.Client) -> None:
    """An empty message is refused: what has failed without a reason would not look failed."""
    filled(http)
    arguments: dict[str, Any] = {"message": ""}
    call = {"tenant": KEY, "arguments": arguments}
    refused = http.post("/_understudy/actions/zep/fail_work", json=call)
    assert refused.status_code == 400
    arguments["message"] = "out of credits"
    http.post("/_understudy/actions/zep/fail_work", json=call).raise_for_status()
    batch = http.get("/api/v2/batches").json()["batches"][0]["batch_id"]
    [item] = http.get(f"/api/v2/batches/{batch}/items").json()["items"]
    assert item["status"] == "failed"


def test_filters_have_a_bounded_number_of_comparisons(http: httpx.Client) -> None:
    """512 with dates and properties; a list of `in` is one comparison."""
    http.post("/api/v2/users", json={"user_id": "ann"}).raise_for_status()
    date = {"comparison_operator": ">", "date": "2020-01-01T00:00:00Z"}
    is_one_of = {"comparison_operator": "IN", "property_name": "n", "property_value": "tea"}
    search = {"user_id": "ann", "query": "tea"}

    def status(**filters: Any) -> int:
        body = {**search, "search_filters": filters}
        return http.post("/api/v2/graph/search", json=body).status_code

    assert status(created_at=[[date] * 256] * 2) == 200
    assert status(created_at=[[date] * 256] * 2, valid_at=[[date]]) == 400
    body = {"user_id": "ann", "type": "text", "data": "I like tea.", "metadata": {"n": "tea"}}
    http.post("/api/v2/graph", json=body).raise_for_status()
    for value in ("tea", ["tea"], 5, [5, None]):
        condition = {**is_one_of, "property_value": value}
        assert status(episode_metadata_filters={"type": "and", "filters": [condition]}) == 200


def test_ids_of_any_characters_are_imported(http: httpx.Client) -> None:
    """Those that clients may choose, a line break at the beginning included."""
    ids = ["\nann", "a/%?#.", "\u2028", " "]
    for name in ids:
        http.post("/api/v2/users", json={"user_id": name}).raise_for_status()
    state = http.get(STATE).json()
    http.put(STATE, json=state).raise_for_status()
    assert http.get(STATE).json()["apis"] == state["apis"]
