"""Which media type a body has, and its charset, through HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.echo_api import echo, operation

JSON = "application/json"
A = {"schema": {"type": "object", "required": ["a"]}}
B = {"schema": {"type": "object", "required": ["b"]}}
TEXT = {"schema": {"type": "string", "maxLength": 2}}
VERSIONS = {f"{JSON}; version=1": A, f'{JSON};Version="2"': B}


def post(media: Any, kind: str, content: bytes) -> tuple[int, Any]:
    """Send a body; return the status, and how it was understood or what is wrong."""
    headers = {"Content-Type": kind} if kind else {}
    with echo({"/x": {"post": operation(body=media)}}) as http:
        response = http.post("/x", content=content, headers=headers)
    value = response.json()
    return response.status_code, value["body"] if response.is_success else value["detail"]


@pytest.mark.parametrize(
    ("media", "kind", "status"),
    [
        (VERSIONS, f"{JSON}; version=1", 200),
        (VERSIONS, f"{JSON};VERSION=1; charset=utf-8", 200),
        (VERSIONS, f"{JSON}; version=2", 400),
        (VERSIONS, f"{JSON}; version=3", 415),
        (VERSIONS, JSON, 200),
        ({**VERSIONS, JSON: B}, JSON, 400),
        ({**VERSIONS, JSON: B}, f"{JSON}; version=3", 400),
        ({f"{JSON}; charset=utf-8": A}, JSON, 200),
        ({JSON: A, "application/*": B}, "APPLICATION/JSON", 200),
        ({"application/*+json": A, "application/*": B}, "application/vnd.x+json", 200),
        ({"application/*": A, "*/*": B}, JSON, 200),
        ({"*/*": A}, JSON, 200),
        ({"*/*": A}, "application/x-www-form-urlencoded", 400),
        ({JSON: A}, "application/xml", 415),
        ({JSON: A}, "", 415),
        ({}, "anything/else", 200),
    ],
)
def test_most_exact_media_type_wins(media: Any, kind: str, status: int) -> None:
    """A media type's parameters count; then come ranges."""
    assert post(media, kind, b'{"a": 1}')[0] == status


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("text/plain", "né".encode(), (200, "né")),
        ("text/plain; charset=iso-8859-1", b"n\xe9", (200, "né")),
        ("text/plain; charset=UTF-16", "né".encode("utf-16"), (200, "né")),
        ("text/plain; charset=utf-8", b"\xe9", (400, "charset of its Content-Type")),
        ("text/plain; charset=klingon", b"a", (415, "the charset 'klingon' of Content-Type")),
        ("text/plain; charset=idna", b"a", (415, "the charset 'idna'")),
        ("text/plain; charset=hex", b"61", (415, "the charset 'hex'")),
        ("text/plain", b"abc", (400, "longer than 2")),
        ("text/csv", b"a;b", (200, "a;b")),
        (JSON, b'\xef\xbb\xbf{"a": 1}', (200, {"a": 1})),
        (f"{JSON}; charset=iso-8859-1", b'{"a": "\xe9"}', (200, {"a": "é"})),
        (f"{JSON}; charset=utf-16", json.dumps({"a": 1}).encode("utf-16"), (200, {"a": 1})),
        (JSON, b'{"a": "\xe9"}', (400, "not valid UTF-8")),
        ("application/pdf", b"%PDF", (200, "%PDF")),
    ],
)
def test_text_has_its_charset(kind: str, content: bytes, expected: tuple[int, Any]) -> None:
    """Without a charset it is UTF-8; a schema that says nothing about text or bytes is left."""
    media = {JSON: A, "text/plain": TEXT, "text/csv": {"schema": {"type": "array"}}}
    status, value = post({**media, "application/pdf": A}, kind, content)
    assert status == expected[0]
    assert value == expected[1] if status == 200 else expected[1] in value


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("application/jsonl", b'{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("application/jsonl", b'{"a": 1}\n{}', '/1: "a" is a required property'),
        ("application/jsonl", b'{"a": 1}\n{', "/1: malformed JSON"),
        ("application/jsonl", b"1\n" * 100_001, "has more than 100000 items"),
        ("application/x-ndjson", b'{"a": 1}\n{}', '/1: "a" is a required property'),
        ("application/json-seq", b'\x1e{"a": 1}\n\x1e{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("text/event-stream", b"data: x\ndata: y\nretry: 5\n\nid: 1\ndata\n\n",
         [{"data": "x\ny", "retry": 5}, {"id": "1", "data": ""}]),
        ("text/event-stream", b"event: x\n\n", '/0: "data" is a required property'),
    ],
)  # fmt: skip
def test_sequence_is_validated_by_item(kind: str, content: bytes, expected: Any) -> None:
    """Each item fits `itemSchema`, or the schema in documents that know no `itemSchema`."""
    event = {"itemSchema": {"type": "object", "required": ["data"]}}
    items = {"itemSchema": A["schema"]}
    media = {"application/jsonl": items, "application/json-seq": items, "text/event-stream": event}
    status, value = post({**media, "application/x-ndjson": A}, kind, content)
    assert value == expected if status == 200 else expected in value


def test_empty_body_is_absent_whatever_its_media_type() -> None:
    """Some clients send `Content-Type: application/json` without one; it may be required."""
    media = {"application/json": {"schema": {"type": "object"}}}
    required = operation(body=media)
    optional = {**required, "requestBody": {"content": media}}
    paths = {
        "/optional": {"post": {**optional, "operationId": "optional"}},
        "/required": {"post": {**required, "operationId": "required"}},
    }
    headers = {"Content-Type": "application/json"}
    with echo(paths) as client:
        for strict in (False, True):
            client.patch("/_understudy/settings", json={"strict": strict})
            response = client.post("/optional", headers=headers)
            assert (response.status_code, response.json()) == (200, {"body": None})
            response = client.post("/required", headers=headers)
            assert response.status_code == 400
            (violation,) = json.loads(response.headers["X-Understudy-Violations"])
            assert violation["message"] == "is required, and there is none"
        journal = client.get("/_understudy/requests?valid=true").json()["requests"]
        assert [entry["warnings"] for entry in journal] == [[], []]
