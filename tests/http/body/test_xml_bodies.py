"""XML bodies, read by the `xml` hints of their schema, through HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.echo_api import echo, operation

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def of(key: str, schema: dict[str, Any], **hints: Any) -> dict[str, Any]:
    """Return a schema of an object with one property."""
    return {"type": "object", "properties": {key: {**schema, **({"xml": hints} if hints else {})}}}


def post(schema: Any, content: bytes, kind: str = "application/xml") -> tuple[int, Any]:
    """Send a body; return the status, and how it was understood or what is wrong."""
    body = operation(body={kind.partition(";")[0]: {"schema": schema}})
    with echo({"/x": {"post": body}}, {"schemas": {"Tag": {**TEXT, "xml": {"name": "t"}}}}) as http:
        response = http.post("/x", content=content, headers={"Content-Type": kind})
    value = response.json()
    return response.status_code, value["body"] if response.is_success else value["detail"]


TAG = {"$ref": "#/components/schemas/Tag"}
TAGS = {"type": "array", "items": TAG}
NIL = b'<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><x i:nil="true"/></r>'


@pytest.mark.parametrize(
    ("schema", "content", "expected"),
    [
        (of("x", NUMBER), b"<r><x>1</x></r>", {"x": 1}),
        (of("x", NUMBER), b"<r><x>a</x></r>", None),
        (of("x", NUMBER, name="y"), b"<r><y>1</y></r>", {"x": 1}),
        (of("x", NUMBER, attribute=True), b'<r x="1"/>', {"x": 1}),
        (of("x", NUMBER, attribute=True, name="y"), b'<r y="1" z="2"/>', {"x": 1, "z": "2"}),
        (of("x", NUMBER, nodeType="attribute"), b'<r x="1"/>', {"x": 1}),
        (of("x", TEXT, nodeType="text"), b'<r a="b">text</r>', {"x": "text", "a": "b"}),
        (of("x", TEXT, nodeType="cdata"), b"<r><![CDATA[<b>]]></r>", {"x": "<b>"}),
        (of("x", TAGS), b"<r><t>a</t><t>b</t></r>", {"x": ["a", "b"]}),
        (of("x", TAGS), b"<r><t>a</t></r>", {"x": ["a"]}),
        (of("x", TAGS, wrapped=True), b"<r><x><t>a</t><t>b</t></x></r>", {"x": ["a", "b"]}),
        (of("x", TAGS, wrapped=True), b"<r><x/></r>", {"x": []}),
        (of("x", TAGS, nodeType="element", name="y"), b"<r><y><t>a</t></y></r>", {"x": ["a"]}),
        (of("x", {"type": "array", "items": NUMBER}), b"<r><x>1</x><x>2</x></r>", {"x": [1, 2]}),
        (of("x", {"type": "array", "items": NUMBER}, wrapped=True, name="y"),
         b"<r><y><y>1</y><y>2</y></y></r>", {"x": [1, 2]}),
        (of("x", NUMBER, namespace="http://n", prefix="n"),
         b'<r xmlns:m="http://n"><m:x>1</m:x></r>', {"x": 1}),
        ({**of("x", NUMBER, namespace="http://n"), "required": ["x"]},
         b'<r><x xmlns="http://o">1</x></r>', None),
        (of("x", of("y", NUMBER)), b"<r><x><y>1</y></x></r>", {"x": {"y": 1}}),
        ({"type": "object", "required": ["x"]}, b"<r><x>1</x></r>", {"x": "1"}),
        ({"type": "object", "additionalProperties": NUMBER}, b"<r><x>1</x></r>", {"x": 1}),
        ({"allOf": [of("x", NUMBER), of("y", NUMBER)]}, b"<r><x>1</x><y>2</y></r>",
         {"x": 1, "y": 2}),
        ({"type": "array", "items": NUMBER}, b"<r><x>1</x><x>2</x></r>", [1, 2]),
        ({**of("x", NUMBER), "xml": {"name": "root"}}, b"<r><x>1</x></r>", None),
        ({**of("x", NUMBER), "xml": {"name": "r"}}, b"<r><x>1</x></r>", {"x": 1}),
        (of("x", {**NUMBER, "nullable": True}), NIL, {"x": None}),
        (of("x", {**NUMBER, "nullable": True}), b"<r><x/></r>", {"x": None}),
        (of("x", TAG), b"<r><t>a</t></r>", {"x": "a"}),
        (of("x", TAG), b"<r><x>a</x></r>", {"x": "a"}),
        (TEXT, b"<r>text</r>", "<r>text</r>"),
        ({}, b"<r>text</r>", "<r>text</r>"),
    ],
)  # fmt: skip
def test_xml_is_read_by_its_hints(schema: Any, content: bytes, expected: Any) -> None:
    """Names, attributes, lists, texts and namespaces are those of the schema."""
    status, value = post(schema, content)
    assert (status, value if status == 200 else None) == (
        400 if expected is None else 200,
        expected,
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<r>", "malformed XML"),
        (b"", "is required"),
        (b"<a:r/>", "unbound prefix"),
        (b"<r>" * 300 + b"</r>" * 300, "nested more than 100 levels"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "DOCTYPE"),
        (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "DOCTYPE"),
        (b"<r>" + b"<a/>" * 100_000 + b"</r>", "more than 100000 elements"),
        (b"<r>&a;</r>", "undefined entity"),
        (b'<?xml version="1.0" encoding="klingon"?><r/>', "malformed XML"),
    ],
)
def test_unsafe_and_malformed_xml_is_refused(content: bytes, message: str) -> None:
    """There are no entities, no document types, and no depth without an end."""
    status, detail = post({"type": "object"}, content)
    assert status == 400
    assert message in detail


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/xml", '<?xml version="1.0" encoding="iso-8859-1"?><r><x>é</x></r>'),
        ("application/xml; charset=iso-8859-1", "<r><x>é</x></r>"),
        ("text/xml; charset=latin1", '<?xml version="1.0" encoding="utf-8"?><r><x>é</x></r>'),
        ("application/vnd.x+xml; charset=iso-8859-1", "<!DOCTYPE r><r><x>é</x></r>"),
    ],
)
def test_charset_of_xml(kind: str, content: str) -> None:
    """The charset of Content-Type counts, else that of the body."""
    assert post(of("x", TEXT), content.encode("latin-1"), kind) == (200, {"x": "é"})
