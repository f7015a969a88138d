"""An API that is spoken in several forms: one contract for each, and which of them a server speaks.

A document says by `x-understudy-personas: [NAME, ...]` which forms something belongs to: an
operation, an answer (beside its status), or a schema that is one of several alternatives (`anyOf`,
`oneOf`). What says nothing belongs to all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.contract import Contract, Operation
from understudy.openapi.document import Document, resolve

_PERSONAS = "x-understudy-personas"


def personas_of(contract: Contract) -> tuple[str, ...]:
    """The names of the forms that the document tells apart, in its own order."""
    return tuple(dict.fromkeys(name for named in _named(contract.document) for name in named))


def for_persona(contract: Contract, name: str) -> Contract:
    """The contract of one form. Operations that it lacks stay, and say so (`Operation.personas`).

    Raises UsageError where there is no such form.
    """
    known = personas_of(contract)
    if name not in known:
        told = ", ".join(known) or "none"
        raise UsageError(f"{contract.name} has no variant {name!r}; its variants: {told}")
    document: Document = _narrowed(contract.document, contract.document, name)
    narrowed = Contract(contract.name, document, contract.text)
    _drop_examples(narrowed)
    return narrowed


def _drop_examples(contract: Contract) -> None:
    """Leave out the examples of requests that only other forms take."""
    bodies = [operation.body.media.values() for operation in contract.operations if operation.body]
    for media in (one for body in bodies for one in body):
        named = media.named_examples(contract.document)
        for name, value in named.items():
            if media.validator is not None and not media.validator.accepts(value):
                del media.definition["examples"][name]


def has_operation(operation: Operation, variant: str | None) -> bool:
    """Whether a form has an operation; without a form, whether any has."""
    return variant is None or operation.personas is None or variant in operation.personas


def _named(node: Any) -> Iterator[list[str]]:
    if isinstance(node, dict):
        if _PERSONAS in node:
            yield [str(name) for name in node[_PERSONAS]]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _named(part)


def _narrowed(document: Document, node: Any, name: str) -> Any:
    """A node without the alternatives and answers of other forms."""
    if isinstance(node, list):
        return [_narrowed(document, part, name) for part in node]
    if not isinstance(node, dict):
        return node
    made = {}
    for key, part in node.items():
        if key in ("anyOf", "oneOf") and isinstance(part, list):
            part = [one for one in part if _belongs(document, one, name)] or part
        elif key == "responses" and isinstance(part, dict):
            part = {k: v for k, v in part.items() if _belongs(document, v, name)} or part
        made[key] = _narrowed(document, part, name)
    return made


def _belongs(document: Document, node: Any, name: str) -> bool:
    named = resolve(document, node)
    named = named.get(_PERSONAS) if isinstance(named, dict) else None
    return named is None or name in map(str, named)
