"""The guides: docs/*.md as pages, with their links, addresses of headings, and order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.doc_pages import doc_pages
from tests.support.server import ROOT, text_of
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web import app
from understudy.web.guides.files import read_guides

GUIDES = "/_understudy/guides"
README = """# Shop

See [docs/b.md](docs/b.md), the [licence](LICENSE),
<https://shop.example/> and [more](docs/a.md#1-two).

## Read on

[docs/b.md](docs/b.md)
"""
A = """# About *A* & <b>more</b>

<script>alert(1)</script> [back](../README.md), [here](#two), [code](../specs/x.yaml#a)

## 1. `Two`

| | n |
|---|--:|
| x | 1 |

## Two

```py title
assert 1 < 2
```

## Two
"""


def project(directory: Path) -> Path:
    """Write a project with two guides, of which the README lists one."""
    (directory / "docs").mkdir()
    (directory / "README.md").write_text(README)
    (directory / "docs/a.md").write_text(A)
    (directory / "docs/b.md").write_text(
        "# B\n\nThe *first* paragraph.\nOn two lines.\n\nAnother.\n"
    )
    return directory


def client_of(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a client of pages with the guides of a project."""
    monkeypatch.setattr(app, "bundled", lambda: directory)
    contract = Contract.load(ROOT / "understudy/control/openapi.yaml", "control")
    return app.create_pages([Api(contract)]).test_client()


def test_docs_are_pages(http: httpx.Client) -> None:
    """Each has a page with its heading, links between them work, and the index lists all."""
    root = http.base_url.path.rstrip("/")
    pages = {path: http.get(f"{GUIDES}/{path.stem}").text for path in doc_pages()[1:]}
    index = http.get(f"{GUIDES}/").text
    for path, page in pages.items():
        title = path.read_text().partition("\n")[0].removeprefix("# ")
        assert f"{title}</h1>" in page
        assert f'href="{root}{GUIDES}/{path.stem}"' in index
        for name, anchor in re.findall(r'<a href="([\w-]*)(?:#([\w-]+))?"', page):
            target = page if not name else http.get(f"{GUIDES}/{name}").text
            assert not anchor or f'id="{anchor}"' in target, (path, name, anchor)
    assert f'href="{root}{GUIDES}/"' in http.get("/").text
    assert http.get(f"{GUIDES}/none").status_code == 404


def test_guides_are_in_the_order_of_the_readme(tmp_path: Path) -> None:
    """The README is the first, then what it lists, then the others; each has a summary."""
    guides = read_guides(project(tmp_path))
    assert [guide.name for guide in guides] == ["start", "b", "a"]
    assert [guide.title for guide in guides] == ["Shop", "B", "About A & <b>more</b>"]
    assert guides[1].summary == "The first paragraph. On two lines."


def test_guide_has_addresses_links_and_no_markup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Headings have GitHub's addresses; files that are not pages are named without a link; HTML is
    text; code has the class of its language."""
    client = client_of(project(tmp_path), monkeypatch)
    page = client.get(f"{GUIDES}/a").text
    assert re.findall(r'<h2 id="([^"]*)"', page) == ["1-two", "two", "two-1"]
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert '<a href="start">back</a>, <a href="#two">here</a>, <span>code</span>' in page
    assert '<code class="language-py">assert 1 &lt; 2' in page
    assert '<th scope="col" class="number">n</th>' in page.replace(
        '<th class="number" scope="col">', '<th scope="col" class="number">'
    )
    assert "<td></td>" in page
    assert "style=" not in page
    start = text_of(client.get(f"{GUIDES}/start").text)
    assert "See B, the licence, https://shop.example/ and more." in start


def test_guides_are_left_out_if_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation without docs/ has neither pages nor a link to them."""
    client = client_of(tmp_path, monkeypatch)
    assert "Guides" not in client.get("/").text
    assert client.get(f"{GUIDES}/").status_code == 404
    project(tmp_path)
    (tmp_path / "docs/b.md").write_bytes(b"\xff")
    assert read_guides(tmp_path) == []
