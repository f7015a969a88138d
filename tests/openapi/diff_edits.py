"""A document with most words of OpenAPI, and single edits of it: each with the level and the kind
of its one change, and those of the edit in reverse."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import yaml

#: The value of an edit that takes something away.
GONE = object()

RICH: dict[str, Any] = yaml.safe_load("""
openapi: 3.2.0
info: {title: Rich, version: '1'}
servers: [{url: https://a.example/v1}, {url: https://b.example/v1}]
tags: [{name: one}, {name: two}]
security: [{key: []}, {login: [read]}]
paths:
  /pets/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: integer}}
    post:
      operationId: send
      tags: [one, two]
      parameters:
      - {name: q, in: query, schema: {type: string, enum: [a, b, c], default: a}}
      - {name: list, in: query, schema: {type: array, items: {type: string}}}
      - {name: X-Trace, in: header, schema: {type: string}}
      - {name: deep, in: query, style: deepObject, schema: {type: object, properties: {a: {type: string}}}}
      - {name: json, in: query, content: {application/json: {schema: {type: object}}}}
      - {name: need, in: query, required: true, schema: {type: integer, minimum: 1, format: int32}}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/In'}}
          multipart/form-data:
            schema: {type: object, properties: {a: {type: object}, tags: {type: array, items: {type: string}}}}
            encoding: {a: {contentType: application/json, headers: {X-A: {schema: {type: string}}}}, tags: {style: form, explode: true}}
      responses:
        '200':
          description: Done.
          headers: {X-Rate: {required: true, schema: {type: integer}}, X-List: {schema: {type: array, items: {type: string}}}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Out'}}
            application/jsonl: {itemSchema: {type: object, properties: {n: {type: integer}}}}
        '404': {description: None., content: {application/json: {schema: {type: object}}}}
      callbacks:
        done:
          '{$request.body#/url}':
            post:
              requestBody: {content: {application/json: {schema: {type: object, required: [e], properties: {e: {type: string}}}}}}
              responses: {'200': {description: Got it.}}
  /pets:
    get: {operationId: list, responses: {'200': {description: All.}}}
    query: {operationId: find, responses: {'200': {description: Some.}}}
webhooks:
  news: {post: {requestBody: {content: {application/json: {schema: {type: string, maxLength: 9}}}}, responses: {'200': {description: ok}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    login: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.example/t', scopes: {read: r, write: w}}}}
  schemas:
    In: &whole
      type: object
      required: [name, kind]
      properties:
        name: {type: string, minLength: 1, maxLength: 9, pattern: '^[a-z]+$'}
        kind: {type: string, enum: [cat, dog, cow]}
        age: {type: integer, minimum: 0, maximum: 99, multipleOf: 1, format: int32}
        ratio: {type: number, exclusiveMinimum: 0}
        when: {type: string, format: date}
        raw: {type: string, contentEncoding: base64, contentMediaType: image/png}
        inner: {type: string, contentMediaType: application/json, contentSchema: {type: object}}
        nothing: {type: [string, 'null']}
        fixed: {const: one}
        tags: {type: array, items: {type: string}, minItems: 1, maxItems: 5, uniqueItems: true, contains: {const: x}, minContains: 1}
        pair: {type: array, prefixItems: [{type: string}, {type: integer}], items: false}
        map: {type: object, additionalProperties: {type: string}, propertyNames: {maxLength: 5}, maxProperties: 9}
        closed: {type: object, properties: {a: {type: string}}, additionalProperties: false}
        open: {type: object, properties: {a: {type: string}}}
        strict: {type: object, properties: {a: {type: string}}, unevaluatedProperties: false}
        pattern: {type: object, patternProperties: {'^x-': {type: string}}}
        pay: {type: object, properties: {card: {type: string}, cvc: {type: string}, how: {type: string}}, dependentRequired: {card: [cvc]}, if: {required: [how], properties: {how: {const: cash}}}, then: {required: [cvc]}, else: {required: [card]}}
        choice: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: t, mapping: {a: '#/components/schemas/A', b: '#/components/schemas/B'}}}
        any: {anyOf: [{title: S, type: object, required: [s], properties: {s: {type: string}}}, {title: T, type: object, required: [t], properties: {t: {type: string}}}]}
        all: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, required: [u], properties: {u: {type: string}}}]}
        sibling: {$ref: '#/components/schemas/Word', maxLength: 20}
        local: {$ref: '#/components/schemas/In/$defs/code'}
        secret: {type: string, writeOnly: true}
        number: {type: string, readOnly: true}
        not: {type: string, not: {const: 'no'}}
      $defs: {code: {type: string, maxLength: 3}}
    Out: *whole
    A: {type: object, required: [t], properties: {t: {const: a}, x: {type: string}}}
    B: {type: object, required: [t], properties: {t: {const: b}, y: {type: string}}}
    C: {type: object, required: [t], properties: {t: {const: c}, z: {type: string}}}
    Word: {type: string, minLength: 1}
