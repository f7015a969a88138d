"""The console in a real browser: clock, faults, settings and state are changed."""

from __future__ import annotations

import json
import re

import httpx
from playwright.sync_api import Page, expect

from tests.support.consoles import CONSOLE, USERS, visit
from tests.support.server import Server


def test_the_clock_is_moved_and_a_session_expires(bold: Page, http: httpx.Client) -> None:
    """By buttons and by what is typed; frozen, set, and let run again."""
    agent = http.get("/api/agents").json()["data"]["agents"][0]["id"]
    wanted = {"agentId": agent, "userId": "5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b24"}
    session = http.post("/api/messaging/sessions", json=wanted).json()["sessionId"]
    visit(bold, http, "controls")
    bold.get_by_role("button", name="+31 minutes").click()
    expect(bold.locator("#now")).to_have_text(re.compile(r"^\d{4}-"))
    expect_status(bold, http, f"/api/messaging/sessions/{session}", 410)
    bold.get_by_role("button", name="Freeze").click()
    expect(bold.locator("#frozen")).to_be_visible()
    bold.get_by_label("Go to").fill("2026-01-01T00:00:00Z")
    bold.get_by_role("button", name="Set", exact=True).click()
    expect(bold.locator("#now")).to_have_text("2026-01-01 00:00:00 UTC")
    bold.get_by_label("Advance by").fill("PT90S")
    bold.get_by_role("button", name="Advance", exact=True).click()
    expect(bold.locator("#now")).to_have_text("2026-01-01 00:01:30 UTC")
    bold.get_by_label("Advance by").fill("soon")
    bold.get_by_role("button", name="Advance", exact=True).click()
    expect(bold.get_by_role("alert").first).to_contain_text("/advance")
    bold.get_by_role("button", name="Resume").click()
    expect(bold.locator("#frozen")).to_be_hidden()


def expect_status(page: Page, http: httpx.Client, path: str, status: int) -> None:
    """Wait for what was clicked to have this effect on the API."""
    for _ in range(50):
        if http.get(path).status_code == status:
            return
        page.wait_for_timeout(20)
    assert http.get(path).status_code == status


def test_a_fault_is_planned_strikes_and_is_cleared(bold: Page, http: httpx.Client) -> None:
    """From the form; its hits are counted while one looks."""
    visit(bold, http, "controls")
    form = bold.locator("#plan")
    form.get_by_label("Operation").fill("listAgents")
    form.get_by_label("Times").fill("")
    form.get_by_label("Status").fill("503")
    form.get_by_label("Body").fill('{"message": "oops"}')
    form.get_by_role("button").click()
    planned = bold.locator("#faults tbody tr")
    expect(planned).to_contain_text('{"operation":"listAgents"}')
    answer = http.get("/api/agents")
    assert (answer.status_code, answer.json()) == (503, {"message": "oops"})
    expect(planned.locator("td").nth(4)).to_have_text("1")
    form.get_by_label("Path").fill("/api/v2/*")
    form.get_by_label("Method").select_option("GET")
    form.get_by_label("No more requests than").fill("1")
    form.get_by_label("in seconds").fill("60")
    form.get_by_role("button").click()
    expect(planned.filter(has_text="rate_limit")).to_have_count(1)
    form.get_by_label("Bytes at a time").fill("9")
    form.get_by_label("every seconds").fill("0")
    form.get_by_role("button").click()
    expect(planned.filter(has_text='{"drip":{"bytes":9,"every":0}}')).to_have_count(1)
    limit, drip = http.get("/_understudy/faults").json()[1:]
    assert limit["when"] == {"method": "GET", "path": "/api/v2/*"}
    assert limit["then"] == {"rate_limit": {"requests": 1, "seconds": 60}}
    assert (limit["times"], drip["times"]) == (None, 1)
    for one in (limit, drip):
        http.delete(f"/_understudy/faults/{one['id']}")
    form.get_by_label("Status").fill("99")
    form.get_by_role("button").click()
    expect(bold.get_by_role("alert").first).to_contain_text("body /then/status")
    bold.get_by_role("button", name="Clear fault 1").click()
    expect(bold.locator("#faults")).to_have_text("No fault is planned.")
    assert http.get("/api/agents").status_code == 200


