"""The pytest plugin: a fixture for each API of the project, named like it, and the fixture
`understudy`, the control API of the test's own namespace.

    def test_my_program(petstore):
        petstore.fail_next("getPet", status=503)
        my_program(base_url=petstore.url, api_key=petstore.api_key)
        petstore.assert_called("getPet", path="/pets/p1")

One server serves the whole session (with pytest-xdist one for each worker); it starts at first use.
Each test has a new namespace, also where the option `--store` lets several sessions share a
database. A test whose client violated a contract fails at its end, with the
violations and the requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from secrets import token_hex
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from understudy.pytest_plugin import coverage

if TYPE_CHECKING:
    from understudy.client import ApiDouble, ControlClient, JournalEntry
    from understudy.openapi.loading.retrieval import Source
    from understudy.stand_in import StandInServer

_numbers = count(1)

#: The control client of a test, and the server of the session.
_CONTROL = pytest.StashKey["ControlClient"]()
_SERVER = pytest.StashKey["StandInServer"]()

#: The default origin of `understudy serve`, for curl commands that repeat the requests.
_DEFAULT_ORIGIN = "http://127.0.0.1:3000"

#: The number of exchanges in the report of a failed test.
_MOST_SHOWN = 50

_MARK = (
    "understudy(violations='allow'|'fail', deprecated='allow'|'fail'): whether this test fails "
    "if its client violates a contract, or calls a deprecated operation"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    coverage.add_options(parser)
    parser.addini(
        "understudy_project",
        "directory or document to serve, or a document's URL; default: the bundled APIs",
    )
    parser.addini("understudy_options", "options of `understudy serve`", type="args")
    parser.addini(
        "understudy_in_process",
        "serve in the process of the tests, without a socket",
        type="bool",
        default=False,
    )
    parser.addini(
        "understudy_violations",
        "whether violations of a contract fail a test: fail (default) or allow",
        default="fail",
    )
    parser.addini(
        "understudy_deprecated",
        "whether calls of deprecated operations fail a test: fail or allow (default)",
        default="allow",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and a fixture for each API of the project."""
    config.addinivalue_line("markers", _MARK)
    from understudy.errors import UsageError
    from understudy.serving.project import names

    project = _project(config)
    if isinstance(project, Path) and not project.exists():
        raise pytest.UsageError(f"understudy_project: {project} does not exist")
    try:
        api_names = names([] if project is None else [project])
    except UsageError as error:
        raise pytest.UsageError(f"understudy_project: {error}") from None
    fixtures = ModuleType("understudy_fixtures")
    vars(fixtures).update({name: _api_fixture(name) for name in api_names})
    config.pluginmanager.register(fixtures, fixtures.__name__)
    coverage.configure(config, project)


def _project(config: pytest.Config) -> Source | None:
    from understudy.openapi.loading.retrieval import is_url

    project: str = config.getini("understudy_project")
    if not project or is_url(project):
        return project or None
    return config.rootpath / project


def _api_fixture(name: str) -> Any:
    @pytest.fixture(name=re.sub(r"\W", "_", name))
    def double(request: pytest.FixtureRequest, understudy: ControlClient) -> ApiDouble:
        server: StandInServer = request.config.stash[_SERVER]
        return server.double(understudy, name)

    double.__doc__ = (
        f"The API {name} in the test's own namespace: an `understudy.client.ApiDouble` with `url` "
        "and `api_key` for its client, faults, clock, state, requests and assertions."
    )
    return double


@pytest.fixture
def understudy(request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    """The control API of the test's own namespace: an `understudy.client.ControlClient`.

    The namespace is deleted after the test.
    """
    config = request.config
    server = config.stash.get(_SERVER, None)
    if server is None:
        server = config.stash[_SERVER] = _start_server(config)
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    control = _new_namespace(server, f"{worker}-{next(_numbers)}")
    request.node.stash[_CONTROL] = control
    yield control
    coverage.collect(config, control)
    control.delete_namespace()
    control.close()


def _new_namespace(server: StandInServer, name: str) -> ControlClient:
    """Return the control API of a namespace that no other session has; its ids are those of the
    name."""
    if not server.is_shared:
        return server.control(name)
    control = server.control(f"{name}-{token_hex(4)}")
    control.reset(seed=name)
    return control


def _start_server(config: pytest.Config) -> StandInServer:
    """Start the server of the session. Raises pytest.fail.Exception."""
    try:
        from understudy.stand_in import StandInServer
    except ModuleNotFoundError as error:
        from understudy.distribution import install_command

        message = f"the fixtures need {error.name}: {install_command('pytest')}"
        raise pytest.fail.Exception(message, pytrace=False) from None
    from understudy.errors import UsageError

    try:
        return StandInServer.open(
            _project(config),
            config.getini("understudy_options"),
            in_process=config.getini("understudy_in_process"),
        )
    except UsageError as error:
        raise pytest.fail.Exception(f"understudy: {error}", pytrace=False) from None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    server = config.stash.get(_SERVER, None)
    if server is not None:
        server.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that passes although its client violated a contract."""
    yield
    control = item.stash.get(_CONTROL, None)
    message = None if control is None else _failure(item, control)
    if message:
        pytest.fail(message, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add the journal to the report of a failed test."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    control = item.stash.get(_CONTROL, None)
    if report.failed and report.when != "teardown" and control is not None:
        report.sections.append(("understudy", _journal(control)))
    return report  # type: ignore[return-value]


def _journal(control: ControlClient) -> str:
    import httpx

    try:
        exchanges = control.requests(limit=_MOST_SHOWN)
    except httpx.HTTPError as error:
        return f"the stand-in does not respond: {error}"
    return "\n".join(map(_description, exchanges)) or "no requests"


def _failure(item: pytest.Item, control: ControlClient) -> str:
    """Return why the test fails, with the requests as curl commands; empty if it passes."""
    reasons = []
    if _fails(item, "violations"):
        invalid = [_description(e) for e in control.requests(valid=False)]
        reasons += ["the client violated the contract:", *invalid, ""] if invalid else []
    if _fails(item, "deprecated"):
        called = [str(e) for e in control.requests(deprecated=True)]
        reasons += ["the client called deprecated operations:", *called, ""] if called else []
    if not reasons:
        return ""
    curl = control.curl(direction="incoming").replace(control.origin, _DEFAULT_ORIGIN)
    commands = curl.splitlines()[-_MOST_SHOWN:]
    return "\n".join([*reasons, "its requests, to be repeated with `understudy serve`:", *commands])


def _description(exchange: JournalEntry) -> str:
    lines = [str(exchange), *(f"  {violation}" for violation in exchange.violations)]
    return "\n".join(lines)


def _fails(item: pytest.Item, what: str) -> bool:
    mark = item.get_closest_marker("understudy")
    chosen = mark.kwargs.get(what) if mark else None
    return bool((chosen or item.config.getini(f"understudy_{what}")) == "fail")
