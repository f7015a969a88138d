"""Personas: a server is checked against one, or the report says which one it has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.hostile_server import Misbehaviour, hostile, proper
from tests.support.server import run, serving
from understudy.app import Understudy
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.formats import FORMATS, as_text
from understudy.conformance.reports.persona_tally import PersonaTally
from understudy.conformance.reports.report import Report
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.personas import for_persona, personas_of
from understudy.serving.project import find_contract, load

DOCUMENT = """
openapi: 3.0.3
info: {title: Toys, version: "1"}
paths:
  /toys:
    get:
      operationId: listToys
      responses:
        "200": {description: all, content: {application/json: {schema: {$ref: "#/components/schemas/Toys"}}}}
        "202": {description: later, x-understudy-personas: [new]}
  /boxes:
    get:
      operationId: listBoxes
      x-understudy-personas: [old]
      responses:
        "200": {description: all, content: {application/json: {schema: {type: object}}}}
        "404": {description: none, content: {application/json: {schema: {type: object}}}}
components:
  schemas:
    Toys:
      anyOf:
        - {$ref: "#/components/schemas/OldToys"}
        - {title: New, x-understudy-personas: [new], type: object, required: [toys]}
    OldToys: {title: Old, x-understudy-personas: [old], type: array, items: {type: string}}
"""  # noqa: E501

RULES = """
arazzo: 1.0.1
info: {title: Rules, version: "1"}
sourceDescriptions: [{name: toys, url: ./toys.yaml, type: openapi}]
workflows:
- workflowId: boxes-are-listed
  summary: There are boxes.
  description: The toys' own words.
  x-understudy-basis: documented
  inputs: {type: object, properties: {run: {type: string}}}
  steps:
  - {stepId: boxes, operationId: listBoxes, successCriteria: [{condition: $statusCode == 200}]}
"""


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract with two personas, and a rule that only the old one has."""
    path = tmp_path_factory.mktemp("toys") / "toys.yaml"
    path.write_text(DOCUMENT)
    path.with_name("toys.arazzo.yaml").write_text(RULES)
    return path


def check_server(toys: Path, toy_list: bytes, persona: str | None = None) -> Report:
    """Check a server that responds with `toy_list`; it lists boxes only if it is an old one."""

    def choose(line: str, before: int) -> Misbehaviour:
        if line == "GET /toys":
            return proper(b"200 OK", toy_list)
        status = b"200 OK" if toy_list == b"[]" and line == "GET /boxes" else b"404 Not Found"
        return proper(status, b"{}")

    contract = Contract.load(toys)
    with hostile(choose) as server:
        options = CheckOptions(max_examples=1, persona=persona)
        return check(contract, server.url, options, rules=rules_of(contract, toys))


OLD, NEW = b"[]", b'{"toys": []}'


@pytest.mark.parametrize(
    ("toy_list", "persona", "conforms"),
    [(OLD, "old", True), (OLD, "new", False), (NEW, "new", True), (NEW, "old", False)],
)
def test_server_is_checked_against_one_persona(
    toys: Path, toy_list: bytes, persona: str, conforms: bool
) -> None:
    """Responses of the other persona are findings; rules that a persona lacks are not checked."""
    report = check_server(toys, toy_list, persona)
    operations = {f.operation for f in report.findings if f.rule == "response_schema_conformance"}
    assert operations == (set() if conforms else {"listToys"})
    (rule,) = report.rules
    if persona == "new":
        assert rule.reason == "the persona new lacks operations that it calls"
        assert report.coverage.operations == 1
    else:
        assert (rule.verdict, rule.reason) == (
            ("kept", "") if conforms else ("not judged", "needs listBoxes")
        )


@pytest.mark.parametrize(("toy_list", "persona"), [(OLD, "old"), (NEW, "new")])
def test_report_names_the_persona(toys: Path, toy_list: bytes, persona: str) -> None:
    """The report names it by the responses that are valid for only one persona."""
    report = check_server(toys, toy_list)
    assert f"persona: {persona} (all of " in as_text(report)
    assert json.loads(FORMATS["json"](report))["persona"] == persona


def test_mixed_personas_are_reported_with_examples(toys: Path) -> None:
    """A few responses of another persona do not hide which one it is."""
    tally = PersonaTally(Contract.load(toys))
    for number in range(30):
        tally.add("listToys", 200, OLD if number < 29 else NEW)
    tally.add("listToys", 200, b'"neither"')
    tally.add("listToys", 200, b"no JSON")
    tally.add("listBoxes", 405, b"{}")  # no persona documents it
    assert tally.summary() == (
        "persona: old (29 of 30 decisive responses: "
        "old 29 (for example listToys 200), new 1 (for example listToys 200))"
    )
    for _ in range(20):
        tally.add("listToys", 202, b"")
    assert tally.summary() == (
        "persona: mixed: old 29 (for example listToys 200), new 21 (for example listToys 200)"
    )


def test_unknown_persona_is_refused(toys: Path) -> None:
    """The error lists the personas, before any request is sent."""
    process = run("check", "http://127.0.0.1:1", "--api", str(toys), "--persona", "newest")
    assert process.returncode == 2
    known = "did you mean 'new'? There are new, old"
    assert process.stderr == f"understudy: toys has no persona 'newest'; {known}\n"
    with pytest.raises(UsageError, match="; there is none"):
        for_persona(find_contract("zep"), "1.7")


@pytest.mark.parametrize(("persona", "other"), [("docs", "1.7"), ("1.7", "docs")])
def test_bundled_personas_are_distinguished(persona: str, other: str) -> None:
    """A server of each conforms to its own persona and not to the other; the report names it."""
    contract = find_contract("eliza")
    assert set(personas_of(contract)) == {"docs", "1.7"}
    only = frozenset(["getDebugServers", "getCentralServers", "getServerAgents"])
    apis = load([])
    for api in apis:
        api.template.persona = persona if api.name == "eliza" else api.template.persona
    with serving(Understudy(apis)) as url:
        for expected, conforms in ((persona, True), (other, False), (None, True)):
            options = CheckOptions(("shape",), max_examples=1, only=only, persona=expected)
            report = check(contract, url, options)
            assert report.conforms == conforms, as_text(report)
        assert report.personas.persona == persona
