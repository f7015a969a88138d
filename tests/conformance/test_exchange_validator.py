"""Exchanges, validated by the media types and parameter styles of their contract."""

from __future__ import annotations

import pytest

from understudy.conformance.traffic.exchange_validator import ExchangeValidator
from understudy.http.messages import Response
from understudy.openapi.contract import Contract
from understudy.recordings.recording import build_request

TEXTS = {
    "openapi": "3.2.0",
    "info": {"title": "Texts", "version": "1"},
    "paths": {
        "/x": {
            "get": {
                "operationId": "x",
                "parameters": [
                    {
                        "name": "X-Ids",
                        "in": "header",
                        "schema": {"type": "array", "items": {"type": "integer"}},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json; version=1": {"schema": {"required": ["a"]}},
                            "application/json; version=2": {"schema": {"required": ["b"]}},
                            "application/xml": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "n": {"type": "integer", "xml": {"attribute": True}}
                                    },
                                }
                            },
                            "application/jsonl": {"itemSchema": {"type": "object"}},
                            "application/x-ndjson": {
                                "schema": {"type": "array", "items": {"type": "object"}}
                            },
                            "application/json-seq": {"schema": {"type": "string"}},
                            "text/plain": {"schema": {"type": "integer"}},
                        },
                    }
                },
            }
        }
    },
}


@pytest.mark.parametrize(
    ("kind", "body", "places_of_violations"),
    [
        ("application/json; version=1", b'{"a": 1}', []),
        ("application/json;version=2", b'{"a": 1}', [""]),
        ("application/json; version=3", b"{}", [""]),
        ("application/xml", b'<r n="1"/>', []),
        ("application/xml; charset=latin1", b'<r n="\xe9"/>', ["/n"]),
        ("application/xml", b"<r", [""]),
        ("application/jsonl", b"{}\n{}\n", []),
        ("application/jsonl", b"{}\n5\n", ["/1"]),
        ("application/jsonl", b"{}\n{\n", ["/1"]),
        ("application/x-ndjson", b"{}\n{}\n", []),
        ("application/x-ndjson", b"{}\n5\n", ["/1"]),
        ("application/json-seq", b"\x1e{}\n", []),
        ("text/plain", b"5", []),
        ("text/plain; charset=utf-8", b"five", [""]),
    ],
)
def test_validator_reads_responses_by_media_type(
    kind: str, body: bytes, places_of_violations: list[str]
) -> None:
    """Parameters tell media types apart; XML and JSON lines are validated, too."""
    request, _ = build_request("/x", "GET", [("X-Ids", "1"), ("X-Ids", "2")], b"")
    response = Response.received(200, [("content-type", kind)], body)
    result = ExchangeValidator(Contract("texts", TEXTS)).validate(request, response)
    assert [each.violation.at for each in result.violations] == places_of_violations