""")
# One is a copy of the other, so that edits of requests and of responses are apart.
RICH["components"]["schemas"]["Out"] = copy.deepcopy(RICH["components"]["schemas"]["In"])
RICH["components"]["schemas"]["Out"]["properties"]["local"]["$ref"] = (
    "#/components/schemas/Out/$defs/code"
)

POST = "/paths/~1pets~1{id}/post"
BODY = f"{POST}/requestBody"
FORM = f"{BODY}/content/multipart~1form-data"
OK = f"{POST}/responses/200"


class Edit(NamedTuple):
    """An edit: the JSON pointer to what gets the value, the level and the kind of its change, and
    those of the edit in reverse."""

    pointer: str
    value: Any
    level: str
    rule: str
    back_level: str
    back_rule: str

    def apply(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return an edited copy of a document. `-` at the end of the pointer is a new item."""
        edited = copy.deepcopy(document)
        node: Any = edited
        *steps, last = [
            step.replace("~1", "/").replace("~0", "~") for step in self.pointer.split("/")[1:]
        ]
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if last == "-":
            node.append(self.value)
        elif self.value is GONE:
            del node[int(last) if isinstance(node, list) else last]
        elif isinstance(node, list):
            node[int(last)] = self.value
        else:
            node[last] = self.value
        return edited


B, R, H = "breaking", "risky", "harmless"

