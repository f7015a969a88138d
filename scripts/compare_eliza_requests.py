"""What the comparison sends: sequences of requests, family by family.

`{names}` stand for what was noted of earlier answers, on each side its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from compare_eliza_servers import REPLY

if TYPE_CHECKING:
    from compare_eliza import Comparison

S = "/api/messaging/sessions"
NEW: dict[str, Any] = {"agentId": "{agent}", "userId": "{user}"}
CHANNEL: dict[str, Any] = {
    "message_server_id": "{server}",
    "participantCentralUserIds": ["{user}"],
}
MINUTE = 60_000

#: A message of a channel.
SAID: dict[str, Any] = {
    "author_id": "{user}",
    "content": "a note",
    "message_server_id": "{server}",
    "raw_message": {"a": 1},
    "source_type": "test",
    "metadata": {"b": 2},
}

#: Values that a number or a flag may be, in the eyes of a server written in JavaScript.
ODD_NUMBERS: list[Any] = [
    5, 1440, 7.5, 1, 0, -10, 99999, "30", "abc", "", " ", "0x10", "1e2", None, True, False, [], {}
]  # fmt: skip


def _bodies(*bodies: Any) -> tuple[Any, ...]:
    """Bodies of any kind, one after the other."""
    return bodies


def _session(compare: Comparison, name: str, **more: Any) -> None:
    note = {name: "/sessionId", f"{name}_channel": "/channelId"}
    compare("POST", S, {**NEW, **more}, note=note)


def sessions(compare: Comparison) -> None:
    """Their life, their faults in their order, and what is odd about their timeouts."""
    compare("GET", S)
    compare("GET", f"{S}/health")
    _session(compare, "first", metadata={"platform": "web", "n": 1.5, "deep": {"a": [1, None]}})
    compare("GET", f"{S}/{{first}}")
    compare("GET", f"{S}/{{first}}/")
    compare("GET", S)
    compare("GET", f"{S}/health")
    for body in _bodies(
        {},
        {"agentId": "{agent}"},
        {"userId": "{user}"},
        {"agentId": 5, "userId": "{user}"},
        {"agentId": "nope", "userId": "{user}"},
        {"agentId": "{agent}", "userId": "nope"},
        {"agentId": "nope", "userId": "nope"},
        {"agentId": "{nobody}", "userId": "{user}"},
        {"agentId": "{nobody}", "userId": "{user}", "metadata": {"a": "x" * 11000}},
        {**NEW, "metadata": {"a": "x" * 11000}},
        {**NEW, "metadata": {"a": "x" * 10232}},
        {**NEW, "metadata": {"a": "x" * 10233}},
        {**NEW, "metadata": "text"},
        {**NEW, "metadata": [1]},
        {**NEW, "metadata": 5},
        {**NEW, "metadata": None},
        {**NEW, "userId": "00000000-0000-0000-0000-000000000000"},
        {**NEW, "unknown": True},
    ):
        compare("POST", S, body)
    for method in ("GET", "DELETE"):
        compare(method, f"{S}/nope")
        compare(method, f"{S}/{{nobody}}")
    for path in ("renew", "heartbeat"):
        compare("POST", f"{S}/nope/{path}")
    compare("PATCH", f"{S}/nope/timeout", {})
    compare("PUT", f"{S}/{{first}}", {})
    compare("POST", f"{S}/{{first}}/nothing", {})
    compare("DELETE", f"{S}/health")
    compare("DELETE", f"{S}/{{first}}")
    compare("DELETE", f"{S}/{{first}}")
    compare("GET", f"{S}/{{first}}")
    compare("GET", "/api/messaging/channels/{first_channel}/details", shape=True)


def timeouts(compare: Comparison) -> None:
    """What becomes of the numbers and flags of a timeout configuration."""
    for value in ODD_NUMBERS:
        _session(compare, "t", timeoutConfig={"timeoutMinutes": value})
    for value in ODD_NUMBERS[5:]:
        _session(compare, "t", timeoutConfig={"maxDurationMinutes": value})
        _session(compare, "t", timeoutConfig={"warningThresholdMinutes": value})
    for value in (True, False, "no", "", 0, None, []):
        _session(compare, "t", timeoutConfig={"autoRenew": value})
    configs: list[Any] = [None, "text", [], 5, {"unknown": 1}]
    for config in configs:
        _session(compare, "t", timeoutConfig=config)
    _session(compare, "t", timeoutConfig={"timeoutMinutes": 60, "maxDurationMinutes": 180})
    path = f"{S}/{{t}}/timeout"
    for value in ODD_NUMBERS:
        compare("PATCH", path, {"timeoutMinutes": value})
    for body in _bodies(
        {},
        [],
        {"autoRenew": "no"},
        {"autoRenew": False},
        {"maxDurationMinutes": 99999},
        {"maxDurationMinutes": None},
        {"warningThresholdMinutes": -5},
        {"warningThresholdMinutes": {}},
        {"timeoutMinutes": 60, "unknown": 1},
        {"timeoutMinutes": 4.9},
        {"timeoutMinutes": 1440.5},
    ):
        compare("PATCH", path, body)
    compare("PATCH", path)
    compare("GET", f"{S}/{{t}}")


def session_messages(compare: Comparison) -> None:
    """Saying something, its faults in their order, and reading it page by page."""
    _session(compare, "s", metadata={"platform": "web"})
    path = f"{S}/{{s}}/messages"
    for body in _bodies(
        {"content": "hello"},
        {"content": " "},
        {"content": "x" * 4000},
        {"content": "x" * 4001},
        {"content": "\U0001f600" * 2001},
        {"content": ""},
        {"content": 5},
        {},
        {"content": "hello", "metadata": {"mood": "calm", "platform": "other"}},
        {"content": "hello", "metadata": {"a": "x" * 11000}},
        {"content": "", "metadata": {"a": "x" * 11000}},
        {"content": "hello", "metadata": "text"},
        {"content": "hello", "attachments": [{"url": "http://localhost/a.png"}]},
        {"content": "hello", "transport": "nope"},
        {"content": 5, "transport": "nope"},
        {"content": "hello", "mode": "nope"},
        {"content": "hello", "mode": "websocket"},
        {"content": "hello", "transport": "http"},
        {"content": "hello", "mode": "sync"},
        {"content": "hello", "transport": "sse"},
    ):
        compare("POST", path, body, shape=_answers_at_once(body))
    for body in _bodies(
        {}, {"content": ""}, {"content": "hello"}, {"content": "hello", "mode": "x"}
    ):
        compare("POST", f"{S}/nope/messages", body)
    compare("GET", f"{S}/nope/messages?before=abc")
    compare("POST", path, content=b"{", headers={"content-type": "application/json"})
    compare("POST", path, content=b"hello", headers={"content-type": "text/plain"})
    compare("POST", f"{S}/{{s}}/heartbeat")
    compare("POST", f"{S}/{{s}}/renew", {"ignored": 1})


def _answers_at_once(body: dict[str, Any]) -> bool:
    return body.get("transport") == "http" or body.get("mode") == "sync"


def paging(compare: Comparison) -> None:
    """Pages of what was said, by every kind of limit and cursor."""
    _session(compare, "p")
    path = f"{S}/{{p}}/messages"
    compare("GET", path)
    for number in range(6):
        note = {f"at{number}": "/userMessage/created_at"}
        compare("POST", path, {"content": f"message {number}"}, note=note)
        compare.until(path, "/messages", 2 * number + 2)
    for query in (
        *("", "limit=3", "limit=12", "limit=0", "limit=-5", "limit=999", "limit=abc"),
        *("limit=2abc", "limit=1.9", "limit=", "limit=2&limit=3", "before=&after=", "unknown=1"),
        *("before={at3}", "before={at3}&limit=2", "before=0", "before=abc", "before=9" + "9" * 16),
        *("after={at3}", "after={at0}&limit=2", "after=0", "after=abc", "after={at5}"),
        *("after=99999999999999999", "after=abc&before=abc", "before=-1", "after=-1"),
        *("before=2026-01-01T00:00:00Z", "after=2026-01-01T00:00:00Z", "after=12abc"),
        *("before={at4}&after={at1}", "before={at4}&after={at1}&limit=2"),
        "before={at1}&after={at4}",
        *("limit=3&before=", "limit=0x10", "limit=1e1", "limit=%205", "limit=100", "limit=101"),
    ):  # fmt: skip
        compare("GET", f"{path}?{query}")


def expiry(compare: Comparison) -> None:
    """Sessions under a clock that is moved."""
    short = {"timeoutMinutes": 5}
    _session(compare, "e1", timeoutConfig=short)
    _session(compare, "e2", timeoutConfig={**short, "autoRenew": False})
    _session(compare, "e3", timeoutConfig={**short, "maxDurationMinutes": 8})
    _session(compare, "e4", timeoutConfig=short)
    _session(compare, "e5", timeoutConfig={"timeoutMinutes": 60, "warningThresholdMinutes": 58})
    compare("GET", f"{S}/{{e1}}")
    compare.advance(4 * MINUTE)
    for name in ("e1", "e2", "e3", "e5"):
        compare("GET", f"{S}/{{{name}}}")
        compare("POST", f"{S}/{{{name}}}/heartbeat")
        compare("POST", f"{S}/{{{name}}}/messages", {"content": "still here"})
        compare("GET", f"{S}/{{{name}}}")
    compare("POST", f"{S}/{{e2}}/renew")
    compare.advance(2 * MINUTE)
    compare("GET", f"{S}/{{e4}}/messages")
    compare("GET", f"{S}/{{e4}}")
    compare("DELETE", f"{S}/{{e4}}")
    compare("GET", f"{S}/{{e1}}")
    compare("GET", f"{S}/{{e2}}")
    compare("POST", f"{S}/{{e3}}/renew")
    compare.advance(3 * MINUTE)
    for method, path, body in (
        ("POST", f"{S}/{{e3}}/renew", None),
        ("POST", f"{S}/{{e3}}/renew", None),
        ("POST", f"{S}/{{e2}}/messages", {"content": "too late?"}),
        ("GET", f"{S}/{{e5}}", None),
        ("PATCH", f"{S}/{{e5}}/timeout", {"timeoutMinutes": 5, "autoRenew": False}),
        ("GET", f"{S}/{{e5}}", None),
        ("GET", f"{S}/{{e5}}", None),
    ):
        compare(method, path, body)
    for name, method, path, body in (
        ("x1", "POST", "/messages", {"content": "hello"}),
        ("x2", "POST", "/messages", {"content": ""}),
        ("x3", "POST", "/messages", {}),
        ("x4", "POST", "/heartbeat", None),
        ("x5", "PATCH", "/timeout", {"timeoutMinutes": 1}),
        ("x6", "GET", "/messages?before=abc", None),
        ("x7", "DELETE", "", None),
    ):
        _session(compare, name, timeoutConfig=short)
        compare.advance(5 * MINUTE + 1000)
        compare(method, f"{S}/{{{name}}}{path}", body)
        compare(method, f"{S}/{{{name}}}{path}", body)


def servers_and_channels(compare: Comparison) -> None:
    """Message servers, channels, and who takes part."""
    m = "/api/messaging"
    compare("GET", f"{m}/message-servers")
    compare("GET", f"{m}/central-servers")
    compare("GET", f"{m}/message-server/current")
    for body in _bodies({}, {"name": "Readers"}, {"name": "Readers", "sourceType": "test"}):
        compare("POST", f"{m}/message-servers", body, note={"own": "/data/server/id"})
    compare("POST", f"{m}/servers", {"name": "Writers", "sourceType": "test"})
    for some in ("{own}", "{nobody}", "nope", "{server}"):
        compare("GET", f"{m}/message-servers/{some}/channels", shape=True)
        compare("GET", f"{m}/message-servers/{some}/agents")
        compare("POST", f"{m}/message-servers/{some}/agents", {"agentId": "{agent}"})
    compare("POST", f"{m}/message-servers/{{own}}/agents", {"agentId": "nope"})
    compare("POST", f"{m}/message-servers/{{own}}/agents", {})
    compare("GET", f"{m}/message-servers/{{own}}/agents")
    compare("GET", f"{m}/agents/{{agent}}/message-servers")
    compare("GET", f"{m}/agents/nope/message-servers")
    compare("DELETE", f"{m}/message-servers/{{own}}/agents/{{agent}}")
    compare("DELETE", f"{m}/message-servers/{{own}}/agents/{{agent}}")
    compare("DELETE", f"{m}/message-servers/{{own}}/agents/nope")
    given = {
        "name": "Talk",
        "message_server_id": "{server}",
        "participantCentralUserIds": ["{user}"],
    }
    for body in _bodies(
        {},
        {"name": "Talk"},
        {"name": "Talk", "message_server_id": "nope"},
        {"name": "Talk", "message_server_id": "{server}"},
        {**given, "participantCentralUserIds": ["nope"]},
        {**given, "type": "DM", "metadata": {"a": 1}},
        given,
    ):
        compare("POST", f"{m}/channels", body, note={"channel": "/data/id"})
    for path in ("details", "participants", "agents", "messages"):
        for some in ("{channel}", "{nobody}", "nope"):
            compare("GET", f"{m}/channels/{some}/{path}")
    for path in ("details", "participants", "agents", "messages"):
        compare("GET", f"{m}/central-channels/{{channel}}/{path}")
    for some in ("{channel}", "{nobody}", "nope"):
        compare("POST", f"{m}/channels/{some}/agents", {"agentId": "{agent}"})
    compare("POST", f"{m}/channels/{{channel}}/agents", {})
    compare("POST", f"{m}/channels/{{channel}}/agents", {"agentId": "nope"})
    compare("POST", f"{m}/channels/{{channel}}/agents", {"agentId": "{agent}"})
    compare("GET", f"{m}/channels/{{channel}}/agents")
    compare("GET", f"{m}/channels/{{channel}}/participants")
    for body in _bodies({"name": "Other"}, {"metadata": {"b": 2}}, {}, {"name": ""}):
        compare("PATCH", f"{m}/channels/{{channel}}", body)
    compare("PATCH", f"{m}/channels/{{nobody}}", {"name": "Other"})
    compare("PATCH", f"{m}/channels/nope", {"name": "Other"})
    for query in (
        "",
        "targetUserId={user}",
        "targetUserId={user}&currentUserId={nobody}",
        "targetUserId={user}&currentUserId={nobody}&dmServerId={server}",
        "targetUserId={user}&currentUserId={user}",
        "targetUserId=nope&currentUserId={user}",
    ):
        compare("GET", f"{m}/dm-channel?{query}")
    compare("DELETE", f"{m}/channels/{{channel}}/agents/{{agent}}")
    compare("DELETE", f"{m}/channels/{{channel}}/agents/{{agent}}")
    compare("DELETE", f"{m}/channels/{{channel}}/agents/nope")
    for body in _bodies({}, {"agentId": "nope"}, {"agentId": "{nobody}"}, {"agentId": "{agent}"}):
        compare("POST", f"{m}/channels/{{channel}}/generate-title", body, shape=True)
    compare("DELETE", f"{m}/channels/{{channel}}")
    compare("DELETE", f"{m}/channels/{{channel}}")
    compare("DELETE", f"{m}/channels/nope")
    compare("GET", f"{m}/central-channels/{{nobody}}")


def messages(compare: Comparison) -> None:
    """Messages of channels, and those of other platforms."""
    m = "/api/messaging"
    given = {
        "name": "Notes",
        "message_server_id": "{server}",
        "participantCentralUserIds": ["{user}"],
    }
    compare("POST", f"{m}/channels", given, note={"c": "/data/id"})
    compare("POST", f"{m}/channels/{{c}}/messages", {**SAID})
    compare("POST", f"{m}/channels/{{c}}/agents", {"agentId": "{agent}"})
    said = SAID
    path = f"{m}/channels/{{c}}/messages"
    for name in said:
        less = {key: value for key, value in said.items() if key != name}
        compare("POST", path, less)
    for change in (
        {"author_id": "nope"},
        {"message_server_id": "nope"},
        {"message_server_id": "{nobody}"},
        {"content": ""},
        {"content": 5},
        {"in_reply_to_message_id": "nope"},
        {"in_reply_to_message_id": "{nobody}"},
        {"raw_message": "text"},
        {"metadata": "text"},
    ):
        compare("POST", path, {**said, **change})
    compare("POST", path, said, note={"m": "/data/id"})
    compare("POST", f"{m}/channels/{{nobody}}/messages", said)
    compare("POST", f"{m}/channels/nope/messages", said)
    for query in ("", "limit=2", "limit=0", "limit=abc", "before=0", "before=abc", "limit=-1"):
        compare("GET", f"{path}?{query}", shape=True)
    submitted = {**said, "channel_id": "{c}"}
    for name in ("channel_id", "author_id", "content", "source_type", "raw_message"):
        less = {key: value for key, value in submitted.items() if key != name}
        compare("POST", f"{m}/submit", less)
    compare("POST", f"{m}/submit", submitted)
    compare("POST", f"{m}/submit", {**submitted, "channel_id": "nope"})
    compare("POST", f"{m}/action", {})
    compare("POST", f"{m}/action", submitted, note={"action": "/data/id"})
    compare("PATCH", f"{m}/action/{{action}}", {"content": "done"})
    compare("PATCH", f"{m}/action/nope", {"content": "done"})
    compare("PATCH", f"{m}/action/{{nobody}}", {"content": "done"})
    compare("POST", f"{m}/ingest-external", {})
    compare("POST", f"{m}/complete", {})
    compare("POST", f"{m}/external-messages", {})
    compare("DELETE", f"{path}/{{m}}")
    compare("DELETE", f"{path}/{{m}}")
    compare("DELETE", f"{path}/nope")
    compare("DELETE", path)
    compare("GET", path)


def jobs(compare: Comparison) -> None:
    """Questions whose answer one comes back for."""
    path = "/api/messaging/jobs"
    compare("GET", path)
    compare("GET", f"{path}/health", shape=True)
    for body in _bodies(
        {},
        {"userId": "{user}"},
        {"userId": "nope", "content": "hello"},
        {"userId": "{user}", "content": ""},
        {"userId": "{user}", "content": 5},
        {"userId": "{user}", "content": "hello", "agentId": "nope"},
        {"userId": "{user}", "content": "hello", "agentId": "{nobody}"},
        {"userId": "{user}", "content": "hello", "timeoutMs": 1},
        {"userId": "{user}", "content": "hello", "timeoutMs": "text"},
        {"userId": "{user}", "content": "hello", "metadata": {"a": 1}},
    ):
        compare("POST", path, body, note={"job": "/jobId"})
    compare("GET", f"{path}/{{job}}", shape=True)
    compare("GET", f"{path}/nope")
    compare("GET", f"{path}?limit=1", shape=True)
    compare("GET", f"{path}?limit=abc", shape=True)
    compare("GET", f"{path}?status=nope")
    compare("GET", f"{path}?status=completed", shape=True)


def memory(compare: Comparison) -> None:
    """What the agent remembers, and its rooms."""
    compare("DELETE", "/api/memory/{agent}/memories", shape=True)
    _session(compare, "r", metadata={"platform": "web"})
    compare("POST", f"{S}/{{r}}/messages", {"content": "remember this"})
    compare.until("/api/memory/{agent}/memories", "/data/memories", 2)
    m, a = "/api/memory/{agent}", "/api/agents/{agent}"
    note = {"reply": "/data/memories/0/id", "said": "/data/memories/1/id"}
    for path in (m, a):
        compare("GET", f"{path}/memories", note=note)
        compare("GET", f"{path}/memories?channelId={{r_channel}}")
        compare("GET", f"{path}/memories?tableName=facts")
        compare("GET", f"{path}/memories?channelId=nope")
        compare("GET", f"{path}/memories?roomId=nope")
        for query in ("", "limit=1", "limit=0", "limit=abc", "limit=-3", "before=5", "before=abc"):
            compare("GET", f"{path}/rooms/{{r_channel}}/memories?{query}")
        compare("GET", f"{path}/rooms/{{nobody}}/memories")
        compare("GET", f"{path}/rooms/nope/memories")
        for body in _bodies(
            {"content": {"text": "changed"}, "id": "x"}, {"metadata": {"a": 1}}, {}
        ):
            compare("PATCH", f"{path}/memories/{{said}}", body)
            compare("GET", f"{path}/memories")
        compare("PATCH", f"{path}/memories/nope", {})
        compare("PATCH", f"{path}/memories/{{nobody}}", {"content": {"text": "new"}})
        compare("DELETE", f"{path}/memories/all/nope")
        compare("DELETE", f"{path}/memories/all/{{r_channel}}")
        compare("DELETE", f"{path}/memories/nope")
        compare("DELETE", f"{path}/memories/{{nobody}}")
        compare("GET", f"{path}/rooms/nope")
        compare("GET", f"{path}/rooms/{{nobody}}")
        compare("GET", f"{path}/rooms/{{agent}}")
        for body in _bodies(
            {},
            {"name": ""},
            {"name": "Talk"},
            {"name": "Talk", "type": "GROUP", "source": "web", "metadata": {"a": 1}},
            {"name": "Talk", "messageServerId": "{server}"},
            {"name": "Talk", "serverId": "{server}"},
        ):
            compare("POST", f"{path}/rooms", body, note={"room": "/data/id"})
        compare("GET", f"{path}/rooms/{{room}}")
    compare("DELETE", f"{m}/memories/{{reply}}")
    compare("GET", f"{m}/memories")
    for agent in ("nope", "{nobody}"):
        for method, path in (
            ("GET", "memories"),
            ("GET", "rooms"),
            ("DELETE", "memories"),
            ("GET", "rooms/nope"),
            ("GET", "rooms/nope/memories"),
            ("DELETE", "memories/{nobody}"),
        ):
            compare(method, f"/api/memory/{agent}/{path}")
        compare("POST", f"/api/memory/{agent}/rooms", {})
    group = "/api/memory/groups/{nobody}"
    for body in _bodies(
        {"agentIds": []},
        {},
        {"agentIds": ["{agent}"], "worldId": "{user}", "source": "web", "name": "Group"},
        {"agentIds": ["{agent}"], "worldId": "{user}"},
        {"agentIds": ["{agent}", "{nobody}"], "worldId": "{user}"},
    ):
        compare("POST", group, body)
    compare("DELETE", "/api/memory/groups/nope")
    compare("DELETE", "/api/memory/groups/{user}")
    compare("DELETE", "/api/memory/groups/{server}/memories")
    compare("DELETE", "/api/memory/groups/nope/memories")
    compare("GET", f"{m}/rooms", shape=True)


def media(compare: Comparison) -> None:
    """Files, and what is no file."""
    png = {"file": ("garden.png", b"\x89PNG\r\n", "image/png")}
    wav = {"file": ("speech.wav", _speech(REPLY), "audio/wav")}
    text = {"file": ("notes.txt", b"hello", "text/plain")}
    other = {"other": ("notes.txt", b"hello", "text/plain")}
    for path in (
        "/api/media/agents/{agent}/upload-media",
        "/api/media/agents/{nobody}/upload-media",
        "/api/media/agents/nope/upload-media",
        "/api/media/channels/{nobody}/upload-media",
        "/api/media/channels/nope/upload-media",
        "/api/messaging/channels/{nobody}/upload-media",
        "/api/media/{agent}/upload-media",
    ):
        compare("POST", path, files=png, note={"url": "/data/url"})
        if "nope" not in path and "/media/{agent}" not in path:
            compare("GET", "{url}", secret=True)
        compare("POST", path, files=text)
        compare("POST", path, data={"agentId": "{agent}"}, files={"x": (None, "y")})
    compare("POST", "/api/media/agents/{agent}/upload-media", files=other)
    compare("GET", "/media/uploads/agents/{agent}/none.png")
    compare("GET", "/media/uploads/agents/nope/none.png")
    compare("GET", "/media/uploads/channels/nope/none.png")
    for agent in ("{agent}", "{nobody}", "nope"):
        path = f"/api/audio/{agent}"
        for route in ("transcriptions", "audio-messages"):
            compare("POST", f"{path}/{route}", files=wav)
            compare("POST", f"{path}/{route}", files={"x": (None, "y")})
            compare("POST", f"{path}/{route}", files=png)
        for route in ("audio-messages/synthesize", "speech/generate", "speech/conversation"):
            compare("POST", f"{path}/{route}", {})
            compare("POST", f"{path}/{route}", {"text": ""})
    compare("POST", "/api/audio/{agent}/speech/generate", {"text": "hello"})
    compare("POST", "/api/audio/{agent}/process-audio", files=wav)


def _speech(text: str) -> bytes:
    """Audio that says the text, in the way in which the stand-in's agents speak."""
    comment = b"ICMT" + len(text).to_bytes(4, "little") + text.encode()
    return b"RIFF" + (len(comment) + 4).to_bytes(4, "little") + b"WAVE" + comment


