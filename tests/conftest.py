"""Fixtures for most tests: a real server, and a namespace of its own on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import httpx
import pytest

from tests.support.plugin_project import PETS, configure
from tests.support.server import Server, running
from tests.support.timeouts import patient_httpx

pytest_plugins = ["pytester", "tests.support.browser"]

_numbers = count(1)

#: The directories and modules whose tests take longest.
_LONGEST = {"fuzz", "differential", "test_docs.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take longest, so that the processes end at about the same time."""
    items.sort(key=lambda item: _LONGEST.isdisjoint((item.path.parent.name, item.path.name)))


@pytest.fixture(scope="session", autouse=True)
def _one_cache() -> None:
    """Let all programs share one cache of documents, also those of pytester, which changes HOME."""
    os.environ.setdefault("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))


@pytest.fixture(scope="session", autouse=True)
def _patient_httpx() -> Iterator[None]:
    """Let httpx wait for so long that only a hang times out."""
    with patient_httpx():
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Serve the bundled APIs by the command line on a free port."""
    with running() as started:
        yield started


@pytest.fixture
def origin(server: Server) -> Iterator[str]:
    """Return the server's URL with a new namespace, which is dropped after the test."""
    name = f"test-{next(_numbers)}"
    yield f"{server.url}/_ns/{name}"
    with suppress(httpx.TransportError):
        httpx.delete(f"{server.url}/_understudy/namespaces/{name}")


@pytest.fixture
def http(origin: str) -> Iterator[httpx.Client]:
    """Open an HTTP client in a new namespace; its requests have a key for Zep."""
    # The server closes a connection that is idle for 5 seconds: the client does so before.
    limits = httpx.Limits(keepalive_expiry=2)
    headers = {"Authorization": "Api-Key test"}
    with httpx.Client(base_url=origin, headers=headers, limits=limits) as client:
        yield client


@pytest.fixture
def shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Write a project with one API, `pets`, and configure pytest for it."""
    for name in ("CI", "BUILD_NUMBER"):  # with either, pytest shortens no line
        monkeypatch.delenv(name, raising=False)
    specs = pytester.mkdir("shop") / "specs"
    specs.mkdir()
    (specs / "pets.yaml").write_text(PETS)
    configure(pytester)
    return pytester
