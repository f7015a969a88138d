"""A real browser, Debian's chromium, for the tests of the pages; it reaches nothing but the server
under test."""

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
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
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
    """A profile of the browser's without cookies or storage, until the block ends."""
    context = browser.new_context(**options)
    context.set_default_timeout(_MILLISECONDS)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def opened(browser: Browser, url: str, *, lost: bool = False) -> Iterator[Page]:
    """A browser's page; that it errs, or asks for anything that is not under `url`, is a failure.
    That a request is refused as it should be is none; nor that the server is `lost`, where it is
    meant to be."""
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
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        yield page
    meant = (
        "responded with a status of 4",
        *(("ERR_CONNECTION", "ERR_INCOMPLETE") if lost else ()),
    )
    assert [text for text in wrong if not any(each in text for each in meant)] == []


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of the browser's, for the server that all tests share."""
    with opened(browser, server.url) as page:
        yield page


@pytest.fixture
def bold(page: Page) -> Page:
    """A page on which every question is answered with yes."""
    page.on("dialog", lambda dialog: dialog.accept())
    return page
