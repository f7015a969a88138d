"""Fixtures for tests of Zep's clients.

`zep` is a client of v4; tests of other generations have a fixture of that name themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.sdk import Sdk
from understudy.client import ControlClient


@pytest.fixture(scope="session")
def sdk2() -> Iterator[Sdk]:
    """Start the process of zep-cloud 2.22.1."""
    with Sdk("zep-cloud-2.22.1") as started:
        yield started


@pytest.fixture(scope="session")
def sdk3() -> Iterator[Sdk]:
    """Start the process of zep-cloud 3.30.0."""
    with Sdk("zep-cloud-3.30.0") as started:
        yield started


@pytest.fixture(scope="session")
def sdk4() -> Iterator[Sdk]:
    """Start the process of zep-cloud 4.0.1."""
    with Sdk("zep-cloud-4.0.1") as started:
        yield started


@pytest.fixture
def zep(sdk4: Sdk, origin: str) -> Any:
    """Return a client of v4."""
    return sdk4.at(f"{origin}/api/v4")


@pytest.fixture
def graph(zep: Any) -> str:
    """Return the uuid of a new graph of v4."""
    return str(zep.graph.create(name="Desk")["uuid"])


@pytest.fixture
def control(origin: str) -> Iterator[ControlClient]:
    """Return a control client of the namespace."""
    url, _, namespace = origin.rpartition("/_ns/")
    with ControlClient(url, namespace) as client:
        yield client
