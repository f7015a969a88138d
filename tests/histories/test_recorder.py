"""Histories of servers that are wrong only where requests overlap, or that do not always answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests.mutants.language import handler_of
from tests.mutants.mutant import App, Mutant, Request, Response
from tests.mutants.mutated_app import MutatedApp
from tests.support.histories.recorder import record
from tests.support.histories.verdict import violations
from tests.support.server import serving

SESSIONS = "/api/v2/sessions"
ONE = "/sessions/!(end)"

#: Seconds for which a server is between two parts of what should be one.
_GAP = 0.005


@handler_of("POST /sessions/end")
async def several_are_ended_one_by_one(request: Request, app: App) -> Response:
    """End the sessions of a bulk end in requests of their own."""
    ended = []
    for session_id in request.body["session_ids"]:
        response = await app.post(f"{SESSIONS}/{session_id}/end", {})
        if not response.ok:
            return response
        ended.append(response.body["session"])
        await asyncio.sleep(_GAP)
    return Response(200, {"sessions": ended})


@handler_of(f"PATCH {ONE}")
async def changes_are_written_over_others(request: Request, app: App) -> Response:
    """Read a session, and write all of its metadata again."""
    before = await app.get(request.path)
    if not before.ok:
        return before
    await asyncio.sleep(_GAP)
    together = {**before.body["metadata"], **request.body["metadata"]}
    return await app(request.with_fields(metadata=together))


@handler_of(f"GET {ONE}")
async def reads_are_old(request: Request, app: App) -> Response:
    """Answer every other read as the one before it."""
    app.counts[request.path] += 1
    if app.counts[request.path] % 2:
        app.memory[request.path] = await app(request)
    answer: Response = app.memory[request.path]
    return answer


@handler_of(f"POST {ONE}/memory")
async def messages_are_added_one_by_one(request: Request, app: App) -> Response:
    """Add the messages of one request in several."""
    response = Response(200, {})
    for message in request.body["messages"]:
        response = await app(request.with_fields(messages=[message]))
        await asyncio.sleep(_GAP)
    return response


@handler_of(f"POST {ONE}/memory")
async def some_messages_are_added_again(request: Request, app: App) -> Response:
    """Add messages twice, now and then, as after a response that was lost."""
    app.counts["added"] += 1
    if app.counts["added"] % 10 == 0:
        await app(request)
    return await app(request)


@handler_of("GET /sessions-ordered")
async def lists_are_of_two_moments(request: Request, app: App) -> Response:
    """Take the first half of the list earlier than the second one."""
    first = await app(request)
    await asyncio.sleep(_GAP)
    second = await app(request)
    half = len(first.body["sessions"]) // 2
    sessions = first.body["sessions"][:half] + second.body["sessions"][half:]
    return second.with_fields(sessions=sessions)


WRONG = (
    several_are_ended_one_by_one,
    changes_are_written_over_others,
    reads_are_old,
    messages_are_added_one_by_one,
    some_messages_are_added_again,
    lists_are_of_two_moments,
)


@pytest.fixture(scope="module")
def wrong_server() -> Iterator[str]:
    """Serve each of the mutants in the namespace of its name."""
    with serving(MutatedApp(WRONG)) as url:
        yield url


@pytest.mark.parametrize("mutant", WRONG, ids=lambda mutant: mutant.name)
def test_wrong_server_is_found(mutant: Mutant, wrong_server: str) -> None:
    """A server that does in two steps what is one step has a history that contradicts it, sooner or
    later: it is wrong only where requests overlap."""
    url = f"{wrong_server}/_ns/{mutant.name}"
    for _ in range(10):
        if violations(record(url, clients=20, operations=1200)):
            return
        httpx.post(f"{url}/_understudy/reset").raise_for_status()
    raise AssertionError("nothing contradicts it")


def test_same_clients_find_nothing_in_right_server(wrong_server: str) -> None:
    """The same server without a mutant has none."""
    history = record(f"{wrong_server}/_ns/right", clients=20, operations=1200)
    assert violations(history) == []


@pytest.mark.parametrize("then", [{"status": 503}, {"connection": "reset"}], ids=str)
@pytest.mark.parametrize("handled", [False, True])
def test_unanswered_requests_contradict_nothing(
    then: dict[str, str | int], handled: bool, origin: str
) -> None:
    """Whether an operation was done that got no response, or 503, does not matter."""
    when = {"method": "POST", "path": f"{SESSIONS}*"}
    fault = {"when": when, "times": None, "probability": 0.1, "seed": "1"}
    rule = {**fault, "then": {**then, "handled": handled}}
    httpx.post(f"{origin}/_understudy/faults", json=rule).raise_for_status()
    history = record(origin, clients=8, operations=800)
    assert sum(operation.end is None for operation in history) >= 10
    assert violations(history) == []
