"""Responses without a handler: media types, charsets, headers, XML, and what is never sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.documents import document, operation, send

KINDS = {
    "application/json": {"example": {"a": 1}},
    "text/csv": {"example": "a\n1"},
    "application/vnd.api+json; version=2": {"example": {"data": 1}},
}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv; charset=utf-8"),
        ("text/csv, application/json", "text/csv; charset=utf-8"),
        ("application/json;q=0, */*", "text/csv; charset=utf-8"),
        ("application/vnd.api+json", "application/vnd.api+json; version=2"),
        ("application/vnd.api+json;version=2", "application/vnd.api+json; version=2"),
        ("image/png, text/html;q=0.5, */*;q=0.1", "application/json"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
    ],
)
def test_accept_chooses_a_declared_media_type(accept: str, expected: str) -> None:
    """Weights first, then the more specific range, then the order of the client."""
    spec = document({"/x": {"get": operation(KINDS)}})
    response = send(spec, "GET", "/x", headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, expected)


@pytest.mark.parametrize(
    "accept", ["image/png", "application/vnd.api+json;version=1", "*/*;q=0", "text/*;q=0"]
)
def test_accept_without_a_declared_media_type_is_406(accept: str) -> None:
    """The response says what could be sent."""
    response = send(
        document({"/x": {"get": operation(KINDS)}}), "GET", "/x", headers={"Accept": accept}
    )
    assert response.status_code == 406
    assert "text/csv" in response.json()["detail"]


def test_errors_are_sent_whatever_the_client_accepts() -> None:
    """A declared error has its own media type, also for a client that accepts another one."""
    spec = document({"/x": {"get": operation(KINDS)}})
    declared = {"description": "no", "content": {"text/plain": {"example": "no key"}}}
    spec["paths"]["/x"]["get"]["responses"]["401"] = declared
    spec["paths"]["/x"]["get"]["security"] = [{"key": []}]
    spec["components"] = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    response = send(spec, "GET", "/x", headers={"Accept": "image/png"})
    assert (response.status_code, response.text) == (401, "no key")
    assert response.headers["www-authenticate"] == 'Bearer realm="understudy"'


@pytest.mark.parametrize(
    ("kind", "charset"),
    [
        ("text/plain", "utf-8"),
        ("text/plain; charset=iso-8859-1", "latin-1"),
        ("text/html;charset=UTF-16LE", "utf-16-le"),
        ("application/json; charset=utf-8", "utf-8"),
        ("text/plain; charset=unknown", "utf-8"),
    ],
)
def test_charset_of_a_media_type_is_kept_and_used(kind: str, charset: str) -> None:
    """The header has it as the document writes it; a text without one says UTF-8."""
    response = send(document({"/x": {"get": operation({kind: {"example": "naïve"}})}}), "GET", "/x")
    expected = f"{kind}; charset=utf-8" if kind == "text/plain" else kind
    assert response.headers["content-type"] == expected
    text = response.content.decode(charset)
    assert text.strip('"') == "naïve"


@pytest.mark.parametrize("kind", ["*/*", "application/*"])
def test_range_of_media_types_is_sent_as_json(kind: str) -> None:
    """Older generators declare `*/*` for JSON."""
    response = send(
        document({"/x": {"get": operation({kind: {"example": {"a": 1}}})}}), "GET", "/x"
    )
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"a": 1}


HEADERS = {
    "Location": {"required": True, "schema": {"type": "string"}, "example": "/pets/7"},
    "X-Rate-Limit": {"schema": {"type": "integer", "example": 60}},
    "X-Trace": {"schema": {"type": "string", "format": "uuid"}},
    "X-List": {"schema": {"type": "array", "items": {"type": "integer"}}, "example": [1, 2]},
    "X-Object": {"schema": {"type": "object"}, "explode": True, "example": {"a": 1, "b": "c"}},
    "X-Default": {"schema": {"type": "boolean", "default": False}},
    "X-Shared": {"$ref": "#/components/headers/Shared"},
    "Content-Type": {"schema": {"type": "string"}, "example": "text/odd"},
}


def test_declared_headers_are_sent() -> None:
    """From examples and defaults, else from the schema; Content-Type is not the document's."""
    spec = document({"/x": {"get": operation({"application/json": {"example": 1}})}})
    spec["paths"]["/x"]["get"]["responses"]["200"]["headers"] = HEADERS
    shared = {"examples": {"one": {"value": "first"}}, "schema": {"type": "string"}}
    spec["components"] = {"headers": {"Shared": shared}}
    sent = send(spec, "GET", "/x").headers
    names = ("location", "x-rate-limit", "x-list", "x-object", "x-default", "x-shared")
    assert [sent[name] for name in names] == ["/pets/7", "60", "1,2", "a=1,b=c", "false", "first"]
    assert len(sent["x-trace"]) == 36
    assert sent["content-type"] == "application/json"


