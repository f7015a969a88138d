"""Where the sources of Eliza's sessions disagree: what the stand-in does in each persona.

The points have the numbers that they have in the document, and on its page.
"""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.handlers.eliza_sessions import (
    AGENT,
    BOTH,
    SESSIONS,
    USER,
    advance,
    create,
    history,
    play,
    say,
)
from tests.support.server import ROOT, running
from understudy.openapi.contract import Contract
from understudy.runtime.namespace import Namespace
from understudy.serving.project import load

#: Points that no test can show, and why.
NOT_SHOWN = {
    9: "The stand-in works on each request to its end before the next: nothing is ever under way.",
}


def test_every_point_is_shown() -> None:
    """Each has a test whose docstring begins with its number, or stands in `NOT_SHOWN`."""
    points = len(Contract.load(ROOT / "specs" / "eliza.yaml").disagreements)
    told = [str(test.__doc__) for name, test in globals().items() if name.startswith("test_")]
    begins = re.compile(r"Points? ([\d, and]+)\.")
    numbers = [found[1] for found in map(begins.match, told) if found]
    shown = {int(number) for some in numbers for number in re.findall(r"\d+", some)}
    assert shown.isdisjoint(NOT_SHOWN)
    assert shown | {*NOT_SHOWN} == {*range(1, points + 1)}


@BOTH
def test_the_answer_to_an_end(http: httpx.Client, persona: str) -> None:
    """Points 1 and 10. It marks its success and names the session, even one that has expired."""
    play(http, persona)
    one, other = (create(http)["sessionId"] for _ in range(2))
    told = [http.delete(f"{SESSIONS}/{one}")]
    advance(http, 31)
    told.append(http.delete(f"{SESSIONS}/{other}"))
    assert [answer.status_code for answer in told] == [200, 200]
    assert [answer.json() for answer in told] == [
        {"success": True, "message": f"Session {session_id} deleted successfully"}
        for session_id in (one, other)
    ]


@BOTH
def test_the_errors_of_sessions(http: httpx.Client, persona: str) -> None:
    """Points 2, 3, 4 and 5. The reference marks a failure, 1.7.2 has a stack trace; there are no
    details of a session that is unknown or has expired."""
    play(http, persona)
    session_id = create(http)["sessionId"]
    advance(http, 31)
    expired, unknown = (http.get(f"{SESSIONS}/{session_id}") for _ in range(2))
    past = f"Session '{session_id}' expired at 2026-01-01T12:30:00.000Z"
    none = f"Session with ID '{session_id}' not found"
    for answer, status, code, message in (
        (expired, 410, "SESSION_EXPIRED", past),
        (unknown, 404, "SESSION_NOT_FOUND", none),
    ):
        error = {"code": code, "message": message, "timestamp": "2026-01-01T12:31:00.000Z"}
        told = answer.json()
        assert answer.status_code == status
        if persona == "1.7":
            assert told["error"].pop("stack").endswith(f"Error: {message}")
            assert told == {"error": error}
        else:
            assert told == {"success": False, "error": error}


@BOTH
def test_a_beginning(http: httpx.Client, persona: str) -> None:
    """Points 11 and 12. A session is created with 201, and tells its channel wherever it is
    shown."""
    play(http, persona)
    body = {"agentId": AGENT, "userId": USER}
    answer = http.post(SESSIONS, json=body)
    assert answer.status_code == 201
    session = answer.json()
    (listed,) = http.get(SESSIONS).json()["sessions"]
    found = http.get(f"{SESSIONS}/{session['sessionId']}").json()
    assert len({shown["channelId"] for shown in (session, listed, found)}) == 1
    assert say(http, session).status_code == 201


@BOTH
@pytest.mark.parametrize(
    ("limit", "count"), [("0", 1), ("-5", 1), ("999", 4), ("2abc", 2), ("1.9", 1), ("abc", 4)]
)
def test_a_limit_out_of_range(http: httpx.Client, persona: str, limit: str, count: int) -> None:
    """Points 16 and 33. It is moved or read for its digits, never refused; the newest come
    first."""
    play(http, persona)
    session = create(http)
    for content in ("one", "two"):
        advance(http, 1)
        say(http, session, content)
    whole = history(http, session)["messages"]
    times = [message["createdAt"] for message in whole]
    assert (len(whole), times) == (4, sorted(times, reverse=True))
    assert history(http, session, limit=limit)["messages"] == whole[:count]
    assert history(http, session, after=0)["messages"] == whole


