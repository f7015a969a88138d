"""Eliza in real time by the vendors' usual means: socket.io-client in Node, and python-socketio.

The stories are told by eliza_sockets.mjs; what they come to is compared here, in each persona.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.clients.javascript import needs_javascript, node
from tests.support.socketio_client import SimpleSocketIOClient
from tests.support.timeouts import TIMEOUT

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
HERE = "00000000-0000-0000-0000-000000000000"
SESSIONS = "/api/messaging/sessions"
BOTH = pytest.mark.parametrize("persona", ["docs", "1.7"])


def play(http: httpx.Client, persona: str) -> None:
    """Play a persona from here on."""
    settings = {"personas": {"eliza": persona}}
    assert http.patch("/_understudy/settings", json=settings).is_success


def tell(story: str, origin: str, *more: str) -> Any:
    """What a story comes to."""
    return json.loads(node("eliza_sockets.mjs", story, origin, *more))


@contextmanager
def listening(origin: str) -> Iterator[SimpleSocketIOClient]:
    """A Python client who has been welcomed, until the block ends."""
    url = urlsplit(origin)
    with SimpleSocketIOClient() as client:
        client.connect(
            f"{url.scheme}://{url.netloc}",
            auth={"entityId": ADA},
            transports=["websocket"],
            socketio_path=f"{url.path}/socket.io",
        )
        assert [client.receive(timeout=TIMEOUT)[0] for _ in range(2)] == [
            "authenticated",
            "connection_established",
        ]
        yield client


def begin(http: httpx.Client) -> Any:
    """A new session."""
    return http.post(SESSIONS, json={"agentId": AGENT, "userId": ADA}).json()


@needs_javascript
@BOTH
def test_talking_in_a_sessions_channel(http: httpx.Client, origin: str, persona: str) -> None:
    """What is sent is told back, acknowledged and answered; of what is sent by REST the agent's
    answer is told, and the session's messages are those of the channel."""
    play(http, persona)
    told = tell("talk", origin)
    channel = told["channelId"]
    assert (told["joined"]["channelId"], told["joined"]["roomId"]) == (channel, channel)
    own, receipt, answer = told["said"]
    assert (own["text"], own["senderId"], own["clientMessageId"]) == ("Hello", ADA, "mine")
    assert (receipt["messageId"], receipt["clientMessageId"]) == (own["id"], "mine")
    assert receipt["status"] == "received_by_server_and_processing"
    assert (answer["text"], answer["senderId"], answer["roomId"]) == (
        "You said: Hello",
        AGENT,
        channel,
    )
    broadcast = [body["text"] for name, body in told["rest"] if name == "messageBroadcast"]
    assert broadcast == ["You said: Good morning"]
    assert told["contents"] == [
        "You said: Good morning",
        "Good morning",
        "You said: Hello",
        "Hello",
    ]


@needs_javascript
def test_deletions_are_told(http: httpx.Client, origin: str) -> None:
    """To all who have joined the channel, and to nobody else."""
    play(http, "1.7")
    told = tell("deletions", origin)
    channel = {"channelId": told["channelId"]}
    names = ["channelUpdated", "messageDeleted", "channelCleared", "channelDeleted"]
    assert [name for name, _ in told["rest"]] == names
    updated, deleted, cleared, gone = (body for _, body in told["rest"])
    assert updated["channelId"] == channel["channelId"]
    assert deleted == {"messageId": told["id"], **channel}
    assert (cleared, gone) == (channel, channel)
    assert told["bob"] == []


@needs_javascript
def test_who_and_what_is_refused(http: httpx.Client, origin: str) -> None:
    """Without a UUID nobody is let in; what is incomplete is told to be so."""
    play(http, "1.7")
    nobody, other, unsent, unjoined = tell("refusals", origin)
    assert (nobody, other) == ("Valid entityId required", "Valid entityId required")
    assert unsent["error"].startswith("For SEND_MESSAGE: channelId")
    assert unjoined == {"error": "channelId is required for joining."}


@needs_javascript
def test_the_references_example_connects(http: httpx.Client, origin: str) -> None:
    """In persona `docs` one need not say who one is."""
    play(http, "docs")
    (welcome,) = tell("stranger", origin)
    assert welcome["message"] == "Connected to Eliza Socket.IO server"


@needs_javascript
def test_the_end_of_a_session_closes_its_sockets(http: httpx.Client, origin: str) -> None:
    """So says the reference's prose, and no others are closed."""
    play(http, "docs")
    assert tell("ending", origin, "closes") == ["io server disconnect"]


@needs_javascript
def test_the_end_of_a_session_leaves_its_sockets(http: httpx.Client, origin: str) -> None:
    """In 1.7.2 one goes on talking in the channel."""
    play(http, "1.7")
    said = tell("ending", origin, "stays")
    assert (said[0], said[2]) == ("Are you there?", "You said: Are you there?")


@needs_javascript
def test_namespaces_are_apart(origin: str) -> None:
    """Nothing is heard of the channel of the same id elsewhere."""
    assert tell("apart", origin) == []


@needs_javascript
@BOTH
def test_the_log_is_streamed(http: httpx.Client, origin: str, persona: str) -> None:
    """To who has subscribed, for so long; not to who only wants errors."""
    play(http, persona)
    told = tell("logs", origin)
    assert told["confirmed"][0]["subscribed"] is True
    ((_, entry),) = told["streamed"]
    assert entry["type"] == "log_entry"
    about = {"level": 30, "msg": "Agent stopped: Eliza", "agentName": "Eliza"}
    assert about.items() <= entry["payload"].items()
    assert (told["after"], told["bob"]) == ([], [])


def test_the_log_in_python(http: httpx.Client, origin: str) -> None:
    """With a filter for the agent, and from a level on."""
    play(http, "1.7")
    with listening(origin) as ada:
        ada.emit("subscribe_logs")
        ada.emit("update_log_filters", {"agentName": "Eliza", "level": "info"})
        assert [ada.receive(timeout=TIMEOUT)[0] for _ in range(2)] == [
            "log_subscription_confirmed",
            "log_filters_updated",
        ]
        http.post(f"/api/agents/{AGENT}/start")  # runs already: nothing is logged
        http.post(f"/api/agents/{AGENT}/stop")
        name, told = ada.receive(timeout=TIMEOUT)
    assert (name, told["payload"]["msg"]) == ("log_stream", "Agent stopped: Eliza")


@BOTH
def test_a_session_in_python(http: httpx.Client, origin: str, persona: str) -> None:
    """The numbers name the events; the session's end closes the connection or does not."""
    play(http, persona)
    session = begin(http)
    channel = session["channelId"]
    said = {"channelId": channel, "messageServerId": HERE, "senderId": ADA, "message": "Hello"}
    with listening(origin) as ada:
        ada.emit("1", {"channelId": channel})
        ada.emit("2", said)
        heard = [ada.receive(timeout=TIMEOUT) for _ in range(5)]
        assert [name for name, _ in heard] == [
            "channel_joined",
            "room_joined",
            "messageBroadcast",
            "messageAck",
            "messageBroadcast",
        ]
        ended = Event()
        ada.client.on("disconnect", lambda *reason: ended.set())
        http.delete(f"{SESSIONS}/{session['sessionId']}")
        if persona == "docs":
            assert ended.wait(TIMEOUT)
        else:
            ada.emit("2", said)
            assert ada.receive(timeout=TIMEOUT)[1]["text"] == "Hello"
            assert not ended.is_set()
