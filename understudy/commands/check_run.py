"""The run of `understudy check`: from its options to the report and the exit code."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from dataclasses import replace

from understudy.commands.arguments import plural
from understudy.commands.reference_models import models_of
from understudy.commands.report_output import ERASE_LINE, check_reports_writable, write_report
from understudy.commands.required_operations import required_operations
from understudy.conformance.arazzo.problems import RulesError
from understudy.conformance.arazzo.runner import Advance, wait
from understudy.conformance.arazzo.workflow import Workflow, rules_of
from understudy.conformance.behaviour import clock_at
from understudy.conformance.check import check
from understudy.conformance.options import TIERS, CheckOptions
from understudy.conformance.reports.baseline import apply_baseline, read_baseline
from understudy.conformance.reports.report import Report
from understudy.conformance.shape.check_names import check_names
from understudy.conformance.traffic.findings import check_recording
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.loading.retrieval import Source
from understudy.recordings.loader import load_recording
from understudy.serving.project import find_document
from understudy.suggestions import hint

#: Requests of exploration by default.
_EXPLORED = 300
#: The options that have no meaning for recorded traffic.
_SERVER_OPTIONS = (
    *("tier", "explore", "rate", "max_requests", "allow_incomplete", "no_cleanup"),
    *("clock", "wait_for_time", "include_decided", "persona", "api_key", "require"),
)


def run_check(options: argparse.Namespace) -> int:
    """Check a server, or a recording of one, and write the report.

    Returns 0 if it conforms, 1 if there are findings, 2 if it could not be checked. Raises
    UsageError.
    """
    _reject_mixed_options(options)
    document = find_document(options.api)
    contract = Contract.load(document, allowed_refs=options.allow_refs)
    rules = _rules_of(contract)
    check_options = _check_options(options)
    ids = {rule.id for rule in rules}
    _reject_unknown_names(contract, ids, check_options.only, "operation, tag or rule")
    if check_options.skip:
        known = ids | check_names()
        _reject_unknown_names(contract, known, check_options.skip, "operation, tag, rule or check")
    checked = filter(check_options.selects_operation, contract.operations)
    required = required_operations(contract, options.require, checked)
    check_options = replace(check_options, required=required)
    baseline = None if options.baseline is None else read_baseline(options.baseline)
    check_reports_writable(options)
    report = _check(contract, document, rules, check_options, options)
    if baseline is not None:
        apply_baseline(report, baseline)
    return write_report(report, contract, options)


def _rules_of(contract: Contract) -> list[Workflow]:
    """Return the rules. Raises UsageError, after it has printed all that is wrong in them."""
    try:
        return rules_of(contract, contract.path)
    except RulesError as error:
        for problem in error.problems:
            print(problem.describe(contract.origin), file=sys.stderr)
        number = plural(len(error.problems), "error")
        raise UsageError(f"the rules of {contract.name} cannot be used: {number}") from None


def _check_options(options: argparse.Namespace) -> CheckOptions:
    explored_by_default = _EXPLORED if "exploration" in (options.tier or ()) else 0
    return CheckOptions(
        tiers=tuple(options.tier or TIERS),
        max_examples=options.max_examples,
        seed=options.seed,
        only=frozenset(options.only),
        skip=frozenset(options.skip),
        rate=options.rate,
        max_requests=options.max_requests,
        timeout=options.timeout,
        cleanup=not options.no_cleanup,
        explore=options.explore or explored_by_default,
        include_decided=options.include_decided,
        allow_incomplete=options.allow_incomplete,
        persona=options.persona,
        advance=_advance(options),
        progress=_show_progress if sys.stderr.isatty() else lambda _: None,
    )


def _check(
    contract: Contract,
    document: Source,
    rules: list[Workflow],
    check_options: CheckOptions,
    options: argparse.Namespace,
) -> Report:
    """Return the report on the server or the recording."""
    if options.traffic is not None:
        recording, name = load_recording(options.traffic), str(options.traffic)
        takes = check_options.selects_operation
        return check_recording(contract, recording, name, options.fail_on, takes)
    stand_ins = (
        models_of(document, contract.name, options.persona)
        if check_options.explore
        else nullcontext(())
    )
    with stand_ins as models:
        return check(
            contract,
            options.url,
            check_options,
            rules=rules,
            models=models,
            api_key=options.api_key,
        )


def _reject_mixed_options(options: argparse.Namespace) -> None:
    """Raise UsageError unless the options are for either a server or a recording."""
    if (options.url is None) is (options.traffic is None):
        raise UsageError("give either the URL of a server or --traffic FILE")
    if options.traffic is None and options.fail_on:
        raise UsageError("--fail-on is for --traffic only: all findings on a server count")
    for name in _SERVER_OPTIONS:
        if options.traffic is not None and getattr(options, name):
            option = name.replace("_", "-")
            raise UsageError(f"--{option} is for a server: --traffic sends no requests")


def _advance(options: argparse.Namespace) -> Advance | None:
    if options.clock:
        advance = clock_at(options.clock)
        advance("PT0.001S")  # a wrong address is told before the run
        return advance
    return wait if options.wait_for_time else None


def _show_progress(line: str) -> None:
    """Replace the terminal's current line."""
    sys.stderr.write(f"{ERASE_LINE}{line[:150]}")
    sys.stderr.flush()


def _reject_unknown_names(
    contract: Contract, others: set[str], names: frozenset[str], kinds: str
) -> None:
    """Raise UsageError for a name that is none of an operation, a tag, a basis, and of `others`."""
    known = {"documented", "observed", "decided", *others}
    for operation in contract.operations:
        known |= {operation.id, *operation.definition.get("tags", ())}
    for name in sorted(names - known):
        missing = f"{contract.name} has no {kinds} named {name!r}"
        raise UsageError(
            missing + hint(name, sorted(known), "`understudy routes` lists operations")
        )
