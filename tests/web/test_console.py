"""The home page, the documents and Swagger UI: over HTTP, and in a real browser."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.support.server import ROOT, Server
from understudy.openapi.contract import Contract

APIS = ("eliza", "zep", "zep4")

#: A window in which Swagger UI renders a long document whole.
_HIGH: Any = {"width": 1000, "height": 16_000}


def links(page: str) -> list[str]:
    """Return the addresses of the links of a page."""
    return re.findall(r'<a href="([^"]+)"', page)


def try_out(page: Page, operation: str) -> Locator:
    """Open an operation of Swagger UI, ready to be tried out."""
    page.set_viewport_size(_HIGH)
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def execute(block: Locator) -> str:
    """Send the operation's request, assert a success, and return the body of the response."""
    block.get_by_role("button", name="Execute").click()
    response = block.locator(".live-responses-table")
    expect(response.locator("tbody .response-col_status")).to_contain_text("200")
    return response.locator(".highlight-code").first.inner_text()


@pytest.mark.parametrize("api", APIS)
def test_home_links_each_api(server: Server, api: str) -> None:
    """Its reference, document, rules and disagreements."""
    home = httpx.get(f"{server.url}/")
    assert home.status_code == 200
    pages = ("reference/{}/", "specs/{}.yaml", "reference/{}/rules", "disagreements/{}")
    expected = [f"/_understudy/{page.format(api)}" for page in pages]
    own = re.compile(rf"/{api}\b")
    of_apis, _, _ = home.text.partition("<h2>Namespaces</h2>")
    assert [link for link in links(of_apis) if own.search(link)] == expected
    assert [httpx.get(server.url + link).status_code for link in expected] == [200] * 4


def test_home_of_a_namespace_links_pages_of_the_namespace(
    server: Server, http: httpx.Client
) -> None:
    """Links and commands have the namespace's prefix, except for links to other namespaces."""
    http.get("/api/agents")
    home, _, namespaces = http.get("/").text.partition("<h2>Namespaces</h2>")
    prefix = http.base_url.path
    assert len(links(home)) == 4 + 4 * len(APIS)
    assert all(link.startswith(prefix) for link in links(home))
    assert home.count(server.url + prefix.rstrip("/")) == home.count(server.url) > 2 * len(APIS)
    assert f'<a href="{prefix}">' in namespaces


def test_yaml_document_is_served_unchanged(server: Server) -> None:
    """Byte for byte."""
    served = httpx.get(f"{server.url}/_understudy/specs/eliza.yaml")
    assert served.headers["content-type"] == "application/yaml"
    assert served.content == (ROOT / "specs" / "eliza.yaml").read_bytes()


@pytest.mark.parametrize("api", ["zep", "zep4"])
def test_yaml_document_of_many_files_is_served_as_one(server: Server, api: str) -> None:
    """It has all that its file refers to, and leads to no other file."""
    served = yaml.safe_load(httpx.get(f"{server.url}/_understudy/specs/{api}.yaml").text)
    assert served == Contract.load(ROOT / "specs" / f"{api}.yaml").source
    assert set(re.findall(r"'\$ref': '(.)", str(served))) == {"#"}


def test_json_document_has_this_server_first(http: httpx.Client) -> None:
    """All else is that of the document."""
    served = http.get("/_understudy/specs/zep.json").json()
    written = Contract.load(ROOT / "specs" / "zep.yaml").source
    here = f"{http.base_url.path}api/v2"
    urls = [here, *(each["url"] for each in written["servers"][1:])]
    assert [each["url"] for each in served["servers"]] == urls
    assert served | {"servers": written["servers"]} == written


def test_missing_slash_is_redirected(http: httpx.Client) -> None:
    """It leads to the address with the slash."""
    response = http.get("/_understudy/docs/zep")
    assert response.is_redirect
    assert response.headers["location"] == str(http.base_url.join("_understudy/docs/zep/"))


@pytest.mark.parametrize(
    ("path", "page"), [("docs/eliza", "_understudy/docs/eliza/"), ("_understudy", "")]
)
def test_short_addresses_are_redirected(http: httpx.Client, path: str, page: str) -> None:
    """They lead to the pages of the namespace."""
    response = http.get(f"/{path}")
    assert response.is_redirect
    assert response.next_request is not None
    assert response.next_request.url.path == f"{http.base_url.path}{page}"
    assert http.send(response.next_request).status_code == 200


@pytest.mark.parametrize("path", ["docs/nothing/", "docs/zep/nothing.js", "specs/nothing.yaml"])
def test_unknown_page_links_the_others(http: httpx.Client, path: str) -> None:
    """The page has the status 404."""
    response = http.get(f"/_understudy/{path}")
    assert response.status_code == 404
    assert f"{http.base_url.path}_understudy/reference/zep/" in links(response.text)


def test_address_on_a_page_is_escaped(http: httpx.Client) -> None:
    """An address cannot become markup."""
    response = http.get("/_understudy/docs/<b>there</b>")
    assert "&lt;b&gt;there&lt;/b&gt;" in response.text
    assert "<b>" not in response.text


def test_swagger_ui_is_two_links_from_home(page: Page, server: Server) -> None:
    """The reference links to it."""
    page.goto(f"{server.url}/")
    page.get_by_role("link", name="read the reference").first.click()
    page.get_by_role("link", name="in Swagger UI").click()
    expect(page.locator(".opblock").first).to_be_visible()


@pytest.mark.parametrize("api", APIS)
def test_swagger_ui_shows_all_operations(page: Page, server: Server, api: str) -> None:
    """It comes from this server alone. Of a long document it renders what fits the window."""
    page.set_viewport_size(_HIGH)
    page.goto(f"{server.url}/_understudy/docs/{api}/")
    document = httpx.get(f"{server.url}/_understudy/specs/{api}.json").json()
    methods = {"get", "post", "put", "patch", "delete"}
    items = [*document["paths"].values(), *document.get("webhooks", {}).values()]
    operations = [item.keys() & methods for item in items]
    expect(page.locator(".opblock")).to_have_count(sum(map(len, operations)))
    expect(page.locator(".opblock").first).to_be_visible()
    expect(page.locator(".title")).to_contain_text(document["info"]["title"])


def test_swagger_ui_tries_an_operation_out(page: Page, http: httpx.Client) -> None:
    """It sends the request to the stand-in, in the page's namespace, and shows the response."""
    page.goto(f"{http.base_url}_understudy/docs/eliza/")
    assert "11111111-1111-4111-8111-111111111111" in execute(try_out(page, "agents-listAgents"))
    seen = http.get("/_understudy/requests").json()["requests"]
    assert [exchange["operation"] for exchange in seen] == ["listAgents"]


def test_swagger_ui_ends_a_session_with_a_key(page: Page, http: httpx.Client) -> None:
    """The request succeeds after a key was entered."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/api/v2/sessions", json={"session_id": "a/b é", "user_id": "ann"})
    page.goto(f"{http.base_url}_understudy/docs/zep/")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".modal-ux")
    dialog.locator("input").fill("Api-Key test")
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close").click()
    block = try_out(page, "sessions-endSession")
    block.get_by_placeholder("sessionId").fill("a/b é")
    assert '"ended_at": "20' in execute(block)
    assert http.get("/api/v2/sessions/a%2Fb%20é").json()["ended_at"]
