"""The judge: does a server keep an API's contract, in shape and in behaviour?

It sees contracts and a URL, never our app or handlers: any server is judged like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.conformance.arazzo.runner import Runner
from understudy.conformance.arazzo.workflow import Workflow
from understudy.conformance.behaviour import check_behaviour, new_run
from understudy.conformance.exploration.differential import Model
from understudy.conformance.exploration.explore import ExploreOptions, check_exploration
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.persona_tally import PersonaTally
from understudy.conformance.reports.report import Report, unanswered
from understudy.conformance.response_checks import ResponseChecker
from understudy.conformance.schemathesis_run import check_shape
from understudy.conformance.target_client import TargetClient, curl_of
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import credential_headers, resolve_base_url
from understudy.openapi.personas import for_persona, has_operation


def check(
    contract: Contract,
    url: str,
    scope: CheckOptions | None = None,
    *,
    rules: Sequence[Workflow] = (),
    models: Sequence[Model] = (),
    api_key: str | None = None,
    app: Any = None,
) -> Report:
    """Judge the server at `url`, or the ASGI `app` in this process (its shape alone).

    `url` is what the API's own client is given, or the server's origin; `models` are stand-ins,
    with which exploration compares it. Raises UsageError where there is no server, a key is needed,
    or Schemathesis is not installed.
    """
    scope = scope or CheckOptions()
    base_url = resolve_base_url(contract, url)
    headers = credential_headers(contract, api_key)
    report = Report(contract.name, base_url, len(contract.operations))
    if scope.variant is None:
        report.ballot = PersonaTally(contract)
    else:
        contract = for_persona(contract, scope.variant)
        report.operations = sum(has_operation(o, scope.variant) for o in contract.operations)
    line = TargetClient(
        contract,
        base_url,
        patience=scope.patience,
        rate=scope.rate,
        wait=scope.wait,
        tell=scope.progress,
    )
    if app is None:
        line.knock(base_url)
    # Behaviour first: it tidies up, while requests for shapes stop and delete what they find.
    behaves = "behaviour" in scope.tiers and app is None
    explores = bool(scope.explore and models) and app is None
    # Where the requests are few, each tier has its share.
    share = (scope.most or 0) // max(behaves + explores + ("shape" in scope.tiers), 1)
    if behaves:
        line.allow(scope.most and (share if explores or "shape" in scope.tiers else scope.most))
        _behave(contract, report, scope, rules, headers, line)
    if explores:
        line.allow(scope.most and scope.most - (share if "shape" in scope.tiers else 0))
        _explore(contract, report, scope, models, rules, headers, line)
    if "shape" in scope.tiers:
        line.allow(scope.most)
        check_shape(contract, report, scope, headers, line=line, app=app)
    report.declared = {
        o.id: {int(status) for status in o.responses if status.isdigit()}
        for o in contract.operations
        if has_operation(o, scope.variant)
    }
    report.tags = {o.id: o.tag for o in contract.operations if scope.takes_operation(o)}
    if app is None:
        _tell_of(line, report)
    _doubt(report)
    return report


def _doubt(report: Report) -> None:
    """Say so where too little was judged for a verdict."""
    if not report.cases:
        report.errors.append("nothing was judged: no request was made")
    elif not (report.tested or report.findings or report.errors):
        report.errors.append("nothing was judged: no operation that is wanted was asked")
    seen = set().union(*report.statuses.values())
    if seen and seen <= {401, 403}:
        report.findings.clear()
        report.errors.append("every request was refused with 401 or 403: is the key right?")
    elif seen == {429}:
        report.findings.clear()
        report.errors.append("every request was refused with 429, too many: give it a --rate")
    elif 2 * len(report.barred_rules) > len(report.rules) > 0:
        report.errors.append("most rules could not be judged for 429, too many: give it a --rate")
    elif 2 * len(report.barred_operations) > len(report.tested) > 0:
        report.errors.append("most operations answered 429, too many: give it a --rate")


def _behave(
    contract: Contract,
    report: Report,
    scope: CheckOptions,
    rules: Sequence[Workflow],
    headers: dict[str, str],
    line: TargetClient,
) -> None:
    with line.client() as client:
        runner = Runner(report.url, headers, run=new_run(), advance=scope.advance, client=client)
        check_behaviour(
            [rule for rule in rules if scope.takes_rule(rule)],
            runner,
            report,
            decided=scope.decided,
            variant=scope.variant,
            listener=ResponseChecker(contract, report) if "shape" in scope.tiers else None,
            progress=scope.progress,
        )
    if line.answers:
        line.troubles.clear()  # they are told with the rules


def _explore(
    contract: Contract,
    report: Report,
    scope: CheckOptions,
    models: Sequence[Model],
    rules: Sequence[Workflow],
    headers: dict[str, str],
    line: TargetClient,
) -> None:
    quest = ExploreOptions(
        requests=scope.explore,
        seed=scope.seed,
        wanted=frozenset(o.id for o in contract.operations if scope.takes_operation(o)),
        progress=scope.progress,
    )
    finding = [rule for rule in rules if scope.decided or rule.basis != "decided"]
    with line.client() as client:
        check_exploration(contract, report, quest, models, finding, headers, client, new_run()[:7])


def _tell_of(line: TargetClient, report: Report) -> None:
    """What the line has to say: requests that were not answered, and why the run was cut short."""
    if line.spent:
        report.notes.append(f"{line.over}: what is left was not judged")
    if line.limited:
        report.notes.append(
            f"the server answered 429, too many requests, {line.limited} times, which judges "
            f"nothing; {line.waited:.0f} s were waited. To be gentle, give it a --rate"
        )
    if line.troubles and not line.answers:
        report.findings.clear()
        (_, what), *_ = line.troubles
        report.errors.append(f"no request was answered: {what}")
        return
    for (operation, what), request in line.troubles.items():
        report.findings.append(unanswered(operation, what, curl_of(request)))
    cut_short = any(error.startswith("the run was cut short") for error in report.errors)
    if line.over and not line.spent and not cut_short:
        report.errors.append(f"the run was cut short: {line.over}")
