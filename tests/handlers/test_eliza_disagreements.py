"""Where the sources of Eliza's sessions disagree: what the stand-in does in each persona."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from understudy.namespace import Namespace
from understudy.project import load

AGENT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"
SESSIONS = "/api/messaging/sessions"
BOTH = pytest.mark.parametrize("persona", ["docs", "1.7"])


def play(http: httpx.Client, persona: str) -> None:
    """Begin at noon, in a persona."""
    freeze = {"freeze": "2026-01-01T12:00:00Z"}
    assert http.post("/_understudy/clock", json=freeze).status_code == 200
    settings = {"personas": {"eliza": persona}}
    assert http.patch("/_understudy/settings", json=settings).status_code == 200


def advance(http: httpx.Client, minutes: float) -> None:
    """Let time pass."""
    http.post("/_understudy/clock", json={"advance": f"PT{int(minutes * 60)}S"})


def create(http: httpx.Client, agent: str = AGENT, **more: Any) -> Any:
    """A new session."""
    answer = http.post(SESSIONS, json={"agentId": agent, "userId": USER, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def say(http: httpx.Client, session: Any, content: str = "hello", **more: Any) -> httpx.Response:
    """Say something in a session."""
    url = f"{SESSIONS}/{session['sessionId']}/messages"
    return http.post(url, json={"content": content, **more})


def history(http: httpx.Client, session: Any, **query: Any) -> Any:
    """The messages of a session."""
    return http.get(f"{SESSIONS}/{session['sessionId']}/messages", params=query).json()


def events(answer: httpx.Response) -> list[tuple[str, Any]]:
    """The events of an event stream."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [event.split("\n") for event in answer.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data[6:])) for name, data in lines]


@BOTH
def test_the_answer_to_a_message(http: httpx.Client, persona: str) -> None:
    """Flat in the reference; in an envelope, and in snake_case, in 1.7.2."""
    play(http, persona)
    session = create(http, metadata={"color": "red"})
    told = say(http, session, metadata={"shape": "round"}, attachments=[{"url": "x"}]).json()
    assert told["sessionStatus"] == {
        "expiresAt": "2026-01-01T12:30:00.000Z",
        "renewalCount": 1,
        "wasRenewed": True,
        "isNearExpiration": False,
    }
    message = told if persona == "docs" else told["userMessage"]
    assert message["metadata"].items() >= {"color": "red", "shape": "round"}.items()
    if persona == "docs":
        names = {"id", "content", "authorId", "createdAt", "metadata", "sessionStatus"}
        assert told.keys() == names
        return
    assert told.keys() == {"success", "userMessage", "sessionStatus"}
    assert message["created_at"] == 1767268800000
    assert message["raw_message"] == {"content": "hello", "attachments": [{"url": "x"}]}
    assert (message["channel_id"], message["author_id"]) == (session["channelId"], USER)


@BOTH
def test_a_client_that_waits(http: httpx.Client, persona: str) -> None:
    """With `http` the agent's answer is in the response, and but for 1.7.2 in the history."""
    play(http, persona)
    session = create(http)
    for choice in ({"transport": "http"}, {"mode": "sync"}):
        told = say(http, session, "Good morning", **choice).json()
        assert "Good morning" in told["agentResponse"]["text"]
        assert told["agentResponse"]["actions"] == ["REPLY"]
    kept = [message["isAgent"] for message in history(http, session)["messages"]]
    assert kept == ([True, False] * 2 if persona == "docs" else [False, False])


@BOTH
def test_an_event_stream(http: httpx.Client, persona: str) -> None:
    """The message, the answer in pieces, and the answer whole."""
    play(http, persona)
    session = create(http)
    answer = say(http, session, "Good morning", transport="sse")
    assert answer.status_code == 200
    told = events(answer)
    assert [name for name, _ in told] == ["user_message", *["chunk"] * (len(told) - 2), "done"]
    assert ("channel_id" in told[0][1]) is (persona == "1.7")
    assert "".join(data["chunk"] for _, data in told[1:-1]) == told[-1][1]["text"]
    assert [data["index"] for _, data in told[1:-1]] == list(range(len(told) - 2))


@BOTH
def test_an_agent_that_stopped(http: httpx.Client, persona: str) -> None:
    """A session outlives its agent's stop, but nobody answers in it."""
    play(http, persona)
    session = create(http)
    assert http.post(f"/api/agents/{AGENT}/stop").status_code == 200
    assert say(http, session).status_code == 201
    assert len(history(http, session)["messages"]) == 1
    assert say(http, session, transport="http").status_code == 404
    told = events(say(http, session, transport="sse"))
    assert [name for name, _ in told] == ["user_message", "error"]
    refused = http.post(SESSIONS, json={"agentId": AGENT, "userId": USER})
    assert refused.json()["error"]["code"] == "AGENT_NOT_FOUND"


