"""Converts documents to the inner form: OpenAPI 3.1, and schemas in JSON Schema 2020-12.

`nullable`, boolean exclusive bounds, `dependencies` and lists in `items` become their successors,
whatever version the document has: many documents use words of another version. Siblings of a
schema's `$ref` become a part beside it (in 3.0, which ignores them, nothing).
"""

from __future__ import annotations

import copy
from typing import Any

from understudy.openapi.document import Document, UpgradedDocument
from understudy.openapi.structure import walk

#: The keywords that say nothing about which values are valid.
_ANNOTATIONS = frozenset(
    [
        *("title", "description", "default", "example", "examples", "deprecated", "readOnly"),
        *("writeOnly", "externalDocs", "xml", "$comment"),
    ]
)
#: The keywords that must stay where they are: they name the schema, or say how to read it.
_NAMES = ("$id", "$anchor", "$dynamicAnchor", "$schema")


def upgraded(document: Document) -> Document:
    """Return a document, of OpenAPI 3 or Swagger 2.0, in the inner form: the document itself if it
    is in it, else a changed copy."""
    if isinstance(document, UpgradedDocument):
        return document
    if "swagger" in document:
        from understudy.openapi.loading.conversion.swagger2 import converted

        document = converted(document)
    return upgrade(UpgradedDocument(copy.deepcopy(dict(document))))


def upgrade(document: UpgradedDocument) -> UpgradedDocument:
    """Change a document to the inner form."""
    is_30 = str(document.get("openapi", "")).startswith("3.0")
    ignores_siblings = is_30 or is_old_dialect(document.get("jsonSchemaDialect"))
    dialects: dict[int, bool] = {}  # whether schemas below a `$schema` ignore siblings of `$ref`
    for part in walk(document):
        if part.kind == "schema" and isinstance(part.node, dict):
            if "$schema" in part.node:
                is_old = is_30 or is_old_dialect(part.node["$schema"])
                inner = walk(part.node, "schema")
                dialects.update((id(each.node), is_old) for each in inner)
            _upgrade_schema(part.node, dialects.get(id(part.node), ignores_siblings))
    if is_30:
        document["openapi"] = "3.1.0"
    return document


def _upgrade_schema(schema: dict[str, Any], ignores_siblings: bool) -> None:
    if isinstance(schema.get("$ref"), str) and len(schema) > 1:
        _move_reference(schema, ignores_siblings)
    _upgrade_bounds(schema)
    _upgrade_items(schema)
    _upgrade_dependencies(schema)
    if schema.pop("nullable", None) is True:
        _add_null(schema)


def is_old_dialect(dialect: object) -> bool:
    """Return whether a dialect is a draft of JSON Schema that ignores siblings of `$ref`."""
    return str(dialect).startswith(
        ("http://json-schema.org/draft-0", "https://json-schema.org/draft-0")
    )


def _move_reference(schema: dict[str, Any], ignores_siblings: bool) -> None:
    if ignores_siblings:
        ref = schema["$ref"]
        schema.clear()
        schema["$ref"] = ref
    elif not any(name in schema for name in _NAMES):
        parts = schema.get("allOf")
        ref = {"$ref": schema.pop("$ref")}
        schema["allOf"] = [ref, *(parts if isinstance(parts, list) else ())]


def _upgrade_bounds(schema: dict[str, Any]) -> None:
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _upgrade_items(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("items"), list):
        schema.setdefault("prefixItems", schema.pop("items"))
        if "additionalItems" in schema:
            schema["items"] = schema["additionalItems"]
    schema.pop("additionalItems", None)


def _upgrade_dependencies(schema: dict[str, Any]) -> None:
    dependencies = schema.pop("dependencies", None)
    for name, needs in dependencies.items() if isinstance(dependencies, dict) else ():
        keyword = "dependentRequired" if isinstance(needs, list) else "dependentSchemas"
        if isinstance(schema.setdefault(keyword, {}), dict):
            schema[keyword].setdefault(name, needs)


def _add_null(schema: dict[str, Any]) -> None:
    """Allow null: by the type if there is one, so that violations stay exact."""
    types = schema.get("type")
    if isinstance(types, str | list):
        names = [types] if isinstance(types, str) else types
        schema["type"] = [*names, *(["null"] if "null" not in names else [])]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return
    required = {
        key: schema.pop(key)
        for key in list(schema)
        if key not in _ANNOTATIONS and key not in _NAMES and not key.startswith("x-")
    }
    if required:
        schema["anyOf"] = [required, {"type": "null"}]
