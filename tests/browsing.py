"""Debian's chromium for the tests: it reaches nothing but the server, and says what goes wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright
from support import ROOT

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
_AXE = ROOT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, until the block ends."""
    if _CHROMIUM is None:
        pytest.skip("no chromium: run scripts/clients")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)


@contextmanager
def opened(browser: Browser, url: str, *, refused: bool = False, **options: Any) -> Iterator[Page]:
    """A page; that it errs, says so, or asks for anything that is not under `url`, is a failure at
    the end. Where the server may have `refused` something, the browser's word of that is none."""
    wrong: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(f"{url}/"):
            route.continue_()
        else:
            wrong.append(route.request.url)
            route.abort()

    def heard(kind: str, text: str) -> None:
        if kind == "error" and not (refused and text.startswith("Failed to load resource")):
            wrong.append(text)

    context = browser.new_context(**options)
    context.set_default_timeout(5000)
    context.route("**/*", guard)
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: heard(said.type, said.text))
    yield page
    context.close()
    assert wrong == []


def serious_faults(page: Page, *rules: str) -> list[str]:
    """What axe-core has against a page that would keep somebody from using it, by these rules or
    all of them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())  # not by a script tag, which the page's policy forbids
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{each['id']}: {node['html']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