#: Edits outside of schemas.
PARTS = [
    Edit("/paths/~1new", {"get": {"responses": {}}}, H, "operation-added", B, "operation-removed"),
    Edit("/paths/~1pets/query", GONE, B, "operation-removed", H, "operation-added"),
    Edit(f"{POST}/operationId", "other", R, "operation-id-changed", R, "operation-id-changed"),
    Edit(f"{POST}/deprecated", True, H, "operation-deprecated", H, "operation-reactivated"),
    Edit("/servers/1", GONE, R, "server-removed", H, "server-added"),
    Edit("/webhooks/news", GONE, B, "webhook-removed", H, "webhook-added"),
    Edit(f"{POST}/callbacks/done", GONE, B, "callback-removed", H, "callback-added"),
    # Parameters
    Edit(f"{POST}/parameters/0", GONE, B, "request-parameter-removed", H, "request-parameter-added-optional"),
    Edit(f"{POST}/parameters/5", GONE, B, "request-parameter-removed", B, "request-parameter-added-required"),
    Edit(f"{POST}/parameters/2/required", True, B, "request-parameter-became-required", H, "request-parameter-became-optional"),
    Edit(f"{POST}/parameters/0/deprecated", True, H, "request-parameter-deprecated", H, "request-parameter-reactivated"),
    Edit(f"{POST}/parameters/1/explode", False, B, "request-parameter-serialization-changed", B, "request-parameter-serialization-changed"),
    Edit(f"{POST}/parameters/1/style", "pipeDelimited", B, "request-parameter-serialization-changed", B, "request-parameter-serialization-changed"),
    Edit(f"{POST}/parameters/3/style", "form", B, "request-parameter-serialization-changed", B, "request-parameter-serialization-changed"),
    Edit(f"{POST}/parameters/4/content", {"text/plain": {"schema": {"type": "object"}}}, B, "request-parameter-serialization-changed", B, "request-parameter-serialization-changed"),
    Edit(f"{POST}/parameters/0/allowReserved", True, H, "request-parameter-reserved-characters-allowed", B, "request-parameter-reserved-characters-forbidden"),
    Edit(f"{POST}/parameters/0/allowEmptyValue", True, H, "request-parameter-empty-value-allowed", B, "request-parameter-empty-value-forbidden"),
    Edit(f"{POST}/parameters/0/schema/default", "b", R, "request-parameter-default-value-changed", R, "request-parameter-default-value-changed"),
    Edit(f"{POST}/parameters/0/schema/default", GONE, R, "request-parameter-default-value-removed", R, "request-parameter-default-value-added"),
    Edit(f"{POST}/parameters/0/schema/enum/1", GONE, B, "request-parameter-enum-value-removed", H, "request-parameter-enum-value-added"),
    Edit(f"{POST}/parameters/5/schema/minimum", 2, B, "request-parameter-min-increased", H, "request-parameter-min-decreased"),
    Edit(f"{POST}/parameters/5/schema/format", "int64", H, "request-parameter-format-generalized", B, "request-parameter-format-specialized"),
    Edit(f"{POST}/parameters/3/schema/properties/a/maxLength", 3, B, "request-parameter-property-max-length-set", H, "request-parameter-property-max-length-unset"),
    Edit("/paths/~1pets~1{id}/parameters/0/schema/type", "string", H, "request-parameter-type-generalized", B, "request-parameter-type-specialized"),
    # Security
    Edit("/security/0", GONE, B, "security-narrowed", H, "security-widened"),
    Edit("/security/-", {}, H, "security-widened", B, "security-narrowed"),
    Edit("/security/1/login/-", "write", B, "security-narrowed", H, "security-widened"),
    Edit("/components/securitySchemes/key/in", "query", B, "security-scheme-changed", B, "security-scheme-changed"),
    Edit("/components/securitySchemes/key/name", "X-Other", B, "security-scheme-changed", B, "security-scheme-changed"),
    Edit("/components/securitySchemes/login/flows/clientCredentials/tokenUrl", "https://c.example/t", R, "security-scheme-oauth-url-changed", R, "security-scheme-oauth-url-changed"),
    Edit("/components/securitySchemes/login/flows/clientCredentials/scopes/write", GONE, R, "security-scheme-oauth-scope-removed", H, "security-scheme-oauth-scope-added"),
    Edit("/components/securitySchemes/login/flows/password", {"tokenUrl": "/t", "scopes": {}}, H, "security-scheme-oauth-flow-added", B, "security-scheme-oauth-flow-removed"),
    # Bodies
    Edit(BODY, GONE, B, "request-body-removed", B, "request-body-added-required"),
    Edit(f"{BODY}/required", False, H, "request-body-became-optional", B, "request-body-became-required"),
    Edit(f"{BODY}/content/text~1plain", {}, H, "request-body-media-type-added", B, "request-body-media-type-removed"),
    Edit(f"{FORM}/encoding/a/contentType", "application/xml", B, "request-body-encoding-media-type-changed", B, "request-body-encoding-media-type-changed"),
    Edit(f"{FORM}/encoding/tags/explode", False, B, "request-body-encoding-serialization-changed", B, "request-body-encoding-serialization-changed"),
    Edit(f"{FORM}/encoding/a/headers/X-A/required", True, B, "request-body-encoding-header-became-required", H, "request-body-encoding-header-became-optional"),
    Edit(f"{OK}/content/text~1plain", {}, H, "response-body-media-type-added", B, "response-body-media-type-removed"),
    Edit(f"{OK}/content/application~1jsonl/itemSchema/properties/n/type", "string", B, "response-property-type-changed", B, "response-property-type-changed"),
    Edit(f"{POST}/responses/409", {"description": "No."}, R, "response-non-success-status-added", H, "response-non-success-status-removed"),
    Edit(f"{POST}/responses/503", {"description": "No."}, H, "response-non-success-status-added", H, "response-non-success-status-removed"),
    Edit(f"{POST}/responses/202", {"description": "Later."}, R, "response-success-status-added", B, "response-success-status-removed"),
    Edit(f"{OK}/headers/X-Rate", GONE, B, "response-header-removed", H, "response-header-added"),
    Edit(f"{OK}/headers/X-Rate/required", False, B, "response-header-became-optional", H, "response-header-became-required"),
    Edit(f"{OK}/headers/X-Rate/schema/type", "string", B, "response-header-type-generalized", H, "response-header-type-specialized"),
    # What the server sends
    Edit("/webhooks/news/post/requestBody/content/application~1json/schema/maxLength", GONE, R, "request-body-max-length-unset", H, "request-body-max-length-set"),
    Edit(f"{POST}/callbacks/done/{{$request.body#~1url}}/post/requestBody/content/application~1json/schema/required", [], B, "request-property-became-optional", H, "request-property-became-required"),
]


