"""Examples in other files: read below the document's folder, once, as what they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import document, operation, send
from understudy.openapi.contract import Contract


def contract_of(folder: Path, content: dict[str, Any], **more: Any) -> Contract:
    """Return the contract of a document in a folder with an operation that answers with content."""
    from json import dumps

    path = folder / "api.json"
    path.write_text(dumps(document({"/x": {"get": operation(content)}}, **more)))
    return Contract.load(path)


@pytest.mark.parametrize(
    ("media_type", "name", "text", "expected"),
    [
        ("application/json", "pet.json", '{"name": "Rex"}', '{"name":"Rex"}'),
        ("application/json", "pet.yaml", "name: Rex\n", '{"name":"Rex"}'),
        ("application/json", "folder/pet", '{"name": "Rex"}', '{"name":"Rex"}'),
        ("application/json", "a%20b.json", "[1]", "[1]"),
        ("text/csv", "pets.csv", "name\nRex\n", "name\nRex\n"),
        ("application/xml", "pet.xml", "<pet/>", "<pet/>"),
    ],
)
def test_example_in_another_file_is_sent(
    tmp_path: Path, media_type: str, name: str, text: str, expected: str
) -> None:
    """As data by the media type or the file's ending, else as a text."""
    file = tmp_path / name.replace("%20", " ")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    contract = contract_of(tmp_path, {media_type: {"examples": {"one": {"externalValue": name}}}})
    assert not contract.problems
    assert send(contract.document, "GET", "/x").text == expected


def test_shared_example_in_another_file_is_sent(tmp_path: Path) -> None:
    """Also one that is a component, which has no media type of its own."""
    (tmp_path / "pet.json").write_text('{"name": "Rex"}')
    reference = {"$ref": "#/components/examples/Pet"}
    contract = contract_of(
        tmp_path,
        {"application/json": {"examples": {"one": reference}}},
        components={"examples": {"Pet": {"externalValue": "./pet.json"}}},
    )
    assert send(contract.document, "GET", "/x").json() == {"name": "Rex"}


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("none.json", "No such file"),
        ("../secret.json", "--allow-refs"),
        ("https://example.com/pet.json", "--allow-refs"),
        ("broken.json", "not valid YAML or JSON"),
    ],
)
def test_example_that_cannot_be_read_is_a_problem(
    tmp_path: Path, location: str, reason: str
) -> None:
    """The document is served without it."""
    (tmp_path / "secret.json").write_text("{}")
    folder = tmp_path / "api"
    folder.mkdir()
    (folder / "broken.json").write_text("{")
    example = {"schema": {"type": "integer"}, "examples": {"one": {"externalValue": location}}}
    contract = contract_of(folder, {"application/json": example})
    (problem,) = contract.problems
    assert reason in problem.message
    assert problem.severity == "warning"
    assert problem.pointer.endswith("/examples/one/externalValue")
    assert isinstance(send(contract.document, "GET", "/x").json(), int)
