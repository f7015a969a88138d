"""The disagreements of an API's sources: their page, and what the documents must have."""

from __future__ import annotations

import asyncio
import html
import re
from typing import Any

import httpx
import pytest

from tests.support.server import ROOT
from understudy.app import Understudy
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.serving.project import load

PAGE = "/_understudy/disagreements"
CONTRACTS = [Contract.load(ROOT / "specs" / f"{name}.yaml") for name in ("eliza", "zep")]
each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)


def visible_text(page: str) -> str:
    """Return the text of a page, with the tags of articles, and one blank between words."""
    return " ".join(html.unescape(re.sub(r"<(?!article)[^>]*>", "", page)).split())


@each_contract
def test_page_has_every_point(http: httpx.Client, contract: Contract) -> None:
    """The points are in the order of the document, each with its number and all its texts."""
    response = http.get(f"{PAGE}/{contract.name}")
    assert (response.status_code, response.headers["content-type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    page = visible_text(response.text)
    articles = page.split("<article ")[1:]
    assert len(articles) == len(contract.disagreements)
    for number, (article, entry) in enumerate(
        zip(articles, contract.disagreements, strict=True), 1
    ):
        assert article.startswith(f'id="point-{number}"')
        texts = [entry["point"], *entry["sources"], *entry["sources"].values()]
        for text in [*texts, *entry["operations"], *entry["standIn"].values()]:
            assert text.replace("`", "") in article


@each_contract
def test_points_are_distinct_and_complete(contract: Contract) -> None:
    """A point is about operations that exist, has a title of its own, and says what the stand-in
    does: once for all personas, or for each of them."""
    known = {operation.id for operation in contract.operations}
    (api,) = (api for api in load() if api.name == contract.name)
    points = [entry["point"] for entry in contract.disagreements]
    assert len(points) == len({*points})
    for entry in contract.disagreements:
        assert set() < {*entry["operations"]} <= known, entry["point"]
        assert entry["standIn"].keys() in ({"all"}, {*api.personas}), entry["point"]


def test_home_links_the_page(http: httpx.Client) -> None:
    """It has a link for each API, in the same namespace."""
    home = http.get("/").text
    for contract in CONTRACTS:
        link = f'href="{http.base_url.raw_path.decode().rstrip("/")}{PAGE}/{contract.name}"'
        assert link in home


def test_unknown_api_has_no_page(http: httpx.Client) -> None:
    """404, like any page that does not exist."""
    assert http.get(f"{PAGE}/nobody").status_code == 404


def test_markup_in_points_is_escaped() -> None:
    """A document cannot add HTML to the page."""
    entry = {
        "point": "<script>alert(1)</script>",
        "operations": ["<i>o</i>"],
        "sources": {"<b>A</b>": "&amp;"},
        "standIn": {"<u>p</u>": '<img src="x">'},
    }
    page = page_of({"x-understudy-disagreements": [entry]})
    for tag in ("<script>", "<i>", "<b>", "<u>", "<img"):
        assert tag not in page
    for text in ("<script>alert(1)</script>", "<i>o</i>", "<b>A</b>", "&amp;", '<img src="x">'):
        assert text in html.unescape(page)


def test_document_without_disagreements_has_a_page() -> None:
    """It says that there are none."""
    assert "lists no disagreements" in page_of({})


def page_of(more: dict[str, Any]) -> str:
    """Return the page of a document with these extensions."""
    spec = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}, **more}

    async def get_page() -> str:
        transport = httpx.ASGITransport(app=Understudy([Api(Contract("t", spec))]))
        async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
            response = await client.get(f"{PAGE}/t")
            assert response.status_code == 200
            return response.text

    return asyncio.run(get_page())
