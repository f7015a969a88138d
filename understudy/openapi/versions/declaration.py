"""What a document says of the versions that it describes, by `x-understudy-versions`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.contract import Contract
from understudy.openapi.extensions import VERSIONS


class VersionsDeclaration(NamedTuple):
    """The `family` of APIs that a document belongs to, and the `names` of the versions that it
    describes.

    `only` has the ids of operations that not all of these versions have, by the version. `replaces`
    has, by the id of an operation, those of the operations of older versions that it replaces.
    """

    family: str
    names: tuple[str, ...]
    only: Mapping[str, frozenset[str]]
    replaces: Mapping[str, tuple[str, ...]]


def declaration_of(contract: Contract) -> VersionsDeclaration:
    """Return what a document declares; by default it describes the version that it has, and belongs
    together with documents of its title. What is of another type than it should be is ignored."""
    declared = _object(contract.document.get(VERSIONS))
    version = _object(contract.document.get("info")).get("version", "")
    return VersionsDeclaration(
        next(_texts(declared.get("family")), contract.title),
        tuple(_texts(declared.get("versions"))) or (str(version),),
        {name: frozenset(_texts(ids)) for name, ids in _object(declared.get("only")).items()},
        {name: tuple(_texts(ids)) for name, ids in _object(declared.get("replaces")).items()},
    )


def _object(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}


def _texts(node: Any) -> Iterator[str]:
    """Yield the texts of a list, each once, or the one that is in its place."""
    nodes = node if isinstance(node, list) else [node]
    yield from dict.fromkeys(text for text in nodes if isinstance(text, str) and text)
