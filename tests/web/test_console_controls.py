"""The console in a real browser: faults, clock, settings, actions and namespaces."""

from __future__ import annotations

import json
import re

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.support.axe import problems
from tests.support.consoles import CONSOLE, USERS, last_number, redrawn, visit
from tests.support.server import Server


def faults_of(http: httpx.Client) -> list[dict[str, object]]:
    """Return the fault rules of the namespace."""
    rules: list[dict[str, object]] = http.get("/_understudy/faults").json()
    return rules


def why(form: Locator, label: str) -> Locator:
    """Return what is said to be wrong with a field, which is marked so."""
    field = form.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    return (
        form.locator(".field").filter(has=form.page.get_by_label(label, exact=True)).locator(".why")
    )


def new_fault(page: Page, http: httpx.Client) -> tuple[Locator, Locator]:
    """Open the page of faults; return the form for a new one, and its button."""
    visit(page, http, "faults")
    form = page.locator("#new-fault")
    return form, form.get_by_role("button", name="Add the fault")


def test_faults_are_planned_from_parts(confirming_page: Page, http: httpx.Client) -> None:
    """The form completes names, shows what it sends, and offers all that the control API plans."""
    page = confirming_page
    form, add = new_fault(page, http)
    expect(page.locator("#operations option[value=getHello]")).to_have_attribute(
        "label", "GET /api/server/hello (eliza)"
    )
    form.locator("[name='/when/api']").select_option("zep")
    expect(page.locator("#operations option[value=getHello]")).to_have_count(0)
    form.locator("[name='/when/api']").select_option("")
    form.get_by_label("Operation", exact=True).fill("getHello")
    expect(form.locator(".about-operation")).to_contain_text(
        "GET /api/server/hello of eliza: Greet"
    )
    expect(page.locator("#statuses option")).to_have_count(3)
    form.get_by_label("Times").fill("always")
    form.get_by_label("Status", exact=True).fill("503")
    form.get_by_label("Body, as JSON").fill('{"message": "oops"}')
    form.get_by_text("What will be sent").first.click()
    sent = {
        "when": {"operation": "getHello"},
        "times": None,
        "then": {"status": 503, "body": {"message": "oops"}},
    }
    assert json.loads(form.locator(".preview").inner_text()) == sent
    add.click()
    row = page.locator("#faults tbody tr").first
    expect(row).to_contain_text('{"operation":"getHello"}')
    response = http.get("/api/server/hello")
    assert (response.status_code, response.json()) == (503, {"message": "oops"})
    expect(row.locator("td").nth(4)).to_have_text("1")


def test_faults_have_sequences_matchers_and_delays(
    confirming_page: Page, http: httpx.Client
) -> None:
    """All that the control API plans, by fields; a rule is copied into the form."""
    page = confirming_page
    form, add = new_fault(page, http)
    form.get_by_label("Action").select_option("sequence")
    form.get_by_role("button", name="Add a response", exact=True).click()
    form.get_by_role("button", name="Add a response", exact=True).click()
    form.locator(".row-of-form").first.get_by_label("Status").fill("500")
    form.get_by_text("Query, headers and body").click()
    form.get_by_role("button", name="Add a query parameter").click()
    form.locator(".pair").get_by_label("Name").fill("__proto__")
    form.locator(".pair").get_by_label("Value").fill('{"$regex": "^a"}')
    form.get_by_text("Headers, delay and damage").click()
    form.get_by_role("button", name="Add a response header").click()
    form.locator(".pair").last.get_by_label("Name").fill("Retry-After")
    form.locator(".pair").last.get_by_label("Value").fill("5")
    form.locator("[data-cases=delay]").select_option("lognormal")
    form.get_by_label("Median, seconds").fill("0.2")
    form.get_by_label("Sigma").fill("0.5")
    form.get_by_label("Seed of the probability").fill("7")
    add.click()
    expect(page.locator("#faults tbody")).to_contain_text("lognormal")
    (rule,) = faults_of(http)
    assert rule["when"] == {"query": {"__proto__": {"$regex": "^a"}}}
    assert rule["then"] == {
        "responses": [{"status": 500}, {}],
        "headers": {"Retry-After": "5"},
        "delay": {"lognormal": {"median": 0.2, "sigma": 0.5}},
    }
    assert (rule["times"], rule["seed"]) == (None, "7")
    expect(form.locator(".pair")).to_have_count(0)  # the form is empty again
    page.get_by_role("button", name=re.compile("^Copy fault")).click()
    form.get_by_role("button", name="Add the fault").click()
    expect(page.locator("#faults tbody tr")).to_have_count(3)  # two rules, and the button for all
    first, second = faults_of(http)
    assert first | {"id": ""} == second | {"id": ""}
    page.get_by_role("button", name="Remove all").click()
    expect(page.locator("#faults")).to_have_text("No faults.")


