"""Reads OpenAPI documents from files, follows their references, and validates them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from understudy.errors import UsageError
from understudy.openapi.loading.document_cache import parsed

Document = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


def read(path: Path) -> Document:
    """Read the document at `path` (YAML or JSON), and include the files that it refers to.

    Raises UsageError if there is no such file, or it is not YAML or not OpenAPI 3.0.
    """
    document = read_as_it_is(path)
    version = document.get("openapi") if isinstance(document, dict) else None
    if not isinstance(version, str) or not version.startswith("3.0."):
        declared = f"openapi {version}" if version else "no `openapi:` version"
        raise UsageError(f"{path} has {declared}; Understudy serves OpenAPI 3.0 documents")
    return _with_included_files(document, path)


def read_as_it_is(path: Path) -> Any:
    """Read any YAML or JSON file, without following references. Raises UsageError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(
            f"cannot read {path}: {reason}; give the path of an OpenAPI document"
        ) from None
    try:
        return json.loads(text) if path.suffix == ".json" else parsed(text, load_yaml)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = " ".join(str(error).split())
        raise UsageError(f"{path} is not valid YAML or JSON: {first}") from None


def load_yaml(text: str) -> Any:
    """Parse YAML into the types of JSON, and bytes. Raises yaml.YAMLError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast
    return _string_keys(yaml.load(text, loader))  # noqa: S506 (both are safe loaders)


def _string_keys(node: Any) -> Any:
    """Convert the types that YAML has and JSON has not: keys such as `200:`, and dates."""
    if isinstance(node, dict):
        return {str(key): _string_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_string_keys(value) for value in node]
    return node.isoformat() if hasattr(node, "isoformat") else node


def _with_included_files(document: Document, path: Path) -> Document:
    if all(ref.startswith("#") for ref in references(document)):
        return document
    from understudy.openapi.connexion import resolve_refs

    try:
        return dict(resolve_refs(document, base_uri=f"{path.parent.resolve()}/"))
    except Exception as error:  # the referenced files may contain anything
        raise UsageError(f"{path} refers to something that cannot be read: {error}") from None


def references(node: Any) -> Iterator[str]:
    """Yield every `$ref` in a part of a document."""
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str):
            yield ref
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def escape(step: str | int) -> str:
    """Return a key or an index as one step of a JSON pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer, as a URI fragment, to a part of a document."""
    return "#" + "".join(f"/{escape(step)}" for step in steps)


def follow(document: Document, ref: str) -> Any:
    """Return what a local `$ref` points to. Raises UsageError if nothing is there."""
    node: Any = document
    try:
        for part in ref.removeprefix("#").split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            node = node[int(part)] if isinstance(node, list) else node[part]
    except (KeyError, IndexError, ValueError, TypeError):
        raise UsageError(f"a $ref leads to {ref}, and nothing is there") from None
    return node


def resolve(document: Document, node: Any) -> Any:
    """Return a node, or what its `$ref` points to. Raises UsageError if nothing is there, or the
    references form a circle."""
    return locate(document, node, "")[0]


def locate(document: Document, node: Any, place: str) -> tuple[Any, str]:
    """Return a node and `place`, the JSON pointer to it; or what its `$ref` points to, and the
    pointer to that.

    Raises UsageError if nothing is there, or the references form a circle.
    """
    for _ in range(100):
        if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
            return node, place
        place = node["$ref"]
        node = follow(document, place)
    raise UsageError(f"the document has a $ref that leads in a circle: {node['$ref']}")


def validation_errors(document: Document) -> list[str]:
    """Return the errors that openapi-spec-validator finds in the document, a sentence each."""
    from jsonschema.exceptions import best_match
    from openapi_spec_validator import OpenAPIV30SpecValidator

    for ref in references(document):
        try:
            follow(document, ref)
        except UsageError as broken_reference:
            return [str(broken_reference)]
    errors = []
    try:
        for error in OpenAPIV30SpecValidator(document).iter_errors():
            closest = best_match([error]) or error
            where = pointer(*error.absolute_path, *closest.relative_path)
            message = closest.message
            errors.append(f"{where}: {message if len(message) < 300 else message[:300] + '...'}")
    except Exception as error:  # some documents make the validator itself fail
        errors.append(f"openapi-spec-validator cannot read it: {type(error).__name__}: {error}")
    return errors
