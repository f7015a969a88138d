"""Kinds of changes, each by a pair of small documents that differ in one thing."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.contract import Contract
from understudy.openapi.diff.contracts import list_changes
from understudy.openapi.diff.level import Level

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "login": {"type": "oauth2", "flows": {}},
}
REF_A, REF_B = ({"$ref": f"#/components/schemas/{name}"} for name in "AB")

Schema = Any


def fields(*required: str, **properties: Schema) -> Schema:
    """Return the schema of an object."""
    return {"type": "object", "properties": properties, "required": list(required)}


def document(*, schemes: Any = None, schemas: Any = None, **operation: Any) -> dict[str, Any]:
    """Return a document with one operation; `servers` and `webhooks` are the document's."""
    keys = [key for key in ("servers", "webhooks") if key in operation]
    whole: dict[str, Any] = {key: operation.pop(key) for key in keys}
    components = {"schemas": schemas or {}, "securitySchemes": schemes or SCHEMES}
    responses = {"200": {"description": "Done."}}
    post = {"operationId": "send", "responses": responses, **operation}
    info = {"title": "Kinds", "version": "1"}
    paths = {"/x": {"post": post}}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components, **whole}


def request(schema: Schema, media_type: str = "application/json", **media: Any) -> dict[str, Any]:
    """Return the part of an operation that is a request body."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema, **media}}}}


def response(schema: Schema = True, **more: Any) -> dict[str, Any]:
    """Return the part of an operation that is a response."""
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "Done.", "content": content, **more}}}


def parameter(**definition: Any) -> dict[str, Any]:
    """Return the part of an operation that is a query parameter."""
    return {"parameters": [{"name": "q", "in": "query", "schema": TEXT, **definition}]}


def changes(old: dict[str, Any], new: dict[str, Any], **shared: Any) -> list[tuple[str, bool]]:
    """Return the changes between two documents, and whether each breaks clients."""
    contracts = contracts_of(old, new, **shared)
    return [(f"{change}", change.breaks) for change in list_changes(*contracts)]


def contracts_of(old: dict[str, Any], new: dict[str, Any], **shared: Any) -> list[Contract]:
    """Return the contracts of two documents, each with a part of its own and what they share."""
    return [Contract("kinds", document(**{**shared, **part})) for part in (old, new)]


#: A schema, a narrower one that allows less, and the place and words of the change between them.
NARROWER: list[tuple[Schema, Schema, str]] = [
    (TEXT, {**TEXT, "const": "a"}, ': is always "a" now'),
    ({"type": ["string", "null"]}, TEXT, ": is no longer null"),
    ({"anyOf": [TEXT, {"type": "null"}]}, TEXT, ": is no longer null"),
    ({"type": "number"}, NUMBER, ": is no longer number"),
    ({"enum": ["a", "b"]}, {"const": "a"}, ': is no longer "b"'),
    (NUMBER, {**NUMBER, "exclusiveMinimum": 0}, ": exclusiveMinimum is 0 now"),
    (
        {**NUMBER, "exclusiveMaximum": 9},
        {**NUMBER, "exclusiveMaximum": 5},
        ": exclusiveMaximum was 9, and is 5",
    ),
    (
        {"type": "array", "prefixItems": [TEXT, {}]},
        {"type": "array", "prefixItems": [TEXT, TEXT]},
        "/1: has rules now",
    ),
    (
        {"type": "array", "prefixItems": [TEXT]},
        {"type": "array", "prefixItems": [TEXT], "items": False},
        "/*: is not allowed any more",
    ),
    ({"type": "array"}, {"type": "array", "items": TEXT}, "/*: has rules now"),
    (
        {"type": "array", "items": {"type": ["string", "null"]}},
        {"type": "array", "items": TEXT},
        "/*: is no longer null",
    ),
    (
        {"type": "object", "patternProperties": {"^x-": {}}},
        {"type": "object", "patternProperties": {"^x-": TEXT}},
        "/{^x-}: is no longer ",
    ),
    (
        {"type": "object", "additionalProperties": {"type": ["integer", "null"]}},
        {"type": "object", "additionalProperties": NUMBER},
        "/{any}: is no longer null",
    ),
    (
        fields(a=TEXT, b=TEXT),
        {**fields(a=TEXT, b=TEXT), "dependentRequired": {"a": ["b"]}},
        ": has a rule by `dependentRequired` now",
    ),
    (
        fields(a=TEXT, b=TEXT),
        {**fields(a=TEXT, b=TEXT), "if": {"required": ["a"]}, "then": {"required": ["b"]}},
        ": has a rule by `then` now",
    ),
    (TEXT, {**TEXT, "not": {"const": "a"}}, ": has a rule by `not` now"),
    (
        {"type": "array", "items": TEXT},
        {"type": "array", "items": TEXT, "contains": {"const": "a"}},
        ": has a rule by `contains` now",
    ),
    (TEXT, {**TEXT, "format": "uuid"}, ": format is uuid now"),
    (
        {**NUMBER, "format": "int64"},
        {**NUMBER, "format": "int32"},
        ": format was int64, and is int32",
    ),
    ({"allOf": [{"maxLength": 9}, TEXT]}, {**TEXT, "maxLength": 5}, ": maxLength was 9, and is 5"),
    (fields(a=TEXT), fields("a", a=TEXT), "/a: is required now"),
    (
        {"oneOf": [fields("a", a=TEXT), fields("b", b=TEXT)]},
        {"oneOf": [fields("a", a=TEXT)]},
        " (2): is gone",
    ),
]


@pytest.mark.parametrize(("wide", "narrow", "change"), NARROWER)
def test_diff_of_narrower_schema_breaks_requests(wide: Schema, narrow: Schema, change: str) -> None:
    """A request schema that allows less breaks clients, and one that allows more does not."""
    listed = changes(request(wide), request(narrow))
    assert [text for text, breaks in listed if f"request body{change}" in text and breaks], listed
    assert not any(breaks for _, breaks in changes(request(narrow), request(wide)))


@pytest.mark.parametrize(("wide", "narrow"), [(wide, narrow) for wide, narrow, _ in NARROWER])
def test_diff_of_wider_schema_matters_in_responses(wide: Schema, narrow: Schema) -> None:
    """A response schema that allows more breaks clients or is risky, and one that allows less is
    neither."""
    wider = contracts_of(response(narrow), response(wide))
    assert any(change.level is not Level.HARMLESS for change in list_changes(*wider))
    narrower = contracts_of(response(wide), response(narrow))
    assert all(change.level is Level.HARMLESS for change in list_changes(*narrower))


SAME: list[tuple[Schema, Schema]] = [
    (fields("a", a=TEXT), {"allOf": [fields("a", a=TEXT)]}),
    (fields("a", "b", a=TEXT, b=NUMBER), {"allOf": [fields("a", a=TEXT), fields("b", b=NUMBER)]}),
    (fields("a", a=TEXT), REF_A),
    ({"oneOf": [TEXT, NUMBER]}, {"oneOf": [NUMBER, TEXT]}),
    ({"oneOf": [fields(a=TEXT), TEXT]}, {"oneOf": [TEXT, fields(a=TEXT)]}),
    ({"oneOf": [TEXT]}, TEXT),
    ({"oneOf": [TEXT, NUMBER]}, {"type": ["integer", "string"]}),
    ({"anyOf": [REF_A, {"type": "null"}]}, {"oneOf": [{"type": "null"}, REF_A]}),
    (
        {"anyOf": [TEXT, {"type": "null"}], "maxLength": 5},
        {"type": ["string", "null"], "maxLength": 5},
    ),
    ({"const": "a"}, {"type": "string", "enum": ["a"]}),
    ({"type": "string", "format": "byte"}, {"type": "string", "contentEncoding": "base64"}),
    ({"type": "string", "format": "binary"}, {"type": "string"}),
    ({**TEXT, "minLength": 0}, TEXT),
    ({**NUMBER, "minimum": 1}, {**NUMBER, "exclusiveMinimum": 0}),
    (fields(a=REF_A), fields(a={"allOf": [REF_A], "description": "Another text."})),
    ({**TEXT, "example": "a"}, {**TEXT, "examples": ["b"], "title": "T"}),
    (True, {}),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_diff_ignores_another_way_to_write_the_same(one: Schema, other: Schema) -> None:
    """Such as a reference, `allOf`, another order, or the words of another version."""
    schemas = {"A": fields("a", a=TEXT)}
    for direction in (request, response):
        for old, new in ((one, other), (other, one)):
            assert changes(direction(old), direction(new), schemas=schemas) == []


def test_diff_finds_what_several_alternatives_accept_together() -> None:
    """A value that fits two alternatives of `oneOf` is not valid."""
    old = fields("a", "b", a=TEXT, b=TEXT)
    new = {"oneOf": [fields("a", a=TEXT, b=TEXT), fields("b", a=TEXT, b=TEXT)]}
    change = ("request body: does not accept all values that it accepted", True)
    assert change in changes(request(old), request(new))


def discriminated(*values: str) -> dict[str, Any]:
    """Return a request whose schema is chosen by a property with these values."""
    mapping = {value: f"#/components/schemas/{value.upper()}" for value in values}
    discriminator = {"propertyName": "t", "mapping": mapping}
    return request({"oneOf": [REF_A, REF_B], "discriminator": discriminator})


def form(content_type: str | None) -> dict[str, Any]:
    """Return a multipart request with a field of this media type."""
    encoding = {"a": {"contentType": content_type}} if content_type else {}
    return request(fields(a=fields(b=TEXT)), "multipart/form-data", encoding=encoding)


LIST = {"type": "array", "items": TEXT}
HEADER = {"headers": {"X-A": {"required": True, "schema": TEXT}}}
LOOSE_HEADER = {"headers": {"X-A": {"required": True, "schema": {"type": ["string", "null"]}}}}
JSON_TEXT = {"application/json": {"schema": TEXT}}
WEBHOOK = {"news": {"post": {"operationId": "news", **request(TEXT)}}}
WIDE_WEBHOOK = {"news": {"post": {"operationId": "news", **request({"type": ["string", "null"]})}}}


def called_back(schema: Schema) -> dict[str, Any]:
    """Return a callback of the operation with a request of this schema."""
    return {"callbacks": {"done": {"{$request.body#/url}": {"put": request(schema)}}}}


#: An old and a new part of an operation, and a change that is listed.
PARTS: list[tuple[dict[str, Any], dict[str, Any], str, bool]] = [
    (
        parameter(schema=LIST),
        parameter(schema=LIST, explode=False),
        "query parameter q: was written as form, exploded, and is as form",
        True,
    ),
    (
        parameter(schema=LIST),
        parameter(schema=LIST, style="pipeDelimited"),
        "query parameter q: was written as form, exploded, and is as pipeDelimited",
        True,
    ),
    (
        parameter(),
        {"parameters": [{"name": "q", "in": "query", "content": JSON_TEXT}]},
        "query parameter q: was written as form, and is as application/json",
        True,
    ),
    (parameter(), parameter(deprecated=True), "query parameter q: is deprecated now", False),
    (
        parameter(allowReserved=True),
        parameter(),
        "query parameter q: may no longer have reserved characters",
        True,
    ),
    (response(**HEADER), response(), "response 200 header X-A: is gone", True),
    (response(), response(**HEADER), "response 200 header X-A: is new", False),
    (response(**HEADER), response(**LOOSE_HEADER), "response 200 header X-A: may be null", True),
    ({"security": [{"login": ["r"]}]}, {"security": [{"login": []}]}, "security: login is ", False),
    (
        {"security": [{"login": ["r"]}]},
        {"security": [{"login": ["r", "w"]}]},
        "security: login with r is no longer enough",
        True,
    ),
    (
        {"security": [{"key": []}]},
        {
            "security": [{"key": []}],
            "schemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Other"}},
        },
        "security: key is no longer enough: its name was X-Key, and is X-Other",
        True,
    ),
    (
        {"servers": [{"url": "https://a.example/v1"}]},
        {"servers": [{"url": "https://b.example/v1"}]},
        "https://b.example/v1 is new",
        False,
    ),
    (
        {"servers": [{"url": "https://a.example/v1"}]},
        {"servers": [{"url": "https://a.example/v2"}]},
        "was POST /v1/x",
        True,
    ),
    (
        discriminated("a", "b"),
        discriminated("a"),
        """request body: its discriminator's value "b" is gone""",
        True,
    ),
    (
        form("application/json"),
        form("application/xml"),
        "request body/a: its media type was application/json, and is application/xml",
        True,
    ),
    (
        form("image/png"),
        form("image/png, image/jpeg"),
        "request body/a: its media type was image/png, and is image/png, image/jpeg",
        False,
    ),
    (
        request(fields(a=TEXT)),
        request(fields(a={**TEXT, "readOnly": True})),
        "request body/a: is read-only now",
        False,
    ),
    (
        response(fields(a=TEXT)),
        response(fields(a={**TEXT, "writeOnly": True})),
        "response 200/a: is write-only now",
        True,
    ),
    (
        request(True, "application/jsonl", itemSchema=TEXT),
        request(True, "application/jsonl", itemSchema=NUMBER),
        "request body/*: is no longer string",
        True,
    ),
    ({"webhooks": WEBHOOK}, {}, "is gone", True),
    ({}, {"webhooks": WEBHOOK}, "is new", False),
    ({"webhooks": WEBHOOK}, {"webhooks": WIDE_WEBHOOK}, "request body: may be null", True),
    ({"webhooks": WIDE_WEBHOOK}, {"webhooks": WEBHOOK}, "request body: is no longer null", False),
    (called_back(TEXT), called_back({"type": ["string", "null"]}), "body: may be null", True),
    (called_back(TEXT), {}, "is gone", True),
]


