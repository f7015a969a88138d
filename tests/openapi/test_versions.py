"""The versions of an API in one document or several: which there are, and what replaces what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.documents import document, operation
from understudy.openapi.contract import Contract
from understudy.openapi.versions.family import Family, family_of
from understudy.openapi.versions.lineage import Lineage


def contract(version: str, paths: dict[str, Any], *, title: str = "T", **declared: Any) -> Contract:
    """Return a contract of one version; `declared` is what it says of its versions."""
    spec = document(paths)
    spec["info"] = {"title": title, "version": version}
    if declared:
        spec["x-understudy-versions"] = declared
    return Contract(f"api-{version}", spec)


def get(name: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a path item with one operation."""
    named = more if name is None else {"operationId": name, **more}
    return {"get": operation(**named)}


def family(*contracts: Contract) -> Family:
    """Return the versions in these documents."""
    found = family_of(contracts[0], contracts)
    assert found is not None
    return found


def rows(*contracts: Contract) -> list[str]:
    """Return the operations that replace each other, a version after the other."""
    lineage = Lineage(family(*contracts))
    return [
        " > ".join(",".join(each.id for each in found) for _, found in lineage.cells(row))
        for row in lineage.rows
    ]


def test_documents_of_one_title_are_versions() -> None:
    """They are in the order of the numbers in their names; other documents are none."""
    paths = {"/x": get("x")}
    members = [contract(version, paths) for version in ("1.10", "1.9", "v2")]
    other = contract("3", paths, title="Other")
    assert [each.name for each in family(*members, other).versions] == ["v2", "1.9", "1.10"]
    assert family_of(other, [*members, other]) is None
    assert family_of(members[0], [members[0]]) is None


def test_documents_of_one_title_and_version_are_no_versions() -> None:
    """Many documents have the title and the version that a framework gives them."""
    same = [contract("0.1.0", {}, title="FastAPI") for _ in range(2)]
    assert family_of(same[0], same) is None


def test_operations_are_related_by_id_then_method_of_a_client_then_route() -> None:
    """One that nothing relates has no counterpart."""
    old = contract(
        "1",
        {
            "/a": get("listPets"),
            "/b": get("readPet", **{"x-sdk": {"python": "pets.get"}}),
            "/c/{id}": get(),
            "/d": get("gone"),
        },
    )
    new = contract(
        "2",
        {
            "/pets": get("listPets"),
            "/a": get("getPet", **{"x-sdk": {"python": "pets.get"}}),
            "/c/{name}": get("readC"),
            "/e": get("added"),
        },
    )
    assert rows(old, new) == [
        "listPets > listPets",
        "readPet > getPet",
        "get_c_by_id > readC",
        " > added",
        "gone > ",
    ]


def test_document_says_what_replaces_what() -> None:
    """Also from a version that is not the one before, and several; what is declared is not related
    to others by its name."""
    old = contract(
        "v1, v2",
        {"/a": get("a"), "/b": get("b"), "/c": get("c"), "/d": get("d")},
        family="F",
        versions=["v1", "v2"],
        only={"v1": ["a", "b"], "v2": ["c"]},
        replaces={"c": ["a", "b"]},
    )
    new = contract(
        "v3",
        {"/c": get("c"), "/e": get("e"), "/f": get("f")},
        family="F",
        versions=["v3"],
        replaces={"e": "c", "f": ["b", "d"]},
    )
    names = [version.name for version in family(old, new).versions]
    assert names == ["v1", "v2", "v3"]
    assert rows(old, new) == [" >  > c", "d,a,b > c,d > e,f"]


HOSTILE: list[dict[str, Any]] = [
    {"family": {"F": 1}, "versions": 3, "only": [1], "replaces": "x"},
    {"versions": ["2", None, "2"], "only": {"2": {"a": 1}, "9": [2]}, "replaces": {"x": [{}, 1]}},
    {"replaces": {"x": "x", "y": ["x", "nobody"], "nobody": "x"}},
]


@pytest.mark.parametrize("declared", HOSTILE)
def test_declaration_of_other_types_is_ignored(declared: dict[str, Any]) -> None:
    """The rest of the documents counts; an operation does not replace itself."""
    paths = {"/x": get("x"), "/y": get("y")}
    assert rows(contract("1", paths), contract("2", paths, **declared)) in (
        ["x > x", "y > y"],
        ["x > x,y", "y > "],
    )
