"""The requests that an API itself sends: the callbacks of its operations, and its webhooks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.document import escape, locate
from understudy.openapi.operation import Operation
from understudy.openapi.operation_reader import OperationReader

log = logging.getLogger("understudy")

#: Where a document has its webhooks: from 3.1 on, and as an extension of 3.0.
_WEBHOOKS = ("webhooks", "x-webhooks")


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that an API sends after one of its operations.

    `expression` is the key in the document: a URL with runtime expressions. `operation` is the
    request; its id is the document's, or made of the operation's id and the name of the callback.
    """

    name: str
    expression: str
    operation: Operation


def callbacks_of(operation: Operation) -> tuple[Callback, ...]:
    """Return the callbacks of an operation, in the order of the document."""
    contract = operation.contract
    callbacks = []
    for name, node in _items(operation.definition.get("callbacks")):
        start = f"{operation.place}/callbacks/{escape(name)}"
        definition, place = _located(contract, node, start)
        read = [
            (expression, called)
            for expression, item in _items(definition)
            if not expression.startswith("x-")
            for called in _operations(contract, expression, item, f"{place}/{escape(expression)}")
        ]
        named = _named([called for _, called in read], f"{operation.id}.{name}")
        callbacks += [
            Callback(name, expression, called)
            for (expression, _), called in zip(read, named, strict=True)
        ]
    return tuple(callbacks)


def webhooks_of(contract: Contract) -> dict[str, tuple[Operation, ...]]:
    """Return the operations of each webhook of a document that has one at least."""
    webhooks: dict[str, tuple[Operation, ...]] = {}
    for key in _WEBHOOKS:
        for name, item in _items(contract.document.get(key)):
            read = _operations(contract, name, item, f"#/{key}/{escape(name)}")
            named = _named(read, name)
            if named:
                webhooks.setdefault(name, named)
    return webhooks


def _items(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a map in a document that are objects."""
    if isinstance(node, dict):
        yield from ((key, part) for key, part in node.items() if isinstance(part, dict))


def _located(contract: Contract, node: Any, place: str) -> tuple[Any, str]:
    """Return a node, or what its `$ref` points to, and the JSON pointer to it; None if it points to
    nothing, and the log says so."""
    try:
        return locate(contract.document, node, place)
    except UsageError as error:
        _warn(contract, place, error)
        return None, place


def _operations(contract: Contract, path: str, node: Any, place: str) -> list[Operation]:
    """Return the operations of a path item; none if it cannot be read, and the log says so."""
    try:
        return list(OperationReader(contract).path_item(path, node, place))
    except (UsageError, AttributeError, KeyError, TypeError) as error:
        _warn(contract, place, error)
        return []


def _warn(contract: Contract, place: str, error: Exception) -> None:
    log.warning("%s: %s cannot be read and is never sent: %s", contract.name, place, error)


def _named(operations: list[Operation], name: str) -> tuple[Operation, ...]:
    """Return the operations with ids: the document's, or `name` unless it is blank, and the method
    if there are several."""
    return tuple(
        operation
        if operation.definition.get("operationId") or not name.strip()
        else replace(
            operation,
            id=name if len(operations) == 1 else f"{name}.{operation.method.lower()}",
        )
        for operation in operations
    )
