"""One operation's way: what is ours to blame is a 500, logged, and leaves nothing behind."""

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


def contract() -> Contract:
    """POST /things, which answers 201 with a thing or 409, and GET /count, /picture and /none."""
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
                            "201": {"description": "", **body},
                            "409": {"description": "", "content": {"application/json": {}}},
                        },
                    }
                },
                "/count": {"get": {"operationId": "count", "responses": _answer("text/plain")}},
                "/picture": {"get": {"operationId": "picture", "responses": _answer("image/*")}},
                "/none": {
                    "get": {"operationId": "none", "responses": {"204": {"description": ""}}}
                },
            },
        },
    )


def _answer(kind: str) -> dict[str, Any]:
    return {"200": {"description": "", "content": {kind: {"schema": {"type": "string"}}}}}


def count(world: World) -> str:
    """How many things are stored."""
    return "there" if world.store.get(THINGS, "x") else "nothing"


def ask(add_thing: Callable[..., Any], *requests: tuple[str, str]) -> list[httpx.Response]:
    """The answers of an app whose POST /things is this function, with an error shape of its own."""
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

    async def told() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
            return [
                await client.request(method, path, json={"name": "x"} if method == "POST" else None)
                for method, path in requests
            ]

    return asyncio.run(told())


def answer_of(kind: str) -> Callable[..., Any]:
    """A handler that writes, and then goes wrong in some way."""

    def add_thing(world: World, body: Any) -> Any:
        world.store.put(THINGS, "x", {"name": "x"})
        if kind == "wrong answer":
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
    "kind", ["wrong answer", "undeclared status", "undeclared problem", "a bug"]
)
def test_our_own_faults_are_500_logged_and_leave_nothing(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """In the API's own shape, with the violation where there is one, and nothing stored."""
    with caplog.at_level(logging.ERROR):
        wrong, after = ask(answer_of(kind), ("POST", "/things"), ("GET", "/count"))
    assert (wrong.status_code, wrong.json()) == (500, {"oops": "internal server error"})
    assert after.text == "nothing"
    assert "addThing" in caplog.text
    if kind == "wrong answer":
        told = json.loads(wrong.headers["X-Understudy-Violations"])
        assert (told[0]["where"], told[0]["at"]) == ("response", "/name")
        assert told[0]["rule"].startswith("#/paths/~1things/post/responses/201")


def test_refusal_leaves_nothing_either() -> None:
    """A documented problem is answered as such, and what was written before it is undone."""
    refused, after = ask(answer_of("declared problem"), ("POST", "/things"), ("GET", "/count"))
    assert (refused.status_code, refused.json()) == (409, {"oops": "there already"})
    assert after.text == "nothing"


def test_success_is_kept_and_other_media_are_answered() -> None:
    """Text, bytes with their own type, and no content."""

    def add_thing(world: World, body: Any) -> Any:
        world.store.put(THINGS, "x", body)
        return body

    requests = ("POST", "/things"), ("GET", "/count"), ("GET", "/picture"), ("GET", "/none")
    made, after, picture, none = ask(add_thing, *requests)
    assert (made.status_code, made.json()) == (201, {"name": "x"})
    assert (after.text, after.headers["Content-Type"]) == ("there", "text/plain")
    assert (picture.content, picture.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert (none.status_code, none.content) == (204, b"")


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
def test_numbers_come_back_as_they_were(text: bytes, back: bytes) -> None:
    """Whole numbers are integers however they are written; large integers keep every digit."""
    assert encode(decode(text)) == back


@pytest.mark.parametrize("text", [b"1e999", b"-1e999", b"[1,]", b"", b"\xff", b"[" * 5000])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    """Each with a violation that says why."""
    with pytest.raises(Invalid) as caught:
        decode(text)
    assert caught.value.violations[0].where == "body"


def test_many_brackets_are_not_deep() -> None:
    """A long list of lists is read; a list that is too deep is not."""
    wide = b"[" + b",".join([b"[]"] * 5000) + b"]"
    assert len(decode(wide)) == 5000
    assert decode(b"[" * DEEPEST + b"]" * DEEPEST)
    with pytest.raises(Invalid, match="nested more than 910 levels"):
        decode(b"[" * (DEEPEST + 5) + b"]" * (DEEPEST + 5))
