"""The page of an operation in a real browser: addresses open and mark what they name, the list of
sections follows, code has colours, and the example stands beside the schema where there is room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.support.axe import problems
from tests.support.browser import new_context
from tests.support.pages import UNFOLD
from understudy.cli import main

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
DOCUMENT = Path(__file__).parent / "shapes.yaml"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an operation's page, as a file."""
    site = tmp_path_factory.mktemp("shapes") / "site"
    assert main(["docs", "build", str(site), str(DOCUMENT)]) == 0
    return (site / "reference/shapes/addShape.html").as_uri()


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Page]:
    """A page of a wide window, which does not scroll slowly."""
    with new_context(browser, viewport=DESK, reduced_motion="reduce") as context:
        yield context.new_page()


def is_marked(element: Locator) -> bool:
    """Return whether an element is the one that the address names, and has a background."""
    background = element.evaluate("e => e.matches(':target') && getComputedStyle(e).background")
    return bool(background) and "rgba(0, 0, 0, 0)" not in background


def test_address_opens_and_marks_what_it_names(desk: Page, address: str) -> None:
    """Typed, changed on the same page, and followed once more after the reader closed it."""
    desk.goto("about:blank")
    desk.goto(f"{address}#request-owner-address-place-code")
    deep = desk.locator("#request-owner-address-place-code")
    expect(deep).to_be_in_viewport()
    assert is_marked(deep)
    other = desk.locator("#s201-shapes-Square-corner-y-deep")
    expect(other).to_be_hidden()
    desk.evaluate("location.hash = 's201-shapes-Square-corner-y-deep'")
    expect(other).to_be_in_viewport()
    assert is_marked(other)
    expect(desk.locator("#s400 > summary + .alone, #s400 > summary + .pair")).to_be_hidden()
    desk.get_by_role("link", name="400", exact=True).click()
    expect(desk.locator("#s400-a-b-2")).to_be_visible()
    desk.locator("#s400 > summary").click()
    expect(desk.locator("#s400-a-b-2")).to_be_hidden()
    desk.get_by_role("link", name="Link to the response 400").click()
    expect(desk.locator("#s400-a-b-2")).to_be_visible()


def test_field_links_itself(desk: Page, address: str) -> None:
    """Its name is a link to its address, and the sign of the link is seen on focus by keyboard."""
    desk.goto(address)
    desk.mouse.move(0, 0)
    name = desk.locator("#request-pet > a")
    opacity = "e => getComputedStyle(e, '::before').opacity"
    assert name.evaluate(opacity) == "0"
    desk.locator("#request-pet-type > a").focus()
    desk.keyboard.press("Shift+Tab")  # what folds the fields
    desk.keyboard.press("Shift+Tab")
    expect(name).to_be_focused()
    assert name.evaluate(opacity) == "1"
    desk.keyboard.press("Enter")
    assert desk.url == f"{address}#request-pet"


def test_section_in_view_is_marked_in_the_list(desk: Page, address: str) -> None:
    """By scrolling and by its links; the list stays in view."""
    desk.goto(address)
    sections = desk.get_by_role("navigation", name="On this page")
    current = sections.locator("[aria-current]")
    desk.locator("#request").evaluate("e => e.scrollIntoView()")
    expect(current).to_have_text("Request body")
    expect(sections).to_be_in_viewport()
    sections.get_by_role("link", name="201").click()
    expect(current).to_have_text("201")


def test_code_has_colours(desk: Page, address: str) -> None:
    """The names and the values of JSON have different ones, other than that of the text."""
    desk.goto(address)
    example = desk.locator(".examples code").first
    expect(example.locator(".hljs-attr").first).to_be_visible()
    colour = "e => getComputedStyle(e).color"
    names = example.locator(".hljs-attr").first.evaluate(colour)
    values = example.locator(".hljs-string").first.evaluate(colour)
    assert len({names, values, example.evaluate(colour)}) == 3


def test_example_stands_beside_the_schema_where_there_is_room(desk: Page, address: str) -> None:
    """On a phone it follows the schema."""
    desk.goto(address)
    pair = desk.locator(".pair").first
    places = "e => Array.from(e.children, child => child.getBoundingClientRect())"
    schema, example = pair.evaluate(places)
    assert example["left"] >= schema["right"]
    desk.set_viewport_size(PHONE)
    schema, example = pair.evaluate(places)
    assert example["top"] >= schema["bottom"]
    desk.set_viewport_size(DESK)


def test_sections_are_folded_on_a_phone(browser: Browser, address: str) -> None:
    """The keyboard opens the list, and a link in it leads to the section."""
    with new_context(
        browser, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.goto(address)
        link = page.get_by_role("navigation", name="On this page").get_by_role("link", name="400")
        expect(link).to_be_hidden()
        page.get_by_text("On this page", exact=True).press("Enter")
        link.press("Enter")
        expect(page.locator("#s400")).to_be_in_viewport()
        expect(page.locator("#s400-a-b")).to_be_visible()


def test_page_of_schemas_is_accessible(desk: Page, address: str) -> None:
    """With everything open."""
    desk.goto(f"{address}#request-name")
    desk.evaluate(UNFOLD)
    for code in desk.locator("pre code[class*=language]:visible").all():
        code.scroll_into_view_if_needed()
    assert problems(desk) == {}
