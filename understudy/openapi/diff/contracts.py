"""Comparison of two contracts, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from understudy.openapi.callbacks import callbacks_of, webhooks_of
from understudy.openapi.contract import Contract
from understudy.openapi.diff.change import Change
from understudy.openapi.diff.level import Level
from understudy.openapi.diff.operations.comparison import OperationComparison
from understudy.openapi.diff.operations.pair import Pair
from understudy.openapi.diff.operations.security import scheme_changes
from understudy.openapi.diff.places import place_in
from understudy.openapi.diff.servers import server_changes
from understudy.openapi.operation import Operation

_Route = tuple[str, str]


def list_changes(old: Contract, new: Contract) -> list[Change]:
    """Return what a client of the old contract could notice: removed operations first, then the
    others in the order of the new contract, its webhooks, its security schemes, and its servers.

    Two operations are the same if method and path are (whatever the names of path parameters),
    else if the operationId is.
    """
    comparison = OperationComparison(old, new)
    return [
        *_with_shared_once(_operation_changes(comparison, old, new)),
        *_webhook_changes(comparison, old, new),
        *scheme_changes(old, new),
        *server_changes(old, new),
    ]


def _operation_changes(
    comparison: OperationComparison, old: Contract, new: Contract
) -> Iterator[Change]:
    pairs = list(_pairs(old, new))
    kept = {id(before) for before, _ in pairs}
    for operation in old.operations:
        if id(operation) not in kept:
            yield _gone("operation-removed", title_of(operation), operation)
    for before, after in pairs:
        title = title_of(after)
        if before is None:
            yield _new("operation-added", title, after)
            continue
        yield from changes_between(comparison, before, after)


def changes_between(
    comparison: OperationComparison, before: Operation, after: Operation
) -> Iterator[Change]:
    """Yield what a client of an operation could notice if another one takes its place."""
    title = title_of(after)
    if not _routes(before) & _routes(after):
        what, rule = f"was {title_of(before)}", "operation-path-changed"
        yield Change(title, "", what, Level.BREAKING, rule, after.place)
    yield from _changes(title, comparison, Pair(before, after))
    yield from _callback_changes(title, comparison, before, after)


def _with_shared_once(changes: Iterator[Change]) -> list[Change]:
    """Return changes with one for all operations whose credentials have changed alike, for most
    have those of the document."""
    listed = list(changes)
    alike: dict[Change, list[str]] = {}
    for change in listed:
        alike.setdefault(_without_operation(change), []).append(change.operation)
    kept = []
    for change in listed:
        if change.where != "security":
            kept.append(change)
        elif names := alike.pop(_without_operation(change), None):
            more = f" and {len(names) - 2} more" if len(names) > 2 else ""
            kept.append(change._replace(operation=f"{', '.join(names[:2])}{more}"))
    return kept


def _without_operation(change: Change) -> Change:
    return change._replace(operation="")


def _pairs(old: Contract, new: Contract) -> Iterator[tuple[Operation | None, Operation]]:
    by_route = {route: o for o in reversed(old.operations) for route in _routes(o)}
    by_id = {o.id: o for o in old.operations}
    new_routes = {route for o in new.operations for route in _routes(o)}
    for after in new.operations:
        routes = _routes(after)
        before = next((by_route[route] for route in sorted(routes) if route in by_route), None)
        if before is None:
            before = by_id.get(after.id)
            if before is not None and _routes(before) & new_routes:
                before = None  # its own route is still there, with another id
        yield before, after


def _routes(operation: Operation) -> set[_Route]:
    """Return the method and each of the paths below which an operation is."""
    path = re.sub(r"\{[^}]*\}", "{}", operation.path)
    return {(operation.method, base_path + path) for base_path in operation.base_paths}


def title_of(operation: Operation) -> str:
    """Return the method and the path of an operation."""
    return f"{operation.method} {operation.base_paths[0]}{operation.path}"


def _gone(rule: str, title: str, operation: Operation) -> Change:
    return Change(title, "", "is gone", Level.BREAKING, rule, operation.place, True)


def _new(rule: str, title: str, operation: Operation) -> Change:
    return Change(title, "", "is new", Level.HARMLESS, rule, operation.place)


def _changes(title: str, comparison: OperationComparison, pair: Pair) -> Iterator[Change]:
    for change in comparison.changes(pair):
        side = pair.before if change.is_gone else pair.after
        steps = () if change.place else change.steps
        place = place_in(side.contract.document, change.place or side.place, *steps)
        yield Change(
            title, change.where, change.what, change.level, change.rule, place, change.is_gone
        )


def _callback_changes(
    title: str, comparison: OperationComparison, before: Operation, after: Operation
) -> Iterator[Change]:
    """Compare the requests that the server sends after an operation."""
    old, new = (
        {
            f"{title}, callback {each.name}: {each.operation.method} {each.expression}": (
                each.operation
            )
            for each in callbacks_of(side)
        }
        for side in (before, after)
    )
    yield from _sent_changes("callback", comparison, old, new)


def _webhook_changes(
    comparison: OperationComparison, old: Contract, new: Contract
) -> Iterator[Change]:
    before, after = (
        {
            f"webhook {name}: {operation.method}": operation
            for name, operations in webhooks_of(side).items()
            for operation in operations
        }
        for side in (old, new)
    )
    yield from _sent_changes("webhook", comparison, before, after)


def _sent_changes(
    kind: str,
    comparison: OperationComparison,
    old: Mapping[str, Operation],
    new: Mapping[str, Operation],
) -> Iterator[Change]:
    """Compare requests that the server sends, each by its title. A client may miss those that are
    gone, and need not expect new ones."""
    for title, before in old.items():
        if title not in new:
            yield _gone(f"{kind}-removed", title, before)
    for title, after in new.items():
        if title in old:
            pair = Pair(old[title], after, is_sent_by_server=True)
            yield from _changes(title, comparison, pair)
        else:
            yield _new(f"{kind}-added", title, after)
