"""Callbacks: when they are sent, where to, with which body, and what the journal says."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.support.receiver import Receiver, Sending, callback, document, receiving, sending
from tests.support.server import serving
from understudy import Content
from understudy.app import Understudy
from understudy.client import ControlClient
from understudy.errors import Problem
from understudy.openapi.contract import Contract
from understudy.serving.api import Api

BODY = "{$request.body#/url}"


def order(shop: Sending, **body: Any) -> httpx.Response:
    """Create an order."""
    return httpx.post(f"{shop.url}/orders/7", json=body)


def order_with_urls(shop: Sending, receiver: Receiver) -> None:
    """Create an order whose parts have addresses of the receiver."""
    url = receiver.url
    nested = {"a/b": {"~": f"{url}/odd"}}
    httpx.post(
        f"{shop.url}/orders/a%20b",
        params={"url": f"{url}/query"},
        headers={"x-callback": f"{url}/header"},
        json={"url": f"{url}/body?a=1", "urls": [f"{url}/0", f"{url}/1"], "n": 7, "nested": nested},
    ).raise_for_status()


@pytest.mark.parametrize(
    ("expression", "targets"),
    [
        ("{$request.body#/url}", ["/body?a=1"]),
        ("$request.body#/url", ["/body?a=1"]),
        ("{$request.body#/urls/1}", ["/1"]),
        ("{$request.body#/urls}", ["/0", "/1"]),
        ("{$request.body#/nested/a~1b/~0}", ["/odd"]),
        ("{$request.query.url}", ["/query"]),
        ("{$request.query.url}/events?n={$request.body#/n}", ["/query/events?n=7"]),
        ("{$request.header.X-Callback}", ["/header"]),
        ("{$response.body#/hook}", ["/response"]),
        ("{$response.header.X-Hook}", ["/response-header"]),
        ("HOST/{$request.path.id}/{$method}/{$statusCode}", ["/a%20b/POST/201"]),
    ],
)
def test_address_is_that_of_the_expression(expression: str, targets: list[str]) -> None:
    """Every kind of expression, as a whole or within a text; a list gives several addresses."""
    with receiving() as receiver:

        def create_order(world: Any, **_: Any) -> Any:
            body = json.dumps({"hook": f"{receiver.url}/response"}).encode()
            headers = (("X-Hook", f"{receiver.url}/response-header"),)
            return Content(body, "application/json", headers)

        called = callback(expression.replace("HOST", receiver.url))
        with sending(document({"done": called}), {"create_order": create_order}) as shop:
            order_with_urls(shop, receiver)
            entries = shop.sent(len(targets))
        assert sorted(request.target for request in receiver.requests) == targets
        assert {entry.origin for entry in entries} == {receiver.url}
        assert {entry.operation for entry in entries} == {"createOrder.done"}


def test_url_of_the_request_is_percent_encoded_in_a_query() -> None:
    """`$url` has the namespace; so has `$request.body` its own characters."""
    with receiving() as receiver:
        called = callback(f"{receiver.url}/?u={{$url}}&mail={{$request.body#/mail}}")
        with sending(document({"done": called})) as shop:
            order(shop, mail="a+b&c")
            shop.sent()
            wanted = quote(f"{shop.url}/orders/7", safe=":/")
        assert receiver.requests[0].target == f"/?u={wanted}&mail=a%2Bb%26c"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (BODY, "$request.body#/url has no value"),
        ("{$request.body#/none}", "$request.body#/none is null"),
        ("{$request.body#/thing}", "$request.body#/thing is an object"),
        ("{$request.body}", "$request.body is an object"),
        ("{$request.query.url}/x", "$request.query.url has no value"),
        ("{$response.header.location}", "$response.header.location has no value"),
        ("{$response.body#/0}", "$response.body#/0 has no value"),
        ("{$request.cookie.a}", "$request.cookie.a is not a runtime expression"),
        ("{$request.body#/many}", "has 21 items"),
        ("{$request.body#/relative}", "'/hooks' is not an absolute URL"),
        ("request.body#/url", "'request.body#/url' is not an absolute URL"),
    ],
)
def test_missing_address_is_in_the_journal(expression: str, reason: str) -> None:
    """Nothing is sent; the entry has no attempts, the status 0, and the reason."""
    with sending(document({"done": callback(expression)})) as shop:
        body: dict[str, Any] = {"none": None, "thing": {}, "relative": "/hooks", "many": ["/"] * 21}
        assert order(shop, **body).status_code == 201
        (entry,) = shop.sent()
        assert reason in entry.error
        assert (entry.attempts, entry.response.status, entry.violations) == (0, 0, [])
        assert shop.control.requests(valid=False) == []


def test_callbacks_are_sent_each() -> None:
    """All callbacks of an operation, of all expressions and methods, with ids of their own."""
    named = callback("{$request.body#/url}/b", operationId="onDone", requestBody={"content": {}})
    several = {**callback(BODY, "put"), **callback(f"{BODY}/c", "delete"), "x-note": {"post": {}}}
    shared = {"callbacks": {"shared": callback(f"{BODY}/d")}}
    callbacks = {"a": several, "b": named, "c": {"$ref": "#/components/callbacks/shared"}}
    with receiving() as receiver, sending(document(callbacks, components=shared)) as shop:
        order(shop, url=receiver.url)
        sent = {(e.operation, e.request.method, e.request.path) for e in shop.sent(4)}
    assert sent == {
        ("createOrder.a.put", "PUT", "/"),
        ("createOrder.a.delete", "DELETE", "/c"),
        ("onDone", "POST", "/b"),
        ("createOrder.c", "POST", "/d"),
    }


def content(media_type: str, **media: Any) -> dict[str, Any]:
    """Return a request body of one media type."""
    return {"content": {media_type: media}}


THING = {
    "type": "object",
    "required": ["id", "at"],
    "properties": {"id": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}},
}


XML = {
    "type": "object",
    "xml": {"name": "o"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "tag": {"type": "array", "items": {"type": "string"}},
    },
}


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        (content("application/json", example={"a": 1}), "application/json", b'{"a":1}'),
        (
            content("application/json", schema={"type": "array"}, examples={"x": {"value": [1]}}),
            "application/json",
            b"[1]",
        ),
        (content("application/hal+json", example=[1]), "application/hal+json", b"[1]"),
        (
            content("text/plain", example="hällo"),
            "text/plain; charset=utf-8",
            "hällo".encode(),
        ),
        (
            content("text/plain; charset=latin-1", example="ä"),
            "text/plain; charset=latin-1",
            b"\xe4",
        ),
        (
            content("application/json", schema={"type": "object", "example": {"b": 2}}),
            "application/json",
            b'{"b":2}',
        ),
        (
            content("application/xml", schema=XML, example={"id": 1, "tag": ["x"]}),
            "application/xml",
            b'<?xml version="1.0" encoding="UTF-8"?>\n<o id="1"><tag>x</tag></o>',
        ),
        (content("application/jsonl", example=[{"a": 1}, 2]), "application/jsonl", b'{"a":1}\n2\n'),
        (content("application/xml", example="<a/>"), "application/xml", b"<a/>"),
        (
            content("application/x-www-form-urlencoded", example={"a": "b c", "l": [1, True]}),
            "application/x-www-form-urlencoded",
            b"a=b+c&l=1&l=true",
        ),
        (
            content(
                "multipart/form-data",
                example={"a": "b", "o": {"n": 1}},
                encoding={"a": {"contentType": "text/csv"}},
            ),
            "multipart/form-data; boundary=understudy-boundary",
            b'--understudy-boundary\r\nContent-Disposition: form-data; name="a"\r\n'
            b"Content-Type: text/csv\r\n\r\nb\r\n"
            b'--understudy-boundary\r\nContent-Disposition: form-data; name="o"\r\n'
            b'Content-Type: application/json\r\n\r\n{"n":1}\r\n--understudy-boundary--\r\n',
        ),
        (content("*/*", example={"a": 1}), "application/json", b'{"a":1}'),
        ({"content": {}}, None, b""),
        (None, None, b""),
    ],
)  # fmt: skip
def test_body_is_the_example(body: Any, content_type: str | None, sent: bytes) -> None:
    """It is encoded by its media type, which the header names."""
    parts = {} if body is None else {"requestBody": body}
    with receiving() as receiver, sending(document({"done": callback(BODY, **parts)})) as shop:
        order(shop, url=receiver.url)
        shop.sent()
        (request,) = receiver.requests
    assert request.headers.get("content-type") == content_type
    assert request.body == sent


def test_body_without_valid_example_is_generated_by_the_seed() -> None:
    """The same seed gives the same valid body, another seed another one."""
    body = content("application/json", schema=THING, example={"id": "no integer"})
    bodies = []
    with (
        receiving() as receiver,
        sending(document({"d": callback(BODY, requestBody=body)})) as shop,
    ):
        for seed in ("a", "a", "b"):
            shop.control.reset(seed)
            order(shop, url=receiver.url)
            shop.sent()
            bodies.append(json.loads(receiver.requests[-1].body))
    assert bodies[0] == bodies[1] != bodies[2]
    assert all(isinstance(body["id"], int) and body["at"] for body in bodies)


def test_required_parameters_are_sent() -> None:
    """Headers and query parameters, from their examples or schemas; optional ones are not."""

    def parameter(name: str, where: str, *, required: bool = True, **rest: Any) -> dict[str, Any]:
        return {"name": name, "in": where, "required": required, "schema": {}, **rest}

    parameters = [
        parameter("X-Signature", "header", example="s"),
        parameter("X-Kind", "header", schema={"type": "string", "enum": ["paid"]}),
        parameter("X-Optional", "header", required=False, example="o"),
        parameter("list", "query", examples={"l": {"value": [1, 2]}}),
        parameter("n", "query", schema={"type": "integer", "default": 3}),
        parameter("a", "query", example="not sent: the address has it"),
    ]
    called = callback(BODY, parameters=parameters)
    with receiving() as receiver, sending(document({"done": called})) as shop:
        order(shop, url=f"{receiver.url}/?a=b%20c")
        shop.sent()
        (request,) = receiver.requests
    assert request.target == "/?a=b%20c&list=1&list=2&n=3"
    assert (request.headers["x-signature"], request.headers["x-kind"]) == ("s", "paid")
    assert "x-optional" not in request.headers


def broken(problem: Problem | None) -> Any:
    """Return a handler that fails for an order with `fail`: by a problem, or by its contract."""

    def create_order(world: Any, body: Mapping[str, Any], **_: Any) -> Any:
        if "fail" not in body:
            return {}
        if problem is not None:
            raise problem
        return "no object"

    return create_order


@pytest.mark.parametrize("problem", [None, Problem(404, "no"), Problem(500, "no")])
def test_request_that_failed_has_no_callback(problem: Problem | None) -> None:
    """Neither has one that was refused before its handler."""
    shop_document = document({"done": callback(BODY)})
    with receiving() as receiver, sending(shop_document, {"create_order": broken(problem)}) as shop:
        assert order(shop, url=receiver.url, fail=1).status_code >= 400
        assert httpx.post(f"{shop.url}/orders/7", content=b"{").status_code == 415
        preferred = httpx.post(
            f"{shop.url}/orders/7", json={"url": receiver.url}, headers={"Prefer": "code=409"}
        )
        assert preferred.status_code == 409
        order(shop, url=f"{receiver.url}/good")
        assert [entry.request.path for entry in shop.sent()] == ["/good"]
        assert len(receiver.requests) == 1


def test_callback_comes_after_a_late_response() -> None:
    """A fault rule delays the response: the callback is sent when it has left."""
    with receiving() as receiver, sending(document({"done": callback(BODY)})) as shop:
        shop.control.fail_next("createOrder", delay=0.5)
        began = time.monotonic()
        assert order(shop, url=receiver.url).status_code == 201
        shop.sent()
        assert receiver.requests[0].at - began >= 0.5


def test_fault_decides_whether_there_is_a_callback() -> None:
    """Without the handler there is none; with `handled` there is, although the client sees 503."""
    with receiving() as receiver, sending(document({"done": callback(BODY)})) as shop:
        shop.control.fail_next("createOrder", status=503)
        assert order(shop, url=f"{receiver.url}/unhandled").status_code == 503
        shop.control.fail_next("createOrder", status=503, handled=True)
        assert order(shop, url=f"{receiver.url}/handled").status_code == 503
        assert [entry.request.path for entry in shop.sent()] == ["/handled"]


def test_scheduled_request_has_callbacks() -> None:
    """A request that the stand-in makes itself has them too."""
    with receiving() as receiver, sending(document({"done": callback(BODY)})) as shop:
        shop.control.schedule("POST", "/orders/7", body={"url": receiver.url}, in_="PT1S")
        shop.control.clock.advance(seconds=1)
        httpx.get(f"{shop.url}/")
        assert shop.sent()[0].response.status == 204


def test_callbacks_that_cause_each_other_end() -> None:
    """A callback that calls its own operation is sent 5 times; then the journal says why not."""
    body = content("application/json", example={})
    with sending(document({"again": callback("{$url}", requestBody=body)})) as shop:
        order(shop)
        entries = shop.sent(6)
    assert [entry.response.status for entry in entries].count(201) == 5
    assert "callback 5 of a chain" in next(entry.error for entry in entries if entry.error)


def test_app_of_none_sends_none() -> None:
    """With `allow_callbacks=None`, as in models that `check` compares with a server."""
    api = Api(Contract("shop", document({"done": callback(BODY)})))
    with serving(Understudy([api], allow_callbacks=None)) as url, ControlClient(url) as control:
        httpx.post(f"{control.url}/orders/7", json={}).raise_for_status()
        assert [entry.direction for entry in control.requests()] == ["incoming"]
