"""The CPU time of the pages, of the bundled APIs and of a document of 300 operations.

The first page is that of a server which has just started: what it imports and builds counts.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.commands import ROOT
from benchmarks.large_document import large_document
from benchmarks.result import Limit, Result, at_most
from benchmarks.settings import Settings

#: How many operations with long definitions are tried: their pages are the largest ones.
_CANDIDATES = 20

_REFERENCE = "/_understudy/reference"


class PagesResult(NamedTuple):
    """Milliseconds of CPU for the first page, if it is the overview, or that of an operation; for
    the dearest and for a usual page; and the bytes of the largest and of a usual page."""

    first_overview: float
    first_operation: float
    dearest: float
    usual: float
    largest: float
    usual_size: float


def pages(settings: Settings) -> Result:
    """Open pages, in new processes each round."""
    with TemporaryDirectory() as directory:
        large = Path(directory) / "large.json"
        large.write_text(json.dumps(large_document()))
        results = {
            "bundled APIs": _median(settings, ROOT / "specs" / "zep.yaml"),
            "300 operations": _median(settings, large),
        }
    columns = ("overview", "operation", "dearest", "usual", "largest", "usual")
    print("\nms of CPU, kB   " + "".join(f"{column:>10}" for column in columns))
    for name, result in results.items():
        *times, largest, usual = result
        figures = [*times, largest / 1000, usual / 1000]
        print(f"{name:16}" + "".join(f"{figure:10.0f}" for figure in figures))
    return Result([limit for name, each in results.items() for limit in _limits(name, each)])


def _limits(name: str, result: PagesResult) -> list[Limit]:
    first = max(result.first_overview, result.first_operation)
    return [
        at_most(f"CPU of the first page, {name}", first, 100, " ms"),
        at_most(f"CPU of the dearest page, {name}", result.dearest, 300, " ms"),
    ]


def _median(settings: Settings, document: Path) -> PagesResult:
    """Return the medians of all rounds; the first round, which fills the caches, is not counted."""
    rounds = [_round(document) for _ in range(settings.rounds + 1)]
    return PagesResult(*map(median, zip(*rounds[1:], strict=True)))


def _round(document: Path) -> PagesResult:
    overview, *_ = _run(document, "overview")
    operation, *others = _run(document, "operation")
    return PagesResult(overview, operation, *others)


def _run(document: Path, first: str) -> list[float]:
    completed = subprocess.run(
        [sys.executable, "-m", "benchmarks.pages", str(document), first],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(text) for text in completed.stdout.split()]


class _Client:
    """Opens pages of a server that has just started, in this process."""

    def __init__(self, document: Path) -> None:
        import flask.testing  # noqa: F401 (a server has no test client)

        from understudy.app import Understudy
        from understudy.serving.project import load

        self.apis = load([document] if ROOT not in document.parents else [])
        Understudy(self.apis)  # imports and builds what a server has before its first page
        gc.freeze()  # as a server does when it is ready, see `_tune_garbage_collector`
        gc.set_threshold(700, 10, 50)
        self._client: Any = None

    def open(self, path: str) -> tuple[float, int]:
        """Return the milliseconds of CPU and the bytes of a page."""
        began = time.process_time()
        if self._client is None:
            from understudy.web.app import create_pages

            self._client = create_pages(self.apis).test_client()
        response = self._client.get(path)
        size = len(response.data)
        if response.status_code != 200:
            raise SystemExit(f"bench: the page {path} has status {response.status_code}")
        return (time.process_time() - began) * 1000, size


def _measure(document: Path, first: str) -> list[float]:
    """Open the first page, and then many others."""
    client = _Client(document)
    operations = [(api.name, o) for api in client.apis for o in api.contract.operations]
    operations.sort(key=lambda named: -len(str(named[1].definition)))
    addresses = [f"{_REFERENCE}/{name}/{operation.id}" for name, operation in operations]
    usual = addresses[len(addresses) // 2]
    name = client.apis[0].name
    first_time, _ = client.open(f"{_REFERENCE}/{name}/" if first == "overview" else usual)
    others = ["/", *addresses[:_CANDIDATES]]
    others += [f"{_REFERENCE}/{api.name}/{page}" for api in client.apis for page in ("", "rules")]
    costs = [client.open(address) for address in others]
    times, sizes = [cost for cost, _ in costs], [size for _, size in costs]
    few = [client.open(address) for address in addresses[_CANDIDATES::10]]
    usual_time, usual_size = (median(values) for values in zip(*few, strict=True))
    return [first_time, max(times), usual_time, max(sizes), usual_size]


if __name__ == "__main__":
    print(*_measure(Path(sys.argv[1]), sys.argv[2]))
