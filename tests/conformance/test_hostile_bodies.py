"""Bodies that a server sends to bring the check down: each costs a verdict, and never the run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.hostile_bodies import BODIES, IDS
from tests.support.hostile_server import Misbehaviour, hostile, proper, send
from tests.support.memory import is_measurable, peak_growth
from tests.support.server import UNDERSTUDY
from tests.support.timeouts import TIMEOUT
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.report import Report
from understudy.openapi.contract import Contract

DOCUMENT = """
openapi: 3.1.0
info: {title: Toys, version: "1"}
paths:
  /toys:
    post:
      operationId: addToy
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {$ref: "#/components/responses/Toy"}}
  /toys/{id}:
    get:
      operationId: getToy
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {$ref: "#/components/responses/Toy"}}
components:
  responses:
    Toy:
      description: it
      content:
        application/json:
          schema:
            type: object
            properties: {id: {type: string}, names: {type: array, items: {type: string}}}
            patternProperties: {"^n[0-9]": {type: string}}
"""

RULES = """
arazzo: 1.0.1
info: {title: Rules, version: "1"}
sourceDescriptions: [{name: toys, url: ./toys.yaml, type: openapi}]
workflows:
- workflowId: a-toy-is-kept
  summary: A toy is kept.
  x-understudy-basis: documented
  inputs: {type: object, properties: {run: {type: string}}}
  steps:
  - stepId: add
    operationId: addToy
    requestBody: {payload: {name: $inputs.run}}
    successCriteria: [{condition: $statusCode == 200}]
    outputs: {id: $response.body#/id}
  - stepId: get
    operationId: getToy
    parameters: [{name: id, in: path, value: $steps.add.outputs.id}]
    successCriteria:
    - condition: $statusCode == 200
    - condition: $response.body#/id == $steps.add.outputs.id
"""


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract of two operations, with a rule beside it."""
    path = tmp_path_factory.mktemp("toys") / "toys.yaml"
    path.write_text(DOCUMENT)
    path.with_name("toys.arazzo.yaml").write_text(RULES)
    return path


def check_toys(toys: Path, choose: Callable[[str, int], Misbehaviour | None]) -> Report:
    """Check a server with these responses, both tiers."""
    contract = Contract.load(toys)
    options = CheckOptions(max_examples=1, timeout=TIMEOUT)
    with hostile(choose) as server:
        return check(contract, server.url, options, rules=rules_of(contract, toys))


@pytest.mark.skipif(not is_measurable(), reason="memory is read in /proc")
@pytest.mark.parametrize("name", BODIES)
def test_body_costs_a_finding(toys: Path, name: str) -> None:
    """Each operation is judged, and in little memory. (An error in a thread fails the test.)"""
    with peak_growth() as growth:
        report = check_toys(toys, lambda line, _: proper(b"200 OK", BODIES[name]))
    assert not report.errors
    assert report.coverage.shaped == {"addToy", "getToy"}
    by_schema = {f.operation for f in report.findings if f.rule == "response_schema_conformance"}
    assert by_schema == (set() if name == "300 levels" else {"addToy", "getToy"})
    assert max(len(finding.message) for finding in report.findings) < 5_000
    assert growth.megabytes < 500  # with Schemathesis itself; it took gigabytes


@pytest.mark.parametrize("name", IDS)
def test_id_costs_no_run(toys: Path, name: str) -> None:
    """What it becomes part of is a request to the same operation, or is not sent."""
    answer = proper(b"200 OK", IDS[name])
    report = check_toys(toys, lambda line, _: answer if line.startswith("POST") else None)
    assert not report.errors
    assert report.coverage.shaped == {"addToy", "getToy"}
    (rule,) = report.rules
    assert rule.verdict == "broken" or name == "nothing"


def test_command_ends_with_a_verdict(toys: Path) -> None:
    """The command line prints findings, and no traceback."""
    with hostile(lambda line, _: proper(b"200 OK", BODIES["990 levels"])) as server:
        options = ("check", server.url, "--api", str(toys), "--max-examples", "1")
        process = subprocess.run(
            [*UNDERSTUDY, *options], capture_output=True, text=True, check=False
        )
    assert process.returncode == 1
    assert "breaks response_schema_conformance" in process.stdout
    assert "Traceback" not in process.stdout + process.stderr
    assert "(2 of 2 operations" in process.stdout


YAML = [b"- " * 5_000 + b"a", b"a: &a [%s]\nb: [%s]" % (b"x," * 99, b"*a," * 99), b'"\\ud800"']


@pytest.mark.parametrize("body", YAML, ids=["deep", "aliases", "half a character"])
def test_yaml_costs_no_run(toys: Path, body: bytes) -> None:
    """It has a type that the document does not declare."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/yaml\r\nContent-Length: %d\r\n\r\n"
    report = check_toys(toys, lambda line, _: lambda c, over: send(c, head % len(body), body))
    assert not report.errors
    assert any(finding.rule == "content_type_conformance" for finding in report.findings)
