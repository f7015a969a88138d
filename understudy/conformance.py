"""The judge: does a server keep an API's contract, in shape and in behaviour?

It sees contracts and a URL, never our app or handlers: any server is judged like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from understudy.arazzo.runner import Runner
from understudy.arazzo.workflow import Workflow
from understudy.behaviour import judge_behaviour, new_run
from understudy.contract import Contract
from understudy.exploration.judge import Quest, judge_exploration
from understudy.exploration.trial import Model
from understudy.scope import Scope
from understudy.shape import judge_shape
from understudy.target import PATIENCE, base_url_of, credentials, knock
from understudy.verdicts import Report


def check(
    contract: Contract,
    url: str,
    scope: Scope | None = None,
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
    scope = scope or Scope()
    base_url = base_url_of(contract, url)
    headers = credentials(contract, api_key)
    report = Report(contract.name, base_url, len(contract.operations))
    if app is None:
        knock(base_url)
    # Behaviour first: it tidies up, while requests for shapes stop and delete what they find.
    if "behaviour" in scope.tiers and app is None:
        pause = 1 / scope.rate if scope.rate else 0
        runner = Runner(base_url, headers, run=new_run(), advance=scope.advance, pause=pause)
        wanted = [rule for rule in rules if scope.takes_rule(rule)]
        judge_behaviour(wanted, runner, report, decided=scope.decided, progress=scope.progress)
    if scope.explore and models and app is None:
        _explore(contract, report, scope, models, rules, headers)
    if "shape" in scope.tiers:
        judge_shape(contract, report, scope, headers, app)
    if not report.cases:
        report.errors.append("nothing was judged: no request was made")
    seen = set().union(*report.statuses.values())
    if seen and seen <= {401, 403}:
        report.findings.clear()
        report.errors.append("every request was refused with 401 or 403: is the key right?")
    return report


def _explore(
    contract: Contract,
    report: Report,
    scope: Scope,
    models: Sequence[Model],
    rules: Sequence[Workflow],
    headers: dict[str, str],
) -> None:
    quest = Quest(
        requests=scope.explore,
        seed=scope.seed,
        wanted=frozenset(o.id for o in contract.operations if scope.takes_operation(o)),
        pause=1 / scope.rate if scope.rate else 0,
        progress=scope.progress,
    )
    finding = [rule for rule in rules if scope.decided or rule.basis != "decided"]
    with httpx.Client(timeout=PATIENCE, follow_redirects=False) as client:
        judge_exploration(contract, report, quest, models, finding, headers, client, new_run()[:7])
