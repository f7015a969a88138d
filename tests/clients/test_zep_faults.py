"""Faults as Zep's Python client meets them: its typed errors, its retries, its patience."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from zep_cloud import errors
from zep_cloud.core.api_error import ApiError

from tests.clients.zep_python import HELLO, Zep, contents, settled

#: What the client takes for its options; with no time to wait there is none to lose.
AGAIN: Any = {"max_retries": 3}
AT_ONCE = {"Retry-After": "0"}

CALLS: dict[str, Callable[[Zep], Any]] = {
    "getUser": lambda zep: zep.user.get("ann"),
    "addMemory": lambda zep: zep.memory.add("s", messages=[HELLO]),
}


@pytest.fixture
def side(origin: str) -> httpx.Client:
    """The side door of the same namespace."""
    return httpx.Client(base_url=f"{origin}/_understudy")


def plan(side: httpx.Client, then: dict[str, Any], **more: Any) -> None:
    """Plan a fault."""
    with side:
        assert side.post("/faults", json={"then": then, **more}).status_code == 201


def asked(origin: str, operation: str) -> list[int]:
    """The statuses that an operation was answered with, oldest first."""
    url = f"{origin}/_understudy/requests?operation={operation}"
    listed = httpx.get(url).json()["requests"]
    return [exchange["response"]["status"] for exchange in reversed(listed)]


@pytest.mark.parametrize(
    ("operation", "status", "kind", "message"),
    [
        ("getUser", 404, errors.NotFoundError, "not found"),
        ("getUser", 500, errors.InternalServerError, "internal server error"),
        ("addMemory", 409, ApiError, "session ended: session has ended"),
    ],
)
def test_a_declared_error_is_the_clients_typed_one(
    origin: str, side: httpx.Client, operation: str, status: int, kind: type, message: str
) -> None:
    """With the example that the document has of it, though all is well."""
    zep = settled(origin)
    plan(side, {"status": status}, when={"operation": operation})
    with pytest.raises(ApiError) as raised:
        CALLS[operation](zep)
    assert type(raised.value) is kind
    assert raised.value.status_code == status
    body = raised.value.body
    assert (body["message"] if isinstance(body, dict) else body.message) == message
    assert zep.user.get("ann").user_id == "ann"


@pytest.mark.parametrize("status", [500, 503, 429, 409, 408])
def test_the_client_tries_again(origin: str, side: httpx.Client, status: int) -> None:
    """After 408, 409, 429 and all of 5xx, once it was told to, as long as Retry-After says."""
    zep = settled(origin)
    plan(side, {"status": status, "headers": AT_ONCE}, when={"operation": "getUser"}, times=2)
    assert zep.user.get("ann", request_options=AGAIN).user_id == "ann"
    assert asked(origin, "getUser") == [status, status, 200]


def test_the_client_gives_up(origin: str, side: httpx.Client) -> None:
    """After its last retry it raises what it got; it does not try again after 404."""
    zep = settled(origin)
    plan(side, {"status": 500, "headers": AT_ONCE}, when={"operation": "getUser"}, times=None)
    with pytest.raises(errors.InternalServerError):
        zep.user.get("ann", request_options=AGAIN)
    assert asked(origin, "getUser") == [500] * 4
    with pytest.raises(errors.NotFoundError):
        zep.memory.get_session("none", request_options=AGAIN)
    assert asked(origin, "getSession") == [404]


def test_a_write_whose_answer_is_lost_is_made_twice(origin: str, side: httpx.Client) -> None:
    """What a retry does to a program: the message is there twice."""
    zep = settled(origin)
    then = {"status": 500, "handled": True, "headers": AT_ONCE}
    plan(side, then, when={"operation": "addMemory"})
    zep.memory.add("s", messages=[HELLO], request_options=AGAIN)
    assert contents(zep.memory.get("s").messages) == [HELLO.content] * 2


def test_a_rate_limit_holds_the_client_up(origin: str, side: httpx.Client) -> None:
    """It is a 429 for those who do not try again."""
    zep = settled(origin)
    plan(side, {"rate_limit": {"requests": 1, "seconds": 60}}, when={"operation": "getUser"})
    zep.user.get("ann")
    with pytest.raises(ApiError) as raised:
        zep.user.get("ann")
    assert raised.value.status_code == 429


def test_the_client_runs_out_of_patience(origin: str, side: httpx.Client) -> None:
    """A slow answer is a timeout; so is a body that drips."""
    zep = settled(origin)
    hurry: Any = {"timeout_in_seconds": 0.1}
    plan(side, {"delay": 60}, when={"operation": "getUser"})
    with pytest.raises(httpx.ReadTimeout):
        zep.user.get("ann", request_options=hurry)


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        ({"connection": "close"}, httpx.RemoteProtocolError),
        ({"connection": "reset"}, httpx.ReadError),
        ({"corrupt": "truncate"}, httpx.RemoteProtocolError),
        ({"corrupt": "garble"}, (ApiError, ValueError)),
        ({"status": 200, "body": {"user_id": {"not": "a text"}}}, ValueError),
    ],
    ids=str,
)
def test_what_the_client_makes_of_a_broken_answer(
    origin: str, side: httpx.Client, then: dict[str, Any], kind: Any
) -> None:
    """An error of its own or of its HTTP library, and all is well at the next try."""
    zep = settled(origin)
    plan(side, then, when={"operation": "getUser"})
    with pytest.raises(kind):
        zep.user.get("ann")
    assert zep.user.get("ann").user_id == "ann"
