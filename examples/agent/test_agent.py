"""The assistant against stand-ins for Zep and Eliza: conversations, failures, limits and time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from agent import ATTEMPTS, MOST_MEMORY, Assistant
from zep_cloud import Memory
from zep_cloud.client import Zep

from understudy.client import ApiDouble, ControlClient, match

Make = Callable[[str], Assistant]


@pytest.fixture
def sleeps(understudy: ControlClient) -> list[float]:
    """The seconds that the assistant has slept; their clock advances instead."""
    understudy.clock.freeze("2026-01-05T09:00:00Z")
    return []


@pytest.fixture
def eliza_http(eliza: ApiDouble) -> Iterator[httpx.Client]:
    """The assistants' HTTP client for Eliza; it does not mind a slow machine."""
    with httpx.Client(base_url=eliza.url, transport=eliza.transport, timeout=60) as client:
        yield client


@pytest.fixture
def make(
    zep: ApiDouble,
    eliza: ApiDouble,
    eliza_http: httpx.Client,
    sleeps: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Make]:
    """Make assistants that use the stand-ins."""
    monkeypatch.delenv("ZEP_API_URL", raising=False)  # Zep's client would prefer it

    def sleep(seconds: float) -> None:
        sleeps.append(seconds)
        eliza.clock.advance(seconds=seconds)

    with httpx.Client(transport=zep.transport, timeout=60) as zep_http:
        memory = Zep(api_key=zep.api_key, base_url=zep.url, httpx_client=zep_http)
        yield lambda user_id: Assistant(user_id, memory, eliza_http, sleep)


@pytest.fixture
def ann(make: Make) -> Assistant:
    """Ann's assistant, in a conversation."""
    assistant = make("ann")
    assistant.begin()
    return assistant


def test_conversation_is_stored(
    ann: Assistant, zep: ApiDouble, eliza: ApiDouble, sleeps: list[float]
) -> None:
    """Eliza responds, Zep stores both messages, both sessions end."""
    assert ann.say("My knee hurts.").endswith("My knee hurts.")
    ann.end()
    messages = [
        {"role_type": "user", "content": "My knee hurts."},
        {"role_type": "assistant", "role": "Eliza"},
    ]
    zep.assert_called("addMemory", times=1, body={"messages": messages})
    eliza.assert_called("sendSessionMessage", path=f"*/{ann.session_id}/messages", status=201)
    zep.assert_called("endSession", path=f"/api/v2/sessions/{ann.memory_id}/end", status=200)
    eliza.assert_called("endSession", times=1)
    assert sleeps == []


def test_next_conversation_remembers_the_last(ann: Assistant, make: Make) -> None:
    """Ann's message of Monday is in Tuesday's prompt."""
    ann.say("My knee hurts.")
    ann.end()
    tuesday = make("ann")
    tuesday.begin()
    assert "ann: My knee hurts." in tuesday.say("What was it?")


@pytest.mark.parametrize("api", ["zep", "eliza"])
def test_service_that_is_down_briefly(
    ann: Assistant, api: str, understudy: ControlClient, sleeps: list[float]
) -> None:
    """Two responses of 503, each wait longer than the one before; then a success."""
    understudy.fail(when={"api": api, "method": "POST"}, times=2, status=503)
    assert ann.say("Hello")
    assert sleeps == [0.5, 1.0]


def test_service_that_stays_down(ann: Assistant, eliza: ApiDouble, zep: ApiDouble) -> None:
    """The assistant gives up, and stores nothing in Zep."""
    eliza.fail("sendSessionMessage", status=500)
    with pytest.raises(httpx.HTTPStatusError, match="500"):
        ann.say("Hello")
    eliza.assert_called("sendSessionMessage", times=ATTEMPTS, status=500)
    zep.assert_called("addMemory", times=0)


def test_connection_that_breaks(ann: Assistant, eliza: ApiDouble, sleeps: list[float]) -> None:
    """A reset before the server has handled the request: another attempt."""
    eliza.fail_next("sendSessionMessage", connection="reset")
    assert ann.say("Hello")
    assert sleeps == [0.5]


def test_response_that_is_too_late(
    ann: Assistant, eliza: ApiDouble, eliza_http: httpx.Client, sleeps: list[float]
) -> None:
    """The client's timeout is shorter than the delay of the first response."""

    def hurry(request: httpx.Request) -> None:
        eliza_http.event_hooks = {}  # only this request
        request.extensions["timeout"] = {"read": 1}

    eliza.fail_next("sendSessionMessage", delay=60)
    eliza_http.event_hooks = {"request": [hurry]}
    assert ann.say("Hello")
    eliza.assert_called("sendSessionMessage", times=2)
    assert sleeps == [0.5]


