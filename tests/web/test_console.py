"""The pages that people look at: over HTTP, and in a real browser that reaches nothing else."""

from __future__ import annotations

import re

import httpx
import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.support.server import ROOT, Server

APIS = ("eliza", "zep")


def links(page: str) -> list[str]:
    """Where the links of a page lead."""
    return re.findall(r'<a href="([^"]+)"', page)


def try_out(page: Page, operation: str) -> Locator:
    """Open an operation of the reference, ready to be tried."""
    block = page.locator(f"#operations-{operation}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def execute(block: Locator) -> str:
    """Send the operation's request; the body of the answer, which must be a success."""
    block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table")
    expect(answer.locator("tbody .response-col_status")).to_contain_text("200")
    return answer.locator(".highlight-code").first.inner_text()


@pytest.mark.parametrize("api", APIS)
def test_the_home_page_links_each_api(server: Server, api: str) -> None:
    """From the home page one gets to an API's reference, document, rules and disagreements."""
    home = httpx.get(f"{server.url}/")
    assert home.status_code == 200
    pages = ("reference/{}/", "specs/{}.yaml", "reference/{}/rules", "disagreements/{}")
    wanted = [f"/_understudy/{page.format(api)}" for page in pages]
    assert [link for link in links(home.text) if api in link] == wanted
    assert [httpx.get(server.url + link).status_code for link in wanted] == [200] * 4


def test_the_home_page_of_a_namespace_stays_in_it(server: Server, http: httpx.Client) -> None:
    """Its links and its commands have the namespace's prefix; only other namespaces have not."""
    http.get("/api/agents")
    home, _, others = http.get("/").text.partition("<h2>Namespaces</h2>")
    prefix = http.base_url.path
    assert len(links(home)) == 3 + 4 * len(APIS)
    assert all(link.startswith(prefix) for link in links(home))
    assert home.count(server.url + prefix.rstrip("/")) == home.count(server.url) > 2 * len(APIS)
    assert f'<a href="{prefix}">' in others


@pytest.mark.parametrize("api", APIS)
def test_a_document_is_served_as_it_was_written(server: Server, api: str) -> None:
    """The YAML is the file's, byte for byte."""
    served = httpx.get(f"{server.url}/_understudy/specs/{api}.yaml")
    assert served.headers["content-type"] == "application/yaml"
    assert served.content == (ROOT / "specs" / f"{api}.yaml").read_bytes()


def test_a_document_in_json_names_this_server_first(http: httpx.Client) -> None:
    """The reference's JSON is the same document, but its first server is the namespace's."""
    served = http.get("/_understudy/specs/zep.json").json()
    written = yaml.safe_load((ROOT / "specs" / "zep.yaml").read_text())
    here = f"{http.base_url.path}api/v2"
    urls = [here, *(each["url"] for each in written["servers"][1:])]
    assert [each["url"] for each in served["servers"]] == urls
    assert served | {"servers": written["servers"]} == written


def test_a_missing_slash_is_put_right(http: httpx.Client) -> None:
    """The reference's address without its last slash leads to the one with it."""
    sent = http.get("/_understudy/docs/zep")
    assert sent.is_redirect
    assert sent.headers["location"] == str(http.base_url.join("_understudy/docs/zep/"))


@pytest.mark.parametrize(
    ("path", "page"), [("docs/eliza", "_understudy/docs/eliza/"), ("_understudy", "")]
)
def test_what_people_type_leads_somewhere(http: httpx.Client, path: str, page: str) -> None:
    """Short addresses lead to the pages, within the namespace."""
    sent = http.get(f"/{path}")
    assert sent.is_redirect
    assert sent.next_request is not None
    assert sent.next_request.url.path == f"{http.base_url.path}{page}"
    assert http.send(sent.next_request).status_code == 200


@pytest.mark.parametrize("path", ["docs/nothing/", "docs/zep/nothing.js", "specs/nothing.yaml"])
def test_an_unknown_page_says_what_there_is(http: httpx.Client, path: str) -> None:
    """A page that is not there is 404, with links to those that are."""
    missing = http.get(f"/_understudy/{path}")
    assert missing.status_code == 404
    assert f"{http.base_url.path}_understudy/reference/zep/" in links(missing.text)


def test_an_address_is_not_taken_for_markup(http: httpx.Client) -> None:
    """What a page repeats of its address is escaped."""
    missing = http.get("/_understudy/docs/<b>there</b>")
    assert "&lt;b&gt;there&lt;/b&gt;" in missing.text
    assert "<b>" not in missing.text


def test_the_way_from_home_to_a_reference(page: Page, server: Server) -> None:
    """Somebody who begins at the home page finds the document in Swagger UI behind two links."""
    page.goto(f"{server.url}/")
    page.get_by_role("link", name="read the reference").first.click()
    page.get_by_role("link", name="in Swagger UI").click()
    expect(page.locator(".opblock").first).to_be_visible()


@pytest.mark.parametrize("api", APIS)
def test_a_reference_shows_all_operations(page: Page, server: Server, api: str) -> None:
    """Swagger UI comes from this server alone, and shows every operation of the document."""
    page.goto(f"{server.url}/_understudy/docs/{api}/")
    document = httpx.get(f"{server.url}/_understudy/specs/{api}.json").json()
    methods = {"get", "post", "put", "patch", "delete"}
    operations = [item.keys() & methods for item in document["paths"].values()]
    expect(page.locator(".opblock")).to_have_count(sum(map(len, operations)))
    expect(page.locator(".opblock").first).to_be_visible()
    expect(page.locator(".title")).to_contain_text(document["info"]["title"])


def test_an_operation_is_tried_out(page: Page, http: httpx.Client) -> None:
    """The reference sends a request to the stand-in, in its own namespace, and shows the answer."""
    page.goto(f"{http.base_url}_understudy/docs/eliza/")
    assert "11111111-1111-4111-8111-111111111111" in execute(try_out(page, "agents-listAgents"))
    seen = http.get("/_understudy/requests").json()["requests"]
    assert [each["operation"] for each in seen] == ["listAgents"]


def test_a_session_is_ended_from_the_reference(page: Page, http: httpx.Client) -> None:
    """Somebody who authorizes herself can end a session from the reference, and it has ended."""
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
