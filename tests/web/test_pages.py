"""The pages in a real browser: found, read, tried; by keyboard, on a phone, in the dark."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.server import ROOT, Server
from tests.web.test_reference import BOOKS
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
    "/_understudy/disagreements/eliza",
    "/_understudy/reference/nobody/",
]

#: The pages of the console, which have a test of their own.
LIVE = [f"/_understudy/console/{page}" for page in ("", "exchange?number=1", "state", "controls")]

#: Opens all that unfolds, so that it is looked at too.
UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true"

COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")

#: By how much the page is wider than the screen.
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def found(page: Page) -> list[str]:
    """What the search shows, the chosen one with a star."""
    options = page.get_by_role("listbox", name="Found").get_by_role("option").all()
    chosen = [option.get_attribute("aria-selected") == "true" for option in options]
    texts = [option.inner_text().split("\n")[1] for option in options]
    return [f"*{text}" if star else text for text, star in zip(texts, chosen, strict=True)]


def search_for(page: Page, text: str) -> None:
    """Type into the search, which a slash leads to, until it shows something."""
    page.keyboard.press("/")
    page.keyboard.type(text)
    expect(page.get_by_role("option").first).to_be_visible()


def test_from_a_slash_to_what_is_wrong(page: Page, http: httpx.Client, tmp_path: Path) -> None:
    """Somebody finds an operation, reads its rules, sends what breaks its contract, sees where, and
    mends it."""
    page.goto(str(http.base_url))
    search_for(page, "addmem")
    page.screenshot(path=tmp_path / "search.png")
    assert found(page)[0] == "*addMemory"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("addMemory")
    rules = page.locator(".rules > li")
    expect(rules.filter(has_text="A message without content is 400.")).to_be_visible()

    wrong = {
        "messages": [{"role_type": "captain", "content": "Hi"}, {"role_type": "user"}],
        "x": 12345678901234567890,
    }
    page.get_by_label("sessionId").fill("s/1 é")
    page.get_by_label("Body", exact=False).fill(json.dumps(wrong))
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
        assert faults(page, {}) == []

    http.post("/api/v2/users", json={"user_id": "ann"})
    http.post("/api/v2/sessions", json={"session_id": "s/1 é", "user_id": "ann"})
    right = {"messages": [{"role_type": "user", "content": "Hi"}]}
    page.get_by_label("Body", exact=False).fill(json.dumps(right))
    page.get_by_role("button", name="Send").click()
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("200")
    expect(outcome).to_contain_text("The request keeps the contract.")
    assert http.get("/api/v2/sessions/s%2F1%20é/messages").json()["row_count"] == 1


def test_the_key_stays_with_the_reader(page: Page, http: httpx.Client) -> None:
    """It is remembered from one operation to the next, and sent in the API's own form."""
    http.post("/api/v2/users", json={"user_id": "ann"})
    page.goto(f"{http.base_url}_understudy/reference/zep/getUser")
    page.get_by_label("Key").fill("another")
    page.get_by_label("userId").fill("ann")
    page.goto(f"{http.base_url}_understudy/reference/zep/listUsers")
    expect(page.get_by_label("Key")).to_have_value("another")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".outcome pre").last).to_be_attached()
    expect(page.locator(".outcome")).to_contain_text('"row_count": 0')


def test_what_is_wrong_with_a_parameter_is_said_beside_it(page: Page, http: httpx.Client) -> None:
    """At its own field."""
    page.goto(f"{http.base_url}_understudy/reference/zep/listUsers")
    page.get_by_label("pageSize").fill("-1")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("pageSize")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("form .why")).to_contain_text("less than the minimum")


def test_search_by_keyboard(page: Page, server: Server) -> None:
    """It ranks as the server does; arrows choose, round and round; Escape closes, then leaves; the
    field tells all of it."""
    page.goto(f"{server.url}/_understudy/reference/")
    field = page.get_by_role("combobox", name="Search the reference")
    ranked = best(entries(BOOKS), "endsession", 20)
    search_for(page, "endsession")
    expect(field).to_have_attribute("aria-expanded", "true")
    before = found(page)
    assert [text.removeprefix("*") for text in before] == [entry.title for entry in ranked]
    assert before[0].startswith("*")
    page.keyboard.press("ArrowDown")
    assert found(page)[1].startswith("*")
    expect(field).to_have_attribute("aria-activedescendant", "found-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert found(page)[-1].startswith("*")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()


def test_rules_are_filtered(page: Page, server: Server) -> None:
    """By words and by what they rest on."""
    page.goto(f"{server.url}/_understudy/reference/zep/rules")
    page.get_by_label("Only rules with").fill("more than thirty")
    expect(page.locator("output")).to_contain_text("1 of")
    expect(page.locator("[data-rule]:visible")).to_have_count(1)
    page.get_by_label("Only rules with").fill("")
    page.get_by_label("documented").uncheck()
    page.get_by_label("observed").uncheck()
    for rule in page.locator("[data-rule]:visible").all()[:5]:
        expect(rule).to_have_attribute("data-rule", "decided")


def test_everybody_can_read_every_kind_of_page(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    """On a phone no page is wider than the screen, and axe finds no serious fault, in the light and
    in the dark, with all unfolded."""
    if not AXE.is_file():
        pytest.skip("no axe-core: run scripts/clients")
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    for number, address in enumerate(KINDS):
        page.emulate_media(color_scheme="light")
        page.goto(server.url + address)
        page.evaluate(UNFOLD)
        assert page.evaluate(WIDER) == 0, address
        assert faults(page, {}) == [], address
        page.screenshot(path=tmp_path / f"light-{number}.png")
        page.emulate_media(color_scheme="dark")
        assert faults(page, {"runOnly": ["color-contrast"]}) == [], address
        page.screenshot(path=tmp_path / f"dark-{number}.png")
    context.close()


def faults(page: Page, asked: dict[str, Any]) -> list[tuple[str, str]]:
    """The serious faults that axe finds, each with the first place."""
    page.evaluate(AXE.read_text())
    told = page.evaluate("asked => axe.run(asked)", {"resultTypes": ["violations"], **asked})
    serious = [f for f in told["violations"] if f["impact"] in ("serious", "critical")]
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in serious]


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
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_pages_are_for_those_without_scripts_too(browser: Browser, server: Server) -> None:
    """They read well; what needs a script is not there; the search is a form."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/_understudy/reference/zep/endSession")
    expect(page.get_by_role("heading", name="Try it")).to_be_hidden()
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()
    page.get_by_label("Search the reference").fill("end session")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="endSession", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("endSession")
    context.close()


def test_files_are_searched_without_a_server(page: Page, tmp_path: Path) -> None:
    """Opened from a disk, the built reference looks as it should, and its search works."""
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), str(ROOT / "understudy/control/openapi.yaml")]) == 0
    page.goto((site / "reference/control/reset.html").as_uri())
    expect(page.get_by_role("banner")).to_have_css("display", "flex")
    search_for(page, "planfault")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("addFault")
    assert page.url == (site / "reference/control/addFault.html").as_uri()
