"""What the judge overlooks: each breakage of an API is judged as `understudy check` would, first by
the rules of behaviour, then, where those find nothing, by its shape, and then, with --explore, by
comparing it with the stand-in.

Says for each what found it out, or ESCAPED, and in the end how many were caught. The code is 0 if
that is enough, and 1 if not.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from tests.mutants.mutated_app import Broken, Case, Stage, nothing_is_broken, staged  # noqa: E402
from tests.support.server import serving  # noqa: E402
from understudy.commands.reference_models import models_of  # noqa: E402
from understudy.conformance.arazzo.workflow import Workflow, rules_of  # noqa: E402
from understudy.conformance.check import check  # noqa: E402
from understudy.conformance.options import CheckOptions  # noqa: E402
from understudy.conformance.reports.report import Coverage, Report  # noqa: E402
from understudy.conformance.schemathesis_run import check_shape  # noqa: E402
from understudy.conformance.target_client import TargetClient  # noqa: E402
from understudy.openapi.contract import Contract  # noqa: E402
from understudy.openapi.credentials import credential_headers  # noqa: E402
from understudy.serving.project import find_document  # noqa: E402

#: The share of breakages that must be caught.
ENOUGH = 0.95


class Caught(Exception):
    """Something was found: no more need be tried."""


class Measure:
    """The breakages of an API, its contract and its rules."""

    def __init__(self, api: str, options: argparse.Namespace) -> None:
        path = find_document(api)
        self.options, self.contract = options, Contract.load(path)
        every = rules_of(self.contract, path)
        self.rules = [r for r in every if options.decided or r.basis != "decided"]
        self.decided = {r.id: r for r in every if r.basis == "decided"}
        self.cases: list[Case] = [*import_module(f"breakages_{api}").BREAKAGES]
        if options.only:
            self.cases = [case for case in self.cases if case.name in options.only]
        key = "escapes" if any(o.security for o in self.contract.operations) else None
        self.headers = credential_headers(self.contract, key)
        self.key = key

    def run(self) -> int:
        """Measure, tell, and say whether it is enough. What breaks our own decisions alone counts
        apart: a check does not ask for them."""
        escaped = self._by_rules()
        if escaped and not self.options.rules_only:
            escaped = self._by_shape(escaped)
        if escaped and self.options.explore:
            escaped = self._by_exploration(escaped)
        ours = [case for case in self.cases if case.rule in self.decided]
        for case in escaped:
            print(f"{case.name}: ESCAPED{' (decided here)' if case in ours else ''}")
        share = self._share("", [c for c in self.cases if c not in ours], escaped)
        self._share(" of what was decided here", ours, escaped)
        return 0 if share >= ENOUGH else 1

    @staticmethod
    def _share(what: str, cases: list[Case], escaped: list[Case]) -> float:
        """The share of these that was caught; says so."""
        caught = [case for case in cases if case not in escaped]
        share = len(caught) / max(len(cases), 1)
        print(f"{len(caught)} of {len(cases)}{what} caught, {share:.1%}")
        return share

    def _by_rules(self) -> list[Case]:
        """Those that no rule finds out."""
        escaped = []
        with staged(self.cases, self.contract.base_path, **self.headers) as stage:
            for case in self.cases:
                began = time.monotonic()
                found = self._broken(stage, case)
                if not found:
                    escaped.append(case)
                    continue
                took = time.monotonic() - began
                print(f"{case.name}: behaviour: {' '.join(found)} ({took:.1f} s)", flush=True)
        return escaped

    def _broken(self, stage: Stage, case: Case) -> list[str]:
        """The rules that it breaks; the first one alone, unless all are wanted."""
        found = []
        rules, clock = _first(self.rules, case.rule), self.options.clock
        for outcome in stage.outcomes(case.name, rules, clock=clock):
            if outcome.verdict == "broken":
                found.append(f"{outcome.workflow.id}/{outcome.step}")
                if not self.options.all:
                    break
        return found

    def _by_shape(self, cases: list[Case]) -> list[Case]:
        """Those that their shape does not tell either."""
        escaped = []
        with serving(Broken(cases)) as url:
            for case in cases:
                target = f"{url}/_ns/{case.name}.s{self.contract.base_path}"
                report = Report(self.contract.name, target, Coverage(len(self.contract.operations)))

                def stop(line: str, report: Report = report) -> None:
                    if report.findings:
                        raise Caught

                scope = CheckOptions(max_examples=self.options.max_examples, progress=stop)
                with contextlib.suppress(Caught):
                    client = TargetClient(self.contract, target)
                    check_shape(self.contract, report, scope, self.headers, client=client)
                if report.findings:
                    first = report.findings[0]
                    print(f"{case.name}: shape: {first.operation} {first.rule}", flush=True)
                else:
                    escaped.append(case)
        return escaped

    def _by_exploration(self, cases: list[Case]) -> list[Case]:
        """Those that behave like the stand-in, as far as is tried; what a difference is for, a
        finding or a review, is said."""
        escaped = []
        scope = CheckOptions(tiers=(), explore=self.options.explore)
        path = self.contract.path
        assert path is not None
        with serving(Broken(cases)) as url, models_of(path, self.contract.name) as models:
            for case in cases:
                target = f"{url}/_ns/{case.name}.e"
                report = check(
                    self.contract, target, scope, rules=self.rules, models=models, api_key=self.key
                )
                if report.findings:
                    first = report.findings[0]
                    print(f"{case.name}: exploration: {first.operation} {first.rule}", flush=True)
                    continue
                escaped.append(case)
                for found in report.for_review:
                    print(f"{case.name}: for review: {found.operation} {found.title}", flush=True)
        return escaped

    def clean(self, seeds: int) -> int:
        """Judge our app with nothing broken, in both tiers, with so many seeds."""
        failures = 0
        with serving(Broken([Case(nothing_is_broken)])) as url:
            for seed in range(1, seeds + 1):
                scope = CheckOptions(seed=seed, max_examples=self.options.max_examples)
                target = f"{url}/_ns/{nothing_is_broken.__name__}.{seed}"
                report = check(self.contract, target, scope, rules=self.rules, api_key=self.key)
                requests = report.coverage.requests
                print(f"seed {seed}: {requests} requests, {len(report.findings)} findings")
                for finding in report.findings:
                    print(f"  {finding.key}: {finding.message}")
                failures += not report.conforms
        return 1 if failures else 0


def _first(rules: Iterable[Workflow], name: str) -> list[Workflow]:
    """The rules, beginning with the one of that name."""
    return sorted(rules, key=lambda rule: rule.id != name)


def main(arguments: list[str]) -> Any:
    """Read the options, measure, and say whether enough was caught."""
    parser = argparse.ArgumentParser(prog="scripts/escapes", description=__doc__)
    parser.add_argument("api", choices=("zep", "eliza"))
    parser.add_argument("--only", action="append", default=[], help="a breakage; may be repeated")
    parser.add_argument("--rules-only", action="store_true", help="leave the shape alone")
    parser.add_argument("--all", action="store_true", help="tell every rule that is broken")
    parser.add_argument("--decided", action="store_true", help="let rules decided here find too")
    parser.add_argument("--clock", action="store_true", help="let rules that take time find too")
    parser.add_argument("--explore", type=int, default=0, metavar="N", help="requests of that tier")
    parser.add_argument("--max-examples", type=int, default=30, help="of the shape; default: 30")
    parser.add_argument("--clean", type=int, metavar="N", help="judge what is not broken, N times")
    options = parser.parse_args(arguments)
    measure = Measure(options.api, options)
    return measure.clean(options.clean) if options.clean else measure.run()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
