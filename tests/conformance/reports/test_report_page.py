"""The HTML report and the badge in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conformance.reports.sample import contract, sample
from tests.support.browser import browser, opened
from understudy.conformance.reports.formats import FORMATS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Open the HTML report on a telephone."""
    (tmp_path / "it.html").write_text(FORMATS["html"](sample(contract(tmp_path))))
    with opened(browser, tmp_path.as_uri()) as page:
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto((tmp_path / "it.html").as_uri())
        yield page


def test_report_fits_a_phone(page: Page) -> None:
    """Nothing is wider than the screen, with all details open."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_report_is_filtered_and_searched(page: Page) -> None:
    """By verdict, tag and tier, and by text; what a filter does not concern stays."""
    rows = page.locator("[data-row]:visible")
    everything = rows.count()
    page.get_by_label("Verdict").select_option("not implemented")
    assert [text.split("\n")[0] for text in rows.all_inner_texts()] == ["dropPet"]
    page.get_by_label("Verdict").select_option("all")
    page.get_by_label("Tag").select_option("other")
    assert all("getPet" in text for text in rows.all_inner_texts())
    page.get_by_label("Tag").select_option("all")
    page.get_by_label("Search").fill("B-RULE")
    assert rows.count() == 1
    assert page.locator("output").inner_text() == f"1 of {everything} shown"


def test_report_links_operations_to_the_reference(page: Page) -> None:
    """Those of the document; the others to their row."""
    links = {
        link.inner_text(): link.get_attribute("href") for link in page.locator("table a").all()
    }
    assert links["getPet"] == "http://docs/_understudy/reference/shop/getPet"
    assert page.locator(links["dropPet"] or "").count() == 1


def test_badge_holds_its_words(page: Page, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each text is as wide as measured, between the edges of its half."""
    report = sample(contract(tmp_path_factory.mktemp("badge")))
    page.set_content(FORMATS["badge"](report))
    left, right = [text.bounding_box() for text in page.locator("text").all()]
    image = page.locator("svg").bounding_box()
    assert left is not None
    assert right is not None
    assert image is not None
    assert left["x"] + left["width"] < right["x"]
    assert right["x"] + right["width"] < image["x"] + image["width"]
