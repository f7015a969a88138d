"""Eliza's memories, rooms, audio and files, in both personas."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

import httpx
import pytest

AGENT = "11111111-1111-4111-8111-111111111111"
NOBODY = "99999999-9999-4999-8999-999999999999"
USER = "22222222-2222-4222-8222-222222222222"
WORLD = "33333333-3333-4333-8333-333333333333"
SERVER = "00000000-0000-0000-0000-000000000000"
MEMORY = f"/api/memory/{AGENT}"
AGENTS = f"/api/agents/{AGENT}"
PERSONAS = pytest.mark.parametrize("persona", ["docs", "1.7"])


def use_persona(http: httpx.Client, persona: str) -> None:
    """Switch the namespace to a persona."""
    response = http.patch("/_understudy/settings", json={"personas": {"eliza": persona}})
    assert response.status_code == 200, response.text


def post(http: httpx.Client, *contents: str) -> str:
    """Post a message in a new session, and return the id of its channel."""
    body = {"agentId": AGENT, "userId": USER, "metadata": {"platform": "web"}}
    session = http.post("/api/messaging/sessions", json=body).json()
    for content in contents:
        path = f"/api/messaging/sessions/{session['sessionId']}/messages"
        assert http.post(path, json={"content": content}).status_code == 201
    channel: str = session["channelId"]
    return channel


def memories(http: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    """Return what the agent remembers."""
    response = http.get(f"{MEMORY}/memories", params=query)
    assert response.status_code == 200, response.text
    actual: list[dict[str, Any]] = response.json()["data"]["memories"]
    return actual


def rooms(http: httpx.Client) -> list[dict[str, Any]]:
    """Return the agent's rooms, as the released server shows them."""
    actual: list[dict[str, Any]] = http.get(f"{MEMORY}/rooms").json()["data"]["rooms"]
    return actual


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, code and message of an error."""
    body = response.json()["error"]
    return response.status_code, body["code"], body["message"]


@PERSONAS
def test_messages_are_remembered(http: httpx.Client, persona: str) -> None:
    """Memories are the user's message and the reply, newest first, in the room that the agent
    derives."""
    use_persona(http, persona)
    channel = post(http, "hello")
    reply, question = memories(http, channelId=channel)
    assert question["content"] == {"text": "hello", "source": "user"}
    assert (question["entityId"], reply["entityId"]) == (USER, AGENT)
    assert question["metadata"]["platform"] == "web"
    assert question["metadata"]["raw"]["senderName"] == f"User-{USER[:8]}"
    assert reply["content"]["inReplyTo"] == question["id"]
    room = rooms(http)[1]
    assert (room["id"], room["channelId"]) == (question["roomId"], channel)
    assert room["name"] == f"Channel {channel[:8]}"
    assert memories(http, roomId=room["id"]) == memories(http) == [reply, question]


def test_ids_are_derived_as_in_the_released_server(http: httpx.Client) -> None:
    """The world of the default message server has the id that createUniqueUuid() gives it."""
    post(http, "hello")
    assert rooms(http)[1]["worldId"] == "064eaa13-bf8f-028c-99bf-aeb882f8b9dc"


def test_room_memories_of_the_reference(http: httpx.Client) -> None:
    """They are a plain list, by room or channel, bounded by a count and by times."""
    channel = post(http, "one", "two")
    room = rooms(http)[1]["id"]
    path = f"{AGENTS}/rooms/{room}/memories"
    body = http.get(path).json()["data"]
    assert [memory["content"]["text"] for memory in body][1::2] == ["two", "one"]
    assert http.get(f"{AGENTS}/rooms/{channel}/memories").json()["data"] == body
    assert http.get(path, params={"count": 1}).json()["data"] == body[:1]
    bounds = {"start": body[2]["createdAt"], "end": body[1]["createdAt"]}
    assert http.get(path, params=bounds).json()["data"] == body[1:3]
    unknown = http.get(f"{AGENTS}/rooms/{NOBODY}/memories")
    assert error(unknown) == (404, "NOT_FOUND", "Room not found")


def test_room_memories_of_the_release(http: httpx.Client) -> None:
    """The release means channels, ignores an invalid limit, and never answers 404."""
    use_persona(http, "1.7")
    channel = post(http, "one", "two")
    for path in (AGENTS, MEMORY):
        for limit, count in (("1", 1), ("2x", 2), ("abc", 4), ("0", 4), ("-3", 4)):
            query = {"limit": limit}
            body = http.get(f"{path}/rooms/{channel}/memories", params=query).json()["data"]
            assert len(body["memories"]) == count, limit
    of_room = http.get(f"{MEMORY}/rooms/{rooms(http)[1]['id']}/memories")
    assert of_room.json() == {"success": True, "data": {"memories": []}}
    assert http.get(f"{MEMORY}/rooms/{channel}/memories?before=5").json()["data"]["memories"] == []


def test_other_tables_are_empty(http: httpx.Client) -> None:
    """All memories of messages are in one table."""
    post(http, "hello")
    assert memories(http, tableName="facts") == []
    assert len(memories(http, tableName="messages")) == 2


@PERSONAS
def test_memory_is_changed_and_deleted(http: httpx.Client, persona: str) -> None:
    """Content and metadata are replaced as wholes; the message stays unchanged."""
    use_persona(http, persona)
    channel = post(http, "hello")
    memory = memories(http)[1]["id"]
    path = f"{MEMORY}/memories/{memory}"
    changed = http.patch(path, json={"content": {"text": "bye"}, "id": "x", "createdAt": 5})
    assert changed.json()["data"] == {"id": memory, "message": "Memory updated successfully"}
    http.patch(path, json={"metadata": {"a": 1}, "content": None})
    now = memories(http)[1]
    assert (now["content"], now["metadata"]) == ({"text": "bye"}, {"a": 1})
    text = http.get(f"/api/messaging/central-channels/{channel}/messages").text
    assert "hello" in text
    deleted = http.delete(path).json()
    assert deleted == {"success": True, "data": {"message": "Memory deleted successfully"}}
    assert len(memories(http)) == 1
    assert http.delete(path).json() == deleted


def test_update_of_unknown_memory_succeeds_in_the_release(http: httpx.Client) -> None:
    """The reference answers 404."""
    path = f"{MEMORY}/memories/{NOBODY}"
    assert error(http.patch(path, json={})) == (404, "NOT_FOUND", "Memory not found")
    use_persona(http, "1.7")
    assert http.patch(path, json={}).status_code == 200


@PERSONAS
def test_all_memories_are_deleted(http: httpx.Client, persona: str) -> None:
    """Later messages are remembered again."""
    use_persona(http, persona)
    channel = post(http, "one")
    post(http, "two")
    actual = http.delete(f"{MEMORY}/memories").json()["data"]
    assert actual == {"deleted": 4, "message": "All agent memories cleared successfully"}
    assert memories(http) == []
    assert len(rooms(http)) == 3
    body = {"author_id": USER, "content": "three", "server_id": SERVER, "message_server_id": SERVER}
    http.post(
        f"/api/messaging/central-channels/{channel}/messages",
        json={**body, "raw_message": {}, "source_type": "test"},
    )
    assert "three" in [memory["content"]["text"] for memory in memories(http)]


@PERSONAS
def test_room_memories_are_deleted(http: httpx.Client, persona: str) -> None:
    """The release responds as if it did."""
    use_persona(http, persona)
    channel = post(http, "one")
    post(http, "two")
    assert http.delete(f"{MEMORY}/memories/all/{channel}").status_code == 204
    assert len(memories(http)) == (2 if persona == "docs" else 4)


def test_rooms_of_the_reference(http: httpx.Client) -> None:
    """They show their participants, can be renamed, and come back with the next message."""
    post(http, "hello")
    own, room = http.get(f"{AGENTS}/rooms").json()["data"]
    assert (own["id"], own["name"], own["source"]) == (AGENT, "Eliza", "elizaos")
    assert room["entities"] == [{"id": AGENT, "name": "Eliza"}]
    path = f"{AGENTS}/rooms/{room['id']}"
    assert http.patch(path, json={"name": "Talk"}).json()["data"]["name"] == "Talk"
    assert http.get(path).json()["data"]["name"] == "Talk"
    only = http.get(f"{AGENTS}/rooms", params={"worldId": AGENT}).json()["data"]
    assert only == [own]
    assert http.delete(path).status_code == 204
    assert error(http.get(path)) == (404, "NOT_FOUND", "Room not found")
    assert memories(http) == []


def test_room_is_created_in_the_reference(http: httpx.Client) -> None:
    """Its id may be chosen; the same id again returns that room."""
    body = {"name": "Evening", "roomId": NOBODY, "entityId": USER, "worldId": WORLD}
    created = http.post(f"{AGENTS}/rooms", json=body)
    assert (created.status_code, created.json()["data"]["id"]) == (201, NOBODY)
    assert [entity["id"] for entity in created.json()["data"]["entities"]] == [AGENT, USER]
    again = http.post(f"{AGENTS}/rooms", json={**body, "name": "Other"}).json()["data"]
    assert again["name"] == "Evening"
    assert http.delete(f"{AGENTS}/rooms/{NOBODY}").status_code == 204
    assert http.get(f"{AGENTS}/rooms/{NOBODY}").status_code == 404


def test_room_is_created_in_the_release(http: httpx.Client) -> None:
    """It has a world of its own, and the response has the fields of the request."""
    use_persona(http, "1.7")
    body = {"name": "Evening", "roomId": NOBODY, "metadata": {"a": 1}}
    created = http.post(f"{AGENTS}/rooms", json=body).json()["data"]
    assert created["id"] != NOBODY
    assert (created["type"], created["source"], created["metadata"]) == ("DM", "client", {"a": 1})
    assert "messageServerId" not in created
    shown = http.get(f"{MEMORY}/rooms/{created['id']}").json()["data"]
    assert (shown["worldName"], shown["metadata"]) == ("World for Evening", None)
    assert http.patch(f"{AGENTS}/rooms/{created['id']}", json={"name": "x"}).status_code == 404


def test_group_has_a_room_for_each_agent(http: httpx.Client) -> None:
    """Agents that do not run are listed as errors; with none that runs, it is 404."""
    path = f"/api/memory/groups/{SERVER}"
    body = {"agentIds": [AGENT, NOBODY], "worldId": WORLD, "name": "Readers", "source": "web"}
    partly = http.post(path, json=body)
    assert (partly.status_code, partly.json()["success"]) == (207, False)
    assert partly.json()["errors"][0]["details"] == f"Agent not found: {NOBODY}"
    room = partly.json()["data"][0]["id"]
    assert room == "064eaa13-bf8f-028c-99bf-aeb882f8b9dc"
    again = http.post(path, json={**body, "agentIds": [AGENT], "name": "Others"})
    assert (again.status_code, again.json()["data"][0]["name"]) == (201, "Others")
    assert http.get(f"{MEMORY}/rooms/{room}").json()["data"]["name"] == "Readers"
    assert http.post(path, json={**body, "agentIds": [NOBODY]}).status_code == 404
    use_persona(http, "1.7")
    assert http.delete(f"/api/memory/groups/{WORLD}").status_code == 204
    assert http.get(f"{MEMORY}/rooms/{room}").status_code == 200
    use_persona(http, "docs")
    assert http.delete(f"/api/memory/groups/{WORLD}").status_code == 204
    assert http.get(f"{MEMORY}/rooms/{room}").status_code == 404


def test_memories_of_a_message_server_are_deleted(http: httpx.Client) -> None:
    """The release responds as if they were."""
    post(http, "hello")
    use_persona(http, "1.7")
    assert http.delete(f"/api/memory/groups/{SERVER}/memories").status_code == 204
    assert len(memories(http)) == 2
    use_persona(http, "docs")
    assert http.delete(f"/api/memory/groups/{SERVER}/memories").status_code == 204
    assert memories(http) == []


@PERSONAS
def test_errors_are_in_the_order_of_the_server(http: httpx.Client, persona: str) -> None:
    """It checks the ids first, then the agent, then the rest."""
    use_persona(http, persona)
    for path, actual in (
        ("/api/memory/nope/memories", "Invalid agent ID"),
        ("/api/memory/nope/rooms", "Invalid agent ID format"),
        ("/api/memory/nope/rooms/nope/memories", "Invalid agent ID or channel ID format"),
        (f"{MEMORY}/memories?channelId=nope", "Invalid channel ID format"),
        (f"{MEMORY}/memories?roomId=nope", "Invalid room ID format"),
    ):
        assert error(http.get(path)) == (400, "INVALID_ID", actual)
    elsewhere = f"/api/memory/{NOBODY}"
    unknown = http.get(f"{elsewhere}/memories?channelId=nope")
    assert error(unknown) == (404, "NOT_FOUND", "Agent not found")
    assert http.post(f"{elsewhere}/rooms", json={}).status_code == 404
    nameless = http.post(f"{MEMORY}/rooms", json={})
    assert error(nameless) == (400, "MISSING_PARAM", "Room name is required")


@PERSONAS
def test_speech_is_transcribed_to_its_text(http: httpx.Client, persona: str) -> None:
    """The audio can be played, and its transcription is the text that was spoken."""
    use_persona(http, persona)
    path = f"/api/audio/{AGENT}"
    spoken = http.post(f"{path}/speech/generate", json={"text": "How are you?"})
    kind = {"docs": "audio/mpeg", "1.7": "audio/wav"}[persona]
    assert spoken.headers["content-type"] == kind
    if persona == "1.7":
        with wave.open(io.BytesIO(spoken.content)) as file:
            assert file.getnframes() / file.getframerate() == 0.6
    else:
        assert spoken.content.startswith(b"ID3")
    files = {"file": ("speech", spoken.content, kind)}
    response = http.post(f"{path}/transcriptions", files=files)
    assert response.json() == {"success": True, "data": {"text": "How are you?"}}
    message = http.post(f"{path}/audio-messages", files=files).json()["data"]
    assert message["transcription"] == "How are you?"


def test_audio_message_has_a_reply_in_the_reference(http: httpx.Client) -> None:
    """The reply is text and speech."""
    files = {"file": ("speech.wav", b"RIFF", "audio/wav")}
    path = f"/api/audio/{AGENT}/process-audio"
    data = http.post(path, files=files).json()["data"]
    assert data["response"] == f"You said: {data['text']}"
    assert base64.b64decode(data["audioResponse"]).startswith(b"ID3")
    use_persona(http, "1.7")
    assert http.post(path, files=files).status_code == 404


def test_conversation_becomes_speech(http: httpx.Client) -> None:
    """It is read aloud in the reference; a single text gets a reply."""
    path = f"/api/audio/{AGENT}/speech/conversation"
    actual = http.post(path, json={"messages": [{"speaker": "Ada", "text": "Hi"}, {"text": "Ho"}]})
    assert b"Ada: Hi\nHo" in actual.content
    assert b"You said: Hi" in http.post(path, json={"text": "Hi"}).content
    use_persona(http, "1.7")
    nothing = http.post(path, json={})
    assert error(nothing) == (400, "INVALID_REQUEST", "Text is required for conversation")


def test_agent_media_of_the_reference(http: httpx.Client) -> None:
    """The file can be read at the URL of the response."""
    files = {"file": ("garden.png", b"\x89PNG", "image/png")}
    body = http.post(f"/api/media/{AGENT}/upload-media", files=files).json()
    assert (body["type"], body["mimeType"], body["size"]) == ("image", "image/png", 4)
    read = http.get(body["url"])
    assert (read.content, read.headers["content-type"]) == (b"\x89PNG", "image/png")
    unknown = http.post(f"/api/media/{NOBODY}/upload-media", files=files)
    assert unknown.status_code == 404
    assert http.get(f"/media/uploads/agents/{AGENT}/none.png").status_code == 404


@PERSONAS
def test_agent_media_of_the_release(http: httpx.Client, persona: str) -> None:
    """It has another path, any agent id, and the names of the file."""
    use_persona(http, persona)
    files = {"file": ("notes.txt", b"hello", "text/plain")}
    body = http.post(f"/api/media/agents/{NOBODY}/upload-media", files=files).json()["data"]
    assert (body["type"], body["originalName"], body["size"]) == ("document", "notes.txt", 5)
    assert body["url"] == f"/media/uploads/agents/{NOBODY}/{body['filename']}"
    assert http.get(body["url"]).content == b"hello"


def test_channel_media(http: httpx.Client) -> None:
    """The release stores files of channels where it does not find them."""
    files = {"file": ("garden.png", b"\x89PNG", "image/png")}
    path = f"/api/messaging/channels/{NOBODY}/upload-media"
    body = http.post(path, files=files, data={"agentId": AGENT}).json()
    assert (body["channelId"], body["agentId"], body["type"]) == (NOBODY, AGENT, "image")
    assert http.get(body["url"]).content == b"\x89PNG"
    use_persona(http, "1.7")
    assert http.post(path, files=files).json()["data"]["type"] == "image/png"
    missing = http.get(body["url"])
    assert (missing.status_code, missing.json()) == (404, {"error": "File not found"})


@PERSONAS
def test_files_of_other_types_are_refused(http: httpx.Client, persona: str) -> None:
    """The reference answers 415, the release 500; a missing file is 400."""
    use_persona(http, persona)
    path = f"/api/media/agents/{AGENT}/upload-media"
    zipped = http.post(path, files={"file": ("a.zip", b"PK", "application/zip")})
    assert zipped.status_code == (415 if persona == "docs" else 500)
    nothing = http.post(path, files={"other": (None, b"a", "text/plain")})
    assert error(nothing) == (400, "INVALID_REQUEST", "No media file provided")


def test_oldest_files_are_deleted(http: httpx.Client) -> None:
    """At most 50 MB are kept."""
    files = {"file": ("large.txt", b"a" * 4_900_000, "text/plain")}
    path = f"/api/media/agents/{AGENT}/upload-media"
    urls = [http.post(path, files=files).json()["data"]["url"] for _ in range(11)]
    assert [http.get(url).status_code for url in urls] == [404] + [200] * 10
