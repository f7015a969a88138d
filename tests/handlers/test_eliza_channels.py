"""Eliza's message servers and channels, in both personas."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
BOB = "33333333-3333-4333-8333-333333333333"
NOBODY = "99999999-9999-4999-8999-999999999999"
HERE = "00000000-0000-0000-0000-000000000000"
BASE = "/api/messaging"

#: The parts of a channel as @elizaos/server 1.7.2 answers it, in its order.
RELEASED = ["id", "messageServerId", "name", "type", "metadata", "createdAt", "updatedAt"]


def use_release(http: httpx.Client) -> None:
    """Switch to the persona of @elizaos/server 1.7.2."""
    response = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert response.is_success, response.text


def got(response: httpx.Response, status: int = 200) -> Any:
    """The data of an answer that is a success."""
    assert response.status_code == status, response.text
    assert response.json()["success"] is True
    return response.json().get("data")


def refused(response: httpx.Response) -> tuple[int, Any]:
    """Status and code, or text, of an answer that is a refusal."""
    body = response.json()
    assert body["success"] is False
    error = body["error"]
    return response.status_code, error["code"] if isinstance(error, dict) else error


def open_channel(http: httpx.Client, **more: Any) -> str:
    """The id of a new channel in which Ada and the agent take part."""
    body = {"name": "Poetry", "message_server_id": HERE, "participantCentralUserIds": [ADA, AGENT]}
    data = got(http.post(f"{BASE}/channels", json={**body, **more}), 201)
    created: str = data.get("channel", data)["id"]
    return created


def participants(http: httpx.Client, channel_id: str) -> list[str]:
    """The ids of those who take part in a channel."""
    actual: list[str] = got(http.get(f"{BASE}/channels/{channel_id}/participants"))
    return actual


def test_message_server_exists_from_the_start(http: httpx.Client) -> None:
    """The three lists agree on it, each in its own shape, and the agent serves on it."""
    assert got(http.get(f"{BASE}/message-server/current")) == {"messageServerId": HERE}
    (server,) = got(http.get(f"{BASE}/message-servers"))["messageServers"]
    assert list(server) == ["id", "name", "sourceType", "createdAt", "updatedAt"]
    assert (server["name"], server["sourceType"]) == ("Default Server", "eliza_default")
    (by_reference,) = got(http.get(f"{BASE}/central-servers"))
    assert list(by_reference) == ["id", "name", "description", "metadata", "createdAt"]
    use_release(http)
    assert got(http.get(f"{BASE}/central-servers")) == {"servers": [server]}
    assert got(http.get(f"{BASE}/message-servers/{HERE}/agents"))["agents"] == [AGENT]


def test_server_has_description_in_the_reference_source_in_the_release(http: httpx.Client) -> None:
    """A server that either persona creates is in the list; only the release requires a source
    type."""
    described = {"name": "Books", "description": "About books", "metadata": {"language": "en"}}
    created = got(http.post(f"{BASE}/servers", json=described), 201)["server"]
    assert described.items() <= created.items()
    assert got(http.get(f"{BASE}/central-servers"))[1] == created
    response = http.post(f"{BASE}/message-servers", json={"name": "Films"})
    assert refused(response) == (400, "VALIDATION_ERROR")
    assert response.json()["error"]["message"] == "Missing required fields: name, sourceType"
    films: dict[str, Any] = {
        "name": "Films",
        "sourceType": "discord",
        "sourceId": None,
        "metadata": {},
    }
    created = got(http.post(f"{BASE}/message-servers", json=films), 201)["server"]
    assert films.items() <= created.items()
    assert "sourceId" not in got(http.get(f"{BASE}/message-servers"))["messageServers"][2]


def test_agents_join_and_leave_a_server(http: httpx.Client) -> None:
    """In `docs` they do so on every server; an agent that does not serve there cannot leave."""
    created = got(http.post(f"{BASE}/servers", json={"name": "Books"}), 201)["server"]["id"]
    agents = f"{BASE}/servers/{created}/agents"
    for _ in range(2):
        assert http.post(agents, json={"agentId": AGENT}).json() == {"success": True}
    assert got(http.get(agents)) == [{"id": AGENT, "name": "Eliza", "status": "active"}]
    served = got(http.get(f"{BASE}/agents/{AGENT}/message-servers"))
    assert served == {"agentId": AGENT, "messageServers": [HERE, created]}
    assert http.delete(f"{agents}/{AGENT}").json() == {"success": True}
    assert got(http.get(agents)) == []
    assert refused(http.delete(f"{agents}/{AGENT}")) == (404, "NOT_FOUND")
    assert refused(http.post(agents, json={"agentId": NOBODY})) == (404, "NOT_FOUND")
    assert refused(http.get(f"{BASE}/servers/{NOBODY}/agents")) == (404, "NOT_FOUND")


def test_release_manages_agents_of_its_own_server_only(http: httpx.Client) -> None:
    """In `1.7` other servers are forbidden, and an agent that does not serve may leave."""
    use_release(http)
    expected = {"messageServerId": HERE, "agentId": AGENT}
    for path in (f"{BASE}/servers", f"{BASE}/message-servers"):
        own, other = f"{path}/{HERE}/agents", f"{path}/{NOBODY}/agents"
        for _ in range(2):
            removed = got(http.delete(f"{own}/{AGENT}"))
            assert removed == {
                **expected,
                "message": "Agent removed from message server successfully",
            }
        added = got(http.post(own, json={"agentId": AGENT}), 201)
        assert added == {**expected, "message": "Agent added to message server successfully"}
        denied = (403, "Cannot access agents for a different server")
        assert refused(http.get(other)) == denied
        denied = (403, "Cannot modify agents for a different server")
        assert refused(http.post(other, json={"agentId": AGENT})) == denied
        assert refused(http.delete(f"{other}/{AGENT}")) == denied


@pytest.mark.parametrize("path", ["channels", "central-channels"])
def test_channel_is_created_by_both_requests(http: httpx.Client, path: str) -> None:
    """Both requests are accepted, and the response has the shape of the persona."""
    request = {"name": "Poetry", "serverId": HERE, "type": "voice", "description": "Poems"}
    channel = got(http.post(f"{BASE}/{path}", json=request), 201)["channel"]
    assert channel == {"id": channel["id"], **request, "metadata": {}}
    assert got(http.get(f"{BASE}/central-channels/{channel['id']}")) == {"channel": channel}
    assert got(http.get(f"{BASE}/central-channels/{channel['id']}/details")) == channel
    assert got(http.get(f"{BASE}/channels/{channel['id']}/details"))["topic"] == "Poems"
    use_release(http)
    wanted: dict[str, Any] = {
        "name": "Prose",
        "server_id": HERE,
        "participantCentralUserIds": [BOB, BOB],
    }
    channel = got(http.post(f"{BASE}/{path}", json=wanted), 201)
    assert list(channel) == RELEASED
    assert (channel["type"], channel["metadata"]) == ("GROUP", {})
    assert got(http.get(f"{BASE}/{path}/{channel['id']}/details")) == channel
    assert participants(http, channel["id"]) == [BOB]
    assert http.get(f"{BASE}/central-channels/{channel['id']}").status_code in (404, 405)


def test_release_checks_the_message_server_first(http: httpx.Client) -> None:
    """It has two messages for a channel that it refuses to create."""
    use_release(http)
    server = (400, "Invalid message_server_id format")
    assert refused(http.post(f"{BASE}/channels", json={})) == server
    assert refused(http.post(f"{BASE}/channels", json={"name": "x", "server_id": "x"})) == server
    for body in (
        {"message_server_id": HERE, "name": "Poetry"},
        {"message_server_id": HERE, "name": "", "participantCentralUserIds": []},
        {"message_server_id": HERE, "name": "Poetry", "participantCentralUserIds": ["ada"]},
    ):
        status, text = refused(http.post(f"{BASE}/channels", json=body))
        assert status == 400
        assert text.startswith("Invalid payload. Required: name, message_server_id (UUID), ")
    body = {"message_server_id": NOBODY, "name": "Poetry", "participantCentralUserIds": []}
    assert refused(http.post(f"{BASE}/channels", json=body)) == (404, "Message server not found")


def test_channels_are_listed_by_server(http: httpx.Client) -> None:
    """There are three paths and two shapes; an unknown server has no channels, or is 404."""
    first, second = open_channel(http), open_channel(http, type="DM")
    for path in ("servers", "central-servers"):
        listed = got(http.get(f"{BASE}/{path}/{HERE}/channels"))
        assert [(c["id"], c["type"]) for c in listed] == [(first, "group"), (second, "dm")]
        assert refused(http.get(f"{BASE}/{path}/{NOBODY}/channels")) == (404, "NOT_FOUND")
    use_release(http)
    assert http.get(f"{BASE}/servers/{HERE}/channels").status_code == 404
    for path in ("message-servers", "central-servers"):
        listed = got(http.get(f"{BASE}/{path}/{HERE}/channels"))["channels"]
        assert [(c["id"], c["type"]) for c in listed] == [(first, "GROUP"), (second, "DM")]
        assert got(http.get(f"{BASE}/{path}/{NOBODY}/channels")) == {"channels": []}


def test_group_channel_is_in_the_reference_alone(http: httpx.Client) -> None:
    """It is a channel like the others, on the first server; the release does not have the path."""
    request = {"name": "All", "participants": [ADA, BOB, AGENT], "description": "Everybody"}
    channel = got(http.post(f"{BASE}/group-channels", json=request), 201)["channel"]
    assert (channel["type"], channel["serverId"]) == ("group", HERE)
    actual = got(http.get(f"{BASE}/central-channels/{channel['id']}/participants"))
    assert [record["userId"] for record in actual] == request["participants"]
    assert [record["name"] for record in actual] == ["User", "User", "Eliza"]
    assert {record["role"] for record in actual} == {"member"}
    use_release(http)
    assert http.post(f"{BASE}/group-channels", json=request).status_code == 404


def test_two_users_share_one_channel(http: httpx.Client) -> None:
    """It is the same for both, and by all parameter names; each message server has its own."""
    path = f"{BASE}/dm-channel"
    channel = got(http.get(path, params={"userId1": BOB, "userId2": ADA}))["channel"]
    assert (channel["name"], channel["type"]) == (f"DM-{ADA}-{BOB}", "dm")
    assert channel["metadata"] == {"user1": ADA, "user2": BOB}
    assert participants(http, channel["id"]) == [ADA, BOB]
    request = {"currentUserId": ADA, "targetUserId": BOB}
    assert got(http.get(path, params=request))["channel"] == channel
    created = got(http.post(f"{BASE}/servers", json={"name": "Books"}), 201)["server"]["id"]
    other = got(http.get(path, params={**request, "dmServerId": created}))["channel"]
    assert (other["serverId"], other["id"] != channel["id"]) == (created, True)
    use_release(http)
    for server in (HERE, NOBODY, "x"):
        again = got(http.get(path, params={**request, "dmServerId": server}))
        assert (again["id"], again["type"]) == (channel["id"], "DM")
    http.delete(f"{BASE}/channels/{channel['id']}")
    assert got(http.get(path, params=request))["id"] != channel["id"]


def test_dm_channel_needs_two_users(http: httpx.Client) -> None:
    """Both personas refuse with the message of the release."""
    missing, oneself = "Missing targetUserId or currentUserId", {"currentUserId": ADA}
    invalid: list[tuple[dict[str, str], str]] = [
        ({}, missing),
        (oneself, missing),
        ({**oneself, "targetUserId": "x"}, missing),
        ({**oneself, "targetUserId": ADA}, "Cannot create DM channel with oneself"),
    ]
    for params, text in invalid:
        response = http.get(f"{BASE}/dm-channel", params=params)
        assert refused(response) == (400, "VALIDATION_ERROR")
        assert response.json()["error"]["message"] == text
    use_release(http)
    for params, text in [*invalid, ({"userId1": ADA, "userId2": BOB}, missing)]:
        assert refused(http.get(f"{BASE}/dm-channel", params=params)) == (400, text)


def test_channel_changes_replace_fields(http: httpx.Client) -> None:
    """They replace name, metadata and participants; absent fields stay; null removes metadata."""
    use_release(http)
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T12:00:00Z"})
    channel_id = open_channel(http, metadata={"a": 1})
    http.post("/_understudy/clock", json={"advance": "PT1M"})
    path = f"{BASE}/channels/{channel_id}"
    changed = got(http.patch(path, json={"name": "Prose", "metadata": {"b": 2}, "topic": "x"}))
    assert list(changed) == RELEASED
    assert (changed["name"], changed["metadata"]) == ("Prose", {"b": 2})
    assert changed["createdAt"] == "2026-01-01T12:00:00.000Z"
    assert changed["updatedAt"] == "2026-01-01T12:01:00.000Z"
    assert got(http.patch(path, json={"participantCentralUserIds": [BOB, "guest"]})) == changed
    assert participants(http, channel_id) == [BOB, "guest"]
    assert "metadata" not in got(http.patch(path, json={"metadata": None, "description": "x"}))
    assert "topic" not in got(http.get(f"{path}/details"))
    assert refused(http.patch(path, json={"name": 7})) == (400, "Failed to update channel")
    assert refused(http.patch(f"{BASE}/channels/x", json={})) == (400, "Invalid channelId")


def test_reference_changes_the_description(http: httpx.Client) -> None:
    """The response is success alone; an unknown channel is 404."""
    channel_id = open_channel(http)
    path = f"{BASE}/central-channels/{channel_id}"
    assert http.patch(path, json={"description": "Poems"}).json() == {"success": True}
    assert got(http.get(f"{path}/details"))["description"] == "Poems"
    unknown = f"{BASE}/central-channels/{NOBODY}"
    assert refused(http.patch(unknown, json={"name": "x"})) == (404, "NOT_FOUND")


def test_deleted_channel_is_gone_under_all_its_paths(http: httpx.Client) -> None:
    """Its participants go too. In `docs` nothing is deleted twice; in the release it may be."""
    first, second = open_channel(http), open_channel(http)
    path = f"{BASE}/central-channels/{first}"
    assert http.delete(path).json() == {"success": True}
    assert refused(http.delete(path)) == (404, "NOT_FOUND")
    for name in ("details", "participants", "agents"):
        for kind in ("channels", "central-channels"):
            response = http.get(f"{BASE}/{kind}/{first}/{name}")
            assert refused(response) == (404, "NOT_FOUND")
    use_release(http)
    for kind in ("channels", "central-channels"):
        response = http.delete(f"{BASE}/{kind}/{second}")
        assert (response.status_code, response.content) == (204, b"")
    assert refused(http.get(f"{BASE}/channels/{second}/details")) == (404, "Channel not found")
    assert participants(http, second) == []


def test_agents_join_and_leave_a_channel(http: httpx.Client) -> None:
    """The agent need not exist; one that is no participant cannot leave."""
    channel_id = open_channel(http)
    path = f"{BASE}/central-channels/{channel_id}/agents"
    added = http.post(path, json={"agentId": NOBODY})
    assert added.status_code == 200
    assert added.json() == {"success": True, "message": "Agent added to channel successfully"}
    everybody = {"channelId": channel_id, "participants": [ADA, AGENT, NOBODY]}
    assert got(http.get(path)) == everybody
    use_release(http)
    for kind in ("channels", "central-channels"):
        path = f"{BASE}/{kind}/{channel_id}/agents"
        expected = {"channelId": channel_id, "agentId": NOBODY}
        added = got(http.post(path, json={"agentId": NOBODY}), 201)
        assert added == {**expected, "message": "Agent added to channel successfully"}
        assert got(http.get(path)) == everybody
        removed = got(http.delete(f"{path}/{NOBODY}"))
        assert removed == {**expected, "message": "Agent removed from channel successfully"}
        absent = (404, "Agent is not a participant in this channel")
        assert refused(http.delete(f"{path}/{NOBODY}")) == absent
        invalid = (400, "Invalid channelId or agentId format")
        assert refused(http.post(path, json={})) == invalid
        assert refused(http.delete(f"{path}/x")) == invalid


def test_session_has_a_channel_like_any_other(http: httpx.Client) -> None:
    """The agent is a participant, and the channel outlives the session."""
    request = {"agentId": AGENT, "userId": ADA, "metadata": {"platform": "web"}}
    session = http.post(f"{BASE}/sessions", json=request).json()
    channel_id = session["channelId"]
    assert http.delete(f"{BASE}/sessions/{session['sessionId']}").status_code == 200
    channel = got(http.get(f"{BASE}/channels/{channel_id}/details"))
    assert (channel["type"], channel["messageServerId"]) == ("DM", HERE)
    assert channel["metadata"]["sessionId"] == session["sessionId"]
    assert channel["metadata"]["platform"] == "web"
    assert participants(http, channel_id) == [AGENT]
    assert [c["id"] for c in got(http.get(f"{BASE}/servers/{HERE}/channels"))] == [channel_id]


def test_title_is_made_of_the_first_words(http: httpx.Client) -> None:
    """Four messages are enough, and the oldest gives the title, if the agent runs."""
    session = http.post(f"{BASE}/sessions", json={"agentId": AGENT, "userId": ADA}).json()
    path = f"{BASE}/channels/{session['channelId']}/generate-title"
    untitled = got(http.post(path, json={"agentId": AGENT}))
    assert untitled["title"] is None
    assert untitled["reason"] == "Not enough messages to generate a title"
    talk = f"{BASE}/sessions/{session['sessionId']}/messages"
    for text in ("what's a sonnet, by the way? I forgot", "and an ode?"):
        assert http.post(talk, json={"content": text}).status_code == 201
    for kind in ("channels", "central-channels"):
        path = f"{BASE}/{kind}/{session['channelId']}/generate-title"
        titled = got(http.post(path, json={"agentId": AGENT}))
        assert titled == {
            "title": "What's A Sonnet By The Way",
            "channelId": session["channelId"],
        }
        assert got(http.post(path, params={"limit": "3"}, json={"agentId": AGENT}))["title"] is None
        assert refused(http.post(path, json={"agentId": NOBODY})) == (404, "NOT_FOUND")


def test_invalid_ids_are_refused_with_the_messages_of_the_release(
    http: httpx.Client,
) -> None:
    """Each operation has its own message."""
    words = {
        "channels/x/details": "Invalid channelId",
        "channels/x/participants": "Invalid channelId",
        "central-channels/x/agents": "Invalid channelId format",
        "message-servers/x/channels": "Invalid messageServerId",
        "central-servers/x/channels": "Invalid messageServerId",
        "servers/x/agents": "Invalid messageServerId format",
        "agents/x/message-servers": "Invalid agentId format",
    }
    for path, text in words.items():
        response = http.get(f"{BASE}/{path}")
        assert refused(response) == (400, "INVALID_ID")
        assert response.json()["error"]["message"] == text
    use_release(http)
    for path, text in words.items():
        assert refused(http.get(f"{BASE}/{path}")) == (400, text)
    response = http.post(f"{BASE}/channels/x/generate-title", json={"agentId": AGENT})
    assert refused(response) == (400, "Invalid channel ID format")
    response = http.post(f"{BASE}/channels/{NOBODY}/generate-title", json={})
    assert refused(response) == (400, "Valid agent ID is required")
