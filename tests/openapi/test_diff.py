"""`understudy diff`: the changes between two documents, and which of them break clients."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import ROOT, run
from understudy.openapi.contract import Contract
from understudy.openapi.diff.contracts import list_changes

PETS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "/shop"}],
    "paths": {
        "/pets/{id}": {
            "put": {
                "operationId": "putPet",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
                    {
                        "name": "kind",
                        "in": "query",
                        "schema": {"type": "string", "enum": ["cat", "dog"], "default": "cat"},
                    },
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/P"}}}
                },
                "responses": {
                    "200": {
                        "description": "The pet.",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/P"}}
                        },
                    },
                    "404": {"description": "None."},
                },
            }
        }
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}},
        "schemas": {
            "P": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 9},
                    "age": {"type": "integer", "minimum": 0},
                    "mother": {"$ref": "#/components/schemas/P"},
                    "food": {"oneOf": [{"title": "Fish", "type": "string"}]},
                },
            }
        },
    },
}

Edit = Callable[[dict[str, Any]], object]


def _put(document: dict[str, Any]) -> Any:
    return document["paths"]["/pets/{id}"]["put"]


def _pet(document: dict[str, Any]) -> Any:
    return document["components"]["schemas"]["P"]["properties"]


def changes_of(edit: Edit, *, reverted: bool = False) -> list[tuple[str, str, bool]]:
    """Return the changes that an edit of the document makes, or that reverting it makes."""
    new = copy.deepcopy(PETS)
    edit(new)
    documents = (new, PETS) if reverted else (PETS, new)
    old, newer = (Contract("pets", document) for document in documents)
    return [(c.where, c.what, c.breaks) for c in list_changes(old, newer)]


#: An edit, its change and whether that breaks clients; then the same for the reverted edit.
EDITS: list[tuple[str, Edit, str, bool, str, bool]] = [
    (
        "an operation",
        lambda d: d["paths"].update({"/pets": {"get": {"operationId": "l", "responses": {}}}}),
        "is new",
        False,
        "is gone",
        True,
    ),
    (
        "an optional parameter",
        lambda d: _put(d)["parameters"].append({"name": "x", "in": "query", "schema": {}}),
        "query parameter x: is new, and optional",
        False,
        "query parameter x: is gone",
        True,
    ),
    (
        "a required parameter",
        lambda d: _put(d)["parameters"][1].update(required=True),
        "query parameter dry: is required now",
        True,
        "query parameter dry: is optional now",
        False,
    ),
    (
        "a value",
        lambda d: _put(d)["parameters"][2]["schema"]["enum"].append("cow"),
        'query parameter kind: may be "cow"',
        False,
        'query parameter kind: is no longer "cow"',
        True,
    ),
    (
        "a default",
        lambda d: _put(d)["parameters"][2]["schema"].update(default="dog"),
        'query parameter kind: its default was "cat", and is "dog"',
        False,
        'query parameter kind: its default was "dog", and is "cat"',
        False,
    ),
    (
        "a key",
        lambda d: d.update(security=[{"key": []}]),
        "security: no key is no longer enough",
        True,
        "security: no key is enough now",
        False,
    ),
    (
        "a success",
        lambda d: _put(d)["responses"].update({"201": {"description": "Made."}}),
        "response 201: is new",
        False,
        "response 201: is gone",
        True,
    ),
    (
        "deprecation",
        lambda d: _put(d).update(deprecated=True),
        "is deprecated now",
        False,
        "is no longer deprecated",
        False,
    ),
    (
        "a path",
        lambda d: d["paths"].update({"/animals/{id}": d["paths"].pop("/pets/{id}")}),
        "was PUT /shop/pets/{id}",
        True,
        "was PUT /shop/animals/{id}",
        True,
    ),
]


@pytest.mark.parametrize(
    ("name", "edit", "change", "breaks", "reverted_change", "reverted_breaks"), EDITS
)
def test_diff_lists_an_edit_and_its_reversal(
    name: str, edit: Edit, change: str, breaks: bool, reverted_change: str, reverted_breaks: bool
) -> None:
    """Each with its place, and whether it breaks clients."""
    expectations = ((False, (change, breaks)), (True, (reverted_change, reverted_breaks)))
    for reverted, expected in expectations:
        actual = [
            (f"{where}: {what}" if where else what, breaking)
            for where, what, breaking in changes_of(edit, reverted=reverted)
        ]
        assert expected in actual, name


#: An edit of the schema of both bodies; the place and whether it breaks, by request and response.
BOTH: list[tuple[Edit, tuple[str, bool], tuple[str, bool]]] = [
    (lambda d: _pet(d)["name"].update(maxLength=5), ("/name", True), ("/name", False)),
    (lambda d: _pet(d)["name"].pop("maxLength"), ("/name", False), ("/name", False)),
    (lambda d: _pet(d)["age"].update(minimum=-1), ("/age", False), ("/age", False)),
    (lambda d: _pet(d)["age"].update(type="number"), ("/age", False), ("/age", True)),
    (lambda d: _pet(d)["name"].update(type=["string", "null"]), ("/name", False), ("/name", True)),
    (lambda d: _pet(d)["name"].update(pattern="^a"), ("/name", True), ("/name", False)),
    (lambda d: _pet(d).pop("age"), ("/age", True), ("/age", True)),
    (lambda d: _pet(d).update(x={"type": "string"}), ("/x", False), ("/x", False)),
    (
        lambda d: d["components"]["schemas"]["P"].update(required=[]),
        ("/name", False),
        ("/name", True),
    ),
    (
        lambda d: _pet(d)["food"]["oneOf"].append({"title": "Hay", "type": "integer"}),
        ("/food (Hay)", False),
        ("/food (Hay)", True),
    ),
]


@pytest.mark.parametrize(("edit", "in_request", "in_response"), BOTH)
def test_diff_of_schemas_depends_on_the_direction(
    edit: Edit, in_request: tuple[str, bool], in_response: tuple[str, bool]
) -> None:
    """A request schema that accepts less breaks clients, and so does a response schema that allows
    values of another shape. Schemas that contain themselves are compared once."""
    actual = [(where, breaks) for where, _, breaks in changes_of(edit)]
    assert (f"request body{in_request[0]}", in_request[1]) in actual
    assert (f"response 200{in_response[0]}", in_response[1]) in actual


def test_diff_escapes_the_names_of_fields() -> None:
    """The place of a field is a JSON pointer."""
    changes = changes_of(lambda d: _pet(d).update({"a/b~c": {}}))
    assert ("response 200/a~1b~0c", "is new", False) in changes


def test_diff_ignores_texts_and_names_of_path_parameters() -> None:
    """The order of the operations does not count either."""

    def edit(document: dict[str, Any]) -> None:
        document["paths"]["/pets/{pet}"] = item = document["paths"].pop("/pets/{id}")
        item["put"]["parameters"][0]["name"] = "pet"
        item["put"]["description"] = "Another text."

    assert changes_of(edit) == []


def test_diff_command_lists_changes_and_exits_by_breakage(tmp_path: Path) -> None:
    """Code 0 or 1; documents by path or by name; code 2 and a sentence for an unknown API."""
    new = copy.deepcopy(PETS)
    _put(new)["parameters"].append({"name": "x", "in": "query", "schema": {}})
    paths = [tmp_path / "old.json", tmp_path / "new.json"]
    for path, document in zip(paths, (PETS, new), strict=True):
        path.write_text(json.dumps(document))
    old, newer = map(str, paths)

    process = run("diff", old, newer)
    assert (process.returncode, process.stdout) == (
        0,
        "PUT /shop/pets/{id}\n            query parameter x: is new, and optional\n"
        "1 change: 1 harmless\n",
    )
    process = run("diff", newer, old, "--format", "json")
    assert process.returncode == 1
    assert json.loads(process.stdout) == {
        "old": newer,
        "new": old,
        "breaks": True,
        "counts": {"breaking": 1, "risky": 0, "harmless": 0},
        "changes": [
            {
                "operation": "PUT /shop/pets/{id}",
                "where": "query parameter x",
                "what": "is gone",
                "level": "breaking",
                "rule": "request-parameter-removed",
                "document": "old",
                "pointer": "#/paths/~1pets~1{id}/put/parameters/3",
                "file": newer,
                "line": 1,
            }
        ],
    }
    assert run("diff", "zep", str(ROOT / "specs" / "zep.yaml")).stdout.startswith("nothing changed")
    process = run("diff", "zep", "nothing")
    assert process.returncode == 2
    assert "there is no API 'nothing'" in process.stderr
