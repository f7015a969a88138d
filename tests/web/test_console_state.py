"""The state page of the console in a real browser: records, files and snapshots."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.support.axe import problems
from tests.support.consoles import USERS, redrawn, visit

STATE = "/_understudy/state"
ELIZA = "11111111-1111-4111-8111-111111111111"


def users(http: httpx.Client) -> dict[str, Any]:
    """Return the stored users of the tenant `test`."""
    records: dict[str, Any] = http.get(STATE).json()["apis"]["zep"]["test"]["users"]["records"]
    return records


def open_record(page: Page, collection: str, key: str) -> Locator:
    """Open a collection if it is closed, and edit a record of it; return the dialog."""
    edit = page.get_by_role("button", name=f"Edit {collection} {key}", exact=True)
    if not edit.is_visible():
        page.locator("summary", has_text=re.compile(rf"^{collection} \(\d")).first.click()
    edit.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text(f"{collection} {key}")
    return dialog


def save(page: Page) -> None:
    """Save the record, and wait until the page shows it."""
    with redrawn(page, "#tree", "#snapshots"):
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def field(dialog: Locator, name: str) -> Locator:
    """Return the input of a field."""
    return dialog.get_by_label(name, exact=True)


def test_record_is_edited_in_a_form(confirming_page: Page, http: httpx.Client) -> None:
    """Each field says what is wrong with it; what another one has written meanwhile is kept."""
    page = confirming_page
    http.post(USERS, json={"user_id": "ann", "first_name": "An", "metadata": {"n": 2**53 + 1}})
    before = http.get(STATE).json()["apis"]
    visit(page, http, "state")
    dialog = open_record(page, "users", "ann")
    field(dialog, "first_name").fill("Ann")
    dialog.get_by_label("Field to add").select_option("email")
    dialog.get_by_role("button", name="Add the field").click()
    field(dialog, "null for email").uncheck()
    field(dialog, "email").fill("ann@example.org")
    save(page)
    before["zep"]["test"]["users"]["records"]["ann"] |= {
        "first_name": "Ann",
        "email": "ann@example.org",
    }
    assert http.get(STATE).json()["apis"]["zep"] == before["zep"]
    dialog = open_record(page, "users", "ann")
    created = dialog.get_by_label("created_at required")
    created.fill("then")
    field(dialog, "id").fill("seven")
    dialog.get_by_role("button", name="Save").click()
    expect(field(dialog, "id")).to_have_accessible_description("is not a number")
    field(dialog, "id").fill("7")
    dialog.get_by_role("button", name="Save").click()
    expect(created).to_have_attribute("aria-invalid", "true")
    expect(created).to_have_accessible_description(re.compile('"then" is not a "date-time"'))
    assert users(http)["ann"]["created_at"] != "then"
    http.patch(f"{USERS}/ann", json={"last_name": "Lee"})
    created.fill("2026-01-01T00:00:00Z")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else has changed the record")
    dialog.get_by_role("button", name="Load it as it is now").click()
    expect(field(dialog, "last_name")).to_have_value("Lee")
    field(dialog, "first_name").fill("Anna")
    http.delete(f"{USERS}/ann")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else has deleted the record")
    dialog.get_by_role("button", name="Overwrite it").click()
    expect(dialog).to_be_hidden()
    shown = http.get(f"{USERS}/ann").json()
    assert (shown["first_name"], shown["last_name"]) == ("Anna", "Lee")


def test_record_is_edited_as_json(page: Page, http: httpx.Client) -> None:
    """Violations are at their lines; the form and the text show the same record."""
    http.get("/api/agents")
    visit(page, http, "state")
    dialog = open_record(page, "agents", ELIZA)
    agent = dialog.get_by_role("group", name="agent required")
    agent.get_by_label("status required").select_option("inactive")
    agent.get_by_role("button", name="Remove server_id").click()
    agent.get_by_label("Field to add").select_option("server_id")
    agent.get_by_role("button", name="Add the field").click()
    assert problems(page) == {}
    dialog.get_by_label("Edit as JSON").check()
    text = dialog.get_by_label("Record, as JSON")
    record = json.loads(text.input_value())
    assert record["agent"]["status"] == "inactive"
    alert = dialog.get_by_role("alert")
    for wrong, line in (("{", None), ("[]", "[]"), ('{"agent": 7, "place": "x"}', '"agent": 7')):
        text.fill(wrong)
        dialog.get_by_role("button", name="Save").click()
        if line is None:
            expect(alert).to_contain_text("JSON")
        else:
            expect(alert.locator(".row.wrong mark")).to_contain_text(line)
    record["agent"]["system"] = "Be\nbrief."
    text.fill(json.dumps(record))
    dialog.get_by_label("Edit as JSON").uncheck()
    expect(agent.get_by_label("system required")).to_have_value("Be\nbrief.")
    save(page)
    assert http.get(f"/api/agents/{ELIZA}").json()["data"]["system"] == "Be\nbrief."


#: Schemas with records: the form must show each, and return it as it was.
ODD_RECORDS: list[tuple[Any, Any]] = [
    (None, {"a": "x\ny", "b": 1.5, "c": None, "d": [1, {"e": []}], "f": {}, "g": True}),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, {"__proto__": "x", "": 0}),
    ({"properties": {"a": {"enum": ["x", 1, None]}, "b": {"const": 3}}}, {"a": None, "b": 3}),
    ({"properties": {"a": {"enum": ["x"]}, "b": {"type": "boolean"}}}, {"a": "other", "b": "yes"}),
    ({"properties": {"a": {"type": ["string", "null"]}, "b": {"type": "string"}}}, {"b": None}),
    (
        {"properties": {"a": {"type": "array", "items": {"type": "array", "items": {}}}}},
        {"a": [[1]]},
    ),
    (
        {
            "$defs": {
                "t": {"properties": {"t": {"anyOf": [{"$ref": "#/$defs/t"}, {"type": "null"}]}}}
            },
            "$ref": "#/$defs/t",
        },
        {"t": {"t": {"t": {"t": {"t": {"t": {"t": None}}}}}}},
    ),
    (
        {"properties": {"a": {"type": "integer", "minimum": -(2**63), "enum": [1, 2**63 + 1]}}},
        {"a": 2**63 + 1},
    ),
    ({"properties": "odd", "required": 7, "anyOf": [True, {"type": "object"}]}, {"a": {"b": 1}}),
]

_ROUND_TRIPS = """async ([address, records]) => {
  const { schemaForm } = await import(address);
  const { parse } = await import(address.replace("schema_form", "control_api"));
  const read = (each) => schemaForm(...each.map(parse)).read();
  return records.map((each) => JSON.stringify(read(each)));
}"""


def test_form_keeps_what_it_does_not_know(page: Page, http: httpx.Client) -> None:
    """Whatever the schema says, and however deep a record is."""
    visit(page, http, "state")
    form = f"{http.base_url}_understudy/static/console/schema_form.js"
    records = [[json.dumps(schema), json.dumps(record)] for schema, record in ODD_RECORDS]
    read = page.evaluate(_ROUND_TRIPS, [form, records])
    assert [json.loads(text) for text in read] == [record for _, record in ODD_RECORDS]


def test_records_are_found_paged_added_and_deleted(
    confirming_page: Page, http: httpx.Client
) -> None:
    """The table has the fields that say most about a record."""
    page = confirming_page
    http.post(USERS, json={"user_id": "u0", "email": "u0@example.org"})
    first = users(http)["u0"]
    copies = {
        f"u{n}": {**first, "user_id": f"u{n}", "email": f"u{n}@example.org", "uuid": uuid(n)}
        for n in range(120)
    }
    http.put(STATE, json={"apis": {"zep": {"test": {"users": {"records": copies}}}}})
    visit(page, http, "state")
    page.get_by_text("users (120)", exact=True).click()
    table = page.get_by_role("group", name="Records of users")
    heads = table.get_by_role("columnheader")
    expect(heads.nth(1)).to_have_text("email")
    expect(heads).not_to_contain_text(["uuid"])
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Next page of users").click()
    page.get_by_role("button", name="Next page of users").click()
    expect(rows).to_have_count(20)
    expect(rows.last).to_contain_text("u119@example.org")
    http.post(USERS, json={"user_id": "u120"})
    page.get_by_role("button", name="Load them again").click()
    expect(page.get_by_text("users (121)", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Load them again")).to_be_hidden()
    http.delete(f"{USERS}/u120")
    page.get_by_role("button", name="Load them again").click()
    expect(rows).to_have_count(50)
    search = page.get_by_role("searchbox", name="Search the records")
    search.fill("U11@EXAMPLE")
    expect(rows).to_have_count(1)
    expect(page.locator("#matches")).to_have_text("1 record found")
    with redrawn(page, "#tree", "#snapshots"):
        page.get_by_role("button", name="Delete users u11", exact=True).click()
    expect(page.locator("#matches")).to_have_text("No record has this text.")
    search.fill("")
    expect(page.get_by_text("users (119)", exact=True)).to_be_visible()
    assert "u11" not in users(http)
    page.get_by_role("button", name="New record of users").click()
    dialog = page.get_by_role("dialog")
    expect(field(dialog, "first_name")).not_to_have_value("")  # an example with all fields
    dialog.get_by_label("user_id required").fill("u1")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is a record of this key already")
    dialog.get_by_label("user_id required").fill("__proto__")
    save(page)
    search.fill("__proto__")
    expect(rows).to_have_count(1)
    assert users(http)["__proto__"]["user_id"] == "__proto__"


def uuid(number: int) -> str:
    """Return a UUID that ends in a number."""
    return f"00000000-0000-4000-8000-{number:012}"


def test_state_is_saved_imported_and_compared(confirming_page: Page, http: httpx.Client) -> None:
    """A file that does not fit changes nothing; a reset deletes all."""
    page = confirming_page
    http.get("/api/agents")
    for name in ("ann", "bob"):
        http.post(USERS, json={"user_id": name})
    visit(page, http, "state")
    expect(page.locator("#snapshots")).to_have_text("No snapshots.")
    page.get_by_label("Name", exact=True).fill("base")
    page.get_by_role("button", name="Take a snapshot").click()
    expect(page.locator("#snapshots")).to_contain_text("2 users of zep")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the state").click()
    assert saved.value.suggested_filename.endswith(".state.json")
    state = json.loads(Path(saved.value.path()).read_text())
    assert state["apis"]["zep"] == http.get(STATE).json()["apis"]["zep"]
    http.patch(f"{USERS}/ann", json={"email": "ann@example.org", "metadata": {"a": {"b": 1}}})
    http.delete(f"{USERS}/bob")
    http.post(USERS, json={"user_id": "eve"})
    page.get_by_role("button", name="Compare with now: base").click()
    compared = page.get_by_role("region", name="Differences")
    of_users = compared.locator("section", has=page.get_by_role("heading", name="users of zep"))
    expect(of_users).to_contain_text("1 added, 1 removed, 1 changed")
    of_users.locator("summary", has_text="ann").click()
    fields = of_users.get_by_role("row")
    expect(fields.filter(has_text="email")).to_contain_text("ann@example.org")
    of_users.locator("summary", has_text="bob").click()
    expect(of_users.locator("pre")).to_contain_text('"user_id": "bob"')
    assert problems(page) == {}
    wrong = {"apis": {"zep": {"test": {"users": {"records": {"ann": {"user_id": "<b>"}}}}}}}
    upload(page, wrong)
    alert = page.locator("#file-error")
    expect(alert).to_contain_text("/apis/zep/test/users/records/ann")
    expect(alert.locator(".row.wrong mark")).to_have_count(2)
    with redrawn(page, "#tree", "#snapshots"):
        upload(page, state)
    expect(alert).to_be_empty()
    assert users(http).keys() == {"ann", "bob"}
    assert http.get(f"{USERS}/ann").json().get("email") is None
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(compared).to_have_text("The records are the same.")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download base").click()
    assert json.loads(Path(saved.value.path()).read_text())["apis"].keys() == {"eliza", "zep"}
    http.delete(f"{USERS}/ann")
    with redrawn(page, "#tree", "#snapshots"):
        page.get_by_role("button", name="Restore base").click()
    assert http.get(f"{USERS}/ann").status_code == 200
    page.get_by_role("button", name="Delete base").click()
    expect(page.locator("#snapshots")).to_have_text("No snapshots.")
    page.get_by_label("Seed").fill("42")
    page.get_by_role("button", name="Reset the namespace").click()
    expect(page.locator("#summary")).to_contain_text("records; seed: 42")
    assert http.get(f"{USERS}/ann").status_code == 404


def upload(page: Page, state: Any) -> None:
    """Import a state from a file."""
    content = json.dumps(state).encode()
    file = {"name": "my.json", "mimeType": "application/json", "buffer": content}
    page.get_by_label("Import a state from a file").set_input_files(file)  # type: ignore[arg-type]
