"""The JSON pointers of violations: `rule` resolves in the document, `at` in the message."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from tests.support.server import ROOT
from understudy.app import Understudy
from understudy.errors import Violation
from understudy.openapi.contract import Contract
from understudy.openapi.document import escape, follow
from understudy.openapi.schemas.schema_validator import SchemaValidator
from understudy.serving.api import Api

#: References to a path item, a parameter, a body, a response and schemas; `/` and `~` in names.
SMALL = """
openapi: 3.0.3
info: {title: Small, version: "1"}
paths:
  /shelves/{shelf~id}/books:
    $ref: "#/x-path-items/books~1of~0shelf"
x-path-items:
  books/of~shelf:
    parameters:
    - {name: "shelf~id", in: path, required: true, schema: {type: integer}}
    post:
      operationId: addBook
      parameters:
      - {$ref: "#/components/parameters/Page"}
      - {name: "sort/by", in: query, schema: {$ref: "#/components/schemas/Order"}}
      - {name: ids, in: query, schema: {type: array, items: {type: integer}}}
      requestBody: {$ref: "#/components/requestBodies/Book"}
      responses:
        "200": {$ref: "#/components/responses/Book"}
components:
  parameters:
    Page: {name: page, in: query, schema: {type: integer, minimum: 1}}
  requestBodies:
    Book:
      required: true
      content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}
  responses:
    Book:
      description: The book.
      content:
        application/json:
          schema: {type: object, properties: {book: {$ref: "#/components/schemas/Book"}}}
  schemas:
    Order: {type: string, enum: [title, year]}
    Book:
      type: object
      required: [title]
      properties:
        title: {type: string, minLength: 1}
        "a/b": {type: integer}
        "c~d": {$ref: "#/components/schemas/Order"}
        notes:
          type: object
          additionalProperties: {type: object, additionalProperties: {type: string}}
        sequel: {$ref: "#/components/schemas/Book"}
        pages: {type: array, items: {allOf: [{type: object, required: ["n/o"]}]}}
"""

#: Values of every type; no schema accepts all of them.
BAD_VALUES: tuple[Any, ...] = (None, True, -1, 1.5, 10**30, "", "x" * 2000, [], [None, {}], {})

PARAMETERS = "#/x-path-items/books~1of~0shelf/post/parameters"
BOOK = "#/components/schemas/Book"
NOTE = f"{BOOK}/properties/notes/additionalProperties/additionalProperties"

CONTRACTS = [
    *(
        Contract.load(ROOT / path)
        for path in ("specs/zep.yaml", "specs/eliza.yaml", "understudy/control/openapi.yaml")
    ),
    Contract("small", yaml.safe_load(SMALL)),
]


def value_at(value: Any, pointer: str) -> Any:
    """Return the part of a value that a JSON pointer points to."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def spoiled(value: Any) -> Iterator[Any]:
    """Yield copies of a value, each with one part replaced by a bad one, or removed."""
    yield from BAD_VALUES
    if isinstance(value, dict):
        for key, part in value.items():
            yield {name: other for name, other in value.items() if name != key}
            yield from ({**value, key: bad} for bad in spoiled(part))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from ([*value[:index], bad, *value[index + 1 :]] for bad in spoiled(part))


def violations_of(
    validator: SchemaValidator, values: Iterator[Any], at: str = ""
) -> Iterator[tuple[Any, Violation]]:
    """Yield each violation of each value that is not valid, with the value."""
    for value in values:
        if not validator.accepts(value):
            violations = validator.violations(value, at)
            assert violations, value
            yield from ((value, violation) for violation in violations)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_pointers_of_parameter_violations_resolve(contract: Contract) -> None:
    """Bad values of each parameter are reported below its name, with a rule of the document."""
    checked = 0
    for operation in contract.operations:
        for parameter in operation.parameters:
            at = f"/{escape(parameter.name)}"
            for value, violation in violations_of(parameter.validator, iter(BAD_VALUES), at):
                assert violation.at.startswith(at), operation.id
                value_at(value, violation.at.removeprefix(at))
                assert violation.rule.startswith("#/")
                follow(contract.document, violation.rule)
                checked += 1
    assert checked > 10


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_pointers_of_body_violations_resolve(contract: Contract) -> None:
    """Each part of each documented example is spoiled, in request bodies and in responses."""
    checked = 0
    for operation in contract.operations:
        bodies = [operation.body, *operation.responses.values()]
        for media in (media for body in bodies if body for media in body.media.values()):
            if media.validator is None:
                continue
            examples = [*media.examples(contract.document), *BAD_VALUES][:20]
            for example in examples:
                for value, violation in violations_of(media.validator, spoiled(example)):
                    value_at(value, violation.at)
                    assert violation.rule.startswith("#/")
                    follow(contract.document, violation.rule)
                    checked += 1
    assert checked > 10


