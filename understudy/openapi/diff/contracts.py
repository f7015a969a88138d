"""Comparison of two contracts, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from understudy.openapi.contract import Contract
from understudy.openapi.diff.change import Change
from understudy.openapi.diff.schemas import (
    REQUEST,
    RESPONSE,
    LocatedSchema,
    PartChange,
    schema_changes,
)
from understudy.openapi.operation import Body, Operation, Parameter


def list_changes(old: Contract, new: Contract) -> list[Change]:
    """Return what a client of the old contract could notice: removed operations first, then the
    others in the order of the new contract.

    Two operations are the same if method and path are (whatever the names of path parameters),
    else if the operationId is.
    """
    pairs = list(_pairs(old, new))
    kept = {id(before) for before, _ in pairs}
    changes = [
        Change(_title(old, operation), "", "is gone", True)
        for operation in old.operations
        if id(operation) not in kept
    ]
    for before, after in pairs:
        title = _title(new, after)
        if before is None:
            changes.append(Change(title, "", "is new", False))
        else:
            pair = _Pair(old, new, before, after)
            changes += [Change(title, *change) for change in _operation_changes(pair)]
    return changes


class _Pair(NamedTuple):
    """An operation, before and after, with the contracts that it is in."""

    old: Contract
    new: Contract
    before: Operation
    after: Operation


def _pairs(old: Contract, new: Contract) -> Iterator[tuple[Operation | None, Operation]]:
    by_route = {_route(old, o): o for o in old.operations}
    by_id = {o.id: o for o in old.operations}
    new_routes = {_route(new, o) for o in new.operations}
    for after in new.operations:
        before = by_route.get(_route(new, after)) or by_id.get(after.id)
        if before is not None and _route(old, before) in new_routes - {_route(new, after)}:
            before = None  # its own route is still there, with another id
        yield before, after


def _route(contract: Contract, operation: Operation) -> tuple[str, str]:
    return operation.method, re.sub(r"\{[^}]*\}", "{}", contract.base_path + operation.path)


def _title(contract: Contract, operation: Operation) -> str:
    return f"{operation.method} {contract.base_path}{operation.path}"


def _operation_changes(pair: _Pair) -> Iterator[PartChange]:
    before, after = pair.before, pair.after
    if _route(pair.old, before) != _route(pair.new, after):
        yield PartChange("", f"was {_title(pair.old, before)}", True)
    if before.id != after.id:
        yield PartChange("", f"operationId was {before.id}", False)
    deprecated = bool(after.definition.get("deprecated"))
    if deprecated is not bool(before.definition.get("deprecated")):
        what = "is deprecated now" if deprecated else "is no longer deprecated"
        yield PartChange("", what, False)
    yield from _security_changes(before, after)
    yield from _parameter_changes(pair)
    yield from _request_body_changes(pair)
    yield from _response_changes(pair)


def _security_changes(before: Operation, after: Operation) -> Iterator[PartChange]:
    old, new = (
        {frozenset(requirement) for requirement in operation.security} or {frozenset[str]()}
        for operation in (before, after)
    )
    for schemes in sorted(map(sorted, old - new)):
        yield PartChange("security", f"{_schemes(schemes)} is no longer enough", True)
    for schemes in sorted(map(sorted, new - old)):
        yield PartChange("security", f"{_schemes(schemes)} is enough now", False)


def _schemes(names: list[str]) -> str:
    return " and ".join(names) or "no key"


def _parameter_changes(pair: _Pair) -> Iterator[PartChange]:
    before = _by_place(pair.before)
    after = _by_place(pair.after)
    for key in before.keys() - after.keys():
        yield PartChange(_parameter_name(before[key]), "is gone", True)
    for key, parameter in after.items():
        earlier = before.get(key)
        if earlier is None:
            necessity = "required" if parameter.required else "optional"
            what = f"is new, and {necessity}"
            yield PartChange(_parameter_name(parameter), what, parameter.required)
        else:
            yield from _changes_of_parameter(pair, earlier, parameter)


def _changes_of_parameter(pair: _Pair, before: Parameter, after: Parameter) -> Iterator[PartChange]:
    where = _parameter_name(after)
    if after.required is not before.required:
        yield PartChange(where, _necessity(after.required), after.required)
    may_be_empty = bool(after.definition.get("allowEmptyValue"))
    if may_be_empty is not bool(before.definition.get("allowEmptyValue")):
        what = "may be empty now" if may_be_empty else "may no longer be empty"
        yield PartChange(where, what, not may_be_empty)
    old = LocatedSchema(pair.old.document, before.schema)
    new = LocatedSchema(pair.new.document, after.schema)
    for change in schema_changes(old, new, REQUEST):
        yield change.below(where)


def _parameter_name(parameter: Parameter) -> str:
    return f"{parameter.where} parameter {parameter.name}"


def _necessity(required: bool) -> str:
    return "is required now" if required else "is optional now"


def _by_place(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """Return the parameters by their place and name; those of the path by their order instead, for
    clients do not see their names."""
    order = re.findall(r"\{([^}]*)\}", operation.path)
    return {
        (p.where, str(order.index(p.name)) if p.where == "path" and p.name in order else p.name): p
        for p in operation.parameters
    }


def _request_body_changes(pair: _Pair) -> Iterator[PartChange]:
    before, after = pair.before.body, pair.after.body
    if before is None or after is None:
        if before is not None:
            yield PartChange("request body", "is gone", True)
        elif after is not None:
            necessity = "required" if after.required else "optional"
            yield PartChange("request body", f"is new, and {necessity}", after.required)
        return
    if before.required is not after.required:
        yield PartChange("request body", _necessity(after.required), after.required)
    yield from _media_type_changes(pair, "request body", before, after, REQUEST)


def _response_changes(pair: _Pair) -> Iterator[PartChange]:
    before, after = pair.before.responses, pair.after.responses
    for status in before.keys() - after.keys():
        yield PartChange(f"response {status}", "is gone", status.startswith("2"))
    for status in after.keys() - before.keys():
        yield PartChange(f"response {status}", "is new", False)
    for status in after.keys() & before.keys():
        where = f"response {status}"
        yield from _media_type_changes(pair, where, before[status], after[status], RESPONSE)


def _media_type_changes(
    pair: _Pair, where: str, before: Body, after: Body, direction: str
) -> Iterator[PartChange]:
    for media_type in before.media.keys() - after.media.keys():
        yield PartChange(where, f"{media_type} is gone", True)
    for media_type in after.media.keys() - before.media.keys():
        # Requests may have one more media type. A response breaks its clients if they get only this
        # one instead of those that they know.
        breaks = direction == RESPONSE and not before.media.keys() & after.media
        yield PartChange(where, f"{media_type} is new", breaks)
    for media_type in after.media.keys() & before.media.keys():
        old, new = before.media[media_type].definition, after.media[media_type].definition
        for change in schema_changes(
            LocatedSchema(pair.old.document, old.get("schema", {})),
            LocatedSchema(pair.new.document, new.get("schema", {})),
            direction,
        ):
            yield change.below(where)
