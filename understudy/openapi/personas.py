"""Personas: several versions of an API in one document, and the contract of each.

With `x-understudy-personas: [NAME, ...]` a document lists the personas that have an operation, a
response, or one of the alternatives of `anyOf` or `oneOf`. All personas have what has no list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.document import Document, resolve
from understudy.openapi.extensions import PERSONAS
from understudy.openapi.operation import Operation
from understudy.openapi.schemas.schema import CHOICES
from understudy.suggestions import hint


def personas_of(contract: Contract) -> tuple[str, ...]:
    """Return the names of the personas in a document, in its order."""
    return tuple(dict.fromkeys(name for names in _lists(contract.document) for name in names))


def for_persona(contract: Contract, name: str) -> Contract:
    """Return the contract of one persona.

    Operations that it does not have stay in the contract; see `Operation.personas`. Raises
    UsageError if there is no such persona.
    """
    known = personas_of(contract)
    if name not in known:
        raise UsageError(f"{contract.name} has no persona {name!r}{hint(name, known)}")
    document: Document = _narrowed(contract.document, contract.document, name)
    narrowed = Contract(contract.name, document, contract.text)
    _drop_examples(narrowed)
    return narrowed


def _drop_examples(contract: Contract) -> None:
    """Remove the examples of requests that only other personas accept."""
    bodies = [operation.body.media.values() for operation in contract.operations if operation.body]
    for media in (media for body in bodies for media in body):
        named = media.named_examples(contract.document)
        for name, value in named.items():
            if media.validator is not None and not media.validator.accepts(value):
                del media.definition["examples"][name]


def has_operation(operation: Operation, persona: str | None) -> bool:
    """Return whether a persona has an operation; None stands for any persona."""
    return persona is None or operation.personas is None or persona in operation.personas


def _lists(node: Any) -> Iterator[list[str]]:
    """Yield the lists of personas in a part of a document."""
    if isinstance(node, dict):
        if PERSONAS in node:
            yield [str(name) for name in node[PERSONAS]]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _lists(part)


def _narrowed(document: Document, node: Any, name: str) -> Any:
    """Return a node without the alternatives and responses of other personas."""
    if isinstance(node, list):
        return [_narrowed(document, part, name) for part in node]
    if not isinstance(node, dict):
        return node
    narrowed = {}
    for key, part in node.items():
        if key in CHOICES and isinstance(part, list):
            part = [choice for choice in part if _belongs(document, choice, name)] or part
        elif key == "responses" and isinstance(part, dict):
            part = {k: v for k, v in part.items() if _belongs(document, v, name)} or part
        narrowed[key] = _narrowed(document, part, name)
    return narrowed


def _belongs(document: Document, node: Any, name: str) -> bool:
    node = resolve(document, node)
    names = node.get(PERSONAS) if isinstance(node, dict) else None
    return names is None or name in map(str, names)