SECRET = {"type": "string", "writeOnly": True}
LOGIN: dict[str, Any] = {
    "type": "object",
    "properties": {"login": {"type": "string"}, "secret": SECRET},
}


@pytest.mark.parametrize(
    ("schema", "example", "expected"),
    [
        (LOGIN, {"login": "a", "secret": "b"}, {"login": "a"}),
        ({**LOGIN, "required": ["login", "secret"]}, {"login": "a", "secret": "b"}, {"login": "a"}),
        ({"allOf": [LOGIN, {"type": "object"}]}, {"login": "a", "secret": "b"}, {"login": "a"}),
        ({"type": "array", "items": LOGIN}, [{"login": "a", "secret": "b"}], [{"login": "a"}]),
        ({"$ref": "#/components/schemas/Login"}, {"login": "a", "secret": "b"}, {"login": "a"}),
        (
            {"type": "object", "additionalProperties": LOGIN},
            {"k": {"login": "a", "secret": "b"}},
            {"k": {"login": "a"}},
        ),
        (
            {"type": "object", "properties": {"secret": {"$ref": "#/components/schemas/Secret"}}},
            {"secret": "b"},
            {},
        ),
    ],
)
def test_write_only_properties_never_leave(schema: Any, example: Any, expected: Any) -> None:
    """Wherever a schema says it, and also from an example."""
    spec = document(
        {"/x": {"get": operation({"application/json": {"schema": schema, "example": example}})}}
    )
    spec["components"] = {"schemas": {"Login": LOGIN, "Secret": SECRET}}
    assert send(spec, "GET", "/x").json() == expected
    assert "secret" not in send(spec, "GET", "/x", headers={"Prefer": "dynamic=true"}).text


BOOK = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "title": {"type": "string", "xml": {"name": "name"}},
        "tags": {"type": "array", "items": {"type": "string", "xml": {"name": "tag"}}},
        "authors": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"type": "string", "xml": {"name": "author"}},
        },
        "price": {"type": "number", "xml": {"namespace": "urn:p", "prefix": "p"}},
    },
    "xml": {"name": "book"},
}


def test_xml_is_written_by_the_hints_of_the_schema() -> None:
    """Names, attributes, wrapped and plain lists, namespaces; what must be escaped is."""
    value = {"id": 7, "title": "A & B", "tags": ["x", "y"], "authors": ["<c>"], "price": 1.5}
    media = {"application/xml": {"schema": BOOK, "example": value}}
    response = send(document({"/x": {"get": operation(media)}}), "GET", "/x")
    assert response.headers["content-type"] == "application/xml"
    assert response.text.partition("\n")[2] == (
        '<book id="7"><name>A &amp; B</name><tag>x</tag><tag>y</tag>'
        "<authors><author>&lt;c&gt;</author></authors>"
        '<p:price xmlns:p="urn:p">1.5</p:price></book>'
    )


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (["400"], 400),
        (["422"], 422),
        (["400", "422"], 400),
        (["4XX"], 400),
        (["default"], 400),
        ([], 400),
        (["404"], 400),
        (["404", "422"], 422),
    ],
)
def test_refused_request_has_the_declared_status(declared: list[str], expected: int) -> None:
    """400, else 422, else 400."""
    parameter = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}
    get = operation({"application/json": {"example": 1}}, parameters=[parameter])
    for status in declared:
        content = {"application/json": {"example": {"error": status}}}
        get["responses"][status] = {"description": "no", "content": content}
    response = send(document({"/x": {"get": get}}), "GET", "/x")
    assert response.status_code == expected
    assert "is required" in response.headers["x-understudy-violations"]


