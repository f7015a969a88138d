"""Writes values as XML, as the `xml` hints of their schemas say."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from understudy.openapi.document import Document
from understudy.openapi.schemas.schema import CHOICES, merged

#: The depth below which nothing is written.
MOST_DEPTH = 50

#: What XML cannot contain, and what its names cannot contain.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(r"[^\w.-]|^(?=[^A-Za-z_])")

#: The name of an element that nothing names.
ROOT = "root"


def encode_xml(document: Document, schema: Any, value: Any, charset: str = "utf-8") -> bytes:
    """Return a value as an XML document. A text that is one already stays as it is."""
    if isinstance(value, str) and value.lstrip().startswith("<"):
        return value.encode(charset, "xmlcharrefreplace")
    name = _schema_name(document, _chosen(document, schema, value)) or ROOT
    body = _Writer(document).element(name, schema, value, 0)
    declaration = f'<?xml version="1.0" encoding="{charset.upper()}"?>'
    return f"{declaration}\n{body}".encode(charset, "xmlcharrefreplace")


def _schema_name(document: Document, schema: Any) -> str:
    """Return the name of the component that a schema refers to, itself or by its only reference in
    `allOf`."""
    if not isinstance(schema, dict):
        return ""
    parts = [part for part in schema.get("allOf", ()) if isinstance(part, dict)]
    refs = [part["$ref"] for part in (schema, *parts) if "$ref" in part]
    return str(refs[0]).rpartition("/")[2] if len(refs) == 1 else ""


def _chosen(document: Document, schema: Any, value: Any) -> Any:
    """Return the alternative of a schema that knows the most properties of a value, or the schema
    itself if it has none."""
    whole = merged(document, schema) if isinstance(schema, dict) else {}
    alternatives = [
        part for key in CHOICES for part in whole.get(key, ()) if isinstance(part, dict)
    ]
    if not alternatives or "properties" in whole:
        return schema

    def known(alternative: dict[str, Any]) -> int:
        properties = merged(document, alternative).get("properties", {})
        return len(properties.keys() & value.keys()) if isinstance(value, dict) else 0

    return max(alternatives, key=known)


class _Writer:
    def __init__(self, document: Document) -> None:
        self._document = document

    def element(self, name: str, schema: Any, value: Any, depth: int) -> str:
        """Return a value as an element, or as several for a list that is not wrapped."""
        chosen = _chosen(self._document, schema, value)
        schema = merged(self._document, chosen) if isinstance(chosen, dict) else {}
        hints = _hints(schema)
        if isinstance(value, list):
            return self._list(name, schema, hints, value, depth)
        tag, namespace = _tag(name, hints)
        if isinstance(value, dict) and depth < MOST_DEPTH:
            return self._object(tag, namespace, schema, value, depth)
        text = escape(_text(value))
        return f"<{tag}{namespace}>{text}</{tag}>" if text else f"<{tag}{namespace}/>"

    def _list(
        self, name: str, schema: dict[str, Any], hints: dict[str, Any], value: list[Any], depth: int
    ) -> str:
        wrapped = hints.get("wrapped") is True or hints.get("nodeType") == "element" or not depth
        tag, namespace = _tag(name, hints)
        items = schema.get("items", {})
        item_name = tag.rpartition(":")[2] if wrapped else name
        if not depth:
            item_name = _schema_name(self._document, items) or "item"
        inner = "".join(self.element(item_name, items, item, depth + 1) for item in value)
        return f"<{tag}{namespace}>{inner}</{tag}>" if wrapped else inner

    def _object(
        self, tag: str, namespace: str, schema: dict[str, Any], value: dict[str, Any], depth: int
    ) -> str:
        attributes, content = namespace, ""
        properties = schema.get("properties", {})
        for name, part in value.items():
            definition = properties.get(name, schema.get("additionalProperties", {}))
            hints = _hints(merged(self._document, definition)) if definition else {}
            node = hints.get("nodeType", "attribute" if hints.get("attribute") is True else "")
            if node == "attribute":
                label, more = _tag(name, hints)
                attributes += f"{more} {label}={quoteattr(_text(part))}"
            elif node in ("text", "cdata"):
                content += escape(_text(part))
            elif part is not None:
                content += self.element(name, definition, part, depth + 1)
        return f"<{tag}{attributes}>{content}</{tag}>" if content else f"<{tag}{attributes}/>"


def _hints(schema: Any) -> dict[str, Any]:
    hints = schema.get("xml") if isinstance(schema, dict) else None
    return hints if isinstance(hints, dict) else {}


def _tag(name: str, hints: dict[str, Any]) -> tuple[str, str]:
    """Return the name of an element or attribute with its prefix, and the attribute that declares
    its namespace."""
    tag = _NOT_NAME.sub("_", str(hints.get("name", name))) or ROOT
    prefix, namespace = str(hints.get("prefix") or ""), hints.get("namespace")
    declared = ""
    if namespace:
        label = f"xmlns:{prefix}" if prefix else "xmlns"
        declared = f" {label}={quoteattr(str(namespace))}"
    return (f"{prefix}:{tag}" if prefix else tag), declared


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _FORBIDDEN.sub("", str(value))
