"""The reference in a real browser: forms and filters; by keyboard and on a phone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import issues
from tests.support.browser import new_context, search_for
from tests.support.server import Server

COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def test_form_shows_violations_until_they_are_fixed(
    page: Page, http: httpx.Client, tmp_path: Path
) -> None:
    """Somebody finds an operation, reads its rules, sends an invalid request, sees the violations
    at their places, and fixes them."""
    page.goto(str(http.base_url))
    search_for(page, "addmem")
    page.screenshot(path=tmp_path / "search.png")
    expect(page.get_by_role("option", selected=True)).to_contain_text("addMemory")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("addMemory")
    rules = page.locator(".rules > li")
    expect(rules.filter(has_text="A message without content is 400.")).to_be_visible()

    invalid = {
        "messages": [{"role_type": "captain", "content": "Hi"}, {"role_type": "user"}],
        "x": 12345678901234567890,
    }
    page.get_by_label("sessionId").fill("s/1 é")
    page.locator("#body").fill(json.dumps(invalid))
    page.get_by_role("button", name="Send").click()
    outcome = page.locator(".outcome")
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("400")
    marks = outcome.locator("mark.wrong")
    expect(marks).to_have_text(['"role_type": "captain",', "{"])
    expect(outcome.locator("mark.odd")).to_have_text('"x": 12345678901234567890')
    expect(outcome.locator("pre .why")).to_contain_text(
        ["captain", '"content" is a required property', "is not a field of this body"]
    )
    expect(page.locator("#body")).to_have_attribute("aria-invalid", "true")
    expect(outcome.locator(".hljs-string").first).to_have_text('"Hi"')
    rules_link = outcome.get_by_role("link", name="Rules of behaviour")
    expect(rules_link).to_have_attribute("href", "#rules")
    page.locator("#try").screenshot(path=tmp_path / "wrong.png")
    for scheme in COLOURS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert issues(page) == []

    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/api/v2/sessions", json={"session_id": "s/1 é", "user_id": "ann"})
    valid = {"messages": [{"role_type": "user", "content": "Hi"}]}
    page.locator("#body").fill(json.dumps(valid))
    page.get_by_role("button", name="Send").click()
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("200")
    expect(outcome).to_contain_text("The call succeeded.")
    expect(rules_link).to_have_count(0)
    assert http.get("/api/v2/sessions/s%2F1%20é/messages").json()["row_count"] == 1


def test_bodies_that_are_not_json_have_the_colours_of_their_type(
    page: Page, http: httpx.Client
) -> None:
    """One that is too long to be coloured at once is shown without colours."""
    page.goto(f"{http.base_url}_understudy/reference/zep/listUsers")
    show = """async ([text, type]) => document.querySelector(".outcome").replaceChildren(
        (await import("/_understudy/static/marked.js")).plain(text, type))"""
    name = page.locator(".outcome .hljs-name").first
    page.locator("#try").scroll_into_view_if_needed()
    page.evaluate(show, ["<book>1</book>", "application/xml"])
    expect(name).to_have_text("book")
    page.evaluate(show, [f"<book>{'1' * 100_000}</book>", "application/xml"])
    expect(page.locator(".outcome code:not([class*=language])")).to_contain_text("<book>")
    expect(name).to_have_count(0)


def test_form_keeps_the_key(page: Page, http: httpx.Client) -> None:
    """It is kept from one operation to the next, and sent in the API's own way."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    page.goto(f"{http.base_url}_understudy/reference/zep/getUser")
    page.get_by_role("textbox", name="Key").fill("another")
    page.get_by_label("userId").fill("ann")
    page.goto(f"{http.base_url}_understudy/reference/zep/listUsers")
    expect(page.get_by_role("textbox", name="Key")).to_have_value("another")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".outcome pre").last).to_be_attached()
    expect(page.locator(".outcome")).to_contain_text('"row_count": 0')


def test_form_shows_violations_of_parameters_beside_them(page: Page, http: httpx.Client) -> None:
    """Each violation is shown at its field."""
    page.goto(f"{http.base_url}_understudy/reference/zep/listUsers")
    page.get_by_label("pageSize").fill("-1")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("pageSize")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("form .why")).to_contain_text("less than the minimum")


def test_rules_are_filtered(page: Page, server: Server) -> None:
    """The filters are words and the basis."""
    page.goto(f"{server.url}/_understudy/reference/zep/rules")
    page.get_by_label("Only rules with").fill("more than thirty")
    expect(page.locator("output")).to_contain_text("1 of")
    expect(page.locator("[data-rule]:visible")).to_have_count(1)
    page.get_by_label("Only rules with").fill("")
    page.get_by_label("documented").uncheck()
    page.get_by_label("observed").uncheck()
    for rule in page.locator("[data-rule]:visible").all()[:5]:
        expect(rule).to_have_attribute("data-rule", "decided")


def test_pages_work_without_scripts(browser: Browser, server: Server) -> None:
    """Forms that need a script are hidden; the search is a plain form."""
    with new_context(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.url}/_understudy/reference/zep/endSession")
        expect(page.get_by_role("heading", name="Try it")).to_be_hidden()
        expect(page.get_by_role("heading", name="Responses")).to_be_visible()
        page.get_by_label("Search the reference and the guides").fill("end session")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="endSession", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("endSession")
