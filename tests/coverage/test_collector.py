"""What exchanges touch of a contract: operations, statuses, parameters and fields."""

from __future__ import annotations

import json
from typing import Any

import yaml

from understudy.coverage.body_fields import MOST_FIELDS
from understudy.coverage.collector import Collector
from understudy.coverage.result import MOST_OUTSIDE, OperationCoverage
from understudy.http.messages import OUTGOING, Exchange, Request, Response
from understudy.openapi.contract import Contract

SHOP = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: /v1}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getOrder
      parameters:
        - {name: fields, in: query, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, style: deepObject, schema: {type: object}}
        - {name: page, in: query, schema: {type: object, properties: {limit: {}, offset: {}}}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: session, in: cookie, schema: {type: string}}
      responses:
        "200":
          description: The order.
          content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
        4XX: {description: A refusal.}
        default: {description: Anything else.}
    put:
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Order"}}
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {note: {type: string}}}
      responses: {"204": {description: Done.}}
components:
  schemas:
    Order:
      allOf:
        - {type: object, properties: {id: {type: string, readOnly: true}}}
        - type: object
          properties:
            pin: {type: string, writeOnly: true}
            lines:
              type: array
              items: {properties: {sku: {}, gift: {$ref: "#/components/schemas/Order"}}}
            labels: {type: object, additionalProperties: {properties: {a/b: {}}}}
            never: false
