"""A report with everything that a report can have, built in memory."""

from __future__ import annotations

from pathlib import Path

from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.operation_index import OperationIndex
from understudy.conformance.reports.report import Report
from understudy.conformance.reports.rule_result import RuleResult
from understudy.http.messages import Exchange, Request, Response
from understudy.openapi.contract import Contract

DOCUMENT = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: there}}
  /pets/{name}:
    $ref: parts/pet.yaml
"""

PART = """
# The operations of one pet.
get:
  operationId: getPet
  parameters: [{name: name, in: path, required: true, schema: {type: string}}]
  responses: {"200": {description: there}}
"""

#: What a server may send to harm a reader.
HOSTILE = "<script>alert(1)</script> ::error::x \x1b[2J\x00 %0A ]]> | `a`\n\n# x"
SCHEMA = "response_schema_conformance"


def contract(folder: Path) -> Contract:
    """Write the document, and return it as a contract."""
    (folder / "parts").mkdir()
    (folder / "parts" / "pet.yaml").write_text(PART)
    (folder / "shop.yaml").write_text(DOCUMENT)
    return Contract.load(folder / "shop.yaml")


def finding(operation: str, field: str = "age", **more: str) -> Finding:
    """Return the finding that a field lacks in the responses of an operation."""
    message = f'"{field}" is a required property in {operation}\n' + "\n" * 20 + HOSTILE
    values = {"tier": "shape", "cause": f"{SCHEMA} required {field}", **more}
    curl = (f"curl -X GET http://x/{operation}?q={'z' * 300}",)
    return Finding(operation, SCHEMA, "Response violates schema", message, curl, **values)  # type: ignore[arg-type]


def sample(contract: Contract, fields: int = 1) -> Report:
    """Return a report with two findings for each field, and one of each other kind."""
    request = Request.to_url("GET", "http://x/pets")
    response = Response.received(200, body=HOSTILE.encode() * 500)
    exchange = Exchange(0, 0, None, None, request, response, origin="http://x")
    rule = Finding(
        "getPet",
        "a-rule",
        "It is so.",
        "at the step a",
        ("curl 1", "curl 2"),
        "behaviour",
        exchanges=(exchange,),
        cause="a-rule",
    )
    tags = {"listPets": "many pets", "getPet": ""}
    statuses = {"listPets": {200, 500}, "getPet": {200}}
    declared = {"listPets": {200}, "getPet": {200, 404}}
    coverage = Coverage(2, 20, set(tags), explored={"listPets"}, statuses=statuses, tags=tags)
    coverage.declared = declared
    report = Report("shop", f"http://localhost/{'x' * 100}", coverage, findings=[rule])
    report.index = OperationIndex(contract, (), "http://docs/_understudy/reference/")
    for number in range(fields):
        report.findings += [finding(name, f"field{number}") for name in ("listPets", "getPet")]
    report.client_findings = [finding("getPet", tier="traffic")]
    report.for_review = [finding("listPets", tier="exploration")]
    report.rules = [
        RuleResult("a-rule", "It is so.", "documented", ("getPet",), "broken", "a", (exchange,)),
        RuleResult("b-rule", "It is b.", "observed", ("listPets",), "kept"),
        RuleResult("c-rule", "It is c.", "observed", ("listPets",), "not judged", "no clock"),
        RuleResult("d-rule", "It is d.", "decided", ("listPets",), "broken", "ours"),
    ]
    report.not_implemented = ["dropPet"]
    report.notes = [HOSTILE]
    report.errors = ["Schemathesis failed", HOSTILE]
    return report
