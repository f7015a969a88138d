"""Schemas of a document that name themselves: by `$id`, `$anchor` or `$dynamicAnchor`.

Documents without `$dynamicRef` have no such names any more after they were loaded: references by
name are JSON pointers then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from understudy.openapi.document import Document, escape

_BASE = "https://understudy.invalid/document"
_META_SCHEMAS = "://json-schema.org/"
#: What is data, whatever it looks like.
_DATA = frozenset(["example", "examples", "default", "enum", "const"])


class NamedSchema(NamedTuple):
    """A schema with an `$id`: its URI, that of the outermost named schema around it, the JSON
    pointer to it, and the schema."""

    uri: str
    root: str
    place: str
    schema: dict[str, Any]


class Place(NamedTuple):
    """The target of a reference: a JSON pointer in the document, or a URI in the outermost named
    schema `root` (or in a meta-schema, without a root)."""

    pointer: str = ""
    uri: str = ""
    root: str = ""


@dataclass(slots=True)
class _Index:
    by_uri: dict[str, NamedSchema] = field(default_factory=dict)
    by_id: dict[int, NamedSchema] = field(default_factory=dict)
    #: The pointers to schemas with an `$anchor` or a `$dynamicAnchor`, outside named schemas.
    anchors: dict[str, str] = field(default_factory=dict)
    dynamic_anchors: dict[str, str] = field(default_factory=dict)

    def add(self, node: Any, place: str, around: NamedSchema | None) -> None:
        """Add the names in a part of the document, which a named schema may be around."""
        if isinstance(node, dict) and isinstance(node.get("$id"), str):
            uri, _ = urldefrag(_joined(around.uri if around else _BASE, node["$id"]))
            around = NamedSchema(uri, around.root if around else uri, place, node)
            self.by_id[id(node)] = self.by_uri[uri] = around
        elif isinstance(node, dict) and around is None:
            for key in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(key), str):
                    self.anchors[node[key]] = place
            if isinstance(node.get("$dynamicAnchor"), str):
                self.dynamic_anchors[node["$dynamicAnchor"]] = place
        for key, part in _parts(node):
            self.add(part, f"{place}/{escape(key)}", around)


class NamedResources:
    """The named schemas of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def by_uri(self) -> dict[str, NamedSchema]:
        """The schemas with an `$id`, by their URIs."""
        return self._index.by_uri

    @property
    def dynamic_anchors(self) -> dict[str, str]:
        """The JSON pointers to schemas with a `$dynamicAnchor` outside named schemas."""
        return self._index.dynamic_anchors

    @cached_property
    def _index(self) -> _Index:
        """All names; documents that use none do not pay for it."""
        index = _Index()
        index.add(self._document, "#", None)
        return index

    def named(self, schema: dict[str, Any]) -> NamedSchema | None:
        """Return a schema of the document as a named one; None if it has no name."""
        return self._index.by_id.get(id(schema)) if "$id" in schema else None

    def is_named(self, schema: Any) -> bool:
        """Return whether a schema has an `$id`."""
        return isinstance(schema, dict) and self.named(schema) is not None

    def located(self, ref: str, within: NamedSchema | None = None) -> Place | None:
        """Return what a reference leads to, from a named schema or from outside all of them;
        None if it leads nowhere."""
        if within is None and ref.startswith("#/"):
            return self._inside(ref) or Place(pointer=ref)
        if within is None and ref.startswith("#"):
            place = self._index.anchors.get(ref[1:])
            return Place(pointer=place) if place else None
        uri, fragment = urldefrag(_joined(within.uri if within else _BASE, ref))
        if uri in self.by_uri:
            return Place(uri=f"{uri}#{fragment}", root=self.by_uri[uri].root)
        if _META_SCHEMAS in uri and uri in dict(meta_schemas()):
            return Place(uri=f"{uri}#{fragment}")
        return None

    def place_of(self, location: str) -> str | None:
        """Return the JSON pointer in the document for a URI with a JSON pointer."""
        uri, fragment = urldefrag(location)
        named = self.by_uri.get(uri)
        return f"{named.place}{unquote(fragment)}" if named else None

    def _inside(self, ref: str) -> Place | None:
        """Return what a pointer leads to if that is within a named schema."""
        node: Any = self._document
        steps = ref.split("/")
        for count, step in enumerate(steps[1:-1], 2):
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            try:
                node = node[int(key)] if isinstance(node, list) else node[key]
            except (KeyError, IndexError, ValueError, TypeError):
                return None
            named = self.named(node) if isinstance(node, dict) else None
            if named:
                return Place(uri="/".join([f"{named.uri}#", *steps[count:]]), root=named.root)
        return None


def _parts(node: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(node, dict):
        for key, part in node.items():
            if key not in _DATA and not key.startswith("x-"):
                yield key, part
    elif isinstance(node, list):
        yield from enumerate(node)


def _joined(base: str, ref: str) -> str:
    """Return a reference as an absolute URI; the base may be a URN."""
    return base + ref if ref.startswith("#") else urljoin(base, ref)


def meta_schemas() -> Iterator[tuple[str, Any]]:
    """Yield the meta-schemas of JSON Schema, with their URIs."""
    from jsonschema_specifications import REGISTRY  # few documents refer to them

    for uri in REGISTRY:
        yield uri, REGISTRY.contents(uri)
