"""The reference of a document with the words of OpenAPI 3.1 and 3.2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.server import ROOT, run, text_of
from understudy.openapi.contract import Contract
from understudy.web.reference.schema.tree import SchemaTrees

EVERY_WORD = ROOT / "tests/openapi/every_word.yaml"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the document's pages, as files."""
    directory = tmp_path_factory.mktemp("site")
    process = run("docs", "build", str(directory), str(EVERY_WORD))
    assert "no dead links" in process.stdout, process.stderr
    return directory / "reference" / EVERY_WORD.stem


#: A page, and texts on it.
TEXTS = {
    "index": [
        "All words of a document.",
        "Licence: Apache 2.0",
        "a client certificate (mutual TLS)",
        "device authorization: https://x.example/d, https://x.example/t; scopes read",
        "https://{region}.example.com/{base}",
        "default eu; one of eu, us; Where.",
        "Animals / Cats",
        "QUERY /v1/pets/{id}",
        "LINK /v1/pets/{id}",
        "newPetSent",
        "after linkPet",
    ],
    "getPet": [
        "string or integer",
        "Filter as application/json",
        "more than 0; less than 9; for example 1, 2",
        "X-Rate header integer required Left. more than 0",
        "always 2",
        'string or null for example "Tom", "Felix"',
        "mother Pet deprecated",
        "Its own mother.",
        "father Pet or null",
        "item 1 number Latitude.",
        "no other items",
        "any other item integer",
        "contains image/png in base64",
        "its content object",
        "any any",
        "never not allowed",
        'contains 2 to 3 items of this kind: string, always "x"',
        "array of integer or string",
        "any name that matches ^x- string at most 1 character",
        'If kind is "cat": object needs name',
        'Unless kind is "cat": object',
        "If card is present: object",
        "with card, also address",
        "not: has secret",
        "names of fields: at most 20 characters",
    ],
    "queryPet": ["Schema of each item: Pet"],
    "newPetSent": ["as its webhook newPet", "The responses are the client's."],
    "linkPet": ["Callbacks", "linked: POST {$request.query.url} It is linked"],
    "linkPet-linked": ["as its callback linked", "POST {$request.query.url}"],
}


@pytest.mark.parametrize("page", TEXTS)
def test_page_puts_every_word_in_plain_words(site: Path, page: str) -> None:
    """Types, limits, conditions, parameters, headers, tags, servers and credentials."""
    text = text_of((site / f"{page}.html").read_text(encoding="utf-8"))
    assert [each for each in TEXTS[page] if each not in text] == []


NODE = {"$ref": "#/components/schemas/Node"}


def node_count(node: dict[str, object]) -> int:
    """Return the number of nodes in the tree of the schema Node."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Nodes", "version": "1"},
        "components": {"schemas": {"Node": node}},
    }
    contract = Contract("nodes", document)
    return sum(1 for _ in SchemaTrees(contract.document).tree(NODE, anchor="request").walk())


def test_tree_of_a_schema_that_extends_itself_ends() -> None:
    """It has a bounded number of nodes."""
    fields = {name: {"allOf": [NODE, {"maxProperties": 9}]} for name in "abc"}
    assert 3 < node_count({"type": "object", "properties": fields}) < 20_000


def test_tree_of_a_named_schema_or_null_is_expanded_once() -> None:
    """At its own fields is a link to it."""
    fields = {name: {"anyOf": [NODE, {"type": "null"}]} for name in "abc"}
    inner = {"allOf": [{"type": "object", "properties": fields}]}
    assert node_count({"anyOf": [inner, {"type": "null"}]}) == 4
