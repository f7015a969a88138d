"""The console in a real browser: it changes clock, faults and settings."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.support.consoles import CONSOLE, redrawn, visit
from tests.support.server import Server


def test_clock_buttons_let_a_session_expire(confirming_page: Page, http: httpx.Client) -> None:
    """The clock is advanced by buttons and typed durations, frozen, set, and resumed."""
    agent = http.get("/api/agents").json()["data"]["agents"][0]["id"]
    body = {"agentId": agent, "userId": "5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b24"}
    session = http.post("/api/messaging/sessions", json=body).json()["sessionId"]
    visit(confirming_page, http, "controls")
    with confirming_page.expect_response(lambda response: response.request.method == "POST"):
        confirming_page.get_by_role("button", name="+31 minutes").click()
    expect(confirming_page.locator("#now")).to_have_text(re.compile(r"^\d{4}-"))
    assert http.get(f"/api/messaging/sessions/{session}").status_code == 410
    confirming_page.get_by_role("button", name="Freeze").click()
    expect(confirming_page.locator("#frozen")).to_be_visible()
    confirming_page.get_by_label("Go to").fill("2026-01-01T00:00:00Z")
    confirming_page.get_by_role("button", name="Set", exact=True).click()
    expect(confirming_page.locator("#now")).to_have_text("2026-01-01 00:00:00 UTC")
    confirming_page.get_by_label("Advance by").fill("PT90S")
    confirming_page.get_by_role("button", name="Advance", exact=True).click()
    expect(confirming_page.locator("#now")).to_have_text("2026-01-01 00:01:30 UTC")
    confirming_page.get_by_label("Advance by").fill("soon")
    confirming_page.get_by_role("button", name="Advance", exact=True).click()
    expect(confirming_page.get_by_role("alert").first).to_contain_text("/advance")
    confirming_page.get_by_role("button", name="Resume").click()
    expect(confirming_page.locator("#frozen")).to_be_hidden()


def test_faults_are_added_applied_and_removed(confirming_page: Page, http: httpx.Client) -> None:
    """The form adds them; the table counts the hits."""
    visit(confirming_page, http, "controls")
    form = confirming_page.locator("#new-fault")
    form.get_by_label("Operation").fill("listAgents")
    form.get_by_label("Times").fill("")
    form.get_by_label("Status").fill("503")
    form.get_by_label("Body").fill('{"message": "oops"}')
    form.get_by_role("button").click()
    rules = confirming_page.locator("#faults tbody tr")
    expect(rules).to_contain_text('{"operation":"listAgents"}')
    response = http.get("/api/agents")
    assert (response.status_code, response.json()) == (503, {"message": "oops"})
    expect(rules.locator("td").nth(4)).to_have_text("1")
    form.get_by_label("Path").fill("/api/v2/*")
    form.get_by_label("Method").select_option("GET")
    form.get_by_label("No more requests than").fill("1")
    form.get_by_label("in seconds").fill("60")
    form.get_by_role("button").click()
    expect(rules.filter(has_text="rate_limit")).to_have_count(1)
    form.get_by_label("Bytes at a time").fill("9")
    form.get_by_label("every seconds").fill("0")
    form.get_by_role("button").click()
    expect(rules.filter(has_text='{"drip":{"bytes":9,"every":0}}')).to_have_count(1)
    limit, drip = http.get("/_understudy/faults").json()[1:]
    assert limit["when"] == {"method": "GET", "path": "/api/v2/*"}
    assert limit["then"] == {"rate_limit": {"requests": 1, "seconds": 60}}
    assert (limit["times"], drip["times"]) == (None, 1)
    for rule in (limit, drip):
        http.delete(f"/_understudy/faults/{rule['id']}")
    form.get_by_label("Status").fill("99")
    form.get_by_role("button").click()
    expect(confirming_page.get_by_role("alert").first).to_contain_text("body /then/status")
    confirming_page.get_by_role("button", name="Remove fault 1").click()
    expect(confirming_page.locator("#faults")).to_have_text("No faults.")
    assert http.get("/api/agents").status_code == 200


def test_settings_schedule_and_namespaces_are_changed(
    confirming_page: Page, server: Server, http: httpx.Client
) -> None:
    """Scheduled requests are removed, namespaces deleted."""
    http.post(
        "/_understudy/schedule", json={"in": "PT5M", "request": {"method": "GET", "path": "/a"}}
    )
    httpx.get(f"{server.url}/_ns/to-be-deleted/api/agents")
    visit(confirming_page, http, "controls")
    expect(confirming_page.get_by_label("Persona of eliza")).to_have_value("docs")
    expect(confirming_page.get_by_role("link", name="to-be-deleted")).to_be_visible()
    expect(confirming_page.get_by_role("button", name="Remove scheduled request 1")).to_be_visible()
    tables = ("#personas", "#faults", "#schedule", "#namespaces")
    with redrawn(confirming_page, *tables):
        confirming_page.get_by_label("Strict").check()
    with redrawn(confirming_page, *tables):
        confirming_page.get_by_label("Persona of eliza").select_option("1.7")
    with redrawn(confirming_page, *tables):
        confirming_page.get_by_role("button", name="Remove scheduled request 1").click()
    expect(confirming_page.locator("#schedule")).to_contain_text("No scheduled requests.")
    expect(confirming_page.get_by_label("Persona of eliza")).to_have_value("1.7")
    settings = http.get("/_understudy/settings").json()
    assert settings.items() >= {"personas": {"eliza": "1.7"}, "strict": True}.items()
    link = confirming_page.get_by_role("link", name="to-be-deleted")
    expect(link).to_have_attribute("href", f"/{CONSOLE}?namespace=to-be-deleted")
    confirming_page.get_by_role("button", name="Delete to-be-deleted").click()
    expect(confirming_page.locator("#namespaces")).not_to_contain_text("to-be-deleted")
    assert "to-be-deleted" not in http.get("/_understudy/namespaces").text
    confirming_page.goto(f"{server.url}/{CONSOLE}controls?namespace=left")
    confirming_page.get_by_role("button", name="Delete left").click()
    expect(confirming_page).to_have_url(f"{server.url}/{CONSOLE}controls")
    assert '"left"' not in http.get("/_understudy/namespaces").text
