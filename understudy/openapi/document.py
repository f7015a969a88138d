"""Reading an OpenAPI document from disk, following its references, and the gate it must pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from understudy.errors import UsageError
from understudy.openapi.document_cache import parsed

Document = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def read(path: Path) -> Document:
    """The document at `path` (YAML or JSON), with references to other files pulled in.

    Raises UsageError where there is no such file, it is not YAML, or it is not OpenAPI 3.0.
    """
    document = read_as_it_is(path)
    version = document.get("openapi") if isinstance(document, dict) else None
    if not isinstance(version, str) or not version.startswith("3.0."):
        found = f"openapi {version}" if version else "no `openapi:` version"
        raise UsageError(f"{path} has {found}; Understudy serves OpenAPI 3.0 documents")
    return _pull_in_files(document, path)


def read_as_it_is(path: Path) -> Any:
    """What the YAML or JSON at `path` says, whatever it is about. Raises UsageError."""
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
    """What the text says, in the types that JSON has, and bytes. Raises yaml.YAMLError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast
    return _string_keys(yaml.load(text, loader))  # noqa: S506 (both are safe loaders)


def _string_keys(node: Any) -> Any:
    """YAML reads `200:` and dates as other types than JSON would."""
    if isinstance(node, dict):
        return {str(key): _string_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_string_keys(value) for value in node]
    return node.isoformat() if hasattr(node, "isoformat") else node


def _pull_in_files(document: Document, path: Path) -> Document:
    if all(ref.startswith("#") for ref in references(document)):
        return document
    from understudy.openapi.connexion import resolve_refs

    try:
        return dict(resolve_refs(document, base_uri=f"{path.parent.resolve()}/"))
    except Exception as error:  # whatever the referenced files hold
        raise UsageError(f"{path} refers to something that cannot be read: {error}") from None


def references(node: Any) -> Iterator[str]:
    """Every `$ref` in a part of a document."""
    if isinstance(node, dict):
        ref = node.get("$ref")
        if isinstance(ref, str):
            yield ref
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def escape(part: str) -> str:
    """Return a key as it is written in a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")


def pointer(*parts: str) -> str:
    """Return the JSON pointer, as a URI fragment, to a part of a document."""
    return "#" + "".join("/" + escape(part) for part in parts)


def follow(document: Document, ref: str) -> Any:
    """What a local `$ref` points to; UsageError where that is nothing."""
    node: Any = document
    try:
        for part in ref.removeprefix("#").split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            node = node[int(part)] if isinstance(node, list) else node[part]
    except (KeyError, IndexError, ValueError, TypeError):
        raise UsageError(f"a $ref leads to {ref}, and nothing is there") from None
    return node


def resolve(document: Document, node: Any) -> Any:
    """`node`, or what it refers to."""
    for _ in range(100):
        if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
            return node
        node = follow(document, node["$ref"])
    raise UsageError(f"the document has a $ref that leads in a circle: {node['$ref']}")


def locate(document: Document, *parts: str) -> str:
    """Return the JSON pointer to a part of a document, with references on the way followed.

    A `$ref` above the part, or in its place, is replaced by its target, so that every reader of
    JSON pointers can resolve the pointer. Raises LookupError if there is no such part.
    """
    place, node = pointer(), document
    for part in parts:
        place += f"/{escape(part)}"
        node = node[int(part)] if isinstance(node, list) else node[part]
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            place = node["$ref"]
            node = follow(document, place)
    return place


def validation_errors(document: Document) -> list[str]:
    """What openapi-spec-validator finds wrong with the document, a sentence each."""
    from jsonschema.exceptions import best_match
    from openapi_spec_validator import OpenAPIV30SpecValidator

    for ref in references(document):
        try:
            follow(document, ref)
        except UsageError as broken:
            return [str(broken)]
    found = []
    try:
        for error in OpenAPIV30SpecValidator(document).iter_errors():
            closest = best_match([error]) or error
            where = pointer(*map(str, [*error.absolute_path, *closest.relative_path]))
            message = closest.message
            found.append(f"{where}: {message if len(message) < 300 else message[:300] + '...'}")
    except Exception as error:  # a document so broken that the validator trips over it
        found.append(f"openapi-spec-validator cannot read it: {type(error).__name__}: {error}")
    return found
