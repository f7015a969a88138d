"""Memories of an agent, its rooms, and groups."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import SESSIONS, create_session

_MEMORY = "/api/memory/{agent}"

_PAGES = ("", "limit=1", "limit=0", "limit=abc", "limit=-3", "before=5", "before=abc")

_CHANGES: tuple[dict[str, Any], ...] = (
    {"content": {"text": "changed"}, "id": "x"},
    {"metadata": {"a": 1}},
    {},
)

_NEW_ROOMS: tuple[dict[str, Any], ...] = (
    {},
    {"name": ""},
    {"name": "Talk"},
    {"name": "Talk", "type": "GROUP", "source": "web", "metadata": {"a": 1}},
    {"name": "Talk", "messageServerId": "{server}"},
    {"name": "Talk", "serverId": "{server}"},
)

_NEW_GROUPS: tuple[dict[str, Any], ...] = (
    {"agentIds": []},
    {},
    {"agentIds": ["{agent}"], "worldId": "{user}", "source": "web", "name": "Group"},
    {"agentIds": ["{agent}"], "worldId": "{user}"},
    {"agentIds": ["{agent}", "{absent}"], "worldId": "{user}"},
)


def memory(compare: Comparison) -> None:
    """Read, change and delete memories and rooms, by both paths that lead to them."""
    compare("DELETE", f"{_MEMORY}/memories", shape_only=True)
    create_session(compare, "session", metadata={"platform": "web"})
    compare("POST", SESSIONS + "/{session}/messages", {"content": "remember this"})
    compare.wait_for_items(f"{_MEMORY}/memories", "/data/memories", 2)
    for path in (_MEMORY, "/api/agents/{agent}"):
        _read(compare, path)
        _change(compare, path)
        _delete(compare, path)
        _rooms(compare, path)
    compare("DELETE", _MEMORY + "/memories/{reply}")
    compare("GET", f"{_MEMORY}/memories")
    _other_agents(compare)
    _groups(compare)
    compare("GET", f"{_MEMORY}/rooms", shape_only=True)


def _read(compare: Comparison, path: str) -> None:
    save = {"reply": "/data/memories/0/id", "message": "/data/memories/1/id"}
    compare("GET", f"{path}/memories", save=save)
    queries = ("channelId={session_channel}", "tableName=facts", "channelId=nope", "roomId=nope")
    compare.get(*(f"{path}/memories?{query}" for query in queries))
    room = f"{path}/rooms/{{session_channel}}/memories"
    compare.get(*(f"{room}?{query}" for query in _PAGES))
    compare.get(path + "/rooms/{absent}/memories", path + "/rooms/nope/memories")


def _change(compare: Comparison, path: str) -> None:
    for body in _CHANGES:
        compare("PATCH", path + "/memories/{message}", body)
        compare("GET", f"{path}/memories")
    compare("PATCH", f"{path}/memories/nope", {})
    compare("PATCH", path + "/memories/{absent}", {"content": {"text": "new"}})


def _delete(compare: Comparison, path: str) -> None:
    for name in ("all/nope", "all/{session_channel}", "nope", "{absent}"):
        compare("DELETE", f"{path}/memories/{name}")


def _rooms(compare: Comparison, path: str) -> None:
    compare.get(*(f"{path}/rooms/{room}" for room in ("nope", "{absent}", "{agent}")))
    compare.each("POST", f"{path}/rooms", _NEW_ROOMS, save={"room": "/data/id"})
    compare("GET", path + "/rooms/{room}")


def _other_agents(compare: Comparison) -> None:
    for agent in ("nope", "{absent}"):
        path = f"/api/memory/{agent}"
        compare.table(
            ("GET", f"{path}/memories"),
            ("GET", f"{path}/rooms"),
            ("DELETE", f"{path}/memories"),
            ("GET", f"{path}/rooms/nope"),
            ("GET", f"{path}/rooms/nope/memories"),
            ("DELETE", path + "/memories/{absent}"),
            ("POST", f"{path}/rooms", {}),
        )


def _groups(compare: Comparison) -> None:
    compare.each("POST", "/api/memory/groups/{absent}", _NEW_GROUPS)
    for group in ("nope", "{user}", "{server}/memories", "nope/memories"):
        compare("DELETE", f"/api/memory/groups/{group}")
