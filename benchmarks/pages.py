"""The CPU time of the pages: of the first one, and of the most expensive one of the reference."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median
from typing import NamedTuple

from benchmarks.commands import ROOT
from benchmarks.result import Result, at_most
from benchmarks.settings import Settings

#: How many operations with long definitions are tried: their pages are the most expensive ones.
_CANDIDATES = 20


class PagesResult(NamedTuple):
    """Milliseconds of CPU for the first page, once Flask is imported, and for the dearest one."""

    first: float
    dearest: float


def pages(settings: Settings) -> Result:
    """Open pages, in a new process each round."""
    first, dearest = zip(*(_run() for _ in range(settings.rounds)), strict=True)
    result = PagesResult(median(first), median(dearest))
    print(f"\nfirst page: {result.first:.0f} ms of CPU, dearest page: {result.dearest:.0f} ms")
    return Result(
        [
            at_most("CPU of the first page", result.first, 100, " ms"),
            at_most("CPU of the dearest page", result.dearest, 300, " ms"),
        ]
    )


def _run() -> PagesResult:
    completed = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return PagesResult(*map(float, completed.stdout.split()))


def _measure() -> PagesResult:
    """Open pages in this process, which has not opened any yet."""
    import flask_swagger_ui  # noqa: F401 (they are imported before the clock starts)
    import markdown_it  # noqa: F401

    from understudy.serving.project import load
    from understudy.web.app import create_pages

    apis = load()
    began = time.process_time()
    client = create_pages(apis).test_client()
    client.get("/")
    first = time.process_time() - began
    operations = [(api.name, operation) for api in apis for operation in api.contract.operations]
    operations.sort(key=lambda named: -len(str(named[1].definition)))
    names = [f"{name}/{operation.id}" for name, operation in operations[:_CANDIDATES]]
    names += [f"{api.name}/{page}" for api in apis for page in ("", "rules")]
    dearest = 0.0
    for name in names:
        began = time.process_time()
        response = client.get(f"/_understudy/reference/{name}")
        dearest = max(dearest, time.process_time() - began)
        if response.status_code != 200:
            raise SystemExit(f"bench: the page {name} has status {response.status_code}")
    return PagesResult(first * 1000, dearest * 1000)


if __name__ == "__main__":
    print(*_measure())
