"""axe-core in a page of a real browser: what it finds wrong for people who cannot see or point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.server import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SCRIPT = ROOT / "tests/clients/node_modules/axe-core/axe.min.js"


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