@BOTH
def test_a_page_that_is_none(http: httpx.Client, persona: str) -> None:
    """Point 17. A bound that is no moment is refused."""
    play(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}/messages"
    answers = [http.get(url, params={name: "soon"}) for name in ("before", "after")]
    told = [(answer.status_code, answer.json()["error"]["code"]) for answer in answers]
    assert told == [(400, "VALIDATION_ERROR")] * 2


@BOTH
def test_timeouts_of_a_new_session(http: httpx.Client, persona: str) -> None:
    """Points 18 and 19. None is refused, numbers may be texts or fractions, and `autoRenew` is
    whatever it was."""
    play(http, persona)
    asked = {"timeoutMinutes": "7.5", "maxDurationMinutes": 1e6, "autoRenew": "no"}
    session = create(http, timeoutConfig=asked)
    assert session["timeoutConfig"] == {
        "timeoutMinutes": 7.5,
        "autoRenew": "no",
        "maxDurationMinutes": 2880,
        "warningThresholdMinutes": 5,
    }
    assert session["expiresAt"] == "2026-01-01T12:07:30.000Z"
    assert say(http, session).json()["sessionStatus"]["wasRenewed"] is True
    assert create(http, timeoutConfig={"timeoutMinutes": 1})["timeoutConfig"]["timeoutMinutes"] == 5


@BOTH
def test_the_limit_of_metadata(http: httpx.Client, persona: str) -> None:
    """Point 22. It counts UTF-16 units of what is written as JSON, of which an emoji has two; and
    says bytes."""
    play(http, persona)
    assert create(http, metadata={"x": "\U0001f600" * 5116})
    large = {"agentId": AGENT, "userId": USER, "metadata": {"x": "\U0001f600" * 5116 + "y"}}
    error = http.post(SESSIONS, json=large).json()["error"]
    assert error["message"] == "Invalid metadata: Metadata exceeds maximum size of 10240 bytes"
    unlimited = {**large, "metadata": "y" * 20_000}
    assert http.post(SESSIONS, json=unlimited).status_code == 201


@BOTH
def test_health_is_good(http: httpx.Client, persona: str) -> None:
    """Point 24. Also where nobody is there to talk to."""
    play(http, persona)
    create(http)
    http.post(f"/api/agents/{AGENT}/stop")
    advance(http, 31)
    assert http.get(f"{SESSIONS}/health").json()["status"] == "healthy"


def test_keys_and_limits_are_for_who_starts_the_server() -> None:
    """Points 25 and 26. Without them nobody looks at a key, or counts."""
    with running("--api-key", "eliza=k", "--rate-limit", "eliza=1/900") as server:
        with httpx.Client(base_url=server.url) as http:
            answers = [http.get(SESSIONS, headers={"X-API-KEY": key}) for key in ("k", "k")]
            assert [answer.status_code for answer in answers] == [200, 429]
        refused = httpx.get(f"{server.url}/_ns/other{SESSIONS}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "UNAUTHORIZED")


@BOTH
def test_headers_that_mean_nothing(http: httpx.Client, persona: str) -> None:
    """Points 25 and 28. Where no key is asked for, any will do; and nobody debugs."""
    play(http, persona)
    plain = http.get(f"{SESSIONS}/nope")
    strange = http.get(f"{SESSIONS}/nope", headers={"X-Debug": "true", "X-API-KEY": "x"})
    assert (plain.status_code, plain.content) == (strange.status_code, strange.content)


@BOTH
def test_how_long_timeouts_are_remembered(http: httpx.Client, persona: str) -> None:
    """Point 29. The reference reads an agent's settings again after five minutes, 1.7.2 never."""
    play(http, persona)

    def minutes() -> Any:
        return create(http)["timeoutConfig"]["timeoutMinutes"]

    assert minutes() == 30
    settings = {"settings": {"SESSION_TIMEOUT_MINUTES": "45"}}
    assert http.patch(f"/api/agents/{AGENT}", json=settings).status_code == 200
    advance(http, 4)
    assert minutes() == 30
    advance(http, 1)
    assert minutes() == (45 if persona == "docs" else 30)


@BOTH
def test_what_is_a_clients_fault(http: httpx.Client, persona: str) -> None:
    """Point 30. Only a body that is too large is 500, and only in 1.7.2."""
    play(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}/messages"
    header = {"Content-Type": "application/json"}
    bodies: list[bytes] = [b"{", b"", b'"' + b"x" * 6_000_000 + b'"']
    answers = [http.post(url, content=body, headers=header) for body in bodies]
    too_large = 413 if persona == "docs" else 500
    assert [answer.status_code for answer in answers] == [400, 400, too_large]


@BOTH
@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("00000000-0000-0000-0000-000000000000", 201),
        ("ABCDEF01-2345-1789-0ABC-DEF012345678", 201),
        ("abcdef0123451789abcdef0123456789", 400),
    ],
)
def test_which_identifiers_are_uuids(
    http: httpx.Client, persona: str, user: str, status: int
) -> None:
    """Point 31. Any version will do, small or large, but not without its hyphens."""
    play(http, persona)
    answer = http.post(SESSIONS, json={"agentId": AGENT, "userId": user})
    assert answer.status_code == status
    assert status == 201 or "UUID v4" in answer.text


