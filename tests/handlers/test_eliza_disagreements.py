"""Disagreements of the sources about Eliza's sessions: what the stand-in does in each persona.

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
    post,
    use_persona,
)
from tests.support.server import ROOT, running
from understudy.openapi.contract import Contract
from understudy.runtime.namespaces.namespace import Namespace
from understudy.serving.project import load

#: Points that no test can show, and why.
NOT_TESTED = {
    9: "The stand-in works on each request to its end before the next: nothing is ever under way.",
}


def test_each_disagreement_has_a_test() -> None:
    """Each point has a test whose docstring begins with its number, or is in `NOT_TESTED`."""
    points = len(Contract.load(ROOT / "specs" / "eliza.yaml").disagreements)
    docstrings = [str(test.__doc__) for name, test in globals().items() if name.startswith("test_")]
    begins = re.compile(r"Points? ([\d, and]+)\.")
    numbers = [match[1] for match in map(begins.match, docstrings) if match]
    shown = {int(number) for listed in numbers for number in re.findall(r"\d+", listed)}
    assert shown.isdisjoint(NOT_TESTED)
    assert shown | {*NOT_TESTED} == {*range(1, points + 1)}


@BOTH
def test_ending_a_session_responds_with_success(http: httpx.Client, persona: str) -> None:
    """Points 1 and 10. The response names the session, even one that has expired."""
    use_persona(http, persona)
    first, second = (create(http)["sessionId"] for _ in range(2))
    actual = [http.delete(f"{SESSIONS}/{first}")]
    advance(http, 31)
    actual.append(http.delete(f"{SESSIONS}/{second}"))
    assert [response.status_code for response in actual] == [200, 200]
    assert [response.json() for response in actual] == [
        {"success": True, "message": f"Session {session_id} deleted successfully"}
        for session_id in (first, second)
    ]


@BOTH
def test_session_errors_have_the_shape_of_the_persona(http: httpx.Client, persona: str) -> None:
    """Points 2, 3, 4 and 5. Errors about unknown and expired sessions have no details."""
    use_persona(http, persona)
    session_id = create(http)["sessionId"]
    advance(http, 31)
    expired, unknown = (http.get(f"{SESSIONS}/{session_id}") for _ in range(2))
    past = f"Session '{session_id}' expired at 2026-01-01T12:30:00.000Z"
    none = f"Session with ID '{session_id}' not found"
    for response, status, code, message in (
        (expired, 410, "SESSION_EXPIRED", past),
        (unknown, 404, "SESSION_NOT_FOUND", none),
    ):
        error = {"code": code, "message": message, "timestamp": "2026-01-01T12:31:00.000Z"}
        body = response.json()
        assert response.status_code == status
        if persona == "1.7":
            assert body["error"].pop("stack").endswith(f"Error: {message}")
            assert body == {"error": error}
        else:
            assert body == {"success": False, "error": error}


@BOTH
def test_new_session_is_201_with_its_channel(http: httpx.Client, persona: str) -> None:
    """Points 11 and 12. It has its channel wherever it is shown."""
    use_persona(http, persona)
    body = {"agentId": AGENT, "userId": USER}
    response = http.post(SESSIONS, json=body)
    assert response.status_code == 201
    session = response.json()
    (listed,) = http.get(SESSIONS).json()["sessions"]
    actual = http.get(f"{SESSIONS}/{session['sessionId']}").json()
    assert len({shown["channelId"] for shown in (session, listed, actual)}) == 1
    assert post(http, session).status_code == 201


@BOTH
@pytest.mark.parametrize(
    ("limit", "count"), [("0", 1), ("-5", 1), ("999", 4), ("2abc", 2), ("1.9", 1), ("abc", 4)]
)
def test_limit_out_of_range_is_adjusted(
    http: httpx.Client, persona: str, limit: str, count: int
) -> None:
    """Points 16 and 33. It is never refused; the newest messages come first."""
    use_persona(http, persona)
    session = create(http)
    for content in ("one", "two"):
        advance(http, 1)
        post(http, session, content)
    whole = history(http, session)["messages"]
    times = [message["createdAt"] for message in whole]
    assert (len(whole), times) == (4, sorted(times, reverse=True))
    assert history(http, session, limit=limit)["messages"] == whole[:count]
    assert history(http, session, after=0)["messages"] == whole


@BOTH
def test_invalid_cursor_is_refused(http: httpx.Client, persona: str) -> None:
    """Point 17. A bound that is not a time is refused."""
    use_persona(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}/messages"
    responses = [http.get(url, params={name: "soon"}) for name in ("before", "after")]
    body = [(response.status_code, response.json()["error"]["code"]) for response in responses]
    assert body == [(400, "VALIDATION_ERROR")] * 2


@BOTH
def test_new_session_accepts_any_timeouts(http: httpx.Client, persona: str) -> None:
    """Points 18 and 19. Numbers may be strings or fractions; `autoRenew` stays as it is."""
    use_persona(http, persona)
    request = {"timeoutMinutes": "7.5", "maxDurationMinutes": 1e6, "autoRenew": "no"}
    session = create(http, timeoutConfig=request)
    assert session["timeoutConfig"] == {
        "timeoutMinutes": 7.5,
        "autoRenew": "no",
        "maxDurationMinutes": 2880,
        "warningThresholdMinutes": 5,
    }
    assert session["expiresAt"] == "2026-01-01T12:07:30.000Z"
    assert post(http, session).json()["sessionStatus"]["wasRenewed"] is True
    assert create(http, timeoutConfig={"timeoutMinutes": 1})["timeoutConfig"]["timeoutMinutes"] == 5


@BOTH
def test_metadata_limit_counts_utf16_units(http: httpx.Client, persona: str) -> None:
    """Point 22. An emoji has two units in the JSON text; the message says bytes."""
    use_persona(http, persona)
    assert create(http, metadata={"x": "\U0001f600" * 5116})
    large = {"agentId": AGENT, "userId": USER, "metadata": {"x": "\U0001f600" * 5116 + "y"}}
    error = http.post(SESSIONS, json=large).json()["error"]
    assert error["message"] == "Invalid metadata: Metadata exceeds maximum size of 10240 bytes"
    unlimited = {**large, "metadata": "y" * 20_000}
    assert http.post(SESSIONS, json=unlimited).status_code == 201


@BOTH
def test_health_is_good_without_agents(http: httpx.Client, persona: str) -> None:
    """Point 24. It is healthy even if no agent runs."""
    use_persona(http, persona)
    create(http)
    http.post(f"/api/agents/{AGENT}/stop")
    advance(http, 31)
    assert http.get(f"{SESSIONS}/health").json()["status"] == "healthy"


def test_keys_and_limits_are_options_of_the_server() -> None:
    """Points 25 and 26. By default no key is checked, and no requests are counted."""
    with running("--api-key", "eliza=k", "--rate-limit", "eliza=1/900") as server:
        with httpx.Client(base_url=server.url) as http:
            responses = [http.get(SESSIONS, headers={"X-API-KEY": key}) for key in ("k", "k")]
            assert [response.status_code for response in responses] == [200, 429]
        refused = httpx.get(f"{server.url}/_ns/other{SESSIONS}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "UNAUTHORIZED")


@BOTH
def test_unused_headers_are_ignored(http: httpx.Client, persona: str) -> None:
    """Points 25 and 28. Without configured keys, any key will do; and there is no debug mode."""
    use_persona(http, persona)
    plain = http.get(f"{SESSIONS}/nope")
    strange = http.get(f"{SESSIONS}/nope", headers={"X-Debug": "true", "X-API-KEY": "x"})
    assert (plain.status_code, plain.content) == (strange.status_code, strange.content)


@BOTH
def test_agent_timeouts_are_cached(http: httpx.Client, persona: str) -> None:
    """Point 29. The reference reads an agent's settings again after five minutes, 1.7.2 never."""
    use_persona(http, persona)

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
def test_what_clients_do_wrong_is_500_in_the_release_alone(
    http: httpx.Client, persona: str
) -> None:
    """Point 30. Malformed JSON and a body that is too large are 500, and only in 1.7.2."""
    use_persona(http, persona)
    url = f"{SESSIONS}/{create(http)['sessionId']}/messages"
    header = {"Content-Type": "application/json"}
    bodies: list[bytes] = [b"{", b"", b'"' + b"x" * 6_000_000 + b'"']
    responses = [http.post(url, content=body, headers=header) for body in bodies]
    expected = [400, 400, 413] if persona == "docs" else [500, 400, 500]
    assert [response.status_code for response in responses] == expected


