"""Comparison of documents with the words of OpenAPI 2.0, 3.1 and 3.2."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from tests.support.server import ROOT
from understudy.openapi.contract import Contract
from understudy.openapi.diff.contracts import list_changes

EVERY_WORD = ROOT / "tests/openapi/every_word.yaml"
REF_A = {"$ref": "#/components/schemas/A"}


def test_diff_of_document_with_every_word_finds_only_its_edits() -> None:
    """Nothing against itself; then a change in a condition, a method of its own and a webhook."""
    source = Contract.load(EVERY_WORD).source
    old, new = (Contract("words", copy.deepcopy(source)) for _ in range(2))
    assert list_changes(old, new) == []
    edited = copy.deepcopy(source)
    pet = edited["components"]["schemas"]["Pet"]
    pet["then"]["required"] = []
    del edited["paths"]["/pets/{id}"]["additionalOperations"], edited["webhooks"]
    listed = [change[:4] for change in list_changes(old, Contract("words", edited))]
    assert ("LINK /v1/pets/{id}", "", "is gone", "breaking") in listed
    assert ("webhook newPet: POST", "", "is gone", "breaking") in listed
    rule = "its rule by `then` has changed"
    assert ("GET /v1/pets/{id}", "response 200", rule, "breaking") in listed


OLD_VERSION: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Pets", "version": "1"},
    "host": "pets.example",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "securityDefinitions": {"login": {"type": "basic"}},
    "security": [{"login": []}],
    "paths": {
        "/pets": {
            "post": {
                "operationId": "addPet",
                "parameters": [
                    {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Pet"}},
                    {
                        "name": "tags",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "csv",
                    },
                ],
                "responses": {
                    "200": {"description": "It.", "schema": {"$ref": "#/definitions/Pet"}}
                },
            }
        }
    },
    "definitions": {
        "Pet": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "x-nullable": True},
                "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
                "photo": {"type": "string", "format": "byte"},
            },
        }
    },
}
NEW_PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": ["string", "null"]},
        "age": {"type": "integer", "exclusiveMinimum": 0},
        "photo": {"type": "string", "contentEncoding": "base64"},
    },
}
NEW_VERSION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "2"},
    "servers": [{"url": "https://pets.example/v1"}],
    "security": [{"user": []}],
    "paths": {
        "/pets": {
            "post": {
                "operationId": "addPet",
                "parameters": [
                    {
                        "name": "tags",
                        "in": "query",
                        "explode": False,
                        "schema": {"type": "array", "items": {"type": "string"}},
                    }
                ],
                "requestBody": {"content": {"application/json": {"schema": REF_A}}},
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {"application/json": {"schema": REF_A}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {"A": NEW_PET},
        "securitySchemes": {"user": {"type": "http", "scheme": "Basic"}},
    },
}


def test_diff_of_versions_of_openapi_lists_no_change_of_the_version(tmp_path: Path) -> None:
    """The same API in Swagger 2.0 and in OpenAPI 3.1, in each one's words."""
    contracts = []
    for name, content in (("old", OLD_VERSION), ("new", NEW_VERSION)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content))
        contracts.append(Contract.load(path))
    assert list_changes(*contracts) == []
    assert list_changes(*reversed(contracts)) == []
