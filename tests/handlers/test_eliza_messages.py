"""Eliza's messages in channels, in both personas."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
NOBODY = "99999999-9999-4999-8999-999999999999"
HERE = "00000000-0000-0000-0000-000000000000"
BASE = "/api/messaging"
SUBMIT = "Missing required fields: channel_id, message_server_id, author_id, content, source_type, "
POST = "Missing required fields: channelId, message_server_id, author_id, content"


def use_release(http: httpx.Client) -> None:
    """Switch to the persona of @elizaos/server 1.7.2."""
    response = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert response.is_success, response.text


def create_channel(http: httpx.Client, *members: str) -> str:
    """Create a channel with Ada and the agent, or only with these members, and return its id."""
    members = members or (ADA, AGENT)
    body = {"name": "Room", "message_server_id": HERE, "participantCentralUserIds": members}
    data = http.post(f"{BASE}/channels", json=body).json()["data"]
    created: str = data.get("channel", data)["id"]
    return created


def post(
    http: httpx.Client, channel_id: str, content: str = "Hello", **more: Any
) -> httpx.Response:
    """Post a message as Ada, by the path of the released server."""
    body = {"author_id": ADA, "message_server_id": HERE, "content": content, **more}
    return http.post(f"{BASE}/channels/{channel_id}/messages", json=body)


def rows(http: httpx.Client, channel_id: str, **query: Any) -> list[dict[str, Any]]:
    """Return the messages of a channel, newest first, as the released server lists them."""
    response = http.get(f"{BASE}/channels/{channel_id}/messages", params=query)
    actual: list[dict[str, Any]] = response.json()["data"]["messages"]
    return actual


def submission(channel_id: str, **more: Any) -> dict[str, Any]:
    """Return the body of a message that the agent submits."""
    return {
        "channel_id": channel_id,
        "message_server_id": HERE,
        "author_id": AGENT,
        "content": "Go on.",
        "source_type": "agent_response",
        "raw_message": {"thought": "Hm.", "actions": ["REPLY"]},
        **more,
    }


def texts(http: httpx.Client, channel_id: str, **query: Any) -> list[str]:
    """Return the contents of a channel's messages, newest first."""
    return [row["content"] for row in rows(http, channel_id, **query)]


def error(response: httpx.Response) -> tuple[int, str]:
    """Return status and message of an error."""
    error = response.json()["error"]
    return response.status_code, error["message"] if isinstance(error, dict) else error


def test_agents_of_a_channel_reply(http: httpx.Client) -> None:
    """The reply follows by a millisecond, with its question, thought and actions."""
    channel = create_channel(http)
    sent = post(http, channel, metadata={"user_display_name": "Ada"})
    body = sent.json()["userMessage"]
    assert (sent.status_code, body["author_display_name"]) == (201, "Ada")
    reply, question = rows(http, channel)
    assert (question["id"], reply["content"]) == (body["id"], "You said: Hello")
    assert reply["inReplyToRootMessageId"] == body["id"]
    assert reply["created_at"] == question["created_at"] + 1
    assert reply["metadata"]["actions"] == reply["rawMessage"]["actions"] == ["REPLY"]
    assert reply["metadata"]["agentName"] == "Eliza"


def test_stopped_agents_and_authors_do_not_reply(http: httpx.Client) -> None:
    """An agent replies neither to itself, nor after it was stopped."""
    channel = create_channel(http)
    assert post(http, channel, "I am Eliza", author_id=AGENT).status_code == 201
    http.post(f"/api/agents/{AGENT}/stop")
    post(http, channel, "Anybody?")
    assert texts(http, channel) == ["Anybody?", "I am Eliza"]


@pytest.mark.parametrize("transport", [{"transport": "http"}, {"mode": "sync"}])
def test_http_transport_returns_the_reply(http: httpx.Client, transport: Any) -> None:
    """The reply is in the response, and not in the history."""
    channel = create_channel(http)
    response = post(http, channel, **transport)
    assert response.status_code == 201
    assert response.json()["agentResponse"]["text"] == "You said: Hello"
    assert texts(http, channel) == ["Hello"]


def test_sse_transport_streams_the_reply(http: httpx.Client) -> None:
    """The events come in order: the message, the reply in chunks, and the whole reply."""
    response = post(http, create_channel(http), transport="sse")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [part.split("\n", 1) for part in response.text.strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in events]
    assert names == ["user_message", "chunk", "chunk", "chunk", "done"]
    actual = [json.loads(data.removeprefix("data: ")) for _, data in events]
    assert (
        "".join(piece["chunk"] for piece in actual[1:-1]) == actual[-1]["text"] == "You said: Hello"
    )


