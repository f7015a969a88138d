"""The reference in a real browser: search, forms and filters; by keyboard and on a phone."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.browser import new_context
from tests.support.server import ROOT, Server
from tests.web.test_reference import REFERENCES
from understudy.cli import main
from understudy.web.reference.search import best, entries

MODULES = ROOT / "tests/clients/node_modules"
AXE = MODULES / "axe-core/axe.min.js"
PHONE: ViewportSize = {"width": 390, "height": 844}

#: A page of each kind.
KINDS = [
    "/",
    "/_understudy/reference/",
    "/_understudy/reference/?q=session",
    "/_understudy/reference/zep/",
    "/_understudy/reference/eliza/sendSessionMessage",
    "/_understudy/reference/eliza/uploadAgentMedia",
    "/_understudy/reference/eliza/rules",
    "/_understudy/reference/zep/changes",
    "/_understudy/reference/zep/versions",
    "/_understudy/reference/zep/createThread",
    "/_understudy/reference/zep4/episodeProcessed",
    "/_understudy/disagreements/eliza",
    "/_understudy/reference/nobody/",
]

#: The pages of the console; other tests check their accessibility.
LIVE = [f"/_understudy/console/{page}" for page in ("", "exchange?number=1", "state", "controls")]

#: Opens all <details>, so that their content is checked too.
UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true"

COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")

#: The pixels by which the page is wider than the screen.
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def options_of(page: Page) -> list[str]:
    """Return the options of the search; the selected one begins with a star."""
    options = page.get_by_role("listbox", name="Found").get_by_role("option").all()
    selected = [option.get_attribute("aria-selected") == "true" for option in options]
    texts = [option.inner_text().split("\n")[1] for option in options]
    return [f"*{text}" if star else text for text, star in zip(texts, selected, strict=True)]


def search_for(page: Page, text: str) -> None:
    """Type into the search, which a slash focuses, and wait for its options."""
    page.keyboard.press("/")
    page.keyboard.type(text)
    expect(page.get_by_role("option").first).to_be_visible()


def test_form_shows_violations_until_they_are_fixed(
    page: Page, http: httpx.Client, tmp_path: Path
) -> None:
    """Somebody finds an operation, reads its rules, sends an invalid request, sees the violations
    at their places, and fixes them."""
    page.goto(str(http.base_url))
    search_for(page, "addmem")
    page.screenshot(path=tmp_path / "search.png")
    assert options_of(page)[0] == "*addMemory"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("addMemory")
    rules = page.locator(".rules > li")
    expect(rules.filter(has_text="A message without content is 400.")).to_be_visible()

    invalid = {
        "messages": [{"role_type": "captain", "content": "Hi"}, {"role_type": "user"}],
        "x": 12345678901234567890,
    }
    page.get_by_label("sessionId").fill("s/1 é")
    page.get_by_label("Body", exact=False).fill(json.dumps(invalid))
    page.get_by_role("button", name="Send").click()
    outcome = page.locator(".outcome")
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("400")
    marks = outcome.locator("mark.wrong")
    expect(marks).to_have_text(['"role_type": "captain",', "{"])
    expect(outcome.locator("mark.odd")).to_have_text('"x": 12345678901234567890')
    expect(outcome.locator("pre .why")).to_contain_text(
        ["captain", '"content" is a required property', "is not a field of this body"]
    )
    expect(page.get_by_label("Body", exact=False)).to_have_attribute("aria-invalid", "true")
    page.locator("#try").screenshot(path=tmp_path / "wrong.png")
    for scheme in COLOURS if AXE.is_file() else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert issues(page, {}) == []

    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/api/v2/sessions", json={"session_id": "s/1 é", "user_id": "ann"})
    valid = {"messages": [{"role_type": "user", "content": "Hi"}]}
    page.get_by_label("Body", exact=False).fill(json.dumps(valid))
    page.get_by_role("button", name="Send").click()
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("200")
    expect(outcome).to_contain_text("The request is valid.")
    assert http.get("/api/v2/sessions/s%2F1%20é/messages").json()["row_count"] == 1


def test_form_keeps_the_key(page: Page, http: httpx.Client) -> None:
    """It is kept from one operation to the next, and sent in the API's own way."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    page.goto(f"{http.base_url}_understudy/reference/zep/getUser")
    page.get_by_label("Key").fill("another")
    page.get_by_label("userId").fill("ann")
    page.goto(f"{http.base_url}_understudy/reference/zep/listUsers")
    expect(page.get_by_label("Key")).to_have_value("another")
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


