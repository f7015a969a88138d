"""Requests with very many violations: the first twenty are told, and the rest cost nothing."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.memory import is_measurable, peak_growth
from tests.support.server import Server, running
from understudy.openapi.schemas.schema_validator import MOST_VIOLATIONS

DOCUMENT = """
openapi: 3.2.0
info: {title: Toys, version: "1"}
paths:
  /toys:
    post:
      operationId: addToy
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Toy"}}
          application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Toy"}}
          application/jsonl: {itemSchema: {type: string}}
      responses: {"204": {description: done}}
components:
  schemas:
    Toy:
      type: object
      properties:
        names: {type: array, items: {type: string, maxLength: 0}}
        any: {anyOf: [{type: array, items: {type: string}}, {type: "null"}, {type: string}]}
      additionalProperties: {type: string, maxLength: 0}
"""

NUMBERS = b",".join([b"7"] * 1_000_000)
FIELDS = [b'"n%d":7' % number for number in range(200_000)]
#: Bodies, with their types and the number of violations that are told.
BODIES = {
    "items": ("application/json", b'{"names":[%s]}' % NUMBERS, MOST_VIOLATIONS),
    "alternatives": ("application/json", b'{"any":[%s]}' % NUMBERS, 1),
    "properties": ("application/json", b"{%s}" % b",".join(FIELDS), MOST_VIOLATIONS),
    "lines": ("application/jsonl", b"7\n" * 90_000, MOST_VIOLATIONS),
    "fields": ("application/x-www-form-urlencoded", b"&".join([b"names=7"] * 900), MOST_VIOLATIONS),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the document, without handlers."""
    path = tmp_path_factory.mktemp("toys") / "toys.yaml"
    path.write_text(DOCUMENT)
    with running(str(path)) as server:
        yield server


@pytest.mark.skipif(not is_measurable(), reason="memory is read in /proc")
@pytest.mark.parametrize("name", BODIES)
def test_many_violations_of_a_request(server: Server, name: str) -> None:
    """The answer has the first of them, and the server needs a few times the body."""
    kind, body, count = BODIES[name]
    headers = {"Content-Type": kind}
    with peak_growth(server.process.pid) as growth:
        response = httpx.post(f"{server.url}/toys", content=body, headers=headers, timeout=60)
        httpx.get(f"{server.url}/_understudy/requests?limit=1", timeout=60)
    assert response.status_code == 400
    assert len(response.json()["violations"]) == count
    assert growth.megabytes < 100
