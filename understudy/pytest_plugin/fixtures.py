"""The fixtures: the control API and each API of the project, in a namespace of the test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from understudy.pytest_plugin.reports import CONTROL
from understudy.pytest_plugin.server import new_namespace, server_of

if TYPE_CHECKING:
    from understudy.client import ApiDouble, ControlClient


def fixtures_of(apis: Iterable[str]) -> ModuleType:
    """Return a plugin with a fixture for each API, named like it."""
    fixtures = ModuleType("understudy_fixtures")
    vars(fixtures).update({name: _api_fixture(name) for name in apis})
    return fixtures


def _api_fixture(name: str) -> Any:
    def double(request: pytest.FixtureRequest, understudy: ControlClient) -> ApiDouble:
        return server_of(request.config).double(understudy, name)

    double.__doc__ = (
        f"The API {name} in the test's own namespace: an `understudy.client.ApiDouble` with `url` "
        "and `api_key` for its client, faults, clock, state, requests and assertions."
    )
    return pytest.fixture(name=re.sub(r"\W", "_", name))(double)


@pytest.fixture
def understudy(request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    """The control API of the test's own namespace: an `understudy.client.ControlClient`.

    The namespace is deleted after the test.
    """
    control = new_namespace(request.config)
    request.node.stash[CONTROL] = control
    yield control
    control.delete_namespace()
    control.close()
