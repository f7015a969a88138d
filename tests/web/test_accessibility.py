"""Every kind of page for everybody: axe-core and html-validate, light and dark, large and small."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.support.axe import problems
from tests.support.browser import opened
from tests.support.pages import CONSOLE, KINDS, UNFOLD, serving_all_kinds
from tests.support.server import ROOT, Server

MODULES = ROOT / "tests/clients/node_modules"
HTML_VALIDATE = MODULES / ".bin/html-validate"

#: What browsers write of a page is in another style, and options can be more than text in a list.
RULES = {
    "extends": ["html-validate:recommended"],
    "root": True,
    "rules": {
        "attribute-boolean-style": "off",
        "attribute-empty-style": "off",
        "prefer-native-element": ["error", {"exclude": ["listbox"]}],
    },
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a page of each kind."""
    with serving_all_kinds(tmp_path_factory.mktemp("kinds")) as server:
        yield server


def test_pages_are_accessible(browser: Browser, pages: Server) -> None:
    """axe-core finds nothing in any size and colour, with all details open; a phone shows each page
    without scrolling sideways."""
    found: dict[str, Any] = {}
    with opened(browser, pages.url) as page:
        for kind in KINDS:
            page.goto(pages.url + kind.path)
            expect(page.locator(kind.filled).first).to_be_visible()
            page.evaluate(UNFOLD)
            if wrong := problems(page):
                found[kind.name] = wrong
    assert found == {}


def test_pages_are_valid_html(browser: Browser, pages: Server, tmp_path: Path) -> None:
    """A page of each kind, by html-validate and its recommended rules; of the console, what its
    scripts made of them, too."""
    if shutil.which("node") is None or not HTML_VALIDATE.is_file():
        pytest.skip("no html-validate: run scripts/clients")
    with httpx.Client(base_url=pages.url) as client:
        texts = {kind.name: client.get(kind.path).text for kind in KINDS}
    with opened(browser, pages.url) as page:
        for kind in KINDS:
            if kind.path.startswith(CONSOLE):
                page.goto(pages.url + kind.path)
                expect(page.locator(kind.filled).first).to_be_visible()
                texts[f"{kind.name}, filled"] = page.content()
    for name, text in texts.items():
        (tmp_path / f"{name}.html").write_text(text)
    (tmp_path / "rules.json").write_text(json.dumps(RULES))
    files = [str(path) for path in tmp_path.glob("*.html")]
    command = ["node", str(HTML_VALIDATE), "--config", str(tmp_path / "rules.json"), *files]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stdout + completed.stderr