@BOTH
@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("00000000-0000-0000-0000-000000000000", 201),
        ("ABCDEF01-2345-1789-0ABC-DEF012345678", 201),
        ("abcdef0123451789abcdef0123456789", 400),
    ],
)
def test_uuids_of_any_version_are_accepted(
    http: httpx.Client, persona: str, user: str, status: int
) -> None:
    """Point 31. They may be in upper or lower case, but not without hyphens."""
    use_persona(http, persona)
    response = http.post(SESSIONS, json={"agentId": AGENT, "userId": user})
    assert response.status_code == status
    assert status == 201 or "UUID v4" in response.text


@BOTH
def test_message_response_has_the_shape_of_the_persona(http: httpx.Client, persona: str) -> None:
    """Points 13 and 32. It is flat in the reference; an envelope, in snake_case, in 1.7.2."""
    use_persona(http, persona)
    session = create(http, metadata={"color": "red"})
    body = post(http, session, metadata={"shape": "round"}, attachments=[{"url": "x"}]).json()
    assert body["sessionStatus"] == {
        "expiresAt": "2026-01-01T12:30:00.000Z",
        "renewalCount": 1,
        "wasRenewed": True,
        "isNearExpiration": False,
    }
    message = body if persona == "docs" else body["userMessage"]
    assert message["metadata"].items() >= {"color": "red", "shape": "round"}.items()
    if persona == "docs":
        names = {"id", "content", "authorId", "createdAt", "metadata", "sessionStatus"}
        assert body.keys() == names
        return
    assert body.keys() == {"success", "userMessage", "sessionStatus"}
    assert message["created_at"] == 1767268800000
    assert message["raw_message"] == {"content": "hello", "attachments": [{"url": "x"}]}
    assert (message["channel_id"], message["author_id"]) == (session["channelId"], USER)


