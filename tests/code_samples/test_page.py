"""The samples on the page of an operation."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.documents import document
from tests.support.server import Server, serving
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.app import Understudy
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web.app import create_files

if TYPE_CHECKING:
    from playwright.sync_api import Page

REFERENCE = "/_understudy/reference"


def samples_on(page: str) -> dict[str, str]:
    """Return the code on a page by the ids of the samples."""
    found = re.findall(
        r'data-sample="([\w-]+)".*?<pre[^>]*><code[^>]*>(.*?)</code></pre>', page, re.DOTALL
    )
    return {name: html.unescape(code) for name, code in found}


def test_code_has_the_namespace_of_the_page(http: httpx.Client) -> None:
    """What is pasted from the page of a namespace works in it."""
    samples = samples_on(http.get(f"{REFERENCE}/zep/addUser").text)
    assert list(samples) == [
        *("curl", "client-python", "client-typescript", "client-go", "python", "typescript"),
    ]
    command = [sys.executable, "-c", samples["python"]]
    subprocess.run(command, check=True, timeout=PROGRAM_TIMEOUT, capture_output=True)
    assert http.get("/api/v2/users/ada-7f3a").status_code == 200


def test_code_is_colours_and_tabs(page: Page, server: Server) -> None:
    """Arrow keys choose a tab; the language stays chosen on other pages, or the nearest to it."""
    from playwright.sync_api import expect

    page.goto(f"{server.url}{REFERENCE}/zep/addMemory#code")
    tabs = page.get_by_role("tablist", name="Language").get_by_role("tab")
    expect(tabs).to_have_text(
        ["curl", "Python", "TypeScript", "Go", "Python, httpx", "TypeScript, fetch"]
    )
    chosen = page.get_by_role("tab", selected=True)
    panel = page.get_by_role("tabpanel")
    expect(chosen).to_have_text("curl")
    chosen.press("ArrowRight")
    expect(chosen).to_be_focused()
    expect(chosen).to_have_text("Python")
    expect(panel).to_contain_text("client.memory.add(")
    expect(panel.locator(".hljs-string").first).to_be_visible()
    chosen.press("End")
    expect(panel).to_contain_text("await fetch(")
    chosen.press("ArrowRight")
    chosen.press("ArrowLeft")
    chosen.press("Home")
    expect(chosen).to_have_text("curl")
    page.get_by_role("tab", name="Python", exact=True).click()
    page.goto(f"{server.url}{REFERENCE}/zep/getUser")
    expect(panel).to_contain_text("client.user.get(")
    page.goto(f"{server.url}{REFERENCE}/eliza/listAgents")
    expect(chosen).to_have_text("Python, httpx")


def test_key_is_the_one_that_is_admitted() -> None:
    """In the form that the document asks for: of Basic, a name and a password."""
    schemes = {
        "bearer": ({"type": "http", "scheme": "bearer"}, "Bearer good"),
        "basic": ({"type": "http", "scheme": "basic"}, "Basic Z29vZDpnb29k"),
        "query": ({"type": "apiKey", "in": "query", "name": "k&y"}, "?k%26y=good"),
        "cookie": ({"type": "apiKey", "in": "cookie", "name": "sid"}, "Cookie: sid=good"),
        "hidden": ({"type": "oauth2", "flows": {}}, "Bearer good"),
    }
    for name, (scheme, shown) in schemes.items():
        paths = {"/x": {"get": {"operationId": "x", "responses": {}, "security": [{"s": []}]}}}
        spec = document(paths, components={"securitySchemes": {"s": scheme}})
        api = Api(Contract(name, spec))
        api.keys = frozenset({"good"})
        with serving(Understudy([api])) as url:
            code = samples_on(httpx.get(f"{url}{REFERENCE}/{name}/x").text)
        assert shown in code["curl"], name


def test_key_that_is_admitted_is_sent_where_credentials_are_optional() -> None:
    """The code and the form have it: without it, the server would refuse them."""
    schemes = {"s": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    paths = {"/x": {"get": {"operationId": "x", "responses": {}, "security": [{}, {"s": []}]}}}
    api = Api(Contract("shop", document(paths, components={"securitySchemes": schemes})))
    for keys, is_sent in (((), False), (("good",), True)):
        api.keys = frozenset(keys)
        with serving(Understudy([api])) as url:
            home, text = httpx.get(url).text, httpx.get(f"{url}{REFERENCE}/shop/x").text
        assert ("X-Key: good" in samples_on(text)["curl"]) is is_sent
        assert ('value="good"' in text) is is_sent
        assert ("X-Key: good" in home) is is_sent


HOSTILE: list[tuple[Any, Any]] = [
    (["python"], [{"language": 1, "code": 1, "sample": {"frame": 7, "lacks": 3, "types": []}}]),
    ({"python": {"method": 7}, 3: None}, {"language": "Python"}),
    ({"python": "a.b", "go": {"method": "A.B", "request": "<b>x"}}, [7, None, "x"]),
    (
        {"python": "a.<b>", "go": {"method": "A.B", "request": "X", "call": 5}, "ruby": "a.b"},
        [
            {"language": name, "code": "c", "install": {}, "sample": {"frame": "<b>{call}</b>"}}
            for name in ("Python", "Go", "Ruby", "TypeScript")
        ],
    ),
]


@pytest.mark.parametrize(("sdk", "clients"), HOSTILE)
def test_page_of_a_hostile_document_is_there(sdk: Any, clients: Any) -> None:
    """Extensions of other types than they should have; what is markup is escaped."""
    schema = {"type": "object", "x-sdk": sdk, "properties": {"<b>": {"x-sdk": sdk, "allOf": [{}]}}}
    body = {"schema": schema, "example": {"<b>": "</code><script>alert(1)</script>"}}
    operation = {"operationId": "x", "responses": {}, "x-sdk": sdk}
    operation["requestBody"] = {"content": {"application/json": body}}
    spec = document({"/x": {"post": operation}}, **{"x-understudy-clients": clients})
    with serving(Understudy([Api(Contract("t", spec))])) as url:
        response = httpx.get(f"{url}{REFERENCE}/t/x")
        assert response.status_code == 200, response.text
        assert "<script>alert" not in response.text
        assert "<b>" not in response.text
        assert {"curl", "python", "typescript"} <= samples_on(response.text).keys()
        assert httpx.get(f"{url}/").status_code == 200


def test_examples_that_are_deep_or_large_stay_bounded() -> None:
    """What is deep is a text and no call of a client; what is large has no samples."""
    deep: Any = 1
    for _ in range(190):
        deep = {"a": [deep]}
    client = {"language": "Python", "code": "c", "sample": {"frame": "{call}"}}
    paths = {}
    for name, example in {"deep": deep, "large": "x" * 40_000, "plain": {"a": 1}}.items():
        body = {"content": {"application/json": {"schema": {}, "example": example}}}
        definition = {"operationId": name, "responses": {}, "requestBody": body}
        paths[f"/{name}"] = {"post": {**definition, "x-sdk": {"python": "a.b"}}}
    clients: dict[str, Any] = {"x-understudy-clients": [client]}
    api = Api(Contract("t", document(paths, **clients)))
    pages = create_files([api], {}).test_client()
    found = {name[1:]: samples_on(pages.get(f"{REFERENCE}/t{name}").text) for name in paths}
    assert found["deep"].keys() == {"curl", "python", "typescript"}
    assert found["large"] == {}
    assert found["plain"]["client-python"] == "client.a.b(a=1)"


def test_files_have_samples_for_this_machine() -> None:
    """Pages that are files show the address that `serve` has by default."""
    linked: dict[str, None] = {}
    paths = {"/pets": {"get": {"operationId": "list", "responses": {}}}}
    api = Api(Contract("pets", document(paths)))
    client = create_files([api], linked).test_client()
    page = client.get(f"{REFERENCE}/pets/list").text
    assert samples_on(page)["curl"] == "curl http://127.0.0.1:3000/pets"
    assert "/_understudy/static/reference/samples.js" in linked