@BOTH
def test_near_its_expiration(http: httpx.Client, persona: str) -> None:
    """After a message 1.7.2 says no to it, even where it says yes to who asks, and stops counting;
    a session of five minutes is near from the beginning."""
    play(http, persona)
    session = create(http, timeoutConfig={"timeoutMinutes": 5})
    health = f"{SESSIONS}/health"
    assert http.get(health).json()["expiringSoon"] == 1
    status = say(http, session).json()["sessionStatus"]
    assert status["isNearExpiration"] is (persona == "docs")
    assert http.get(f"{SESSIONS}/{session['sessionId']}").json()["isNearExpiration"] is True
    assert http.get(health).json()["expiringSoon"] == (persona == "docs")


@BOTH
def test_renewal(http: httpx.Client, persona: str) -> None:
    """It works whatever `autoRenew` says, and gains nothing beyond the longest duration; past that
    the reference has a status of its own."""
    play(http, persona)
    config = {"timeoutMinutes": 30, "autoRenew": False, "maxDurationMinutes": 45}
    url = f"{SESSIONS}/{create(http, timeoutConfig=config)['sessionId']}"
    advance(http, 10)
    renewed = http.post(f"{url}/renew").json()
    assert (renewed["renewalCount"], renewed["timeoutConfig"]["autoRenew"]) == (1, False)
    assert renewed["expiresAt"] == "2026-01-01T12:40:00.000Z"
    beaten = http.post(f"{url}/heartbeat").json()
    assert (beaten["renewalCount"], beaten["expiresAt"]) == (1, renewed["expiresAt"])
    advance(http, 29)
    assert http.post(f"{url}/renew").json()["expiresAt"] == "2026-01-01T12:45:00.000Z"
    advance(http, 6)
    late = http.post(f"{url}/renew")
    expected = (422, "SESSION_RENEWAL_FAILED") if persona == "docs" else (410, "SESSION_EXPIRED")
    assert (late.status_code, late.json()["error"]["code"]) == expected


@BOTH
def test_a_heartbeat_renews(http: httpx.Client, persona: str) -> None:
    """It is activity like any other, but for a session that is not there."""
    play(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}"
    advance(http, 20)
    beaten = http.post(f"{url}/heartbeat").json()
    assert (beaten["renewalCount"], beaten["expiresAt"]) == (1, "2026-01-01T12:50:00.000Z")
    advance(http, 31)
    assert [http.post(f"{url}/heartbeat").status_code for _ in range(2)] == [410, 404]


@BOTH
@pytest.mark.parametrize(
    ("config", "status", "got"),
    [
        ({"autoRenew": False}, 200, {"autoRenew": False, "maxDurationMinutes": 720}),
        ([], 200, {"timeoutMinutes": 30, "maxDurationMinutes": 720}),
        ({"timeoutMinutes": "60"}, 200, {"timeoutMinutes": 60}),
        ({"timeoutMinutes": "abc"}, 200, {"timeoutMinutes": 30}),
        ({"timeoutMinutes": 7.5}, 200, {"timeoutMinutes": 7.5}),
        ({"timeoutMinutes": 4}, 400, "Timeout must be between 5 and 1440 minutes"),
        ({"timeoutMinutes": "3"}, 400, "Timeout must be between 5 and 1440 minutes"),
        ({"timeoutMinutes": None}, 400, "Invalid timeout configuration format"),
        ({"timeoutMinutes": 4, "autoRenew": 1}, 400, "Invalid timeout configuration format"),
    ],
)
def test_timeouts_are_replaced(
    http: httpx.Client, persona: str, config: Any, status: int, got: Any
) -> None:
    """What is not given becomes the default, not what it was; what is wrong is refused."""
    play(http, persona)
    session = create(http, timeoutConfig={"timeoutMinutes": 60, "maxDurationMinutes": 180})
    answer = http.patch(f"{SESSIONS}/{session['sessionId']}/timeout", json=config)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["timeoutConfig"].items() >= got.items()
    else:
        error = answer.json()["error"]
        assert error["message"] == f"Invalid timeout configuration: {got}"
        assert error["details"] == {"reason": got, "providedConfig": config}


@BOTH
def test_timeouts_may_end_a_session(http: httpx.Client, persona: str) -> None:
    """A shorter timeout may lie in the past: the session is shown once more, then it is gone."""
    play(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}"
    advance(http, 17)
    changed = http.patch(f"{url}/timeout", json={"timeoutMinutes": 5})
    assert (changed.status_code, changed.json()["timeRemaining"]) == (200, 0)
    assert [http.get(url).status_code for _ in range(2)] == [410, 404]