@BOTH
def test_the_answer_to_a_message(http: httpx.Client, persona: str) -> None:
    """Points 13 and 32. Flat in the reference; in an envelope, and in snake_case, in 1.7.2."""
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
    """Points 14 and 34. With `http` the agent's answer is in the response, and but for 1.7.2 in the
    history."""
    play(http, persona)
    session = create(http)
    for choice in ({"transport": "http"}, {"mode": "sync"}):
        told = say(http, session, "Good morning", **choice).json()
        assert "Good morning" in told["agentResponse"]["text"]
        assert told["agentResponse"]["actions"] == ["REPLY"]
    kept = [message["isAgent"] for message in history(http, session)["messages"]]
    assert kept == ([True, False] * 2 if persona == "docs" else [False, False])


@BOTH
def test_near_its_expiration(http: httpx.Client, persona: str) -> None:
    """Point 23. After a message 1.7.2 says no to it, even where it says yes to who asks, and stops
    counting; a session of five minutes is near from the beginning."""
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
    """Point 6. It works whatever `autoRenew` says, and gains nothing beyond the longest duration;
    past that the reference has a status of its own."""
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
    """Points 18, 19 and 20. What is not given becomes the default, not what it was; what is wrong
    is refused."""
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
@pytest.mark.parametrize("metadata", ["text", [1, {"a": 2}], 7])
def test_metadata_that_is_no_object(http: httpx.Client, persona: str, metadata: Any) -> None:
    """Point 21. It is taken as it is, and messages carry it by its places."""
    play(http, persona)
    session = create(http, metadata=metadata)
    assert session["metadata"] == metadata
    say(http, session, transport="http")
    shown = history(http, session)["messages"][-1]["metadata"]
    assert ("0" in shown) is isinstance(metadata, str | list)


@BOTH
def test_cursors_that_are_dates(http: httpx.Client, persona: str) -> None:
    """Point 15. The reference's are dates; 1.7.2 reads no more of one than its year, as
    milliseconds."""
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
def test_what_outlives_a_session(http: httpx.Client, persona: str) -> None:
    """Point 7. Its channel and its messages, but not the session itself."""
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
    """Points 8 and 27. The reference's prose closes the connections to an ended session, and has
    events for its renewal and its expiry; 1.7.2 has nothing of it."""
    (api,) = (api for api in load() if api.name == "eliza")
    namespace = Namespace("test")
    namespace.set_persona("eliza", persona)
    world = api.world(namespace, "")
    heard: list[Any] = []
    world.events.listener = heard.extend
    handlers = {op.id: api.handler(op) for op in api.contract.operations}

    def call(name: str, **arguments: Any) -> Any:
        handler = handlers[name]
        assert handler is not None
        value = handler(world, **arguments)
        world.commit()
        return value

    session = call("createSession", body={"agentId": AGENT, "userId": USER})
    for name in ("renewSession", "endSession"):
        call(name, session_id=session["sessionId"])
    told = [(event.room, event.name) for event in heard]
    expected = [(session["channelId"], name) for name in ("sessionRenewed", None)]
    assert told == (expected if persona == "docs" else [])
