"""Handlers of one operation: defects are 500, are logged, and store nothing."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import pytest

from understudy import Collection, Content, Problem, World
from understudy.app import Understudy
from understudy.errors import Invalid
from understudy.http.json_codec import DEEPEST, decode, encode
from understudy.openapi.contract import Contract
from understudy.serving.api import Api

THINGS = Collection("things")

THING = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


LEFT = {"required": True, "example": 3, "schema": {"type": "integer", "maximum": 9}}


def contract() -> Contract:
    """Return a contract of POST /things (201 or 409), and GET /count, /picture and /none."""
    body = {"content": {"application/json": {"schema": THING}}}
    return Contract(
        "api",
        {
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1"},
            "paths": {
                "/things": {
                    "post": {
                        "operationId": "addThing",
                        "requestBody": body,
                        "responses": {
                            "201": {"description": "", "headers": {"X-Left": LEFT}, **body},
                            "409": {"description": "", "content": {"application/json": {}}},
                        },
                    }
                },
                "/count": {"get": {"operationId": "count", "responses": _responses("text/plain")}},
                "/picture": {"get": {"operationId": "picture", "responses": _responses("image/*")}},
                "/none": {
                    "get": {"operationId": "none", "responses": {"204": {"description": ""}}}
                },
            },
        },
    )


def _responses(kind: str) -> dict[str, Any]:
    return {"200": {"description": "", "content": {kind: {"schema": {"type": "string"}}}}}


def count(world: World) -> str:
    """Return whether the thing is stored."""
    return "there" if world.store.get(THINGS, "x") else "nothing"


def send(add_thing: Callable[..., Any], *requests: tuple[str, str]) -> list[httpx.Response]:
    """Return the responses of an app with this handler of POST /things, and its own error shape."""
    package = ModuleType("package")
    package.error_response = lambda problem, call: (  # type: ignore[attr-defined]
        problem.status,
        {"oops": problem.message},
    )
    handlers = {
        "add_thing": add_thing,
        "count": count,
        "picture": lambda world: Content(b"\x89PNG", "image/png"),
        "none": lambda world: None,
    }
    app = Understudy([Api(contract(), handlers, package)])

    async def send_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
            return [
                await client.request(method, path, json={"name": "x"} if method == "POST" else None)
                for method, path in requests
            ]

    return asyncio.run(send_all())


def handler_of(kind: str) -> Callable[..., Any]:
    """Return a handler that stores a thing, and then fails in some way."""

    def add_thing(world: World, body: Any) -> Any:
        world.store.put(THINGS, "x", {"name": "x"})
        if kind == "invalid body":
            return {"name": 7}
        if kind == "undeclared status":
            return {"name": "x"}, 202
        if kind == "undeclared problem":
            raise Problem(418, "short and stout")
        if kind == "declared problem":
            raise Problem(409, "there already")
        raise ZeroDivisionError("a bug")

    return add_thing


@pytest.mark.parametrize(
    "kind", ["invalid body", "undeclared status", "undeclared problem", "a bug"]
)
def test_defect_of_a_handler_is_500_and_stores_nothing(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The response has the API's error shape and any violation; the log names the operation."""
    with caplog.at_level(logging.ERROR):
        response, after = send(handler_of(kind), ("POST", "/things"), ("GET", "/count"))
    assert (response.status_code, response.json()) == (500, {"oops": "internal server error"})
    assert after.text == "nothing"
    assert "addThing" in caplog.text
    if kind == "invalid body":
        violations = json.loads(response.headers["X-Understudy-Violations"])
        assert (violations[0]["where"], violations[0]["at"]) == ("response", "/name")
        assert violations[0]["rule"].startswith("#/paths/~1things/post/responses/201")


def test_problem_rolls_back() -> None:
    """A documented problem has its status, and writes before it are rolled back."""
    response, after = send(handler_of("declared problem"), ("POST", "/things"), ("GET", "/count"))
    assert (response.status_code, response.json()) == (409, {"oops": "there already"})
    assert after.text == "nothing"


def test_success_commits_and_other_media_are_sent() -> None:
    """A text, bytes with their own media type, and a response without content are sent."""

    def add_thing(world: World, body: Any) -> Any:
        world.store.put(THINGS, "x", body)
        return body

    requests = ("POST", "/things"), ("GET", "/count"), ("GET", "/picture"), ("GET", "/none")
    created, after, picture, none = send(add_thing, *requests)
    assert (created.status_code, created.json()) == (201, {"name": "x"})
    assert (after.text, after.headers["Content-Type"]) == ("there", "text/plain; charset=utf-8")
    assert (picture.content, picture.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert (none.status_code, none.content) == (204, b"")


def test_handlers_set_headers() -> None:
    """They replace the document's examples; a header that it does not declare is sent as well."""

    def add_thing(world: World, body: Any) -> Any:
        headers = {"x-left": 2, "X-Note": "a\r\nb", "Retry-After": "7"}
        return (body, 201, headers) if body["name"] == "x" else body

    (response,) = send(add_thing, ("POST", "/things"))
    assert response.headers.get_list("X-Left") == ["2"]
    assert (response.headers["X-Note"], response.headers["Retry-After"]) == ("a  b", "7")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("X-Left", 10, "/X-Left"),
        ("Content-Length", 3, "a handler cannot set the header Content-Length"),
        ("Content-Type", "text/css", "a handler cannot set the header Content-Type"),
        ("a b", "x", "a handler cannot set the header a b"),
    ],
)
def test_headers_that_the_document_forbids_are_500(name: str, value: Any, message: str) -> None:
    """A handler's headers are validated as its value is, and nothing is stored."""

    def add_thing(world: World, body: Any) -> Any:
        world.store.put(THINGS, "x", body)
        return body, 201, {name: value}

    response, after = send(add_thing, ("POST", "/things"), ("GET", "/count"))
    assert (response.status_code, after.text) == (500, "nothing")
    assert message in response.headers["X-Understudy-Violations"]


@pytest.mark.parametrize(
    ("text", "back"),
    [
        (b"1.0", b"1"),
        (b"-0.0", b"0"),
        (b"1e3", b"1000"),
        (b"1.5", b"1.5"),
        (b"1e300", b"1e300"),
        (b"9007199254740993", b"9007199254740993"),
        (b"18446744073709551617", b"18446744073709551617"),
    ],
)
def test_numbers_are_written_in_one_form(text: bytes, back: bytes) -> None:
    """Whole numbers are integers however they are written; large integers keep every digit."""
    assert encode(decode(text)) == back


@pytest.mark.parametrize("text", [b"1e999", b"-1e999", b"[1,]", b"", b"\xff", b"[" * 5000])
def test_invalid_json_is_refused(text: bytes) -> None:
    """The error has a violation of the body."""
    with pytest.raises(Invalid) as caught:
        decode(text)
    assert caught.value.violations[0].where == "body"


def test_long_list_is_not_too_deep() -> None:
    """A long list of lists is decoded; a list that is too deep is not."""
    wide = b"[" + b",".join([b"[]"] * 5000) + b"]"
    assert len(decode(wide)) == 5000
    assert decode(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(Invalid, match="nested more than 910 levels"):
        decode(b"[" * (DEEPEST + 5) + b"]" * (DEEPEST + 5))