class SchemaEdit(NamedTuple):
    """An edit of a schema of objects: the JSON pointer below it, the kinds of its change and of the
    reverse, and the levels of both in requests and in responses."""

    pointer: str
    value: Any
    rule: str
    back_rule: str
    request: tuple[str, str]
    response: tuple[str, str]

    def within(self, schema: str) -> Edit:
        """Return the edit of the schema `In` of requests, or `Out` of responses."""
        part, levels = ("request", self.request) if schema == "In" else ("response", self.response)
        rules = [f"{part}-property-{rule}" for rule in (self.rule, self.back_rule)]
        pointer = f"/components/schemas/{schema}{self.pointer}"
        return Edit(pointer, self.value, levels[0], rules[0], levels[1], rules[1])


#: Levels of less and of more: in requests, and in responses by what is more.
LESS, MORE = (B, H), (H, B)
LESS_OF_VALUES, MORE_VALUES = (H, R), (R, H)
LESS_OF_SHAPES, MORE_SHAPES = (H, B), (B, H)


def _p(name: str, *rest: str) -> str:
    return "/".join(["/properties", name, *rest])


def _bound(place: str, less: object, name: str, verbs: str = "decreased increased") -> SchemaEdit:
    first, second = verbs.split()
    return SchemaEdit(place, less, f"{name}-{first}", f"{name}-{second}", LESS, LESS_OF_VALUES)


