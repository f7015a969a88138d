"""The JSON pointers of violations resolve, whatever the names in the document are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import yaml

from tests.support.server import Server, running

_DOCUMENT = r"""
openapi: 3.0.3
info: {title: Odd, version: "1"}
paths:
  /a~b/{p%q}/ü:
    parameters:
      - {name: "p%q", in: path, required: true, schema: {type: integer}}
    post:
      operationId: addThing
      parameters:
        - {name: "q/ü~", in: query, schema: {type: integer}}
        - {name: "deep", in: query, style: deepObject, explode: true,
           schema: {type: object, properties: {"x/y": {type: integer}}}}
        - {name: "X-N%", in: header, schema: {type: integer}}
        - $ref: '#/components/parameters/sha%20red'
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Th%C3%AFng%2525'}
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {"r/q": {type: integer}}}
      responses: {"204": {description: ok}}
components:
  parameters:
    "sha red": {name: sh, in: query, schema: {type: integer}}
  schemas:
    "Thïng%25":
      type: object
      properties:
        "a/b": {type: integer}
        "c~d": {type: string, maxLength: 1}
        "e%20f": {type: array, items: {$ref: '#/components/schemas/In~1n%20er'}}
        "ü": {type: integer}
    "In/n er": {type: object, properties: {"x%": {type: integer}}}
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a document whose names need escapes."""
    path = tmp_path_factory.mktemp("pointers") / "odd.yaml"
    path.write_text(_DOCUMENT)
    with running(str(path)) as server:
        yield server


def resolve(value: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to; one that begins with `#` is a URI fragment."""
    if pointer.startswith("#"):
        pointer = unquote(pointer[1:])
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


@pytest.mark.parametrize(
    ("path", "query", "headers", "at"),
    [
        ("x", "", {}, "/p%q"),
        ("1", "?q%2F%C3%BC~=x", {}, "/q~1ü~0"),
        ("1", "?deep[x/y]=x", {}, "/deep/x~1y"),
        ("1", "?sh=x", {}, "/sh"),
        ("1", "", {"X-N%": "x"}, "/X-N%"),
    ],
)
def test_rules_of_parameters_resolve(
    odd: Server, path: str, query: str, headers: dict[str, str], at: str
) -> None:
    """Names are escaped as RFC 6901 says."""
    response = httpx.post(f"{odd.url}/a~b/{path}/%C3%BC{query}", headers=headers)
    (violation,) = json.loads(response.headers["x-understudy-violations"])
    assert violation["at"] == at
    assert resolve(yaml.safe_load(_DOCUMENT), violation["rule"]) == "integer"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"a/b": "x"}, "integer"),
        ({"c~d": "xy"}, 1),
        ({"e%20f": [{"x%": "x"}]}, "integer"),
        ({"ü": "x"}, "integer"),
    ],
)
def test_pointers_of_bodies_resolve(odd: Server, body: Any, rule: Any) -> None:
    """The place in the body, and the rule in the document."""
    response = httpx.post(f"{odd.url}/a~b/1/%C3%BC", json=body)
    (violation,) = json.loads(response.headers["x-understudy-violations"])
    assert resolve(body, violation["at"]) in ("x", "xy")
    assert resolve(yaml.safe_load(_DOCUMENT), violation["rule"]) == rule


def test_pointer_of_a_form_resolves(odd: Server) -> None:
    """A field is at its decoded name."""
    response = httpx.post(f"{odd.url}/a~b/1/%C3%BC", data={"r/q": "x"})
    (violation,) = json.loads(response.headers["x-understudy-violations"])
    assert violation["at"] == "/r~1q"
    assert resolve(yaml.safe_load(_DOCUMENT), violation["rule"]) == "integer"
