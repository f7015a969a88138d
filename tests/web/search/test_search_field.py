"""The search in a real browser: what it finds, and how it is used by keyboard; also in files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import problems
from tests.support.browser import opened, search_for
from tests.support.server import ROOT, Server, running
from understudy.cli import main

LABEL = "Search the reference and the guides"
MARKUP = "<img src=x onerror=alert(1)>"

#: Runs queries, and returns for each the first results of every group: heading, title and address.
FIND = """async queries => {
  const search = await understudySearch.load(document.getElementById("search").dataset);
  return queries.map(query => search(query, 3).groups.flatMap(({ heading, results }) =>
    results.map(({ title, link }) => [heading, title, link])));
}"""

#: Queries, each with a result that must be among the first three of its group.
FOUND = {
    "endSessions": ("Operations", "endSessions", "reference/zep/endSessions"),
    "end sess": ("Operations", "endSession", "reference/zep/endSession"),
    "session end": ("Operations", "endSession", "reference/zep/endSession"),
    "/api/v2/graph/search": ("Operations", "searchGraph", "reference/zep/searchGraph"),
    "memory.end_session": ("Operations", "endSession", "reference/zep/endSession"),
    "sesion": ("Operations", "getSession", "reference/zep/getSession"),
    "ended_at getSession": ("Fields", "ended_at", "reference/zep/getSession#s200-ended_at"),
    "endedat getsession": ("Fields", "ended_at", "reference/zep/getSession#s200-ended_at"),
    "ended": ("Operations", "endSession", "reference/zep/endSession"),
    "deleted user": ("Operations", "deleteUser", "reference/zep/deleteUser"),
    "what happens when a session has ended": (
        "Operations",
        "endSession",
        "reference/zep/endSession",
    ),
    "roletype": ("Fields", "role_type", "reference/zep/addMemory#request-messages-role_type"),
    "addMemory norole": (
        "Allowed values",
        "norole",
        "reference/zep/addMemory#request-messages-role_type",
    ),
    "before getSessionMessages": (
        "Parameters",
        "before",
        "reference/eliza/getSessionMessages#query-before",
    ),
    "404 endSession": ("Statuses", "404 Not Found", "reference/zep/endSession#s404"),
    "retry": ("Guides", "Retries", "guides/clients#retries"),
    "ratelimt": ("Guides", "Faults", "guides/control-api#faults"),
    "added user never 404": (
        "Rules",
        "To read a user that was never added is 404, with a message.",
        "reference/zep/rules#no-unknown-user-to-read",
    ),
    "sessions-are-listed-newest-first": (
        "Rules",
        "Sessions are listed newest first, and oldest first with asc.",
        "reference/zep/rules#sessions-are-listed-newest-first",
    ),
    "pages of sessions asked": (
        "Disagreements",
        "How the pages of sessions are asked for",
        "disagreements/zep#point-4",
    ),
}


def titles(page: Page) -> list[str]:
    """Return the titles of the options; the selected one begins with a star."""
    options = page.get_by_role("option").all()
    selected = [option.get_attribute("aria-selected") == "true" for option in options]
    texts = [option.inner_text().split("\n")[0] for option in options]
    return [f"*{text}" if star else text for text, star in zip(texts, selected, strict=True)]


def test_search_finds(page: Page, server: Server) -> None:
    """Words in any order, beginnings, parts of names, and words with typing errors; operations are
    the first group."""
    page.goto(f"{server.url}/_understudy/guides/")
    results: list[list[list[str]]] = page.evaluate(FIND, list(FOUND))
    for (query, expected), found in zip(FOUND.items(), results, strict=True):
        assert list(expected) in found, (query, found)
        headings = list(dict.fromkeys(heading for heading, *_ in found))
        assert "Operations" not in headings[1:]


def test_search_is_used_by_keyboard(page: Page, server: Server, tmp_path: Path) -> None:
    """Arrow keys move in a circle; Escape closes the list, then leaves the field; Enter leads to
    the address of a field, on the same page, too; what was looked for is marked."""
    page.goto(f"{server.url}/_understudy/reference/zep/getSession")
    field = page.get_by_role("combobox", name=LABEL)
    search_for(page, "end sess")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("group", name="Operations").get_by_role("option")).not_to_have_count(0)
    marks = page.get_by_role("option", name="endSession").first.locator("mark")
    assert marks.all_inner_texts()[:2] == ["end", "Sess"]
    before = titles(page)
    assert before[0].startswith("*")
    assert before[-1].startswith("All ")
    page.keyboard.press("ArrowDown")
    assert titles(page)[1].startswith("*")
    expect(field).to_have_attribute("aria-activedescendant", "found-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert titles(page)[-1].startswith("*")
    assert problems(page) == {}
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()

    page.keyboard.press("/")
    field.fill("ended_at getSession")
    expect(page.get_by_role("option", selected=True)).to_contain_text("field of getSession")
    page.keyboard.press("Enter")
    page.wait_for_url("**/getSession#s200-ended_at")
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_search_that_finds_nothing_suggests(page: Page, server: Server) -> None:
    """It says so, in words; Enter takes the suggestion. A similar word is called so, and what has
    only some of the words."""
    page.goto(f"{server.url}/_understudy/guides/")
    search_for(page, "session")
    status = page.locator(".search").get_by_role("status")
    field = page.get_by_role("combobox", name=LABEL)
    field.fill("publzqqtion")
    expect(status).to_have_text("Nothing found for “publzqqtion”.")
    expect(page.get_by_role("option")).to_contain_text("Search for publication")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", selected=True)).to_be_visible()
    field.fill("sesion xqzzx")
    expect(status).to_have_text("Nothing has all words of “sesion xqzzx”. With most of them:")
    expect(page.get_by_role("group", name="Operations")).to_be_visible()
    field.fill("sesion")
    expect(status).to_have_text("Nothing is exactly “sesion”. Similar:")
    field.fill("qwqwqwqw")
    expect(status).to_have_text("Nothing found for “qwqwqwqw”.")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_all_results_are_a_page(page: Page, server: Server) -> None:
    """It has the groups of the list, and its links lead to the same addresses; a rule is marked on
    the page of rules."""
    page.goto(f"{server.url}/_understudy/guides/")
    search_for(page, "added user never")
    page.get_by_role("option", name=re.compile(r"^All \d+")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Rules")
    expect(page.locator("main").get_by_role("status")).to_contain_text(
        "found for “added user never”"
    )
    page.get_by_role("link", name="To read a user that was never added is 404").first.click()
    page.wait_for_url("**/zep/rules#no-unknown-user-to-read")
    expect(page.locator(".rule:target")).to_be_in_viewport()


def test_search_works_in_files(page: Page, tmp_path: Path) -> None:
    """Opened from a disk, the built pages have their styles; operations, guides and the page of
    all results are found."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(ROOT / "understudy/control/openapi.yaml")]) == 0
    page.goto((site / "reference/openapi/reset.html").as_uri())
    expect(page.get_by_role("banner")).to_have_css("display", "flex")
    search_for(page, "add fault")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("addFault")
    assert page.url == (site / "reference/openapi/addFault.html").as_uri()
    search_for(page, "signatures attempts")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{(site / 'guides/callbacks.html').as_uri()}#signatures-and-attempts")
    search_for(page, "faults")
    page.get_by_role("option", name=re.compile(r"^All \d+")).click()
    expect(page.locator("main h2").first).to_have_text("Operations")
    page.locator("main").get_by_role("link", name="addFault").first.click()
    page.wait_for_url((site / "reference/openapi/addFault.html").as_uri())


def test_markup_in_a_document_is_text(browser: Browser, tmp_path: Path) -> None:
    """What a hostile document says is shown as it is, in the list and on the page."""
    operation: dict[str, Any] = {
        "operationId": f"hostile {MARKUP}",
        "summary": MARKUP,
        "parameters": [{"name": f"hostile{MARKUP}", "in": "query", "schema": {"type": "string"}}],
        "responses": {"200": {"description": MARKUP}},
    }
    info = {"title": f"hostile </script>{MARKUP}", "version": "1"}
    document = {"openapi": "3.0.3", "info": info, "paths": {"/x": {"get": operation}}}
    path = tmp_path / "hostile.yaml"
    path.write_text(yaml.safe_dump(document))
    with running(str(path)) as server, opened(browser, server.url) as page:
        page.goto(server.url)
        search_for(page, "hostile onerror")
        expect(page.get_by_role("option").first).to_contain_text(MARKUP)
        page.goto(f"{server.url}/_understudy/search?q=hostile+{MARKUP}")
        expect(page.locator("main h2").first).to_be_visible()
        assert page.locator("img").count() == 0
