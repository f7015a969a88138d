"""Namespaces: isolated state, time, seeds and the journal."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.support.server import Server
from understudy.app import Understudy
from understudy.errors import Problem
from understudy.runtime.namespaces.memory_registry import MemoryRegistry
from understudy.runtime.namespaces.namespace import Namespace
from understudy.runtime.namespaces.worlds import MOST_WORLDS
from understudy.runtime.world import WorldTemplate
from understudy.serving.project import load

KEY = {"Authorization": "Api-Key test"}


def add_user(client: httpx.Client, prefix: str = "", **headers: str) -> int:
    """Add the user u1 and return the status."""
    path = f"{prefix}/api/v2/users"
    return client.post(path, json={"user_id": "u1"}, headers=headers).status_code


def test_namespaces_and_tenants_are_isolated(server: Server) -> None:
    """The same user can be added once in each namespace, named by path or header, for each key."""
    with httpx.Client(base_url=server.url, headers=KEY) as client:
        assert add_user(client, "/_ns/apart-1") == 201
        assert add_user(client, "/_ns/apart-2") == 201
        assert add_user(client, **{"X-Understudy-Namespace": "apart-3"}) == 201
        assert add_user(client, "/_ns/apart-3") == 400
        assert add_user(client, "/_ns/apart-1", Authorization="Api-Key other") == 201
        assert add_user(client, "/_ns/apart-1") == 400


@pytest.mark.parametrize("name", ["a b", "x" * 101, "%2E%2E%2F", "é"])
def test_namespace_with_a_wrong_name_is_refused(server: Server, name: str) -> None:
    """400, and the response says which names are allowed."""
    response = httpx.get(f"{server.url}/_ns/{name}/api/agents")
    assert response.status_code == 400
    assert "name of a namespace" in response.json()["detail"]


def test_reset_changes_one_namespace_only(http: httpx.Client, server: Server) -> None:
    """After a reset the namespace is empty; another one is unchanged."""
    other = httpx.Client(base_url=f"{server.url}/_ns/other", headers=KEY)
    with other:
        add_user(http)
        add_user(other)
        http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
        assert http.post("/_understudy/reset").json()["namespace"].startswith("test-")
        assert http.get("/api/v2/users/u1").status_code == 404
        assert http.get("/_understudy/clock").json()["frozen"] is False
        assert other.get("/api/v2/users/u1").status_code == 200


def test_clock_is_frozen_advanced_and_resumed(http: httpx.Client) -> None:
    """The timestamps of handlers come from the namespace's clock."""
    frozen = http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"}).json()
    assert frozen == {"now": "2026-01-01T00:00:00.000000Z", "frozen": True}
    add_user(http)
    assert http.get("/api/v2/users/u1").json()["created_at"] == "2026-01-01T00:00:00Z"
    moved = http.post("/_understudy/clock", json={"advance": "PT31M"}).json()
    assert moved == {"now": "2026-01-01T00:31:00.000000Z", "frozen": True}
    resumed = http.post("/_understudy/clock", json={"resume": True}).json()
    assert resumed["frozen"] is False
    assert resumed["now"].startswith("2026-01-01T00:31:0")


@pytest.mark.parametrize(
    "change",
    [{}, {"advance": "31 minutes"}, {"advance": "PT1M", "resume": True}, {"freeze": "noon"}, 7],
)
def test_wrong_clock_change_is_refused(http: httpx.Client, change: Any) -> None:
    """The control API validates by its own document, and responds by RFC 9457."""
    response = http.post("/_understudy/clock", json=change)
    assert response.status_code == 400
    assert response.json()["violations"]


def test_clock_change_keeps_to_the_years(http: httpx.Client) -> None:
    """A time out of the years 2 to 9998 is 409, and the clock is unchanged."""
    http.post("/_understudy/clock", json={"freeze": "9998-12-31T00:00:00Z"})
    assert http.post("/_understudy/clock", json={"advance": "P2D"}).status_code == 409
    far = {"freeze": "0001-01-01T00:00:00+23:59"}
    assert http.post("/_understudy/clock", json=far).status_code == 409
    leap = http.post("/_understudy/clock", json={"freeze": "2016-12-31T23:59:60Z"})
    assert leap.json()["detail"].endswith("is not a valid date and time")
    assert http.get("/_understudy/clock").json()["now"] == "9998-12-31T00:00:00.000000Z"


