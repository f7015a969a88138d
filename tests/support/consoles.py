"""Helpers for the tests of the console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Locator, Page, expect

CONSOLE = "_understudy/console/"
USERS = "/api/v2/users"


def visit(page: Page, http: httpx.Client, where: str = "") -> None:
    """Open a page of the console of the client's namespace."""
    page.goto(f"{http.base_url}{CONSOLE}{where}")


def rows(page: Page) -> Locator:
    """Return the rows of the journal."""
    return page.locator("#journal tbody tr")


def last_number(http: httpx.Client) -> int:
    """Return the number of the last exchange."""
    number: int = http.get("/_understudy/requests?limit=1").json()["requests"][0]["number"]
    return number


@contextmanager
def redrawn(page: Page, *selectors: str) -> Iterator[None]:
    """Wait, after the block, until the page has drawn the content of these elements anew.

    The next element to click is then not replaced during the click.
    """
    mark = "elements => elements.forEach(element => { element.dataset.stale = 'yes' })"
    for selector in selectors:
        page.locator(f"{selector} > *").evaluate_all(mark)
    yield
    expect(page.locator("[data-stale]")).to_have_count(0)
