"""The keywords that OpenAPI 3.1 and 3.2 add to JSON Schema: the specifications' own base vocabulary.

Their JSON Schemas of documents do not look into schemas.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_NODE_TYPES = ["element", "attribute", "text", "cdata", "none"]


def vocabulary(version: str) -> dict[str, Any]:
    """Return a JSON Schema of the keywords that one schema has; it does not look into its parts."""
    is_new = version == "3.2"
    discriminator = {
        "propertyName": _TEXT,
        "mapping": {"type": "object", "additionalProperties": _TEXT},
        **({"defaultMapping": _TEXT} if is_new else {}),
    }
    xml = {
        **{
            "name": _TEXT,
            "namespace": _TEXT,
            "prefix": _TEXT,
            "attribute": _FLAG,
            "wrapped": _FLAG,
        },
        **({"nodeType": {"enum": _NODE_TYPES}} if is_new else {}),
    }
    return {
        "properties": {
            "discriminator": _object(discriminator, "propertyName"),
            "externalDocs": _object({"url": _TEXT, "description": _TEXT}, "url"),
            "xml": {
                **_object(xml),
                "dependentSchemas": {
                    "nodeType": {"properties": {"attribute": False, "wrapped": False}}
                },
            },
        }
    }


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Return the schema of an object that has these fields, and extensions."""
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {"^x-": True},
        "required": list(required),
        "additionalProperties": False,
    }