@pytest.mark.parametrize(("old", "new", "change", "breaks"), PARTS)
def test_diff_compares_every_part_of_an_operation(
    old: dict[str, Any], new: dict[str, Any], change: str, breaks: bool
) -> None:
    """Styles, headers, credentials, servers, discriminators, forms, webhooks and callbacks."""
    listed = changes(old, new, schemas={"A": fields("t", t=TEXT), "B": fields("t", t=TEXT)})
    assert [text for text, breaking in listed if change in text and breaking is breaks], listed
    assert any(breaking for _, breaking in listed) is breaks


def test_diff_finds_server_under_another_base_path() -> None:
    """An operation that keeps one of its base paths is the same."""
    old = {"servers": [{"url": "/v1"}]}
    new = {"servers": [{"url": "/v2"}, {"url": "/v1"}]}
    assert changes(old, new) == []
    assert any(breaks for _, breaks in changes(new, {"servers": [{"url": "/v3"}]}))


def test_diff_follows_references_at_every_place() -> None:
    """In lists, maps, alternatives and compositions; far from the body, too."""
    places = {
        "list": {"type": "array", "items": REF_A},
        "map": {"type": "object", "additionalProperties": REF_A},
        "choice": {"anyOf": [REF_A, TEXT]},
        "whole": {"allOf": [REF_A], "description": "Its own."},
        "tuple": {"type": "array", "prefixItems": [REF_A]},
        "pattern": {"type": "object", "patternProperties": {"^x": REF_A}},
    }
    old, new = fields(f=TEXT), fields(f=NUMBER)
    listed = changes(
        {"schemas": {"A": old, "B": fields(**places)}, **response(fields(b=REF_B))},
        {"schemas": {"A": new, "B": fields(**places)}, **response(fields(b=REF_B))},
    )
    where = [text.partition(":")[0] for text, breaks in listed if breaks]
    ends = ["list/*", "map/{any}", "choice (A)", "whole", "tuple/0", "pattern/{^x}"]
    assert {*where} == {f"response 200/b/{end}/f" for end in ends}


def test_diff_ends_for_many_alternatives_and_recursion() -> None:
    """Work is bounded; the words of the walk count where the sets of values cannot be compared."""
    many = [
        fields("t", t={"const": str(number)}, child=REF_A, **{f"f{number}": TEXT})
        for number in range(40)
    ]
    old = {"A": {"oneOf": many}}
    new = {"A": {"oneOf": many[1:]}}
    listed = [
        changes({"schemas": old, **direction(REF_A)}, {"schemas": new, **direction(REF_A)})
        for direction in (request, response)
    ]
    assert listed[0][0] == ('request body (t "0"): is gone', True)
    assert listed[1][0] == ('response 200 (t "0"): is gone', False)