def test_seed_clock_and_requests_determine_the_bytes(http: httpx.Client) -> None:
    """After a reset to the same seed, the same requests get the same bytes."""

    def transcript() -> list[bytes]:
        http.post("/_understudy/reset", json={"seed": "42"})
        http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
        add_user(http)
        http.post("/api/v2/sessions", json={"session_id": "s1", "user_id": "u1"})
        messages = [{"role_type": "user", "content": "hello"}]
        http.post("/api/v2/sessions/s1/memory", json={"messages": messages})
        paths = ("/api/v2/users/u1", "/api/v2/sessions/s1/memory", "/api/v2/sessions-ordered")
        return [http.get(path).content for path in paths]

    first = transcript()
    assert transcript() == first
    assert b"hello" in first[1]


def test_journal_has_what_clients_saw(http: httpx.Client) -> None:
    """Newest first, with operation and bodies, without keys and the control API."""
    add_user(http)
    http.get("/api/v2/users/nobody", params={"a": "b"})
    http.get("/api/nothing")
    journal = http.get("/_understudy/requests").json()
    assert journal["seen"] == 3
    statuses = [(r["operation"], r["response"]["status"]) for r in journal["requests"]]
    assert statuses == [(None, 404), ("getUser", 404), ("addUser", 201)]
    added = journal["requests"][2]
    assert added["api"] == "zep"
    assert added["request"]["body"] == {"user_id": "u1"}
    assert added["response"]["body"]["user_id"] == "u1"
    assert added["request"]["headers"]["authorization"] == "***"
    assert journal["requests"][1]["request"]["query"] == "a=b"
    only = http.get("/_understudy/requests", params={"operation": "getUser", "limit": 5}).json()
    assert [r["operation"] for r in only["requests"]] == ["getUser"]


def test_journal_is_bounded(http: httpx.Client) -> None:
    """It keeps at most 1,000 exchanges and 16 MB, and counts all."""
    for _ in range(1010):
        http.get("/api/agents")
    journal = http.get("/_understudy/requests", params={"limit": 1000}).json()
    assert (journal["seen"], len(journal["requests"])) == (1010, 1000)
    body = {"user_id": 7, "metadata": {"long": "x" * 3_900_000}}
    for _ in range(5):
        http.post("/api/v2/users", json=body)
    journal = http.get("/_understudy/requests", params={"limit": 3}).json()
    assert journal["removed"] == 1011


def test_journal_keeps_no_body_that_leaves_no_room(http: httpx.Client) -> None:
    """A body of more than 4 MB is left out, and the entry says so; the others stay."""
    http.get("/api/agents")
    http.post("/api/v2/users", json={"user_id": 7, "metadata": {"long": "x" * 4_100_000}})
    large, other = http.get("/_understudy/requests").json()["requests"]
    assert large["request"]["body"] is None
    assert "keeps bodies of at most 4000000" in large["request"]["missing_body"]
    assert "missing_body" not in large["response"]
    assert other["operation"] == "listAgents"
    assert "# Not complete: the body has" in http.get("/_understudy/requests/pytest").text
    entries = http.get("/_understudy/requests/har").json()["log"]["entries"]
    assert "the body has" in entries[1]["request"]["comment"]


def test_health_lists_the_apis(http: httpx.Client) -> None:
    """The name and path of each API."""
    health = http.get("/_understudy/health").json()
    assert health["status"] == "ok"
    served = {api["name"]: api["path"] for api in health["apis"]}
    assert served == {"eliza": "/api", "zep": "/api/v2", "zep4": "/api/v4"}


API, OTHER = WorldTemplate("api"), WorldTemplate("other")


def use(namespaces: MemoryRegistry, name: str, status: int = 200) -> Namespace:
    """Use a namespace for a request with a response of this status."""
    namespace = namespaces.get(name)
    namespaces.settle(namespace, status)
    return namespace


