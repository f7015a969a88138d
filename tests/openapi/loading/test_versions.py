"""Every version becomes the same inner form."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from tests.openapi.loading.support import file, loaded, messages
from understudy.openapi.contract import Contract
from understudy.openapi.loading.conversion.swagger2 import converted
from understudy.openapi.loading.conversion.upgrade import upgraded
from understudy.openapi.loading.loader import load
from understudy.openapi.loading.yaml_reader import read_text


def upgraded_schema(schema: dict[str, Any], version: str = "3.0.3") -> Any:
    """Return a component schema in the inner form."""
    document = {"openapi": version, "components": {"schemas": {"S": schema}}}
    return upgraded(document)["components"]["schemas"]["S"]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("schema", "inner"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "enum": ["a"], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        (
            {"allOf": [{"$ref": "#/x"}], "nullable": True, "title": "T"},
            {"anyOf": [{"allOf": [{"$ref": "#/x"}]}, {"type": "null"}], "title": "T"},
        ),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"exclusiveMaximum": 5}, {"exclusiveMaximum": 5}),
        (
            {"items": [{"type": "string"}], "additionalItems": False},
            {"prefixItems": [{"type": "string"}], "items": False},
        ),
        (
            {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}},
            {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"required": ["d"]}}},
        ),
        (
            {"properties": {"nullable": {"type": "string", "nullable": True}}},
            {"properties": {"nullable": {"type": ["string", "null"]}}},
        ),
        (
            {"enum": [{"nullable": True}], "default": {"nullable": True}},
            {"enum": [{"nullable": True}], "default": {"nullable": True}},
        ),
    ],
)
def test_schemas_become_json_schema_2020_12(
    schema: dict[str, Any], inner: dict[str, Any], version: str
) -> None:
    """Words of one version count in the others too; data stays as it is."""
    result = upgraded_schema(copy.deepcopy(schema), version)
    assert result == inner
    assert upgraded_schema(result, version) == inner


def test_siblings_of_a_reference_count_after_3_0() -> None:
    """3.0 ignores them."""
    schema = {"$ref": "#/x", "description": "D", "maxLength": 2}
    assert upgraded_schema(dict(schema)) == {"$ref": "#/x"}
    siblings = {"allOf": [{"$ref": "#/x"}], "description": "D", "maxLength": 2}
    assert upgraded_schema(dict(schema), "3.1.0") == siblings
    both = {"$ref": "#/x", "allOf": [{"type": "string"}]}
    assert upgraded_schema(both, "3.2.0") == {"allOf": [{"$ref": "#/x"}, {"type": "string"}]}


def test_upgrade_copies_once() -> None:
    """A document in the inner form is returned as it is; others are not changed."""
    document = {
        "openapi": "3.0.3",
        "components": {"schemas": {"S": {"nullable": True, "type": "x"}}},
    }
    before = copy.deepcopy(document)
    first = upgraded(document)
    assert document == before
    assert upgraded(first) is first
    assert Contract("t", first).document is first


SWAGGER = """\
swagger: "2.0"
info: {title: T, version: "1"}
host: example.com
basePath: /v1
schemes: [https, http]
consumes: [application/json]
produces: [application/json, text/csv]
parameters:
  Body: {in: body, name: pet, required: true, schema: {$ref: "#/definitions/Pet"}}
  Ids: {in: query, name: ids, type: array, items: {type: integer}, collectionFormat: pipes}
  Token: {in: formData, name: token, type: string, required: true}
responses:
  Gone:
    description: Gone.
    schema: {$ref: "#/definitions/Pet"}
    examples: {application/json: {a: 1}}
securityDefinitions:
  basic: {type: basic}
  oauth:
    {type: oauth2, flow: accessCode, authorizationUrl: "https://a.com",
     tokenUrl: "https://a.com", scopes: {r: R}}
definitions:
  Pet:
    type: object
    discriminator: kind
    required: [kind]
    properties:
      kind: {type: string}
      owner: {$ref: "#/definitions/Pet"}
      age: {type: integer, x-nullable: true}
paths:
  /pets/{id}:
    parameters: [{in: path, name: id, type: string, required: true, x-example: p1}]
    get:
      parameters:
        - {$ref: "#/parameters/Ids"}
        - {in: header, name: X-A, type: array, items: {type: string}}
      responses:
        200:
          description: OK
          schema: {type: array, items: {$ref: "#/definitions/Pet"}}
          headers: {X-B: {type: integer}}
        404: {$ref: "#/responses/Gone"}
    put:
      parameters: [{$ref: "#/parameters/Body"}]
      schemes: [wss]
      responses: {204: {description: OK}}
    post:
      consumes: [multipart/form-data]
      parameters: [{$ref: "#/parameters/Token"}, {in: formData, name: f, type: file},
                   {in: formData, name: t, type: array, items: {type: string}}]
      produces: [image/png]
      responses: {201: {description: OK, schema: {type: file}}}
