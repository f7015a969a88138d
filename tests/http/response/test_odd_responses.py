"""Responses without a handler that a document asks for in unusual ways."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.documents import document, operation, send

BINARY = {"schema": {"type": "string", "format": "binary"}}


def respond(content: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a document of GET /x, whose 200 has this content."""
    return document({"/x": {"get": operation(content, **more)}})


@pytest.mark.parametrize(
    ("kind", "content", "sent", "start"),
    [
        ("image/png", BINARY, "image/png", b"\x89PNG"),
        ("image/gif", {}, "image/gif", b"GIF8"),
        ("image/jpeg", BINARY, "image/jpeg", b"\xff\xd8\xff"),
        ("image/*", BINARY, "image/png", b"\x89PNG"),
        ("application/pdf", {"schema": {"$ref": "#/components/schemas/B"}}, None, b"%PDF-"),
        ("application/zip", {}, "application/zip", b"PK"),
        ("application/*", BINARY, "application/octet-stream", b"understudy"),
        ("*/*", BINARY, "application/octet-stream", b"understudy"),
        ("text/html", {"schema": {"type": "string"}}, "text/html; charset=utf-8", b"<!DOCTYPE"),
        ("text/html", {"schema": {"enum": ["<p>"]}}, "text/html; charset=utf-8", b"<p>"),
        ("image/png", {"example": "mine"}, "image/png", b"mine"),
    ],
)
@pytest.mark.parametrize("prefer", ["", "code=200", "dynamic=true"])
def test_body_is_what_its_media_type_says(
    kind: str, content: dict[str, Any], sent: str | None, start: bytes, prefer: str
) -> None:
    """An image is one; a range is sent as a media type of it."""
    if "example" in content and prefer == "dynamic=true":
        return
    spec = respond({kind: content})
    spec["components"] = {"schemas": {"B": BINARY["schema"]}}
    response = send(spec, "GET", "/x", headers={"Prefer": prefer})
    assert response.headers["content-type"] == (sent or kind)
    assert response.content.startswith(start)


@pytest.mark.parametrize("accept", ["image/webp", "image/png", "image/*, text/html;q=0.1"])
def test_declared_range_has_what_a_client_accepts(accept: str) -> None:
    """`image/*` has any image."""
    response = send(respond({"image/*": BINARY}), "GET", "/x", headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert send(respond({"image/*": BINARY}), "GET", "/x", headers={"Accept": "text/html"}).is_error


def test_headers_of_the_transfer_are_the_servers() -> None:
    """A declared Content-Length would be wrong for this body, and the client would wait."""
    spec = respond({"application/json": {"example": {}}})
    names = ("Content-Length", "Transfer-Encoding", "Content-Encoding", "Connection")
    declared = {name: {"required": True, "schema": {}, "example": "99"} for name in names}
    spec["paths"]["/x"]["get"]["responses"]["200"]["headers"] = declared
    sent = send(spec, "GET", "/x").headers
    assert [sent.get(name) for name in names] == ["2", None, None, None]


def test_header_that_http_does_not_allow_is_not_sent() -> None:
    """A name with a space in it would break the response."""
    spec = respond({"application/json": {"example": 1}})
    headers = {name: {"schema": {}, "example": " a\n"} for name in ("X Bad", "X-Ž", "", "X-Good")}
    spec["paths"]["/x"]["get"]["responses"]["200"]["headers"] = headers
    sent = send(spec, "GET", "/x").headers
    assert [(name, value) for name, value in sent.items() if name.startswith("x")] == [
        ("x-good", "a")
    ]


def test_media_type_with_a_line_break_is_sent_without() -> None:
    """YAML's block texts end with one."""
    sent = send(respond({"application/json\n": {"example": 1}}), "GET", "/x")
    assert sent.headers.raw[-1] == (b"content-type", b"application/json")


def test_header_with_json_content_is_json() -> None:
    """From the example of its media type, or from its schema."""
    spec = respond({"application/json": {"example": {}}})
    counts = {"type": "object", "required": ["n"], "properties": {"n": {"const": 3}}}
    spec["paths"]["/x"]["get"]["responses"]["200"]["headers"] = {
        "X-Example": {"content": {"application/json": {"example": {"a": [1]}}}},
        "X-Schema": {"content": {"application/json": {"schema": counts}}},
    }
    sent = send(spec, "GET", "/x").headers
    assert (sent["x-example"], sent["x-schema"]) == ('{"a":[1]}', '{"n":3}')


@pytest.mark.parametrize("prefer", ["code=418", "code=99", "code=101", "example=none"])
def test_preference_that_cannot_be_met_says_so(prefer: str) -> None:
    """Also if the operation declares a 404 of its own: that one is another thing."""
    spec = respond({"application/json": {"example": 1}})
    no = {"description": "no", "content": {"application/json": {"example": "declared"}}}
    spec["paths"]["/x"]["get"]["responses"]["404"] = no
    response = send(spec, "GET", "/x", headers={"Prefer": prefer})
    assert response.status_code == 404
    assert prefer.partition("=")[2] in response.json()["detail"]


@pytest.mark.parametrize("responses", [{}, {"101": {"description": "switching"}}])
def test_operation_without_a_response_to_send_is_501(responses: dict[str, Any]) -> None:
    """A 1xx is not a final response."""
    response = send(document({"/x": {"get": {"responses": responses}}}), "GET", "/x")
    assert response.status_code == 501
    assert "declares no response" in response.json()["detail"]


ERROR = {
    "type": "object",
    "required": ["loc", "msg", "type"],
    "properties": {
        "loc": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        "msg": {"type": "string"},
        "type": {"type": "string"},
    },
}
ERRORS = {"type": "object", "properties": {"detail": {"type": "array", "items": ERROR}}}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"schema": ERRORS}, [["body", "tags", 0], "type"]),
        ({"schema": ERRORS, "example": {"detail": []}}, None),
    ],
)
def test_validation_errors_in_fastapis_form_are_the_real_ones(
    content: dict[str, Any], expected: list[Any] | None
) -> None:
    """Unless the document has an example of them."""
    tags = {"type": "array", "items": {"type": "string"}}
    schema = {"type": "object", "properties": {"tags": tags}}
    post = operation(requestBody={"content": {"application/json": {"schema": schema}}})
    declared = {"description": "no", "content": {"application/json": content}}
    post["responses"]["422"] = declared
    response = send(document({"/x": {"post": post}}), "POST", "/x", json={"tags": [1]})
    errors = response.json()["detail"]
    assert (response.status_code, bool(errors)) == (422, expected is not None)
    assert not errors or [errors[0]["loc"], errors[0]["type"]] == expected