def test_examples_of_faults_are_planned_as_they_are(
    confirming_page: Page, http: httpx.Client
) -> None:
    """Each fills the form with what the control API takes."""
    page = confirming_page
    _, add = new_fault(page, http)
    presets = page.get_by_role("group", name="Examples").get_by_role("button").all()
    for number, preset in enumerate(presets, start=1):
        preset.click()
        add.click()
        removals = page.get_by_role("button", name=re.compile("^Remove fault"))
        expect(removals).to_have_count(number)
    assert len(faults_of(http)) == len(presets) == 7


def test_faults_show_errors_at_their_fields(confirming_page: Page, http: httpx.Client) -> None:
    """What was typed stays; the rest of the errors is below the form."""
    page = confirming_page
    form, add = new_fault(page, http)
    add.click()
    expect(why(form, "Status")).to_contain_text("Say what happens")
    form.get_by_label("Operation", exact=True).fill("getHelo")
    form.get_by_label("Status", exact=True).fill("503")
    add.click()
    expect(why(form, "Operation")).to_contain_text("did you mean 'getHello'?")
    expect(form.get_by_label("Operation", exact=True)).to_be_focused()
    form.get_by_label("Operation", exact=True).fill("getHello")
    form.get_by_label("Status", exact=True).fill("99")
    form.get_by_label("Times").fill("often")
    add.click()
    expect(why(form, "Status")).to_contain_text("99 is less than the minimum of 200")
    expect(why(form, "Times")).to_have_text('"often" is not a number or "always"')
    expect(form.get_by_label("Operation", exact=True)).to_have_value("getHello")
    form.get_by_label("Times").fill("")
    form.get_by_label("Status", exact=True).fill("200")
    form.get_by_label("Body, as JSON").fill("{")
    add.click()
    expect(why(form, "Body, as JSON")).to_contain_text("is not JSON")
    form.get_by_label("Body, as JSON").fill('{"message": 1}')
    add.click()
    expect(why(form, "Body, as JSON").first).to_contain_text("/then/body")
    expect(why(form, "Send also what the contract does not allow")).to_contain_text("Tick this")
    form.get_by_label("Body, as JSON").fill("")
    form.get_by_text("Headers, delay and damage").click()
    form.get_by_role("button", name="Add a response header").click()
    form.locator(".pair").get_by_label("Name").fill("a b")
    add.click()
    expect(form.locator(".pair .why")).to_contain_text("'a b' is not a valid name of a header")
    form.get_by_role("button", name="As JSON").click()
    as_json = form.get_by_label("Body of the request, as JSON")
    expect(as_json).to_have_value(re.compile('"a b": ""'))
    as_json.fill('{"then": {"status": 99, "odd": 1}}')
    add.click()
    expect(form.locator(".row.wrong mark")).to_contain_text(["{", '"status": 99'])
    form.get_by_role("button", name="As JSON").click()
    expect(form.locator(".errors")).to_contain_text("has no fields for some of this")
    as_json.fill('{"when": {"path": {"$regex": "^/x"}}, "then": {"delay": {"uniform": [0, 1]}}}')
    form.get_by_role("button", name="As JSON").click()
    expect(form.get_by_label("Path", exact=True)).to_have_value('{"$regex":"^/x"}')
    expect(form.get_by_label("Longest, seconds")).to_have_value("1")
    add.click()
    expect(page.locator("#faults tbody")).to_contain_text("uniform")

    http.post(USERS, json={"user_id": 7})
    visit(page, http, f"exchange?number={last_number(http)}")
    page.get_by_role("link", name="Plan this response as a fault").click()
    expect(form.get_by_label("Operation", exact=True)).to_have_value("addUser")
    expect(form.get_by_label("Status", exact=True)).to_have_value("400")
    add.click()
    expect(page.locator("#faults tbody")).to_contain_text("addUser")


def test_clock_is_moved(page: Page, http: httpx.Client) -> None:
    """The clock is advanced by buttons and typed durations, frozen, set, and resumed."""
    agent = http.get("/api/agents").json()["data"]["agents"][0]["id"]
    body = {"agentId": agent, "userId": "5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b24"}
    session = http.post("/api/messaging/sessions", json=body).json()["sessionId"]
    visit(page, http, "clock")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="+31 minutes").click()
    expect(page.locator("#now")).to_have_text(re.compile(r"^\d{4}-"))
    assert http.get(f"/api/messaging/sessions/{session}").status_code == 410
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator("#frozen")).to_be_visible()
    page.get_by_label("Go to").fill("2026-01-01T00:00:00Z")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#now")).to_have_text("2026-01-01 00:00:00 UTC")
    page.get_by_label("Advance by").fill("90s")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(page.locator("#now")).to_have_text("2026-01-01 00:01:30 UTC")
    page.get_by_label("Advance by").fill("soon")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(why(page.locator("#advance"), "Advance by")).to_contain_text("'soon' is not a duration")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#frozen")).to_be_hidden()


