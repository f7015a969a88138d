"""The fixtures: the control API and each API of the project, in the namespace of a test, of a
module or of the session."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from inspect import Parameter, Signature
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import pytest

from understudy.pytest_plugin import coverage
from understudy.pytest_plugin.reports import CONTROLS, failure
from understudy.pytest_plugin.server import delete_namespace, double_of, new_namespace

if TYPE_CHECKING:
    from understudy.client import ApiDouble, ControlClient

Scope = Literal["function", "module", "session"]

#: By scope, what the names of its fixtures end with, and whose namespace it is.
_SCOPES: dict[Scope, tuple[str, str]] = {
    "session": ("_session", "the session"),
    "module": ("_module", "the test's module"),
    "function": ("", "the test"),
}


def fixtures_of(apis: Iterable[str]) -> ModuleType:
    """Return a plugin with the fixtures of each scope: `understudy`, and one for each API, named
    like it."""
    fixtures = ModuleType("understudy_fixtures")
    known = list(apis)
    for scope, (suffix, whose) in _SCOPES.items():
        control = f"understudy{suffix}"
        vars(fixtures)[control] = _control_fixture(control, scope, whose)
        for api in known:
            name = re.sub(r"\W", "_", api) + suffix
            vars(fixtures)[name] = _api_fixture(name, scope, whose, api, control)
    return fixtures


def _control_fixture(name: str, scope: Scope, whose: str) -> Any:
    def control(request: pytest.FixtureRequest) -> Iterator[ControlClient]:
        node, failed = request.node, request.session.testsfailed
        client = new_namespace(request.config)
        controls = node.stash.setdefault(CONTROLS, {})
        controls[name] = client
        yield client
        message = ""
        if scope != "function":  # a test fails by itself, before its fixtures end
            message = failure(node, client, plans=request.session.testsfailed == failed)
        coverage.collect(request.config, client)
        del controls[name]
        delete_namespace(client)
        if message:
            pytest.fail(f"{name}: {message}", pytrace=False)

    control.__doc__ = (
        f"The control API of the namespace of {whose}: an `understudy.client.ControlClient`.\n\n"
        f"The namespace is deleted at the end of {whose}."
    )
    return pytest.fixture(name=name, scope=scope)(control)


def _api_fixture(name: str, scope: Scope, whose: str, api: str, control: str) -> Any:
    def double(request: pytest.FixtureRequest, **controls: ControlClient) -> ApiDouble:
        return double_of(request.config, controls[control], api)

    # What pytest reads the names of other fixtures from.
    arguments = [Parameter(name, Parameter.KEYWORD_ONLY) for name in ("request", control)]
    vars(double)["__signature__"] = Signature(arguments)

    double.__doc__ = (
        f"The API {api} in the namespace of {whose}: an `understudy.client.ApiDouble` with `url` "
        "and `api_key` for its client, faults, clock, state, requests and assertions."
    )
    return pytest.fixture(name=name, scope=scope)(double)
