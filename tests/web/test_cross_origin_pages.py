"""Pages of other origins in a browser: those of this machine use the APIs, others reach nothing."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import new_context
from tests.support.server import Server, running

_DOCUMENT = """
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /things:
    get: {operationId: listThings, responses: {"200": {description: ok,
      content: {application/json: {example: [1]}}}}}
    post: {operationId: addThing, responses: {"204": {description: ok}}}
    put: {operationId: putThings, responses: {"204": {description: ok}}}
"""

#: Calls an API, and returns the status, the body and a header, or the error's name.
_FETCH = """async ([url, options]) => {
  try {
    const response = await fetch(url, options);
    return [response.status, await response.text(), response.headers.get("ratelimit-limit")];
  } catch (error) {
    return error.name;
  }
}"""


class _FrontEnd(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with an empty page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def front_end() -> Iterator[int]:
    """Serve an empty page on a port of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _FrontEnd) as server:
        Thread(target=server.serve_forever).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a shop with a rate limit, whose headers pages want to read."""
    path = tmp_path_factory.mktemp("pages") / "shop.yaml"
    path.write_text(_DOCUMENT)
    with running("--rate-limit", "shop=1000/900", str(path)) as server:
        yield server


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """Open a page that may call any server."""
    with new_context(browser) as context:
        yield context.new_page()


def call(page: Page, url: str, **options: Any) -> Any:
    """Call an API from a page."""
    return page.evaluate(_FETCH, [url, options])


def test_page_of_another_port_uses_the_api(blank: Page, front_end: int, shop: Server) -> None:
    """With credentials, a header of its own, a body, headers of the response, and errors."""
    blank.goto(f"http://localhost:{front_end}/")
    mine = {"credentials": "include", "headers": {"X-Mine": "1", "Authorization": "Bearer t"}}
    things = f"{shop.url}/things"
    assert call(blank, things, **mine) == [200, "[1]", "1000"]
    json = {"Content-Type": "application/json"}
    assert call(blank, things, method="PUT", headers=json) == [204, "", "1000"]
    status, body, _ = call(blank, f"{shop.url}/nothing", method="DELETE", **mine)
    assert (status, "no operation has the path" in body) == (404, True)
    assert call(blank, f"{shop.url}/_understudy/state") == "TypeError"


def test_page_of_another_site_gets_nothing(blank: Page, front_end: int, shop: Server) -> None:
    """It reads no response, and its requests, simple ones and forms too, change nothing."""
    blank.goto(f"http://evil.example:{front_end}/")
    things = f"{shop.url}/things"
    statuses: dict[str, int] = {}
    blank.on("response", lambda r: statuses.update({r.request.method: r.status}))
    assert call(blank, things) == "TypeError"
    assert call(blank, things, method="PUT") == "TypeError"
    assert call(blank, things, method="POST", mode="no-cors", body="x") == [0, "", None]
    assert statuses["POST"] == 403
    with blank.expect_navigation():
        blank.evaluate(
            """url => {
              const form = document.createElement("form");
              Object.assign(form, {action: url, method: "post"});
              document.body.append(form);
              form.submit();
            }""",
            things,
        )
    assert "may not call this server" in blank.content()
    blank.goto(f"{shop.url}/")  # its own page
    log = call(blank, f"{shop.url}/_understudy/requests?method=POST")
    assert '"requests":[]' in log[1].replace(" ", "")


#: Loads an image or opens a web socket, and returns what came of it.
_IMAGE = """url => new Promise(resolve => {
  const image = new Image();
  image.onload = () => resolve("load");
  image.onerror = () => resolve("error");
  image.src = url;
})"""
_SOCKET = """url => new Promise(resolve => {
  const socket = new WebSocket(url);
  socket.onmessage = event => resolve(event.data);
  socket.onerror = () => resolve("error");
})"""


def test_page_whose_name_leads_here_gets_nothing(blank: Page, shop: Server) -> None:
    """DNS rebinding: for the browser it is of the server's origin."""
    rebound = shop.url.replace("127.0.0.1", "evil.example")
    response = blank.goto(f"{rebound}/")
    assert response is not None
    assert (response.status, "is no name of this server" in blank.content()) == (403, True)
    for path in ("/things", "/_understudy/state", "/_understudy/specs/shop.yaml"):
        assert call(blank, f"{rebound}{path}")[0] == 403
    assert call(blank, f"{rebound}/things", method="PUT")[0] == 403
    assert call(blank, f"{shop.url}/_ns/rebound/things") == "TypeError"
    assert "rebound" not in httpx.get(f"{shop.url}/_understudy/namespaces").text


@pytest.mark.parametrize("name", ["localhost", "evil.example"])
def test_requests_without_an_origin_need_a_permission(
    blank: Page, front_end: int, server: Server, name: str
) -> None:
    """Images, no-cors requests and web sockets of pages of this machine are answered."""
    blank.goto(f"http://{name}:{front_end}/")
    namespace = f"{server.url}/_ns/images-of-{name}"
    httpx.post(f"{namespace}/_understudy/reset")
    assert blank.evaluate(_IMAGE, f"{namespace}/api/agents") == "error"  # it is no image
    assert blank.evaluate(_IMAGE, f"{namespace}-new/api/agents") == "error"
    assert call(blank, f"{namespace}/api/server/ping", mode="no-cors") == [0, "", None]
    socket = f"{namespace.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    opened = blank.evaluate(_SOCKET, socket)
    count = httpx.get(f"{namespace}/_understudy/requests/count").json()["count"]
    listed = httpx.get(f"{server.url}/_understudy/namespaces").text
    is_permitted = name == "localhost"
    assert (opened != "error", count, f"{name}-new" in listed) == (
        (True, 2, True) if is_permitted else (False, 0, False)
    )


def test_links_of_other_sites_open_pages(blank: Page, front_end: int, server: Server) -> None:
    """The reference, but no API."""
    blank.goto(f"http://evil.example:{front_end}/")
    for path, expected in (("/_understudy/reference/eliza/", 200), ("/api/agents", 403)):
        with blank.expect_navigation() as navigation:
            blank.evaluate("url => { location = url }", f"{server.url}{path}")
        assert navigation.value.status == expected
        blank.go_back()
