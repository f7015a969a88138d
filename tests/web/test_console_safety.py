"""The console is accessible, and data of clients never becomes markup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import opened
from tests.support.consoles import AXE, CONSOLE, PAGES, USERS, last_number, rows, visit
from tests.support.server import running


def test_console_asks_for_the_token(browser: Browser) -> None:
    """Once in a tab; the stream carries it too."""
    with running("--token", "sesame") as server, opened(browser, server.url) as page:
        page.goto(f"{server.url}/{CONSOLE}")
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


EVIL = (
    "<img/src=x/onerror=window.pwned=1>",
    '"><script>window.pwned=1</script>',
    "javascript:window.pwned=1",
    "'-alert(1)-'{{7*7}}${7*7}",
)


def send_markup(http: httpx.Client) -> list[int]:
    """Send markup in every field that clients or tests may write; return the exchanges' numbers."""
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
    return [entry["number"] for entry in http.get("/_understudy/requests").json()["requests"]]


def test_data_of_clients_never_becomes_markup(confirming_page: Page, http: httpx.Client) -> None:
    """It is text wherever it is shown, and no policy had to stop it."""
    dialogs: list[str] = []
    confirming_page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    numbers = send_markup(http)
    odd = httpx.QueryParams({"operation": EVIL[0], "path": EVIL[1], "number": EVIL[1]})
    visits = ["", f"?{odd}", f"exchange?{odd}", "state", "faults", "clock", "settings"]
    visits += ["webhooks", "coverage"]
    visits += [f"exchange?number={number}" for number in numbers[:5]]
    for where in visits:
        visit(confirming_page, http, where)
        confirming_page.wait_for_load_state("networkidle" if where in ("state",) else "load")
        if where == "":
            expect(rows(confirming_page)).to_have_count(len(numbers))
            expect(confirming_page.locator("#journal")).to_contain_text("PURGE")
        elif where == "state":
            for evil in EVIL:
                expect(
                    confirming_page.locator("summary", has_text=f"Tenant {evil}")
                ).to_be_visible()
            for summary in confirming_page.locator("summary", has_text="users (1)").all():
                summary.click()
            confirming_page.get_by_role("button", name=f"Edit users {EVIL[0]}").click()
            expect(confirming_page.locator("#editing")).to_have_text(f"users {EVIL[0]}")
        elif where == "faults":
            expect(confirming_page.locator("#faults")).to_contain_text("onerror")
            confirming_page.get_by_role("button", name="Copy fault 1 to the form").click()
            expect(confirming_page.locator(".pair input").first).to_have_value(EVIL[0])
        elif where == "clock":
            expect(confirming_page.locator("#schedule")).to_contain_text("onerror")
        elif where == "coverage":
            expect(confirming_page.locator("#operations-covered")).to_contain_text("call")
        elif where in ("settings", "webhooks"):
            expect(confirming_page.locator("table tbody tr").first).to_be_visible()
        elif where.startswith("exchange?n"):
            expect(confirming_page.get_by_role("heading", name="Response")).to_be_visible()
        else:
            expect(confirming_page.get_by_role("alert").first).not_to_be_empty()
        assert_no_markup(confirming_page)
    confirming_page.goto(
        f"{str(http.base_url).split('/_ns')[0]}/{CONSOLE}?{httpx.QueryParams(namespace=EVIL[1])}"
    )
    expect(confirming_page.get_by_role("alert").first).to_contain_text(
        "<script>window.pwned=1</script>"
    )
    assert_no_markup(confirming_page)
    assert dialogs == []


def assert_no_markup(page: Page) -> None:
    """Assert that nothing ran, and that the page has only our elements."""
    assert page.evaluate("window.pwned") is None
    assert (
        page.locator("img, iframe, script:not([src]), [onerror], a[href^=javascript]").count() == 0
    )


def serious_issues(page: Page, *rules: str) -> list[str]:
    """Return the serious issues that axe-core finds by these rules, or by all of them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # not by a script tag, which the page's policy forbids
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    results = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{issue['id']}: {node['html']}"
        for issue in results["violations"]
        if issue["impact"] in ("serious", "critical")
        for node in issue["nodes"]
    ]


#: Opens all details of forms, so that their content is checked too.
UNFOLD = "for (const each of document.querySelectorAll('form details')) each.open = true"


def test_console_is_accessible(page: Page, http: httpx.Client, tmp_path: Path) -> None:
    """axe-core finds nothing serious, in light and in dark; no page is wider than a phone."""
    if not AXE.is_file():
        pytest.skip("no axe-core: run scripts/clients")
    http.post(USERS, json={"user_id": "ann"})
    http.post(f"{USERS}?dry=1", json={"user_id": 7})
    http.put("/_understudy/snapshots/base")
    http.post("/_understudy/faults", json={"then": {"status": 500}})
    scheduled = {"in": "5m", "request": {"method": "GET", "path": "/api/agents"}}
    http.post("/_understudy/schedule", json=scheduled)
    invalid = last_number(http)
    for where in PAGES:
        visit(page, http, f"{where}?number={invalid}" if where == "exchange" else where)
        filled = "#journal tbody tr, .facts, #tree summary, main table td"
        expect(page.locator(filled).first).to_be_visible()
        page.evaluate(UNFOLD)
        assert serious_issues(page) == [], where
        page.emulate_media(color_scheme="dark")
        assert serious_issues(page, "color-contrast") == [], where
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.screenshot(path=tmp_path / f"{where or 'journal'}-{width}.png", full_page=True)
            wide = "document.documentElement.scrollWidth"
            assert page.evaluate(wide) <= width, where
        page.emulate_media(color_scheme="light")


@pytest.mark.parametrize(
    "where", [*(f"{CONSOLE}{page}" for page in PAGES), "", "_understudy/docs/zep/"]
)
def test_pages_run_only_the_servers_scripts(http: httpx.Client, where: str) -> None:
    """They cannot be framed; only Swagger UI's page has inline scripts."""
    response = http.get(f"/{where}")
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert ("unsafe-inline" in policy) is ("docs" in where)
