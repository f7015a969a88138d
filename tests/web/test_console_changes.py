"""The console in a real browser: it changes state."""

from __future__ import annotations

import json
import re

import httpx
from playwright.sync_api import Page, expect

from tests.support.consoles import USERS, redrawn, visit


def test_record_is_edited_with_violations_at_their_lines(
    confirming_page: Page, http: httpx.Client
) -> None:
    """A valid record is what the API then returns."""
    http.post(USERS, json={"user_id": "ann", "first_name": "An", "metadata": {"n": 2**53 + 1}})
    before = http.get("/_understudy/state").json()
    visit(confirming_page, http, "state")
    confirming_page.get_by_text("users (1)", exact=True).click()
    confirming_page.get_by_role("button", name="Edit users ann").click()
    field = confirming_page.get_by_label("Record, as JSON")
    record = json.loads(field.input_value())
    save = confirming_page.get_by_role("button", name="Save")
    field.fill("{")
    save.click()
    error = confirming_page.locator("#edit [role=alert]")
    expect(error).to_contain_text("JSON")
    field.fill("[]")
    save.click()
    expect(error).to_contain_text("/apis/zep/test/users/records/ann")
    expect(error.locator(".row.wrong mark")).to_have_text("[]")
    field.fill(json.dumps(record | {"id": [], "first_name": "Ann"}, indent=1))
    save.click()
    expect(error.locator(".row.wrong mark")).to_contain_text('"id": []')
    field.fill(json.dumps(record | {"first_name": "Ann"}))
    save.click()
    expect(confirming_page.locator("#edit")).to_be_hidden()
    assert http.get(f"{USERS}/ann").json()["first_name"] == "Ann"
    after = http.get("/_understudy/state").json()
    before["apis"]["zep"]["test"]["users"]["records"]["ann"]["first_name"] = "Ann"
    assert after["apis"]["zep"] == before["apis"]["zep"]


def test_snapshots_and_records_are_created_and_deleted(
    confirming_page: Page, http: httpx.Client
) -> None:
    """A snapshot is restored, and the namespace reset."""
    ann = http.post(USERS, json={"user_id": "ann"}).json()
    visit(confirming_page, http, "state")
    expect(confirming_page.locator("#snapshots")).to_have_text("No snapshots.")
    confirming_page.get_by_label("Name", exact=True).fill("base")
    confirming_page.get_by_role("button", name="Take").click()
    expect(confirming_page.locator("#snapshots")).to_contain_text("1 users of zep")
    confirming_page.get_by_text("users (1)", exact=True).click()
    confirming_page.get_by_role("button", name="Edit users ann").click()
    with redrawn(confirming_page, "#tree", "#snapshots"):
        confirming_page.get_by_role("button", name="Delete", exact=True).click()
    expect(confirming_page.get_by_text("users (0)", exact=True)).to_be_visible()
    assert http.get(f"{USERS}/ann").status_code == 404
    confirming_page.get_by_role("button", name="New record of users").click()
    record = confirming_page.locator("#record")
    expect(record).to_have_value(re.compile('"first_name": "'))  # an example with all fields
    confirming_page.get_by_label("Key", exact=True).fill("__proto__")
    record.fill(json.dumps(ann | {"user_id": "__proto__"}))
    with redrawn(confirming_page, "#tree", "#snapshots"):
        confirming_page.get_by_role("button", name="Save").click()
    expect(confirming_page.get_by_role("button", name="Edit users __proto__")).to_be_visible()
    with redrawn(confirming_page, "#tree", "#snapshots"):
        confirming_page.get_by_role("button", name="Restore base").click()
    expect(confirming_page.get_by_role("button", name="Edit users ann")).to_be_visible()
    assert http.get(f"{USERS}/ann").status_code == 200
    confirming_page.get_by_role("button", name="Delete base").click()
    expect(confirming_page.locator("#snapshots")).to_have_text("No snapshots.")
    confirming_page.get_by_label("Seed").fill("42")
    confirming_page.get_by_role("button", name="Reset the namespace").click()
    expect(confirming_page.locator("#summary")).to_contain_text("records; seed: 42")
    assert http.get(f"{USERS}/ann").status_code == 404
