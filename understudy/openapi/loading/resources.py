"""The names of OpenAPI documents and of the schemas in them, as a `referencing` specification.

A document names itself by `$self` (3.2), a schema by `$id`, `$anchor` and `$dynamicAnchor` (3.1 and
later; in OpenAPI 3.0 and Swagger 2.0 these words have no meaning). Older drafts of JSON Schema have
other words: an anchor is an `$id` of a fragment alone, and in draft 4 `$id` is called `id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from referencing import Anchor, Resource, Specification
from referencing.jsonschema import DRAFT202012

from understudy.openapi.structure import walk

_NAMES = ("$id", "$anchor", "$dynamicAnchor")
_DRAFT_4 = "http://json-schema.org/draft-04/schema"

#: mypy does not see the fields of these attrs classes.
_anchor: Any = Anchor
_specification: Any = Specification


def resource_of(content: Any) -> Resource[Any]:
    """Return a document, or any other content of a file, as a resource."""
    return (
        _NAMELESS.create_resource(content)
        if _is_nameless(content)
        else _NAMING.create_resource(content)
    )


def is_document(content: Any) -> bool:
    """Return whether something is an OpenAPI document, of whatever version."""
    return isinstance(content, dict) and ("openapi" in content or "swagger" in content)


def names_itself(schema: Any) -> bool:
    """Return whether a schema has an `$id` or an anchor."""
    return isinstance(schema, dict) and (
        any(isinstance(schema.get(word), str) for word in _NAMES) or _own_name(schema) is not None
    )


def id_of_schema(schema: dict[str, Any]) -> str | None:
    """Return the URI that a schema gives itself, or None."""
    name = _own_name(schema)
    return None if name is None or name.startswith("#") else name


def _own_name(schema: dict[str, Any]) -> str | None:
    is_draft_4 = str(schema.get("$schema", "")).startswith(_DRAFT_4)
    name = schema.get("$id", schema.get("id") if is_draft_4 else None)
    return name if isinstance(name, str) else None


def _is_nameless(content: Any) -> bool:
    return is_document(content) and (
        "swagger" in content or str(content.get("openapi")).startswith("3.0")
    )


def _id_of(content: Any) -> str | None:
    if not isinstance(content, dict):
        return None
    if not is_document(content):
        return id_of_schema(content)
    name = content.get("$self")
    return name if isinstance(name, str) else None


def _subresources_of(content: Any) -> Iterator[Any]:
    if not isinstance(content, dict):
        return
    for part in walk(content, "document" if is_document(content) else "schema"):
        if part.node is not content and part.kind == "schema" and names_itself(part.node):
            yield part.node


def _anchors_in(_: Specification[Any], content: Any) -> Iterable[Any]:
    if not isinstance(content, dict) or is_document(content):
        return []
    anchors: list[Any] = list(DRAFT202012.anchors_in(content))
    name = _own_name(content)
    if name is not None and name.startswith("#"):
        anchors.append(_anchor(name=name[1:], resource=resource_of(content)))
    return anchors


def _enter(segments: Any, resolver: Any, subresource: Any) -> Any:
    return resolver.in_subresource(subresource) if subresource.id() else resolver


_NAMING: Specification[Any] = _specification(
    name="OpenAPI",
    id_of=_id_of,
    subresources_of=_subresources_of,
    maybe_in_subresource=_enter,
    anchors_in=_anchors_in,
)
_NAMELESS: Specification[Any] = _specification(
    name="OpenAPI 3.0",
    id_of=lambda content: None,
    subresources_of=lambda content: (),
    maybe_in_subresource=lambda segments, resolver, subresource: resolver,
    anchors_in=lambda specification, content: (),
)
