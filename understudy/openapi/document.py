"""JSON pointers into a document, and its references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from understudy.errors import UsageError

Document = dict[str, Any]

#: Where the meta-schemas of JSON Schema are.
META_SCHEMAS = ("https://json-schema.org/", "http://json-schema.org/")

#: The most references that may lead from one to the next.
MOST_REFERENCES = 100

#: The keywords by which a schema names itself.
_NAMES = frozenset(["$id", "$anchor", "$dynamicAnchor"])

#: What would be read as the escape of a byte.
_ESCAPE = re.compile(r"%(?=[0-9A-Fa-f]{2})")


class UpgradedDocument(dict[str, Any]):
    """A document in the inner form."""

    @cached_property
    def named_schemas(self) -> list[dict[str, Any]]:
        """The schemas that name themselves: references by name are looked up many times, and to
        find the schemas takes a walk through the whole document."""
        return list(_named_schemas(self, "document"))


def escape(step: str | int) -> str:
    """Return a key or an index as one step of a JSON pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer, as a URI fragment, to a part of a document."""
    return "#" + "".join(f"/{escape(step)}" for step in steps)


def as_fragment(place: str) -> str:
    """Return a JSON pointer with the names of the document as a URI fragment that leads to the same
    place: a `%` that would be read as an escape is escaped."""
    return _ESCAPE.sub("%25", place) if "%" in place else place


def steps_of(ref: str) -> list[str]:
    """Return the steps of a JSON pointer in a URI fragment."""
    return [
        unquote(step).replace("~1", "/").replace("~0", "~")
        for step in ref.removeprefix("#").split("/")[1:]
    ]


def follow(document: Document, ref: str) -> Any:
    """Return what a `$ref` within the document points to: by a JSON pointer, by `$id` or by
    `$anchor`. Raises UsageError if nothing is there."""
    if not ref.startswith("#/") and ref != "#":
        return _named_schema(document, ref)
    node: Any = document
    try:
        for step in ref.removeprefix("#").split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if "%" in key and not (isinstance(node, dict) and key in node):
                key = unquote(step).replace("~1", "/").replace("~0", "~")
            node = node[int(key)] if isinstance(node, list) else node[key]
    except (KeyError, IndexError, ValueError, TypeError):
        raise UsageError(f"a $ref leads to {ref}, and nothing is there") from None
    return node


def _named_schema(document: Document, ref: str, kind: str = "document") -> Any:
    """Return the schema that names itself as a reference says; for one of the meta-schemas of JSON
    Schema, a schema that allows anything.

    Only documents with `$dynamicRef` still have such names after they are loaded.
    """
    resource, _, fragment = ref.partition("#")
    if resource.startswith(META_SCHEMAS):
        return {}
    known: Iterable[dict[str, Any]] = (
        document.named_schemas
        if isinstance(document, UpgradedDocument)
        else _named_schemas(document, kind)
    )
    for schema in known:
        name = str(schema.get("$id", "")).rstrip("#")
        if resource and f"/{name}".endswith(f"/{resource.removeprefix('./')}"):
            if fragment.startswith("/"):
                return follow(schema, f"#{fragment}")
            return _named_schema(schema, f"#{fragment}", "schema") if fragment else schema
        if not resource and fragment in (schema.get("$anchor"), schema.get("$dynamicAnchor")):
            return schema
    raise UsageError(f"a $ref leads to {ref}, and nothing is there")


def _named_schemas(node: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the schemas in a part of a document that have a name of their own, in its order."""
    from understudy.openapi.structure import walk

    for part in walk(node, kind):
        if (
            part.kind == "schema"
            and isinstance(part.node, dict)
            and not _NAMES.isdisjoint(part.node)
        ):
            yield part.node


def existing(document: Document, place: str) -> str:
    """Return the start of a JSON pointer that points to something in the document."""
    node: Any = document
    steps = place.split("/")
    for number, step in enumerate(steps[1:], 1):
        key = step.replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(key)] if isinstance(node, list) else node[key]
        except (KeyError, IndexError, ValueError, TypeError):
            return "/".join(steps[:number])
    return place


def resolve(document: Document, node: Any) -> Any:
    """Return a node, or what its `$ref` points to. Raises UsageError if nothing is there, or the
    references form a circle."""
    return locate(document, node, "")[0]


def locate(document: Document, node: Any, place: str) -> tuple[Any, str]:
    """Return a node and `place`, the JSON pointer to it; or what its `$ref` points to, and the
    pointer to that.

    Raises UsageError if nothing is there, or the references form a circle.
    """
    for _ in range(MOST_REFERENCES + 2):
        if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
            return node, place
        place = node["$ref"]
        node = follow(document, place)
    raise UsageError(f"the document has a $ref that leads in a circle: {node['$ref']}")
