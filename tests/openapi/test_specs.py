"""Our own documents: valid, complete, with examples, and one handler for each operation."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.support.server import ROOT
from understudy.openapi.contract import Contract
from understudy.openapi.document import resolve
from understudy.openapi.lint.lint import lint
from understudy.openapi.operation import MediaType, Operation
from understudy.serving.api import Api
from understudy.serving.project import documents, load

DOCUMENTS = [
    *documents(),
    ROOT / "understudy/control/openapi.yaml",
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_valid(path: Path) -> None:
    """openapi-spec-validator finds no errors, and neither does our lint."""
    validate(Contract.load(path).source)
    assert lint(path) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_plain_yaml(path: Path) -> None:
    """Stricter YAML parsers can read it: some reject an unquoted `?` before a bracket."""
    assert list(yaml.parse(path.read_text(encoding="utf-8"), yaml.SafeLoader))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_examples_of_each_body_are_valid(path: Path) -> None:
    """A validator in Python accepts them, not the one that validates requests."""
    contract = Contract.load(path)
    validated = 0
    for operation in contract.operations:
        bodies = [operation.body, *operation.responses.values()]
        for media in (m for body in bodies if body for m in body.media.values()):
            examples = list(media.examples(contract.document))
            assert examples, f"{operation.id} {media.type}"
            for example in examples:
                reference_validator(contract, media).validate(example)
                validated += 1
    assert validated >= 10


def reference_validator(contract: Contract, media: MediaType) -> Draft202012Validator:
    """Return a validator of the schema together with the document's components."""
    schema = resolve(contract.document, media.definition["schema"])
    whole = {**schema, "components": contract.document.get("components", {})}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("api", load([]), ids=lambda api: api.name)
def test_each_operation_has_a_handler(api: Api) -> None:
    """Without a handler are those that say so; `load` refuses handlers without an operation."""
    operations = api.contract.operations
    without = {operation.id for operation in operations if api.handler(operation) is None}
    assert without == {operation.id for operation in operations if _answers_by_example(operation)}


def _answers_by_example(operation: Operation) -> bool:
    words = " ".join(str(operation.definition.get("description")).split())
    return "The stand-in answers with the example" in words


def test_lint_finds_each_error(tmp_path: Path) -> None:
    """Missing ids, tags, summaries, descriptions and examples, and wrong examples."""
    path = tmp_path / "api.yaml"
    path.write_text(
        """\
openapi: 3.0.3
info: {title: T, version: "1"}
tags: [{name: a}]
paths:
  /x:
    post:
      tags: [b]
      parameters:
        - {name: q, in: query, description: Q, example: x, schema: {type: integer}}
      requestBody:
        content: {application/json: {schema: {type: integer}, example: one}}
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}
components:
  schemas:
    S: {type: object, properties: {f: {type: string}}}
x-understudy-disagreements:
  - {operations: [nobody], sources: {}, standIn: text}
x-understudy-versions:
  versions: [v1, v2]
  only: {v3: [nobody]}
  replaces: {nobody: x}
"""
    )
    found = [f"{problem.pointer}: {problem.message}" for problem in lint(path)]
    for fault in (
        "#/tags/0: the tag 'a' has no description",
        "#/paths/~1x/post: has no operationId",
        "#/paths/~1x/post: has no summary",
        "#/paths/~1x/post: has no description",
        "#/paths/~1x/post: the tag 'b' is not declared",
        "#/paths/~1x/post/parameters/0: the example of the parameter 'q' is wrong",
        "#/paths/~1x/post/requestBody/content/application~1json: an example is wrong",
        "#/paths/~1x/post/responses/200/content/application~1json: has no example",
        "#/components/schemas/S/properties/f: has no description",
        "#/x-understudy-disagreements/0: has no point",
        "#/x-understudy-disagreements/0: has no sources",
        "#/x-understudy-disagreements/0: has no standIn",
        "#/x-understudy-versions/only/v3: there is no operation 'nobody'",
        "#/x-understudy-versions/only/v3: is none of the `versions`",
        "#/x-understudy-versions/replaces: there is no operation 'nobody'",
        "#/x-understudy-disagreements/0: there is no operation 'nobody'",
    ):
        assert any(line.startswith(fault) for line in found), fault
