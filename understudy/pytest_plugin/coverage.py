"""Contract coverage of the tests: what their clients touched of the documents.

Nothing of it is imported or registered where no option asks for it. With pytest-xdist each worker
hands its part to the controller, which merges and reports.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from understudy.client import ControlClient
    from understudy.coverage.collector import Collector
    from understudy.coverage.result import Coverage
    from understudy.openapi.loading.retrieval import Source

_NAME = "understudy_coverage"
_USED = "understudy_used_operations"
_TERM, _SUFFIXES = "term", (".html", ".json")


def add_options(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("understudy")
    group.addoption(
        "--understudy-coverage",
        action="append",
        nargs="?",
        const=_TERM,
        default=[],
        metavar="term|FILE.html|FILE.json",
        help="report what the clients of tests touched of the documents: in the summary, and in "
        "a file; repeatable",
    )
    group.addoption(
        "--understudy-fail-under",
        type=float,
        metavar="PERCENT",
        help=f"fail if fewer of the used operations were called; {_USED} names them",
    )
    parser.addini(
        _USED,
        "the operations that the program uses, for the coverage: operationIds, tags, APIs, or "
        "`METHOD /path`, one a line; * is a wildcard",
        type="linelist",
    )


def configure(config: pytest.Config, project: Source | None) -> None:
    """Register the collection of coverage if an option asks for it. Raises pytest.UsageError."""
    reports: list[str] = config.getoption("understudy_coverage")
    least: float | None = config.getoption("understudy_fail_under")
    if (not reports and least is None) or config.option.collectonly:
        return
    if least is not None and not 0 <= least <= 100:
        raise pytest.UsageError(f"--understudy-fail-under: {least:g} is not from 0 to 100")
    files = {name: _file(config, name) for name in reports if name != _TERM}
    plugin = ContractCoverage(config, project, files, least)
    if not hasattr(config, "workerinput"):
        plugin.check_names()
    config.pluginmanager.register(plugin, _NAME)


def collect(config: pytest.Config, control: ControlClient) -> None:
    """Count the exchanges in the namespace of a test, if coverage is asked for."""
    plugin = config.pluginmanager.get_plugin(_NAME)
    if plugin is not None:
        plugin.collect(control)


def _file(config: pytest.Config, name: str) -> Path:
    """Return the file of a report. Raises pytest.UsageError if it cannot be one."""
    file = config.invocation_params.dir / name
    if file.suffix not in _SUFFIXES:
        raise pytest.UsageError(
            f"--understudy-coverage: {name!r} is not a report; give a file that ends in .html or "
            f".json, or --understudy-coverage={_TERM} for the summary only"
        )
    if not file.parent.is_dir():
        raise pytest.UsageError(f"--understudy-coverage: the directory of {name} does not exist")
    return file


class ContractCoverage:
    """Hooks that collect and report coverage; `files` are the reports by the names that were given,
    `least` is the percentage to reach, if any."""

    def __init__(
        self,
        config: pytest.Config,
        project: Source | None,
        files: dict[str, Path],
        least: float | None,
    ) -> None:
        self._config = config
        self._project = project
        self._files = files
        self._least = least

    @cached_property
    def _collector(self) -> Collector:
        from understudy.coverage.collector import Collector
        from understudy.openapi.contract import Contract
        from understudy.serving.project import documents

        sources = [self._project] if self._project else []
        collector = Collector(Contract.load(document) for document in documents(sources))
        collector.coverage.used = list(self._config.getini(_USED))
        return collector

    @property
    def _coverage(self) -> Coverage:
        return self._collector.coverage

    def check_names(self) -> None:
        """Raise pytest.UsageError if a name of used operations fits none."""
        from understudy.coverage.selection import reject_unknown
        from understudy.errors import UsageError

        try:
            reject_unknown(self._coverage)
        except UsageError as error:
            raise pytest.UsageError(f"{_USED}: {error}") from None

    def collect(self, control: ControlClient) -> None:
        """Count the exchanges of a namespace."""
        from understudy.coverage.journal_reader import read_journal

        content = read_journal(control)
        for exchange in content.exchanges:
            self._collector.add(exchange)
        if content.removed:
            reason = "an exchange was no longer in the journal at the end of its test"
            self._coverage.add_note(reason, content.removed)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the part of a worker of pytest-xdist."""
        from understudy.coverage.json_format import from_json

        part = getattr(node, "workeroutput", {}).get(_NAME)
        if part is None:
            self._coverage.add_note("a worker of pytest-xdist ended without its part")
        else:
            self._coverage.add(from_json(json.loads(part), "the part of a worker"))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand the part of a worker over; or write the reports, and fail if too little is
        covered."""
        from understudy.coverage.html import as_html
        from understudy.coverage.json_format import as_json
        from understudy.files import write_named

        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[_NAME] = as_json(self._coverage)
            return
        for file in self._files.values():
            render = as_html if file.suffix == ".html" else as_json
            write_named(file, f"{render(self._coverage)}\n".encode())
        if self._failure() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _failure(self) -> str:
        from understudy.coverage.selection import failure

        return "" if self._least is None else failure(self._coverage, self._least)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the summary, and where the reports are."""
        from understudy.coverage.text import as_text

        terminalreporter.section("contract coverage")
        terminalreporter.write_line(as_text(self._coverage))
        for name in self._files:
            terminalreporter.write_line(f"written to {name}")
        if reason := self._failure():
            terminalreporter.write_line(f"FAIL: {reason}", red=True)