def test_rate_limit(ann: Assistant, eliza: ApiDouble, sleeps: list[float]) -> None:
    """The third message in a minute is 429; the assistant waits as long as Retry-After says."""
    eliza.fail("sendSessionMessage", rate_limit={"requests": 2, "seconds": 60})
    for text in ("One", "Two", "Three"):
        assert ann.say(text).endswith(text)
    eliza.assert_called("sendSessionMessage", times=1, status=429)
    assert sleeps == [60]


def test_session_that_expired(ann: Assistant, eliza: ApiDouble) -> None:
    """After 31 minutes the session is gone (410); the conversation continues in a new one."""
    first = ann.session_id
    eliza.clock.advance(minutes=31)
    assert ann.say("Are you still there?")
    eliza.assert_called("sendSessionMessage", path=f"*/{first}/*", status=410)
    eliza.assert_called("sendSessionMessage", path=f"*/{ann.session_id}/*", status=201)


def test_session_that_is_renewed(ann: Assistant, eliza: ApiDouble) -> None:
    """Renewed after 20 minutes it lasts 30 more; renewed too late, a new one is created."""
    first = ann.session_id
    eliza.clock.advance(timedelta(minutes=20))
    ann.renew()
    eliza.clock.advance("PT20M")
    assert ann.say("Here I am.")
    assert ann.session_id == first
    eliza.clock.advance(minutes=31)
    ann.renew()
    assert ann.session_id != first


def test_memory_that_another_program_ends(ann: Assistant, zep: ApiDouble) -> None:
    """Another program ends Zep's session after two reads; the assistant creates a new one."""
    first = ann.memory_id
    zep.control.schedule(
        "POST",
        f"/api/v2/sessions/{first}/end",
        headers={"Authorization": f"Api-Key {zep.api_key}"},
        after={"when": {"operation": "getMemory"}, "times": 2},
    )
    assert ann.say("One")
    assert ann.memory_id == first
    assert ann.say("Two")
    assert ann.memory_id != first
    zep.assert_called("addMemory", times=1, status=409)


def test_imported_state(ann: Assistant, zep: ApiDouble, make: Make) -> None:
    """An exported state is imported again after a reset."""
    ann.say("I live in Bergen.")
    state = zep.state.export()
    zep.reset()
    zep.state.load(state)
    later = make("ann")
    later.begin()
    assert "I live in Bergen." in later.recall()
    zep.assert_called("addUser", times=0)


def test_what_the_agent_says(ann: Assistant, eliza: ApiDouble, zep: ApiDouble) -> None:
    """Eliza's replies are those of the test; Zep stores the first 2500 characters."""
    eliza.actions.replies(["Rest your knee.", "Rest! " * 500])
    assert ann.say("My knee hurts.") == "Rest your knee."
    assert ann.say("Still?").startswith("Rest! Rest!")
    stored = {"messages": [{"content": match.regex("^(Rest! )+Rest?$")}]}
    zep.assert_called("addMemory", times=1, body=stored)


def test_what_another_program_has_told_zep(ann: Assistant, zep: ApiDouble) -> None:
    """A fact about Ann is in her prompt."""
    zep.plant.fact("Ann is allergic to nuts.", user_id="ann")
    assert "Ann is allergic to nuts." in ann.say("What may I eat?")


def test_memory_that_is_too_long(ann: Assistant, zep: ApiDouble) -> None:
    """A response of the test's own: of a long memory, the end is used."""
    context = "Ann likes tea. " * 1000 + "Ann has moved to Bergen."
    zep.respond("getMemory", Memory(messages=[], context=context))
    assert len(ann.recall()) == MOST_MEMORY
    assert ann.say("Where do I live?").endswith("Ann has moved to Bergen.\nWhere do I live?")


def test_200_messages(ann: Assistant, eliza: ApiDouble, sleeps: list[float]) -> None:
    """Memory grows, but the prompt stays within Eliza's 4000 characters."""
    for number in range(200):
        assert ann.say(f"This is message {number}, of many.").endswith(f"{number}, of many.")
    eliza.assert_called("sendSessionMessage", times=200, status=201)
    assert sleeps == []


def test_assistants_in_parallel(make: Make, eliza: ApiDouble) -> None:
    """Four assistants in four threads; none gets the memory of another."""

    def talk(user: str) -> str:
        assistant = make(user)
        assistant.begin()
        assistant.say(f"I am {user}.")
        return assistant.recall()

    users = ["ann", "ben", "cyd", "dan"]
    with ThreadPoolExecutor(4) as pool:
        memories = dict(zip(users, pool.map(talk, users), strict=True))
    for user, memory in memories.items():
        assert [u for u in users if f"I am {u}." in memory] == [user]
    eliza.assert_called("createSession", times=4)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_each_test_begins_empty(ann: Assistant, zep: ApiDouble, turn: int) -> None:
    """Each test has a namespace of its own, so Ann is new in each of them, in parallel too."""
    zep.assert_called("addUser", times=1, body={"user_id": "ann"})
    assert "turn" not in ann.recall()
    ann.say(f"This is turn {turn}.")
