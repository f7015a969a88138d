"""What browsers may do with pages: all answers say so in headers, and files in a policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import new_context
from tests.support.documents import document, operation
from tests.support.server import ROOT, Server, serving
from understudy.app import Understudy
from understudy.cli import main
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web.app import create_pages

#: All kinds of answers: pages, files, redirections, and pages that are not there.
ANSWERS = {
    "/": 200,
    "/_understudy/reference/": 200,
    "/_understudy/reference/zep/endSession": 200,
    "/_understudy/reference/zep/?operation=endSession": 302,
    "/_understudy/reference/zep/nothing": 404,
    "/_understudy/reference/zep": 308,
    "/_understudy/console/": 200,
    "/_understudy/specs/zep.yaml": 200,
    "/_understudy/static/style.css": 200,
    "/_understudy/static/nothing.css": 404,
    "/_understudy/static/swagger-ui/swagger-ui.css": 200,
    "/_understudy/static/swagger-ui/../app.py": 404,
    "/_understudy/docs/zep/": 200,
    "/docs/zep": 302,
    "/_understudy": 302,
}

HEADERS = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def directives(policy: str) -> dict[str, set[str]]:
    """Return the sources of a policy by directive."""
    words = [directive.split() for directive in policy.split(";")]
    return {name: set(sources) for name, *sources in words}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_of_pages_has_the_headers(http: httpx.Client, method: str) -> None:
    """No page runs inline scripts or is framed; the page of Swagger UI may open windows."""
    for path, status in ANSWERS.items():
        response = http.request(method, path)
        assert response.status_code in ({405, 404, 308} if method == "POST" else {status}), path
        swagger = path == "/_understudy/docs/zep/" and method != "POST"
        opener = {"cross-origin-opener-policy": "same-origin-allow-popups"} if swagger else {}
        expected = HEADERS | opener
        assert {name: response.headers.get(name) for name in expected} == expected, path
        policy = directives(response.headers["content-security-policy"])
        assert policy.pop("connect-src", {"'self'"}) >= {"'self'"}
        assert policy == {
            "default-src": {"'self'"},
            "img-src": {"'self'", "data:"},
            "object-src": {"'none'"},
            "base-uri": {"'none'"},
            "form-action": {"'self'"},
            "frame-ancestors": {"'none'"},
        }, path


#: URLs of servers with what a policy must not be made of.
SERVERS: list[dict[str, Any]] = [
    {"url": "/v1"},
    {"url": "https://API.example/v1"},
    {"url": "https://{where}.example:{port}", "variables": {
        "where": {"default": "eu", "enum": ["eu", "us"]}, "port": {"default": "8443"}}},
    {"url": "wss://socket.example/"},
    {"url": "//other.example"},
    {"url": "https://*"},
    {"url": "https://*.example"},
    {"url": "https://a.example; script-src *"},
    {"url": "https://a.example 'unsafe-inline'"},
    {"url": "https://ann:secret@b.example"},
    {"url": "javascript:alert(1)"},
    {"url": "https://"},
    {"url": 7},
]  # fmt: skip


def test_swagger_ui_calls_only_the_servers_of_its_document() -> None:
    """Those of the document, its paths and operations, and those that issue tokens."""
    flow = {"tokenUrl": "https://token.example/t", "authorizationUrl": "https://sign.example/"}
    schemes = {
        "sign": {"type": "oauth2", "flows": {"authorizationCode": flow, "implicit": None}},
        "open": {"type": "openIdConnect", "openIdConnectUrl": "https://open.example/x"},
    }
    own = operation(servers=[{"url": "http://own.example:81/x"}])
    spec = document(
        {"/pets": {"get": own}}, servers=SERVERS, components={"securitySchemes": schemes}
    )
    pages = create_pages([Api(Contract("pets", spec))]).test_client()
    policy = directives(pages.get("/_understudy/docs/pets/").headers["Content-Security-Policy"])
    assert policy["connect-src"] == {
        *("'self'", "https://api.example", "https://eu.example:8443", "https://us.example:8443"),
        *("wss://socket.example", "http://own.example:81", "https://token.example"),
        "https://open.example",
    }
    assert "script-src" not in policy


def test_policy_of_swagger_ui_has_a_bound() -> None:
    """However many servers a document names."""
    servers = [{"url": f"https://s{number}.example"} for number in range(5000)]
    pages = create_pages([Api(Contract("pets", document({}, servers=servers)))]).test_client()
    policy = pages.get("/_understudy/docs/pets/").headers["Content-Security-Policy"]
    assert 40 < policy.count("https://") < 100


#: Notes which directives of the policy the page has broken.
_NOTE = """window.broken = [];
document.addEventListener("securitypolicyviolation",
  event => window.broken.push(event.effectiveDirective));