def test_write_only_properties_by_pattern_never_leave() -> None:
    """Those that `patternProperties` describes."""
    schema = {"type": "object", "patternProperties": {"^x": {"writeOnly": True}}}
    content = {"application/json": {"schema": schema, "example": {"xa": 1, "a": 2}}}
    assert send(respond(content), "GET", "/x").json() == {"a": 2}


def test_sequence_without_a_schema_has_items() -> None:
    """Generated ones are framed too."""
    spec = respond({"application/json-seq": {}})
    assert send(spec, "GET", "/x").content.count(b"\x1e") == 2


def test_cookie_beside_an_odd_one_is_read() -> None:
    """Browsers send cookies with JSON in them."""
    spec = respond({"application/json": {"example": 1}}, security=[{"it": []}])
    scheme = {"type": "apiKey", "in": "cookie", "name": "sid"}
    spec["components"] = {"securitySchemes": {"it": scheme}}
    sent = {"Cookie": 'prefs={"a":1}; sid=k'}
    assert send(spec, "GET", "/x", headers=sent).status_code == 200


@pytest.mark.parametrize("accept", [";;;", ",", "json", "*", "text/html;q=much"])
def test_accept_that_cannot_be_read_counts_as_none(accept: str) -> None:
    """The first declared media type is sent."""
    spec = respond({"application/json": {"example": 1}, "text/csv": {"example": "a"}})
    response = send(spec, "GET", "/x", headers={"Accept": accept})
    assert response.headers["content-type"] == "application/json"


PET = {
    "type": "object",
    "properties": {"id": {"type": "integer", "xml": {"attribute": True}, "example": 1}},
    "required": ["id"],
}
REF = {"$ref": "#/components/schemas/Pet"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "enum": ["a&b"]}, "<root>a&amp;b</root>"),
        ({**REF, "description": "a pet"}, '<Pet id="1"/>'),
        ({"oneOf": [{"type": "object", "required": ["no"]}, REF]}, '<Pet id="1"/>'),
        ({"anyOf": [REF], "xml": {"name": "ignored"}}, '<Pet id="1"/>'),
    ],
)
def test_xml_of_texts_and_alternatives(schema: dict[str, Any], expected: str) -> None:
    """A text is an element; the alternative that has a value's properties has its hints."""
    content: dict[str, Any] = {"schema": schema}
    if "type" not in schema:
        content["example"] = {"id": 1}
    spec = respond({"application/xml": content})
    spec["components"] = {"schemas": {"Pet": PET}}
    assert send(spec, "GET", "/x").text.partition("\n")[2] == expected


def test_example_that_is_json_in_a_text_is_read() -> None:
    """Where the schema wants no text."""
    content = {"application/json": {"schema": PET, "example": '{"id": 5}'}}
    assert send(respond(content), "GET", "/x").json() == {"id": 5}
