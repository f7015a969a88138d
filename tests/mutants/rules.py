"""Runs an API's rules against a server; against mutants in this process, too."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from tests.mutants.mutant import Mutant
from tests.mutants.mutated_app import MutatedApp
from tests.support.coverage import without_coverage
from understudy.client import ControlClient
from understudy.client.transports.httpx_transport import Transport
from understudy.client.transports.in_process import InProcess
from understudy.client.transports.requests_adapter import Adapter
from understudy.conformance.arazzo.runner import Advance, Outcome, Runner
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.target.http_client import HttpClient
from understudy.openapi.credentials import Credentials


def run_rules(
    base_url: str,
    rules: Iterable[Workflow],
    *,
    run: str,
    headers: Mapping[str, str] | None = None,
    advance: Advance | None = None,
    in_process: InProcess | None = None,
) -> Iterator[Outcome]:
    """Run rules at a URL, by sockets or in a process; `run` makes their ids unique."""
    with HttpClient(Adapter(in_process) if in_process else None) as client:
        runner = Runner(
            base_url, Credentials(headers or {}), run=run, advance=advance, client=client
        )
        yield from runner.run(rules)


def advance_of(control: ControlClient) -> Advance:
    """Return the function that lets time pass in a namespace."""

    def advance(duration: str) -> None:
        control.clock.advance(duration)

    return advance


class MutantRunner:
    """Runs rules against mutants in this process, each time in a new namespace."""

    def __init__(self, app: InProcess, base_path: str, headers: Mapping[str, str]) -> None:
        self._app, self._base_path, self._headers = app, base_path, headers
        self._numbers = count(1)

    def outcomes(
        self, mutant: str, rules: Iterable[Workflow], *, clock: bool = True, **settings: Any
    ) -> Generator[Outcome, None, None]:
        """Run rules under the mutant of that name, with a clock or without one, in a namespace with
        these settings, which is dropped in the end."""
        number = next(self._numbers)
        control = ControlClient(
            "http://localhost", f"{mutant}.{number}", transport=Transport(self._app)
        )
        if settings:
            control.settings(**settings)
        try:
            yield from run_rules(
                control.url + self._base_path,
                rules,
                run=f"run{number}",
                headers=self._headers,
                advance=advance_of(control) if clock else None,
                in_process=self._app,
            )
        finally:
            control.delete_namespace()


@contextmanager
def mutant_runner(
    mutants: Iterable[Mutant], base_path: str, **headers: str
) -> Iterator[MutantRunner]:
    """Open a runner for these mutants, until the block ends; `headers` carry the API key.

    No coverage is measured until then: mutants test the rules, not our code.
    """
    with without_coverage():
        app = InProcess(MutatedApp(mutants))
        try:
            yield MutantRunner(app, base_path, headers)
        finally:
            app.close()
