"""The official test suite of JSON Schema 2020-12: each schema as that of a request body."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.documents import document
from understudy.openapi.contract import Contract

SUITE = Path(__file__).parent / "official"
_DRAFT = SUITE / "tests" / "draft2020-12"
_REMOTES = SUITE / "remotes"
#: Where the schemas in `remotes` are, by the suite.
_ORIGIN = "http://localhost:1234/"
#: Keywords that are about `format` as an annotation; we assert formats on purpose.
_LEFT_OUT = ("format",)
#: The tests that fail, by file, group and test. A meta-schema may leave out a vocabulary, and with
#: it the meaning of its keywords; OpenAPI has no such documents.
_KNOWN = {
    (
        "vocabulary",
        "schema that uses custom metaschema with with no validation vocabulary",
        "no validation: invalid number, but it still validates",
    )
}
FILES = sorted(path for path in _DRAFT.rglob("*.json") if path.stem not in _LEFT_OUT)

pytestmark = pytest.mark.skipif(
    not FILES, reason="no test suite of JSON Schema: run scripts/official-suite"
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(_DRAFT)))
def test_official_suite_agrees(path: Path) -> None:
    """Every value of every group is accepted or refused as the suite says."""
    wrong = set()
    for group in json.loads(path.read_text(encoding="utf-8")):
        validator = _validator(group["schema"])
        wrong |= {
            (path.stem, group["description"], test["description"])
            for test in group["tests"]
            if validator.accepts(test["data"]) != test["valid"]
        }
    assert wrong <= _KNOWN
    assert wrong == {known for known in _KNOWN if known[0] == path.stem}


def _validator(schema: Any) -> Any:
    """Return the validator of a request body; a schema without a name of its own gets one, because
    its references mean itself and not the document."""
    if isinstance(schema, dict):
        schema = {"$id": "https://suite.example/root.json", **schema}
    post = {
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": "OK"}},
    }
    spec = document({"/x": {"post": post}}, components={"schemas": _remote_schemas()})
    body = Contract("suite", spec).operations[0].body
    assert body is not None
    return body.preferred.validator


@cache
def _remote_schemas() -> dict[str, Any]:
    """Return the schemas that the suite has at other addresses, as components by their `$id`."""
    schemas: dict[str, Any] = {}
    for path in sorted(_REMOTES.rglob("*.json")):
        location = path.relative_to(_REMOTES).as_posix()
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict) and not location.startswith(("draft-next", "draft3")):
            name, url = f"remote{len(schemas)}", _ORIGIN + location
            schemas[name] = {"$id": url, **content}
            if schemas[name]["$id"] != url:
                schemas[f"{name}-url"] = {"$id": url, "$ref": schemas[name]["$id"]}
    return schemas
