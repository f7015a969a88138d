"""A schema as a tree to unfold: what a reader wants to know of each field, references followed.

A named schema is opened once in a tree. Where it comes again (or within itself) there is a link to
where it stands open, so that every tree ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from understudy.openapi.document import Document, resolve

Schema = dict[str, Any]

_FLAGS = {"deprecated": "deprecated", "readOnly": "read only", "writeOnly": "write only"}
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} fields",
    "maxProperties": "at most {} fields",
    "pattern": "like {}",
}
#: What an alternative may be called where its title says so.
_CHOICES = {"oneOf": "one of these", "anyOf": "any of these"}


@dataclass(frozen=True, slots=True)
class Node:
    """One schema: `name` is that of its field, `title` its own; `kind` says its type in words;
    `link` is the anchor of the same schema where it stands open, if that is not here."""

    name: str
    title: str
    kind: str
    told: str
    required: bool
    limits: tuple[str, ...]
    flags: tuple[str, ...]
    anchor: str
    link: str
    children: tuple[Node, ...]
    variants: tuple[Node, ...]

    def walk(self) -> Iterator[Node]:
        """This one and all below it."""
        yield self
        for below in (*self.children, *self.variants):
            yield from below.walk()


class Trees:
    """Makes trees whose anchors begin with `prefix`; named schemas are opened once in all."""

    def __init__(self, document: Document, prefix: str) -> None:
        self._document = document
        self._prefix = prefix
        self._open: dict[str, str] = {}
        self._way: list[str] = []  # the named schemas that the one at hand is within

    def tree(self, schema: Any, name: str = "", *, required: bool = False) -> Node:
        """The tree of a schema, which is that of a field `name`, if there is one."""
        ref = schema.get("$ref") if isinstance(schema, dict) else None
        named = ref.rpartition("/")[2] if isinstance(ref, str) else ""
        told = resolve(self._document, schema)
        told = _merged(self._document, told) if isinstance(told, dict) else {}
        kind, inner = self._kind(told, named)
        node = Node(
            name=name,
            title=str(told.get("title", "") or named),
            kind=kind,
            told=str(told.get("description", "")),
            required=required,
            limits=tuple(_limits(told)),
            flags=tuple(text for key, text in _FLAGS.items() if told.get(key) is True),
            anchor="",
            link="",
            children=(),
            variants=(),
        )
        if inner is not None:  # an array is shown as that which it is of
            return self._array(node, inner, named)
        if not _has_parts(told):
            return node
        return self._opened(node, told, named)

    def _opened(self, node: Node, told: Schema, named: str) -> Node:
        if named in self._open:
            return replace(node, link=self._open[named])
        anchor = ""
        if named:
            anchor = self._open[named] = self._anchor(named)
        required = told.get("required", ())
        children = [
            self.tree(part, field, required=field in required)
            for field, part in told.get("properties", {}).items()
        ]
        more = told.get("additionalProperties")
        if isinstance(more, dict) and more:
            children.append(self.tree(more, "any other name"))
        variants = [self.tree(part) for choice in _CHOICES for part in told.get(choice, ())]
        return replace(node, anchor=anchor, children=tuple(children), variants=tuple(variants))

    def _array(self, node: Node, items: Any, named: str) -> Node:
        """An array's node, with the parts of what it is of."""
        if named and named in self._way:  # an array of itself
            return replace(node, kind=named)
        self._way.append(named)
        inner = self.tree(items)
        self._way.pop()
        return replace(
            node,
            kind=f"array of {inner.kind}" + (" or null" if node.kind.endswith(" or null") else ""),
            told=node.told or inner.told,
            limits=(*node.limits, *(f"each {limit}" for limit in inner.limits)),
            anchor=inner.anchor,
            link=inner.link,
            children=inner.children,
            variants=inner.variants,
        )

    def _kind(self, told: Schema, named: str) -> tuple[str, Any]:
        """Its type in words; and where it is an array, what that is of."""
        or_null = " or null" if told.get("nullable") is True else ""
        if told.get("type") == "array":
            return f"array{or_null}", told.get("items", {})
        if named and _has_parts(told):
            return named + or_null, None
        choice = next((text for key, text in _CHOICES.items() if told.get(key)), None)
        kind = str(told.get("type") or ("object" if "properties" in told else choice or "any"))
        if "format" in told:
            kind += f" ({told['format']})"
        return kind + or_null, None

    def _anchor(self, named: str) -> str:
        anchor = f"{self._prefix}-{re.sub(r'[^A-Za-z0-9_.-]', '-', named)}"
        return f"{anchor}-{len(self._open)}" if anchor in self._open.values() else anchor


def _has_parts(told: Schema) -> bool:
    more = told.get("additionalProperties")
    return any(told.get(key) for key in ("properties", *_CHOICES)) or (
        isinstance(more, dict) and bool(more)
    )


def _limits(told: Schema) -> Iterator[str]:
    """What limits a value, each in words."""
    if "enum" in told:
        yield "one of " + ", ".join(map(_json, told["enum"]))
    for key, text in _BOUNDS.items():
        if key in told:
            exclusive = told.get(f"exclusive{key.capitalize()}") is True
            yield text.format(told[key]) + (" (not that itself)" if exclusive else "")
    if told.get("uniqueItems") is True:
        yield "no item twice"
    if told.get("additionalProperties") is False:
        yield "no other fields"
    if "default" in told:
        yield f"default {_json(told['default'])}"
    if "example" in told and not _has_parts(told):
        yield f"for example {_json(told['example'])}"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 120 else f"{text[:117]}..."


def _merged(document: Document, told: Schema, within: frozenset[str] = frozenset()) -> Schema:
    """A schema that says by itself what the parts of its `allOf` say, but for those that it is
    `within` already."""
    if "allOf" not in told:
        return told
    merged: Schema = {key: value for key, value in told.items() if key != "allOf"}
    for part in told["allOf"]:
        ref = part.get("$ref", "")
        if ref in within:
            continue
        part = _merged(document, resolve(document, part), within | {ref} if ref else within)
        for key, value in part.items():
            if key == "properties":
                merged[key] = {**value, **merged.get(key, {})}
            elif key == "required":
                merged[key] = [*merged.get(key, ()), *value]
            else:
                merged.setdefault(key, value)
    return merged