def test_settings_schedule_and_namespaces(bold: Page, server: Server, http: httpx.Client) -> None:
    """Strictness and personas are set, plans forgotten, namespaces dropped."""
    http.post(
        "/_understudy/schedule", json={"in": "PT5M", "request": {"method": "GET", "path": "/a"}}
    )
    httpx.get(f"{server.url}/_ns/to-be-dropped/api/agents")
    visit(bold, http, "controls")
    bold.get_by_label("Strict").check()
    bold.get_by_label("Persona of eliza").select_option("1.7")
    bold.get_by_role("button", name="Forget plan 1").click()
    expect(bold.locator("#schedule")).to_contain_text("No request is planned.")
    expect(bold.get_by_label("Persona of eliza")).to_have_value("1.7")
    assert http.get("/_understudy/settings").json() == {
        "personas": {"eliza": "1.7"},
        "strict": True,
    }
    other = bold.get_by_role("link", name="to-be-dropped")
    expect(other).to_have_attribute("href", f"/{CONSOLE}?namespace=to-be-dropped")
    bold.get_by_role("button", name="Drop to-be-dropped").click()
    expect(bold.locator("#namespaces")).not_to_contain_text("to-be-dropped")
    assert "to-be-dropped" not in http.get("/_understudy/namespaces").text
    bold.goto(f"{server.url}/{CONSOLE}controls?namespace=left")
    bold.get_by_role("button", name="Drop left").click()
    expect(bold).to_have_url(f"{server.url}/{CONSOLE}controls")
    assert '"left"' not in http.get("/_understudy/namespaces").text


def test_a_record_is_edited(bold: Page, http: httpx.Client) -> None:
    """What is wrong with it is told at its place; what is right is what the API then answers."""
    http.post(USERS, json={"user_id": "ann", "first_name": "An", "metadata": {"n": 2**53 + 1}})
    before = http.get("/_understudy/state").json()
    visit(bold, http, "state")
    bold.locator("summary", has_text="users (1)").click()
    bold.get_by_role("button", name="Edit users ann").click()
    field = bold.get_by_label("Record, as JSON")
    record = json.loads(field.input_value())
    save = bold.get_by_role("button", name="Save")
    field.fill("{")
    save.click()
    wrong = bold.locator("#edit [role=alert]")
    expect(wrong).to_contain_text("JSON")
    field.fill("[]")
    save.click()
    expect(wrong).to_contain_text("/apis/zep/test/users/records/ann")
    expect(wrong.locator(".row.wrong mark")).to_have_text("[]")
    field.fill(json.dumps(record | {"id": [], "first_name": "Ann"}, indent=1))
    save.click()
    expect(wrong.locator(".row.wrong mark")).to_contain_text('"id": []')
    field.fill(json.dumps(record | {"first_name": "Ann"}))
    save.click()
    expect(bold.locator("#edit")).to_be_hidden()
    assert http.get(f"{USERS}/ann").json()["first_name"] == "Ann"
    after = http.get("/_understudy/state").json()
    before["apis"]["zep"]["test"]["users"]["records"]["ann"]["first_name"] = "Ann"
    assert after["apis"] == before["apis"]


def test_state_is_remembered_and_forgotten(bold: Page, http: httpx.Client) -> None:
    """Snapshots are taken, restored and deleted; records made and deleted; the namespace reset."""
    http.post(USERS, json={"user_id": "ann"})
    visit(bold, http, "state")
    bold.get_by_label("Name", exact=True).fill("base")
    bold.get_by_role("button", name="Take").click()
    expect(bold.locator("#snapshots")).to_contain_text("1 users of zep")
    bold.locator("summary", has_text="users (1)").click()
    bold.get_by_role("button", name="Edit users ann").click()
    bold.get_by_role("button", name="Delete", exact=True).click()
    expect(bold.locator("summary", has_text="users (0)")).to_be_visible()
    assert http.get(f"{USERS}/ann").status_code == 404
    bold.get_by_role("button", name="New record of users").click()
    bold.get_by_label("Key").fill("__proto__")
    bold.get_by_role("button", name="Save").click()
    expect(bold.get_by_role("button", name="Edit users __proto__")).to_be_visible()
    bold.get_by_role("button", name="Restore base").click()
    expect(bold.get_by_role("button", name="Edit users ann")).to_be_visible()
    assert http.get(f"{USERS}/ann").status_code == 200
    bold.get_by_role("button", name="Delete base").click()
    expect(bold.locator("#snapshots")).to_have_text("No state is remembered.")
    bold.get_by_label("Seed").fill("42")
    bold.get_by_role("button", name="Reset the namespace").click()
    expect(bold.locator("#summary")).to_contain_text("0 records; seed 42")