def test_waiting_transports_need_an_agent(http: httpx.Client) -> None:
    """A channel of users alone has no reply to wait for."""
    channel = create_channel(http, ADA, NOBODY)
    assert post(http, channel).status_code == 201
    assert post(http, channel, transport="http").status_code == 404
    assert "event: error" in post(http, channel, transport="sse").text


def test_unknown_channel_is_created(http: httpx.Client) -> None:
    """By the released server's path, on a server that must exist; the reference has 404."""
    assert error(post(http, NOBODY, message_server_id=NOBODY)) == (
        404,
        f"Server {NOBODY} does not exist",
    )
    old = f"{BASE}/central-channels/{NOBODY}/messages"
    body = {"author_id": ADA, "server_id": HERE, "content": "Hello"}
    assert error(http.post(old, json=body)) == (404, "Channel not found")
    assert post(http, NOBODY, metadata={"isDm": True, "targetUserId": AGENT}).status_code == 201
    details = http.get(f"{BASE}/channels/{NOBODY}/details").json()["data"]
    assert (details["name"], details["type"]) == (f"DM {NOBODY[:8]}", "DM")
    assert texts(http, NOBODY) == ["You said: Hello", "Hello"]


def test_release_requires_another_participant(http: httpx.Client) -> None:
    """It refuses, and yet has stored the message."""
    use_release(http)
    channel = create_channel(http, ADA)
    assert error(post(http, channel)) == (400, "No agent found in channel participants")
    assert texts(http, channel) == ["Hello"]
    assert post(http, channel, metadata={"targetAgentId": AGENT}).status_code == 201


def test_each_source_has_its_own_message_shape(http: httpx.Client) -> None:
    """The older path responds in the reference's shape, and in persona 1.7 in the server's."""
    channel = create_channel(http)
    path = f"{BASE}/central-channels/{channel}/messages"
    body = {"author_id": ADA, "server_id": HERE, "content": "Hello", "metadata": {"a": 1}}
    message = http.post(path, json=body).json()["data"]["message"]
    assert message["text"] == "Hello"
    assert (message["userId"], message["agentId"], message["roomId"]) == (ADA, AGENT, channel)
    reply, question = http.get(path).json()["data"]
    assert (question, reply["text"], reply["userId"]) == (message, "You said: Hello", AGENT)
    use_release(http)
    assert http.post(path, json=body).json()["userMessage"]["message_server_id"] == HERE
    assert len(http.get(path).json()["data"]["messages"]) == 4


def test_page_has_a_limit_and_a_cursor(http: httpx.Client) -> None:
    """`limit` and `before` are read as the server does; the reference's `before` names a
    message."""
    channel = create_channel(http)
    for content in ("one", "two", "three"):
        http.post(f"{BASE}/submit", json=submission(channel, content=content))
    newest, middle, _ = rows(http, channel)
    assert texts(http, channel, limit=2) == ["three", "two"]
    assert texts(http, channel, limit=0) == []
    assert texts(http, channel, limit=-1) == texts(http, channel, limit="abc")
    assert texts(http, channel, before=newest["created_at"]) == ["two", "one"]
    assert len(texts(http, channel, before="abc")) == len(texts(http, channel, before=0)) == 3
    assert texts(http, channel, before=middle["id"]) == ["one"]
    use_release(http)
    assert texts(http, channel, before=NOBODY) == []


def test_submitted_message_is_stored_once(http: httpx.Client) -> None:
    """No agent replies to it; its id, channel and question are checked."""
    channel = create_channel(http)
    path = f"{BASE}/submit"
    first = http.post(path, json=submission(channel, messageId=NOBODY))
    assert (first.status_code, first.json()["data"]["id"]) == (201, NOBODY)
    assert http.post(path, json=submission(channel, messageId=NOBODY)).status_code == 409
    assert http.post(path, json=submission(ADA)).status_code == 404
    assert http.post(path, json=submission(channel, in_reply_to_message_id=ADA)).status_code == 404
    (row,) = rows(http, channel)
    assert (row["content"], row["metadata"]["thought"]) == ("Go on.", "Hm.")


