"""Compares two contracts, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from understudy.openapi.contract import Body, Contract, Operation, Parameter
from understudy.openapi.diff.change import Change
from understudy.openapi.diff.schemas import REQUEST, RESPONSE, Side, schema_changes

#: What a comparison of two parts of an operation yields: where, what, whether it breaks.
Told = tuple[str, str, bool]


def changes(old: Contract, new: Contract) -> list[Change]:
    """What a client of the old contract could notice, in the new one's order; first what is gone.

    Operations are the same where method and path are, whatever the names of path parameters; else
    where their operationId is.
    """
    pairs = list(_pairs(old, new))
    kept = {id(before) for before, _ in pairs}
    gone = [o for o in old.operations if id(o) not in kept]
    found = [Change(_title(old, o), "", "is gone", True) for o in gone]
    for before, after in pairs:
        title = _title(new, after)
        if before is None:
            found.append(Change(title, "", "is new", False))
        else:
            found += [Change(title, *told) for told in _told(_Pair(old, new, before, after))]
    return found


class _Pair(NamedTuple):
    """An operation, before and after."""

    old: Contract
    new: Contract
    before: Operation
    after: Operation


def _pairs(old: Contract, new: Contract) -> Iterator[tuple[Operation | None, Operation]]:
    by_route = {_route(old, o): o for o in old.operations}
    by_id = {o.id: o for o in old.operations}
    taken = {_route(new, o) for o in new.operations}
    for after in new.operations:
        before = by_route.get(_route(new, after)) or by_id.get(after.id)
        if before is not None and _route(old, before) in taken - {_route(new, after)}:
            before = None  # its own route is still there, with another id
        yield before, after


def _route(contract: Contract, operation: Operation) -> tuple[str, str]:
    return operation.method, re.sub(r"\{[^}]*\}", "{}", contract.base_path + operation.path)


def _title(contract: Contract, operation: Operation) -> str:
    return f"{operation.method} {contract.base_path}{operation.path}"


def _told(pair: _Pair) -> Iterator[Told]:
    before, after = pair.before, pair.after
    if _route(pair.old, before) != _route(pair.new, after):
        yield "", f"was {_title(pair.old, before)}", True
    if before.id != after.id:
        yield "", f"operationId was {before.id}", False
    deprecated = bool(after.definition.get("deprecated"))
    if deprecated is not bool(before.definition.get("deprecated")):
        yield "", "is deprecated now" if deprecated else "is no longer deprecated", False
    yield from _security(before, after)
    yield from _parameters(pair)
    yield from _request_body(pair)
    yield from _answers(pair)


def _security(before: Operation, after: Operation) -> Iterator[Told]:
    ways_before, ways_after = (
        {frozenset(way) for way in operation.security} or {frozenset[str]()}
        for operation in (before, after)
    )
    for way in sorted(map(sorted, ways_before - ways_after)):
        yield "security", f"{' and '.join(way) or 'no key'} is no longer enough", True
    for way in sorted(map(sorted, ways_after - ways_before)):
        yield "security", f"{' and '.join(way) or 'no key'} is enough now", False


def _parameters(pair: _Pair) -> Iterator[Told]:
    before = _by_place(pair, pair.before)
    after = _by_place(pair, pair.after)
    for key in before.keys() - after.keys():
        yield f"{before[key].where} parameter {before[key].name}", "is gone", True
    for key, parameter in after.items():
        where = f"{parameter.where} parameter {parameter.name}"
        earlier = before.get(key)
        if earlier is None:
            kind = "required" if parameter.required else "optional"
            yield where, f"is new, and {kind}", parameter.required
            continue
        if parameter.required is not earlier.required:
            told = "is required now" if parameter.required else "is optional now"
            yield where, told, parameter.required
        empty = bool(parameter.definition.get("allowEmptyValue"))
        if empty is not bool(earlier.definition.get("allowEmptyValue")):
            yield where, "may be empty now" if empty else "may no longer be empty", not empty
        sides = Side(pair.old.document, earlier.schema), Side(pair.new.document, parameter.schema)
        for place, what, breaks in schema_changes(*sides, REQUEST):
            yield f"{where}{place}", what, breaks


def _by_place(pair: _Pair, operation: Operation) -> dict[tuple[str, str], Parameter]:
    """The parameters by where they are: in a path by their order, for names do not count there."""
    order = re.findall(r"\{([^}]*)\}", operation.path)
    return {
        (p.where, str(order.index(p.name)) if p.where == "path" and p.name in order else p.name): p
        for p in operation.parameters
    }


def _request_body(pair: _Pair) -> Iterator[Told]:
    before, after = pair.before.body, pair.after.body
    if before is None or after is None:
        if before is not None:
            yield "request body", "is gone", True
        elif after is not None:
            kind = "required" if after.required else "optional"
            yield "request body", f"is new, and {kind}", after.required
        return
    if before.required is not after.required:
        told = "is required now" if after.required else "is optional now"
        yield "request body", told, after.required
    yield from _media(pair, "request body", before, after, REQUEST)


def _answers(pair: _Pair) -> Iterator[Told]:
    before, after = pair.before.responses, pair.after.responses
    for status in before.keys() - after.keys():
        yield f"response {status}", "is gone", status.startswith("2")
    for status in after.keys() - before.keys():
        yield f"response {status}", "is new", False
    for status in after.keys() & before.keys():
        yield from _media(pair, f"response {status}", before[status], after[status], RESPONSE)


def _media(pair: _Pair, where: str, before: Body, after: Body, way: str) -> Iterator[Told]:
    for kind in before.media.keys() - after.media.keys():
        yield where, f"{kind} is gone", True
    for kind in after.media.keys() - before.media.keys():
        # What may now be asked for hurts nobody; an answer of a new kind, only who had another.
        yield where, f"{kind} is new", way == RESPONSE and not before.media.keys() & after.media
    for kind in after.media.keys() & before.media.keys():
        old, new = before.media[kind].definition, after.media[kind].definition
        sides = (
            Side(pair.old.document, old.get("schema", {})),
            Side(pair.new.document, new.get("schema", {})),
        )
        for place, what, breaks in schema_changes(*sides, way):
            yield f"{where}{place}", what, breaks
