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


def released(http: httpx.Client) -> None:
    """Play @elizaos/server 1.7.2 from here on."""
    answer = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert answer.is_success, answer.text


def open_channel(http: httpx.Client, *members: str) -> str:
    """The id of a new channel in which Ada and the agent take part, or only these members."""
    members = members or (ADA, AGENT)
    body = {"name": "Room", "message_server_id": HERE, "participantCentralUserIds": members}
    data = http.post(f"{BASE}/channels", json=body).json()["data"]
    made: str = data.get("channel", data)["id"]
    return made


def say(http: httpx.Client, channel_id: str, content: str = "Hello", **more: Any) -> httpx.Response:
    """Say something as Ada, by the path of the released server."""
    body = {"author_id": ADA, "message_server_id": HERE, "content": content, **more}
    return http.post(f"{BASE}/channels/{channel_id}/messages", json=body)


def rows(http: httpx.Client, channel_id: str, **query: Any) -> list[dict[str, Any]]:
    """What was said in a channel, newest first, as the released server lists it."""
    answer = http.get(f"{BASE}/channels/{channel_id}/messages", params=query)
    found: list[dict[str, Any]] = answer.json()["data"]["messages"]
    return found


def submitted(channel_id: str, **more: Any) -> dict[str, Any]:
    """A message that the agent hands in."""
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
    """The contents of a channel's messages, newest first."""
    return [row["content"] for row in rows(http, channel_id, **query)]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and message of a refusal."""
    error = answer.json()["error"]
    return answer.status_code, error["message"] if isinstance(error, dict) else error


def test_the_agents_of_a_channel_answer(http: httpx.Client) -> None:
    """The answer follows by a millisecond, and tells what it answers, thinks and does."""
    channel = open_channel(http)
    sent = say(http, channel, metadata={"user_display_name": "Ada"})
    told = sent.json()["userMessage"]
    assert (sent.status_code, told["author_display_name"]) == (201, "Ada")
    answer, question = rows(http, channel)
    assert (question["id"], answer["content"]) == (told["id"], "You said: Hello")
    assert answer["inReplyToRootMessageId"] == told["id"]
    assert answer["created_at"] == question["created_at"] + 1
    assert answer["metadata"]["actions"] == answer["rawMessage"]["actions"] == ["REPLY"]
    assert answer["metadata"]["agentName"] == "Eliza"


def test_who_does_not_run_or_speaks_itself_does_not_answer(http: httpx.Client) -> None:
    """An agent answers neither itself, nor after it was stopped."""
    channel = open_channel(http)
    assert say(http, channel, "I am Eliza", author_id=AGENT).status_code == 201
    http.post(f"/api/agents/{AGENT}/stop")
    say(http, channel, "Anybody?")
    assert texts(http, channel) == ["Anybody?", "I am Eliza"]


@pytest.mark.parametrize("transport", [{"transport": "http"}, {"mode": "sync"}])
def test_a_client_may_wait_for_the_answer(http: httpx.Client, transport: Any) -> None:
    """The answer comes with the response, and is not in the history."""
    channel = open_channel(http)
    answer = say(http, channel, **transport)
    assert answer.status_code == 201
    assert answer.json()["agentResponse"]["text"] == "You said: Hello"
    assert texts(http, channel) == ["Hello"]


def test_a_client_may_have_the_answer_streamed(http: httpx.Client) -> None:
    """The events come in order: what was said, the answer in pieces, and once more whole."""
    answer = say(http, open_channel(http), transport="sse")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [part.split("\n", 1) for part in answer.text.strip().split("\n\n")]
    names = [name.removeprefix("event: ") for name, _ in events]
    assert names == ["user_message", "chunk", "chunk", "chunk", "done"]
    told = [json.loads(data.removeprefix("data: ")) for _, data in events]
    assert "".join(piece["chunk"] for piece in told[1:-1]) == told[-1]["text"] == "You said: Hello"


def test_who_waits_for_nobody_learns_so(http: httpx.Client) -> None:
    """A channel of users alone has no answer to wait for."""
    channel = open_channel(http, ADA, NOBODY)
    assert say(http, channel).status_code == 201
    assert say(http, channel, transport="http").status_code == 404
    assert "event: error" in say(http, channel, transport="sse").text


def test_an_unknown_channel_is_made(http: httpx.Client) -> None:
    """By the released server's path, on a server that must be there; the reference has 404."""
    assert refusal(say(http, NOBODY, message_server_id=NOBODY)) == (
        404,
        f"Server {NOBODY} does not exist",
    )
    old = f"{BASE}/central-channels/{NOBODY}/messages"
    body = {"author_id": ADA, "server_id": HERE, "content": "Hello"}
    assert refusal(http.post(old, json=body)) == (404, "Channel not found")
    assert say(http, NOBODY, metadata={"isDm": True, "targetUserId": AGENT}).status_code == 201
    details = http.get(f"{BASE}/channels/{NOBODY}/details").json()["data"]
    assert (details["name"], details["type"]) == (f"DM {NOBODY[:8]}", "DM")
    assert texts(http, NOBODY) == ["You said: Hello", "Hello"]


