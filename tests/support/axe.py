"""axe-core in a page of a real browser: what it finds wrong for people who cannot see or point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.server import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

_SCRIPT = ROOT / "tests/clients/node_modules/axe-core/axe.min.js"
_SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 800}, {"width": 390, "height": 844})
#: The pixels by which the page is wider than the screen.
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def problems(page: Page) -> dict[str, Any]:
    """Return what is wrong with a page as it is now, on a desk and on a phone, in light and dark:
    what axe-core finds, and whether it has to be scrolled sideways."""
    found: dict[str, Any] = {}
    size = page.viewport_size
    page.emulate_media(reduced_motion="reduce")
    for each in _SIZES:
        page.set_viewport_size(each)
        if page.evaluate(_WIDER):
            found[f"{each['width']}"] = "wider than the screen"
        page.emulate_media(color_scheme="light")
        if wrong := issues(page):
            found[f"{each['width']}, light"] = wrong
        page.emulate_media(color_scheme="dark")
        if wrong := issues(page, "color-contrast"):  # no other rule depends on the colours
            found[f"{each['width']}, dark"] = wrong
    if size is not None:
        page.set_viewport_size(size)
    return found


def issues(page: Page, *rules: str) -> list[tuple[str, str]]:
    """Return the issues that axe-core finds by these rules, or all, each with its first element.

    The test is skipped without axe-core.
    """
    if not _SCRIPT.is_file():
        pytest.skip("no axe-core: run scripts/clients")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT.read_text())  # not by a script tag, which the page's policy forbids
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    results = page.evaluate("options => axe.run(options)", options)
    return [(issue["id"], issue["nodes"][0]["html"]) for issue in results["violations"]]
