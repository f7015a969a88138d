"""The places of lint's findings."""

from __future__ import annotations

from pathlib import Path

from understudy.openapi.document import follow
from understudy.openapi.lint.lint import lint
from understudy.openapi.loading.loader import load

DOCUMENT = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string}}]
    get:
      parameters:
        - {name: a/b, in: query, schema: {type: string}}
        - {$ref: "#/components/parameters/Limit"}
      responses: {"200": {$ref: "#/components/responses/Pet"}}
components:
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer}}
  responses:
    Pet:
      description: A pet.
      content: {application/json; charset=utf-8: {schema: {type: object}}}
"""


def test_lint_gives_places_that_resolve(tmp_path: Path) -> None:
    """Parameters are found by index, those of a path and those behind references too; so are the
    media types of a referenced response."""
    path = tmp_path / "pets.yaml"
    path.write_text(DOCUMENT)
    findings = lint(path)
    places = {finding.pointer for finding in findings}
    document = load(path).source
    for place in places:
        assert isinstance(follow(document, place), dict), place
    assert {
        "#/paths/~1pets~1{name}/parameters/0",
        "#/paths/~1pets~1{name}/get/parameters/0",
        "#/components/parameters/Limit",
        "#/components/responses/Pet/content/application~1json; charset=utf-8",
    } <= places
    message = "the parameter 'limit' has no example"
    assert ("#/components/parameters/Limit", message) in {(f.pointer, f.message) for f in findings}
