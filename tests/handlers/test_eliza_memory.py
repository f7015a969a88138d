"""Eliza's agents remember, have rooms, hear, speak and take files, in both personas."""

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


def play(http: httpx.Client, persona: str) -> None:
    """Let the namespace play a persona."""
    answer = http.patch("/_understudy/settings", json={"personas": {"eliza": persona}})
    assert answer.status_code == 200, answer.text


def talk(http: httpx.Client, *contents: str) -> str:
    """Say something in a new session; the id of its channel."""
    body = {"agentId": AGENT, "userId": USER, "metadata": {"platform": "web"}}
    session = http.post("/api/messaging/sessions", json=body).json()
    for content in contents:
        path = f"/api/messaging/sessions/{session['sessionId']}/messages"
        assert http.post(path, json={"content": content}).status_code == 201
    channel: str = session["channelId"]
    return channel


def memories(http: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    """What the agent remembers."""
    answer = http.get(f"{MEMORY}/memories", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["memories"]
    return found


def rooms(http: httpx.Client) -> list[dict[str, Any]]:
    """The agent's rooms, as the released server shows them."""
    found: list[dict[str, Any]] = http.get(f"{MEMORY}/rooms").json()["data"]["rooms"]
    return found


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    told = answer.json()["error"]
    return answer.status_code, told["code"], told["message"]


@PERSONAS
def test_what_is_said_is_remembered(http: httpx.Client, persona: str) -> None:
    """The user's words and the agent's, newest first, in the room that the agent derives."""
    play(http, persona)
    channel = talk(http, "hello")
    answer, question = memories(http, channelId=channel)
    assert question["content"] == {"text": "hello", "source": "user"}
    assert (question["entityId"], answer["entityId"]) == (USER, AGENT)
    assert question["metadata"]["platform"] == "web"
    assert question["metadata"]["raw"]["senderName"] == f"User-{USER[:8]}"
    assert answer["content"]["inReplyTo"] == question["id"]
    room = rooms(http)[1]
    assert (room["id"], room["channelId"]) == (question["roomId"], channel)
    assert room["name"] == f"Channel {channel[:8]}"
    assert memories(http, roomId=room["id"]) == memories(http) == [answer, question]


def test_an_agent_derives_ids_as_the_released_server_does(http: httpx.Client) -> None:
    """The world of the default message server has the id that createUniqueUuid() gives it."""
    talk(http, "hello")
    assert rooms(http)[1]["worldId"] == "064eaa13-bf8f-028c-99bf-aeb882f8b9dc"


def test_memories_of_a_room_by_the_reference(http: httpx.Client) -> None:
    """The list itself, by room or channel, bounded by a count and by moments."""
    channel = talk(http, "one", "two")
    room = rooms(http)[1]["id"]
    path = f"{AGENTS}/rooms/{room}/memories"
    told = http.get(path).json()["data"]
    assert [memory["content"]["text"] for memory in told][1::2] == ["two", "one"]
    assert http.get(f"{AGENTS}/rooms/{channel}/memories").json()["data"] == told
    assert http.get(path, params={"count": 1}).json()["data"] == told[:1]
    bounds = {"start": told[2]["createdAt"], "end": told[1]["createdAt"]}
    assert http.get(path, params=bounds).json()["data"] == told[1:3]
    unknown = http.get(f"{AGENTS}/rooms/{NOBODY}/memories")
    assert error(unknown) == (404, "NOT_FOUND", "Room not found")


def test_memories_of_a_channel_in_the_release(http: httpx.Client) -> None:
    """The release means channels, takes what is no number for no limit, and knows no 404."""
    play(http, "1.7")
    channel = talk(http, "one", "two")
    for path in (AGENTS, MEMORY):
        for limit, count in (("1", 1), ("2x", 2), ("abc", 4), ("0", 4), ("-3", 4)):
            query = {"limit": limit}
            told = http.get(f"{path}/rooms/{channel}/memories", params=query).json()["data"]
            assert len(told["memories"]) == count, limit
    of_room = http.get(f"{MEMORY}/rooms/{rooms(http)[1]['id']}/memories")
    assert of_room.json() == {"success": True, "data": {"memories": []}}
    assert http.get(f"{MEMORY}/rooms/{channel}/memories?before=5").json()["data"]["memories"] == []


def test_other_tables_are_empty(http: httpx.Client) -> None:
    """What was said is in one table."""
    talk(http, "hello")
    assert memories(http, tableName="facts") == []
    assert len(memories(http, tableName="messages")) == 2


@PERSONAS
def test_a_memory_is_changed_and_forgotten(http: httpx.Client, persona: str) -> None:
    """Content and metadata are replaced as wholes; the message stays as it is."""
    play(http, persona)
    channel = talk(http, "hello")
    memory = memories(http)[1]["id"]
    path = f"{MEMORY}/memories/{memory}"
    changed = http.patch(path, json={"content": {"text": "bye"}, "id": "x", "createdAt": 5})
    assert changed.json()["data"] == {"id": memory, "message": "Memory updated successfully"}
    http.patch(path, json={"metadata": {"a": 1}, "content": None})
    now = memories(http)[1]
    assert (now["content"], now["metadata"]) == ({"text": "bye"}, {"a": 1})
    said = http.get(f"/api/messaging/central-channels/{channel}/messages").text
    assert "hello" in said
    deleted = http.delete(path).json()
    assert deleted == {"success": True, "data": {"message": "Memory deleted successfully"}}
    assert len(memories(http)) == 1
    assert http.delete(path).json() == deleted


def test_an_unknown_memory_is_changed_in_the_release_alone(http: httpx.Client) -> None:
    """The reference knows 404."""
    path = f"{MEMORY}/memories/{NOBODY}"
    assert error(http.patch(path, json={})) == (404, "NOT_FOUND", "Memory not found")
    play(http, "1.7")
    assert http.patch(path, json={}).status_code == 200


@PERSONAS
def test_an_agent_forgets_everything(http: httpx.Client, persona: str) -> None:
    """And goes on remembering what comes after."""
    play(http, persona)
    channel = talk(http, "one")
    talk(http, "two")
    told = http.delete(f"{MEMORY}/memories").json()["data"]
    assert told == {"deleted": 4, "message": "All agent memories cleared successfully"}
    assert memories(http) == []
    assert len(rooms(http)) == 3
    body = {"author_id": USER, "content": "three", "server_id": SERVER, "message_server_id": SERVER}
    http.post(
        f"/api/messaging/central-channels/{channel}/messages",
        json={**body, "raw_message": {}, "source_type": "test"},
    )
    assert "three" in [memory["content"]["text"] for memory in memories(http)]


@PERSONAS
def test_an_agent_forgets_a_room(http: httpx.Client, persona: str) -> None:
    """The release answers as if it did."""
    play(http, persona)
    channel = talk(http, "one")
    talk(http, "two")
    assert http.delete(f"{MEMORY}/memories/all/{channel}").status_code == 204
    assert len(memories(http)) == (2 if persona == "docs" else 4)


def test_rooms_by_the_reference(http: httpx.Client) -> None:
    """They tell who is in them, can be named, and come back when something is said."""
    talk(http, "hello")
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


def test_a_room_is_made_by_the_reference(http: httpx.Client) -> None:
    """Its id may be chosen, and once chosen means that room."""
    body = {"name": "Evening", "roomId": NOBODY, "entityId": USER, "worldId": WORLD}
    made = http.post(f"{AGENTS}/rooms", json=body)
    assert (made.status_code, made.json()["data"]["id"]) == (201, NOBODY)
    assert [entity["id"] for entity in made.json()["data"]["entities"]] == [AGENT, USER]
    again = http.post(f"{AGENTS}/rooms", json={**body, "name": "Other"}).json()["data"]
    assert again["name"] == "Evening"
    assert http.delete(f"{AGENTS}/rooms/{NOBODY}").status_code == 204
    assert http.get(f"{AGENTS}/rooms/{NOBODY}").status_code == 404


def test_a_room_is_made_in_the_release(http: httpx.Client) -> None:
    """It has a world of its own, and tells what it was asked for."""
    play(http, "1.7")
    body = {"name": "Evening", "roomId": NOBODY, "metadata": {"a": 1}}
    made = http.post(f"{AGENTS}/rooms", json=body).json()["data"]
    assert made["id"] != NOBODY
    assert (made["type"], made["source"], made["metadata"]) == ("DM", "client", {"a": 1})
    assert "messageServerId" not in made
    shown = http.get(f"{MEMORY}/rooms/{made['id']}").json()["data"]
    assert (shown["worldName"], shown["metadata"]) == ("World for Evening", None)
    assert http.patch(f"{AGENTS}/rooms/{made['id']}", json={"name": "x"}).status_code == 404


def test_groups(http: httpx.Client) -> None:
    """Each agent has a room; those that do not run are told of, and none is none."""
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
    play(http, "1.7")
    assert http.delete(f"/api/memory/groups/{WORLD}").status_code == 204
    assert http.get(f"{MEMORY}/rooms/{room}").status_code == 200
    play(http, "docs")
    assert http.delete(f"/api/memory/groups/{WORLD}").status_code == 204
    assert http.get(f"{MEMORY}/rooms/{room}").status_code == 404


def test_all_forget_a_message_server(http: httpx.Client) -> None:
    """By name of the server; the release answers as if they did."""
    talk(http, "hello")
    play(http, "1.7")
    assert http.delete(f"/api/memory/groups/{SERVER}/memories").status_code == 204
    assert len(memories(http)) == 2
    play(http, "docs")
    assert http.delete(f"/api/memory/groups/{SERVER}/memories").status_code == 204
    assert memories(http) == []


@PERSONAS
def test_refusals_are_in_the_order_of_the_server(http: httpx.Client, persona: str) -> None:
    """First the ids, then the agent, then all else."""
    play(http, persona)
    for path, told in (
        ("/api/memory/nope/memories", "Invalid agent ID"),
        ("/api/memory/nope/rooms", "Invalid agent ID format"),
        ("/api/memory/nope/rooms/nope/memories", "Invalid agent ID or channel ID format"),
        (f"{MEMORY}/memories?channelId=nope", "Invalid channel ID format"),
        (f"{MEMORY}/memories?roomId=nope", "Invalid room ID format"),
    ):
        assert error(http.get(path)) == (400, "INVALID_ID", told)
    elsewhere = f"/api/memory/{NOBODY}"
    unknown = http.get(f"{elsewhere}/memories?channelId=nope")
    assert error(unknown) == (404, "NOT_FOUND", "Agent not found")
    assert http.post(f"{elsewhere}/rooms", json={}).status_code == 404
    nameless = http.post(f"{MEMORY}/rooms", json={})
    assert error(nameless) == (400, "MISSING_PARAM", "Room name is required")


@PERSONAS
def test_speech_is_audio_and_is_understood(http: httpx.Client, persona: str) -> None:
    """What the agent said can be played, and its transcription is what was to be said."""
    play(http, persona)
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
    heard = http.post(f"{path}/transcriptions", files=files)
    assert heard.json() == {"success": True, "data": {"text": "How are you?"}}
    message = http.post(f"{path}/audio-messages", files=files).json()["data"]
    assert message["transcription"] == "How are you?"


def test_an_audio_message_is_answered_by_the_reference(http: httpx.Client) -> None:
    """In words, and spoken."""
    files = {"file": ("speech.wav", b"RIFF", "audio/wav")}
    path = f"/api/audio/{AGENT}/process-audio"
    data = http.post(path, files=files).json()["data"]
    assert data["response"] == f"You said: {data['text']}"
    assert base64.b64decode(data["audioResponse"]).startswith(b"ID3")
    play(http, "1.7")
    assert http.post(path, files=files).status_code == 404


def test_a_conversation_is_spoken(http: httpx.Client) -> None:
    """As it was, by the reference; answered, where there is a text."""
    path = f"/api/audio/{AGENT}/speech/conversation"
    told = http.post(path, json={"messages": [{"speaker": "Ada", "text": "Hi"}, {"text": "Ho"}]})
    assert b"Ada: Hi\nHo" in told.content
    assert b"You said: Hi" in http.post(path, json={"text": "Hi"}).content
    play(http, "1.7")
    nothing = http.post(path, json={})
    assert error(nothing) == (400, "INVALID_REQUEST", "Text is required for conversation")


def test_media_of_an_agent_by_the_reference(http: httpx.Client) -> None:
    """The file can be read where the answer says."""
    files = {"file": ("garden.png", b"\x89PNG", "image/png")}
    told = http.post(f"/api/media/{AGENT}/upload-media", files=files).json()
    assert (told["type"], told["mimeType"], told["size"]) == ("image", "image/png", 4)
    read = http.get(told["url"])
    assert (read.content, read.headers["content-type"]) == (b"\x89PNG", "image/png")
    unknown = http.post(f"/api/media/{NOBODY}/upload-media", files=files)
    assert unknown.status_code == 404
    assert http.get(f"/media/uploads/agents/{AGENT}/none.png").status_code == 404


@PERSONAS
def test_media_of_an_agent_in_the_release(http: httpx.Client, persona: str) -> None:
    """At another path, for anybody, with the names of the file."""
    play(http, persona)
    files = {"file": ("notes.txt", b"hello", "text/plain")}
    told = http.post(f"/api/media/agents/{NOBODY}/upload-media", files=files).json()["data"]
    assert (told["type"], told["originalName"], told["size"]) == ("document", "notes.txt", 5)
    assert told["url"] == f"/media/uploads/agents/{NOBODY}/{told['filename']}"
    assert http.get(told["url"]).content == b"hello"


def test_media_of_a_channel(http: httpx.Client) -> None:
    """The release stores files of channels where it does not find them."""
    files = {"file": ("garden.png", b"\x89PNG", "image/png")}
    path = f"/api/messaging/channels/{NOBODY}/upload-media"
    told = http.post(path, files=files, data={"agentId": AGENT}).json()
    assert (told["channelId"], told["agentId"], told["type"]) == (NOBODY, AGENT, "image")
    assert http.get(told["url"]).content == b"\x89PNG"
    play(http, "1.7")
    assert http.post(path, files=files).json()["data"]["type"] == "image/png"
    gone = http.get(told["url"])
    assert (gone.status_code, gone.json()) == (404, {"error": "File not found"})


@PERSONAS
def test_files_of_other_types_are_refused(http: httpx.Client, persona: str) -> None:
    """The reference knows 415 for them; a missing file is 400."""
    play(http, persona)
    path = f"/api/media/agents/{AGENT}/upload-media"
    zipped = http.post(path, files={"file": ("a.zip", b"PK", "application/zip")})
    assert zipped.status_code == (415 if persona == "docs" else 400)
    nothing = http.post(path, files={"other": ("a.txt", b"a", "text/plain")})
    assert error(nothing) == (400, "INVALID_REQUEST", "No media file provided")


def test_old_files_give_way(http: httpx.Client) -> None:
    """No more than 50 MB are kept."""
    files = {"file": ("large.txt", b"a" * 4_900_000, "text/plain")}
    path = f"/api/media/agents/{AGENT}/upload-media"
    urls = [http.post(path, files=files).json()["data"]["url"] for _ in range(11)]
    assert [http.get(url).status_code for url in urls] == [404] + [200] * 10
