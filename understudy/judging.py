"""`understudy check`: from its options to the verdict and the exit code."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from understudy import jsontext
from understudy.arazzo.runner import Advance
from understudy.arazzo.workflow import rules_of
from understudy.behaviour import clock_at, wait
from understudy.conformance import check
from understudy.contract import Contract
from understudy.errors import Problem, UsageError
from understudy.project import find_document
from understudy.reports import FORMATS, as_text
from understudy.scope import TIERS, Scope
from understudy.verdicts import Finding, Report


def judge(options: argparse.Namespace) -> int:
    """Judge a server; 0 where it conforms, 1 where not, 2 where it could not be judged."""
    path = find_document(options.api)
    contract = Contract.load(path)
    rules = rules_of(contract, path)
    scope = Scope(
        tiers=tuple(options.tier or TIERS),
        max_examples=options.max_examples,
        seed=options.seed,
        only=frozenset(options.only),
        skip=frozenset(options.skip),
        rate=options.rate,
        most=options.max_requests,
        decided=options.decided,
        advance=_advance(options),
        progress=_tell if sys.stderr.isatty() else lambda _: None,
    )
    _refuse_unknown(contract, {rule.id for rule in rules}, scope.only | scope.skip)
    known = _baseline(options.baseline)
    if options.output is not None and not options.output.parent.is_dir():
        raise UsageError(f"{options.output} cannot be written: there is no {options.output.parent}")
    report = check(contract, options.url, scope, rules=rules, api_key=options.api_key)
    report.accept(known)
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


def _baseline(baseline: Path | None) -> list[Finding]:
    """The findings of an earlier report. Raises UsageError."""
    if baseline is None:
        return []
    try:
        told = jsontext.decode(baseline.read_bytes())
        return msgspec.convert([*told["findings"], *told["known"]], list[Finding])
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
