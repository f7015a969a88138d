"""Eliza's Socket.IO events: clients connect, join, send and leave, in both personas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import socketio

from tests.support.socketio_client import EventQueue, SocketIOClient

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
BOB = "33333333-3333-4333-8333-333333333333"
NOBODY = "99999999-9999-4999-8999-999999999999"
HERE = "00000000-0000-0000-0000-000000000000"
INCOMPLETE = (
    "For SEND_MESSAGE: channelId, messageServerId (message_server_id), senderId (author_id), and "
    "message are required."
)


class SocketClient:
    """A client and the events that it receives."""

    def __init__(self, origin: str) -> None:
        self.client = SocketIOClient()
        self._received = EventQueue()
        self.client.on("*", self._received.put)
        self.client.on("connect_error", partial(self._received.put, "connect_error"))
        self._origin = origin

    def connect(self, auth: Any) -> None:
        """Connect in the namespace of the test."""
        url = urlsplit(self._origin)
        path = f"{url.path}/socket.io"
        base = f"{url.scheme}://{url.netloc}"
        self.client.connect(base, auth=auth, transports=["websocket"], socketio_path=path)

    def emit(self, event: str, payload: Any = None) -> None:
        """Send an event, and wait until the server has handled it."""
        self.client.call(event, payload)

    def receives(self, *events: str) -> list[Any]:
        """Return the payloads of the next events, which must have these names."""
        received = [self._received.next() for _ in events]
        assert [name for name, _ in received] == list(events)
        return [payload for _, payload in received]

    def receives_nothing(self) -> bool:
        """Return whether no event came before the acknowledgement of one more event."""
        self.emit("nothing that anybody knows")
        return self._received.is_empty()


@contextmanager
def client(origin: str, entity: str = ADA) -> Iterator[SocketClient]:
    """Yield a client that is connected until the block ends."""
    created = SocketClient(origin)
    created.connect({"entityId": entity})
    try:
        actual, _ = created.receives("authenticated", "connection_established")
        assert actual["entityId"] == entity
        yield created
    finally:
        created.client.disconnect()


def use_release(http: httpx.Client) -> None:
    """Switch to the persona of @elizaos/server 1.7.2."""
    response = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert response.is_success, response.text


def create_channel(http: httpx.Client) -> str:
    """Create a channel with Ada and the agent, and return its id."""
    body = {"name": "Room", "message_server_id": HERE, "participantCentralUserIds": [ADA, AGENT]}
    data = http.post("/api/messaging/channels", json=body).json()["data"]
    created: str = data.get("channel", data)["id"]
    return created


def join(actual: SocketClient, channel_id: str) -> None:
    """Join a channel; both events confirm it."""
    actual.emit("message", {"type": 1, "payload": {"channelId": channel_id}})
    first, second = actual.receives("channel_joined", "room_joined")
    assert first == second
    assert (first["channelId"], first["roomId"]) == (channel_id, channel_id)


def message(channel_id: str, **more: Any) -> dict[str, Any]:
    """Return the payload of a message by Ada."""
    return {
        "channelId": channel_id,
        "messageServerId": HERE,
        "senderId": ADA,
        "message": "Hello",
        **more,
    }


def test_release_requires_an_entity_id(http: httpx.Client, origin: str) -> None:
    """The reference's own example, which has none, works in persona `docs` alone."""
    plain = SocketClient(origin)
    plain.connect(None)
    plain.receives("connection_established")
    plain.client.disconnect()
    use_release(http)
    for auth in (None, {"entityId": "nobody"}):
        stranger = SocketClient(origin)
        with pytest.raises(socketio.exceptions.ConnectionError):
            stranger.connect(auth)
        assert stranger.receives("connect_error") == [{"message": "Valid entityId required"}]
    with client(origin, HERE):
        pass


