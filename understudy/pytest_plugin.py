"""pytest's plugin: for each API of the project a fixture of its name, and `understudy`, the side
door of the test's own namespace.

    def test_my_program(petstore):
        petstore.fail_next("getPet", status=503)
        my_program(base_url=petstore.url, api_key=petstore.api_key)
        petstore.assert_called("getPet", path="/pets/p1")

One server for the whole session (each worker of xdist has its own), started at first use; a new
namespace for each test. A test whose client broke a contract fails at its end, with the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from understudy.client import ApiDouble, ControlClient, JournalEntry
    from understudy.stand_in import StandInServer

_numbers = count(1)

#: What the end of a test looks at.
_DOOR = pytest.StashKey["ControlClient"]()
_THEATRE = pytest.StashKey["StandInServer"]()

#: Where `understudy serve` would be, for who repeats requests by hand.
_PLACE = "http://127.0.0.1:3000"

#: The last exchanges that the report of a failed test shows.
_MOST_SHOWN = 50

_MARK = (
    "understudy(violations='allow'|'fail', deprecated='allow'|'fail'): whether this test fails "
    "where its client breaks a contract, or calls what is deprecated"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options in pyproject.toml; `understudy_options` are those of `understudy serve`."""
    parser.addini("understudy_project", "the project to serve; default: the bundled one")
    parser.addini("understudy_options", "options of `understudy serve`", type="args")
    parser.addini("understudy_in_process", "serve without a socket", type="bool", default=False)
    parser.addini("understudy_violations", "fail or allow; default: fail", default="fail")
    parser.addini("understudy_deprecated", "fail or allow; default: allow", default="allow")


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures of the APIs that the project has."""
    config.addinivalue_line("markers", _MARK)
    from understudy.errors import UsageError
    from understudy.serving.project import names

    project = _project(config)
    if project is not None and not project.exists():
        raise pytest.UsageError(f"understudy_project: there is no {project}")
    try:
        found = names([] if project is None else [project])
    except UsageError as error:
        raise pytest.UsageError(f"understudy_project: {error}") from None
    made = ModuleType("understudy_fixtures")
    vars(made).update({name: _fixture_of(name) for name in found})
    config.pluginmanager.register(made, made.__name__)


def _project(config: pytest.Config) -> Path | None:
    project = config.getini("understudy_project")
    return config.rootpath / project if project else None


def _fixture_of(name: str) -> Any:
    @pytest.fixture(name=re.sub(r"\W", "_", name))
    def double(request: pytest.FixtureRequest, understudy: ControlClient) -> ApiDouble:
        stand_in: StandInServer = request.config.stash[_THEATRE]
        return stand_in.double(understudy, name)

    double.__doc__ = f"The API {name}, in the test's own namespace."
    return double


@pytest.fixture
def understudy(request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    """The side door of the test's own namespace, which is forgotten after the test."""
    config = request.config
    stand_in = config.stash.get(_THEATRE, None)
    if stand_in is None:
        stand_in = config.stash[_THEATRE] = _opened(config)
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    control = stand_in.control(f"{worker}-{next(_numbers)}")
    request.node.stash[_DOOR] = control
    yield control
    control.drop()
    control.close()


def _opened(config: pytest.Config) -> StandInServer:
    try:
        from understudy.stand_in import StandInServer
    except ModuleNotFoundError as error:
        from understudy.distribution import install_command

        needed = f"the fixtures need {error.name}: {install_command('pytest')}"
        raise pytest.fail.Exception(needed, pytrace=False) from None
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
    """End the server."""
    stand_in = config.stash.get(_THEATRE, None)
    if stand_in is not None:
        stand_in.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that passes although its client did what it must not."""
    yield
    control = item.stash.get(_DOOR, None)
    story = None if control is None else _story(item, control)
    if story:
        pytest.fail(story, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what was asked in the report of a test that failed."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    control = item.stash.get(_DOOR, None)
    if report.failed and report.when != "teardown" and control is not None:
        report.sections.append(("understudy", _journal(control)))
    return report  # type: ignore[return-value]


def _journal(control: ControlClient) -> str:
    import httpx

    try:
        exchanges = control.requests(limit=_MOST_SHOWN)
    except httpx.HTTPError as error:
        return f"the stand-in does not answer: {error}"
    return "\n".join(map(_told, exchanges)) or "no requests"


def _story(item: pytest.Item, control: ControlClient) -> str:
    """What the client did that it must not do."""
    told = []
    if _fails(item, "violations"):
        broken = [_told(e) for e in control.requests(valid=False)]
        told += ["the client broke the contract:", *broken, ""] if broken else []
    if _fails(item, "deprecated"):
        called = [str(e) for e in control.requests(deprecated=True)]
        told += ["the client called what is deprecated:", *called, ""] if called else []
    if not told:
        return ""
    curl = control.curl().replace(control.origin, _PLACE).splitlines()[-_MOST_SHOWN:]
    return "\n".join([*told, "its requests, to repeat with `understudy serve`:", *curl])


def _told(exchange: JournalEntry) -> str:
    lines = [str(exchange), *(f"  {violation}" for violation in exchange.violations)]
    return "\n".join(lines)


def _fails(item: pytest.Item, what: str) -> bool:
    mark = item.get_closest_marker("understudy")
    chosen = mark.kwargs.get(what) if mark else None
    return bool((chosen or item.config.getini(f"understudy_{what}")) == "fail")
