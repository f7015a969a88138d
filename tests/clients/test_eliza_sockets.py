"""Eliza in real time by the vendors' usual means: socket.io-client in Node, and python-socketio.

eliza_sockets.mjs runs the scenarios; their results are checked here, for each persona.
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


def use_persona(http: httpx.Client, persona: str) -> None:
    """Switch to a persona."""
    settings = {"personas": {"eliza": persona}}
    assert http.patch("/_understudy/settings", json=settings).is_success


def run_scenario(scenario: str, origin: str, *more: str) -> Any:
    """Run a scenario, and return its result."""
    return json.loads(node("eliza_sockets.mjs", scenario, origin, *more))


@contextmanager
def listening(origin: str) -> Iterator[SimpleSocketIOClient]:
    """Connect a Python client until the block ends."""
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


def new_session(http: httpx.Client) -> Any:
    """Create a session."""
    return http.post(SESSIONS, json={"agentId": AGENT, "userId": ADA}).json()


@needs_javascript
@BOTH
def test_messages_of_a_channel_are_broadcast(http: httpx.Client, origin: str, persona: str) -> None:
    """A message is broadcast, acknowledged and answered; of one sent by REST, the agent's answer is
    broadcast. The session's messages are those of the channel."""
    use_persona(http, persona)
    result = run_scenario("messages", origin)
    channel = result["channelId"]
    assert (result["joined"]["channelId"], result["joined"]["roomId"]) == (channel, channel)
    own, receipt, answer = result["broadcasts"]
    assert (own["text"], own["senderId"], own["clientMessageId"]) == ("Hello", ADA, "mine")
    assert (receipt["messageId"], receipt["clientMessageId"]) == (own["id"], "mine")
    assert receipt["status"] == "received_by_server_and_processing"
    assert (answer["text"], answer["senderId"], answer["roomId"]) == (
        "You said: Hello",
        AGENT,
        channel,
    )
    broadcast = [body["text"] for name, body in result["rest"] if name == "messageBroadcast"]
    assert broadcast == ["You said: Good morning"]
    assert result["contents"] == [
        "You said: Good morning",
        "Good morning",
        "You said: Hello",
        "Hello",
    ]


@needs_javascript
def test_deletions_are_sent_to_the_channel(http: httpx.Client, origin: str) -> None:
    """Clients that have joined the channel receive them, and no others do."""
    use_persona(http, "1.7")
    result = run_scenario("deletions", origin)
    channel = {"channelId": result["channelId"]}
    names = ["channelUpdated", "messageDeleted", "channelCleared", "channelDeleted"]
    assert [name for name, _ in result["rest"]] == names
    updated, deleted, cleared, gone = (body for _, body in result["rest"])
    assert updated["channelId"] == channel["channelId"]
    assert deleted == {"messageId": result["id"], **channel}
    assert (cleared, gone) == (channel, channel)
    assert result["bob"] == []


@needs_javascript
def test_connections_and_messages_are_refused(http: httpx.Client, origin: str) -> None:
    """Connections without a UUID and incomplete messages are refused with a reason."""
    use_persona(http, "1.7")
    anonymous, invalid, unsent, unjoined = run_scenario("refusals", origin)
    assert (anonymous, invalid) == ("Valid entityId required", "Valid entityId required")
    assert unsent["error"].startswith("For SEND_MESSAGE: channelId")
    assert unjoined == {"error": "channelId is required for joining."}


@needs_javascript
def test_reference_example_connects(http: httpx.Client, origin: str) -> None:
    """Persona `docs` accepts a connection without credentials."""
    use_persona(http, "docs")
    (welcome,) = run_scenario("anonymous", origin)
    assert welcome["message"] == "Connected to Eliza Socket.IO server"


@needs_javascript
def test_end_of_a_session_closes_its_sockets(http: httpx.Client, origin: str) -> None:
    """Persona `docs` closes the sockets in the channel and no others, as the reference says."""
    use_persona(http, "docs")
    assert run_scenario("ending", origin, "closes") == ["io server disconnect"]


@needs_javascript
def test_end_of_a_session_leaves_its_sockets_open(http: httpx.Client, origin: str) -> None:
    """Release 1.7.2 still broadcasts messages in the channel."""
    use_persona(http, "1.7")
    texts = run_scenario("ending", origin, "stays")
    assert (texts[0], texts[2]) == ("Are you there?", "You said: Are you there?")


@needs_javascript
def test_namespaces_are_separate(origin: str) -> None:
    """A channel of the same id in another namespace receives no events."""
    assert run_scenario("namespaces", origin) == []


@needs_javascript
@BOTH
def test_log_is_streamed(http: httpx.Client, origin: str, persona: str) -> None:
    """Subscribers receive entries until they unsubscribe; a filter for errors leaves them out."""
    use_persona(http, persona)
    result = run_scenario("logs", origin)
    assert result["confirmed"][0]["subscribed"] is True
    ((_, entry),) = result["streamed"]
    assert entry["type"] == "log_entry"
    about = {"level": 30, "msg": "Agent stopped: Eliza", "agentName": "Eliza"}
    assert about.items() <= entry["payload"].items()
    assert (result["after"], result["bob"]) == ([], [])


def test_log_stream_is_filtered_in_python(http: httpx.Client, origin: str) -> None:
    """The filters select an agent and a minimum level."""
    use_persona(http, "1.7")
    with listening(origin) as ada:
        ada.emit("subscribe_logs")
        ada.emit("update_log_filters", {"agentName": "Eliza", "level": "info"})
        assert [ada.receive(timeout=TIMEOUT)[0] for _ in range(2)] == [
            "log_subscription_confirmed",
            "log_filters_updated",
        ]
        http.post(f"/api/agents/{AGENT}/start")  # runs already: nothing is logged
        http.post(f"/api/agents/{AGENT}/stop")
        name, entry = ada.receive(timeout=TIMEOUT)
    assert (name, entry["payload"]["msg"]) == ("log_stream", "Agent stopped: Eliza")


@BOTH
def test_session_runs_in_python(http: httpx.Client, origin: str, persona: str) -> None:
    """Event names may be numbers; the session's end closes the connection in `docs` only."""
    use_persona(http, persona)
    session = new_session(http)
    channel = session["channelId"]
    message = {"channelId": channel, "messageServerId": HERE, "senderId": ADA, "message": "Hello"}
    with listening(origin) as ada:
        ada.emit("1", {"channelId": channel})
        ada.emit("2", message)
        events = [ada.receive(timeout=TIMEOUT) for _ in range(5)]
        assert [name for name, _ in events] == [
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
            ada.emit("2", message)
            assert ada.receive(timeout=TIMEOUT)[1]["text"] == "Hello"
            assert not ended.is_set()
