"""How far a run of Schemathesis is: its phase, and the operations that are left in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted

#: The phases that send requests for operations, in their order.
_PHASES = ("examples", "coverage", "fuzzing", "stateful")


class ShapeProgress:
    """Takes the events of a run of `total` operations, and shows a line after each scenario."""

    def __init__(self, total: int, show: Callable[[str], None]) -> None:
        self._total = total
        self._show = show
        self._phase = ""
        self._done: set[str] = set()

    def record(self, event: Any, report: Report) -> None:
        """Count the scenario that has finished, and show how far the run is."""
        phase = str(event.phase)
        if phase != self._phase:
            self._phase, self._done = phase, set()
        self._done.add(str(event.label))
        if phase not in _PHASES:
            return
        number = f"{_PHASES.index(phase) + 1} of {len(_PHASES)}"
        # A sequence of the phase "stateful" is of several operations.
        done = f"{len(self._done)} of {counted(self._total, 'operation')}, "
        self._show(
            f"shape, phase {number} ({phase}): {'' if phase == 'stateful' else done}"
            f"{counted(report.coverage.requests, 'request')}, "
            f"{counted(len(report.findings), 'finding')}"
        )
