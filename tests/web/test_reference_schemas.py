"""Schemas in the reference: open to two levels, with every rule and value, and with addresses that
last."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.server import text_of
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.web.app import create_pages

DOCUMENT = yaml.safe_load((Path(__file__).parent / "shapes.yaml").read_text(encoding="utf-8"))
ADDRESS = "/_understudy/reference/shapes/addShape"


def page_of(document: dict[str, Any]) -> str:
    """Return the page of the document's operation."""
    contract = Contract("shapes", copy.deepcopy(document))
    response = create_pages([Api(contract)]).test_client().get(ADDRESS)
    assert response.status_code == 200, response.text
    return response.text


@pytest.fixture(scope="module")
def shapes() -> str:
    """The page of the document's operation."""
    return page_of(DOCUMENT)


def ids_of(page: str) -> list[str]:
    """Return the ids of the elements in the content of a page."""
    return re.findall(r' id="([^"]*)"', page.partition("<main")[2])


#: Texts of the page: every kind of rule, and what belongs to it.
TEXTS = [
    'sort in the query array of string each one of "newest" "oldest"',
    'at least 1 character; at most 64 characters; matches ^[A-Z]; for example "House", "Tree"',
    "shapes array of Shape required at least 1 item; at most 9 items",
    'Circle if kind is "circle" or "round" 2 fields',
    "radius number required more than 0; default 1.5",
    "deep string read only",
    "owner Owner other fields are allowed",
    "code string write only",
    'Dog if type is "dog" 2 fields',
    'bark string or null one of "loud" "soft" null',
    "children array of Node Its fields: see above",
    "other Node Node: see above",
    "Schema: object as application/xml",
    "X-Left header integer What is left. default 5",
    '3 more values "BF" "BG" "BH"',
    'always "\\"><script>"',
]


def test_schemas_are_shown_with_all_their_rules(shapes: str) -> None:
    """All values of a list, the values that choose an alternative (of `oneOf` and of a base), and
    bounds, defaults, patterns and flags; markup in a document is text."""
    text = text_of(shapes)
    assert [each for each in TEXTS if each not in text] == []
    assert '"><script>' not in shapes
    assert "<b>x</b>" not in shapes


def test_schemas_are_open_to_two_levels(shapes: str) -> None:
    """The fields of a field are open, and those below closed."""
    opened = [part[:80] for part in re.findall(r"<details open>\s*<summary[^>]*>(.*?)<", shapes)]
    closed = [part[:80] for part in re.findall(r"<details>\s*<summary[^>]*>(.*?)<", shapes)]
    assert "Owner: 1 field" in opened
    assert "Tree: 1 field" in opened
    assert "Node: 2 fields" in closed
    assert "Owner: 1 field" not in closed


def test_addresses_last_when_others_are_added(shapes: str) -> None:
    """Whatever is added before them: parameters, fields, alternatives, statuses and headers."""
    document = copy.deepcopy(DOCUMENT)
    item, schemas = document["paths"]["/shapes"], document["components"]["schemas"]
    item["parameters"].insert(0, {"name": "first", "in": "query", "schema": {"type": "string"}})
    operation = item["post"]
    operation["responses"] = {"200": {"description": "New."}, **operation["responses"]}
    headers = operation["responses"]["201"]["headers"]
    operation["responses"]["201"]["headers"] = {"X-New": {"schema": {}}, **headers}
    for name in ("Drawing", "Owner", "Circle"):
        known = schemas[name]["properties"]
        schemas[name]["properties"] = {"first": {"type": "string"}, **known}
    schemas["Line"] = {"type": "object", "properties": {"kind": {"const": "line"}}}
    schemas["Shape"]["oneOf"].insert(0, {"$ref": "#/components/schemas/Line"})
    numbered = re.compile(r"[pf]-\d+")  # the fields of the form
    before = [each for each in ids_of(shapes) if not numbered.fullmatch(each)]
    after = ids_of(page_of(document))
    assert len(after) == len({*after})
    assert [each for each in before if each not in after] == []
    assert {"query-first", "request-owner-first", "s201-header-X-New", "s200"} < {*after}


def test_names_that_look_alike_have_addresses_of_their_own(shapes: str) -> None:
    """Characters that an id cannot have become dashes, and a number tells such names apart."""
    assert {"s400-a-b", "s400-a-b-2"} < {*ids_of(shapes)}


def test_sections_of_the_page_are_listed(shapes: str) -> None:
    """Each entry leads to a section that is there, also to each status."""
    listed = shapes.partition('<nav class="here"')[2].partition("</nav>")[0]
    anchors = re.findall(r'href="#([^"]*)"', listed)
    statuses = ["s201", "s400", "sdefault"]
    assert anchors == ["code", "parameters", "request", "try", "responses", *statuses]
    assert {*anchors} <= {*ids_of(shapes)}


def test_long_page_says_what_it_leaves_out() -> None:
    """A document of many large schemas has a page, with a bounded number of fields: fewer levels of
    all its sections."""
    document = copy.deepcopy(DOCUMENT)
    schemas = document["components"]["schemas"]
    for depth in range(8):
        inner = {"allOf": [{"$ref": f"#/components/schemas/Deep{depth + 1}"}, {"maxProperties": 9}]}
        fields = {f"field{number}": inner for number in range(6)}
        schemas[f"Deep{depth}"] = {"type": "object", "properties": fields}
    schemas["Deep8"] = {"type": "string"}
    schemas["Drawing"]["properties"]["deep"] = {"$ref": "#/components/schemas/Deep0"}
    page = page_of(document)
    assert 500 < len(ids_of(page)) < 1500
    for place in ("request", "s201"):
        assert f'id="{place}-deep-field0-field5"' in page
    assert "its parts are not shown here, because the page is long" in page