def test_requests_are_scheduled(page: Page, http: httpx.Client) -> None:
    """At a time, or after others; what is wrong is said at its field."""
    visit(page, http, "clock")
    form = page.locator("#new-request")
    add = form.get_by_role("button", name="Schedule the request")
    add.click()
    expect(why(form, "Path and query")).to_have_text("Write a path, such as /api/users")
    expect(why(form, "Duration")).to_contain_text("Write a duration")
    form.get_by_label("Path and query").fill("api/agents")
    form.get_by_label("Duration", exact=True).fill("5m")
    add.click()
    expect(why(form, "Path and query")).to_contain_text("write it from its first /")
    form.get_by_label("Path and query").fill("/api/agents")
    add.click()
    expect(page.locator("#schedule tbody tr")).to_contain_text(["/api/agents"])
    form.get_by_label("Path and query").fill("/api/v2/users/ann")
    form.get_by_label("Made").select_option("after")
    form.get_by_label("Operation", exact=True).fill("addUsr")
    add.click()
    expect(why(form, "Operation")).to_contain_text("did you mean 'addUser'?")
    form.get_by_label("Operation", exact=True).fill("addUser")
    form.get_by_role("button", name="Add a request header").click()
    form.locator(".pair").get_by_label("Name").fill("Authorization")
    form.locator(".pair").get_by_label("Value").fill("Api-Key test")
    add.click()
    expect(page.locator("#schedule tbody tr")).to_have_count(3)
    http.post(USERS, json={"user_id": "ann"})
    assert http.get(f"{USERS}/ann").status_code == 404
    expect(page.locator("#schedule tbody tr").nth(1).locator("td").nth(3)).to_have_text("200")
    page.get_by_role("button", name="Remove scheduled request 1").click()
    page.get_by_role("button", name="Remove scheduled request 2").click()
    expect(page.locator("#schedule")).to_have_text("No scheduled requests.")


def test_empty_and_unreadable_times_say_what_to_write(page: Page, http: httpx.Client) -> None:
    """Each is at its field; a request after the next of clients needs no number."""
    visit(page, http, "clock")
    page.get_by_label("Go to").fill("noon")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(why(page.locator("#set"), "Go to")).to_contain_text("2026-01-31T12:00:00Z")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(why(page.locator("#advance"), "Advance by")).to_contain_text("Write a duration")
    form = page.locator("#new-request")
    add = form.get_by_role("button", name="Schedule the request")
    add.click()
    expect(why(form, "Path and query")).to_have_text("Write a path, such as /api/users")
    expect(why(form, "Duration")).to_contain_text("Write a duration")
    form.get_by_label("Path and query").fill("/api/agents")
    form.get_by_label("Made").select_option("after")
    add.click()
    expect(page.locator("#schedule tbody tr")).to_contain_text(["after 1 of"])


def test_settings_have_fields_of_their_schemas(page: Page, http: httpx.Client) -> None:
    """What is wrong is said at its field; all are saved together."""
    visit(page, http, "settings")
    expect(page.get_by_label("Persona of eliza")).to_have_value("docs")
    with redrawn(page, "#personas", "#namespaces"):
        page.get_by_label("Strict").check()
    with redrawn(page, "#personas", "#namespaces"):
        page.get_by_label("Persona of eliza").select_option("1.7")
    expect(page.get_by_label("Persona of eliza")).to_have_value("1.7")
    settings = page.locator("form", has_text="Settings of zep").first
    mode = settings.get_by_label("mode required")
    expect(mode.locator("option:checked")).to_have_text("immediate")
    mode.select_option("delayed")
    settings.get_by_label("Field to add").select_option("delay")
    settings.get_by_role("button", name="Add the field").click()
    settings.get_by_label("delay", exact=True).fill("soon")
    settings.get_by_role("button", name="Save").click()
    expect(why(settings, "delay")).to_contain_text('"soon" does not match')
    expect(settings.get_by_label("delay", exact=True)).to_be_focused()
    settings.get_by_role("button", name="Remove delay").click()
    mode.select_option("manual")
    with page.expect_response(lambda response: response.request.method == "PATCH"):
        settings.get_by_role("button", name="Save").click()
    expect(mode.locator("option:checked")).to_have_text("manual")
    values = http.get("/_understudy/settings").json()
    assert values["personas"] == {"eliza": "1.7"}
    assert values["strict"] is True
    assert values["apis"]["zep"]["ingestion"] == {"mode": "manual"}


