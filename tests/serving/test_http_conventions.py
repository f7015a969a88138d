"""Habits of a server: what it does with every request, as its document says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import run
from understudy.stand_in import StandInServer

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: /api}]
paths:
  /Things/{id}/file.{kind}:
    get: {operationId: getFile, parameters: [{name: id, in: path, required: true,
      schema: {type: string, maxLength: 3}}, {name: kind, in: path, required: true,
      schema: {type: string}}], responses: {"200": {description: ok,
      content: {application/json: {example: {file: true}}}}}}
  /things:
    get: {operationId: listThings, responses: {"200": {description: ok,
      content: {application/json: {example: []}}, headers: {X-Frame: {schema: {type: string},
      example: own}}}}}
    post: {operationId: addThing, requestBody: {content: {application/json: {}, text/plain: {}}},
      responses: {"204": {description: ok}}}
"""
CONVENTIONS = """
x-understudy-http: {ignoresCase: true, ignoresTrailingSlash: true, unknownMethod: 404,
  maxJsonBytes: 20, jsonCharset: utf-8, headers: {X-Frame: none, X-Powered-By: Express}}
x-understudy-cors: {methods: [GET], headers: [X-A], answersOptions: true}
"""


def _client(path: Path, text: str) -> Iterator[httpx.Client]:
    path.write_text(text)
    stand_in = StandInServer.open(path, in_process=True)
    with httpx.Client(base_url=stand_in.origin, transport=stand_in.transport) as client:
        yield client


@pytest.fixture(scope="module")
def conventions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Open a client of a shop with conventions."""
    yield from _client(tmp_path_factory.mktemp("conventions") / "shop.yaml", SHOP + CONVENTIONS)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Open a client of a shop without any."""
    yield from _client(tmp_path_factory.mktemp("plain") / "shop.yaml", SHOP)


@pytest.mark.parametrize(
    ("method", "path", "status", "usual"),
    [
        ("GET", "/api/things", 200, 200),
        ("GET", "/api/things/", 200, 404),
        ("GET", "/API/ThingS", 200, 404),
        ("HEAD", "/Api/Things/", 200, 404),
        ("GET", "/api/things//", 404, 404),
        ("GET", "/api/things/ABC/FILE.txt", 200, 404),
        ("GET", "/api/Things/ABCD/file.txt", 400, 400),
        ("PUT", "/api/things", 404, 405),
        ("PUT", "/api/THINGS/", 404, 404),
        ("GET", "/api/nothing", 404, 404),
        ("OPTIONS", "/api/nothing", 204, 404),
    ],
)
def test_paths_and_methods(
    conventions: httpx.Client, plain: httpx.Client, method: str, path: str, status: int, usual: int
) -> None:
    """Case and a slash at the end are ignored, and an unknown method is 404, where that is said."""
    assert conventions.request(method, path).status_code == status
    assert plain.request(method, path).status_code == usual


def test_large_json_is_refused(conventions: httpx.Client) -> None:
    """Other bodies have the server's own limit."""

    def status(content: str, media_type: str) -> int:
        headers = {"content-type": media_type}
        return conventions.post("/api/things", content=content, headers=headers).status_code

    assert status('"' + "x" * 18 + '"', "application/json") == 204
    assert status('"' + "x" * 19 + '"', "application/json") == 413
    assert status("x" * 100, "text/plain") == 204


def test_headers_are_sent_with_every_answer(conventions: httpx.Client) -> None:
    """A response's own headers win; errors and OPTIONS have them, too."""
    listed = conventions.get("/api/things").headers
    assert (listed["x-powered-by"], listed["x-frame"]) == ("Express", "own")
    assert listed["content-type"] == "application/json; charset=utf-8"
    assert conventions.get("/api/nothing").headers["x-frame"] == "none"
    answered = conventions.options("/api/things").headers
    assert (answered["x-powered-by"], answered["access-control-allow-methods"]) == (
        "Express",
        "GET",
    )
    asked = conventions.options("/api/things", headers={"origin": "http://localhost:3000"}).headers
    assert (asked["access-control-allow-headers"], asked["vary"]) == ("X-A", "Origin")


@pytest.mark.parametrize(
    ("conventions", "message"),
    [
        ("5", "Expected `object`, got `int`"),
        ("{ignoreCase: true}", "Object contains unknown field `ignoreCase`"),
        ("{unknownMethod: 400}", "Invalid enum value 400 - at `$.unknownMethod`"),
        ("{headers: {'X Y': a}}", "Expected `str` matching regex"),
    ],
)
def test_wrong_habits_are_told(tmp_path: Path, conventions: str, message: str) -> None:
    """By `lint` and by `serve`."""
    path = tmp_path / "shop.yaml"
    path.write_text(f"{SHOP}\nx-understudy-http: {conventions}\n")
    told = run("serve", "--port", "0", str(path)).stderr
    assert f"#/x-understudy-http: {message}" in told
    assert message in run("lint", str(path)).stdout