"""

CONTRACT = Contract("shop", yaml.safe_load(SHOP))


def exchange(
    method: str, url: str, status: int = 200, body: Any = None, **request: Any
) -> Exchange:
    """Return an exchange with a JSON response."""
    content = b"" if body is None else json.dumps(body).encode()
    sent = Request.to_url(method, url, request.pop("headers", ()), request.pop("content", b""))
    response = Response(status, content)
    return Exchange(0, 0, None, None, sent, response, **request)


def collected(*exchanges: Exchange) -> Collector:
    """Return a collector that has seen some exchanges."""
    collector = Collector([CONTRACT])
    for each in exchanges:
        collector.add(each)
    return collector


def touched(counts: dict[str, int]) -> list[str]:
    """Return the names of what was touched."""
    return [name for name, count in counts.items() if count]


def only(collector: Collector) -> OperationCoverage:
    """Return the only operation that was called."""
    (operation,) = (o for o in collector.coverage.apis[0].operations if o.calls)
    return operation


def test_collector_lists_what_the_document_has() -> None:
    """Recursive schemas end, fields of the other direction and impossible ones are left out, and
    an operation without an id gets one."""
    get, put = collected().coverage.apis[0].operations
    assert list(get.statuses) == ["200", "4XX", "default"]
    assert list(get.parameters) == [
        *("path id", "query fields", "query filter", "query page", "header X-Trace"),
        "cookie session",
    ]
    of_order = ["/lines", "/labels", "/lines/*/sku", "/lines/*/gift", "/labels/*/a~1b"]
    assert list(get.response_fields["200"]) == ["/id", *of_order]
    assert (put.id, put.method, put.path) == ("put_orders_by_id", "PUT", "/v1/orders/{id}")
    assert list(put.request_fields) == ["/pin", of_order[0], of_order[1], "/note", *of_order[2:]]
    assert put.response_fields == {"204": {}}


def test_parameters_are_found_in_every_style() -> None:
    """Each is touched by the ways to write it, and by no other."""
    headers = [("x-trace", "a"), ("cookie", "theme=1; session=2")]
    every = exchange("GET", "/v1/orders/7?fields=a&filter[a]=1&offset=3", headers=headers)
    assert set(touched(only(collected(every)).parameters)) == set(only(collected(every)).parameters)
    none = exchange("GET", "/v1/orders/7?field=a&filters=1&x=", headers=[("cookie", "theme=1")])
    assert touched(only(collected(none)).parameters) == ["path id"]


def test_statuses_are_counted_as_they_are_declared() -> None:
    """By themselves, by a range or as default; a cut connection has none."""
    statuses = [200, 404, 410, 500, 0]
    seen = only(collected(*(exchange("GET", "/v1/orders/7", status) for status in statuses)))
    assert (seen.calls, seen.statuses) == (5, {"200": 1, "4XX": 2, "default": 1})
    other = only(collected(exchange("PUT", "/v1/orders/7", 500)))
    assert other.undocumented_statuses == {"500": 1}


def test_fields_are_counted_once_an_exchange() -> None:
    """In arrays, maps and recursive parts; fields that the document does not have count for
    nothing."""
    body = {"id": "7", "lines": [{"sku": 1}, {"sku": 2}], "labels": {"x": {"a/b": 1}}, "other": 1}
    seen = only(collected(exchange("GET", "/v1/orders/7", body=body)))
    assert seen.response_fields["200"] == {
        "/id": 1,
        "/lines": 1,
        "/labels": 1,
        "/lines/*/sku": 1,
        "/lines/*/gift": 0,
        "/labels/*/a~1b": 1,
    }


def test_fields_of_each_media_type_are_found() -> None:
    """A request may be a form; one that cannot be read has no fields, and is still a call."""
    bodies = [
        ("application/x-www-form-urlencoded", b"note=x"),
        ("application/json; charset=utf-8", b'{"pin": "1"}'),
        ("application/json", b'{"labels"'),
        ("text/plain", b'{"lines": []}'),
    ]
    sent = [
        exchange("PUT", "/v1/orders/7", 204, headers=[("content-type", kind)], content=content)
        for kind, content in bodies
    ]
    seen = only(collected(*sent))
    assert (seen.calls, touched(seen.request_fields)) == (4, ["/pin", "/note"])


def test_head_counts_for_get_and_options_for_nothing() -> None:
    """The stand-in answers HEAD by the operation of GET; browsers send OPTIONS by themselves."""
    collector = collected(exchange("HEAD", "/v1/orders/7"), exchange("OPTIONS", "/v1/orders/7"))
    assert (only(collector).id, only(collector).calls) == ("getOrder", 1)
    assert collector.coverage.outside == {}


def test_only_requests_of_clients_count() -> None:
    """Webhooks and requests on schedule count for nothing."""
    outgoing = exchange("GET", "/v1/orders/7", direction=OUTGOING)
    scheduled = exchange("GET", "/v1/orders/7", schedule="1")
    assert collected(outgoing, scheduled).coverage.apis[0].calls == 0


def test_unknown_paths_are_outside_the_contract() -> None:
    """Those of a server with exchanges of the API count, in whatever order; those of others do
    not."""
    known, unknown, of_page, foreign = (
        exchange("GET", url, origin=origin)
        for url, origin in [
            ("/v1/orders/7", "http://a"),
            ("/v1/orders/nope/x", "http://a"),
            ("/index.html", "http://a"),
            ("/v1/orders/nope/x", "http://b"),
        ]
    )
    for exchanges in ([unknown, known, of_page, foreign], [foreign, of_page, known, unknown]):
        assert collected(*exchanges).coverage.outside == {"GET /v1/orders/nope/x": 1}


def test_memory_for_unknown_paths_is_bounded() -> None:
    """Of very many only the number is kept."""
    many = MOST_OUTSIDE + 50
    paths = (exchange("GET", f"/v1/orders/7/{number}") for number in range(many))
    outside = collected(*paths).coverage.outside
    assert (len(outside), sum(outside.values())) == (MOST_OUTSIDE + 1, many)
    assert outside["other requests"] == 50


def test_large_schemas_are_bounded() -> None:
    """A document whose schemas contain each other many times is collected all the same."""
    names = {f"f{number}": {"$ref": f"#/components/schemas/S{number}"} for number in range(12)}
    schemas = {f"S{number}": {"type": "object", "properties": names} for number in range(12)}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}
    responses = {"200": {"description": "It.", "content": content}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Big", "version": "1"},
        "paths": {"/": {"get": {"responses": responses}}},
        "components": {"schemas": schemas},
    }
    collector = Collector([Contract("big", document)])
    fields = only_response_fields(collector)
    assert len(fields) == MOST_FIELDS
    nested: dict[str, Any] = {}
    for _ in range(5):
        nested = dict.fromkeys(("f1", "f10", "f11"), nested)
    collector.add(exchange("GET", "/", body=nested["f10"]))
    assert fields["/f10"] == 1


def only_response_fields(collector: Collector) -> dict[str, int]:
    """Return the fields of the only response of the only operation."""
    (operation,) = collector.coverage.apis[0].operations
    return operation.response_fields["200"]