@pytest.mark.parametrize(
    ("scheme", "challenge", "credential"),
    [
        ({"type": "http", "scheme": "basic"}, 'Basic realm="understudy"', "Basic YTpi"),
        ({"type": "http", "scheme": "bearer"}, 'Bearer realm="understudy"', "Bearer k"),
        ({"type": "http", "scheme": "hoba"}, 'HOBA realm="understudy"', "HOBA r=1"),
        ({"type": "http", "scheme": "Custom"}, 'Custom realm="understudy"', "custom k"),
        ({"type": "oauth2", "flows": {}}, 'Bearer realm="understudy"', "Bearer k"),
        ({"type": "openIdConnect"}, 'Bearer realm="understudy"', "Bearer k"),
    ],
)
def test_credentials_are_those_of_the_scheme(
    scheme: dict[str, str], challenge: str, credential: str
) -> None:
    """A 401 says which; the credentials of another scheme are not enough."""
    get = operation({"application/json": {"example": 1}}, security=[{"it": []}])
    spec = document({"/x": {"get": get}}, components={"securitySchemes": {"it": scheme}})
    for headers in ({}, {"Authorization": "Other k"}):
        refused = send(spec, "GET", "/x", headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, challenge)
    assert send(spec, "GET", "/x", headers={"Authorization": credential}).status_code == 200


def test_mutual_tls_is_not_checked() -> None:
    """The certificate is the business of the connection."""
    get = operation({"application/json": {"example": 1}}, security=[{"it": []}])
    schemes = {"securitySchemes": {"it": {"type": "mutualTLS"}}}
    assert send(document({"/x": {"get": get}}, components=schemes), "GET", "/x").status_code == 200


def test_sequences_are_framed() -> None:
    """Lines of JSON and server-sent events, one for each item."""
    items = [{"a": 1}, {"a": 2}]
    lines = document({"/x": {"get": operation({"application/jsonl": {"example": items}})}})
    assert send(lines, "GET", "/x").text == '{"a":1}\n{"a":2}\n'
    events = [{"event": "tick", "data": "1\n2"}, {"data": {"a": 1}}]
    stream = document({"/x": {"get": operation({"text/event-stream": {"example": events}})}})
    response = send(stream, "GET", "/x")
    assert response.headers["content-type"] == "text/event-stream"
    assert response.text == 'event: tick\ndata: 1\ndata: 2\n\ndata: {"a":1}\n\n'


def test_forms_and_multipart_are_written_by_their_encoding() -> None:
    """An object has its fields, a list has parts; a multipart header says the boundary."""
    urlencoded = {"application/x-www-form-urlencoded": {"example": {"a": 1, "b": ["x y", "z"]}}}
    response = send(document({"/x": {"get": operation(urlencoded)}}), "GET", "/x")
    assert response.text == "a=1&b=x+y&b=z"
    mixed = {"example": [{"a": 1}, "b"], "itemEncoding": {"contentType": "application/json"}}
    response = send(document({"/x": {"get": operation({"multipart/mixed": mixed})}}), "GET", "/x")
    kind, _, boundary = response.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/mixed"
    json_part = "Content-Type: application/json\r\n\r\n"
    assert response.text == (
        f'--{boundary}\r\n{json_part}{{"a":1}}\r\n--{boundary}\r\n{json_part}"b"\r\n'
        f"--{boundary}--\r\n"
    )
