"""Faults and Zep's Python client: its typed errors, its retries, its timeouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from zep_cloud import errors
from zep_cloud.core.api_error import ApiError

from tests.clients.zep_python import HELLO, Zep, contents, settled

#: The client's option for retries; Retry-After makes them immediate.
RETRY: Any = {"max_retries": 3}
AT_ONCE = {"Retry-After": "0"}

CALLS: dict[str, Callable[[Zep], Any]] = {
    "getUser": lambda zep: zep.user.get("ann"),
    "addMemory": lambda zep: zep.memory.add("s", messages=[HELLO]),
}


@pytest.fixture
def control(origin: str) -> httpx.Client:
    """Return a client of the namespace's control API."""
    return httpx.Client(base_url=f"{origin}/_understudy")


def add_fault(control: httpx.Client, then: dict[str, Any], **more: Any) -> None:
    """Add a fault rule."""
    with control:
        assert control.post("/faults", json={"then": then, **more}).status_code == 201


def statuses_of(origin: str, operation: str) -> list[int]:
    """Return the statuses of an operation's responses, oldest first."""
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
def test_declared_error_is_the_clients_typed_one(
    origin: str, control: httpx.Client, operation: str, status: int, kind: type, message: str
) -> None:
    """The error has the document's example, though the request is valid."""
    zep = settled(origin)
    add_fault(control, {"status": status}, when={"operation": operation})
    with pytest.raises(ApiError) as raised:
        CALLS[operation](zep)
    assert type(raised.value) is kind
    assert raised.value.status_code == status
    body = raised.value.body
    assert (body["message"] if isinstance(body, dict) else body.message) == message
    assert zep.user.get("ann").user_id == "ann"


@pytest.mark.parametrize("status", [500, 503, 429, 409, 408])
def test_client_retries(origin: str, control: httpx.Client, status: int) -> None:
    """It retries after 408, 409, 429 and 5xx if its options say so, once Retry-After has passed."""
    zep = settled(origin)
    add_fault(
        control, {"status": status, "headers": AT_ONCE}, when={"operation": "getUser"}, times=2
    )
    assert zep.user.get("ann", request_options=RETRY).user_id == "ann"
    assert statuses_of(origin, "getUser") == [status, status, 200]


def test_client_gives_up_after_its_retries(origin: str, control: httpx.Client) -> None:
    """It raises the error of its last retry; it does not retry after 404."""
    zep = settled(origin)
    add_fault(
        control, {"status": 500, "headers": AT_ONCE}, when={"operation": "getUser"}, times=None
    )
    with pytest.raises(errors.InternalServerError):
        zep.user.get("ann", request_options=RETRY)
    assert statuses_of(origin, "getUser") == [500] * 4
    with pytest.raises(errors.NotFoundError):
        zep.memory.get_session("none", request_options=RETRY)
    assert statuses_of(origin, "getSession") == [404]


def test_write_with_a_lost_response_is_done_twice(origin: str, control: httpx.Client) -> None:
    """The message is stored twice, because the client retries."""
    zep = settled(origin)
    then = {"status": 500, "handled": True, "headers": AT_ONCE}
    add_fault(control, then, when={"operation": "addMemory"})
    zep.memory.add("s", messages=[HELLO], request_options=RETRY)
    assert contents(zep.memory.get("s").messages) == [HELLO.content] * 2


def test_rate_limit_stops_the_client(origin: str, control: httpx.Client) -> None:
    """The client raises the error 429 if it does not retry."""
    zep = settled(origin)
    add_fault(
        control, {"rate_limit": {"requests": 1, "seconds": 60}}, when={"operation": "getUser"}
    )
    zep.user.get("ann")
    with pytest.raises(ApiError) as raised:
        zep.user.get("ann")
    assert raised.value.status_code == 429


def test_client_times_out(origin: str, control: httpx.Client) -> None:
    """A slow response is a timeout."""
    zep = settled(origin)
    short: Any = {"timeout_in_seconds": 0.1}
    add_fault(control, {"delay": 60}, when={"operation": "getUser"})
    with pytest.raises(httpx.ReadTimeout):
        zep.user.get("ann", request_options=short)


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
def test_broken_response_raises_an_error(
    origin: str, control: httpx.Client, then: dict[str, Any], kind: Any
) -> None:
    """The client or its HTTP library raises an error; the next call succeeds."""
    zep = settled(origin)
    add_fault(control, then, when={"operation": "getUser"})
    with pytest.raises(kind):
        zep.user.get("ann")
    assert zep.user.get("ann").user_id == "ann"
