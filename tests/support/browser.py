"""A real browser, Debian's chromium, for the tests of the pages; it may only call the server under
test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.server import Server
from tests.support.timeouts import TIMEOUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

#: Playwright counts in milliseconds.
_MILLISECONDS = TIMEOUT * 1000

_CHROMIUM = shutil.which("chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.example 127.0.0.1",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's chromium."""
    from playwright.sync_api import expect, sync_playwright

    if _CHROMIUM is None:
        pytest.skip("no chromium: run scripts/clients")
    expect.set_options(timeout=_MILLISECONDS)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=_CHROMIUM, args=_ARGUMENTS, timeout=_MILLISECONDS
        )


@contextmanager
def new_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a browser profile without cookies or storage, until the block ends."""
    context = browser.new_context(**options)
    context.set_default_timeout(_MILLISECONDS)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def opened(browser: Browser, url: str, *, lost: bool = False) -> Iterator[Page]:
    """Open a page; errors in it and requests to other addresses than `url` are failures.

    Responses 4xx are allowed, and so are lost connections if the server is `lost` on purpose.
    """
    wrong: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((f"{url}/", "file://")):
            route.continue_()
        else:
            wrong.append(route.request.url)
            route.abort()

    with new_context(browser) as context:
        context.route("**/*", guard)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        yield page
    allowed = (
        "responded with a status of 4",
        *(("ERR_CONNECTION", "ERR_INCOMPLETE") if lost else ()),
    )
    assert [text for text in wrong if not any(each in text for each in allowed)] == []


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """Open a page for the server that all tests share."""
    with opened(browser, server.url) as page:
        yield page


@pytest.fixture
def confirming_page(page: Page) -> Page:
    """Confirm every dialog of a page."""
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def search_for(page: Page, text: str) -> None:
    """Type into the search, which a slash focuses, and wait for its options."""
    from playwright.sync_api import expect

    expect(page.get_by_role("combobox", name="Search")).to_be_visible()  # its script has run
    page.keyboard.press("/")
    page.keyboard.type(text)
    expect(page.get_by_role("option").first).to_be_visible()
