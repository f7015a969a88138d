"""What the tests of the console share."""

from __future__ import annotations

import httpx
from playwright.sync_api import Locator, Page

from tests.support.server import ROOT

CONSOLE = "_understudy/console/"
USERS = "/api/v2/users"
AXE = ROOT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = ("", "exchange", "state", "controls")


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
