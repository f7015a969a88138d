"""The versions of an API side by side, and what is different from one to the next."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from tests.openapi.test_versions import contract, get
from tests.support.server import Server, text_of
from understudy.cli import main
from understudy.serving.api import Api
from understudy.web.app import create_pages

REFERENCE = "/_understudy/reference"


def row(page: str, operation: str) -> list[list[str]]:
    """Return the operations in the row of a table that has one, by version."""
    rows = re.findall(r"<tr data-rule.*?</tr>", page, re.S)
    (wanted,) = (found for found in rows if f">{operation}</a>" in found)
    return [re.findall(r">(\w+)</a>", cell) for cell in wanted.split("</td>")[:-1]]


def test_versions_are_side_by_side(server: Server) -> None:
    """Each operation of Zep v2, v3 and v4 is in a row with those that it replaces."""
    page = httpx.get(f"{server.url}{REFERENCE}/zep/versions").text
    text = text_of(page)
    assert "v2 has 72 operations, v3 has 99 operations, v4 has 193 operations." in text
    assert row(page, "addSession") == [["addSession"], ["createThread"], ["createThread"]]
    assert row(page, "searchEdges")[1] == ["searchGraph"]
    assert row(page, "endSession") == [["endSession"], [], []]
    assert row(page, "createAgent") == [[], [], ["createAgent"]]
    assert httpx.get(f"{server.url}{REFERENCE}/eliza/versions").status_code == 404


def test_page_of_an_operation_says_what_is_different(server: Server) -> None:
    """It links the operation in the other versions, and lists the differences from the older."""
    page = httpx.get(f"{server.url}{REFERENCE}/zep/createThread").text
    assert f'href="{REFERENCE}/zep/addSession#versions"' in page
    assert f'href="{REFERENCE}/zep4/createThread#versions"' in page
    text = text_of(page)
    assert re.search(r"\d+ differences from addSession, of which \d+ break its clients", text)
    assert "request body/session_id: is gone breaks clients" in text
    assert "operationId" not in text.partition("differences from")[2].partition("Code")[0]


def test_equal_operations_have_no_differences() -> None:
    """The page says so."""
    paths = {"/x": get("x")}
    apis = [Api(contract(version, paths)) for version in ("1", "2")]
    page = create_pages(apis).test_client().get(f"{REFERENCE}/api-2/x").text
    assert "No differences from x." in text_of(page)


def test_versions_are_files_with_links_that_lead_somewhere(tmp_path: Path) -> None:
    """Any documents of one title are compared; `docs build` checks the links."""
    names = []
    for version in ("1", "2"):
        names.append(str(tmp_path / f"pets-{version}.json"))
        paths = {"/pets": get("listPets"), f"/only/{version}": get(f"only{version}")}
        Path(names[-1]).write_text(json.dumps(contract(version, paths).source))
    site = tmp_path / "site"
    assert main(["docs", "build", str(site), *names]) == 0
    page = (site / "reference/pets-1/versions.html").read_text()
    assert row(page, "listPets") == [["listPets"], ["listPets"]]
    assert 'href="../pets-2/listPets.html"' in page
    assert 'href="versions.html"' in (site / "reference/pets-1/index.html").read_text()


def test_versions_are_filtered(page: Page, server: Server) -> None:
    """By words, and by whether they are gone; the headings of empty tables are hidden."""
    page.goto(f"{server.url}{REFERENCE}/zep/versions")
    rows = page.locator("tr[data-rule]:visible")
    page.get_by_label("Only operations with").fill("endsession")
    expect(rows).to_have_count(2)
    expect(page.get_by_role("heading", level=2)).to_have_text(["sessions"])
    page.get_by_label("gone").uncheck()
    expect(rows).to_have_count(0)