@pytest.mark.parametrize(
    ("persona", "said", "renews"),
    [
        ("docs", "true", True),
        ("docs", "false", False),
        ("1.7", "true", False),
        ("1.7", False, True),
    ],
)
def test_an_agent_has_timeouts_of_its_own(
    http: httpx.Client, persona: str, said: Any, renews: bool
) -> None:
    """Its settings are the defaults of its sessions; 1.7.2 takes any that counts for a no."""
    play(http, persona)
    settings = {"SESSION_TIMEOUT_MINUTES": "45.9", "SESSION_AUTO_RENEW": said}
    character = {"name": "Ada", "bio": ["counts"], "settings": settings}
    made = http.post("/api/agents", json={"characterJson": character})
    assert made.status_code == 201, made.text
    data = made.json()["data"]
    agent = data.get("id") or data["character"]["id"]
    http.post(f"/api/agents/{agent}/start")
    config = create(http, agent)["timeoutConfig"]
    assert (config["timeoutMinutes"], config["autoRenew"]) == (45, renews)
    config = create(http, agent, timeoutConfig={"timeoutMinutes": "soon"})["timeoutConfig"]
    assert config["timeoutMinutes"] == 30


@BOTH
@pytest.mark.parametrize("metadata", ["text", [1, {"a": 2}], 7])
def test_metadata_that_is_no_object(http: httpx.Client, persona: str, metadata: Any) -> None:
    """It is taken as it is, and messages carry it by its places."""
    play(http, persona)
    session = create(http, metadata=metadata)
    assert session["metadata"] == metadata
    say(http, session, transport="http")
    shown = history(http, session)["messages"][-1]["metadata"]
    assert ("0" in shown) is isinstance(metadata, str | list)


@BOTH
def test_cursors_that_are_dates(http: httpx.Client, persona: str) -> None:
    """The reference's are dates; 1.7.2 reads no more of one than its year, as milliseconds."""
    play(http, persona)
    session = create(http)
    say(http, session)
    count = len(history(http, session)["messages"])
    noon = "2026-01-01T12:00:01Z"
    found = len(history(http, session, before=noon)["messages"])
    assert found == (count if persona == "docs" else 0)
    assert len(history(http, session, before="2026-01-02")["messages"]) == found
    assert history(http, session, after=noon)["messages"] == [] or persona == "1.7"


@BOTH
def test_a_thought_cannot_be_pretended(http: httpx.Client, persona: str) -> None:
    """The history shows the thought of who answered, not what a user's metadata says."""
    play(http, persona)
    session = create(http)
    say(http, session, metadata={"thought": "mine", "actions": 3})
    answered, said = history(http, session)["messages"]
    assert said["metadata"].keys().isdisjoint(("thought", "actions"))
    assert answered["metadata"].keys() >= {"thought", "actions"}


@BOTH
def test_what_outlives_a_session(http: httpx.Client, persona: str) -> None:
    """Its channel and its messages, but not the session itself."""
    play(http, persona)
    session = create(http)
    say(http, session)
    http.delete(f"{SESSIONS}/{session['sessionId']}")
    assert say(http, session).status_code == 404
    channel = f"/api/messaging/central-channels/{session['channelId']}"
    assert http.get(f"{channel}/details").json()["data"]["id"] == session["channelId"]
    answer = http.get(f"{channel}/messages")
    assert answer.status_code == 200
    assert "hello" in answer.text


@BOTH
def test_who_listens_learns_of_it(persona: str) -> None:
    """The reference's prose closes the connections to an ended session, and has events for its
    renewal and its expiry; 1.7.2 has nothing of it."""
    (api,) = (api for api in load() if api.name == "eliza")
    space = Namespace("test")
    space.play("eliza", persona)
    world = api.world(space, "")
    heard: list[Any] = []
    world.events.listener = heard.extend
    handlers = {op.id: api.handler(op) for op in api.contract.operations}

    def call(name: str, **arguments: Any) -> Any:
        handler = handlers[name]
        assert handler is not None
        value = handler(world, **arguments)
        world.keep()
        return value

    session = call("createSession", body={"agentId": AGENT, "userId": USER})
    for name in ("renewSession", "endSession"):
        call(name, session_id=session["sessionId"])
    told = [(event.room, event.name) for event in heard]
    expected = [(session["channelId"], name) for name in ("sessionRenewed", None)]
    assert told == (expected if persona == "docs" else [])
