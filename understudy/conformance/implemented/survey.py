"""The survey before a check, which finds out what there is to judge, and its end: what is left out
of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from understudy.conformance.arazzo.alternatives import needed_operations
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.implemented.implementation import Implementation
from understudy.conformance.implemented.probe import probe
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.finding import not_implemented
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.wording import counted
from understudy.conformance.target.http_client import ApiClient
from understudy.conformance.target.target_client import TargetClient
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import Credentials, own_base_urls
from understudy.openapi.operation import Operation
from understudy.openapi.personas import has_operation


def survey(
    contract: Contract,
    report: Report,
    options: CheckOptions,
    rules: Sequence[Workflow],
    credentials: Credentials,
    client: TargetClient,
) -> Implementation:
    """Probe the operations that are selected, or that the rules call; return what is implemented,
    which learns from all that the client receives. Raises UsageError if no operation is there."""
    implementation = Implementation.of(contract)
    client.observers.append(implementation.observe)
    operations = list(_operations(contract, options, rules))
    api = ApiClient(report.url, credentials, client, own_base_urls(contract, report.url))
    probe(operations, api, implementation, options.seed, options.progress)
    if implementation.absent and all(o.id in implementation.unproven for o in operations):
        raise UsageError(
            f"{report.address} has none of {counted(len(operations), 'operation')} of "
            f"{report.api}: is it the URL that a client of the API uses?"
        )
    return implementation


def leave_out(
    contract: Contract,
    report: Report,
    options: CheckOptions,
    rules: Sequence[Workflow],
    implementation: Implementation,
) -> None:
    """Take the operations that are absent out of the report; required ones are findings."""
    implementation.settle()
    lacking = {rule.id: needed_operations(rule, implementation.absent) for rule in rules}
    needed = {rule: operations[0] for rule, operations in lacking.items() if operations}
    absent = [o for o in contract.operations if o.id in implementation.absent]
    chosen = [o for o in absent if o.id in report.coverage.tags or o.id in options.required]
    report.leave_out([operation.id for operation in chosen], needed)
    for operation in chosen:
        if operation.id in options.required:
            name, exchange = options.required[operation.id], implementation.probes.get(operation.id)
            report.findings.append(not_implemented(operation, name, exchange))


def _operations(
    contract: Contract, options: CheckOptions, rules: Sequence[Workflow]
) -> Iterator[Operation]:
    """Yield the operations that are checked, required, or needed by what is checked."""
    needed = {operation.id for rule in rules for operation in rule.all_operations}
    needed |= options.required.keys()
    for operation in contract.operations:
        is_needed = operation.id in needed or options.explore
        is_chosen = is_needed or options.selects_operation(operation)
        if is_chosen and has_operation(operation, options.persona):
            yield operation
