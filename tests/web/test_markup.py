"""What documents and clients say stays text on every page: no script, no element, no link of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import new_context, opened
from tests.support.consoles import CONSOLE, USERS, rows, visit
from tests.support.markup import INJECTED, MARKUP, plant, planted
from tests.support.pages import REFERENCE
from tests.support.server import ROOT, Server, running

DOCUMENTS = ROOT / "tests/web/documents"

#: Pages of the console, with the element that shows the data of clients.
PARTS = {"faults": "#faults", "clock": "#schedule"}

#: A key of an API, which may have no blanks.
KEY = "<img/src=x/onerror=window.planted='key'>"

#: Opens all <details>, whose content is then drawn.
UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true"

RULE: dict[str, Any] = {
    "workflowId": "kept",
    "summary": "It is kept.",
    "description": "So it is.",
    "inputs": {"type": "object", "properties": {"run": {"type": "string"}}},
    "steps": [{"stepId": "one", "operationId": planted("addBook"), "successCriteria": []}],
    "x-understudy-basis": "decided",
}
REVISION = {
    "revision": 1,
    "date": "today",
    "fingerprint": "f",
    "why": "why",
    "changes": {"GET": ["new"]},
}


def write_rules(document: Path, rule: dict[str, Any]) -> None:
    """Write a rule beside a document."""
    source = [{"name": "texts", "url": f"./{document.name}", "type": "openapi"}]
    rules = {"arazzo": "1.0.1", "info": planted({"title": "R", "version": "1"})}
    rules |= {"sourceDescriptions": source, "workflows": [rule]}
    document.with_suffix(".arazzo.yaml").write_text(yaml.safe_dump(rules))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve documents, rules and changes with markup in all texts, and rules that are wrong."""
    directory = tmp_path_factory.mktemp("hostile")
    newer, older = directory / "newer.yaml", directory / "older.yaml"
    for document, version in ((newer, "3.1"), (older, "2.0")):
        texts = yaml.safe_load((DOCUMENTS / f"texts-{version}.yaml").read_text())
        document.write_text(yaml.safe_dump(plant(texts)))
    shown = ("workflowId", "summary", "description")
    write_rules(newer, RULE | {name: planted(RULE[name]) for name in shown})
    write_rules(older, planted(RULE))
    revision = {name: planted(value) for name, value in REVISION.items()}
    for document in (newer, older):
        document.with_suffix(".changes.yaml").write_text(yaml.safe_dump([revision]))
    with (
        (directory / "log").open("w") as log,
        running(str(newer), str(older), stderr=log) as server,
    ):
        yield server


def pages_of(server: Server) -> dict[str, str]:
    """Return all pages that links of the home page lead to, by address."""
    pages: dict[str, str] = {}
    left = ["/", f"/_understudy/search?{httpx.QueryParams(q=MARKUP)}"]
    with httpx.Client(base_url=server.url) as client:
        for address in left:
            response = client.get(address)
            assert response.status_code == 200, address
            if "html" in response.headers["content-type"]:
                pages[address] = response.text
                links = re.findall(r'<a [^>]*?href="([^"#]+)', response.text)
                own = (
                    unescape(link) for link in links if link[0] == "/" and "/control/" not in link
                )
                left += [link for link in dict.fromkeys(own) if link not in left]
    return pages


def injected(page: Page) -> list[str]:
    """Return what a page made of texts, with all that can be opened open."""
    page.evaluate(UNFOLD)
    found: list[str] = page.evaluate(INJECTED)
    return found


def test_texts_of_documents_stay_text(browser: Browser, hostile: Server) -> None:
    """In any field of OpenAPI 3.1 and 2.0, of rules and of changes, on any page."""
    pages = pages_of(hostile)
    wrong: dict[str, list[str]] = {}
    with opened(browser, hostile.url) as page:
        for address, text in pages.items():
            if "/docs/" not in address:
                page.goto(hostile.url + address)
                if found := injected(page):
                    wrong[address] = found
                if REFERENCE in address:  # it is there, as text
                    assert text.count("&lt;planted-mark") > 5, address
    assert wrong == {}
    assert sum("/reference/newer/" in address for address in pages) == 8
    assert sum("/reference/older/" in address for address in pages) == 5
    assert sum(text.count("&lt;planted-mark") for text in pages.values()) > 800