def test_search_is_used_by_keyboard(page: Page, server: Server) -> None:
    """It ranks as the server does; arrow keys move in a circle; Escape closes the list, then leaves
    the field; its ARIA attributes follow."""
    page.goto(f"{server.url}/_understudy/reference/")
    field = page.get_by_role("combobox", name="Search the reference")
    ranked = best(entries(REFERENCES), "endsession", 20)
    search_for(page, "endsession")
    expect(field).to_have_attribute("aria-expanded", "true")
    before = options_of(page)
    assert [text.removeprefix("*") for text in before] == [entry.title for entry in ranked]
    assert before[0].startswith("*")
    page.keyboard.press("ArrowDown")
    assert options_of(page)[1].startswith("*")
    expect(field).to_have_attribute("aria-activedescendant", "found-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert options_of(page)[-1].startswith("*")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()


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


def test_pages_are_accessible(browser: Browser, server: Server, tmp_path: Path) -> None:
    """axe finds nothing serious, in light and in dark, with all details open; on a phone no page is
    wider than the screen."""
    if not AXE.is_file():
        pytest.skip("no axe-core: run scripts/clients")
    with new_context(browser, viewport=PHONE, reduced_motion="reduce") as context:
        page = context.new_page()
        for number, address in enumerate(KINDS):
            page.emulate_media(color_scheme="light")
            page.goto(server.url + address)
            page.evaluate(UNFOLD)
            assert page.evaluate(WIDER) == 0, address
            assert issues(page, {}) == [], address
            page.screenshot(path=tmp_path / f"light-{number}.png")
            page.emulate_media(color_scheme="dark")
            assert issues(page, {"runOnly": ["color-contrast"]}) == [], address
            page.screenshot(path=tmp_path / f"dark-{number}.png")


def issues(page: Page, options: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the serious issues that axe finds, each with its first element."""
    page.evaluate(AXE.read_text())
    results = page.evaluate(
        "options => axe.run(options)", {"resultTypes": ["violations"], **options}
    )
    serious = [i for i in results["violations"] if i["impact"] in ("serious", "critical")]
    return [(issue["id"], issue["nodes"][0]["html"]) for issue in serious]


def test_pages_are_valid_html(server: Server, tmp_path: Path) -> None:
    """A page of each kind, by html-validate and its recommended rules."""
    program = MODULES / ".bin/html-validate"
    if shutil.which("node") is None or not program.is_file():
        pytest.skip("no html-validate: run scripts/clients")
    for number, address in enumerate([*KINDS, *LIVE]):
        (tmp_path / f"{number}.html").write_text(httpx.get(server.url + address).text)
    (tmp_path / "rules.json").write_text('{"extends": ["html-validate:recommended"], "root": true}')
    files = [str(path) for path in tmp_path.glob("*.html")]
    command = ["node", str(program), "--config", str(tmp_path / "rules.json"), *files]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (completed.returncode, completed.stdout + completed.stderr) == (0, "")


def test_pages_work_without_scripts(browser: Browser, server: Server) -> None:
    """Forms that need a script are hidden; the search is a plain form."""
    with new_context(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.url}/_understudy/reference/zep/endSession")
        expect(page.get_by_role("heading", name="Try it")).to_be_hidden()
        expect(page.get_by_role("heading", name="Responses")).to_be_visible()
        page.get_by_label("Search the reference").fill("end session")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="endSession", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("endSession")


def test_search_works_in_files(page: Page, tmp_path: Path) -> None:
    """Opened from a disk, the built reference has its styles, and its search works."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(ROOT / "understudy/control/openapi.yaml")]) == 0
    page.goto((site / "reference/openapi/reset.html").as_uri())
    expect(page.get_by_role("banner")).to_have_css("display", "flex")
    search_for(page, "add fault")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("addFault")
    assert page.url == (site / "reference/openapi/addFault.html").as_uri()