"""

#: Calls another server, runs an inline script, and frames a page; returns what came of it.
_FORBIDDEN = """async () => {
  await fetch("http://evil.example/").catch(() => {});
  const script = document.createElement("script");
  document.body.append(Object.assign(script, { textContent: "window.ran = 1" }));
  const frame = document.createElement("iframe");
  document.body.append(Object.assign(frame, { src: "/" }));
  await new Promise(done => frame.addEventListener("load", done));
  return [window.ran, frame.contentDocument, [...window.broken].sort()];
}"""


def test_browsers_stop_what_pages_may_not_do(browser: Browser, server: Server) -> None:
    """Swagger UI works without inline scripts and styles, and calls no other server; no page is
    framed."""
    with new_context(browser) as context:
        page = context.new_page()
        page.add_init_script(_NOTE)
        page.goto(f"{server.url}/_understudy/docs/eliza/")
        page.locator(".opblock-summary-control").first.click()
        expect(page.locator(".opblock-body .model-example").first).to_be_visible()
        assert page.evaluate("window.broken") == []
        broken = ["connect-src", "script-src-elem"]
        assert page.evaluate(_FORBIDDEN) == [None, None, broken]


class _Authority(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Send the user back at once, with a token."""
        query = dict(parse_qsl(urlsplit(self.path).query))
        answer = urlencode({"access_token": "of-the-authority", "state": query["state"]})
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}#{answer}")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def authority() -> Iterator[str]:
    """Run a server that gives tokens by OAuth 2."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Authority) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_swagger_ui_gets_a_token_of_another_origin(browser: Browser, authority: str) -> None:
    """The window in which the user signs in finds its way back to the page."""
    flow = {"authorizationUrl": f"{authority}/authorize", "scopes": {}}
    schemes = {"sign": {"type": "oauth2", "flows": {"implicit": flow}}}
    spec = document({"/pets": {"get": operation(security=[{"sign": []}])}})
    app = Understudy([Api(Contract("pets", {**spec, "components": {"securitySchemes": schemes}}))])
    with serving(app) as url, new_context(browser) as context:
        page = context.new_page()
        page.goto(f"{url}/_understudy/docs/pets/")
        page.get_by_role("button", name="Authorize").first.click()
        dialog = page.locator(".modal-ux")
        dialog.get_by_role("button", name="Apply given OAuth2 credentials").click()
        expect(dialog.get_by_role("heading", name="Authorized")).to_be_visible()


def test_files_have_the_policy_in_themselves(tmp_path: Path) -> None:
    """As a <meta>, which knows no `frame-ancestors`, before anything that it forbids."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(ROOT / "tests/web/documents/texts-3.1.yaml")]) == 0
    pages = list(site.rglob("*.html"))
    assert len(pages) > 5
    for file in pages:
        text = file.read_text()
        match = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)
        assert match, file
        policy = directives(match[1].replace("&#39;", "'"))
        assert policy["default-src"] == {"'self'", "file:"}
        assert "frame-ancestors" not in policy
        assert text.index("http-equiv") < min(text.index("<link"), text.index("<script"))
        assert (
            re.search(r"<script(?![^>]*(src=|application/json))|<style| style=| on\w+=", text)
            is None
        )
