"""The pytest plugin: a fixture for each API of the project, named like it, and the fixture
`understudy`, the control API of the test's own namespace. Both are also there for a module and for
the session, as in `petstore_module` and `understudy_session`.

    def test_my_program(petstore):
        petstore.fail_next("getPet", status=503)
        my_program(base_url=petstore.url, api_key=petstore.api_key)
        petstore.assert_called("getPet", path="/pets/p1")

One server serves the whole session (with pytest-xdist one for each worker); it starts at first use,
unless `--understudy-url` names one that runs already. Each test has a new namespace, also where
several sessions share a server or a database. A test whose client violated a contract, or that
planned what nothing met, fails at its end, with the reasons and the requests.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from understudy.pytest_plugin import coverage
from understudy.pytest_plugin.fixtures import fixtures_of
from understudy.pytest_plugin.options import (
    MARK,
    add_options,
    api_names,
    check_marker,
    check_options,
    project,
)
from understudy.pytest_plugin.reports import CONTROLS, controls_of, failure, journal
from understudy.pytest_plugin.server import close_server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    add_options(parser)
    coverage.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and a fixture for each API of the project."""
    config.addinivalue_line("markers", MARK)
    check_options(config)
    fixtures = fixtures_of(api_names(config))
    config.pluginmanager.register(fixtures, fixtures.__name__)
    coverage.configure(config, project(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check the markers: one with a mistake would change nothing, and say nothing."""
    for item in items:
        check_marker(item)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    close_server(config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that passes although its client violated a contract, or nothing met its plans."""
    yield
    control = item.stash.get(CONTROLS, {}).get("understudy")
    message = None if control is None else failure(item, control)
    if message:
        pytest.fail(message, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add the journal to the report of a failed test."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if report.failed and report.when != "teardown":
        sections = ((name, journal(control)) for name, control in controls_of(item).items())
        report.sections.extend(sections)
    return report  # type: ignore[return-value]
