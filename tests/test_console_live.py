"""The console in a real browser: what happens is seen, and changed, as it happens."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import opened
from playwright.sync_api import Browser, Locator, Page, expect
from support import ROOT, Server, running

from understudy.client import Double, SideDoor

with warnings.catch_warnings():
    # The module declares its fields in a way that Pydantic 2 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from zep_cloud.client import Zep

CONSOLE = "_understudy/console/"
USERS = "/api/v2/users"
AXE = ROOT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("", "exchange", "state", "controls")


@pytest.fixture
def bold(page: Page) -> Page:
    """A page on which every question is answered with yes."""
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def serious_faults(page: Page, *rules: str) -> list[str]:
    """What axe-core has against a page that would keep somebody from using it, by these rules or
    all of them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # not by a script tag, which the page's policy forbids
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{each['id']}: {node['html']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def visit(page: Page, http: httpx.Client, where: str = "") -> None:
    """Open a page of the console of the client's namespace."""
    page.goto(f"{http.base_url}{CONSOLE}{where}")


def rows(page: Page) -> Locator:
    """The exchanges in the journal."""
    return page.locator("#journal tbody tr")


def number(http: httpx.Client) -> int:
    """The number of the last exchange."""
    told: int = http.get("/_understudy/requests?limit=1").json()["requests"][0]["number"]
    return told


def test_an_ended_session_arrives_in_the_journal(page: Page, http: httpx.Client) -> None:
    """While one looks, by Zep's own client; newest on top, and said to who listens."""
    visit(page, http)
    expect(page.locator("#summary")).to_have_text("Live: 0 exchanges, 0 against the contract")
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


def test_the_journal_of_all_namespaces_is_filtered(
    bold: Page, server: Server, http: httpx.Client
) -> None:
    """By what the address says, which follows the fields and survives being sent to somebody."""
    own = str(http.base_url).rstrip("/").rpartition("/")[2]
    for user in ("ann", 7, "bob"):
        http.post(USERS, json={"user_id": user})
    http.get("/api/agents")
    bold.goto(f"{server.url}/{CONSOLE}?operation=addUser&verdict=broken")
    expect(rows(bold).filter(has_text=own)).to_have_count(1)
    expect(rows(bold).first.locator(".cell-status")).to_have_text("400")
    bold.get_by_label("Namespace").select_option(own)
    expect(bold).to_have_url(re.compile(f"namespace={own}"))
    expect(bold.locator("#summary")).to_contain_text("1 exchange")
    bold.get_by_label("Verdict").select_option("")
    expect(rows(bold)).to_have_count(3)
    bold.get_by_label("Operation").fill("listAgents")
    expect(rows(bold)).to_have_count(1)
    assert f"operation=listAgents&namespace={own}" in bold.url.replace("path=&", "")
    bold.reload()
    expect(bold.get_by_label("Operation")).to_have_value("listAgents")
    expect(rows(bold)).to_have_count(1)
    bold.get_by_label("Operation").fill("getZoo")
    expect(bold.get_by_role("alert").first).to_contain_text("there is no operation 'getZoo'")


def test_the_keyboard_is_enough(page: Page, http: httpx.Client) -> None:
    """Down and up, p holds the journal, and what came meanwhile is there afterwards."""
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


def test_what_breaks_the_contract_is_marked_at_its_place(page: Page, http: httpx.Client) -> None:
    """At the line of the body, with the reason beside it; what is missing at what lacks it."""
    body = {"user_id": "ann", "metadata": {"a/b": 1}, "email": 7, "fist_name": "Ann"}
    http.post(f"{USERS}?dry=1", json=body)
    visit(page, http)
    rows(page).first.get_by_role("link").click()
    marked = page.locator(".json .row:is(.wrong, .odd)")
    expect(marked.locator("mark")).to_have_text(['"email": 7,', '"fist_name": "Ann"'])
    expect(page.locator(".json .row.odd .why")).to_have_text("is no field of this body")
    expect(marked.locator(".why").first).to_contain_text("7 is not of type")
    expect(page.locator("td .why")).to_have_text(re.compile(".+"))
    expect(page.locator("tr", has_text="authorization")).to_contain_text("***")
    http.post(USERS, content=b"[]", headers={"Content-Type": "application/json"})
    visit(page, http, f"exchange?number={number(http)}")
    expect(page.locator(".json .row.wrong mark")).to_have_text("[]")
    reference = page.get_by_role("link", name="zep addUser").get_attribute("href")
    assert http.get(f"{str(http.base_url).split('/_ns')[0]}{reference}").status_code == 302
    page.get_by_role("link", name="zep addUser").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("addUser")


def test_an_exchange_is_copied_in_each_form(page: Page, server: Server, http: httpx.Client) -> None:
    """As curl, as an archive, and as a test that passes as it stands."""
    http.post(USERS, json={"user_id": 7})
    visit(page, http, f"exchange?number={number(http)}")
    text = page.locator("#text")
    page.get_by_role("button", name="Copy as curl").click()
    expect(text).to_contain_text("curl -X POST http://")
    page.get_by_role("button", name="Copy as HAR").click()
    expect(text).to_contain_text('"log"')
    assert json.loads(text.inner_text())["log"]["entries"][0]["response"]["status"] == 400
    page.get_by_role("button", name="Copy as a pytest test").click()
    expect(text).to_contain_text("assert answer.status_code == 400")
    known: dict[str, Any] = {}
    exec(text.inner_text(), known)  # noqa: S102 (ourselves; test_watching lets pytest run it)
    with SideDoor(server.url, "copied") as door:
        known["test_add_user_answers_400"](Double(door, "zep", "/api/v2"))
        assert door.requests()[0].request.body == {"user_id": 7}


def test_a_server_that_begins_again(browser: Browser) -> None:
    """What one before it kept is shown no more, for its numbers lead to other exchanges now."""
    with running() as server:
        port = server.url.rpartition(":")[2]
        with opened(browser, server.url, lost=True) as page:
            for path in ("/a", "/b"):
                httpx.get(server.url + path)
            page.goto(f"{server.url}/{CONSOLE}")
            expect(rows(page)).to_have_count(2)
            server.process.terminate()
            expect(page.locator("#summary")).to_contain_text("does not answer")
            with running("--port", port) as again:
                httpx.get(f"{again.url}/c")
                expect(rows(page)).to_have_count(1)
                expect(rows(page).first).to_contain_text("/c")
                expect(page.locator("#summary")).to_contain_text("Live: 1 exchange,")
                page.goto("about:blank")


def test_an_exchange_that_is_gone(page: Page, http: httpx.Client) -> None:
    """The page says so."""
    visit(page, http, "exchange?number=999999999")
    expect(page.get_by_role("alert").first).to_contain_text("keeps no exchange 999999999 any more")


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


def test_the_token_is_asked_for(browser: Browser) -> None:
    """Once in a tab; the stream carries it too."""
    with running("--token", "sesame") as server, opened(browser, server.url) as page:
        page.goto(f"{server.url}/{CONSOLE}")
        page.get_by_label("The token").fill("sesam")
        page.get_by_role("button", name="Use it").click()
        expect(page.get_by_role("alert").first).to_contain_text("needs the token")
        page.get_by_label("The token").fill("sesame")
        page.get_by_role("button", name="Use it").click()
        expect(page.locator("#summary")).to_contain_text("Live")
        httpx.get(f"{server.url}/api/agents")
        expect(rows(page)).to_have_count(1)
        page.goto(f"{server.url}/{CONSOLE}state")
        expect(page.locator("#tree")).to_contain_text("API eliza")


EVIL = (
    "<img/src=x/onerror=window.pwned=1>",
    '"><script>window.pwned=1</script>',
    "javascript:window.pwned=1",
    "'-alert(1)-'{{7*7}}${7*7}",
)


def plant(http: httpx.Client) -> list[int]:
    """Markup in every field that a client or a test may write; the numbers of the exchanges."""
    for evil in EVIL:
        key = {"Authorization": f"Api-Key {evil}", "X-Evil": evil, "User-Agent": evil}
        body: dict[str, Any] = {"user_id": evil, "first_name": evil, "metadata": {evil: evil}}
        http.post(USERS, json=body, headers=key)
        http.post(USERS, json={"user_id": [evil], evil: evil}, params={evil: evil}, headers=key)
        http.post(USERS, content=evil, headers={"Content-Type": evil})
        http.request("PURGE", f"/nowhere/{evil}", params={"a": evil})
        fault = {"status": 500, "body": {"message": evil}, "headers": {"X-Evil": evil}}
        when = {"path": f"*{evil}*", "headers": {evil: evil}}
        http.post("/_understudy/faults", json={"when": when, "then": fault, "seed": evil})
        http.post("/_understudy/faults", json={"then": fault})
        http.get("/api/agents")
        request = {"method": "POST", "path": f"/{evil}", "headers": {"X-Evil": evil}, "body": evil}
        http.post("/_understudy/schedule", json={"in": "PT5M", "request": request})
        http.post(
            "/_understudy/schedule", json={"after": {"when": {"path": evil}}, "request": request}
        )
    state = http.get("/_understudy/state").json()
    http.put("/_understudy/state", json={"seed": EVIL[0], "apis": state["apis"]})
    return [one["number"] for one in http.get("/_understudy/requests").json()["requests"]]


def test_nothing_that_is_said_becomes_markup(bold: Page, http: httpx.Client) -> None:
    """Whatever is planted, wherever it shows: it is text, and no policy had to stop it."""
    dialogs: list[str] = []
    bold.on("dialog", lambda dialog: dialogs.append(dialog.message))
    numbers = plant(http)
    odd = httpx.QueryParams({"operation": EVIL[0], "path": EVIL[1], "number": EVIL[1]})
    visits = ["", f"?{odd}", f"exchange?{odd}", "state", "controls"]
    visits += [f"exchange?number={number}" for number in numbers[:5]]
    for where in visits:
        visit(bold, http, where)
        bold.wait_for_load_state("networkidle" if where in ("state",) else "load")
        if where == "":
            expect(rows(bold)).to_have_count(len(numbers))
            expect(bold.locator("#journal")).to_contain_text("PURGE")
        elif where == "state":
            for evil in EVIL:
                expect(bold.locator("summary", has_text=f"Project {evil}")).to_be_visible()
            for each in bold.locator("summary", has_text="users (1)").all():
                each.click()
            bold.get_by_role("button", name=f"Edit users {EVIL[0]}").click()
            expect(bold.locator("#editing")).to_have_text(f"users {EVIL[0]}")
        elif where == "controls":
            expect(bold.locator("#faults")).to_contain_text("onerror")
            expect(bold.locator("#schedule")).to_contain_text("onerror")
        elif where.startswith("exchange?n"):
            expect(bold.get_by_role("heading", name="Response")).to_be_visible()
        else:
            expect(bold.get_by_role("alert").first).not_to_be_empty()
        untouched(bold)
    bold.goto(
        f"{str(http.base_url).split('/_ns')[0]}/{CONSOLE}?{httpx.QueryParams(namespace=EVIL[1])}"
    )
    expect(bold.get_by_role("alert").first).to_contain_text("<script>window.pwned=1</script>")
    untouched(bold)
    assert dialogs == []


def untouched(page: Page) -> None:
    """Nothing ran, and nothing is there that no page of ours has."""
    assert page.evaluate("window.pwned") is None
    assert (
        page.locator("img, iframe, script:not([src]), [onerror], a[href^=javascript]").count() == 0
    )


def test_everybody_can_use_it(page: Page, http: httpx.Client, tmp_path: Path) -> None:
    """axe-core finds nothing serious, in light and in dark; a phone has no need to scroll aside."""
    if not AXE.is_file():
        pytest.skip("no axe-core: run scripts/clients")
    http.post(f"{USERS}?dry=1", json={"user_id": 7})
    http.post(USERS, json={"user_id": "ann"})
    http.put("/_understudy/snapshots/base")
    http.post("/_understudy/faults", json={"then": {"status": 500}})
    broken = number(http) - 1
    for where in PAGES:
        visit(page, http, f"{where}?number={broken}" if where == "exchange" else where)
        filled = "#journal tbody tr, .facts, #tree summary, #faults td"
        expect(page.locator(filled).first).to_be_visible()
        assert serious_faults(page) == [], where
        page.emulate_media(color_scheme="dark")
        assert serious_faults(page, "color-contrast") == [], where
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.screenshot(path=tmp_path / f"{where or 'journal'}-{width}.png", full_page=True)
            wide = "document.documentElement.scrollWidth"
            assert page.evaluate(wide) <= width, where
        page.emulate_media(color_scheme="light")


@pytest.mark.parametrize(
    "where", [*(f"{CONSOLE}{page}" for page in PAGES), "", "_understudy/docs/zep/"]
)
def test_pages_run_no_script_but_the_servers_own(http: httpx.Client, where: str) -> None:
    """And are framed by nobody; Swagger UI's page alone has scripts in it."""
    answer = http.get(f"/{where}")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("unsafe-inline" in policy) is ("docs" in where)