def test_release_returns_the_stored_row(http: httpx.Client) -> None:
    """Fields that the request does not have are absent; the older name of the server still
    works."""
    use_release(http)
    channel = create_channel(http)
    body = submission(channel)
    body["server_id"] = body.pop("message_server_id")
    row = http.post(f"{BASE}/submit", json=body).json()["data"]
    names = "id channelId authorId content rawMessage sourceType createdAt updatedAt"
    assert list(row) == names.split()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channel_id": "nowhere"}, f"{SUBMIT}raw_message"),
        ({"content": ""}, f"{SUBMIT}raw_message"),
        ({"raw_message": None}, f"{SUBMIT}raw_message"),
        ({"in_reply_to_message_id": "x"}, "Invalid in_reply_to_message_id format"),
        ({"messageId": "x"}, "Invalid messageId format"),
        ({"messageId": "x", "content": ""}, f"{SUBMIT}raw_message"),
    ],
)
def test_submission_errors_are_those_of_the_server(
    http: httpx.Client, change: Any, message: str
) -> None:
    """The message is about the first fault in the server's order, in the shape of the persona."""
    body = {**submission(create_channel(http)), **change}
    response = http.post(f"{BASE}/submit", json=body)
    assert (response.status_code, response.json()["error"]["message"]) == (400, message)
    use_release(http)
    assert http.post(f"{BASE}/submit", json=body).json() == {"success": False, "error": message}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"transport": "pigeon", "content": ""},
            'Invalid transport "pigeon". Must be one of: http, sse, websocket, sync, stream',
        ),
        ({"transport": 5}, 'Invalid transport type "number". Transport must be a string.'),
        ({"content": ""}, POST),
    ],
)
def test_message_errors_are_those_of_the_server(
    http: httpx.Client, change: Any, message: str
) -> None:
    """The transport is checked before the fields."""
    assert error(post(http, create_channel(http), **change)) == (400, message)


