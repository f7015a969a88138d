"""The operations that a program uses, the figures over them, and merged results."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from understudy.coverage.html import as_html
from understudy.coverage.json_format import as_json, from_json
from understudy.coverage.result import ApiCoverage, Coverage, Figures, OperationCoverage
from understudy.coverage.selection import failure, totals, used_operations
from understudy.coverage.text import as_text
from understudy.errors import UsageError


def operation(name: str, path: str, calls: int = 0, tag: str = "pets") -> OperationCoverage:
    """Return an operation with one status and one parameter."""
    statuses, parameters = {"200": calls, "404": 0}, {"query limit": 0}
    return OperationCoverage(
        name, "GET", f"/v1{path}", "/v1", [tag], calls, statuses, {}, parameters
    )


def coverage(*used: str) -> Coverage:
    """Return the coverage of two APIs, of which one had requests."""
    shop = ApiCoverage(
        "shop",
        [
            operation("listPets", "/pets", 2),
            operation("getPet", "/pets/{id}"),
            operation("listOrders", "/orders", tag="orders"),
        ],
    )
    zoo = ApiCoverage("zoo", [operation("getPet", "/pets/{id}"), operation("feed", "/feed")])
    return Coverage([shop, zoo], list(used))


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("getPet", ["shop getPet"]),  # the zoo had no request
        ("zoo:getPet", ["zoo getPet"]),
        ("feed", ["zoo feed"]),
        ("orders", ["shop listOrders"]),
        ("zoo", ["zoo getPet", "zoo feed"]),
        ("GET /pets/{id}", ["shop getPet"]),
        ("GET /v1/pets*", ["shop listPets", "shop getPet"]),
        ("list*", ["shop listPets", "shop listOrders"]),
    ],
)
def test_name_chooses_operations(name: str, chosen: list[str]) -> None:
    """By id, tag, API, and method and path, with wildcards."""
    used = used_operations(coverage(name))
    assert [f"{api} {o.id}" for api, operations in used.items() for o in operations] == chosen


def test_without_names_all_of_the_called_apis_are_used() -> None:
    """If no API had a request, all are."""
    assert list(used_operations(coverage())) == ["shop"]
    nothing = coverage()
    nothing.apis[0].operations[0].calls = 0
    assert list(used_operations(nothing)) == ["shop", "zoo"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("getPets", "did you mean 'getPet'"), ("xyz", "there are listPets, shop, pets, GET /v1/pets")],
)
def test_unknown_name_is_refused(name: str, hint: str) -> None:
    """The error names what comes closest, or what there is."""
    with pytest.raises(UsageError, match=hint):
        used_operations(coverage("listPets", name))


def test_threshold_is_reached_exactly() -> None:
    """The percentage is over operations, and is not rounded up."""
    assert totals(coverage()) == {
        "operations": Figures(1, 3),
        "statuses": Figures(1, 6),
        "parameters": Figures(0, 3),
        "fields": Figures(0, 0),
    }
    assert failure(coverage(), 33.3) == ""
    assert failure(coverage(), 33.4).startswith("33.3 % of the used operations were called")
    assert failure(coverage("listPets"), 100) == ""
    assert failure(Coverage(), 0.1) != ""


def test_results_are_merged() -> None:
    """Counts add up, and JSON brings a result back; equal results are equal texts."""
    first, second = coverage("listPets"), coverage("getPet")
    second.add_outside("GET /nope", 2)
    first.add(deepcopy(second))
    assert first.apis[0].operations[0].calls == 4
    assert first.apis[0].operations[0].statuses == {"200": 4, "404": 0}
    assert (first.used, first.outside) == (["listPets", "getPet"], {"GET /nope": 2})
    again = from_json(json.loads(as_json(first)), "it")
    assert again == first
    assert as_json(again) == as_json(first)


def test_reports_name_what_was_not_called() -> None:
    """Text and page; what a request has is text in both."""
    result = coverage("shop")
    result.add_outside("GET /<b>\x1b[2J")
    text = as_text(result).splitlines()
    assert text == [
        "      operations  statuses  parameters  fields",
        "shop      1 of 3    1 of 6      0 of 3  0 of 0",
        "shop, not called: getPet, listOrders",
        "no requests: zoo",
        "not in the contract: GET /<b>?[2J (1)",
        "called 1 of 3 used operations: 33.3 %",
    ]
    page = as_html(result)
    assert "33.3 % of the operations" in page
    assert "&lt;b&gt;" in page
    assert "://" not in page
