"""Steps of rules: they wait a moment, compare moments, await what need not be, and clean up what a
broken step made."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.mutants.rules import run_rules
from tests.support.server import serving
from understudy.conformance.arazzo.runner import Outcome
from understudy.conformance.arazzo.workflow import workflows
from understudy.openapi.contract import Contract

DOCUMENT = """\
openapi: 3.0.3
info: {title: Notes, version: "1"}
paths:
  /notes:
    post:
      operationId: addNote
      responses: {"201": {description: Added}}
  /notes/{id}:
    delete:
      operationId: deleteNote
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: Deleted}}
"""

RULES = """\
arazzo: 1.0.1
workflows:
- workflowId: later-is-later
  summary: A note ends after its beginning.
  x-understudy-basis: decided
  inputs: {type: object, properties: {run: {type: string}}}
  steps:
  - stepId: adds
    operationId: addNote
    outputs: {id: $response.body#/id, colour: $response.body#/colour}
    successCriteria:
    - condition: $response.body#/end > $response.body#/begin
    - condition: $response.body#/utc <= $response.body#/begin
  - stepId: adds-more
    operationId: addNote
    x-understudy-wait: PT0.003S
    successCriteria: [{condition: $statusCode == STATUS}]
  x-understudy-cleanup:
  - stepId: removes
    operationId: deleteNote
    parameters: [{name: id, in: path, value: $steps.adds.outputs.id}]
  - stepId: removes-by-colour
    operationId: deleteNote
    parameters: [{name: id, in: path, value: $steps.adds.outputs.colour}]
"""


def outcome_of(
    folder: Path, status: int, passed: list[str] | None, rules_text: str = RULES
) -> tuple[Outcome, list[str]]:
    """Run the rule on a server of notes that has no colours; return the outcome and what was
    deleted. `passed` takes the durations that a clock is told; without it there is none."""
    deleted = []
    note = {
        "id": "n1",
        "begin": "2026-01-01T12:00:00.5Z",
        "end": "2026-01-01T12:00:00.51Z",
        "utc": "2026-01-01T14:00:00+02:00",
    }

    async def add(_: Request) -> JSONResponse:
        return JSONResponse(note, 201)

    async def delete(request: Request) -> JSONResponse:
        deleted.append(request.path_params["id"])
        return JSONResponse(None, 204)

    (folder / "notes.yaml").write_text(DOCUMENT)
    (folder / "notes.arazzo.yaml").write_text(rules_text.replace("STATUS", str(status)))
    rules = workflows(folder / "notes.arazzo.yaml", Contract.load(folder / "notes.yaml"))
    routes = [
        Route("/notes", add, methods=["POST"]),
        Route("/notes/{id}", delete, methods=["DELETE"]),
    ]
    advance = None if passed is None else passed.append
    with serving(Starlette(routes=routes)) as url:
        (outcome,) = run_rules(url, rules, run="one", advance=advance)
    return outcome, deleted


def test_date_times_are_moments_and_cleanup_needs_no_output(tmp_path: Path) -> None:
    """Trailing zeros and offsets of date-times do no harm, nor does an output that only the cleanup
    uses; the moment passes by the clock, if there is one."""
    passed: list[str] = []
    outcome, deleted = outcome_of(tmp_path, 201, passed)
    assert (outcome.verdict, outcome.reason) == ("kept", "")
    assert (deleted, passed) == (["n1"], ["PT0.003S"])


def test_moment_is_waited_without_a_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that only waits a moment is judged without a clock; what a broken rule made is
    removed."""
    slept: list[float] = []
    sleep = time.sleep

    def noted(seconds: float) -> None:
        slept.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", noted)
    outcome, deleted = outcome_of(tmp_path, 200, None)
    assert (outcome.verdict, outcome.step) == ("broken", "adds-more")
    assert 0.003 in slept
    assert deleted == ["n1"]


def test_rule_is_not_judged_where_its_premise_does_not_hold(tmp_path: Path) -> None:
    """Without what a server need not do, there is nothing to judge; what was made is removed."""
    text = RULES.replace("PT0.003S", "PT0.003S\n    x-understudy-premise: true")
    outcome, deleted = outcome_of(tmp_path, 200, [], text)
    assert outcome.verdict == "not judged"
    assert outcome.reason == (
        "the server need not do what the step adds-more awaits: $statusCode == 200: $statusCode is "
        "201"
    )
    assert deleted == ["n1"]
    assert outcome_of(tmp_path, 201, [], text)[0].verdict == "kept"