SCHEMAS = [
    _bound(_p("name", "maxLength"), 5, "max-length"),
    _bound(_p("name", "minLength"), 2, "min-length", "increased decreased"),
    _bound(_p("age", "maximum"), 50, "max"),
    _bound(_p("age", "minimum"), 5, "min", "increased decreased"),
    _bound(_p("ratio", "exclusiveMinimum"), 1, "exclusive-min", "increased decreased"),
    _bound(_p("ratio", "exclusiveMaximum"), 9, "exclusive-max", "set unset"),
    _bound(_p("tags", "maxItems"), 4, "max-items"),
    _bound(_p("tags", "minItems"), 2, "min-items", "increased decreased"),
    _bound(_p("map", "maxProperties"), 5, "max-properties"),
    _bound(_p("map", "minProperties"), 1, "min-properties", "set unset"),
    _bound(_p("nothing", "maxLength"), 10, "max-length", "set unset"),
    _bound(_p("age", "multipleOf"), 5, "multiple-of", "changed changed")._replace(
        request=(B, H), response=(H, R)
    ),
    _bound(_p("when", "pattern"), "^2", "pattern", "set unset"),
    _bound(_p("when", "format"), "time", "format", "changed changed")._replace(
        request=(B, B), response=(B, B)
    ),
    SchemaEdit(_p("when", "format"), GONE, "format-unset", "format-set", MORE, (R, H)),
    SchemaEdit(_p("age", "format"), "int64", "format-generalized", "format-specialized", MORE, (R, H)),
    SchemaEdit(_p("name", "pattern"), "^[0-9]+$", "pattern-changed", "pattern-changed", (B, B), (R, R)),
    SchemaEdit(_p("tags", "uniqueItems"), False, "unique-items-unset", "unique-items-set", MORE, (R, H)),
    SchemaEdit(_p("raw", "contentEncoding"), "base32", "content-encoding-changed", "content-encoding-changed", (B, B), (B, B)),
    SchemaEdit(_p("raw", "contentMediaType"), "image/gif", "content-media-type-changed", "content-media-type-changed", (B, B), (B, B)),
    SchemaEdit(_p("inner", "contentSchema"), {"type": "array"}, "content-schema-changed", "content-schema-changed", (B, B), (R, R)),
    # Types and values
    SchemaEdit(_p("name", "type"), ["string", "null"], "became-nullable", "became-not-nullable", MORE, MORE_SHAPES),
    SchemaEdit(_p("nothing", "type"), ["string", "null", "integer"], "type-generalized", "type-specialized", MORE, MORE_SHAPES),
    SchemaEdit(_p("ratio", "type"), "integer", "type-specialized", "type-generalized", LESS, LESS_OF_SHAPES),
    SchemaEdit(_p("map", "additionalProperties", "type"), "integer", "type-changed", "type-changed", (B, B), (B, B)),
    SchemaEdit(_p("kind", "enum", "-"), "hen", "enum-value-added", "enum-value-removed", MORE, MORE_VALUES),
    SchemaEdit(_p("kind", "enum"), GONE, "became-not-enum", "became-enum", MORE, MORE_VALUES),
    SchemaEdit(_p("fixed", "const"), "two", "const-value-changed", "const-value-changed", (B, B), (B, B)),
    SchemaEdit(_p("name", "default"), "x", "default-value-added", "default-value-removed", (R, R), (H, H)),
    # Properties
    SchemaEdit(_p("extra"), {"type": "string"}, "", "removed", (H, B), (H, B)),
    SchemaEdit(_p("age"), GONE, "removed", "", (B, H), (B, H)),
    SchemaEdit("/required/-", "age", "became-required", "became-optional", LESS, LESS_OF_SHAPES),
    SchemaEdit(_p("name", "deprecated"), True, "deprecated", "reactivated", (H, H), (H, H)),
    SchemaEdit(_p("closed", "additionalProperties"), GONE, "additional-properties-opened", "additional-properties-closed", MORE, (H, H)),
    SchemaEdit(_p("strict", "unevaluatedProperties"), GONE, "additional-properties-opened", "additional-properties-closed", MORE, (H, H)),
    SchemaEdit(_p("map", "additionalProperties"), True, "additional-properties-unrestricted", "additional-properties-restricted", MORE, MORE_SHAPES),
    SchemaEdit(_p("map", "propertyNames"), GONE, "property-names-removed", "property-names-added", MORE, MORE_VALUES),
    SchemaEdit(_p("pattern", "patternProperties", "^x-"), GONE, "pattern-property-removed", "pattern-property-added", MORE, MORE_SHAPES),
    SchemaEdit(_p("pattern", "patternProperties", "^x-", "type"), "integer", "type-changed", "type-changed", (B, B), (B, B)),
    # Items
    SchemaEdit(_p("tags", "items", "type"), ["string", "null"], "became-nullable", "became-not-nullable", MORE, MORE_SHAPES),
    SchemaEdit(_p("tags", "items"), GONE, "items-unrestricted", "items-restricted", MORE, MORE_SHAPES),
    SchemaEdit(_p("tags", "contains"), GONE, "contains-removed", "contains-added", MORE, MORE_VALUES),
    SchemaEdit(_p("pair", "prefixItems", "1"), {"type": ["integer", "null"]}, "became-nullable", "became-not-nullable", MORE, MORE_SHAPES),
    SchemaEdit(_p("pair", "prefixItems", "-"), {"type": "string"}, "prefix-items-unrestricted", "prefix-items-restricted", MORE, MORE_SHAPES),
    SchemaEdit(_p("pair", "items"), GONE, "items-unrestricted", "items-restricted", MORE, MORE_SHAPES),
    # Conditions
    SchemaEdit(_p("pay", "dependentRequired"), GONE, "dependent-required-removed", "dependent-required-added", MORE, MORE_SHAPES),
    SchemaEdit(_p("pay", "then"), GONE, "then-removed", "then-added", MORE, MORE_SHAPES),
    SchemaEdit(_p("pay", "else"), GONE, "else-removed", "else-added", MORE, MORE_SHAPES),
    SchemaEdit(_p("pay", "if", "properties", "how", "const"), "card", "if-changed", "if-changed", (B, B), (B, B)),
    SchemaEdit(_p("pay", "dependentSchemas"), {"card": {"required": ["how"]}}, "dependent-schemas-added", "dependent-schemas-removed", LESS, LESS_OF_SHAPES),
    SchemaEdit(_p("not", "not"), GONE, "not-removed", "not-added", MORE, MORE_VALUES),
    # Compositions
    SchemaEdit(_p("choice", "oneOf", "-"), {"$ref": "#/components/schemas/C"}, "one-of-added", "one-of-removed", MORE, MORE_VALUES),
    SchemaEdit(_p("any", "anyOf", "1"), GONE, "any-of-removed", "any-of-added", LESS, LESS_OF_VALUES),
    SchemaEdit(_p("any", "anyOf", "0", "properties", "s", "maxLength"), 5, "max-length-set", "max-length-unset", LESS, LESS_OF_VALUES),
    SchemaEdit(_p("all", "allOf", "-"), {"properties": {"u": {"maxLength": 7}}}, "max-length-set", "max-length-unset", LESS, LESS_OF_VALUES),
    SchemaEdit(_p("all", "allOf", "1", "properties", "u", "maxLength"), 5, "max-length-set", "max-length-unset", LESS, LESS_OF_VALUES),
    SchemaEdit(_p("choice", "discriminator", "mapping", "b"), "#/components/schemas/A", "discriminator-mapping-changed", "discriminator-mapping-changed", (B, B), (B, B)),
    SchemaEdit(_p("choice", "discriminator", "propertyName"), "u", "discriminator-property-name-changed", "discriminator-property-name-changed", (B, B), (B, B)),
    SchemaEdit(_p("choice", "discriminator"), GONE, "discriminator-removed", "discriminator-added", (H, R), (R, H)),
    SchemaEdit(_p("choice", "discriminator", "mapping", "extra"), "#/components/schemas/A", "discriminator-mapping-added", "discriminator-mapping-removed", (H, B), (R, H)),
    # References
    SchemaEdit(_p("sibling", "maxLength"), 5, "max-length-decreased", "max-length-increased", LESS, LESS_OF_VALUES),
    SchemaEdit("/$defs/code/maxLength", 2, "max-length-decreased", "max-length-increased", LESS, LESS_OF_VALUES),
]

