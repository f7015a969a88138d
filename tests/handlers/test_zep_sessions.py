"""Zep's sessions over plain HTTP: the decisions where its sources are silent or disagree."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

API = "/api/v2"


@pytest.fixture
def zep(http: httpx.Client) -> httpx.Client:
    """A namespace with a user and the sessions a, b and c."""
    http.post(f"{API}/users", json={"user_id": "u1"})
    for name in "abc":
        http.post(f"{API}/sessions", json={"session_id": name, "user_id": "u1"})
    return http


def end(http: httpx.Client, name: str, **body: Any) -> dict[str, Any]:
    """End a session."""
    response = http.post(f"{API}/sessions/{name}/end", json=body)
    assert response.status_code == 200, response.text
    ended: dict[str, Any] = response.json()
    return ended


def message(content: str, **more: Any) -> dict[str, Any]:
    """A user's message."""
    return {"role_type": "user", "content": content, **more}


def add(http: httpx.Client, name: str, *messages: dict[str, Any], **more: Any) -> httpx.Response:
    """Add memory to a session."""
    return http.post(f"{API}/sessions/{name}/memory", json={"messages": list(messages), **more})


def test_ended_session_stays_ended(zep: httpx.Client) -> None:
    """Ending again keeps the first time; the session and the list show it."""
    zep.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
    assert end(zep, "a")["session"]["ended_at"] == "2026-01-01T00:00:00Z"
    zep.post("/_understudy/clock", json={"advance": "PT1H"})
    assert end(zep, "a")["session"]["ended_at"] == "2026-01-01T00:00:00Z"
    assert zep.get(f"{API}/sessions/a").json()["ended_at"] == "2026-01-01T00:00:00Z"
    listed = zep.get(f"{API}/sessions-ordered").json()["sessions"]
    assert [s["session_id"] for s in listed if s["ended_at"]] == ["a"]


def test_ended_session_refuses_changes_alone(zep: httpx.Client) -> None:
    """PATCH and new memory are 409; reading and deleting work."""
    add(zep, "a", message("hello"))
    end(zep, "a")
    refused = zep.patch(f"{API}/sessions/a", json={"metadata": {"x": 1}})
    assert refused.status_code == 409
    assert refused.json() == {"message": "session ended: session has ended"}
    assert add(zep, "a", message("more")).status_code == 409
    assert len(zep.get(f"{API}/sessions/a/memory").json()["messages"]) == 1
    assert zep.get(f"{API}/sessions/a/messages").status_code == 200
    assert zep.delete(f"{API}/sessions/a/memory").status_code == 200
    assert zep.get(f"{API}/sessions/a").status_code == 404


def test_bulk_end_is_all_or_nothing(zep: httpx.Client) -> None:
    """The order is that of the request, the first of duplicates counts; an unknown id ends
    nothing."""
    done = zep.post(f"{API}/sessions/end", json={"session_ids": ["c", "a", "c"]}).json()
    assert [s["session_id"] for s in done["sessions"]] == ["c", "a"]
    response = zep.post(f"{API}/sessions/end", json={"session_ids": ["b", "none"]})
    assert (response.status_code, response.json()) == (404, {"message": "not found"})
    assert zep.get(f"{API}/sessions/b").json()["ended_at"] is None
    assert zep.post(f"{API}/sessions/end", json={"session_ids": []}).status_code == 400


def test_session_is_classified_on_request(zep: httpx.Client) -> None:
    """The class is chosen by the words that the last messages share with the classes."""
    add(zep, "a", message("My invoice is wrong, the billing is off"))
    classify = {"name": "topic", "classes": ["weather", "billing"]}
    ended = end(zep, "a", classify=classify)
    assert "billing" in ended["classification"].values()
    assert "classification" not in end(zep, "b")


