"""`understudy check`: from its options to the verdict and the exit code."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

import msgspec

from understudy.commands.reference_models import models_of
from understudy.conformance.arazzo.runner import Advance
from understudy.conformance.arazzo.workflow import Workflow, rules_of
from understudy.conformance.behaviour import clock_at, wait
from understudy.conformance.check import check
from understudy.conformance.options import TIERS, CheckOptions
from understudy.conformance.reports import FORMATS, as_text
from understudy.conformance.reports.report import AcceptedFinding, Report
from understudy.conformance.traffic.findings import check_recording
from understudy.conformance.traffic.loader import read
from understudy.errors import Problem, UsageError
from understudy.http import json_codec
from understudy.openapi.contract import Contract
from understudy.serving.project import find_document

#: Requests of exploration where nobody says how many.
_EXPLORED = 300
#: The options that what was recorded has no use for.
_OF_A_SERVER = (
    *("tier", "explore", "rate", "max_requests"),
    *("clock", "slow", "decided", "variant", "api_key"),
)


def judge(options: argparse.Namespace) -> int:
    """Judge a server, or what was recorded of one; 0 where it conforms, 1 where not, 2 where it
    could not be judged."""
    _refuse_mixed(options)
    path = find_document(options.api)
    contract = Contract.load(path)
    rules = rules_of(contract, path)
    scope = CheckOptions(
        tiers=tuple(options.tier or TIERS),
        max_examples=options.max_examples,
        seed=options.seed,
        only=frozenset(options.only),
        skip=frozenset(options.skip),
        rate=options.rate,
        max_requests=options.max_requests,
        timeout=options.timeout,
        explore=options.explore or (_EXPLORED if "exploration" in (options.tier or ()) else 0),
        include_decided=options.decided,
        persona=options.variant,
        advance=_advance(options),
        progress=_tell if sys.stderr.isatty() else lambda _: None,
    )
    _refuse_unknown(contract, {rule.id for rule in rules}, scope.only | scope.skip)
    known = _baseline(options.baseline)
    check_writable(options.output)
    report = _judged(contract, path, rules, scope, options)
    report.apply_baseline(known)
    return conclude(report, options)


def _judged(
    contract: Contract,
    path: Path,
    rules: list[Workflow],
    scope: CheckOptions,
    options: argparse.Namespace,
) -> Report:
    if options.traffic is not None:
        recording, name = read(options.traffic), str(options.traffic)
        return check_recording(contract, recording, name, options.fail_on, scope.selects_operation)
    explored = models_of(path, contract.name, scope.persona) if scope.explore else nullcontext(())
    with explored as models:
        return check(
            contract, options.url, scope, rules=rules, models=models, api_key=options.api_key
        )


def _refuse_mixed(options: argparse.Namespace) -> None:
    """Raises UsageError where it is not plain whether a server is judged or what was recorded."""
    if (options.url is None) is (options.traffic is None):
        raise UsageError("give the URL of a server, or --traffic FILE: one of the two")
    if options.traffic is None and options.fail_on:
        raise UsageError("--fail-on is about --traffic: all faults of a server that is asked count")
    for name in _OF_A_SERVER:
        if options.traffic is not None and getattr(options, name):
            raise UsageError(f"--{name.replace('_', '-')} is for a server: --traffic asks none")


def check_writable(file: Path | None) -> None:
    """Raises UsageError where a file could not be written later."""
    if file is not None and not file.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no {file.parent}")
    if file is not None and file.is_dir():
        raise UsageError(f"{file} cannot be written: it is a directory")


def conclude(report: Report, options: argparse.Namespace) -> int:
    """Write the report as it is wanted; the code that says what came of it."""
    _write(report, options)
    if report.conforms:
        return 0
    return 1 if report.findings else 2


def _advance(options: argparse.Namespace) -> Advance | None:
    if options.clock:
        return clock_at(options.clock)
    return wait if options.slow else None


def _tell(line: str) -> None:
    """Show how far it is, in one line that the next one replaces."""
    sys.stderr.write(f"\r\x1b[K{line[:150]}")
    sys.stderr.flush()


def _refuse_unknown(contract: Contract, rules: set[str], names: frozenset[str]) -> None:
    known = {"documented", "observed", "decided", *rules}
    for operation in contract.operations:
        known |= {operation.id, *operation.definition.get("tags", ())}
    for name in sorted(names - known):
        raise UsageError(f"{contract.name} has no operation, tag or rule named {name!r}")


def _baseline(baseline: Path | None) -> list[AcceptedFinding]:
    """The findings of an earlier report. Raises UsageError."""
    if baseline is None:
        return []
    try:
        told = json_codec.decode(baseline.read_bytes())
        return msgspec.convert([*told["findings"], *told["baseline"]], list[AcceptedFinding])
    except OSError as error:
        raise UsageError(f"{baseline} cannot be read: {error.strerror}") from None
    except (Problem, KeyError, TypeError, msgspec.ValidationError):
        raise UsageError(f"{baseline} is no report: make one with --format json") from None


def _write(report: Report, options: argparse.Namespace) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    text = FORMATS[options.format](report)
    if options.output is None:
        print(text)
        return
    print(as_text(report))
    try:
        options.output.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"{options.output} cannot be written: {error.strerror}") from None