#: Edits of properties that have values in one direction only: of requests, then of responses.
ONE_WAY = [
    Edit("/components/schemas/In/properties/age/readOnly", True, R, "request-property-became-read-only", H, "request-property-became-not-read-only"),
    Edit("/components/schemas/Out/properties/age/writeOnly", True, B, "response-property-became-write-only", H, "response-property-became-not-write-only"),
    Edit("/components/schemas/In/properties/secret/maxLength", 5, B, "request-property-max-length-set", H, "request-property-max-length-unset"),
    Edit("/components/schemas/Out/properties/number/maxLength", 5, H, "response-property-max-length-set", R, "response-property-max-length-unset"),
]

#: Edits that clients do not notice: the pointer, and the value or how it is ordered anew.
UNNOTICED: list[tuple[str, Any]] = [
    (f"{POST}/parameters", reversed),
    (f"{POST}/parameters/0/schema/enum", reversed),
    ("/components/schemas/In/required", reversed),
    ("/components/schemas/Out/properties/choice/oneOf", reversed),
    ("/components/schemas/In/properties/any/anyOf", reversed),
    ("/components/schemas/Out/properties/all/allOf", reversed),
    ("/components/schemas/In/properties", reversed),
    ("/components/schemas/Out/properties/nothing/type", reversed),
    ("/components/schemas", reversed),
    ("/paths", reversed),
    ("/paths/~1pets", reversed),
    (f"{POST}/responses", reversed),
    (f"{BODY}/content", reversed),
    ("/tags", reversed),
    (f"{POST}/tags", reversed),
    ("/servers", reversed),
    ("/security", reversed),
    ("/info/description", "Another text."),
    (f"{POST}/summary", "Another text."),
    ("/components/schemas/In/properties/name/description", "Another text."),
    ("/components/schemas/In/properties/name/examples", ["abc"]),
    (f"{OK}/headers/X-List/explode", True),
    ("/components/schemas/Unused", {"type": "string"}),
    ("/components/schemas/In/properties/secret/readOnly", False),
    ("/components/schemas/In/properties/number/maxLength", 3),
    ("/components/schemas/Out/properties/secret/maxLength", 3),
    ("/components/schemas/In/properties/name/x-ours", 1),
]
