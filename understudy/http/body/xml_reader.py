"""Reads XML bodies as values, by the `xml` hints of their schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from understudy.errors import Invalid, Violation
from understudy.http.body.charsets import charset_of, decode_text
from understudy.http.body.xml_parser import Element, parse_xml
from understudy.http.parameters.text_converter import TextConverter
from understudy.openapi.schemas.schema import parts
from understudy.openapi.schemas.schema_registry import SchemaRegistry

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


class _Hints(NamedTuple):
    """The `xml` hints of a schema. `node` is how it is written: as an "element", an "attribute",
    as "text" (or "cdata") of its parent, or as "none", which has no element of its own. Hints that
    are `shared` are those of a schema that it refers to: the name may be for others."""

    name: str | None
    namespace: str | None
    node: str
    shared: bool


class XmlReader:
    """Reads the XML bodies of one media type; what is in the schema is read at first use."""

    def __init__(self, schemas: SchemaRegistry, schema: Any) -> None:
        self._document = schemas.document
        self._converter = TextConverter(schemas, schema)
        self._known: dict[TextConverter, _Hints] = {}

    def read(self, parameters: Mapping[str, str], body: bytes) -> Any:
        """Return the value of a body. Raises Invalid, or Problem 415.

        A schema of text alone has the whole body as its value.
        """
        text = decode_text(body, parameters) if charset_of(parameters) else None
        root = parse_xml(body if text is None else text)
        if self._converter.takes_text:
            return body.decode(errors="replace") if text is None else text
        hints = self._hints(self._converter)
        if hints.name is not None and root.name != hints.name:
            message = f"the root element is {root.name!r}; send {hints.name!r}"
            raise Invalid([Violation("body", "", message)])
        return self._element(root, self._converter)

    def _element(self, element: Element, converter: TextConverter) -> Any:
        """Return the value of an element."""
        if element.attributes.get("nil") == (_INSTANCE, "true"):
            return None
        if "array" in converter.types and "object" not in converter.types:
            return self._items(element.children, converter.item(0), None)
        if "object" in converter.types or not _is_plain(element):
            return self._object(element, converter)
        if not element.text and "null" in converter.types and "string" not in converter.types:
            return None
        return converter.convert(element.text)

    def _items(self, elements: list[Element], item: TextConverter, name: str | None) -> list[Any]:
        """Return the values of the elements that are items; if the schema names the items, only
        of those with the name."""
        hints = self._hints(item)
        wanted = hints.name or name
        return [
            self._element(element, item)
            for element in elements
            if wanted is None or element.name == wanted
        ]

    def _object(self, element: Element, converter: TextConverter) -> dict[str, Any]:
        value: dict[str, Any] = {}
        used: set[str] = set()
        read_attributes: set[str] = set()
        for name, part in converter.named.items():
            hints = self._hints(part)
            written = hints.name or name
            if hints.node == "attribute":
                read_attributes.add(written)
                if written in element.attributes:
                    value[name] = part.convert(element.attributes[written][1])
            elif hints.node in ("text", "cdata"):
                value[name] = part.convert(element.text)
            else:
                found = self._property(element, name, part, hints, used)
                if found:
                    value[name] = found[0]
        for written, (namespace, text) in element.attributes.items():
            if not namespace and written not in read_attributes:
                value.setdefault(written, converter.field(written).convert(text))
        self._add_others(element, converter, used, value)
        return value

    def _property(
        self, element: Element, name: str, part: TextConverter, hints: _Hints, used: set[str]
    ) -> list[Any]:
        """Return the value of a property in a list, which is empty if there is no such element."""
        if "array" in part.types and hints.node == "none":
            item = part.item(0)
            item_hints = self._hints(item)
            written = item_hints.name or name
            used.add(written)
            elements = _named(element, written, item_hints)
            return [[self._element(each, item) for each in elements]] if elements else []
        written = hints.name or name
        used.add(written)
        elements = _named(element, written, hints)
        if not elements and hints.shared:
            used.add(name)
            elements = _named(element, name, hints)
        if not elements:
            return []
        if "array" in part.types:
            item_name = None if self._hints(part.item(0)).name is None else ""
            return [self._items(elements[0].children, part.item(0), item_name or None)]
        values = [self._element(each, part) for each in elements]
        return [values[0] if len(values) == 1 else values]

    def _add_others(
        self, element: Element, converter: TextConverter, used: set[str], value: dict[str, Any]
    ) -> None:
        """Add the elements that the schema does not name; several of one name are a list."""
        others: dict[str, list[Any]] = {}
        for child in element.children:
            if child.name not in used:
                part = converter.field(child.name)
                others.setdefault(child.name, []).append(self._element(child, part))
        for name, values in others.items():
            value.setdefault(name, values[0] if len(values) == 1 else values)

    def _hints(self, converter: TextConverter) -> _Hints:
        """Return the hints of a schema."""
        known = self._known.get(converter)
        if known is None:
            known = self._known[converter] = self._read_hints(converter)
        return known

    def _read_hints(self, converter: TextConverter) -> _Hints:
        """Read the hints of a schema; what it refers to has them too, but the first count."""
        hints: dict[str, Any] = {}
        for part in parts(self._document, converter.schema):
            declared = part.get("xml")
            if isinstance(declared, dict):
                hints = {**declared, **hints}
        node = hints.get("nodeType")
        if node is None:
            is_list = converter.types[:1] == ("array",)
            node = "none" if is_list and not hints.get("wrapped") else "element"
            node = "attribute" if hints.get("attribute") else node
        own = converter.schema if isinstance(converter.schema, dict) else {}
        return _Hints(hints.get("name"), hints.get("namespace"), node, "xml" not in own)


def _named(element: Element, name: str, hints: _Hints) -> list[Element]:
    """Return the elements of a name, which are in the namespace of the hints, if both have one."""
    return [
        child
        for child in element.children
        if child.name == name and (not hints.namespace or child.namespace in ("", hints.namespace))
    ]


def _is_plain(element: Element) -> bool:
    """Return whether an element has only text."""
    return not element.children and not any(not space for space, _ in element.attributes.values())
