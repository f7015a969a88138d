"""The index of the search: what is in it, its size, and its addresses; the list without scripts."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.support.server import ROOT
from understudy.openapi.contract import Contract
from understudy.web.reference.api_reference import ApiReference
from understudy.web.search.index import as_script, search_index

SEARCH = "/_understudy/search"


def index_of(script: bytes) -> dict[str, Any]:
    """Return the content of an index."""
    index: dict[str, Any] = json.loads(script.partition(b" = ")[2].removesuffix(b";\n"))
    return index


def test_index_leads_to_pages(http: httpx.Client) -> None:
    """The addresses are relative to the index, in a namespace, too; browsers keep the index."""
    response = http.get(f"{SEARCH}-index.js")
    pages = {
        entry[0]: entry[-1].partition("#")[0] for entry in index_of(response.content)["entries"]
    }
    assert pages.keys() == {"operation", "API", "rule", "disagreement", "guide"}
    for address in pages.values():
        assert http.get(f"/_understudy/{address}").status_code == 200
    tag = {"If-None-Match": response.headers["ETag"]}
    assert http.get(f"{SEARCH}-index.js", headers=tag).status_code == 304


def test_names_are_listed_once_an_api() -> None:
    """A name has the operations that have it, each with the address of its first place; a deep one
    has only its first. So have allowed values, if they are texts."""
    values = {"enum": ["first", 2]}
    deep: dict[str, Any] = {"type": "string"}
    for name in ("three", "two", "one"):
        deep = {"type": "object", "properties": {name: deep}}
    content = {"application/json": {"schema": deep}}
    operation = {
        "parameters": [{"name": "one", "in": "query", "schema": values}],
        "requestBody": {"content": content},
        "responses": {"404": {"description": "d", "content": content}},
    }
    paths = {"/a": {"post": operation}, "/b": {"post": operation}}
    contract = Contract("t", {"openapi": "3.0.3", "info": {"title": "T"}, "paths": paths})
    index = index_of(as_script(search_index([ApiReference(contract)], []), static=True))
    assert [entry[-1] for entry in index["entries"]] == [
        "reference/t/post_a.html",
        "reference/t/post_b.html",
        "reference/t/index.html",
    ]
    names = {
        (kind, name): [
            (places[at], index["anchors"][places[at + 1]]) for at in range(0, len(places), 2)
        ]
        for kind, name, _, places in index["names"]
    }
    assert names == {
        ("value", "first"): [(0, "query-one"), (1, "query-one")],
        ("parameter", "one"): [(0, "query-one"), (1, "query-one")],
        ("status", "404 Not Found"): [(0, "s404"), (1, "s404")],
        ("field", "one"): [(0, "request-one"), (1, "request-one")],
        ("field", "two"): [(0, "request-one-two"), (1, "request-one-two")],
        ("field", "three"): [(0, "request-one-two-three")],
    }


def test_index_is_small(http: httpx.Client) -> None:
    """That of the bundled APIs and the guides; what grows it by half is noticed here."""
    assert len(http.get(f"{SEARCH}-index.js").content) < 1_000_000


def test_search_works_without_scripts(http: httpx.Client) -> None:
    """The page lists entries with all words; the query is text; the old address leads here."""
    page = http.get(SEARCH, params={"q": "End session"}).text
    assert '<li><a href="reference/zep/endSession">endSession</a>' in page
    page = http.get(SEARCH, params={"q": "<b>nothing"}).text
    assert "No results for <q>&lt;b&gt;nothing</q>" in page
    response = http.get("/_understudy/reference/", params={"q": "a b"})
    assert response.headers["Location"].endswith("/_understudy/search?q=a+b")


def test_index_of_files_has_their_names() -> None:
    """Rules are found in the file of their page."""
    contract = Contract.load(ROOT / "specs/eliza.yaml")
    index = index_of(as_script(search_index([ApiReference(contract)], []), static=True))
    links = [entry[-1] for entry in index["entries"] if entry[0] == "rule"]
    assert len(links) > 100
    assert all(link.startswith("reference/eliza/rules.html#") for link in links)
