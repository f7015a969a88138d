"""Eliza in real time: Socket.IO clients as they join, talk, listen and leave, in both personas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import socketio

AGENT = "11111111-1111-4111-8111-111111111111"
ADA = "22222222-2222-4222-8222-222222222222"
BOB = "33333333-3333-4333-8333-333333333333"
NOBODY = "99999999-9999-4999-8999-999999999999"
HERE = "00000000-0000-0000-0000-000000000000"
INCOMPLETE = (
    "For SEND_MESSAGE: channelId, messageServerId (message_server_id), senderId (author_id), and "
    "message are required."
)


class Guest:
    """A client and what it hears."""

    def __init__(self, origin: str) -> None:
        self.client = socketio.Client(reconnection=False)
        self.client.on("*", self._hear)
        self.client.on("connect_error", partial(self._hear, "connect_error"))
        self._heard: Queue[tuple[str, Any]] = Queue()
        self._origin = origin

    def _hear(self, event: str, payload: Any) -> None:
        self._heard.put((event, payload))

    def connect(self, auth: Any) -> None:
        """Connect in the namespace of the test."""
        url = urlsplit(self._origin)
        path = f"{url.path}/socket.io"
        base = f"{url.scheme}://{url.netloc}"
        self.client.connect(base, auth=auth, transports=["websocket"], socketio_path=path)

    def emit(self, event: str, payload: Any = None) -> None:
        """Tell the server something, and wait until it has worked on it."""
        self.client.call(event, payload)

    def hears(self, *events: str) -> list[Any]:
        """The next events, whose names must be these; what they tell."""
        heard = [self._heard.get(timeout=5) for _ in events]
        assert [name for name, _ in heard] == list(events)
        return [payload for _, payload in heard]

    def hears_nothing(self) -> bool:
        """Whether nothing came before the answer to one more event."""
        self.emit("nothing that anybody knows")
        try:
            self._heard.get_nowait()
        except Empty:
            return True
        return False


@contextmanager
def guest(origin: str, entity: str = ADA) -> Iterator[Guest]:
    """A guest who has been welcomed, until the block ends."""
    made = Guest(origin)
    made.connect({"entityId": entity})
    try:
        told, _ = made.hears("authenticated", "connection_established")
        assert told["entityId"] == entity
        yield made
    finally:
        made.client.disconnect()


def released(http: httpx.Client) -> None:
    """Play @elizaos/server 1.7.2 from here on."""
    answer = http.patch("/_understudy/settings", json={"personas": {"eliza": "1.7"}})
    assert answer.is_success, answer.text


def open_channel(http: httpx.Client) -> str:
    """The id of a new channel in which Ada and the agent take part."""
    body = {"name": "Room", "message_server_id": HERE, "participantCentralUserIds": [ADA, AGENT]}
    data = http.post("/api/messaging/channels", json=body).json()["data"]
    made: str = data.get("channel", data)["id"]
    return made


def join(one: Guest, channel_id: str) -> None:
    """Join a channel; both events tell so."""
    one.emit("message", {"type": 1, "payload": {"channelId": channel_id}})
    first, second = one.hears("channel_joined", "room_joined")
    assert first == second
    assert (first["channelId"], first["roomId"]) == (channel_id, channel_id)


def message(channel_id: str, **more: Any) -> dict[str, Any]:
    """What Ada sends."""
    return {
        "channelId": channel_id,
        "messageServerId": HERE,
        "senderId": ADA,
        "message": "Hello",
        **more,
    }


def test_the_release_wants_to_know_who_connects(http: httpx.Client, origin: str) -> None:
    """The reference's own example, which says nothing, works in persona `docs` alone."""
    plain = Guest(origin)
    plain.connect(None)
    plain.hears("connection_established")
    plain.client.disconnect()
    released(http)
    for auth in (None, {"entityId": "nobody"}):
        stranger = Guest(origin)
        with pytest.raises(socketio.exceptions.ConnectionError):
            stranger.connect(auth)
        assert stranger.hears("connect_error") == [{"message": "Valid entityId required"}]
    with guest(origin, HERE):
        pass


def test_what_is_sent_is_told_to_all_and_answered(http: httpx.Client, origin: str) -> None:
    """The others hear it, the sender with its own identifier, then its receipt; all the answer."""
    released(http)
    channel = open_channel(http)
    with guest(origin) as ada, guest(origin, BOB) as bob:
        join(ada, channel)
        join(bob, channel)
        ada.emit("message", {"type": 2, "payload": message(channel, messageId="m1")})
        own, receipt, answer = ada.hears("messageBroadcast", "messageAck", "messageBroadcast")
        theirs, also = bob.hears("messageBroadcast", "messageBroadcast")
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
    assert answer == also
    names = "senderId senderName text roomId serverId createdAt source id thought actions"
    assert list(answer) == names.split()
    assert (answer["senderId"], answer["text"]) == (AGENT, "You said: Hello")


def test_numbers_name_the_events_too(http: httpx.Client, origin: str) -> None:
    """`1` joins and `2` sends; an unknown channel is made, an unknown server is not."""
    released(http)
    with guest(origin) as ada:
        ada.emit("1", {"roomId": NOBODY})
        ada.hears("channel_joined", "room_joined")
        ada.emit("2", message(NOBODY, messageServerId=NOBODY))
        (refused,) = ada.hears("messageError")
        assert refused == {"error": f"Server {NOBODY} does not exist"}
        ada.emit("2", message(NOBODY, metadata={"isDm": True}, targetUserId=AGENT))
        ada.hears("messageBroadcast", "messageAck", "messageBroadcast")
    found = http.get(f"/api/messaging/channels/{NOBODY}/details").json()["data"]
    assert (found["type"], found["metadata"]["created_by"]) == ("DM", "socketio_auto_creation")