def test_errors_for_known_and_unknown_ids(zep: httpx.Client) -> None:
    """They have the messages that clients look for."""
    known = zep.post(f"{API}/sessions", json={"session_id": "a", "user_id": "u1"})
    assert known.status_code == 400
    assert known.json()["message"] == ("bad request: session already exists with session_id: a")
    stranger = zep.post(f"{API}/sessions", json={"session_id": "d", "user_id": "u2"})
    assert stranger.status_code == 400
    assert stranger.json()["message"].endswith("user not found")
    twin = zep.post(f"{API}/users", json={"user_id": "u1"})
    assert twin.json()["message"] == "bad request: user already exists with user_id: u1"
    for path in ("sessions/d", "sessions/d/memory", "sessions/d/messages", "users/u2"):
        response = zep.get(f"{API}/{path}")
        assert (response.status_code, response.json()) == (404, {"message": "not found"})
    assert add(zep, "d", message("hello")).status_code == 404
    assert zep.delete(f"{API}/sessions/d/memory").status_code == 404


def test_metadata_merges_deep_and_drops_system(zep: httpx.Client) -> None:
    """Objects merge, other values replace; the top-level key `system` is the service's own."""
    zep.patch(f"{API}/sessions/a", json={"metadata": {"x": {"y": 1, "z": [1]}, "k": 1}})
    change = {"x": {"z": [2], "w": {"system": 1}}, "system": {"s": 1}}
    merged = zep.patch(f"{API}/sessions/a", json={"metadata": change}).json()["metadata"]
    assert merged == {"x": {"y": 1, "z": [2], "w": {"system": 1}}, "k": 1}
    assert zep.get(f"{API}/sessions/a").json()["metadata"] == merged


def test_sessions_are_listed_in_pages(zep: httpx.Client) -> None:
    """They are newest first by default; both spellings of the paging parameters work."""

    def listed(**query: Any) -> str:
        page = zep.get(f"{API}/sessions-ordered", params=query).json()
        assert (page["total_count"], page["response_count"]) == (3, len(page["sessions"]))
        return "".join(s["session_id"] for s in page["sessions"])

    assert listed() == "cba"
    assert listed(asc="true") == "abc"
    assert listed(page_number=2, page_size=2) == "a"
    assert listed(pageNumber=2, pageSize=2) == "a"
    assert listed(page_number=0, page_size=2) == "cb"
    assert listed(page_number=9, page_size=2) == ""
    zep.patch(f"{API}/sessions/b", json={"metadata": {}})
    assert listed(order_by="updated_at", asc="false")[0] == "b"
    assert listed(order_by="session_id", asc="true") == "abc"
    assert zep.get(f"{API}/sessions-ordered?order_by=colour").status_code == 400


def test_memory_is_the_last_messages_oldest_first(zep: httpx.Client) -> None:
    """Six messages by default, and 0 means six; messages come in pages by number."""
    assert add(zep, "a", *(message(f"m{n}") for n in range(8))).json() == {}

    def contents(path: str, **query: int) -> list[str]:
        body = zep.get(f"{API}/sessions/a/{path}", params=query).json()
        return [m["content"] for m in body["messages"]]

    assert contents("memory") == ["m2", "m3", "m4", "m5", "m6", "m7"]
    assert contents("memory", lastn=0) == contents("memory")
    assert contents("memory", lastn=2) == ["m6", "m7"]
    assert contents("messages", limit=3, cursor=1) == ["m0", "m1", "m2"]
    assert contents("messages", limit=3, cursor=3) == ["m6", "m7"]
    page = zep.get(f"{API}/sessions/a/messages", params={"limit": 3, "cursor": 9}).json()
    assert page == {"messages": [], "total_count": 8, "row_count": 0}


def test_memory_is_added_whole_or_not_at_all(zep: httpx.Client) -> None:
    """With too many, too long, or a uuid twice, nothing of it is stored."""
    uuid = "550e8400-e29b-41d4-a716-446655440000"
    assert add(zep, "a", message("first", uuid=uuid)).status_code == 200
    refused = add(zep, "b", message("new"), message("again", uuid=uuid.upper()))
    assert refused.status_code == 400
    assert refused.json() == {"message": "bad request: message_uuid already exists"}
    assert add(zep, "b", *[message("x")] * 31).status_code == 400
    assert add(zep, "b", message("x" * 2501)).status_code == 400
    assert zep.get(f"{API}/sessions/b/messages").json()["total_count"] == 0
    assert add(zep, "b", *[message("x")] * 30).status_code == 200
    body = add(zep, "b", message("the weather"), return_context=True).json()
    assert "the weather" in body["context"]