def test_the_release_wants_somebody_else_in_the_channel(http: httpx.Client) -> None:
    """It refuses, and yet has stored the message."""
    released(http)
    channel = open_channel(http, ADA)
    assert refusal(say(http, channel)) == (404, "No agent found in channel participants")
    assert texts(http, channel) == ["Hello"]
    assert say(http, channel, metadata={"targetAgentId": AGENT}).status_code == 201


def test_each_source_has_its_own_message(http: httpx.Client) -> None:
    """The older path answers in the reference's shape, and in persona 1.7 in the server's."""
    channel = open_channel(http)
    path = f"{BASE}/central-channels/{channel}/messages"
    body = {"author_id": ADA, "server_id": HERE, "content": "Hello", "metadata": {"a": 1}}
    message = http.post(path, json=body).json()["data"]["message"]
    assert message["text"] == "Hello"
    assert (message["userId"], message["agentId"], message["roomId"]) == (ADA, AGENT, channel)
    answer, question = http.get(path).json()["data"]
    assert (question, answer["text"], answer["userId"]) == (message, "You said: Hello", AGENT)
    released(http)
    assert http.post(path, json=body).json()["userMessage"]["message_server_id"] == HERE
    assert len(http.get(path).json()["data"]["messages"]) == 4


def test_a_page_has_a_size_and_an_end(http: httpx.Client) -> None:
    """`limit` and `before` as the server reads them; the reference's `before` names a message."""
    channel = open_channel(http)
    for content in ("one", "two", "three"):
        http.post(f"{BASE}/submit", json=submitted(channel, content=content))
    newest, middle, _ = rows(http, channel)
    assert texts(http, channel, limit=2) == ["three", "two"]
    assert texts(http, channel, limit=0) == []
    assert texts(http, channel, limit=-1) == texts(http, channel, limit="abc")
    assert texts(http, channel, before=newest["created_at"]) == ["two", "one"]
    assert len(texts(http, channel, before="abc")) == len(texts(http, channel, before=0)) == 3
    assert texts(http, channel, before=middle["id"]) == ["one"]
    released(http)
    assert texts(http, channel, before=NOBODY) == []


def test_what_an_agent_submits_is_stored_once(http: httpx.Client) -> None:
    """Nobody answers it; its identifier, channel and question are looked at."""
    channel = open_channel(http)
    path = f"{BASE}/submit"
    first = http.post(path, json=submitted(channel, messageId=NOBODY))
    assert (first.status_code, first.json()["data"]["id"]) == (201, NOBODY)
    assert http.post(path, json=submitted(channel, messageId=NOBODY)).status_code == 409
    assert http.post(path, json=submitted(ADA)).status_code == 404
    assert http.post(path, json=submitted(channel, in_reply_to_message_id=ADA)).status_code == 404
    (row,) = rows(http, channel)
    assert (row["content"], row["metadata"]["thought"]) == ("Go on.", "Hm.")


def test_the_release_answers_the_row_that_it_stored(http: httpx.Client) -> None:
    """What the request does not have is absent; the older name of the server still works."""
    released(http)
    channel = open_channel(http)
    body = submitted(channel)
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
def test_a_submission_is_refused_in_the_servers_words(
    http: httpx.Client, change: Any, message: str
) -> None:
    """The first fault in the server's order is told, in both personas, each in its shape."""
    body = {**submitted(open_channel(http)), **change}
    answer = http.post(f"{BASE}/submit", json=body)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)
    released(http)
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
def test_a_message_is_refused_in_the_servers_words(
    http: httpx.Client, change: Any, message: str
) -> None:
    """The transport is looked at before the fields."""
    assert refusal(say(http, open_channel(http), **change)) == (400, message)


