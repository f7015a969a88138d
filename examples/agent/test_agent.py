"""The assistant against stand-ins for Zep and Eliza: on good days, and on bad ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from agent import ATTEMPTS, Assistant
from zep_cloud.client import Zep

from understudy.client import ApiDouble, ControlClient

Make = Callable[[str], Assistant]


@pytest.fixture
def naps(understudy: ControlClient) -> list[float]:
    """The seconds that the assistant has slept; the stand-ins' clock moves, and nobody waits."""
    understudy.clock.freeze("2026-01-05T09:00:00Z")
    return []


@pytest.fixture
def make(
    zep: ApiDouble, eliza: ApiDouble, naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Make]:
    """Makes assistants that speak with the stand-ins."""
    monkeypatch.delenv("ZEP_API_URL", raising=False)  # Zep's client would prefer it

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        eliza.clock.advance(seconds=seconds)

    with (
        httpx.Client(transport=zep.transport) as zeps,
        httpx.Client(base_url=eliza.url, transport=eliza.transport, timeout=0.2) as elizas,
    ):
        memory = Zep(api_key=zep.api_key, base_url=zep.url, httpx_client=zeps)
        yield lambda user_id: Assistant(user_id, memory, elizas, sleep)


@pytest.fixture
def ann(make: Make) -> Assistant:
    """Ann's assistant, in a conversation."""
    assistant = make("ann")
    assistant.begin()
    return assistant


def test_a_conversation(
    ann: Assistant, zep: ApiDouble, eliza: ApiDouble, naps: list[float]
) -> None:
    """Eliza answers, Zep keeps both sides, both sessions end."""
    assert ann.say("My knee hurts.").endswith("My knee hurts.")
    ann.end()
    both = [
        {"role_type": "user", "content": "My knee hurts."},
        {"role_type": "assistant", "role": "Eliza"},
    ]
    zep.assert_called("addMemory", times=1, body={"messages": both})
    eliza.assert_called("sendSessionMessage", path=f"*/{ann.session_id}/messages", status=201)
    zep.assert_called("endSession", path=f"/api/v2/sessions/{ann.memory_id}/end", status=200)
    eliza.assert_called("endSession", times=1)
    assert naps == []


def test_the_next_conversation_knows_of_the_last(ann: Assistant, make: Make) -> None:
    """What Ann said on Monday is in Tuesday's prompt."""
    ann.say("My knee hurts.")
    ann.end()
    tuesday = make("ann")
    tuesday.begin()
    assert "ann: My knee hurts." in tuesday.say("What was it?")


@pytest.mark.parametrize("api", ["zep", "eliza"])
def test_a_service_that_is_down_for_a_moment(
    ann: Assistant, api: str, understudy: ControlClient, naps: list[float]
) -> None:
    """Two answers of 503, each wait longer than the one before; then all is well."""
    understudy.fail(when={"api": api, "method": "POST"}, times=2, status=503)
    assert ann.say("Hello")
    assert naps == [0.5, 1.0]


def test_a_service_that_stays_down(ann: Assistant, eliza: ApiDouble, zep: ApiDouble) -> None:
    """The assistant gives up, and what was not answered is not remembered."""
    eliza.fail("sendSessionMessage", status=500)
    with pytest.raises(httpx.HTTPStatusError, match="500"):
        ann.say("Hello")
    eliza.assert_called("sendSessionMessage", times=ATTEMPTS, status=500)
    zep.assert_called("addMemory", times=0)


def test_a_connection_that_breaks(ann: Assistant, eliza: ApiDouble, naps: list[float]) -> None:
    """A reset before the server has done anything: another attempt."""
    eliza.fail_next("sendSessionMessage", connection="reset")
    assert ann.say("Hello")
    assert naps == [0.5]


def test_an_answer_that_comes_too_late(ann: Assistant, eliza: ApiDouble, naps: list[float]) -> None:
    """The client's timeout is shorter than the answer takes."""
    eliza.fail_next("sendSessionMessage", delay=5)
    assert ann.say("Hello")
    assert naps == [0.5]


def test_a_rate_limit(ann: Assistant, eliza: ApiDouble, naps: list[float]) -> None:
    """The third message in a minute is refused; the assistant waits as long as it is told to."""
    limit = {"requests": 2, "seconds": 60}
    eliza.fail("sendSessionMessage", rate_limit=limit)
    for text in ("One", "Two", "Three"):
        assert ann.say(text).endswith(text)
    eliza.assert_called("sendSessionMessage", times=1, status=429)
    assert naps == [60]


def test_a_session_that_expired(ann: Assistant, eliza: ApiDouble) -> None:
    """After 31 minutes the session is gone (410); the conversation goes on in another one."""
    first = ann.session_id
    eliza.clock.advance(minutes=31)
    assert ann.say("Are you still there?")
    eliza.assert_called("sendSessionMessage", path=f"*/{first}/*", status=410)
    eliza.assert_called("sendSessionMessage", path=f"*/{ann.session_id}/*", status=201)


def test_a_session_that_is_renewed(ann: Assistant, eliza: ApiDouble) -> None:
    """Renewed after 20 minutes it lives for 30 more; renewed too late there is another one."""
    first = ann.session_id
    eliza.clock.advance(timedelta(minutes=20))
    ann.renew()
    eliza.clock.advance("PT20M")
    assert ann.say("Here I am.")
    assert ann.session_id == first
    eliza.clock.advance(minutes=31)
    ann.renew()
    assert ann.session_id != first


def test_memory_that_somebody_else_ends(ann: Assistant, zep: ApiDouble) -> None:
    """Another program ends Zep's session after two reads; the assistant remembers elsewhere."""
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


def test_planted_state(ann: Assistant, zep: ApiDouble, make: Make) -> None:
    """A state that was exported once is there again after a reset."""
    ann.say("I live in Bergen.")
    state = zep.state.export()
    zep.reset()
    zep.state.load(state)
    later = make("ann")
    later.begin()
    assert "I live in Bergen." in later.recall()
    zep.assert_called("addUser", times=0)


def test_the_200th_message(ann: Assistant, eliza: ApiDouble, naps: list[float]) -> None:
    """Memory grows, the prompt does not beyond what Eliza takes (4000 characters)."""
    for number in range(200):
        assert ann.say(f"This is message {number}, of many.").endswith(f"{number}, of many.")
    eliza.assert_called("sendSessionMessage", times=200, status=201)
    assert naps == []


def test_many_at_once(make: Make, eliza: ApiDouble) -> None:
    """Four assistants in four threads; none hears what another was told."""

    def talk(user: str) -> str:
        assistant = make(user)
        assistant.begin()
        assistant.say(f"I am {user}.")
        return assistant.recall()

    users = ["ann", "ben", "cyd", "dan"]
    with ThreadPoolExecutor(4) as pool:
        told = dict(zip(users, pool.map(talk, users), strict=True))
    for user, memory in told.items():
        assert [u for u in users if f"I am {u}." in memory] == [user]
    eliza.assert_called("createSession", times=4)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_nobody_was_here_before(ann: Assistant, zep: ApiDouble, turn: int) -> None:
    """Each test has a namespace of its own, so Ann is new in each of them, in parallel too."""
    zep.assert_called("addUser", times=1, body={"user_id": "ann"})
    assert "turn" not in ann.recall()
    ann.say(f"This is turn {turn}.")
