"""Measure what `understudy check` overlooks.

Each mutant of an API is checked: first by the rules of behaviour; if they find nothing, by
Schemathesis; and then, with --explore, by comparison with the stand-in. A line says what caught the
mutant, or that it survived; the last lines say how many were caught. The exit code is 0 if that is
enough, and 1 if not.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from tests.mutants.mutant import Mutant, no_mutant
from tests.mutants.mutated_app import MutatedApp
from tests.mutants.rules import mutant_runner
from tests.support.server import serving
from understudy.commands.reference_models import models_of
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.report import Report
from understudy.conformance.shape.run import check_shape
from understudy.conformance.target.target_client import TargetClient
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import credentials_of
from understudy.serving.project import find_document

#: The share of mutants that must be caught.
ENOUGH = 0.95

#: What caught a mutant; empty if nothing did.
Catch = Callable[[Mutant], str]


class Caught(Exception):
    """Schemathesis has a finding: nothing more need be tried."""


class Measurement:
    """The mutants of an API, its contract and its rules."""

    def __init__(self, api: str, options: argparse.Namespace) -> None:
        self.path, self.options = Path(find_document(api)), options
        self.contract = Contract.load(self.path)
        rules = rules_of(self.contract, self.path)
        self.rules = [rule for rule in rules if options.decided or rule.basis != "decided"]
        self.decided = {rule.id for rule in rules if rule.basis == "decided"}
        mutants: tuple[Mutant, ...] = import_module(f"tests.mutants.{api}").MUTANTS
        self.mutants = [m for m in mutants if not options.only or m.name in options.only]
        secured = any(operation.security for operation in self.contract.operations)
        self.key = "mutants" if secured else None
        self.credentials = credentials_of(self.contract, self.key)
        #: A check leaves out what a server lacks; to hide an operation is a fault of a mutant.
        self.required = {o.id: o.id for o in self.contract.operations}

    def run(self) -> int:
        """Measure, print the results, and return the exit code. Mutants that break only rules of
        our own making are counted apart: by default a check does not use those rules."""
        tiers = [self._behaviour]
        if not self.options.rules_only:
            tiers.append(self._schema)
        if self.options.explore:
            tiers.append(self._exploration)
        survivors = self.mutants
        for tier in tiers:
            survivors = _survivors(tier, survivors)
        decided = [mutant for mutant in self.mutants if mutant.rule in self.decided]
        others = [mutant for mutant in self.mutants if mutant not in decided]
        for mutant in survivors:
            print(f"{mutant.name}: survived{' (decided here)' if mutant in decided else ''}")
        share = _print_share("", others, survivors)
        _print_share(" of what was decided here", decided, survivors)
        return 0 if share >= ENOUGH else 1

    @contextmanager
    def _behaviour(self) -> Iterator[Catch]:
        """Catch mutants by the rules; by the first that breaks, unless all are wanted."""
        with mutant_runner(
            self.mutants, self.contract.base_path, **self.credentials.headers
        ) as runner:

            def catch(mutant: Mutant) -> str:
                began, broken = time.monotonic(), []
                rules = sorted(self.rules, key=lambda rule: rule.id != mutant.rule)
                outcomes = runner.outcomes(mutant.name, rules, clock=self.options.clock)
                with contextlib.closing(outcomes):
                    for outcome in outcomes:
                        if outcome.verdict == "broken":
                            broken.append(f"{outcome.workflow.id}/{outcome.step}")
                            if not self.options.all:
                                break
                seconds = time.monotonic() - began
                return f"behaviour: {' '.join(broken)} ({seconds:.1f} s)" if broken else ""

            yield catch

    @contextmanager
    def _schema(self) -> Iterator[Catch]:
        """Catch mutants by Schemathesis."""
        with serving(MutatedApp(self.mutants)) as url:

            def catch(mutant: Mutant) -> str:
                target = f"{url}/_ns/{mutant.name}.s{self.contract.base_path}"
                coverage = Coverage(len(self.contract.operations))
                report = Report(self.contract.name, target, coverage)

                def stop(_: str) -> None:
                    if report.findings:
                        raise Caught

                options = CheckOptions(max_examples=self.options.max_examples, progress=stop)
                with contextlib.suppress(Caught):
                    client = TargetClient(self.contract, target)
                    check_shape(self.contract, report, options, self.credentials, client=client)
                return f"shape: {_first_of(report)}" if report.findings else ""

            yield catch

    @contextmanager
    def _exploration(self) -> Iterator[Catch]:
        """Catch mutants by comparison with the stand-in; print differences that are for review."""
        explore = self.options.explore
        options = CheckOptions(tiers=(), explore=explore, required=self.required)
        app = MutatedApp(self.mutants)
        with serving(app) as url, models_of(self.path, self.contract.name) as models:

            def catch(mutant: Mutant) -> str:
                report = check(
                    self.contract,
                    f"{url}/_ns/{mutant.name}.e",
                    options,
                    rules=self.rules,
                    models=models,
                    api_key=self.key,
                )
                if report.findings:
                    return f"exploration: {_first_of(report)}"
                for difference in report.for_review:
                    print(f"{mutant.name}: for review: {difference.operation} {difference.title}")
                return ""

            yield catch

    def clean(self, seeds: int) -> int:
        """Check the app without a mutant, with so many seeds; return the exit code."""
        failed = False
        with serving(MutatedApp([Mutant(no_mutant)])) as url:
            for seed in range(1, seeds + 1):
                options = CheckOptions(seed=seed, max_examples=self.options.max_examples)
                target = f"{url}/_ns/{no_mutant.__name__}.{seed}"
                report = check(self.contract, target, options, rules=self.rules, api_key=self.key)
                requests, findings = report.coverage.requests, len(report.findings)
                print(f"seed {seed}: requests: {requests}, findings: {findings}")
                for finding in report.findings:
                    print(f"  {finding.key}: {finding.message}")
                failed = failed or not report.conforms
        return 1 if failed else 0


def _survivors(
    tier: Callable[[], contextlib.AbstractContextManager[Catch]], mutants: list[Mutant]
) -> list[Mutant]:
    """Return the mutants that a tier does not catch; print what caught the others."""
    survivors: list[Mutant] = []
    if not mutants:
        return survivors
    with tier() as catch:
        for mutant in mutants:
            if caught_by := catch(mutant):
                print(f"{mutant.name}: {caught_by}", flush=True)
            else:
                survivors.append(mutant)
    return survivors


def _first_of(report: Report) -> str:
    return f"{report.findings[0].operation} {report.findings[0].rule}"


def _print_share(what: str, mutants: list[Mutant], survivors: list[Mutant]) -> float:
    """Print and return the share of these mutants that was caught."""
    caught = len([mutant for mutant in mutants if mutant not in survivors])
    share = caught / max(len(mutants), 1)
    print(f"{caught} of {len(mutants)}{what} caught, {share:.1%}")
    return share


def main(arguments: list[str]) -> int:
    """Read the options, measure, and return the exit code."""
    description = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="scripts/mutants", description=description[0], epilog=description[2]
    )
    parser.add_argument("api", choices=("zep", "zep4", "eliza"))
    parser.add_argument("--only", action="append", default=[], help="a mutant; may be repeated")
    parser.add_argument("--rules-only", action="store_true", help="leave Schemathesis out")
    parser.add_argument("--all", action="store_true", help="name every rule that breaks")
    parser.add_argument("--decided", action="store_true", help="use rules of our own making, too")
    parser.add_argument("--clock", action="store_true", help="use rules that take time, too")
    parser.add_argument("--explore", type=int, default=0, metavar="N", help="requests to compare")
    parser.add_argument(
        "--max-examples", type=int, help="of Schemathesis; default: that of the command check"
    )
    parser.add_argument("--clean", type=int, metavar="N", help="check without a mutant, N times")
    options = parser.parse_args(arguments)
    measurement = Measurement(options.api, options)
    return measurement.clean(options.clean) if options.clean else measurement.run()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