@pytest.mark.parametrize(
    ("value", "at", "rule"),
    [
        ({"title": ""}, "/title", f"{BOOK}/properties/title/minLength"),
        ({}, "", f"{BOOK}/required"),
        ({"title": "t", "a/b": "x"}, "/a~1b", f"{BOOK}/properties/a~1b/type"),
        ({"title": "t", "c~d": "x"}, "/c~0d", "#/components/schemas/Order/enum"),
        ({"title": "t", "sequel": {}}, "/sequel", f"{BOOK}/required"),
        (
            {"title": "t", "sequel": {"title": "u", "sequel": {"title": 7}}},
            "/sequel/sequel/title",
            f"{BOOK}/properties/title/type",
        ),
        (
            {"title": "t", "pages": [{"n/o": 1}, {}]},
            "/pages/1",
            f"{BOOK}/properties/pages/items/allOf/0/required",
        ),
        ({"title": "t", "notes": {"": {"n": 1}}}, "/notes//n", f"{NOTE}/type"),
        ({"title": "t", "notes": {"n": {"": 1}}}, "/notes/n/", f"{NOTE}/type"),
    ],
)
def test_body_violation_names_its_field_and_rule(value: Any, at: str, rule: str) -> None:
    """Names are escaped, and references followed to the schema that has the rule."""
    (operation,) = CONTRACTS[-1].operations
    assert operation.body is not None
    validator = operation.body.media["application/json"].validator
    assert validator is not None
    assert [(v.at, v.rule) for v in validator.violations(value)] == [(at, rule)]


@pytest.mark.parametrize(
    ("name", "value", "at", "rule"),
    [
        ("shelf~id", "x", "/shelf~0id", "#/x-path-items/books~1of~0shelf/parameters/0/schema/type"),
        ("page", 0, "/page", "#/components/parameters/Page/schema/minimum"),
        ("sort/by", "size", "/sort~1by", "#/components/schemas/Order/enum"),
        ("ids", [1, "x"], "/ids/1", f"{PARAMETERS}/2/schema/items/type"),
    ],
)
def test_parameter_violation_names_its_parameter_and_rule(
    name: str, value: Any, at: str, rule: str
) -> None:
    """A parameter is found by its place in the list, or by what its reference points to."""
    (operation,) = CONTRACTS[-1].operations
    (parameter,) = (p for p in operation.parameters if p.name == name)
    violations = parameter.validator.violations(value, f"/{escape(name)}")
    assert [(v.at, v.rule) for v in violations] == [(at, rule)]


def test_request_violations_have_escaped_pointers() -> None:
    """A served API escapes `/` and `~` in names of fields and parameters, known or not."""
    app = Understudy([Api(CONTRACTS[-1])], strict=True)

    async def post() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            unknown = {"title": "t", "e/f": 1, "sequel": {"title": "u", "g~h": 2}}
            return [
                await client.post("/shelves/1/books", json={"title": "t", "a/b": "x"}),
                await client.post("/shelves/one/books?sort/by=size", json={"title": "t"}),
                await client.post("/shelves/1/books?sort/order=1", json=unknown),
            ]

    known, parameters, unknown = [
        [(v["where"], v["at"]) for v in response.json()["violations"]]
        for response in asyncio.run(post())
    ]
    assert known == [("body", "/a~1b")]
    assert parameters == [("path", "/shelf~0id"), ("query", "/sort~1by")]
    assert set(unknown) == {
        ("query", "/sort~1order"),
        ("body", "/e~1f"),
        ("body", "/sequel/g~0h"),
    }