def test_message_is_broadcast_and_answered(http: httpx.Client, origin: str) -> None:
    """The others receive it, the sender with its own id, then an acknowledgement; all receive the
    reply."""
    use_release(http)
    channel = create_channel(http)
    with client(origin) as ada, client(origin, BOB) as bob:
        join(ada, channel)
        join(bob, channel)
        ada.emit("message", {"type": 2, "payload": message(channel, messageId="m1")})
        own, receipt, reply = ada.receives("messageBroadcast", "messageAck", "messageBroadcast")
        theirs, also = bob.receives("messageBroadcast", "messageBroadcast")
    assert own == {**theirs, "clientMessageId": "m1"}
    assert (theirs["text"], theirs["senderName"], theirs["source"]) == (
        "Hello",
        "User",
        "socketio_client",
    )
    assert receipt == {
        "clientMessageId": "m1",
        "messageId": own["id"],
        "status": "received_by_server_and_processing",
        "channelId": channel,
        "roomId": channel,
    }
    assert reply == also
    names = "senderId senderName text roomId serverId createdAt source id thought actions"
    assert list(reply) == names.split()
    assert (reply["senderId"], reply["text"]) == (AGENT, "You said: Hello")


def test_events_have_numbers_too(http: httpx.Client, origin: str) -> None:
    """`1` joins and `2` sends; an unknown channel is created, an unknown server is not."""
    use_release(http)
    with client(origin) as ada:
        ada.emit("1", {"roomId": NOBODY})
        ada.receives("channel_joined", "room_joined")
        ada.emit("2", message(NOBODY, messageServerId=NOBODY))
        (refused,) = ada.receives("messageError")
        assert refused == {"error": f"Server {NOBODY} does not exist"}
        ada.emit("2", message(NOBODY, metadata={"isDm": True}, targetUserId=AGENT))
        ada.receives("messageBroadcast", "messageAck", "messageBroadcast")
    actual = http.get(f"/api/messaging/channels/{NOBODY}/details").json()["data"]
    assert (actual["type"], actual["metadata"]["created_by"]) == ("DM", "socketio_auto_creation")


def test_incomplete_payloads_are_refused(http: httpx.Client, origin: str) -> None:
    """The error is the server's; unknown events are ignored."""
    use_release(http)
    channel = create_channel(http)
    with client(origin) as ada:
        for payload in ({}, message(channel, message=""), message("room")):
            ada.emit("2", payload)
            assert ada.receives("messageError") == [{"error": INCOMPLETE}]
        ada.emit("1", {})
        assert ada.receives("messageError") == [{"error": "channelId is required for joining."}]
        ada.emit("2", message(channel, message={"a": 1}))
        ada.receives("messageError")
        ada.emit("2", message(channel, metadata={"a": b"\x00"}))
        ada.receives("messageError")
        for event in ("join", "leave", "request-world-state"):
            ada.emit(event, {"roomId": channel})
        for unknown in ("text", {"type": 9, "payload": {}}, {"type": 1}):
            ada.emit("message", unknown)
        assert ada.receives_nothing()


def test_events_of_the_reference_work_in_its_persona(http: httpx.Client, origin: str) -> None:
    """A client joins, sends, requests the world state, and leaves."""
    channel = create_channel(http)
    with client(origin) as ada:
        ada.emit("join", {"roomId": channel, "agentId": AGENT})
        ada.receives("channel_joined", "room_joined")
        ada.emit("message", {"text": "Hello", "roomId": channel, "userId": ADA, "name": "Ada"})
        own, _, reply, done = ada.receives(
            "messageBroadcast", "messageAck", "messageBroadcast", "messageComplete"
        )
        assert (own["senderName"], reply["text"]) == ("Ada", "You said: Hello")
        assert done == {"channelId": channel, "serverId": HERE}
        ada.emit("request-world-state", {"roomId": channel})
        (state,) = ada.receives("world-state")
        assert list(state["agents"]) == [AGENT]
        assert (list(state["users"]), list(state["channels"])) == ([ADA], [channel])
        assert set(state["messages"]) == {own["id"], reply["id"]}
        ada.emit("leave", {"roomId": channel})
        http.delete(f"/api/messaging/channels/{channel}/messages")
        assert ada.receives_nothing()