"""


def test_swagger_2_is_converted() -> None:
    """Bodies, forms, files, collections, servers, security, examples and references."""
    document = converted(read_text(SWAGGER).value)
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []
    item = document["paths"]["/pets/{id}"]
    assert [server["url"] for server in document["servers"]] == [
        "https://example.com/v1",
        "http://example.com/v1",
    ]
    assert item["put"]["servers"] == [{"url": "wss://example.com/v1"}]
    body = item["put"]["requestBody"]
    assert (body["required"], body["x-body-name"]) == (True, "pet")
    assert body["content"] == {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
    form = item["post"]["requestBody"]["content"]["multipart/form-data"]
    assert form["schema"]["required"] == ["token"]
    assert form["schema"]["properties"]["f"] == {"type": "string", "format": "binary"}
    assert form["encoding"] == {"t": {"style": "form", "explode": False}}
    assert list(item["post"]["responses"]["201"]["content"]) == ["image/png"]
    ids = document["components"]["parameters"]["Ids"]
    assert (ids["style"], ids["explode"]) == ("pipeDelimited", False)
    gone = document["components"]["responses"]["Gone"]["content"]
    assert gone["application/json"]["example"] == {"a": 1}
    pet = document["components"]["schemas"]["Pet"]
    assert pet["discriminator"] == {"propertyName": "kind"}
    assert pet["properties"]["age"] == {"type": "integer", "nullable": True}
    flows = document["components"]["securitySchemes"]["oauth"]["flows"]
    assert list(flows) == ["authorizationCode"]


@pytest.mark.parametrize(
    ("produces", "examples", "expected"),
    [
        (["text/plain"], {"*/*": "a"}, {"text/plain": "a"}),
        (["text/plain"], {"text/plain": "a", "*/*": "b"}, {"text/plain": "a"}),
        (None, {"text/plain": "a"}, {"text/plain": "a"}),
        (None, {"*/*": "a"}, {"application/json": "a"}),
        (["text/plain"], {"text/html": "a"}, {"text/plain": None, "text/html": "a"}),
    ],
)
def test_swagger_2_examples_have_media_types(
    produces: list[str] | None, examples: dict[str, str], expected: dict[str, str | None]
) -> None:
    """Without `produces` they are those of the examples; one of `*/*` is for all."""
    response = {"description": "ok", "examples": examples}
    operation = {"produces": produces or [], "responses": {"200": response}}
    document = converted({"swagger": "2.0", "paths": {"/a": {"get": operation}}})
    content = document["paths"]["/a"]["get"]["responses"]["200"]["content"]
    assert {kind: media.get("example") for kind, media in content.items()} == expected


def test_swagger_2_is_loaded(tmp_path: Path) -> None:
    """Its source stays 2.0; references to other files work, and problems have its pointers."""
    file(
        tmp_path,
        "owner.yaml",
        "type: object\nproperties: {pet: {$ref: 'api.yaml#/definitions/Pet'}}",
    )
    text = SWAGGER.replace('owner: {$ref: "#/definitions/Pet"}', "owner: {$ref: owner.yaml}")
    text = text.replace("age: {type: integer", "age: {type: wrong")
    document = load(file(tmp_path, "api.yaml", text))
    assert (document.version, document.source["swagger"]) == ("2.0", "2.0")
    assert document.document["openapi"] == "3.1.0"
    schemas = document.document["components"]["schemas"]
    assert schemas["owner"]["properties"]["pet"] == {"$ref": "#/components/schemas/Pet"}
    assert {problem.pointer for problem in document.problems} == {
        "#/definitions/Pet/properties/age/type"
    }
    operations = Contract("t", document.document).operations
    assert {operation.method for operation in operations} == {"GET", "PUT", "POST"}


@pytest.mark.parametrize(
    ("field", "version"),
    [
        ("openapi: 3.0.0", "3.0"),
        ("openapi: '3.0'", "3.0"),
        ("openapi: 3.0", "3.0"),
        ("openapi: 3.1.1", "3.1"),
        ("openapi: 3.2.0", "3.2"),
        ("swagger: '2.0'", "2.0"),
        ("swagger: 2.0", "2.0"),
    ],
)
def test_versions_are_told_by_their_beginnings(tmp_path: Path, field: str, version: str) -> None:
    """With a problem where the field is not as the specification wants it."""
    text = f"{field}\ninfo: {{title: T, version: '1'}}\npaths: {{}}\n"
    document = load(file(tmp_path, "api.yaml", text))
    assert document.version == version
    is_odd = field in ("openapi: '3.0'", "openapi: 3.0", "swagger: 2.0")
    assert bool(document.problems) is is_odd


def test_documents_of_3_1_and_3_2_keep_what_is_theirs(tmp_path: Path) -> None:
    """Webhooks, path items by reference, `query`, `additionalOperations` and media types."""
    body = """\
paths:
  /a: {$ref: "#/components/pathItems/I"}
webhooks: {w: {post: {responses: {"200": {description: OK}}}}}
components:
  mediaTypes: {M: {schema: {type: string, const: x}}}
  pathItems:
    I:
      query:
        responses:
          "200":
            description: OK
            content: {application/json: {$ref: "#/components/mediaTypes/M"}}
      additionalOperations: {COPY: {responses: {"201": {description: OK}}}}
"""
    document = loaded(tmp_path, body, "3.2.0")
    assert messages(document) == []
    assert document.document == document.source
    assert loaded(tmp_path, "webhooks: {}\n", "3.1.0").document["paths"] == {}


@pytest.mark.parametrize("where", ["path", "header", "query"])
@pytest.mark.parametrize(
    ("separator", "style"),
    [("ssv", "spaceDelimited"), ("tsv", "tabDelimited"), ("pipes", "pipeDelimited"), ("csv", None)],
)
def test_separators_of_lists_become_styles(where: str, separator: str, style: str | None) -> None:
    """Wherever the parameter is."""
    parameter = {"name": "a", "in": where, "type": "array", "collectionFormat": separator}
    document = {"swagger": "2.0", "paths": {}, "parameters": {"A": parameter}}
    assert upgraded(document)["components"]["parameters"]["A"].get("style") == style
