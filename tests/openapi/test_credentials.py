"""Credentials with a key, by the security schemes of a document."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.documents import document, operation
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import credentials_of

SCHEMES = {
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "certificate": {"type": "mutualTLS"},
}


@pytest.mark.parametrize(
    ("security", "headers", "query"),
    [
        ([{"query": []}], {}, {"key": "k"}),
        ([{"cookie": []}], {"Cookie": "sid=k"}, {}),
        ([{"query": [], "header": []}], {"X-Key": "k"}, {"key": "k"}),
        ([{"certificate": []}, {"header": []}, {"bearer": []}], {"X-Key": "k"}, {}),
        ([{"unknown": []}, {"bearer": []}], {"Authorization": "Bearer k"}, {}),
        ([{}, {"bearer": []}], {"Authorization": "Bearer k"}, {}),
        ([{"certificate": []}], {}, {}),
    ],
)
def test_key_is_where_the_scheme_has_it(
    security: list[Any], headers: dict[str, str], query: dict[str, str]
) -> None:
    """Of several alternatives the first that can carry a key."""
    spec = document({"/x": {"get": operation(security=security)}})
    spec["components"] = {"securitySchemes": SCHEMES}
    credentials = credentials_of(Contract("api", spec), "k")
    assert (credentials.headers, credentials.query) == (headers, query)