def agents(compare: Comparison) -> None:
    """Agents, what belongs to them, and those that do not run. What GET of one agent answers holds
    the environment of the server's process: it is compared by its status alone."""
    a = "/api/agents"
    compare("GET", a)
    for some in ("{agent}", "{nobody}", "nope"):
        compare("GET", f"{a}/{some}", secret=True)
        compare("GET", f"{a}/{some}/panels")
        compare("GET", f"{a}/{some}/runs", shape=True)
        compare("GET", f"{a}/{some}/runs/nope")
        compare("GET", f"{a}/{some}/logs", secret=True)
    compare("GET", f"{a}/worlds")
    for body in _bodies(
        {},
        {"characterJson": {}},
        {"characterJson": {"bio": ["x"]}},
        {"characterPath": ""},
    ):
        compare("POST", a, body)
    character = {"name": "Ada", "bio": ["The first to write a program"]}
    compare("POST", a, {"characterJson": character}, note={"ada": "/data/id"}, shape=True)
    compare("GET", a)
    compare("POST", S, {"agentId": "{ada}", "userId": "{user}"})
    compare("GET", f"{a}/{{ada}}/panels")
    compare("GET", "/api/memory/{ada}/rooms")
    compare("PATCH", f"{a}/{{ada}}", {"name": "Ada L."}, secret=True)
    compare("PATCH", f"{a}/nope", {"name": "Ada L."})
    compare("PATCH", f"{a}/{{nobody}}", {"name": "Ada L."})
    for action in ("start", "start", "stop", "stop"):
        compare("POST", f"{a}/{{ada}}/{action}")
        compare("GET", a)
    for action in ("start", "stop"):
        compare("POST", f"{a}/nope/{action}")
        compare("POST", f"{a}/{{nobody}}/{action}")
    for some in ("{agent}", "{nobody}", "nope"):
        compare("POST", f"{a}/{some}/worlds", {"name": "Home"}, note={"w": "/data/world/id"})
        compare("PATCH", f"{a}/{some}/worlds/{{w}}", {"name": "Garden"})
        compare("PATCH", f"{a}/{some}/worlds/{{nobody}}", {"name": "Garden"})
    for some in ("{ada}", "{ada}", "{nobody}", "nope"):
        compare("DELETE", f"{a}/{some}")
    compare("GET", a)


