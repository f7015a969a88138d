"""The console in a real browser: it shows exchanges as they come."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import opened
from tests.support.consoles import CONSOLE, USERS, last_number, rows, visit
from tests.support.server import Server, lasting_port, running
from understudy.client import ApiDouble, ControlClient

with warnings.catch_warnings():
    # The module declares its fields in a way that Pydantic 2 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from zep_cloud.client import Zep


def test_journal_shows_new_exchanges_on_top(page: Page, http: httpx.Client) -> None:
    """Made by Zep's own client; a screen reader hears of them."""
    visit(page, http)
    expect(page.locator("#summary")).to_have_text("Live: 0 exchanges, 0 with violations")
    with httpx.Client() as wire:
        zep = Zep(api_key="test", base_url=f"{http.base_url}api/v2", httpx_client=wire)
        zep.user.add(user_id="ann")
        zep.memory.add_session(session_id="s1", user_id="ann")
        zep.memory.end_session("s1")
    first = rows(page).first
    expect(first).to_contain_text("endSession")
    expect(first.locator(".cell-request")).to_have_text("POST /api/v2/sessions/s1/end")
    expect(first.locator(".cell-status")).to_have_text("200")
    expect(rows(page)).to_have_count(3)
    expect(page.locator("#summary")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#summary")).to_contain_text("3 exchanges")


def test_journal_of_all_namespaces_is_filtered(
    confirming_page: Page, server: Server, http: httpx.Client
) -> None:
    """The page's address has the filters, and changes with the fields."""
    own = str(http.base_url).rstrip("/").rpartition("/")[2]
    for user in ("ann", 7, "bob"):
        http.post(USERS, json={"user_id": user})
    http.get("/api/agents")
    confirming_page.goto(f"{server.url}/{CONSOLE}?operation=addUser&verdict=invalid")
    expect(rows(confirming_page).filter(has_text=own)).to_have_count(1)
    expect(rows(confirming_page).first.locator(".cell-status")).to_have_text("400")
    confirming_page.get_by_label("Namespace").select_option(own)
    expect(confirming_page).to_have_url(re.compile(f"namespace={own}"))
    expect(confirming_page.locator("#summary")).to_contain_text("1 exchange")
    confirming_page.get_by_label("Verdict").select_option("")
    expect(rows(confirming_page)).to_have_count(3)
    confirming_page.get_by_label("Operation").fill("listAgents")
    expect(rows(confirming_page)).to_have_count(1)
    expect(confirming_page).to_have_url(
        re.compile(f"operation=listAgents&(path=&)?namespace={own}")
    )
    confirming_page.reload()
    expect(confirming_page.get_by_label("Operation")).to_have_value("listAgents")
    expect(rows(confirming_page)).to_have_count(1)
    confirming_page.get_by_label("Operation").fill("getZoo")
    expect(confirming_page.get_by_role("alert").first).to_contain_text(
        "there is no operation 'getZoo'"
    )
    expect(confirming_page.locator("#summary")).to_contain_text("Stopped")
    expect(confirming_page.locator("#operations option[value=getHello]")).to_have_count(1)


def test_journal_is_used_by_keyboard(page: Page, http: httpx.Client) -> None:
    """Down and up, p pauses, and exchanges of the pause are shown afterwards."""
    for path in ("/a", "/b", "/c"):
        http.get(path)
    visit(page, http)
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#summary")).to_contain_text("Paused")
    http.get("/d")
    for key in ("j", "ArrowDown", "j", "k"):
        page.keyboard.press(key)
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("p")
    expect(rows(page)).to_have_count(4)
    expect(rows(page).first.locator(".cell-request")).to_have_text("GET /d")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("GET /b 404")


def test_exchange_marks_violations_at_their_places(page: Page, http: httpx.Client) -> None:
    """The message is beside the line of the body; a missing field's, at the value that lacks it."""
    body = {"user_id": "ann", "metadata": {"a/b": 1}, "email": 7, "fist_name": "Ann"}
    http.post(f"{USERS}?dry=1", json=body)
    visit(page, http)
    rows(page).first.get_by_role("link").click()
    marked = page.locator(".json .row:is(.wrong, .odd)")
    expect(marked.locator("mark")).to_have_text(['"email": 7,', '"fist_name": "Ann"'])
    expect(page.locator(".json .row.odd .why")).to_have_text("is not a field of this body")
    expect(marked.locator(".why").first).to_contain_text("7 is not of type")
    expect(page.locator(".json .hljs-attr").first).to_have_text('"user_id"')
    expect(page.locator(".json .hljs-string").first).to_have_text('"ann"')
    expect(page.locator("td .why")).to_have_text(re.compile(".+"))
    expect(page.locator("tr", has_text="authorization")).to_contain_text("***")
    http.post(USERS, content=b"[]", headers={"Content-Type": "application/json"})
    visit(page, http, f"exchange?number={last_number(http)}")
    expect(page.locator(".json .row.wrong mark")).to_have_text("[]")
    reference = page.get_by_role("link", name="zep addUser").get_attribute("href")
    assert http.get(f"{str(http.base_url).split('/_ns')[0]}{reference}").status_code == 302
    page.get_by_role("link", name="zep addUser").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("addUser")


def test_exchange_is_copied_as_code_har_and_pytest(
    page: Page, server: Server, http: httpx.Client
) -> None:
    """The test passes as it is."""
    http.post(USERS, json={"user_id": 7})
    visit(page, http, f"exchange?number={last_number(http)}")
    text = page.locator("#text")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.locator("#copied")).to_contain_text("Put your key in the place of ***.")
    expect(text).to_contain_text("curl -X POST http://")
    page.get_by_role("button", name="Copy as Python").click()
    expect(text).to_contain_text('json={"user_id": 7}')
    page.get_by_role("button", name="Copy as TypeScript").click()
    expect(text).to_contain_text("body: JSON.stringify({ user_id: 7 })")
    page.get_by_role("button", name="Copy as HAR").click()
    expect(text).to_contain_text('"log"')
    assert json.loads(text.inner_text())["log"]["entries"][0]["response"]["status"] == 400
    page.get_by_role("button", name="Copy as a pytest test").click()
    expect(text).to_contain_text("assert response.status_code == 400")
    names: dict[str, Any] = {}
    exec(text.inner_text(), names)  # noqa: S102 (our own code)
    with ControlClient(server.url, "copied") as control:
        names["test_add_user_returns_400"](ApiDouble(control, "zep", "/api/v2"))
        assert control.requests()[0].request.body == {"user_id": 7}


