"""Who may come in by the side door: whoever knows the token, or whoever is on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.server import Server, run, running


@pytest.fixture(scope="module")
def exposed() -> Iterator[Server]:
    """A server that other machines can reach."""
    with running("--host", "0.0.0.0") as server:  # noqa: S104
        yield server


def status(url: str, **headers: str) -> int:
    """How the side door answers a request with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(f"{url}/_understudy/health", headers=named).status_code


@pytest.mark.parametrize(
    "host", ["localhost:3000", "127.0.0.1", "[::1]:3000", "zep.localhost", "127.0.0.2:80"]
)
def test_names_of_this_machine_are_admitted(server: Server, host: str) -> None:
    """Whatever port they name."""
    assert status(server.url, host=host) == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1", "[", ""])
def test_other_names_are_not(server: Server, host: str) -> None:
    """A page that lets its own name point at this machine gets nothing, and changes nothing."""
    assert status(server.url, host=host) == 403
    answer = httpx.post(f"{server.url}/_understudy/reset", headers={"Host": host})
    assert answer.status_code == 403
    assert "is for names of this machine" in answer.json()["detail"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "x:["])
def test_pages_of_other_sites_are_refused(server: Server, origin: str) -> None:
    """Browsers say where a request comes from."""
    assert status(server.url, origin=origin) == 403


def test_our_own_pages_are_admitted(server: Server) -> None:
    """The reference tries the side door out."""
    assert status(server.url, origin=server.url) == 200


def test_beyond_loopback_the_side_door_is_closed(exposed: Server) -> None:
    """The APIs are served; the refusal says how to open the door."""
    assert httpx.get(f"{exposed.url}/api/agents").status_code == 200
    answer = httpx.get(f"{exposed.url}/_understudy/state")
    assert answer.status_code == 403
    assert "start it with `serve --token SECRET`" in answer.json()["detail"]


def test_the_token_opens_it_from_anywhere() -> None:
    """And nothing else does."""
    with running("--host", "0.0.0.0", "--token", "s3cret") as server:  # noqa: S104
        wrong, right = ({"x_understudy_token": token} for token in ("s3cre", "s3cret"))
        assert status(server.url, host="mock.example", **right) == 200
        assert status(server.url, host="localhost", **wrong) == 403
        assert status(server.url, host="localhost") == 403


@pytest.mark.parametrize("token", ["", " ", "s3cret ", "gehe\u00efm", "a\nb"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    """Above all the empty one, of a variable that is not set: it would admit everybody."""
    done = run("serve", "--port", "0", "--token", token)
    assert done.returncode == 2
    assert "--token: is empty, or has what no header can carry" in done.stderr