@BOTH
def test_http_transport_returns_the_reply(http: httpx.Client, persona: str) -> None:
    """Points 14 and 34. But for 1.7.2, the reply is in the history too."""
    use_persona(http, persona)
    session = create(http)
    for choice in ({"transport": "http"}, {"mode": "sync"}):
        body = post(http, session, "Good morning", **choice).json()
        assert "Good morning" in body["agentResponse"]["text"]
        assert body["agentResponse"]["actions"] == ["REPLY"]
    kept = [message["isAgent"] for message in history(http, session)["messages"]]
    assert kept == ([True, False] * 2 if persona == "docs" else [False, False])


@BOTH
def test_session_near_expiration(http: httpx.Client, persona: str) -> None:
    """Point 23. After a message, 1.7.2 no longer counts a session as near, but GET does."""
    use_persona(http, persona)
    session = create(http, timeoutConfig={"timeoutMinutes": 5})
    health = f"{SESSIONS}/health"
    assert http.get(health).json()["expiringSoon"] == 1
    status = post(http, session).json()["sessionStatus"]
    assert status["isNearExpiration"] is (persona == "docs")
    assert http.get(f"{SESSIONS}/{session['sessionId']}").json()["isNearExpiration"] is True
    assert http.get(health).json()["expiringSoon"] == (persona == "docs")


@BOTH
def test_renewal_works_whatever_auto_renew_says(http: httpx.Client, persona: str) -> None:
    """Point 6. Beyond the longest duration the reference has a status of its own."""
    use_persona(http, persona)
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
    """Points 18, 19 and 20. An absent one becomes the default; invalid ones are refused."""
    use_persona(http, persona)
    session = create(http, timeoutConfig={"timeoutMinutes": 60, "maxDurationMinutes": 180})
    response = http.patch(f"{SESSIONS}/{session['sessionId']}/timeout", json=config)
    assert response.status_code == status
    if status == 200:
        assert response.json()["timeoutConfig"].items() >= got.items()
    else:
        error = response.json()["error"]
        assert error["message"] == f"Invalid timeout configuration: {got}"
        assert error["details"] == {"reason": got, "providedConfig": config}


@BOTH
@pytest.mark.parametrize("metadata", ["text", [1, {"a": 2}], 7])
def test_metadata_of_any_type_is_accepted(http: httpx.Client, persona: str, metadata: Any) -> None:
    """Point 21. It is stored unchanged, and messages spread it by its indexes."""
    use_persona(http, persona)
    session = create(http, metadata=metadata)
    assert session["metadata"] == metadata
    post(http, session, transport="http")
    shown = history(http, session)["messages"][-1]["metadata"]
    assert ("0" in shown) is isinstance(metadata, str | list)


@BOTH
def test_cursors_may_be_dates_in_the_reference(http: httpx.Client, persona: str) -> None:
    """Point 15. 1.7.2 reads only the year of a date, as milliseconds."""
    use_persona(http, persona)
    session = create(http)
    post(http, session)
    count = len(history(http, session)["messages"])
    noon = "2026-01-01T12:00:01Z"
    actual = len(history(http, session, before=noon)["messages"])
    assert actual == (count if persona == "docs" else 0)
    assert len(history(http, session, before="2026-01-02")["messages"]) == actual
    assert history(http, session, after=noon)["messages"] == [] or persona == "1.7"


@BOTH
def test_channel_and_messages_outlive_a_session(http: httpx.Client, persona: str) -> None:
    """Point 7. The channel and the messages stay, but not the session itself."""
    use_persona(http, persona)
    session = create(http)
    post(http, session)
    http.delete(f"{SESSIONS}/{session['sessionId']}")
    assert post(http, session).status_code == 404
    channel = f"/api/messaging/central-channels/{session['channelId']}"
    assert http.get(f"{channel}/details").json()["data"]["id"] == session["channelId"]
    response = http.get(f"{channel}/messages")
    assert response.status_code == 200
    assert "hello" in response.text


@BOTH
def test_session_events_are_in_the_reference_alone(persona: str) -> None:
    """Points 8 and 27. Connections close at the end; renewal and expiry have events."""
    (api,) = (api for api in load() if api.name == "eliza")
    namespace = Namespace("test")
    namespace.set_persona(api.template, persona)
    world = api.world(namespace, "")
    events: list[Any] = []
    world.events.listener = events.extend
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
    actual = [(event.room, event.name) for event in events]
    expected = [(session["channelId"], name) for name in ("sessionRenewed", None)]
    assert actual == (expected if persona == "docs" else [])