def test_an_action_changes_in_its_place(http: httpx.Client) -> None:
    """What is null or absent stays; the time of the change is new."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T12:00:00Z"})
    channel = open_channel(http)
    body = submitted(channel, source_type="agent_action", metadata={"step": 1})
    made = http.post(f"{BASE}/action", json=body).json()["data"]
    http.post("/_understudy/clock", json={"advance": "PT2S"})
    changes = {"content": "Done.", "raw_message": None, "source_type": None}
    changed = http.patch(f"{BASE}/action/{made['id']}", json=changes).json()["data"]
    times = {"updatedAt": "2026-01-01T12:00:02.000Z", "inReplyToRootMessageId": None}
    assert changed == {**made, "content": "Done.", **times}
    assert http.patch(f"{BASE}/action/{made['id']}").status_code == 200
    assert refusal(http.patch(f"{BASE}/action/x", json={})) == (400, "Invalid message id")
    assert refusal(http.patch(f"{BASE}/action/{NOBODY}")) == (404, "Message not found")


def test_messages_are_deleted_by_each_source_in_its_way(http: httpx.Client) -> None:
    """The reference counts and knows what is there, the server says 204 in any case."""
    channel, other = open_channel(http), open_channel(http)
    for _ in range(3):
        say(http, channel)
    old, new = (f"{BASE}/{kind}/{channel}/messages" for kind in ("central-channels", "channels"))
    newest = rows(http, channel)[0]["id"]
    elsewhere = f"{BASE}/central-channels/{other}/messages/{newest}"
    assert refusal(http.delete(elsewhere)) == (404, "Message not found")
    assert http.delete(f"{old}/{newest}").json() == {"success": True}
    assert http.delete(f"{old}/{newest}").status_code == 404
    assert http.delete(f"{new}/{newest}").status_code == 204
    deleted = http.delete(f"{old}/all", params={"userId": ADA}).json()
    assert deleted == {"success": True, "deleted": 3}
    assert http.delete(old).json() == {"success": True, "deleted": 2}
    assert http.delete(new).status_code == 204
    assert http.delete(f"{BASE}/central-channels/{NOBODY}/messages").status_code == 404
    assert http.delete(f"{BASE}/channels/{NOBODY}/messages").status_code == 204
    released(http)
    assert http.delete(old).status_code == http.delete(f"{old}/{newest}").status_code == 204


def test_an_agent_has_a_script(http: httpx.Client) -> None:
    """Its replies are used in turn, the last one repeated; one that ignores is not said."""
    script = [
        {"text": "First.", "thought": "Begin.", "actions": ["GREET"]},
        {"text": "Never said.", "actions": ["IGNORE"]},
        {"text": "Last."},
    ]
    http.patch(f"/api/agents/{AGENT}", json={"settings": {"replies": script}})
    channel = open_channel(http)
    for content in "abcd":
        say(http, channel, content)
    assert texts(http, channel) == ["Last.", "d", "Last.", "c", "b", "First.", "a"]
    first = rows(http, channel)[-2]["metadata"]
    assert (first["thought"], first["actions"]) == ("Begin.", ["GREET"])


def test_messages_come_from_elsewhere(http: httpx.Client) -> None:
    """The reference names the agent, the released server the channel; each answers in its way."""
    channel = open_channel(http)
    path = f"{BASE}/ingest-external"
    by_reference = {
        "agentId": AGENT,
        "roomId": channel,
        "userId": ADA,
        "text": "Hi",
        "sourceId": "7",
        "sourceType": "discord",
    }
    answer = http.post(path, json=by_reference)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    here = {"channel_id": channel, "message_server_id": HERE}
    body = {**here, "author_id": "u1", "content": "Yo", "source_id": "8"}
    answer = http.post(path, json=body)
    assert (answer.status_code, answer.json()["message"]) == (
        202,
        "Message ingested and published to bus",
    )
    assert texts(http, channel) == ["You said: Yo", "Yo", "You said: Hi", "Hi"]
    assert [row.get("sourceId") for row in rows(http, channel)] == [None, "8", None, "7"]
    assert http.post(path, json={**body, "channel_id": NOBODY}).status_code == 404
    assert refusal(http.post(path, json={})) == (400, "Invalid external message payload")
    released(http)
    told = refusal(http.post(path, json=by_reference))
    assert told == (404, "Invalid external message payload")


def test_another_platform_has_channels_of_its_own(http: httpx.Client) -> None:
    """The same channel there is the same channel here; persona 1.7 lacks the operation."""
    path = f"{BASE}/external-messages"
    body = {"platform": "telegram", "messageId": "1", "channelId": "-5", "userId": "u"}
    first = http.post(path, json={**body, "content": "One"}).json()["data"]
    assert first["response"] == "You said: One"
    http.post(path, json={**body, "content": "Two"})
    found = http.get(f"{BASE}/message-servers/{HERE}/channels").json()["data"]["channels"]
    (channel,) = [one for one in found if one["name"] == "telegram -5"]
    assert texts(http, channel["id"])[1::2] == ["Two", "One"]
    released(http)
    assert refusal(http.post(path, json=body))[0] == 404


def test_a_prompt_is_completed_and_not_stored(http: httpx.Client) -> None:
    """By a running agent, in persona `docs` alone."""
    body = {"agentId": AGENT, "roomId": NOBODY, "userId": ADA, "prompt": "A sonnet?"}
    answer = http.post(f"{BASE}/complete", json=body)
    assert answer.json() == {"success": True, "data": {"response": "You said: A sonnet?"}}
    assert http.post(f"{BASE}/complete", json={**body, "agentId": NOBODY}).status_code == 404
    released(http)
    answer = http.post(f"{BASE}/complete", json=body)
    assert answer.json()["error"] == {"message": "API endpoint not found", "code": 404}


def test_a_plain_request_is_no_connection(http: httpx.Client) -> None:
    """The reference's operation points to where Socket.IO is."""
    assert refusal(http.get("/websocket")) == (404, "Connect by Socket.IO, at /socket.io/")
