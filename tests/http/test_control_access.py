"""Access to the control API: clients with the token, or clients on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import Server, run, running


@pytest.fixture(scope="module")
def exposed() -> Iterator[Server]:
    """A server that other machines can reach."""
    with running("--host", "0.0.0.0") as server:  # noqa: S104
        yield server


def status(url: str, **headers: str) -> int:
    """Return the status of a request to the control API with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(f"{url}/_understudy/settings", headers=named).status_code


@pytest.mark.parametrize(
    "host", ["localhost:3000", "127.0.0.1", "[::1]:3000", "zep.localhost", "127.0.0.2:80"]
)
def test_names_of_this_machine_are_admitted(server: Server, host: str) -> None:
    """Localhost and loopback addresses, with any port."""
    assert status(server.url, host=host) == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.1", "[", ""])
def test_other_names_are_refused(server: Server, host: str) -> None:
    """A page under a name of its own that points to this machine reads and changes nothing."""
    assert status(server.url, host=host) == 403
    response = httpx.post(f"{server.url}/_understudy/reset", headers={"Host": host})
    assert response.status_code == 403
    assert "is for names of this machine" in response.json()["detail"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "x:["])
def test_pages_of_other_sites_are_refused(server: Server, origin: str) -> None:
    """Browsers send the header `Origin`, by which they are refused."""
    assert status(server.url, origin=origin) == 403


def test_our_own_pages_are_admitted(server: Server) -> None:
    """The reference can send requests to the control API."""
    assert status(server.url, origin=server.url) == 200


def test_control_api_is_closed_beyond_loopback(exposed: Server) -> None:
    """The APIs are served; the 403 says how to open the control API."""
    assert httpx.get(f"{exposed.url}/api/agents").status_code == 200
    response = httpx.get(f"{exposed.url}/_understudy/state")
    assert response.status_code == 403
    assert "start it with `serve --token SECRET`" in response.json()["detail"]


def test_token_admits_from_anywhere() -> None:
    """With a token, requests without it are refused even on this machine."""
    with running("--host", "0.0.0.0", "--token", "s3cret") as server:  # noqa: S104
        wrong, right = ({"x_understudy_token": token} for token in ("s3cre", "s3cret"))
        assert status(server.url, host="mock.example", **right) == 200
        assert status(server.url, host="localhost", **wrong) == 403
        assert status(server.url, host="localhost") == 403
        given = {"X-Understudy-Token": "s3cret"}
        assert "apis" in httpx.get(f"{server.url}/_understudy/health", headers=given).json()
        assert probed(server.url, "/_understudy/health") == (200, {"status": "ok"})
        given = {"X-Understudy-Token": "s3cre"}
        assert httpx.get(f"{server.url}/_understudy/health", headers=given).status_code == 403


def probed(url: str, path: str, **headers: str) -> tuple[int, object]:
    """Return the status and the body of a health check with these headers."""
    response = httpx.get(f"{url}{path}", headers=headers)
    return response.status_code, response.json()


def test_health_checks_need_no_token(exposed: Server) -> None:
    """Under every name of the host; they learn the status, and nothing else."""
    for headers in ({}, {"Host": "mock.example"}, {"Host": "10.0.0.1:3000"}):
        assert probed(exposed.url, "/_understudy/health", **headers) == (200, {"status": "ok"})
        assert probed(exposed.url, "/_understudy/ready", **headers) == (200, {"status": "ready"})
    head = httpx.head(f"{exposed.url}/_understudy/health")
    assert (head.status_code, head.text) == (200, "")


def test_health_checks_by_another_name_of_this_machine(server: Server) -> None:
    """On loopback, too, a foreign `Host` gets the status alone; one of this machine gets all."""
    foreign = probed(server.url, "/_understudy/health", Host="mock.example")
    assert foreign == (200, {"status": "ok"})
    assert "apis" in httpx.get(f"{server.url}/_understudy/health").json()


def test_health_checks_do_not_learn_what_failed(tmp_path: Path) -> None:
    """The reason may name a database and its address; who may use the control API gets it."""
    file = tmp_path / "state.db"
    with running("--store", f"sqlite:///{file}") as server:
        file.unlink()
        ready = f"{server.url}/_understudy/ready"
        foreign, own = httpx.get(ready, headers={"Host": "mock.example"}), httpx.get(ready)
    assert (foreign.status_code, own.status_code) == (503, 503)
    assert foreign.json()["detail"] == "the store is not available: it does not answer"
    assert file.name in own.json()["detail"]


def test_health_checks_open_nothing_else(exposed: Server) -> None:
    """A namespace is not created by them, another method is none, and a page may not ask."""
    for path in ("/_ns/new/_understudy/health", "/_understudy/health/", "/_understudy/namespaces"):
        assert httpx.get(f"{exposed.url}{path}").status_code in (403, 404)
    named = {"X-Understudy-Namespace": "new"}
    assert httpx.get(f"{exposed.url}/_understudy/ready", headers=named).status_code == 403
    assert httpx.post(f"{exposed.url}/_understudy/health").status_code in (403, 405)
    page = {"Origin": "http://evil.example"}
    assert httpx.get(f"{exposed.url}/_understudy/health", headers=page).status_code == 403


@pytest.mark.parametrize("token", ["", " ", "s3cret ", "gehe\u00efm", "a\nb"])
def test_token_that_no_header_can_carry_is_refused(token: str) -> None:
    """An empty token, of a variable that is not set, is refused, too: it would admit everybody."""
    completed = run("serve", "--port", "0", "--token", token)
    assert completed.returncode == 2
    assert "--token: the token is empty, or has characters that no header" in completed.stderr
