"""Urlencoded and multipart bodies, through HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.echo_api import echo, operation

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"

AUTHOR = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
}
PNG = {"type": "string", "format": "binary"}
BOOK = {
    "allOf": [
        {
            "properties": {
                "pages": {"type": "integer"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "sizes": {"type": "array", "minItems": 2, "items": {"type": "integer"}},
            }
        },
        {"$ref": "#/components/schemas/Rest"},
    ]
}
REST = {
    "type": "object",
    "properties": {
        "author": AUTHOR,
        "authors": {"type": "array", "items": AUTHOR},
        "scan": PNG,
        "scans": {"type": "array", "minItems": 2, "items": PNG},
        "note": {"type": "string", "maxLength": 4},
    },
}
COUNTS = {"type": "object", "additionalProperties": {"type": "integer"}}


def post(
    kind: str, content: bytes, schema: Any, encoding: Any = None, sent_as: str | None = None
) -> Any:
    """Send a body; return how it was understood, or the violations as texts."""
    media = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    body = operation(body={kind: media})
    with echo({"/x": {"post": body}}, {"schemas": {"Rest": REST}}) as http:
        response = http.post("/x", content=content, headers={"Content-Type": sent_as or kind})
    if response.status_code == 200:
        return response.json()["body"]
    assert response.status_code == 400, response.text
    return [f"{v['at']} {v['message']}" for v in response.json()["violations"]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("pages=3&tags=a&tags=b+c%26&note=x", {"pages": 3, "tags": ["a", "b c&"], "note": "x"}),
        ("tags=a", {"tags": ["a"]}),
        ("sizes[]=1&sizes[]=2", {"sizes": [1, 2]}),
        ('author={"name":"Ann"}', {"author": {"name": "Ann"}}),
        ("author[name]=Ann&author[age]=5", {"author": {"name": "Ann", "age": 5}}),
        ('authors=[{"name":"A"}]', {"authors": [{"name": "A"}]}),
        ('authors={"name":"A"}&authors={"name":"B"}', {"authors": [{"name": "A"}, {"name": "B"}]}),
        ("authors[0][name]=A&authors[1][name]=B", {"authors": [{"name": "A"}, {"name": "B"}]}),
        ("other=1&other=2", {"other": ["1", "2"]}),
        ("pages=x&sizes=1",
         ["/sizes [1] has less than 2 items", '/pages "x" is not of type "integer"']),
        ("pages=1&pages=2", ["/pages is given 2 times"]),
        ("author[age]=5", ['/author "name" is a required property']),
        ("note=%FF", [" not a form of at most 1000 UTF-8 fields"]),
        ("&".join(["a=1"] * 1001), [" not a form of at most 1000 UTF-8 fields"]),
    ],
)  # fmt: skip
def test_urlencoded_form_has_the_types_of_its_schema(content: str, expected: Any) -> None:
    """Lists, objects and types are found behind allOf and references, too."""
    read = post(URLENCODED, content.encode(), BOOK)
    assert read == expected or sorted(read) == sorted(expected)


def test_additional_fields_have_their_type() -> None:
    """`additionalProperties` say what the fields without a name in the schema are."""
    assert post(URLENCODED, b"a=1&b=2", COUNTS) == {"a": 1, "b": 2}
    assert post(URLENCODED, b"a=x", COUNTS) == ['/a "x" is not of type "integer"']
    assert post(MULTIPART, parts(("a", "1", "")), COUNTS, sent_as=SENT_AS) == {"a": 1}
    files = {"type": "object", "additionalProperties": PNG}
    sent = parts(("a", "1", "a:b/c"))
    assert post(MULTIPART, sent, files, sent_as=SENT_AS) == {"a": ["a", "b/c", "1"]}


@pytest.mark.parametrize(
    ("encoding", "content", "expected"),
    [
        ({"tags": {"style": "form", "explode": False}}, "tags=a%2Cb,c", {"tags": ["a,b", "c"]}),
        ({"sizes": {"explode": False}}, "sizes=1%2C2", {"sizes": [1, 2]}),
        ({"tags": {"style": "pipeDelimited"}}, "tags=a%7Cb", {"tags": ["a", "b"]}),
        ({"tags": {"style": "spaceDelimited"}}, "tags=a+b", {"tags": ["a", "b"]}),
        ({"author": {"style": "form"}}, "name=Ann&age=5", {"author": {"name": "Ann", "age": 5}}),
        ({"author": {"explode": False}}, "author=name,Ann", {"author": {"name": "Ann"}}),
        ({"author": {"style": "deepObject"}}, "author[name]=A", {"author": {"name": "A"}}),
        ({"author": {"contentType": JSON}}, "author=%7B%22name%22:1%7D",
         ['/author/name 1 is not of type "string"']),
        ({"author": {"contentType": JSON}}, "author=%7B",
         ["/author malformed JSON: Input data was truncated"]),
    ],
)  # fmt: skip
def test_urlencoded_form_has_the_styles_of_its_encoding(
    encoding: Any, content: str, expected: Any
) -> None:
    """`encoding` has the styles of query parameters, and JSON in a field."""
    assert post(URLENCODED, content.encode(), BOOK, encoding) == expected


SENT_AS = f"{MULTIPART}; boundary=B"


def parts(*fields: tuple[str, str, str]) -> bytes:
    """Return a multipart body; each field has a name, a text, and a media type, which begins with
    the name of a file and a colon if it is one."""
    written = ""
    for name, text, kind in fields:
        filename, colon, kind = kind.rpartition(":")
        written += f'--B\r\nContent-Disposition: form-data; name="{name}"'
        written += f'; filename="{filename}"' if colon else ""
        written += f"\r\nContent-Type: {kind}" if kind else ""
        written += f"\r\n\r\n{text}\r\n"
    return f"{written}--B--\r\n".encode()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("pages", "3", ""), ("tags", "a", ""), ("note", "é", "text/plain; charset=utf-8")],
         {"pages": 3, "tags": ["a"], "note": "é"}),
        ([("author", '{"name":"A"}', JSON)], {"author": {"name": "A"}}),
        ([("author", '{"name":"A"}', "")], {"author": {"name": "A"}}),
        ([("author", '{"name":"A"}', f"blob:{JSON}")], {"author": {"name": "A"}}),
        ([("author", '{"age":"x"}', JSON)],
         ['/author "name" is a required property', '/author/age "x" is not of type "integer"']),
        ([("author", "{", JSON)], ["/author malformed JSON: Input data was truncated"]),
        ([("authors", '[{"name":"A"}]', JSON)], {"authors": [{"name": "A"}]}),
        ([("authors", '{"name":"A"}', JSON), ("authors", '{"name":"B"}', JSON)],
         {"authors": [{"name": "A"}, {"name": "B"}]}),
        ([("authors", '{"name":"A"}', "")], {"authors": [{"name": "A"}]}),
        ([("sizes", "[1,2]", JSON)], {"sizes": [1, 2]}),
        ([("note", "12", JSON)], {"note": "12"}),
        ([("note", '"a"', JSON)], {"note": "a"}),
        ([("pages", "1", ""), ("pages", "2", "")], ["/pages is given 2 times"]),
        ([("scan", "png", "a.png:image/png")], {"scan": ["a.png", "image/png", "png"]}),
        ([("scans", "1", "a:a/b"), ("scans", "2", "b:a/b")],
         {"scans": [["a", "a/b", "1"], ["b", "a/b", "2"]]}),
        ([("scans", "1", "a:a/b")], ['/scans ["?"] has less than 2 items']),
        ([("scan", "1", "a:a/b"), ("scan", "2", "b:a/b")], ["/scan is given 2 times"]),
        ([("others", "1", "a:a/b"), ("others", "2", "b:")],
         {"others": [["a", "a/b", "1"], ["b", "", "2"]]}),
        ([("note", "is long", "a.txt:text/plain")],
         ['/note "???????" is longer than 4 characters']),
    ],
)  # fmt: skip
def test_multipart_form_has_the_types_of_its_schema(fields: Any, expected: Any) -> None:
    """Parts are JSON, text or files, by their own media types or by the schema."""
    assert post(MULTIPART, parts(*fields), BOOK, sent_as=SENT_AS) == expected


@pytest.mark.parametrize(
    ("encoding", "field", "expected"),
    [
        ({"contentType": "image/png, image/jpeg"}, ("scan", "x", "a:image/gif"),
         ["/scan its Content-Type is 'image/gif'; send image/png or image/jpeg"]),
        ({"contentType": "image/*"}, ("scan", "x", "a:image/gif"),
         {"scan": ["a", "image/gif", "x"]}),
        ({"headers": {"X-Sum": {"required": True, "schema": {}}}}, ("scan", "x", "a:image/gif"),
         ["/scan its header X-Sum is missing"]),
        ({"contentType": JSON}, ("sizes", "[1,2]", ""), {"sizes": [1, 2]}),
        ({"style": "form", "explode": False}, ("sizes", "1,2", ""), {"sizes": [1, 2]}),
    ],
)  # fmt: skip
def test_multipart_form_has_its_encoding(encoding: Any, field: Any, expected: Any) -> None:
    """The media types, headers and styles of parts are those of `encoding`."""
    assert post(MULTIPART, parts(field), BOOK, {field[0]: encoding}, SENT_AS) == expected


@pytest.mark.parametrize(
    ("sent_as", "content", "message"),
    [
        (MULTIPART, b"", "is required, and there is none"),
        (MULTIPART, parts(), "its Content-Type names no boundary"),
        (f"{MULTIPART}; boundary=Z", parts(), "not a multipart body"),
        (SENT_AS, parts(*[("a", "1", "")] * 1001), "more than 1000 parts"),
        (SENT_AS, b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "not a multipart"),
    ],
)
def test_broken_multipart_is_refused(sent_as: str, content: bytes, message: str) -> None:
    """It is 400, with a sentence."""
    assert message in post(MULTIPART, content, {}, sent_as=sent_as)[0]


@pytest.mark.parametrize(
    ("part", "expected"), [("3", 3), ('{"k":true}', {"k": True}), ("x", None), ('{"k":1}', None)]
)
def test_part_of_several_types_is_read_by_its_text(part: str, expected: object) -> None:
    """An object is JSON, although its part has no media type."""
    structure = {"type": "object", "properties": {"k": {"type": "boolean"}}}
    schema = {"type": "object", "properties": {"any": {"oneOf": [{"type": "integer"}, structure]}}}
    content = f'--B\r\nContent-Disposition: form-data; name="any"\r\n\r\n{part}\r\n--B--\r\n'
    read = post(MULTIPART, content.encode(), schema, sent_as=f"{MULTIPART}; boundary=B")
    assert isinstance(read, list) if expected is None else read == {"any": expected}


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/related"])
def test_other_multipart_with_names_is_an_object(kind: str) -> None:
    """If its schema is one of an object, as in the specification's examples."""
    content = (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/json\r\n\r\n'
        b'{"b":1}\r\n--B--\r\n'
    )
    schema = {"type": "object", "properties": {"a": {"type": "object"}}}
    assert post(kind, content, schema, sent_as=f"{kind}; boundary=B") == {"a": {"b": 1}}


def test_other_multipart_is_a_list() -> None:
    """The parts of multipart/mixed have no names; each has its media type."""
    content = b'--B\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n--B\r\n\r\nhello\r\n--B--'
    read = post(
        "multipart/mixed", content, {"type": "array"}, sent_as="multipart/mixed; boundary=B"
    )
    assert read == [{"a": 1}, "hello"]