def test_namespaces_are_bounded() -> None:
    """The least recently used is dropped first; so are tenants in a namespace."""
    namespaces = MemoryRegistry(most=2, recent=0)
    first = use(namespaces, "a")
    use(namespaces, "b")
    assert use(namespaces, "a") is first
    use(namespaces, "c")
    assert namespaces.get("a") is first
    assert [namespace.name for namespace in namespaces] == ["c", "a"]
    oldest, newest = first.world(API, "0"), first.world(OTHER, "0")
    for number in range(1, MOST_WORLDS + 5):
        first.world(API, str(number))
    assert first.world(API, "0") is not oldest
    assert first.world(OTHER, "0") is newest


def test_default_namespace_is_never_dropped() -> None:
    """It stays, however many other namespaces are made."""
    namespaces = MemoryRegistry(most=2, recent=0)
    default = namespaces.get("default")
    for number in range(10):
        use(namespaces, f"n{number}")
    assert namespaces.get("default") is default
    assert len(namespaces) == 2


def test_namespace_in_use_is_never_dropped_for_a_new_one() -> None:
    """While all were used lately, requests to new ones are refused; those that exist go on."""
    namespaces = MemoryRegistry(most=2)
    for name in "abab":
        use(namespaces, name)
    first, second = namespaces.get("a"), namespaces.get("b")
    with pytest.raises(Problem) as refused:
        namespaces.get("c")
    assert refused.value.status == 503
    assert "DELETE /_understudy/namespaces" in refused.value.message
    assert (namespaces.get("a"), namespaces.get("b")) == (first, second)
    namespaces.drop("a")
    assert use(namespaces, "c").name in namespaces


def test_flood_of_namespaces_drops_none_that_is_in_use() -> None:
    """Those that were used once make room for each other, the oldest first."""
    namespaces = MemoryRegistry(most=3)
    in_use = use(namespaces, "in-use")
    assert use(namespaces, "in-use") is in_use
    for number in range(10):
        use(namespaces, f"n{number}")
    assert [namespace.name for namespace in namespaces] == ["in-use", "n8", "n9"]


def test_namespace_without_a_success_makes_room_for_others() -> None:
    """A failure makes a namespace only where there is room, and it is dropped before others."""
    namespaces = MemoryRegistry(most=2)
    use(namespaces, "a")
    use(namespaces, "typo", 404)
    use(namespaces, "other-typo", 404)
    assert ("typo" in namespaces, "other-typo" in namespaces) == (True, False)
    use(namespaces, "b")
    assert [namespace.name for namespace in namespaces] == ["a", "b"]


@pytest.mark.parametrize("status", [401, 403, 408, 413, 429, 431, 503])
def test_refused_request_makes_no_namespace(status: int) -> None:
    """Neither its journal nor anything else is kept."""
    namespaces = MemoryRegistry()
    use(namespaces, "n", status)
    assert len(namespaces) == 0


def test_requests_at_the_same_time_share_a_new_namespace() -> None:
    """What one of them does is there for the other, whichever ends first."""
    namespaces = MemoryRegistry()
    one, other = namespaces.get("n"), namespaces.get("n")
    assert one is other
    namespaces.settle(other, 404)
    namespaces.settle(one, 200)
    assert namespaces.get("n") is one


def test_dropped_namespace_stays_dropped() -> None:
    """A request that was under way does not bring it back."""
    namespaces = MemoryRegistry()
    namespace = use(namespaces, "n")
    namespaces.drop("n")
    namespaces.settle(namespace, 200)
    assert "n" not in namespaces
    assert namespaces.get("n") is not namespace


def test_apps_share_no_state() -> None:
    """A user of one app does not exist in another app of the same process."""

    async def story() -> list[int]:
        statuses = []
        for app in (Understudy(load([])), Understudy(load([]))):
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://stand-in", headers=KEY
            ) as client:
                response = await client.post("/api/v2/users", json={"user_id": "u1"})
                statuses.append(response.status_code)
        return statuses

    assert asyncio.run(story()) == [201, 201]