def test_http_requests_emit_events(http: httpx.Client, origin: str) -> None:
    """Posting, submitting, acting, ingesting and deleting by HTTP each have an event."""
    use_release(http)
    channel = create_channel(http)
    base = "/api/messaging"
    here = {"channel_id": channel, "message_server_id": HERE, "source_type": "agent_action"}
    created = {**here, "author_id": AGENT, "content": "Hm.", "raw_message": {"actions": ["X"]}}
    with client(origin) as ada:
        join(ada, channel)
        body = {"author_id": ADA, "message_server_id": HERE, "content": "Hello"}
        http.post(f"{base}/channels/{channel}/messages", json=body)
        posted, _ = ada.receives("messageBroadcast", "messageBroadcast")
        assert (posted["text"], posted["senderName"], posted["source"]) == (
            "Hello",
            "User",
            "eliza_gui",
        )
        http.post(f"{base}/submit", json=created)
        (actual,) = ada.receives("messageBroadcast")
        assert (actual["serverId"], actual["actions"], actual["senderName"]) == (
            HERE,
            ["X"],
            "Agent",
        )
        action = http.post(f"{base}/action", json=created).json()["data"]["id"]
        http.patch(f"{base}/action/{action}", json={"content": "Done."})
        first, second = ada.receives("messageBroadcast", "messageBroadcast")
        assert (first["rawMessage"], second["text"]) == ({"actions": ["X"]}, "Done.")
        assert "messageServerId" not in second
        http.delete(f"{base}/channels/{channel}/messages/{action}")
        assert ada.receives("messageDeleted") == [{"messageId": action, "channelId": channel}]
        http.delete(f"{base}/channels/{channel}/messages")
        assert ada.receives("channelCleared") == [{"channelId": channel}]


def test_waiting_transports_broadcast_nothing(http: httpx.Client, origin: str) -> None:
    """With the transports `http` and `sse` nothing is broadcast, as in the released server."""
    use_release(http)
    channel = create_channel(http)
    body = {"author_id": ADA, "message_server_id": HERE, "content": "Hello", "transport": "http"}
    with client(origin) as ada:
        join(ada, channel)
        http.post(f"/api/messaging/channels/{channel}/messages", json=body)
        assert ada.receives_nothing()


def test_log_stream_is_filtered(http: httpx.Client, origin: str) -> None:
    """Filters stay from one update to the next, and only while the client is subscribed."""
    with client(origin) as ada:
        ada.emit("update_log_filters", {"level": "info"})
        (refused,) = ada.receives("log_filters_updated")
        assert refused == {"success": False, "error": "Not subscribed to log stream"}
        ada.emit("subscribe_logs")
        ada.emit("update_log_filters", {"level": "error"})
        ada.emit("update_log_filters", {"agentName": "all"})
        ada.emit("unsubscribe_logs")
        confirmed, _, updated, ended = ada.receives(
            "log_subscription_confirmed",
            "log_filters_updated",
            "log_filters_updated",
            "log_subscription_confirmed",
        )
    assert (confirmed["subscribed"], ended["subscribed"]) == (True, False)
    assert updated == {"success": True, "filters": {"level": "error", "agentName": "all"}}


def test_events_stay_in_their_namespace(origin: str) -> None:
    """The same channel in another namespace is another channel."""
    with client(origin) as ada, client(f"{origin}-other", BOB) as bob:
        join(ada, NOBODY)
        join(bob, NOBODY)
        ada.emit("2", message(NOBODY))
        ada.receives("messageBroadcast", "messageAck")
        assert bob.receives_nothing()