def test_texts_of_documents_stay_text_in_scripts(browser: Browser, hostile: Server) -> None:
    """In the search, and in the form and its outcome."""
    with opened(browser, hostile.url) as page:
        page.goto(f"{hostile.url}{REFERENCE}/")
        page.keyboard.press("/")
        page.keyboard.type("planted-mark")
        expect(page.get_by_role("option").first).to_contain_text("<planted-mark")
        assert injected(page) == []
        page.goto(f"{hostile.url}{REFERENCE}/newer/")
        page.locator("main td a", has_text="addBook").click()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".outcome > *").first).to_be_visible()
        assert injected(page) == []


def test_no_script_of_a_document_runs_in_swagger_ui(browser: Browser, hostile: Server) -> None:
    """It shows some markup, and asks for addresses, which the page's policy forbids."""
    with new_context(browser) as context:
        page = context.new_page()
        for name in ("newer", "older"):
            page.goto(f"{hostile.url}/_understudy/docs/{name}/")
            page.locator(".opblock-summary-control").first.click()
            expect(page.locator(".opblock-body .model-example").first).to_be_visible()
            page.get_by_role("button", name="Authorize").first.click()
            expect(page.locator(".modal-ux")).to_be_visible()
            assert page.evaluate("window.planted") is None


def send_markup(http: httpx.Client) -> list[int]:
    """Send markup in every field that clients or tests may write; return the exchanges' numbers."""
    key = {"Authorization": f"Api-Key {KEY}", "X-Evil": MARKUP, "User-Agent": MARKUP}
    body = {"user_id": MARKUP, "first_name": MARKUP, "metadata": {MARKUP: MARKUP}}
    http.post(USERS, json=body, headers=key)
    http.post(USERS, json={"user_id": [MARKUP], MARKUP: MARKUP}, params={MARKUP: "x"}, headers=key)
    http.post(USERS, content=MARKUP, headers={"Content-Type": MARKUP})
    http.request("PURGE", f"/nowhere/{MARKUP}", params={"a": MARKUP})
    answer = {"status": 500, "body": {MARKUP: MARKUP}, "headers": {"X-Evil": MARKUP}}
    when = {"path": f"*{MARKUP}*", "headers": {"x-evil": MARKUP}}
    http.post("/_understudy/faults", json={"when": when, "then": answer, "seed": MARKUP})
    http.post("/_understudy/faults", json={"then": answer})
    http.get("/api/agents")
    request = {
        "method": "POST",
        "path": f"/{MARKUP}",
        "headers": {"X-Evil": MARKUP},
        "body": MARKUP,
    }
    http.post("/_understudy/schedule", json={"in": "PT5M", "request": request})
    http.post(
        "/_understudy/schedule", json={"after": {"when": {"path": MARKUP}}, "request": request}
    )
    state = http.get("/_understudy/state").json()
    http.put("/_understudy/state", json={"seed": MARKUP, "apis": state["apis"]})
    http.put("/_understudy/snapshots/base")
    return [entry["number"] for entry in http.get("/_understudy/requests").json()["requests"]]


def test_data_of_clients_stays_text(confirming_page: Page, http: httpx.Client) -> None:
    """It is text wherever the console shows it, and in what it says of wrong addresses."""
    page = confirming_page
    numbers = send_markup(http)
    odd = httpx.QueryParams({"operation": MARKUP, "path": MARKUP, "number": MARKUP})
    visits = ["", f"?{odd}", f"exchange?{odd}", "state", *PARTS]
    visits += [f"exchange?number={number}" for number in numbers]
    for where in visits:
        visit(page, http, where)
        _expect_data(page, where, len(numbers))
        assert injected(page) == [], where
    origin = str(http.base_url).partition("/_ns")[0]
    page.goto(f"{origin}/{CONSOLE}?{httpx.QueryParams(namespace=MARKUP)}")
    expect(page.get_by_role("alert").first).to_contain_text("<planted-mark")
    assert injected(page) == []


def _expect_data(page: Page, where: str, exchanges: int) -> None:
    """Wait until a page of the console shows the data, and open what it can open."""
    if where == "":
        expect(rows(page)).to_have_count(exchanges)
        expect(page.locator("#journal")).to_contain_text("PURGE")
    elif where == "state":
        expect(page.locator("summary", has_text=f"Tenant {KEY}")).to_be_visible()
        for summary in page.locator("summary", has_text="users (1)").all():
            summary.click()
        page.get_by_role("button", name=f"Edit users {MARKUP}").click()
        expect(page.locator("#editing")).to_have_text(f"users {MARKUP}")
    elif where in PARTS:
        expect(page.locator(PARTS[where])).to_contain_text("<planted-mark")
    elif where.startswith("exchange?n"):
        expect(page.get_by_role("heading", name="Response")).to_be_visible()
    else:
        expect(page.get_by_role("alert").first).not_to_be_empty()