def test_what_is_incomplete_is_refused(http: httpx.Client, origin: str) -> None:
    """In the server's words; what it does not know, it ignores."""
    released(http)
    channel = open_channel(http)
    with guest(origin) as ada:
        for payload in ({}, message(channel, message=""), message("room")):
            ada.emit("2", payload)
            assert ada.hears("messageError") == [{"error": INCOMPLETE}]
        ada.emit("1", {})
        assert ada.hears("messageError") == [{"error": "channelId is required for joining."}]
        ada.emit("2", message(channel, message={"a": 1}))
        ada.hears("messageError")
        ada.emit("2", message(channel, metadata={"a": b"\x00"}))
        ada.hears("messageError")
        for event in ("join", "leave", "request-world-state"):
            ada.emit(event, {"roomId": channel})
        for unknown in ("text", {"type": 9, "payload": {}}, {"type": 1}):
            ada.emit("message", unknown)
        assert ada.hears_nothing()


def test_the_references_events_work_in_its_persona(http: httpx.Client, origin: str) -> None:
    """Join, talk, ask for the state of the world, and leave."""
    channel = open_channel(http)
    with guest(origin) as ada:
        ada.emit("join", {"roomId": channel, "agentId": AGENT})
        ada.hears("channel_joined", "room_joined")
        ada.emit("message", {"text": "Hello", "roomId": channel, "userId": ADA, "name": "Ada"})
        own, _, answer, done = ada.hears(
            "messageBroadcast", "messageAck", "messageBroadcast", "messageComplete"
        )
        assert (own["senderName"], answer["text"]) == ("Ada", "You said: Hello")
        assert done == {"channelId": channel, "serverId": HERE}
        ada.emit("request-world-state", {"roomId": channel})
        (state,) = ada.hears("world-state")
        assert list(state["agents"]) == [AGENT]
        assert (list(state["users"]), list(state["channels"])) == ([ADA], [channel])
        assert set(state["messages"]) == {own["id"], answer["id"]}
        ada.emit("leave", {"roomId": channel})
        http.delete(f"/api/messaging/channels/{channel}/messages")
        assert ada.hears_nothing()


def test_requests_are_heard_too(http: httpx.Client, origin: str) -> None:
    """What is posted, submitted, done, ingested and deleted by HTTP, each in its payload."""
    released(http)
    channel = open_channel(http)
    base = "/api/messaging"
    here = {"channel_id": channel, "message_server_id": HERE, "source_type": "agent_action"}
    made = {**here, "author_id": AGENT, "content": "Hm.", "raw_message": {"actions": ["X"]}}
    with guest(origin) as ada:
        join(ada, channel)
        body = {"author_id": ADA, "message_server_id": HERE, "content": "Hello"}
        http.post(f"{base}/channels/{channel}/messages", json=body)
        said, _ = ada.hears("messageBroadcast", "messageBroadcast")
        assert (said["text"], said["senderName"], said["source"]) == ("Hello", "User", "eliza_gui")
        http.post(f"{base}/submit", json=made)
        (told,) = ada.hears("messageBroadcast")
        assert (told["serverId"], told["actions"], told["senderName"]) == (HERE, ["X"], "Agent")
        action = http.post(f"{base}/action", json=made).json()["data"]["id"]
        http.patch(f"{base}/action/{action}", json={"content": "Done."})
        first, second = ada.hears("messageBroadcast", "messageBroadcast")
        assert (first["rawMessage"], second["text"]) == ({"actions": ["X"]}, "Done.")
        assert "messageServerId" not in second
        http.delete(f"{base}/channels/{channel}/messages/{action}")
        assert ada.hears("messageDeleted") == [{"messageId": action, "channelId": channel}]
        http.delete(f"{base}/channels/{channel}/messages")
        assert ada.hears("channelCleared") == [{"channelId": channel}]


def test_who_waits_for_the_answer_tells_nobody(http: httpx.Client, origin: str) -> None:
    """By the transports `http` and `sse` nothing is broadcast, as in the released server."""
    released(http)
    channel = open_channel(http)
    body = {"author_id": ADA, "message_server_id": HERE, "content": "Hello", "transport": "http"}
    with guest(origin) as ada:
        join(ada, channel)
        http.post(f"/api/messaging/channels/{channel}/messages", json=body)
        assert ada.hears_nothing()


def test_logs_are_subscribed_to(http: httpx.Client, origin: str) -> None:
    """Filters hold from one update to the next, and only while somebody is subscribed."""
    with guest(origin) as ada:
        ada.emit("update_log_filters", {"level": "info"})
        (refused,) = ada.hears("log_filters_updated")
        assert refused == {"success": False, "error": "Not subscribed to log stream"}
        ada.emit("subscribe_logs")
        ada.emit("update_log_filters", {"level": "error"})
        ada.emit("update_log_filters", {"agentName": "all"})
        ada.emit("unsubscribe_logs")
        confirmed, _, updated, ended = ada.hears(
            "log_subscription_confirmed",
            "log_filters_updated",
            "log_filters_updated",
            "log_subscription_confirmed",
        )
    assert (confirmed["subscribed"], ended["subscribed"]) == (True, False)
    assert updated == {"success": True, "filters": {"level": "error", "agentName": "all"}}


def test_namespaces_hear_nothing_of_each_other(origin: str) -> None:
    """The same channel in another namespace is another channel."""
    with guest(origin) as ada, guest(f"{origin}-other", BOB) as bob:
        join(ada, NOBODY)
        join(bob, NOBODY)
        ada.emit("2", message(NOBODY))
        ada.hears("messageBroadcast", "messageAck")
        assert bob.hears_nothing()
