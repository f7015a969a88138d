"""Where the sources of an API disagree: the page that tells it, and what the documents must say."""

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
each = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)


def shown(page: str) -> str:
    """The page as a reader sees it: no markup but where an article begins, and one blank between
    words."""
    return " ".join(html.unescape(re.sub(r"<(?!article)[^>]*>", "", page)).split())


@each
def test_the_page_has_every_point(http: httpx.Client, contract: Contract) -> None:
    """In the order of the document, each under its number, with all that is said of it."""
    answer = http.get(f"{PAGE}/{contract.name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = shown(answer.text)
    articles = page.split("<article ")[1:]
    assert len(articles) == len(contract.disagreements)
    for number, (article, entry) in enumerate(
        zip(articles, contract.disagreements, strict=True), 1
    ):
        assert article.startswith(f'id="point-{number}"')
        told = [entry["point"], *entry["sources"], *entry["sources"].values()]
        for text in [*told, *entry["operations"], *entry["standIn"].values()]:
            assert text.replace("`", "") in article


@each
def test_each_point_is_one(contract: Contract) -> None:
    """It is about operations that exist, no other point has its title, and it tells what the
    stand-in does: once for all personas, or in each of them."""
    known = {operation.id for operation in contract.operations}
    (api,) = (api for api in load() if api.name == contract.name)
    points = [entry["point"] for entry in contract.disagreements]
    assert len(points) == len({*points})
    for entry in contract.disagreements:
        assert set() < {*entry["operations"]} <= known, entry["point"]
        assert entry["standIn"].keys() in ({"all"}, {*api.personas}), entry["point"]


def test_the_home_page_leads_there(http: httpx.Client) -> None:
    """By a link for each API, which leads to its page in the same namespace."""
    home = http.get("/").text
    for contract in CONTRACTS:
        link = f'href="{http.base_url.raw_path.decode().rstrip("/")}{PAGE}/{contract.name}"'
        assert link in home


def test_an_unknown_api_has_none(http: httpx.Client) -> None:
    """404, as for any page that is not there."""
    assert http.get(f"{PAGE}/nobody").status_code == 404


def test_markup_is_shown_as_it_is_written() -> None:
    """Whoever writes a document writes no HTML into the page."""
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


def test_a_document_may_know_of_none() -> None:
    """Then the page says so."""
    assert "knows of no disagreement" in page_of({})


def page_of(more: dict[str, Any]) -> str:
    """The page of a document with these extensions."""
    spec = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}, **more}

    async def asked() -> str:
        transport = httpx.ASGITransport(app=Understudy([Api(Contract("t", spec))]))
        async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
            answer = await client.get(f"{PAGE}/t")
            assert answer.status_code == 200
            return answer.text

    return asyncio.run(asked())