def test_actions_have_fields_of_their_arguments(page: Page, http: httpx.Client) -> None:
    """Those that stay empty are left out."""
    visit(page, http, "settings")
    expect(page.locator("summary", has_text="eliza replies").locator("code")).to_contain_text(
        ["eliza replies", "text", "thought", "actions"]
    )
    page.locator("summary", has_text="zep plant_fact").click()
    action = page.locator("details", has_text="zep plant_fact").locator("form")
    call = action.get_by_role("button", name="Call plant_fact")
    call.click()
    expect(why(action, "fact required")).to_have_text("is missing")
    http.post(USERS, json={"user_id": "ann"})
    action.get_by_label("fact required").fill("Ann likes tea")
    action.get_by_label("user_id", exact=True).fill("ann")
    action.get_by_label("rating", exact=True).fill("two")
    action.get_by_label("Tenant").fill("test")
    call.click()
    expect(why(action, "rating")).to_have_text("is not a number")
    action.get_by_label("rating", exact=True).fill("")
    call.click()
    expect(action.locator("pre")).to_contain_text('"fact": "Ann likes tea"')
    expect(action.locator("[aria-invalid]")).to_have_count(0)
    assert problems(page) == {}
    page.locator("summary", has_text="zep fail_work").click()
    action = page.locator("details", has_text="zep fail_work").locator("form")
    action.get_by_label("message", exact=True).fill("x" * 1001)
    action.get_by_role("button", name="Call fail_work").click()
    expect(why(action, "message")).to_contain_text("1000 characters")


def test_namespaces_are_made_and_deleted(
    confirming_page: Page, server: Server, http: httpx.Client
) -> None:
    """Each links to its own console."""
    page = confirming_page
    httpx.get(f"{server.url}/_ns/to-be-deleted/api/agents")
    visit(page, http, "settings")
    link = page.get_by_role("link", name="to-be-deleted")
    expect(link).to_have_attribute("href", f"/{CONSOLE}?namespace=to-be-deleted")
    page.get_by_role("button", name="Delete to-be-deleted", exact=True).click()
    expect(page.locator("#namespaces")).not_to_contain_text("to-be-deleted")
    assert "to-be-deleted" not in http.get("/_understudy/namespaces").text
    page.get_by_label("New namespace").fill("left")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("link", name="left")).to_be_visible()
    page.goto(f"{server.url}/{CONSOLE}settings?namespace=left")
    page.get_by_role("button", name="Delete left", exact=True).click()
    expect(page).to_have_url(f"{server.url}/{CONSOLE}settings")
    assert '"left"' not in http.get("/_understudy/namespaces").text


def test_coverage_is_live(page: Page, http: httpx.Client) -> None:
    """It counts operations, statuses, parameters and fields, filters, and is downloaded."""
    http.get(f"{USERS}/nobody")
    visit(page, http, "coverage")
    expect(page.get_by_label("API")).to_have_value("zep")
    total = page.locator("#totals div", has_text="operations").first
    expect(total).to_contain_text("operations1 of 147")
    http.post(USERS, json={"user_id": "ann"})
    http.get("/nowhere")
    expect(total).to_contain_text("operations2 of 147")
    expect(page.locator("#outside")).to_have_text("")
    expect(page.locator("#tags tr", has_text="users").first).to_contain_text("2 of")
    page.get_by_label("Show").select_option("partly")
    rows = page.locator("#operations-covered tbody tr")
    expect(rows).to_have_count(2)
    row = rows.filter(has_text="addUser")
    expect(row).to_contain_text("201 ✓")
    expect(row.get_by_role("link")).to_have_attribute(
        "href", re.compile("reference/zep/.operation=addUser$")
    )
    row.get_by_text("Not touched").click()
    expect(row).to_contain_text("Fields of requests: /")
    http.get(f"{USERS}/ann")
    expect(rows.filter(has_text="getUser")).to_contain_text("2 calls")
    expect(row).to_contain_text("Fields of requests: /")  # it stays open
    page.get_by_label("Show").select_option("uncalled")
    page.get_by_label("Operation", exact=True).fill("deleteUser")
    expect(rows.first).to_contain_text("not called")
    expect(page.locator("#summary")).to_contain_text("The journal has 4 exchanges.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as JSON").click()
    report = json.loads(download.value.path().read_bytes())
    assert report["understudy_coverage"] == 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as HTML").click()
    assert "Contract coverage" in download.value.path().read_text()