def test_action_keeps_its_place_when_changed(http: httpx.Client) -> None:
    """Null and absent fields stay; the time of the change is new."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T12:00:00Z"})
    channel = create_channel(http)
    body = submission(channel, source_type="agent_action", metadata={"step": 1})
    created = http.post(f"{BASE}/action", json=body).json()["data"]
    http.post("/_understudy/clock", json={"advance": "PT2S"})
    changes = {"content": "Done.", "raw_message": None, "source_type": None}
    changed = http.patch(f"{BASE}/action/{created['id']}", json=changes).json()["data"]
    times = {"updatedAt": "2026-01-01T12:00:02.000Z", "inReplyToRootMessageId": None}
    assert changed == {**created, "content": "Done.", **times}
    assert http.patch(f"{BASE}/action/{created['id']}").status_code == 200
    assert error(http.patch(f"{BASE}/action/x", json={})) == (400, "Invalid message id")
    assert error(http.patch(f"{BASE}/action/{NOBODY}")) == (404, "Message not found")


def test_message_deletion_depends_on_the_persona(http: httpx.Client) -> None:
    """The reference counts and checks what exists, the server answers 204 in any case."""
    channel, second = create_channel(http), create_channel(http)
    for _ in range(3):
        post(http, channel)
    old, new = (f"{BASE}/{kind}/{channel}/messages" for kind in ("central-channels", "channels"))
    newest = rows(http, channel)[0]["id"]
    elsewhere = f"{BASE}/central-channels/{second}/messages/{newest}"
    assert error(http.delete(elsewhere)) == (404, "Message not found")
    assert http.delete(f"{old}/{newest}").json() == {"success": True}
    assert http.delete(f"{old}/{newest}").status_code == 404
    assert http.delete(f"{new}/{newest}").status_code == 204
    deleted = http.delete(f"{old}/all", params={"userId": ADA}).json()
    assert deleted == {"success": True, "deleted": 3}
    assert http.delete(old).json() == {"success": True, "deleted": 2}
    assert http.delete(new).status_code == 204
    assert http.delete(f"{BASE}/central-channels/{NOBODY}/messages").status_code == 404
    assert http.delete(f"{BASE}/channels/{NOBODY}/messages").status_code == 204
    use_release(http)
    assert http.delete(old).status_code == http.delete(f"{old}/{newest}").status_code == 204


def test_agent_follows_a_script(http: httpx.Client) -> None:
    """Its replies are used in turn, the last one repeats; one with the action IGNORE is not
    posted."""
    script = [
        {"text": "First.", "thought": "Begin.", "actions": ["GREET"]},
        {"text": "Never said.", "actions": ["IGNORE"]},
        {"text": "Last."},
    ]
    http.patch(f"/api/agents/{AGENT}", json={"settings": {"replies": script}})
    channel = create_channel(http)
    for content in "abcd":
        post(http, channel, content)
    assert texts(http, channel) == ["Last.", "d", "Last.", "c", "b", "First.", "a"]
    first = rows(http, channel)[-2]["metadata"]
    assert (first["thought"], first["actions"]) == ("Begin.", ["GREET"])


def test_external_messages_are_ingested(http: httpx.Client) -> None:
    """The reference names the agent, the released server the channel; each has its own response."""
    channel = create_channel(http)
    path = f"{BASE}/ingest-external"
    by_reference = {
        "agentId": AGENT,
        "roomId": channel,
        "userId": ADA,
        "text": "Hi",
        "sourceId": "7",
        "sourceType": "discord",
    }
    response = http.post(path, json=by_reference)
    assert (response.status_code, response.json()) == (200, {"success": True})
    here = {"channel_id": channel, "message_server_id": HERE}
    body = {**here, "author_id": "u1", "content": "Yo", "source_id": "8"}
    response = http.post(path, json=body)
    assert (response.status_code, response.json()["message"]) == (
        202,
        "Message ingested and published to bus",
    )
    assert texts(http, channel) == ["You said: Yo", "Yo", "You said: Hi", "Hi"]
    assert [row.get("sourceId") for row in rows(http, channel)] == [None, "8", None, "7"]
    assert http.post(path, json={**body, "channel_id": NOBODY}).status_code == 404
    assert error(http.post(path, json={})) == (400, "Invalid external message payload")
    use_release(http)
    actual = error(http.post(path, json=by_reference))
    assert actual == (404, "Invalid external message payload")


def test_channels_of_other_platforms_are_mapped(http: httpx.Client) -> None:
    """The same channel there is the same channel here; persona 1.7 lacks the operation."""
    path = f"{BASE}/external-messages"
    body = {"platform": "telegram", "messageId": "1", "channelId": "-5", "userId": "u"}
    first = http.post(path, json={**body, "content": "One"}).json()["data"]
    assert first["response"] == "You said: One"
    http.post(path, json={**body, "content": "Two"})
    actual = http.get(f"{BASE}/message-servers/{HERE}/channels").json()["data"]["channels"]
    (channel,) = [result for result in actual if result["name"] == "telegram -5"]
    assert texts(http, channel["id"])[1::2] == ["Two", "One"]
    use_release(http)
    assert error(http.post(path, json=body))[0] == 404


def test_prompt_completion_is_not_stored(http: httpx.Client) -> None:
    """A running agent completes it, in persona `docs` alone."""
    body = {"agentId": AGENT, "roomId": NOBODY, "userId": ADA, "prompt": "A sonnet?"}
    response = http.post(f"{BASE}/complete", json=body)
    assert response.json() == {"success": True, "data": {"response": "You said: A sonnet?"}}
    assert http.post(f"{BASE}/complete", json={**body, "agentId": NOBODY}).status_code == 404
    use_release(http)
    response = http.post(f"{BASE}/complete", json=body)
    assert response.json()["error"] == {"message": "API endpoint not found", "code": 404}


def test_websocket_operation_is_404(http: httpx.Client) -> None:
    """The error of the reference's operation has the path of Socket.IO."""
    assert error(http.get("/websocket")) == (404, "Connect by Socket.IO, at /socket.io/")


def test_replies_are_planted_by_one_call(http: httpx.Client) -> None:
    """For the first agent, or one by its id or name; another call begins again."""
    action = "/_understudy/actions/eliza/replies"
    channel = create_channel(http)

    def plant(*replies: Any, **more: Any) -> httpx.Response:
        return http.post(action, json={"arguments": {"replies": replies, **more}})

    def reply() -> Any:
        post(http, channel)
        messages = http.get(f"{BASE}/channels/{channel}/messages").json()["data"]["messages"]
        return max(messages, key=lambda message: message["created_at"])["content"]

    http.post("/_understudy/clock", json={"freeze": True})
    for call in ({}, {"agent": "eliza"}, {"agent": AGENT}):
        assert plant("One", {"text": "Two"}, **call).json() == {"result": None}
        http.post("/_understudy/clock", json={"advance": "PT1S"})
        assert reply() == "One"
    refused = plant("One", agent="Ada")
    assert (refused.status_code, refused.json()["detail"]) == (
        404,
        "there is no agent 'Ada'; agents: Eliza",
    )
    assert plant(1).json()["violations"][0]["at"] == "/arguments/replies/0"