def platform(compare: Comparison) -> None:
    """The server itself, and what no operation answers."""
    s = "/api/server"
    for path in ("ping", "hello", "status", "health", "debug/servers"):
        compare("GET", f"{s}/{path}", shape=path in ("health", "debug/servers"))
    compare("GET", f"{s}/servers")
    compare("GET", f"{s}/logs", shape=True)
    compare("POST", f"{s}/logs", {}, shape=True)
    compare("POST", f"{s}/logs", {"level": "nope"}, shape=True)
    compare("DELETE", f"{s}/logs")
    compare("GET", "/api/system/version", shape=True)
    compare("GET", "/api/system/config", shape=True)
    compare("GET", "/api/system/env/local", secret=True)
    compare("GET", "/api/system/environment/local")
    compare("GET", "/api/nothing")
    compare("POST", "/api/nothing", {})
    compare("GET", "/api/messaging/nothing")
    compare("GET", "/health", shape=True)
    compare("GET", "/healthz", shape=True)
    compare("POST", S, content=b"{", headers={"content-type": "application/json"})
    compare("POST", S, content=b"a=b", headers={"content-type": "text/plain"})
    compare("GET", "/api/agents/%E0%A4%A")


def older(compare: Comparison) -> None:
    """Sessions of release 1.6.5, whose messages are those of the reference."""
    _session(compare, "o", metadata={"platform": "web"})
    _session(compare, "q")
    compare("GET", f"{S}/{{o}}")
    path = f"{S}/{{o}}/messages"
    for number, body in enumerate(
        (
            {"content": "hello"},
            {"content": "hello", "metadata": {"mood": "calm"}},
            {"content": "hello", "attachments": [{"url": "http://localhost/a.png"}]},
        )
    ):
        compare("POST", path, body)
        compare.until(path, "/messages", 2 * number + 2)
    for query in ("", "limit=2", "limit=100", "after=0"):
        compare("GET", f"{path}?{query}", shape=True)
    compare("GET", f"{S}/{{q}}/messages")
    compare("DELETE", f"{S}/{{q}}")


FAMILIES: list[Callable[[Comparison], None]] = [
    sessions,
    timeouts,
    session_messages,
    paging,
    expiry,
    servers_and_channels,
    messages,
    jobs,
    memory,
    media,
    agents,
    platform,
]
OLDER = older