def test_pages_survive_a_restart_of_the_server(browser: Browser) -> None:
    """They say that it is away; the journal is emptied: its numbers belong to other exchanges."""
    port = str(lasting_port())
    with running("--port", port) as server, opened(browser, server.url, lost=True) as page:
        for path in ("/a", "/b"):
            httpx.get(server.url + path)
        page.goto(f"{server.url}/{CONSOLE}")
        expect(rows(page)).to_have_count(2)
        clock = page.context.new_page()
        clock.goto(f"{server.url}/{CONSOLE}clock")
        clock.get_by_role("button", name="Freeze").click()
        expect(clock.locator("#frozen")).to_be_visible()
        server.process.terminate()
        expect(clock.locator("#error")).to_have_text(
            "The stand-in does not respond. Is it running?"
        )
        expect(page.locator("#summary")).to_contain_text("does not respond")
        with running("--port", port) as restarted:
            httpx.get(f"{restarted.url}/c")
            expect(rows(page)).to_have_count(1)
            expect(rows(page).first).to_contain_text("/c")
            expect(page.locator("#summary")).to_contain_text("Live: 1 exchange,")
            expect(clock.locator("#error")).to_be_empty()
            expect(clock.locator("#frozen")).to_be_hidden()
            clock.close()
            page.goto("about:blank")


def test_exchange_that_is_gone_is_an_error(page: Page, http: httpx.Client) -> None:
    """The page says so."""
    visit(page, http, "exchange?number=999999999")
    expect(page.get_by_role("alert").first).to_contain_text("has no exchange 999999999")


def test_console_asks_for_the_token(browser: Browser) -> None:
    """Once in a tab; the stream carries it too."""
    with running("--token", "sesame") as server, opened(browser, server.url) as page:
        page.goto(f"{server.url}/{CONSOLE}")
        page.get_by_label("The token").fill("sésame")
        page.get_by_role("button", name="Use it").click()
        expect(page.get_by_role("alert").first).to_contain_text("of ASCII only")
        page.get_by_label("The token").fill("sesam")
        with page.expect_event("domcontentloaded"):  # the page is loaded anew
            page.get_by_role("button", name="Use it").click()
        expect(page.get_by_role("alert").first).to_contain_text("needs the token")
        page.get_by_label("The token").fill("sesame")
        page.get_by_role("button", name="Use it").click()
        expect(page.locator("#summary")).to_contain_text("Live")
        httpx.get(f"{server.url}/api/agents")
        expect(rows(page)).to_have_count(1)
        page.goto(f"{server.url}/{CONSOLE}state")
        expect(page.locator("#tree")).to_contain_text("API eliza")
